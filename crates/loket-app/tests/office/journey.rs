//! Step by step to the key; the steps serve the other tests too.

use anyhow::{Context, Result};
use loket_app::commands::choose_procedure::ChooseProcedure;
use loket_app::commands::confirm_contact_point::{CodeVerdict, ConfirmContactPoint};
use loket_app::commands::enter_contact::{EnterContact, Sharing};
use loket_app::commands::identify_person::IdentifyPerson;
use loket_app::commands::record_check::{CheckAnswer, RecordCheck};
use loket_app::commands::record_document::RecordDocument;
use loket_app::commands::view_registration::{Page, RegistrationView, ViewRegistration};
use loket_app::office::{ActivationPass, CodeEntry, PasswordTry};
use loket_app::{Disclosure, Failure};
use loket_domain::contact::{Channel, SharedReason};
use loket_domain::document::{DocumentEntry, DocumentKind, TypedDocument};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::key::{AssuranceLevel, KeyKind, KeyPurpose, TotpSeed};
use loket_domain::person::{IncompleteDate, Sex};
use loket_domain::procedure::ExternalAnswer;
use loket_domain::registration::{StateCode, VisitReason};
use loket_domain::secret::Secret;
use loket_domain::time::Day;
use loket_domain::{Language, Refusal};
use loket_testkit::house::{House, app_code, found, ssin};
use loket_testkit::points::point_by_point;

use crate::on_both;

pub(crate) const MECHELEN: &str = "0884303369";

/// An officer at work in an organisation with everything.
pub(crate) async fn at_work(house: &House) -> Result<SessionId> {
    let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
    house.officer(organisation, ssin(1)?).await
}

pub(crate) async fn opened(house: &House, session: SessionId, n: u64) -> Result<RegistrationId> {
    let person = ssin(n)?;
    house.register.tell(person, found(person)?);
    let call = house.call(session)?;
    Ok(house.office.open_registration(call, person, VisitReason::FirstKey).await?)
}

pub(crate) async fn view(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    page: Page,
) -> Result<(RegistrationView, Disclosure), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    house.office.disclose(call, ViewRegistration { registration, page }).await
}

pub(crate) fn card() -> Result<TypedDocument> {
    let entry = DocumentEntry {
        kind: DocumentKind::BelgianIdentityCard,
        number: "591191706458".to_owned(),
        issuer: "BEL".to_owned(),
        surname: "Janssens".to_owned(),
        given_names: "Lotte".to_owned(),
        birth_date: IncompleteDate::parse("1993-05-18").context("a date")?,
        sex: Sex::Female,
        valid_until: Day::new(2031, 3, 2).context("a day")?,
    };
    TypedDocument::new(&entry).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

pub(crate) async fn check(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    check: &str,
    answer: CheckAnswer,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let procedures = house.office.procedures();
    let card = "belgian-card-without-certificates";
    let answer = point_by_point(&procedures, card, registration, check, answer);
    let command = RecordCheck { registration, check: check.to_owned(), answer, procedures };
    house.office.run(call, command).await
}

pub(crate) async fn choose(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
) -> Result<()> {
    let command = ChooseProcedure {
        registration,
        procedure: "belgian-card-without-certificates".to_owned(),
        procedures: house.office.procedures(),
    };
    Ok(house.office.run(house.call(session)?, command).await?)
}

pub(crate) async fn record_document(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    document: TypedDocument,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let procedures = house.office.procedures();
    house.office.run(call, RecordDocument { registration, document, procedures }).await
}

pub(crate) async fn identify(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let procedures = house.office.procedures();
    house.office.run(call, IdentifyPerson { registration, procedures }).await.map(drop)
}

pub(crate) async fn identified(
    house: &House,
    session: SessionId,
    n: u64,
) -> Result<RegistrationId> {
    let id = opened(house, session, n).await?;
    choose(house, session, id).await?;
    check(house, session, id, "presence", CheckAnswer::Yes).await?;
    check(house, session, id, "in-hand", CheckAnswer::Yes).await?;
    record_document(house, session, id, card()?).await?;
    check(house, session, id, "comparison", CheckAnswer::ComparisonRead).await?;
    check(house, session, id, "features", CheckAnswer::Yes).await?;
    check(house, session, id, "photo", CheckAnswer::Yes).await?;
    let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
    check(house, session, id, "document-status", service).await?;
    identify(house, session, id).await?;
    Ok(id)
}

pub(crate) fn contact(registration: RegistrationId, mobile: bool) -> Result<EnterContact> {
    Ok(EnterContact {
        registration,
        consent: Some(loket_domain::consent::NEWEST.version.to_owned()),
        in_force: loket_domain::consent::NEWEST.version.to_owned(),
        language: Language::Nl,
        email: "lotte@example.be".parse()?,
        mobile: if mobile { Some("0470 12 34 56".parse()?) } else { None },
        shared: None,
        sharing: Sharing::default(),
    })
}

/// Confirms every address with the code that was sent to it.
pub(crate) async fn confirm_all(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
) -> Result<()> {
    house.send_messages().await?;
    let (shown, _) = view(house, session, registration, Page::Contact).await?;
    for point in shown.contacts {
        let post = if point.channel == Channel::Email { &house.mail } else { &house.sms };
        // Not the last message: news of an earlier key may have gone out after it.
        let sent = post.messages().into_iter().rfind(|message| message.subject == "contact_code");
        let code = sent.context("a code was sent")?.text;
        let command = ConfirmContactPoint { registration, contact_point: point.id, code };
        let verdict = house.office.run(house.call(session)?, command).await?;
        assert_eq!(verdict, CodeVerdict::Right);
    }
    Ok(())
}

pub(crate) async fn contactable(
    house: &House,
    session: SessionId,
    n: u64,
    mobile: bool,
) -> Result<RegistrationId> {
    let id = identified(house, session, n).await?;
    // Everybody in the tests has one address; the third person with it is asked why.
    let mut entered = contact(id, mobile)?;
    entered.shared = Some(SharedReason::Household);
    house.office.run(house.call(session)?, entered).await?;
    confirm_all(house, session, id).await?;
    Ok(id)
}

/// Link and code as the person has them.
pub(crate) struct Invitation {
    pub(crate) registration: RegistrationId,
    pub(crate) link: String,
    pub(crate) code: String,
}

pub(crate) async fn invited(house: &House, session: SessionId, n: u64) -> Result<Invitation> {
    let registration = contactable(house, session, n, true).await?;
    house.office.send_invitation(house.call(session)?, registration).await?;
    house.send_messages().await?;
    let link = house.mail.messages().last().context("a link was sent")?.text.expose().to_owned();
    let code = house.sms.messages().last().context("a code was sent")?.text.expose().to_owned();
    Ok(Invitation { registration, link, code })
}

/// The browser of somebody who opened a link.
pub(crate) fn browser(house: &House, link: &str) -> Result<ActivationPass> {
    let token = link.rsplit('/').next().context("a token")?;
    let cookie = house.office.open_link(token)?;
    house.office.read_pass(&cookie).context("the cookie reads")
}

/// Seed of the app as the person would type it.
pub(crate) fn seed(typed: &str) -> Result<TotpSeed> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = Vec::new();
    for value in typed.chars().filter_map(|c| alphabet.find(c)) {
        bits.extend((0..5).rev().map(|place| value >> place & 1 == 1));
    }
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect();
    Ok(TotpSeed::new(bytes.try_into().map_err(|_| anyhow::anyhow!("20 bytes"))?))
}

/// Six digits that the app shows now.
pub(crate) fn digits(house: &House, seed: &TotpSeed) -> Result<String> {
    app_code(seed, house.office.now())
}

pub(crate) const PASSWORD: &str = "drie gele fietsen";

/// Somebody who has made a password with an app: the dossier, and the seed in the app.
pub(crate) async fn activated(
    house: &House,
    session: SessionId,
    n: u64,
) -> Result<(RegistrationId, TotpSeed)> {
    let invitation = invited(house, session, n).await?;
    let pass = browser(house, &invitation.link)?;
    house.office.enter_code(&pass, &invitation.code, None).await?;
    house.office.choose_password(&pass, Secret::new(PASSWORD.to_owned()), None).await?;
    let seed = seed(house.office.app_set_up(&pass).await?.typed.expose())?;
    house.office.finish_app(&pass, &digits(house, &seed)?, None).await?;
    // The code that confirmed the app does not sign in.
    house.clock.advance(std::time::Duration::from_secs(60));
    Ok((invitation.registration, seed))
}

/// A registration whose person has made a password with an app.
pub(crate) async fn with_key(house: &House, session: SessionId, n: u64) -> Result<RegistrationId> {
    let invitation = invited(house, session, n).await?;
    let pass = browser(house, &invitation.link)?;
    house.office.enter_code(&pass, &invitation.code, None).await?;
    house.office.choose_password(&pass, Secret::new("drie gele fietsen".to_owned()), None).await?;
    let seed = seed(house.office.app_set_up(&pass).await?.typed.expose())?;
    house.office.finish_app(&pass, &digits(house, &seed)?, None).await?;
    Ok(invitation.registration)
}

pub(crate) async fn state(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
) -> Result<StateCode> {
    Ok(view(house, session, registration, Page::Status).await?.0.state)
}

on_both! {
    /// The whole way: SEED-10, SEED-18.
    async fn from_the_counter_to_a_key_that_works(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        // Two messages after the two confirmation codes, and neither holds the other's secret.
        assert_eq!((house.mail.messages().len(), house.sms.messages().len()), (2, 2));
        assert!(!invitation.link.contains(&invitation.code));
        let pass = browser(&house, &invitation.link)?;
        assert!(!house.office.progress(&pass).await?.code_entered);
        let entry = house.office.enter_code(&pass, &invitation.code, None).await?;
        assert_eq!(entry, CodeEntry::Right);
        let password = Secret::new("drie gele fietsen".to_owned());
        house.office.choose_password(&pass, password.clone(), None).await?;
        let seed = seed(house.office.app_set_up(&pass).await?.typed.expose())?;
        let first = digits(&house, &seed)?;
        house.office.finish_app(&pass, &first, None).await?;
        assert_eq!(house.office.made_key(&pass).await?, Some((KeyKind::PasswordAndApp, AssuranceLevel::Substantial)));
        assert_eq!(state(&house, session, invitation.registration).await?, StateCode::Activated);
        // The code that made the key does not sign in; the next one does, once.
        let attempt = |code: String| PasswordTry {
            email: "Lotte@example.be".to_owned(),
            password: password.clone(),
            code,
        };
        let refused = house.office.prove_password(attempt(first), KeyPurpose::Check, None).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::KeyUnknown))));
        // Three steps on, since the first code may have been that of the step to come.
        house.clock.advance(std::time::Duration::from_secs(90));
        let next = digits(&house, &seed)?;
        let proved = house.office.prove_password(attempt(next.clone()), KeyPurpose::Check, None).await?;
        // The procedure reaches high; a password with an app reaches substantial.
        assert_eq!((proved.kind, proved.level), (KeyKind::PasswordAndApp, AssuranceLevel::Substantial));
        let token = house.office.keep_key_check(&proved).await?;
        assert_eq!(house.office.key_check_result(&token).await?, Some(proved));
        let again = house.office.prove_password(attempt(next), KeyPurpose::Check, None).await;
        assert!(matches!(again, Err(Failure::Refused(Refusal::KeyUnknown))));
    }

    /// The same person at another visit has the same identifier: SEED-07.
    async fn a_repeat_registration_finds_the_same_person(house) {
        let session = at_work(&house).await?;
        let (one, two) = (opened(&house, session, 10).await?, opened(&house, session, 10).await?);
        let mut reader = house.store.reader().await?;
        let mut person = async |id| loket_app::tables::registration::person_id(&mut reader.view(), id).await;
        let first = person(one).await?;
        assert!(first.is_some());
        assert_eq!(first, person(two).await?);
    }

    /// A double click is one wish: the second answer is the first one, and nothing happens twice.
    async fn a_double_click_opens_one_dossier(house) {
        let session = at_work(&house).await?;
        let person = ssin(10)?;
        house.register.tell(person, found(person)?);
        let call = house.call(session)?;
        let one = house.office.open_registration(call.clone(), person, VisitReason::FirstKey).await?;
        let two = house.office.open_registration(call.clone(), person, VisitReason::FirstKey).await?;
        assert_eq!(one, two);
        let other = house.office.open_registration(call, person, VisitReason::KeyLost).await;
        assert!(matches!(other, Err(Failure::Refused(Refusal::RequestChanged))));
    }

    /// Steps in order only: SEED-74, SEED-76.
    async fn no_step_can_be_skipped(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        let send = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(send, Err(Failure::Refused(Refusal::NotIdentified))));
        let early = house.office.run(house.call(session)?, contact(id, true)?).await;
        assert!(matches!(early, Err(Failure::Refused(Refusal::NotIdentified))));
        choose(&house, session, id).await?;
        let photo = check(&house, session, id, "photo", CheckAnswer::Yes).await;
        assert!(matches!(photo, Err(Failure::Refused(Refusal::CheckOutOfOrder))));
        let decide = identify(&house, session, id).await;
        assert!(matches!(decide, Err(Failure::Refused(Refusal::ChecksIncomplete))));
        check(&house, session, id, "presence", CheckAnswer::No).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Opened);
        // A negative check that stops cannot be talked away.
        check(&house, session, id, "in-hand", CheckAnswer::Yes).await?;
        record_document(&house, session, id, card()?).await?;
        check(&house, session, id, "comparison", CheckAnswer::ComparisonRead).await?;
        check(&house, session, id, "features", CheckAnswer::Yes).await?;
        check(&house, session, id, "photo", CheckAnswer::Yes).await?;
        let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
        check(&house, session, id, "document-status", service).await?;
        let decide = identify(&house, session, id).await;
        assert!(matches!(decide, Err(Failure::Refused(Refusal::DifferenceBlocks))));
        let send = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(send, Err(Failure::Refused(Refusal::NotIdentified))));
    }
}
