//! The auditor asks the journal: about a person, a member of staff, an organisation, by kind and in a
//! period, page by page; who was signed in; and each question is an event (SEED-42, 61).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::asking::Named;
use loket_app::commands::find_sessions::{FindSessions, FoundSessions, SessionEnd};
use loket_app::commands::search_journal::{Found, PAGE, SearchJournal};
use loket_app::commands::view_registration::Page;
use loket_app::{Disclosure, Failure};
use loket_domain::audit::{About, Event, EventGroup, JournalEntry, Kinds, Place};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::office::{EnterpriseNumber, RoleKind};
use loket_domain::register::RegisterOutcome;
use loket_domain::registration::VisitReason;
use loket_domain::{Refusal, Timestamp};
use loket_testkit::house::{House, found, ssin};

use crate::journey::{MECHELEN, at_work, opened, view};
use crate::on_both;

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) async fn auditor(house: &House) -> Result<SessionId> {
    let operator = house.bare_organisation("Operator", "0400378485", true).await?;
    house.staff(operator, ssin(3)?, RoleKind::Auditor).await
}

pub(crate) fn about(named: Named) -> SearchJournal {
    SearchJournal {
        named,
        kinds: Kinds::All,
        from: None,
        until: None,
        purpose: "complaint 2026/12".to_owned(),
        after: None,
    }
}

pub(crate) async fn ask(
    house: &House,
    auditor: SessionId,
    question: SearchJournal,
) -> Result<(Found, Vec<JournalEntry>), Failure> {
    let call = house.call(auditor).map_err(|_| Refusal::NotSignedIn)?;
    let (found, opens) = house.office.disclose(call, question).await?;
    let events = found.events.iter().map(|event| opens.open(event).clone()).collect();
    Ok((found, events))
}

fn kinds(events: &[JournalEntry]) -> Vec<&'static str> {
    events.iter().map(|event| event.event.kind()).collect()
}

/// A look-up by number that ends without a person, of somebody nobody was ever.
async fn unknown(house: &House, session: SessionId, n: u64) -> Result<RegistrationId> {
    let person = ssin(n)?;
    house.register.tell(person, RegisterOutcome::Unknown);
    let call = house.call(session)?;
    Ok(house.office.open_registration(call, person, VisitReason::FirstKey).await?)
}

async fn signed_in(
    house: &House,
    auditor: SessionId,
    at: Timestamp,
) -> Result<(FoundSessions, Disclosure), Failure> {
    let call = house.call(auditor).map_err(|_| Refusal::NotSignedIn)?;
    let purpose = "complaint 2026/12".to_owned();
    house.office.disclose(call, FindSessions { at, purpose, after: None }).await
}

on_both! {
    async fn who_looked_at_a_person_is_told_with_what_was_shown(house) {
        let session = at_work(&house).await?;
        let registration = opened(&house, session, 10).await?;
        view(&house, session, registration, Page::Person).await?;
        let other = opened(&house, session, 11).await?;
        view(&house, session, other, Page::Person).await?;
        let auditor = auditor(&house).await?;
        let (found, events) = ask(&house, auditor, about(Named::Person(ssin(10)?))).await?;
        assert_eq!(
            kinds(&events),
            ["registration_opened", "register_asked", "register_answered", "person_shown"]
        );
        assert!(events.iter().all(|event| event.registration == Some(registration)));
        let Event::PersonShown { fields, .. } = &events[3].event else { anyhow::bail!("shown") };
        assert!(fields.contains(&"birth_date".to_owned()));
        assert_eq!(found.names.references.len(), 1);
        // The question itself is found the next time, with its reason and without the number's event
        // being anybody else's.
        let (_, events) = ask(&house, auditor, about(Named::Person(ssin(10)?))).await?;
        let last = events.last().context("the question before")?;
        let Event::JournalSearched { by, purpose, events: told, number, .. } = &last.event else {
            anyhow::bail!("{:?}", last.event)
        };
        assert_eq!((by.as_str(), purpose.as_str(), *told), ("person", "complaint 2026/12", 4));
        assert_eq!(*number, Some(ssin(10)?));
    }

    async fn a_look_up_of_nobody_is_found_too(house) {
        let session = at_work(&house).await?;
        unknown(&house, session, 20).await?;
        let auditor = auditor(&house).await?;
        let (_, events) = ask(&house, auditor, about(Named::Person(ssin(20)?))).await?;
        assert_eq!(kinds(&events), ["registration_opened", "register_asked", "register_answered"]);
        // A number that nobody ever asked about is told as such, and the question is kept.
        let (found, events) = ask(&house, auditor, about(Named::Person(ssin(21)?))).await?;
        assert!(found.search.is_none() && events.is_empty());
        let oversight = SearchJournal {
            kinds: Kinds::Group(EventGroup::Oversight),
            ..about(Named::Everything)
        };
        let (_, events) = ask(&house, auditor, oversight).await?;
        let asked: Vec<_> = events.iter().filter_map(|event| match &event.event {
            Event::JournalSearched { number, events, .. } => Some((*number, *events)),
            _ => None,
        }).collect();
        assert_eq!(asked, [(Some(ssin(20)?), 3), (Some(ssin(21)?), 0)]);
    }

    /// A number that was only asked about becomes that of the person who had another one before.
    async fn a_replaced_number_leads_to_the_same_person(house) {
        let session = at_work(&house).await?;
        opened(&house, session, 30).await?;
        let (old, new) = (ssin(30)?, ssin(31)?);
        house.register.tell(old, RegisterOutcome::Replaced { by: new });
        house.register.tell(new, found(new)?);
        let call = house.call(session)?;
        let id = house.office.open_registration(call, old, VisitReason::KeyLost).await?;
        house.office.follow_replacement(house.call(session)?, id).await?;
        let auditor = auditor(&house).await?;
        let (by_old, old_events) = ask(&house, auditor, about(Named::Person(old))).await?;
        let (by_new, _) = ask(&house, auditor, about(Named::Person(new))).await?;
        let id_of = |found: &Found| found.search.and_then(|search| search.about);
        assert_eq!(id_of(&by_old), id_of(&by_new));
        assert_eq!(kinds(&old_events).iter().filter(|kind| **kind == "registration_opened").count(), 2);
    }

    async fn what_an_officer_and_an_organisation_did_begins_with_the_sign_in(house) {
        let session = at_work(&house).await?;
        opened(&house, session, 10).await?;
        house.office.sign_out(session, house.office.new_request()?).await?;
        let auditor = auditor(&house).await?;
        let (found, officer) = ask(&house, auditor, about(Named::Officer(ssin(1)?))).await?;
        let expected = [
            "signed_in", "terms_accepted", "registration_opened", "register_asked",
            "register_answered", "signed_out",
        ];
        assert_eq!(kinds(&officer), expected);
        assert_eq!(found.names.staff.len(), 1);
        let number = EnterpriseNumber::parse(MECHELEN)?;
        let (_, organisation) = ask(&house, auditor, about(Named::Organisation(number))).await?;
        assert_eq!(kinds(&organisation), expected);
        let one = SearchJournal { kinds: Kinds::One("signed_out"), ..about(Named::Officer(ssin(1)?)) };
        assert_eq!(kinds(&ask(&house, auditor, one).await?.1), ["signed_out"]);
        let group = SearchJournal {
            kinds: Kinds::Group(EventGroup::Sessions),
            ..about(Named::Officer(ssin(1)?))
        };
        let sessions = ask(&house, auditor, group).await?.1;
        assert_eq!(kinds(&sessions), ["signed_in", "terms_accepted", "signed_out"]);
    }

    async fn pages_go_on_where_the_last_one_ended_and_a_period_ends_before_its_end(house) {
        let session = at_work(&house).await?;
        let registration = opened(&house, session, 10).await?;
        house.clock.advance(MINUTE);
        let begin = house.office.now();
        for _ in 0..PAGE + 5 {
            view(&house, session, registration, Page::Person).await?;
        }
        let end = house.office.now();
        house.clock.advance(MINUTE);
        view(&house, session, registration, Page::Person).await?;
        let auditor = auditor(&house).await?;
        let within = |after: Option<Place>| -> Result<SearchJournal> {
            let question = about(Named::Person(ssin(10)?));
            Ok(SearchJournal { from: Some(begin), until: Some(end), after, ..question })
        };
        let (first, mut events) = ask(&house, auditor, within(None)?).await?;
        assert_eq!(events.len(), usize::try_from(PAGE)?);
        let (second, more) = ask(&house, auditor, within(first.next)?).await?;
        assert_eq!((more.len(), second.next), (5, None));
        events.extend(more);
        assert!(events.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
        assert!(events.iter().all(|event| event.event.kind() == "person_shown"));
        assert!(events.iter().all(|event| (begin..end).contains(&event.at)));
        // By kind alone and by period alone the same are there.
        let shown = SearchJournal { named: Named::Everything, kinds: Kinds::One("person_shown"), ..within(first.next)? };
        assert_eq!(ask(&house, auditor, shown).await?.1.len(), 5);
        let all = SearchJournal { named: Named::Everything, ..within(first.next)? };
        assert_eq!(ask(&house, auditor, all).await?.1.len(), 5);
        let earlier = |seconds| Some(begin.minus(Duration::from_secs(seconds)));
        let empty = SearchJournal { from: earlier(30), until: earlier(29), ..within(None)? };
        assert!(ask(&house, auditor, empty).await?.1.is_empty());
        let upside_down = SearchJournal { until: Some(begin), from: Some(end), ..within(None)? };
        let refused = ask(&house, auditor, upside_down).await.map(|_| ());
        assert!(matches!(refused, Err(Failure::Refused(Refusal::PeriodNotPossible))));
    }

    async fn nobody_asks_without_a_reason_without_the_role_or_about_oneself(house) {
        let session = at_work(&house).await?;
        let registration = opened(&house, session, 10).await?;
        let auditor = auditor(&house).await?;
        let hasty = SearchJournal { purpose: "why not".to_owned(), ..about(Named::Everything) };
        for (caller, question, refusal) in [
            (auditor, hasty, Refusal::ReasonMissing),
            (session, about(Named::Everything), Refusal::NotAllowed),
            (auditor, about(Named::Person(ssin(3)?)), Refusal::OwnNumber),
        ] {
            let refused = ask(&house, caller, question).await.map(|_| ());
            assert!(matches!(refused, Err(Failure::Refused(said)) if said == refusal), "{refusal}");
        }
        let dossier = about(Named::Known(About::Registration(registration)));
        assert_eq!(ask(&house, auditor, dossier).await?.1.len(), 3);
    }

    async fn who_was_signed_in_is_told_with_begin_end_and_reason(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let auditor = auditor(&house).await?;
        let before = house.office.now();
        let leaving = house.officer(organisation, ssin(1)?).await?;
        let idle = house.officer(organisation, ssin(2)?).await?;
        let staying = house.officer(organisation, ssin(4)?).await?;
        let all_in = house.office.now();
        house.clock.advance(10 * MINUTE);
        house.office.sign_out(leaving, house.office.new_request()?).await?;
        let left = house.office.now();
        for session in [staying, auditor] {
            house.office.masthead(session).await?;
        }
        house.clock.advance(10 * MINUTE);
        for session in [staying, auditor] {
            house.office.masthead(session).await?;
        }
        let ends = |found: &FoundSessions| -> Vec<(SessionId, SessionEnd)> {
            found.sessions.iter().map(|one| (one.id, one.end)).collect()
        };
        let (found, opens) = signed_in(&house, auditor, all_in).await?;
        assert_eq!(
            ends(&found),
            [
                (auditor, SessionEnd::Open),
                (leaving, SessionEnd::SignedOut),
                (idle, SessionEnd::Idle),
                (staying, SessionEnd::Open),
            ]
        );
        let gone = found.sessions.get(1).context("who left")?;
        assert!(gone.until.is_some_and(|until| until > gone.from && until < left));
        let name = found.names.staff.get(&gone.staff).map(|name| opens.open(name).surname.clone());
        assert_eq!(name.as_deref(), Some("Peeters"));
        let (found, _) = signed_in(&house, auditor, left).await?;
        assert_eq!(found.sessions.len(), 3, "who had left is not there");
        let (found, _) = signed_in(&house, auditor, house.office.now()).await?;
        assert_eq!(found.sessions.len(), 2, "who was idle is not there either");
        let (found, _) = signed_in(&house, auditor, before).await?;
        assert_eq!(ends(&found), [(auditor, SessionEnd::Open)]);
        let long_before = before.minus(Duration::from_hours(24));
        assert!(signed_in(&house, auditor, long_before).await?.0.sessions.is_empty());
        let future = signed_in(&house, auditor, left.plus(Duration::from_hours(24))).await;
        assert!(matches!(future.map(|_| ()), Err(Failure::Refused(Refusal::PeriodNotPossible))));
    }
}
