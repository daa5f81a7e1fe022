//! Looking somebody up without a sure number: by name, and by the document in hand, with nothing
//! shown before a choice or a match; and what must be accounted for.

use std::time::Duration;

use anyhow::{Result, bail};
use loket_app::commands::explain_delay::ExplainDelay;
use loket_app::commands::open_registration::Wanted;
use loket_app::commands::read_review::{PointKind, ReadReview, Review};
use loket_app::commands::view_registration::{Looking, Page};
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_app::{Disclosure, Failure};
use loket_domain::Refusal;
use loket_domain::comparison::Explanation;
use loket_domain::document::card::CardNumber;
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::office::RoleKind;
use loket_domain::person::{IncompleteDate, Sex, Surname};
use loket_domain::register::{
    Criteria, GivenNameMatching, Hit, RegisterName, RegisterOutcome, SearchOutcome, Shown,
    VerificationOutcome,
};
use loket_domain::registration::{DelayReason, VisitReason};
use loket_testkit::house::{House, found, ssin};

use crate::journey::{MECHELEN, at_work, choose, contactable, opened, view};
use crate::on_both;

fn criteria() -> Result<Criteria> {
    Ok(Criteria {
        surname: Surname::new("Janssens")?,
        given_names: Vec::new(),
        matching: GivenNameMatching::Ignored,
        birth_date: IncompleteDate::parse("1993-00-00").ok_or_else(|| anyhow::anyhow!("a date"))?,
        sex: Sex::Unknown,
    })
}

fn hit(n: u64) -> Result<Hit> {
    let criteria = criteria()?;
    Ok(Hit {
        ssin: ssin(n)?,
        register: RegisterName::NationalRegister,
        given_names: Vec::new(),
        surname: criteria.surname,
        birth_date: criteria.birth_date,
        sex: Sex::Female,
        municipality: None,
    })
}

async fn open(
    house: &House,
    session: SessionId,
    wanted: Wanted,
) -> Result<RegistrationId, Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    house.office.open_with(call, wanted, VisitReason::FirstKey, None).await
}

fn card() -> Result<Shown> {
    Ok(Shown::Card { number: CardNumber::parse("591191706458")? })
}

fn refused<T: std::fmt::Debug>(result: Result<T, Failure>, wanted: Refusal) -> Result<()> {
    match result {
        Err(Failure::Refused(refusal)) if refusal == wanted => Ok(()),
        other => bail!("{other:?} instead of {wanted:?}"),
    }
}

on_both! {
    /// Details only after a choice, and another choice as long as nothing was begun: SEED-40, 60.
    async fn a_name_leads_to_a_list_and_a_choice_to_the_person(house) {
        let session = at_work(&house).await?;
        let hits = vec![hit(10)?, hit(11)?, hit(1)?];
        house.register.tell_search(SearchOutcome::Found { hits, truncated: false });
        for n in [10, 11] {
            house.register.tell(ssin(n)?, found(ssin(n)?)?);
        }
        let id = open(&house, session, Wanted::Name(criteria()?)).await?;
        let (shown, disclosure) = view(&house, session, id, Page::Hits).await?;
        let Looking::Name { found: Some(list), left, .. } = &shown.looking else {
            bail!("{:?}", shown.looking)
        };
        let SearchOutcome::Found { hits, .. } = disclosure.open(list) else { bail!("found") };
        // The officer's own entry, number 1, is not in the list.
        assert_eq!((hits.len(), *left), (2, 4));
        assert!(!shown.person_found);
        refused(choose(&house, session, id).await.map_err(|e| e.downcast().unwrap_or_else(|e| panic!("{e}"))), Refusal::PersonNotFound)?;
        house.office.choose_hit(house.call(session)?, id, 0).await?;
        let (shown, disclosure) = view(&house, session, id, Page::Person).await?;
        let person = shown.person.ok_or_else(|| anyhow::anyhow!("found"))?;
        assert_eq!(disclosure.open(&person).ssin, ssin(10)?);
        house.office.choose_hit(house.call(session)?, id, 1).await?;
        let (shown, disclosure) = view(&house, session, id, Page::Person).await?;
        let person = shown.person.ok_or_else(|| anyhow::anyhow!("found"))?;
        assert_eq!(disclosure.open(&person).ssin, ssin(11)?);
        choose(&house, session, id).await?;
        refused(house.office.choose_hit(house.call(session)?, id, 0).await, Refusal::WrongStep)?;
        let beyond = house.office.choose_hit(house.call(session)?, id, 9).await;
        refused(beyond, Refusal::WrongStep)?;
    }

    async fn every_outcome_of_a_search_is_kept_and_five_are_enough(house) {
        let session = at_work(&house).await?;
        let outcomes = [
            SearchOutcome::Nobody, SearchOutcome::TooWide, SearchOutcome::NotAllowed,
            SearchOutcome::Down, SearchOutcome::Unreadable,
        ];
        let mut id = None;
        for outcome in outcomes {
            let code = outcome.code();
            house.register.tell_search(outcome);
            match id {
                None => id = Some(open(&house, session, Wanted::Name(criteria()?)).await?),
                Some(id) => house.office.search_again(house.call(session)?, id, criteria()?).await?,
            }
            let id = id.ok_or_else(|| anyhow::anyhow!("opened"))?;
            let (shown, _) = view(&house, session, id, Page::Hits).await?;
            let Looking::Name { outcome, .. } = shown.looking else { bail!("by name") };
            assert_eq!(outcome.as_deref(), Some(code));
            refused(house.office.choose_hit(house.call(session)?, id, 0).await, Refusal::WrongStep)?;
        }
        // Only what was answered counts: nobody, too wide, not allowed.
        let id = id.ok_or_else(|| anyhow::anyhow!("opened"))?;
        house.register.tell_search(SearchOutcome::Nobody);
        for left in [2, 1] {
            let Looking::Name { left: told, .. } = view(&house, session, id, Page::Hits).await?.0.looking else { bail!("by name") };
            assert_eq!(told, left);
            house.office.search_again(house.call(session)?, id, criteria()?).await?;
        }
        let sixth = house.office.search_again(house.call(session)?, id, criteria()?).await;
        refused(sixth, Refusal::TooManySearches)?;
    }

    /// Match before reveal: without a match nothing of the person is asked for or kept.
    async fn a_document_must_belong_to_the_number_before_anything_is_shown(house) {
        let session = at_work(&house).await?;
        house.register.tell(ssin(10)?, found(ssin(10)?)?);
        let outcomes = [
            VerificationOutcome::NoMatch, VerificationOutcome::Unknown, VerificationOutcome::Replaced,
            VerificationOutcome::Cancelled, VerificationOutcome::NotInscribed,
            VerificationOutcome::NotAllowed, VerificationOutcome::Down, VerificationOutcome::Unreadable,
        ];
        for outcome in outcomes {
            house.register.tell_verification(outcome);
            let id = open(&house, session, Wanted::Document(ssin(10)?, card()?)).await?;
            let (shown, _) = view(&house, session, id, Page::Person).await?;
            let Looking::Document { outcome: told, left } = shown.looking else { bail!("by document") };
            let answered = !matches!(outcome, VerificationOutcome::Down | VerificationOutcome::Unreadable);
            assert_eq!((told.as_deref(), left), (Some(outcome.code()), if answered { 2 } else { 3 }));
            assert!(!shown.person_found);
            // There is no way round the document to the person.
            let around = house.office.ask_again(house.call(session)?, id).await;
            refused(around, Refusal::WrongStep)?;
        }
        house.register.tell_verification(VerificationOutcome::NoMatch);
        let id = open(&house, session, Wanted::Document(ssin(10)?, card()?)).await?;
        let again = async || house.office.verify_again(house.call(session)?, id, ssin(10)?, card()?).await
            .map_err(anyhow::Error::from);
        again().await?;
        house.register.tell_verification(VerificationOutcome::Match);
        again().await?;
        assert!(view(&house, session, id, Page::Person).await?.0.person_found);
        assert!(again().await.is_err(), "the person is known");
        let own = open(&house, session, Wanted::Document(ssin(1)?, card()?)).await;
        refused(own, Refusal::OwnNumber)?;
    }

    /// Details of five people at most, wherever they come from: a list is not for leafing through.
    async fn a_list_is_not_for_leafing_through(house) {
        let session = at_work(&house).await?;
        let hits = (10..20).map(hit).collect::<Result<Vec<_>>>()?;
        for n in 10..20 {
            house.register.tell(ssin(n)?, found(ssin(n)?)?);
        }
        house.register.tell_search(SearchOutcome::Found { hits, truncated: false });
        let id = open(&house, session, Wanted::Name(criteria()?)).await?;
        for n in 0..5 {
            house.office.choose_hit(house.call(session)?, id, n).await?;
        }
        assert!(!view(&house, session, id, Page::Hits).await?.0.may_ask);
        refused(house.office.choose_hit(house.call(session)?, id, 5).await, Refusal::TooManyQuestions)?;
        assert!(review(&house).await?.contains(&PointKind::Refused(Refusal::TooManyQuestions)));
    }

    /// Who looks for himself or herself by name finds nobody to choose, is told so, and is reported.
    async fn a_search_that_finds_oneself_shows_nothing_and_is_told(house) {
        let session = at_work(&house).await?;
        house.register.tell_search(SearchOutcome::Found { hits: vec![hit(1)?], truncated: false });
        let id = open(&house, session, Wanted::Name(criteria()?)).await?;
        let (shown, _) = view(&house, session, id, Page::Hits).await?;
        let Looking::Name { outcome, .. } = shown.looking else { bail!("by name") };
        assert_eq!(outcome.as_deref(), Some("only_oneself"));
        refused(house.office.choose_hit(house.call(session)?, id, 0).await, Refusal::WrongStep)?;
        // A colleague's list with one's own entry, after a take-over: it cannot be chosen either.
        house.register.tell_search(SearchOutcome::Found { hits: vec![hit(2)?, hit(10)?], truncated: false });
        house.office.search_again(house.call(session)?, id, criteria()?).await?;
        let masthead = house.office.masthead(session).await?.ok_or_else(|| anyhow::anyhow!("in"))?;
        let two = house.officer(masthead.facts.organisation, ssin(2)?).await?;
        let to = house.office.masthead(two).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.staff;
        let take = loket_app::commands::hand_over_registration::HandOverRegistration { registration: id, to };
        house.office.run(house.call(two)?, take).await?;
        refused(house.office.choose_hit(house.call(two)?, id, 0).await, Refusal::OwnNumber)?;
        let kinds = review(&house).await?;
        assert_eq!(kinds, [PointKind::Refused(Refusal::OwnNumber), PointKind::FoundOneself]);
    }

    /// A name without sound costs no question: the form says so before, and the office refuses it.
    async fn a_name_that_registers_cannot_search_for_never_leaves(house) {
        let session = at_work(&house).await?;
        let cyrillic = Criteria { surname: Surname::new("Иванов")?, ..criteria()? };
        refused(open(&house, session, Wanted::Name(cyrillic)).await, Refusal::InvalidInput)?;
        let short = Criteria { surname: Surname::new("O")?, ..criteria()? };
        refused(open(&house, session, Wanted::Name(short)).await, Refusal::InvalidInput)?;
        let mut reader = house.store.reader().await?;
        let kinds = loket_store::journal::kinds_since(&mut reader.view(), 0).await?;
        assert!(!kinds.iter().any(|(_, kind)| kind == "register_searched"));
    }

    async fn three_tries_with_a_document_are_enough(house) {
        let session = at_work(&house).await?;
        house.register.tell_verification(VerificationOutcome::NoMatch);
        let id = open(&house, session, Wanted::Document(ssin(10)?, card()?)).await?;
        for _ in 0..2 {
            house.office.verify_again(house.call(session)?, id, ssin(10)?, card()?).await?;
        }
        let fourth = house.office.verify_again(house.call(session)?, id, ssin(10)?, card()?).await;
        refused(fourth, Refusal::TooManySearches)?;
    }

    async fn an_organisation_is_inscribed_and_asks_again(house) {
        let session = at_work(&house).await?;
        house.register.tell(ssin(10)?, RegisterOutcome::NotInscribed);
        let id = open(&house, session, Wanted::Number(ssin(10)?)).await?;
        assert!(!view(&house, session, id, Page::Person).await?.0.person_found);
        house.office.inscribe(house.call(session)?, id).await?;
        assert_eq!(house.register.inscriptions(), [ssin(10)?]);
        assert!(view(&house, session, id, Page::Person).await?.0.person_found);
        let again = house.office.inscribe(house.call(session)?, id).await;
        refused(again, Refusal::WrongStep)?;
    }

    async fn more_than_sixty_look_ups_want_a_reason_and_count_for_the_reviewer(house) {
        let session = at_work(&house).await?;
        for n in 0..60 {
            open(&house, session, Wanted::Number(ssin(100 + n)?)).await?;
            house.clock.advance(Duration::from_secs(20));
            house.office.masthead(session).await?;
        }
        refused(open(&house, session, Wanted::Number(ssin(200)?)).await, Refusal::TooManyLookUps)?;
        let many = Some(Explanation::new("A day for new students at the university")?);
        let call = house.call(session)?;
        house.office.open_with(call, Wanted::Number(ssin(200)?), VisitReason::FirstKey, many).await?;
        let kinds = review(&house).await?;
        assert!(kinds.iter().any(|kind| matches!(kind, PointKind::ManyLookUps(words) if words.contains("students"))));
        assert!(kinds.contains(&PointKind::Refused(Refusal::TooManyLookUps)));
    }

    /// A registration without a result within half an hour: SEED-39.
    async fn a_dossier_without_result_must_be_accounted_for(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        house.clock.advance(Duration::from_mins(14));
        house.office.masthead(session).await?;
        house.clock.advance(Duration::from_mins(14));
        house.office.masthead(session).await?;
        opened(&house, session, 11).await?;
        house.clock.advance(Duration::from_mins(3));
        refused(open(&house, session, Wanted::Number(ssin(12)?)).await, Refusal::DelayUnexplained)?;
        assert_eq!(review(&house).await?, [PointKind::WithoutResult(None)]);
        let explain = |registration| ExplainDelay { registration, reason: DelayReason::TakesLong };
        house.office.run(house.call(session)?, explain(id)).await?;
        refused(house.office.run(house.call(session)?, explain(id)).await, Refusal::WrongStep)?;
        open(&house, session, Wanted::Number(ssin(12)?)).await?;
        assert_eq!(review(&house).await?, [PointKind::WithoutResult(Some(DelayReason::TakesLong))]);
    }

    /// People are looked up only to send them link and code: what became of it is listed (SEED-79).
    async fn look_ups_without_invitation_are_listed_by_officer(house) {
        let session = at_work(&house).await?;
        let sent = contactable(&house, session, 10, true).await?;
        house.office.send_invitation(house.call(session)?, sent).await?;
        let stopped = opened(&house, session, 11).await?;
        let stop = WithdrawRegistration { registration: stopped, reason: StopReason::WrongNumber };
        house.office.run(house.call(session)?, stop).await?;
        opened(&house, session, 12).await?;
        let week = read_review(&house).await?.0.week;
        let told: Vec<_> = week.iter().map(|of| (of.opened, of.without_invitation, of.stopped, of.out_of_time)).collect();
        assert_eq!(told, [(3, 1, 1, 0)], "one is still open");
        house.clock.advance(Duration::from_hours(8 * 24));
        assert!(read_review(&house).await?.0.week.is_empty());
    }

    /// A take-over does not wash it away: who opened it accounts for it.
    async fn a_delay_stays_with_who_opened_the_dossier(house) {
        let session = at_work(&house).await?;
        let organisation = house.office.masthead(session).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.organisation;
        let two = house.officer(organisation, ssin(2)?).await?;
        let id = opened(&house, session, 10).await?;
        let to = house.office.masthead(two).await?.ok_or_else(|| anyhow::anyhow!("in"))?.facts.staff;
        let take = loket_app::commands::hand_over_registration::HandOverRegistration { registration: id, to };
        house.office.run(house.call(two)?, take).await?;
        for _ in 0..3 {
            house.clock.advance(Duration::from_mins(11));
            house.office.masthead(session).await?;
            house.office.masthead(two).await?;
        }
        // The colleague is not asked, and cannot answer for the other.
        open(&house, two, Wanted::Number(ssin(12)?)).await?;
        refused(open(&house, session, Wanted::Number(ssin(12)?)).await, Refusal::DelayUnexplained)?;
        let explain = || ExplainDelay { registration: id, reason: DelayReason::TakesLong };
        refused(house.office.run(house.call(two)?, explain()).await, Refusal::WrongStep)?;
        house.office.run(house.call(session)?, explain()).await?;
        open(&house, session, Wanted::Number(ssin(13)?)).await?;
        assert_eq!(review(&house).await?, [PointKind::WithoutResult(Some(DelayReason::TakesLong))]);
    }

    /// An inscription lasts as long as an open dossier asks about the number, and no longer.
    async fn an_organisation_is_released_when_no_dossier_asks_any_more(house) {
        use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
        use loket_app::jobs::release_inscriptions;
        use loket_domain::register::InscriptionOutcome;
        let session = at_work(&house).await?;
        let stop = async |registration| {
            let stop = WithdrawRegistration { registration, reason: StopReason::PersonLeft };
            house.office.run(house.call(session)?, stop).await.map_err(anyhow::Error::from)
        };
        house.register.tell(ssin(10)?, RegisterOutcome::NotInscribed);
        let first = open(&house, session, Wanted::Number(ssin(10)?)).await?;
        house.office.inscribe(house.call(session)?, first).await?;
        let other = open(&house, session, Wanted::Number(ssin(10)?)).await?;
        release_inscriptions(&house.office).await?;
        assert_eq!(house.register.inscriptions(), [ssin(10)?], "the first one is still open");
        stop(first).await?;
        release_inscriptions(&house.office).await?;
        assert_eq!(house.register.inscriptions(), [ssin(10)?], "the other one asks about the number");
        stop(other).await?;
        house.register.tell_release(InscriptionOutcome::Down);
        release_inscriptions(&house.office).await?;
        house.register.tell_release(InscriptionOutcome::Done);
        release_inscriptions(&house.office).await?;
        assert_eq!(house.register.inscriptions(), [ssin(10)?], "not tried again at once");
        house.clock.advance(Duration::from_secs(61));
        release_inscriptions(&house.office).await?;
        assert!(house.register.inscriptions().is_empty());
        house.clock.advance(Duration::from_hours(24));
        release_inscriptions(&house.office).await?;
        let mut reader = house.store.reader().await?;
        let kinds = loket_store::soundness::kinds_of(&mut reader.view(), first).await?;
        let told: Vec<_> = kinds.into_iter().filter(|kind| kind.starts_with("release_")).collect();
        assert_eq!(told, ["release_asked", "release_answered", "release_asked", "release_answered"]);
    }

    /// Nobody looks himself up, nor after the role was withdrawn; both are told to the reviewer.
    async fn forbidden_look_ups_are_refused_and_told(house) {
        use loket_app::commands::withdraw_role::WithdrawRole;
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let role = house.grant(organisation, ssin(1)?, RoleKind::Officer).await?;
        let session = house.sign_in(ssin(1)?).await?;
        house.office.accept_terms(house.call(session)?, loket_testkit::house::TERMS, loket_domain::Language::Nl).await?;
        refused(open(&house, session, Wanted::Number(ssin(1)?)).await, Refusal::OwnNumber)?;
        let withdraw = WithdrawRole { organisation, role, reason: "left".to_owned() };
        house.office.run(house.operator()?, withdraw).await?;
        refused(open(&house, session, Wanted::Number(ssin(10)?)).await, Refusal::RoleWithdrawn)?;
        let kinds = review(&house).await?;
        assert_eq!(kinds, [PointKind::Refused(Refusal::RoleWithdrawn), PointKind::Refused(Refusal::OwnNumber)]);
    }
}

/// What the reviewer of Mechelen reads.
pub(crate) async fn review(house: &House) -> Result<Vec<PointKind>> {
    let (review, disclosure) = read_review(house).await?;
    Ok(review.points.iter().map(|point| disclosure.open(&point.kind).clone()).collect())
}

async fn read_review(house: &House) -> Result<(Review, Disclosure)> {
    let mut reader = house.store.reader().await?;
    let all = loket_app::tables::organisation::all(&mut reader.view()).await?;
    drop(reader);
    let organisation = all.first().ok_or_else(|| anyhow::anyhow!("an organisation"))?.id;
    // At the second reading the reviewer has the role already.
    let session = match house.sign_in(ssin(900)?).await {
        Ok(session) => session,
        Err(_) => house.staff(organisation, ssin(900)?, RoleKind::Reviewer).await?,
    };
    let since = house.office.now().minus(Duration::from_hours(24));
    Ok(house.office.disclose(house.call(session)?, ReadReview { since }).await?)
}
