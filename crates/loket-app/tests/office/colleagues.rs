//! Two officers and one dossier: handing it over, and the second officer of a check.

use anyhow::Result;
use loket_app::Failure;
use loket_app::commands::allow_procedure::AllowProcedure;
use loket_app::commands::answer_second_check::AnswerSecondCheck;
use loket_app::commands::call_second_officer::CallSecondOfficer;
use loket_app::commands::choose_procedure::ChooseProcedure;
use loket_app::commands::explain_difference::ExplainDifference;
use loket_app::commands::hand_over_registration::HandOverRegistration;
use loket_app::commands::note_circumstances::NoteCircumstances;
use loket_app::commands::read_review::PointKind;
use loket_app::commands::reconstruct_registration::ReconstructRegistration;
use loket_app::commands::record_check::CheckAnswer;
use loket_app::commands::take_second_check::TakeSecondCheck;
use loket_app::commands::view_registration::Page;
use loket_app::commands::view_second_check::ViewSecondCheck;
use loket_domain::Refusal;
use loket_domain::comparison::{DifferenceReason, Explanation, Field, Verdict};
use loket_domain::document::{DocumentEntry, DocumentKind, Mrz, TypedDocument};
use loket_domain::id::{RegistrationId, SecondCheckId, SessionId};
use loket_domain::office::RoleKind;
use loket_domain::person::{IncompleteDate, RegisterPerson, Sex, Standing};
use loket_domain::procedure::ExternalAnswer;
use loket_domain::register::RegisterOutcome;
use loket_domain::registration::{Circumstances, Companion, Interpreting, StateCode, VisitReason};
use loket_domain::time::Day;
use loket_testkit::house::{House, found, ssin};
use loket_testkit::points::point_by_point;

use crate::journey::{
    MECHELEN, check, choose, identified, identify, opened, record_document, state, view,
};
use crate::on_both;

/// Two officers of one organisation.
pub(crate) async fn two(house: &House) -> Result<(SessionId, SessionId)> {
    let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
    Ok((house.officer(organisation, ssin(1)?).await?, house.officer(organisation, ssin(2)?).await?))
}

pub(crate) async fn hand_over(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    to: SessionId,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let to = house.office.masthead(to).await?.ok_or(Refusal::SessionEnded)?.facts.staff;
    house.office.run(call, HandOverRegistration { registration, to }).await
}

pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, Failure>,
    wanted: Refusal,
) -> Result<()> {
    match result {
        Err(Failure::Refused(refusal)) if refusal == wanted => Ok(()),
        other => anyhow::bail!("{other:?} instead of {wanted:?}"),
    }
}

fn passport() -> Result<TypedDocument> {
    let entry = DocumentEntry {
        kind: DocumentKind::ForeignPassport,
        number: "AB1234567".to_owned(),
        issuer: "FRA".to_owned(),
        surname: "Janssens".to_owned(),
        given_names: "Lotte".to_owned(),
        birth_date: IncompleteDate::parse("1993-05-18").ok_or_else(|| anyhow::anyhow!("a date"))?,
        sex: Sex::Female,
        valid_until: Day::new(2031, 3, 2).ok_or_else(|| anyhow::anyhow!("a day"))?,
    };
    TypedDocument::new(&entry).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

/// What is otherwise than in an ordinary answer of the register.
type Change = fn(&mut RegisterPerson);

/// A Belgian card on which neither name is the register's.
pub(crate) fn another_card() -> Result<TypedDocument> {
    let entry = DocumentEntry {
        kind: DocumentKind::BelgianIdentityCard,
        number: "591191706458".to_owned(),
        issuer: "BEL".to_owned(),
        surname: "El Amrani".to_owned(),
        given_names: "Fatima".to_owned(),
        birth_date: IncompleteDate::parse("1993-05-18").ok_or_else(|| anyhow::anyhow!("a date"))?,
        sex: Sex::Female,
        valid_until: Day::new(2031, 3, 2).ok_or_else(|| anyhow::anyhow!("a day"))?,
    };
    TypedDocument::new(&entry).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

/// The card of Lotte Janssens by its zone, with this national number in it.
pub(crate) fn card_by_zone(number: &str) -> Result<TypedDocument> {
    let digit = |text: &str| loket_domain::document::mrz::check_digit(text).unwrap_or_default();
    let first = format!("591191706{}{number}<<<<", digit("591191706"));
    let (birth, until) =
        (format!("930518{}", digit("930518")), format!("310302{}", digit("310302")));
    let all = digit(&format!("{first}{birth}{until}<<<<<<<<<<<"));
    let names = format!("{:<<30}", "JANSSENS<<LOTTE");
    let text = format!("IDBEL{first}\n{birth}F{until}BEL<<<<<<<<<<<{all}\n{names}");
    let zone = Mrz::parse(&text, Day::new(2026, 11, 23).ok_or_else(|| anyhow::anyhow!("a day"))?)?;
    TypedDocument::from_mrz(DocumentKind::BelgianIdentityCard, &zone)
        .map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

pub(crate) async fn explain(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    field: Field,
    reason: Option<DifferenceReason>,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let explanation = Explanation::new("I know this lady very well indeed.");
    let explanation = explanation.map_err(|_| Refusal::ExplanationTooShort)?;
    let procedures = house.office.procedures();
    let command = ExplainDifference { registration, field, reason, explanation, procedures };
    house.office.run(call, command).await
}

async fn choose_video(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    let procedures = house.office.procedures();
    let command = ChooseProcedure { registration, procedure: "video".to_owned(), procedures };
    house.office.run(call, command).await
}

/// A dossier by video up to the second officer, whose call it has.
pub(crate) async fn up_to_the_second(
    house: &House,
    session: SessionId,
) -> Result<(RegistrationId, SecondCheckId)> {
    up_to_the_second_about(house, session, 10).await
}

/// The same about a certain person.
async fn up_to_the_second_about(
    house: &House,
    session: SessionId,
    person: u64,
) -> Result<(RegistrationId, SecondCheckId)> {
    let organisation = house
        .office
        .masthead(session)
        .await?
        .ok_or_else(|| anyhow::anyhow!("in"))?
        .facts
        .organisation;
    let allow = AllowProcedure {
        organisation,
        procedure: "video".to_owned(),
        until: house.office.now().plus(std::time::Duration::from_hours(24)),
        reason: "pilot with the embassies".to_owned(),
        procedures: house.office.procedures(),
    };
    house.office.run(house.operator()?, allow).await?;
    let id = opened(house, session, person).await?;
    choose_video(house, session, id).await?;
    for name in ["notice", "presence", "in-hand"] {
        check(house, session, id, name, CheckAnswer::Yes).await?;
    }
    record_document(house, session, id, passport()?).await?;
    check(house, session, id, "comparison", CheckAnswer::ComparisonRead).await?;
    for name in ["features", "photo"] {
        let procedures = house.office.procedures();
        let good = point_by_point(&procedures, "video", id, name, CheckAnswer::Yes);
        check(house, session, id, name, good).await?;
    }
    let call = CallSecondOfficer { registration: id, procedures: house.office.procedures() };
    let second = house.office.run(house.call(session)?, call).await?;
    Ok((id, second))
}

pub(crate) fn take(
    house: &House,
    registration: RegistrationId,
    second_check: SecondCheckId,
) -> TakeSecondCheck {
    TakeSecondCheck { registration, second_check, procedures: house.office.procedures() }
}

pub(crate) fn answer(
    house: &House,
    registration: RegistrationId,
    second_check: SecondCheckId,
    agrees: bool,
) -> AnswerSecondCheck {
    AnswerSecondCheck { registration, second_check, agrees, procedures: house.office.procedures() }
}

on_both! {
    async fn a_dossier_is_one_officers_work_until_it_is_handed_over(house) {
        let (one, two) = two(&house).await?;
        let id = opened(&house, one, 10).await?;
        refused(view(&house, two, id, Page::Person).await.map(drop), Refusal::OtherOfficer)?;
        let early = choose(&house, two, id).await;
        assert_eq!(early.unwrap_err().to_string(), "refused: other_officer");
        let (shown, _) = view(&house, two, id, Page::Status).await?;
        assert!(!shown.is_own);
        // Taken over by the colleague, and back again by hand-over; every step was kept.
        choose(&house, one, id).await?;
        check(&house, one, id, "presence", CheckAnswer::Yes).await?;
        hand_over(&house, two, id, two).await?;
        refused(check(&house, one, id, "in-hand", CheckAnswer::Yes).await, Refusal::OtherOfficer)?;
        check(&house, two, id, "in-hand", CheckAnswer::Yes).await?;
        refused(hand_over(&house, one, id, two).await, Refusal::OtherOfficer)?;
        hand_over(&house, two, id, one).await?;
        record_document(&house, one, id, crate::journey::card()?).await?;
        let mut reader = house.store.reader().await?;
        let kinds = loket_store::soundness::kinds_of(&mut reader.view(), id).await?;
        assert_eq!(kinds.iter().filter(|kind| **kind == "registration_handed_over").count(), 2);
        drop(reader);
        // The auditor reads both names, also of a colleague who did nothing with it yet.
        let other = opened(&house, one, 11).await?;
        hand_over(&house, one, other, two).await?;
        let operator = house.bare_organisation("Operator", "0400378485", true).await?;
        let auditor = house.staff(operator, ssin(5)?, RoleKind::Auditor).await?;
        let purpose = "sample of 2026".to_owned();
        let command = ReconstructRegistration { registration: other, purpose };
        let (found, _) = house.office.disclose(house.call(auditor)?, command).await?;
        assert_eq!(found.names.staff.len(), 2);
    }

    async fn it_goes_to_nobody_else_and_not_behind_their_back(house) {
        let (one, two) = two(&house).await?;
        let other = house.organisation("Stad Gent", "0200000142").await?;
        let stranger = house.officer(other, ssin(3)?).await?;
        let id = opened(&house, one, 10).await?;
        refused(hand_over(&house, one, id, stranger).await, Refusal::ColleagueUnknown)?;
        refused(hand_over(&house, stranger, id, stranger).await, Refusal::NotFound)?;
        let third = house.officer(
            house.office.masthead(one).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.organisation,
            ssin(4)?,
        ).await?;
        refused(hand_over(&house, two, id, third).await, Refusal::OtherOfficer)?;
        let done = identified(&house, one, 11).await?;
        hand_over(&house, two, done, two).await?;
        assert_eq!(state(&house, two, done).await?, StateCode::Identified);
    }

    async fn video_needs_permission_and_a_second_officer_with_a_card(house) {
        let (one, two) = two(&house).await?;
        let id = opened(&house, one, 12).await?;
        refused(choose_video(&house, one, id).await, Refusal::ProcedureNotInForce)?;
        let (id, second) = up_to_the_second(&house, one).await?;
        // The first officer cannot answer in any way.
        let alone = check(&house, one, id, "second-officer", CheckAnswer::Yes).await;
        refused(alone, Refusal::WrongStep)?;
        refused(house.office.run(house.call(one)?, take(&house, id, second)).await, Refusal::SecondOfficerIsFirst)?;
        let seen = ViewSecondCheck { registration: id, second_check: second, procedures: house.office.procedures() };
        refused(house.office.run(house.call(two)?, seen).await.map(drop), Refusal::SecondCheckGone)?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        refused(house.office.run(house.call(two)?, take(&house, id, second)).await, Refusal::SecondCheckGone)?;
        let seen = ViewSecondCheck { registration: id, second_check: second, procedures: house.office.procedures() };
        let (view, disclosure) = house.office.disclose(house.call(two)?, seen).await?;
        assert_eq!(disclosure.open(&view.person).surname.as_str(), "Janssens");
        refused(identify(&house, one, id).await, Refusal::ChecksIncomplete)?;
        // The card was shown more than five minutes ago.
        house.clock.advance(std::time::Duration::from_mins(6));
        refused(house.office.run(house.call(two)?, answer(&house, id, second, true)).await, Refusal::CardAgain)?;
        let two = house.sign_in(ssin(2)?).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, true)).await?;
        let one = house.sign_in(ssin(1)?).await?;
        identify(&house, one, id).await?;
        assert_eq!(state(&house, one, id).await?, StateCode::Identified);
    }

    async fn a_second_officer_who_disagrees_stops_it(house) {
        let (one, two) = two(&house).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, false)).await?;
        refused(identify(&house, one, id).await, Refusal::DifferenceBlocks)?;
        refused(house.office.run(house.call(two)?, answer(&house, id, second, true)).await, Refusal::SecondCheckGone)?;
    }

    async fn a_call_is_over_when_what_it_was_about_changes(house) {
        let (one, two) = two(&house).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        let masthead = house.office.masthead(two).await?.ok_or_else(|| anyhow::anyhow!("in"))?;
        assert_eq!(house.office.second_checks(&masthead).await?.len(), 1);
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        record_document(&house, one, id, passport()?).await?;
        assert!(house.office.second_checks(&masthead).await?.is_empty());
        refused(house.office.run(house.call(two)?, answer(&house, id, second, true)).await, Refusal::SecondCheckGone)?;
    }

    async fn who_took_a_dossier_over_cannot_be_the_second_officer_of_it(house) {
        let (one, two) = two(&house).await?;
        let (id, _) = up_to_the_second(&house, one).await?;
        hand_over(&house, two, id, two).await?;
        let call = CallSecondOfficer { registration: id, procedures: house.office.procedures() };
        let second = house.office.run(house.call(two)?, call).await?;
        // The first officer made the checks; the second one has the dossier now: a third is needed.
        refused(house.office.run(house.call(one)?, take(&house, id, second)).await, Refusal::SecondOfficerIsFirst)?;
    }

    /// Twenty characters of one officer once explained away two wholly different names.
    async fn another_name_takes_a_closed_reason_and_a_colleague(house) {
        let (one, two) = two(&house).await?;
        let id = opened(&house, one, 10).await?;
        choose(&house, one, id).await?;
        for name in ["presence", "in-hand"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        record_document(&house, one, id, another_card()?).await?;
        let read = async || check(&house, one, id, "comparison", CheckAnswer::ComparisonRead).await;
        refused(read().await, Refusal::DifferenceUnexplained)?;
        for reason in [None, Some(DifferenceReason::OtherSpelling), Some(DifferenceReason::MarriedName)] {
            refused(explain(&house, one, id, Field::GivenNames, reason).await, Refusal::DifferenceUnexplained)?;
        }
        for field in [Field::Surname, Field::GivenNames] {
            explain(&house, one, id, field, Some(DifferenceReason::ActSeen)).await?;
        }
        read().await?;
        for name in ["features", "photo"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
        check(&house, one, id, "document-status", service.clone()).await?;
        refused(identify(&house, one, id).await, Refusal::ChecksIncomplete)?;
        let call = || CallSecondOfficer { registration: id, procedures: house.office.procedures() };
        let second = house.office.run(house.call(one)?, call()).await?;
        refused(house.office.run(house.call(one)?, take(&house, id, second)).await, Refusal::SecondOfficerIsFirst)?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, true)).await?;
        // Another explanation is another matter: what the colleague confirmed is not kept for it.
        explain(&house, one, id, Field::Surname, Some(DifferenceReason::RegisterErrorReported)).await?;
        refused(identify(&house, one, id).await, Refusal::ChecksIncomplete)?;
        read().await?;
        for name in ["features", "photo"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        check(&house, one, id, "document-status", service).await?;
        let second = house.office.run(house.call(one)?, call()).await?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, true)).await?;
        identify(&house, one, id).await?;
        assert_eq!(state(&house, one, id).await?, StateCode::Identified);
    }

    /// Two at once: one gets it, and the other is told.
    async fn a_call_is_taken_by_exactly_one(house) {
        let (one, two) = two(&house).await?;
        let organisation =
            house.office.masthead(one).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.organisation;
        let three = house.officer(organisation, ssin(3)?).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        let attempt = |session| {
            let call = house.call(session);
            let (office, command) = (house.office.clone(), take(&house, id, second));
            async move { office.run(call.map_err(|_| Refusal::NotSignedIn)?, command).await }
        };
        let (a, b) = tokio::join!(attempt(two), attempt(three));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        refused(if a.is_ok() { b } else { a }, Refusal::SecondCheckGone)?;
    }

    /// A card whose zone has another number than the register is another person's.
    async fn the_number_in_the_zone_is_held_against_the_register(house) {
        let (one, _) = two(&house).await?;
        let begin = async |n| -> Result<RegistrationId> {
            let id = opened(&house, one, n).await?;
            choose(&house, one, id).await?;
            for name in ["presence", "in-hand"] {
                check(&house, one, id, name, CheckAnswer::Yes).await?;
            }
            Ok(id)
        };
        let id = begin(10).await?;
        record_document(&house, one, id, card_by_zone(&ssin(11)?.digits())?).await?;
        check(&house, one, id, "comparison", CheckAnswer::ComparisonRead).await?;
        refused(explain(&house, one, id, Field::NationalNumber, Some(DifferenceReason::ActSeen)).await, Refusal::DifferenceBlocks)?;
        assert!(identify(&house, one, id).await.is_err());
        record_document(&house, one, id, card_by_zone(&ssin(10)?.digits())?).await?;
        let (shown, disclosure) = view(&house, one, id, Page::Comparison).await?;
        let number = disclosure.open(&shown.identification).verdicts[4].clone();
        assert_eq!((number.field, number.verdict), (Field::NationalNumber, Verdict::Same));
        // A number that the register has replaced by the present one is the same person's.
        let old = ssin(12)?;
        house.register.tell(old, RegisterOutcome::Replaced { by: ssin(10)? });
        let id = house.office.open_registration(house.call(one)?, old, VisitReason::FirstKey).await?;
        house.office.follow_replacement(house.call(one)?, id).await?;
        choose(&house, one, id).await?;
        for name in ["presence", "in-hand"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        record_document(&house, one, id, card_by_zone(&old.digits())?).await?;
        let (shown, disclosure) = view(&house, one, id, Page::Comparison).await?;
        let number = disclosure.open(&shown.identification).verdicts[4].clone();
        assert_eq!((number.verdict, number.is_settled()), (Verdict::EarlierNumber, true));
    }

    /// Dead, struck off, too young: said where the procedure is chosen, not at the end of the checks.
    async fn who_gets_no_key_is_not_identified_at_all(house) {
        let (one, _) = two(&house).await?;
        let cases: [(u64, Change, Refusal); 3] = [
            (20, |p| p.standing = Standing::Deceased { on: None }, Refusal::PersonDeceased),
            (21, |p| p.standing = Standing::StruckOff, Refusal::PersonStruckOff),
            (22, |p| p.birth_date = IncompleteDate::new(2020, None, None).unwrap_or(p.birth_date), Refusal::PersonTooYoung),
        ];
        for (n, change, refusal) in cases {
            let number = ssin(n)?;
            let RegisterOutcome::Found { mut person, incomplete } = found(number)? else { anyhow::bail!("found") };
            change(&mut person);
            house.register.tell(number, RegisterOutcome::Found { person, incomplete });
            let id = house.office.open_registration(house.call(one)?, number, VisitReason::FirstKey).await?;
            let (shown, _) = view(&house, one, id, Page::Checks).await?;
            assert!(!shown.may_have_key);
            let command = ChooseProcedure {
                registration: id,
                procedure: "foreign-document".to_owned(),
                procedures: house.office.procedures(),
            };
            refused(house.office.run(house.call(one)?, command).await, refusal)?;
        }
    }

    /// Nobody sees, takes over, is second officer for or decides about himself or herself, and whoever
    /// tries is told to the reviewer.
    async fn nobody_decides_about_oneself(house) {
        let (one, two) = two(&house).await?;
        // Two is at the counter of one, as a person.
        let id = opened(&house, one, 2).await?;
        refused(view(&house, two, id, Page::Status).await.map(drop), Refusal::OwnDossier)?;
        refused(view(&house, two, id, Page::Person).await.map(drop), Refusal::OwnDossier)?;
        refused(hand_over(&house, two, id, two).await, Refusal::OwnDossier)?;
        refused(hand_over(&house, one, id, two).await, Refusal::OwnDossier)?;
        let early = choose(&house, two, id).await;
        assert_eq!(early.unwrap_err().to_string(), "refused: own_dossier");
        let (id, second) = up_to_the_second_about(&house, one, 2).await?;
        refused(house.office.run(house.call(two)?, take(&house, id, second)).await, Refusal::OwnDossier)?;
        refused(house.office.run(house.call(two)?, answer(&house, id, second, true)).await, Refusal::OwnDossier)?;
        let kinds = crate::searching::review(&house).await?;
        let told = kinds.iter().filter(|kind| **kind == PointKind::Refused(Refusal::OwnDossier)).count();
        assert_eq!(told, 7, "{kinds:?}");
        // A colleague can have it all the same.
        let organisation = house.office.masthead(one).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.organisation;
        let third = house.officer(organisation, ssin(3)?).await?;
        hand_over(&house, one, id, third).await?;
    }

    /// Any number that the person had counts, in both directions.
    async fn an_earlier_number_is_ones_own_too(house) {
        let (one, two) = two(&house).await?;
        let (old, new) = (ssin(50)?, ssin(51)?);
        house.register.tell(old, RegisterOutcome::Replaced { by: new });
        house.register.tell(new, found(new)?);
        let organisation = house.office.masthead(one).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.organisation;
        let by_old = house.officer(organisation, old).await?;
        let open = async |session, number| {
            let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
            house.office.open_registration(call, number, VisitReason::FirstKey).await
        };
        let id = open(one, old).await?;
        refused(hand_over(&house, by_old, id, by_old).await, Refusal::OwnDossier)?;
        house.office.follow_replacement(house.call(one)?, id).await?;
        assert!(view(&house, one, id, Page::Person).await?.0.person_found);
        refused(open(by_old, new).await, Refusal::OwnNumber)?;
        let by_new = house.officer(organisation, new).await?;
        refused(open(by_new, old).await, Refusal::OwnNumber)?;
        refused(hand_over(&house, by_new, id, by_new).await, Refusal::OwnDossier)?;
        // Both numbers lead to the same person from now on.
        let again = open(two, new).await?;
        let mut reader = house.store.reader().await?;
        let first = loket_app::tables::registration::person_id(&mut reader.view(), id).await?;
        let second = loket_app::tables::registration::person_id(&mut reader.view(), again).await?;
        assert!(first.is_some() && first == second);
    }

    async fn circumstances_are_noted_and_kept(house) {
        let (one, two) = two(&house).await?;
        let id = opened(&house, one, 10).await?;
        let note = |interpreting, companion| NoteCircumstances {
            registration: id,
            circumstances: Circumstances { interpreting, companion },
        };
        house.office.run(house.call(one)?, note(Interpreting::SignLanguage, Companion::None)).await?;
        house.office.run(house.call(one)?, note(Interpreting::Writing, Companion::Administrator)).await?;
        refused(house.office.run(house.call(two)?, note(Interpreting::None, Companion::None)).await, Refusal::OtherOfficer)?;
        let (shown, _) = view(&house, one, id, Page::Person).await?;
        let noted = Circumstances { interpreting: Interpreting::Writing, companion: Companion::Administrator };
        assert_eq!(shown.circumstances, Some(noted));
    }
}
