//! Looking up: every outcome is kept, nobody looks up himself, and no more than a counter needs
//! (SEED-09, 15, 39, 55, 80, LAW-01).

use loket_app::Failure;
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::person::Standing;
use loket_domain::register::RegisterOutcome;
use loket_domain::registration::{StateCode, VisitReason};
use loket_testkit::house::{found, ssin};

use crate::journey::{at_work, choose, opened, state, view};
use crate::on_both;

on_both! {
    async fn every_outcome_is_kept_and_none_but_found_goes_on(house) {
        let session = at_work(&house).await?;
        let outcomes = [
            RegisterOutcome::Unknown,
            RegisterOutcome::Replaced { by: ssin(99)? },
            RegisterOutcome::Cancelled,
            RegisterOutcome::NotInscribed,
            RegisterOutcome::NotAllowed,
            RegisterOutcome::Down,
            RegisterOutcome::Unreadable,
        ];
        for outcome in outcomes {
            let person = ssin(20)?;
            let code = outcome.code();
            house.register.tell(person, outcome);
            let call = house.call(session)?;
            let id = house.office.open_registration(call, person, VisitReason::KeyLost).await?;
            let (shown, _) = view(&house, session, id, Page::Person).await?;
            assert_eq!(shown.answer.as_deref(), Some(code));
            assert!(!shown.person_found, "{code}");
            let early = choose(&house, session, id).await;
            assert!(early.is_err(), "{code}");
        }
    }

    async fn a_register_that_was_down_is_asked_again(house) {
        let session = at_work(&house).await?;
        let person = ssin(20)?;
        house.register.tell(person, RegisterOutcome::Down);
        let call = house.call(session)?;
        let id = house.office.open_registration(call, person, VisitReason::KeyLost).await?;
        house.register.tell(person, found(person)?);
        house.office.ask_again(house.call(session)?, id).await?;
        let (shown, disclosure) = view(&house, session, id, Page::Person).await?;
        let shown = shown.person.ok_or_else(|| anyhow::anyhow!("the person is shown"))?;
        assert_eq!(disclosure.open(&shown).surname.as_str(), "Janssens");
    }

    async fn a_replaced_number_is_followed_only_when_confirmed(house) {
        let session = at_work(&house).await?;
        let (old, new) = (ssin(20)?, ssin(21)?);
        house.register.tell(old, RegisterOutcome::Replaced { by: new });
        house.register.tell(new, found(new)?);
        let call = house.call(session)?;
        let id = house.office.open_registration(call, old, VisitReason::KeyLost).await?;
        assert!(!view(&house, session, id, Page::Person).await?.0.person_found);
        house.office.follow_replacement(house.call(session)?, id).await?;
        assert!(view(&house, session, id, Page::Person).await?.0.person_found);
    }

    async fn nobody_looks_himself_up_and_sixty_an_hour_are_enough(house) {
        let session = at_work(&house).await?;
        let open = async |person| {
            house.office.open_registration(house.call(session)?, person, VisitReason::FirstKey).await
                .map_err(anyhow::Error::from)
        };
        let own = open(ssin(1)?).await;
        assert_eq!(own.unwrap_err().to_string(), "refused: own_number");
        for n in 0..60 {
            open(ssin(100 + n)?).await?;
            house.clock.advance(std::time::Duration::from_secs(20));
            house.office.masthead(session).await?;
        }
        assert_eq!(open(ssin(200)?).await.unwrap_err().to_string(), "refused: too_many_look_ups");
    }

    /// SEED-80: fifty-one look-ups in ten minutes, of people whom no officer can have at a counter.
    async fn haste_is_slowed_then_refused_then_told(house) {
        use loket_app::commands::open_registration::{OpenRegistration, ToAsk, Wanted};
        use loket_app::commands::read_review::PointKind;
        let session = at_work(&house).await?;
        let mut slowed = Vec::new();
        for n in 0..51 {
            let command = OpenRegistration {
                wanted: Wanted::Number(ssin(100 + n)?), reason: VisitReason::FirstKey, many: None,
            };
            match house.office.run(house.call(session)?, command).await {
                Ok(begun) => {
                    let ToAsk::Person(asked) = begun.ask else { anyhow::bail!("by number") };
                    slowed.push(asked.slowed());
                }
                Err(Failure::Refused(refusal)) => {
                    assert_eq!((n, refusal), (50, Refusal::LookUpsTooFast));
                }
                Err(other) => return Err(other.into()),
            }
            house.clock.advance(std::time::Duration::from_secs(11));
        }
        assert_eq!(slowed.len(), 50);
        assert!(slowed[..30].iter().all(|steps| *steps == 0));
        assert!(slowed[30..].is_sorted() && slowed[30] == 1 && slowed[49] == 20, "{slowed:?}");
        let kinds = crate::searching::review(&house).await?;
        assert!(kinds.contains(&PointKind::Refused(Refusal::LookUpsTooFast)));
        // No explanation helps, and a few minutes do.
        house.clock.advance(std::time::Duration::from_secs(4 * 60));
        let call = house.call(session)?;
        house.office.open_registration(call, ssin(200)?, VisitReason::FirstKey).await?;
    }

    async fn one_dossier_asks_about_as_many_people_as_it_needs(house) {
        let session = at_work(&house).await?;
        let person = ssin(20)?;
        house.register.tell(person, RegisterOutcome::Unknown);
        let id = house.office.open_registration(house.call(session)?, person, VisitReason::KeyLost).await?;
        for _ in 1..5 {
            house.office.ask_again(house.call(session)?, id).await?;
        }
        assert!(!view(&house, session, id, Page::Person).await?.0.may_ask);
        match house.office.ask_again(house.call(session)?, id).await {
            Err(Failure::Refused(Refusal::TooManyQuestions)) => {}
            other => anyhow::bail!("{other:?}"),
        }
    }

    /// A register that is down uses nothing up, but nobody presses the button all day.
    async fn only_answered_questions_count(house) {
        let session = at_work(&house).await?;
        let person = ssin(20)?;
        house.register.tell(person, RegisterOutcome::Down);
        let id = house.office.open_registration(house.call(session)?, person, VisitReason::KeyLost).await?;
        for n in 1..30 {
            assert!(view(&house, session, id, Page::Person).await?.0.may_ask, "{n}");
            let down = if n % 2 == 0 { RegisterOutcome::Down } else { RegisterOutcome::Unreadable };
            house.register.tell(person, down);
            house.office.ask_again(house.call(session)?, id).await?;
        }
        assert!(!view(&house, session, id, Page::Person).await?.0.may_ask);
        match house.office.ask_again(house.call(session)?, id).await {
            Err(Failure::Refused(Refusal::TooManyQuestions)) => {}
            other => anyhow::bail!("{other:?}"),
        }
        // Nor the sixty an hour, nor the pace.
        for n in 0..3 {
            let id = house.office.open_registration(house.call(session)?, person, VisitReason::KeyLost).await?;
            for _ in 1..29 {
                house.office.ask_again(house.call(session)?, id).await?;
            }
            assert!(view(&house, session, id, Page::Person).await?.0.may_ask, "{n}");
        }
    }

    async fn nobody_is_looked_up_who_is_still_to_be_born(house) {
        use loket_domain::ssin::{SsinFault, check_digits};
        let nine = 266_130_001_u64 + 1_000_000;
        let text = format!("{nine}{:02}", check_digits(nine, true));
        assert_eq!(house.office.read_ssin(&text), Err(SsinFault::Future));
        assert_eq!(house.office.read_ssin(&ssin(10)?.digits()), Ok(ssin(10)?));
    }

    async fn the_dead_the_struck_off_and_the_young_get_no_key(house) {
        let session = at_work(&house).await?;
        for (n, standing, birth, wanted) in [
            (30, Standing::Deceased { on: None }, "1993-05-18", Refusal::PersonDeceased),
            (31, Standing::StruckOff, "1993-05-18", Refusal::PersonStruckOff),
            (32, Standing::Active, "2018-05-18", Refusal::PersonTooYoung),
        ] {
            let person = ssin(n)?;
            let RegisterOutcome::Found { person: mut told, incomplete } = found(person)? else {
                anyhow::bail!("found")
            };
            told.standing = standing;
            if let Some(date) = loket_domain::person::IncompleteDate::parse(birth) {
                told.birth_date = date;
            }
            house.register.tell(person, RegisterOutcome::Found { person: told, incomplete });
            let call = house.call(session)?;
            let id = house.office.open_registration(call, person, VisitReason::FirstKey).await?;
            // Said at once, not after all the checks.
            let (shown, _) = view(&house, session, id, Page::Checks).await?;
            assert!(!shown.may_have_key);
            let refused = choose(&house, session, id).await.err().map(|error| error.to_string());
            assert_eq!(refused, Some(format!("refused: {wanted}")));
            assert_eq!(state(&house, session, id).await?, StateCode::Opened);
        }
    }

    async fn a_question_without_an_answer_is_closed_and_a_late_answer_changes_nothing(house) {
        use loket_app::commands::open_registration::{OpenRegistration, ToAsk, Wanted};
        use loket_app::commands::record_answer::RecordAnswer;
        let session = at_work(&house).await?;
        let person = ssin(40)?;
        let command = OpenRegistration {
            wanted: Wanted::Number(person),
            reason: VisitReason::FirstKey,
            many: None,
        };
        let begun = house.office.run(house.call(session)?, command).await?;
        house.clock.advance(std::time::Duration::from_secs(90));
        loket_app::jobs::keep_house(&house.office).await?;
        let (shown, _) = view(&house, session, begun.registration, Page::Person).await?;
        assert_eq!(shown.answer.as_deref(), Some("lost"));
        let ToAsk::Person(asked) = begun.ask else { anyhow::bail!("asked by number") };
        let late = RecordAnswer {
            registration: begun.registration,
            question: asked.id,
            outcome: found(person)?,
            register: None,
            ticket: None,
        };
        house.office.run(house.call(session)?, late).await?;
        let (shown, _) = view(&house, session, begun.registration, Page::Person).await?;
        assert_eq!(shown.answer.as_deref(), Some("lost"));
        assert!(!shown.person_found);
    }

    /// It is one o'clock in the afternoon in Belgium when a test begins: nine hours to the evening.
    async fn a_dossier_that_was_left_ends_by_itself_the_same_evening(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        house.clock.advance(std::time::Duration::from_secs(9 * 3600 - 60));
        loket_app::jobs::keep_house(&house.office).await?;
        let session = house.sign_in(ssin(1)?).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Opened);
        house.clock.advance(std::time::Duration::from_secs(120));
        loket_app::jobs::keep_house(&house.office).await?;
        let session = house.sign_in(ssin(1)?).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Expired);
    }
}
