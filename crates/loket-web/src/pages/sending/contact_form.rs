//! What an officer types of consent, language and addresses: reading it, and what is asked about
//! once more. A doubt is told and never acted on: what was typed stays what it is.

use loket_domain::Language;
use loket_domain::consent::ConsentText;
use loket_domain::contact::{ContactFault, EmailAddress, MobileNumber, SharedReason};
use loket_text::Text;
use serde::Deserialize;

use crate::frame::Errors;

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) consent: String,
    /// Version of the text that stood on the page.
    pub(crate) version: String,
    pub(crate) language: String,
    pub(crate) email: String,
    pub(crate) mobile: String,
    pub(crate) no_mobile: String,
    /// Why an address serves several persons.
    pub(crate) shared: String,
    /// The doubts were gone through with the person.
    pub(crate) sure: String,
    /// What they were about; after another change they are asked again.
    pub(crate) sure_of: String,
}

/// A form that can be carried out.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) version: &'static str,
    pub(super) language: Language,
    pub(super) email: EmailAddress,
    pub(super) mobile: Option<MobileNumber>,
    pub(super) shared: Option<SharedReason>,
}

impl Wanted {
    /// What the doubts are about.
    pub(super) fn subject(&self) -> String {
        let number = self.mobile.as_ref().map_or("", MobileNumber::e164);
        format!("{} {number}", self.email.folded())
    }

    /// What should be looked at once more with the person, each at its field.
    pub(super) fn doubts(&self, t: Text) -> Vec<(&'static str, String)> {
        let mut doubts = Vec::new();
        // Domains one slip away from a common one are often caught by such a provider: the slip is
        // what the person can do something about.
        if let Some(meant) = self.email.meant() {
            doubts.push(("email", t.contact_warn_meant(&meant, self.email.as_str())));
        } else if self.email.is_disposable() {
            doubts.push(("email", t.contact_warn_disposable()));
        }
        if self.mobile.as_ref().is_some_and(|number| !number.is_usual()) {
            doubts.push(("mobile", t.contact_warn_mobile()));
        }
        doubts
    }
}

/// Reads the form; names every fault at once. `in_force` is the version of the text that is to be read
/// out: a page that was open since before another one came shows the new text first.
pub(super) fn read(t: Text, typed: &Typed, in_force: &str) -> Result<Wanted, Errors> {
    let mut errors = Errors::default();
    let language = typed.language.parse::<Language>().ok();
    if language.is_none() {
        errors.add("language", t.contact_language_missing());
    }
    let is_in_force = typed.version == in_force;
    let text = ConsentText::of(&typed.version).filter(|_| is_in_force && !typed.consent.is_empty());
    if !is_in_force && ConsentText::of(&typed.version).is_some() {
        errors.add("consent", t.contact_consent_outdated());
    } else if text.is_none() {
        errors.add("consent", t.contact_consent_missing());
    }
    let email = typed.email.parse::<EmailAddress>();
    if let Err(fault) = &email {
        errors.add("email", message(t, *fault));
    }
    let mobile = read_mobile(t, typed, &mut errors);
    match (text, language, email) {
        (Some(text), Some(language), Ok(email)) if errors.is_empty() => Ok(Wanted {
            version: text.version,
            language,
            email,
            mobile,
            shared: SharedReason::from_code(&typed.shared),
        }),
        _ => Err(errors),
    }
}

fn read_mobile(t: Text, typed: &Typed, errors: &mut Errors) -> Option<MobileNumber> {
    let fault = match (typed.mobile.trim(), typed.no_mobile.is_empty()) {
        ("", true) => t.contact_mobile_missing(),
        ("", false) => return None,
        (_, false) => t.contact_mobile_both(),
        (number, true) => match number.parse() {
            Ok(number) => return Some(number),
            Err(fault) => message(t, fault),
        },
    };
    errors.add("mobile", fault);
    None
}

fn message(t: Text, fault: ContactFault) -> String {
    match fault {
        ContactFault::EmailForm => t.contact_email_form(),
        ContactFault::EmailLocalPart => t.contact_email_local(),
        ContactFault::EmailLength => t.contact_email_length(),
        ContactFault::NotMobile => t.contact_mobile_land_line(),
        ContactFault::ServiceNumber => t.contact_mobile_service(),
        ContactFault::NumberForm => t.contact_mobile_form(),
    }
}

/// A reason for a shared address in words.
pub(crate) fn shared_name(t: Text, reason: SharedReason) -> String {
    match reason {
        SharedReason::Household => t.contact_shared_household(),
        SharedReason::Helper => t.contact_shared_helper(),
        SharedReason::Institution => t.contact_shared_institution(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: &str = loket_domain::consent::NEWEST.version;

    fn typed(email: &str, mobile: &str, no_mobile: &str) -> Typed {
        Typed {
            consent: "yes".to_owned(),
            version: NEWEST.to_owned(),
            language: "fr".to_owned(),
            email: email.to_owned(),
            mobile: mobile.to_owned(),
            no_mobile: no_mobile.to_owned(),
            ..Typed::default()
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let t = Text::new(Language::Nl);
        let errors = read(t, &Typed::default(), NEWEST).err().unwrap();
        for field in ["consent", "language", "email", "mobile"] {
            assert!(errors.has(field), "{field}");
        }
    }

    #[test]
    fn without_a_telephone_one_must_say_so() {
        let t = Text::new(Language::Nl);
        assert!(read(t, &typed("a@example.be", "", ""), NEWEST).is_err());
        assert!(read(t, &typed("a@example.be", "", "yes"), NEWEST).unwrap().mobile.is_none());
        assert!(read(t, &typed("a@example.be", "0470 12 34 56", "yes"), NEWEST).is_err());
        assert!(read(t, &typed("a@example.be", "02 555 12 12", ""), NEWEST).is_err());
        let wanted = read(t, &typed("a@example.be", "0470 12 34 56", ""), NEWEST).unwrap();
        assert_eq!(wanted.mobile.unwrap().e164(), "+32470123456");
    }

    #[test]
    fn a_text_that_nobody_knows_is_no_consent() {
        let t = Text::new(Language::Nl);
        let mut unknown = typed("a@example.be", "", "yes");
        unknown.version = "1999-01".to_owned();
        assert!(read(t, &unknown, NEWEST).err().unwrap().has("consent"));
    }

    #[test]
    fn a_text_of_before_is_read_out_anew() {
        let t = Text::new(Language::Nl);
        let typed = typed("a@example.be", "", "yes");
        let errors = read(t, &typed, "2031-01").err().unwrap();
        let said: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(said, [t.contact_consent_outdated()]);
        assert!(read(t, &typed, NEWEST).is_ok());
    }

    #[test]
    fn doubts_name_what_is_meant_and_change_nothing() {
        for language in Language::ALL {
            let t = Text::new(language);
            let wanted = read(t, &typed("an@gmial.com", "0455 12 34 56", ""), NEWEST).unwrap();
            let doubts = wanted.doubts(t);
            assert_eq!(doubts.iter().map(|d| d.0).collect::<Vec<_>>(), ["email", "mobile"]);
            let first = &doubts.first().unwrap().1;
            assert!(first.contains("an@gmail.com") && first.contains("an@gmial.com"), "{first}");
            assert_eq!(wanted.email.as_str(), "an@gmial.com");
            assert!(
                read(t, &typed("an@gmail.com", "0470 12 34 56", ""), NEWEST)
                    .unwrap()
                    .doubts(t)
                    .is_empty()
            );
        }
    }
}
