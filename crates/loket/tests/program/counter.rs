//! An officer who goes by what the pages say: after every interruption back to the address of the
//! dossier, which must know where it stands.

use serde_json::json;

use crate::browser::{Browser, Gone, Page};
use crate::server::Server;

/// Somebody at the counter.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    key: &'static str,
    surname: &'static str,
    given_names: &'static str,
    birth: [&'static str; 3],
    sex: &'static str,
}

/// One visit, with addresses of its own.
pub(crate) struct Visit {
    person: Person,
    pub(crate) email: String,
    pub(crate) mobile: String,
}

impl Visit {
    pub(crate) const fn new(
        key: &'static str,
        surname: &'static str,
        given_names: &'static str,
        birth: [&'static str; 3],
        sex: &'static str,
    ) -> Self {
        let person = Person { key, surname, given_names, birth, sex };
        Self { person, email: String::new(), mobile: String::new() }
    }

    pub(crate) fn of_journey(&self, journey: usize) -> Self {
        Self {
            person: self.person,
            email: format!("journey{journey:03}@example.be"),
            mobile: format!("+32470{:06}", 100_000 + journey),
        }
    }
}

pub(crate) struct Officer<'s> {
    browser: Browser<'s>,
    card: &'static str,
}

/// A step that a page said was done, and the event that must tell of it.
type Step = Option<&'static str>;

impl<'s> Officer<'s> {
    pub(crate) const fn new(server: &'s Server, card: &'static str) -> Self {
        Self { browser: Browser::new(server), card }
    }

    /// From the desk until link and code are sent; gives the registration and what was told.
    pub(crate) fn serve(&mut self, visit: &Visit) -> (String, Vec<&'static str>) {
        let mut told = Vec::new();
        let registration = loop {
            if let Ok(Some(registration)) = self.open(visit) {
                break registration;
            }
        };
        told.push("registration_opened");
        for _ in 0..500 {
            match self.step(visit, &registration, &told) {
                Ok(Some("")) => return (registration, told),
                Ok(step) => told.extend(step),
                Err(Gone) => {}
            }
        }
        panic!("dossier {registration} of {} never gets on: {told:?}", visit.email);
    }

    fn sign_in(&mut self) -> Result<(), Gone> {
        let given = self.browser.send_json("/sign-in/challenge", "")?;
        let given: serde_json::Value = serde_json::from_str(&given.body).unwrap();
        let wanted =
            json!({ "challenge": given["nonce"], "origin": self.browser.origin(), "pin": "1234" });
        let path = format!("/demo/cards/{}/authenticate", self.card);
        let token = self.browser.send_json(&path, &wanted.to_string())?;
        let entered = self.browser.send_json("/sign-in", &token.body)?;
        if entered.body.contains("/terms") {
            let terms = self.browser.get("/terms")?;
            let fields = [
                ("wish", terms.hidden("wish")),
                ("version", terms.hidden("version")),
                ("accept", "yes"),
            ];
            self.browser.send("/terms", &fields)?;
        }
        Ok(())
    }

    /// A dossier, or `None` after signing in.
    fn open(&mut self, visit: &Visit) -> Result<Option<String>, Gone> {
        let desk = self.browser.get("/desk")?;
        if desk.status != 200 {
            self.sign_in()?;
            return Ok(None);
        }
        let number = loket_registers::service::personas()
            .into_iter()
            .find(|persona| persona.key == visit.person.key)
            .and_then(|persona| persona.ssin())
            .unwrap();
        let fields =
            [("wish", desk.hidden("wish")), ("number", &number.digits()), ("reason", "first_key")];
        // The same form again when the answer did not come: a double click opens one dossier.
        let opened = loop {
            if let Ok(opened) = self.browser.send("/desk", &fields) {
                break opened;
            }
        };
        assert_eq!(
            opened.status,
            303,
            "{}",
            opened.between("<main", "</main>").unwrap_or(&opened.body)
        );
        let id = opened.to.strip_prefix("/registrations/").unwrap();
        Ok(Some(id.split('/').next().unwrap().to_owned()))
    }

    /// Does what the page of the dossier asks for; the empty step means that all is sent.
    fn step(&mut self, visit: &Visit, id: &str, told: &[&'static str]) -> Result<Step, Gone> {
        let home = format!("/registrations/{id}");
        let stands = self.browser.get(&home)?;
        if stands.to.starts_with("/sign-in") {
            self.sign_in()?;
            return Ok(None);
        }
        let at = stands.to.strip_prefix(&format!("{home}/")).unwrap_or_default().to_owned();
        let reached = ["person", "checks", "contact", "review", "standing"]
            .iter()
            .position(|step| *step == at)
            .unwrap_or_else(|| panic!("{home} leads to {:?}", stands.to));
        let accepted =
            [("person_identified", 2), ("contact_point_confirmed", 2), ("invitation_issued", 4)];
        for (kind, least) in accepted {
            assert!(
                !told.contains(&kind) || reached >= least,
                "{home} fell back to {at}: {told:?}"
            );
        }
        let page = self.browser.get(&stands.to)?;
        let wish = page.hidden("wish").to_owned();
        match at.as_str() {
            "person" => self.person(&home, &page, &wish),
            "checks" => self.check(&home, &page, &wish, visit),
            "contact" => self.contact(&home, visit, &wish),
            "review" => {
                let sent = self.browser.send(&format!("{home}/review"), &[("wish", &wish)])?;
                Ok((sent.status == 303).then_some("invitation_issued"))
            }
            _ => Ok(Some("")),
        }
    }

    fn person(&mut self, home: &str, page: &Page, wish: &str) -> Result<Step, Gone> {
        if page.has("id=\"ask-again\"") {
            self.browser.send(&format!("{home}/ask-again"), &[("wish", wish)])?;
            return Ok(None);
        }
        if !page.has("id=\"go-on\"") {
            // The question is still open: the page says to look again.
            assert!(page.has("id=\"look-again\""), "{}", page.body);
            std::thread::sleep(std::time::Duration::from_millis(500));
            return Ok(None);
        }
        let choice = self.browser.get(&format!("{home}/procedure"))?;
        let fields =
            [("wish", choice.hidden("wish")), ("procedure", "belgian-card-without-certificates")];
        let chosen = self.browser.send(&format!("{home}/procedure"), &fields)?;
        Ok((chosen.status == 303).then_some("procedure_chosen"))
    }

    fn check(&mut self, home: &str, page: &Page, wish: &str, visit: &Visit) -> Result<Step, Gone> {
        if page.has("id=\"decision\"") {
            let decided = self.browser.send(&format!("{home}/identify"), &[("wish", wish)])?;
            return Ok((decided.status == 303).then_some("person_identified"));
        }
        if page.has("id=\"record\"") {
            let check = page.hidden("check");
            let answer = if check == "document-status" { "no_hit" } else { "yes" };
            let mut fields = vec![("wish", wish), ("check", check), ("answer", answer)];
            fields.push(("asked", page.hidden("asked")));
            // What is looked at point by point is all in order.
            fields.extend(page.names_of("point-").into_iter().map(|name| (name, "good")));
            let kept = self.browser.send(&format!("{home}/checks"), &fields)?;
            return Ok((kept.status == 303).then_some("check_recorded"));
        }
        let elsewhere = page.between("id=\"go-on\" href=\"", "\"").expect("a way on").to_owned();
        let there = self.browser.get(&elsewhere)?;
        let wish = there.hidden("wish").to_owned();
        if elsewhere.ends_with("/document") {
            return self.document(&elsewhere, &wish, visit);
        }
        let fields = [("wish", wish.as_str()), ("check", there.hidden("check"))];
        let read = self.browser.send(&elsewhere, &fields)?;
        Ok((read.status == 303).then_some("check_recorded"))
    }

    fn document(&mut self, path: &str, wish: &str, visit: &Visit) -> Result<Step, Gone> {
        let Person { surname, given_names, birth: [day, month, year], sex, .. } = visit.person;
        let fields = [
            ("wish", wish),
            ("kind", "belgian_identity_card"),
            ("number", "591191706458"),
            ("issuer", "BEL"),
            ("surname", surname),
            ("given_names", given_names),
            ("birth_day", day),
            ("birth_month", month),
            ("birth_year", year),
            ("sex", sex),
            ("until_day", "2"),
            ("until_month", "3"),
            ("until_year", "2031"),
        ];
        let kept = self.browser.send(path, &fields)?;
        Ok((kept.status == 303).then_some("document_recorded"))
    }

    fn contact(&mut self, home: &str, visit: &Visit, wish: &str) -> Result<Step, Gone> {
        let confirm = format!("{home}/confirm");
        let page = self.browser.get(&confirm)?;
        if !page.has(&visit.email) {
            let asked = self.browser.get(&format!("{home}/contact"))?;
            let fields = [
                ("wish", wish),
                ("consent", "yes"),
                ("version", asked.hidden("version")),
                ("language", "nl"),
                ("email", &visit.email),
                ("mobile", &visit.mobile),
            ];
            let entered = self.browser.send(&format!("{home}/contact"), &fields)?;
            return Ok((entered.status == 303).then_some("contact_point_entered"));
        }
        // The first address that is not confirmed yet has the first form.
        let form = page.between("<form method=\"post\" action=\"/registrations", "</form>");
        let sms =
            form.expect("a form").contains("code-sms") || form.unwrap().contains("code-mobile");
        let (channel, to) = if sms { ("sms", &visit.mobile) } else { ("mail", &visit.email) };
        let code = self.browser.server.message(channel, to, contact_code);
        let fields =
            [("wish", page.hidden("wish")), ("contact", page.hidden("contact")), ("code", &code)];
        let confirmed = self.browser.send(&confirm, &fields)?;
        Ok((confirmed.status == 303).then_some("contact_point_confirmed"))
    }
}

/// Six digits on their own.
fn contact_code(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let digits = |word: &&str| word.len() == 6 && word.chars().all(|c| c.is_ascii_digit());
    words.filter(|word| !word.is_empty()).find(digits).map(str::to_owned)
}
