//! Sessions after the sign-in: one's own, the card again, the card re-checked, the role lost
//! (SEED-23, 49, 89).

use std::time::Duration;

use anyhow::{Context as _, Result};
use loket_app::commands::grant_role::GrantRole;
use loket_app::commands::show_card_again::ShowCardAgain;
use loket_app::commands::sign_out::SignOut;
use loket_app::commands::withdraw_role::WithdrawRole;
use loket_app::office::{Masthead, Place, SignInFailure};
use loket_app::{jobs, tables};
use loket_domain::caller::CardRefusal;
use loket_domain::id::{OrganisationId, SessionId};
use loket_domain::office::{Employment, RoleKind};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_testkit::house::{House, ssin};

use crate::access::refusal;
use crate::journey::{MECHELEN, at_work};
use crate::on_both;

const MINUTE: Duration = Duration::from_secs(60);

async fn masthead(house: &House, session: SessionId) -> Result<Masthead> {
    house.office.masthead(session).await?.context("the session is open")
}

/// How many events of a kind there are.
async fn count(house: &House, kind: &str) -> Result<usize> {
    let mut reader = house.store.reader().await?;
    let kinds = loket_store::journal::kinds_since(&mut reader.view(), 0).await?;
    Ok(kinds.iter().filter(|(_, one)| one == kind).count())
}

/// When the last request of the only session was noted.
async fn seen(house: &House, session: SessionId) -> Result<Timestamp> {
    Ok(house.store.staff_facts(session).await?.context("a session")?.seen_at)
}

fn place() -> Place {
    Place { address: None, post: Secret::new("post".to_owned()) }
}

/// In use for a while: one request every ten minutes.
async fn go_on(house: &House, session: SessionId, minutes: u32) -> Result<()> {
    for _ in 0..minutes / 10 {
        house.clock.advance(10 * MINUTE);
        house.office.masthead(session).await?;
    }
    Ok(())
}

fn grant(house: &House, organisation: OrganisationId) -> Result<GrantRole> {
    let now = house.office.now();
    Ok(GrantRole {
        organisation,
        ssin: ssin(5)?,
        name: tables::staff::StaffName {
            given_names: "Tom".to_owned(),
            surname: "Maes".to_owned(),
        },
        kind: RoleKind::Officer,
        employment: Employment::Permanent,
        from: now,
        until: now.plus(30 * 24 * 60 * MINUTE),
        trained_at: Some(now),
    })
}

on_both! {
    async fn one_sees_and_ends_ones_own_sessions_and_no_others(house) {
        let here = at_work(&house).await?;
        let there = house.sign_in(ssin(1)?).await?;
        let organisation = masthead(&house, here).await?.facts.organisation;
        let stranger = house.officer(organisation, ssin(2)?).await?;
        let own = house.office.own_sessions(&masthead(&house, here).await?).await?;
        assert_eq!(own.iter().map(|one| one.id).collect::<Vec<_>>(), [there, here]);
        house.office.end_own_session(house.call(here)?, there).await?;
        assert!(house.office.masthead(there).await?.is_none());
        assert_eq!(count(&house, "session_ended").await?, 1);
        // Another's session is left alone, and nothing is told of it.
        house.office.end_own_session(house.call(here)?, stranger).await?;
        assert!(house.office.masthead(stranger).await?.is_some());
        house.clock.advance(16 * MINUTE);
        let later = house.sign_in(ssin(1)?).await?;
        let own = house.office.own_sessions(&masthead(&house, later).await?).await?;
        assert_eq!(own.len(), 1, "what ended by itself is not listed");
    }

    /// Rights are granted only with the card shown in the last five minutes.
    async fn the_card_is_asked_for_again_before_a_role_is_given(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let boss = house.staff(organisation, ssin(4)?, RoleKind::AccessManager).await?;
        house.clock.advance(5 * MINUTE);
        let stale = house.office.run(house.call(boss)?, grant(&house, organisation)?).await;
        assert_eq!(refusal(&stale), Some(Refusal::CardAgain));
        let show = |number| -> Result<ShowCardAgain> {
            Ok(ShowCardAgain {
                session: boss,
                ssin: ssin(number)?,
                fingerprint: [8; 32],
                certificate: vec![8],
            })
        };
        let other = house.office.run(house.call(boss)?, show(5)?).await;
        assert_eq!(refusal(&other), Some(Refusal::OtherCard));
        let stale = house.office.run(house.call(boss)?, grant(&house, organisation)?).await;
        assert_eq!(refusal(&stale), Some(Refusal::CardAgain));
        house.office.run(house.call(boss)?, show(4)?).await?;
        assert_eq!(masthead(&house, boss).await?.facts.card_fingerprint, [8; 32]);
        house.office.run(house.call(boss)?, grant(&house, organisation)?).await?;
        assert_eq!(count(&house, "card_shown_again").await?, 1);
    }

    async fn who_leaves_during_a_pause_is_signed_out(house) {
        let session = at_work(&house).await?;
        house.store.pause_writing("test".to_owned());
        let asked = house.office.run(house.call(session)?, SignOut { session }).await;
        house.store.resume_writing();
        assert!(asked.is_ok(), "{asked:?}");
        assert!(house.office.masthead(session).await?.is_none());
        assert_eq!(count(&house, "signed_out").await?, 1);
    }

    async fn a_second_sign_out_leaves_nothing(house) {
        let session = at_work(&house).await?;
        for _ in 0..2 {
            house.office.sign_out(session, house.office.new_request()?).await?;
        }
        assert_eq!(count(&house, "signed_out").await?, 1);
        assert_eq!(count(&house, "command_refused").await?, 0);
    }

    async fn the_last_role_lost_signs_out_everywhere(house) {
        let here = at_work(&house).await?;
        let there = house.sign_in(ssin(1)?).await?;
        let organisation = masthead(&house, here).await?.facts.organisation;
        let second = house.grant(organisation, ssin(1)?, RoleKind::Reviewer).await?;
        let mut reader = house.store.reader().await?;
        let roles = tables::staff::roles_at(&mut reader.view(), organisation).await?;
        let first = roles.iter().map(|role| role.grant.id).find(|id| *id != second);
        let withdraw = |role| WithdrawRole { organisation, role, reason: "left".to_owned() };
        house.office.run(house.operator()?, withdraw(first.context("the officer's role")?)).await?;
        assert!(house.office.masthead(here).await?.is_some(), "one role is left");
        house.office.run(house.operator()?, withdraw(second)).await?;
        for session in [here, there] {
            assert!(house.office.masthead(session).await?.is_none());
        }
        assert_eq!(count(&house, "session_ended").await?, 2);
    }

    async fn a_role_past_its_end_leaves_no_open_session(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let until = house.office.now().plus(30 * MINUTE);
        let short = GrantRole { until, ..grant(&house, organisation)? };
        house.office.run(house.operator()?, short).await?;
        let session = house.sign_in(ssin(5)?).await?;
        go_on(&house, session, 20).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_some());
        go_on(&house, session, 10).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_none());
        assert_eq!(count(&house, "session_ended").await?, 1);
    }

    async fn a_revoked_card_ends_its_sessions_at_the_next_look(house) {
        let session = at_work(&house).await?;
        house.cards.answer(Some(CardRefusal::CertificateRevoked));
        go_on(&house, session, 10).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_some(), "looked at ten minutes ago");
        go_on(&house, session, 10).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_none());
        assert_eq!(count(&house, "session_ended").await?, 1);
    }

    async fn a_responder_that_is_down_ends_sessions_after_an_hour(house) {
        let session = at_work(&house).await?;
        go_on(&house, session, 20).await?;
        jobs::watch_the_door(&house.office).await?;
        house.cards.answer(Some(CardRefusal::RevocationUnavailable));
        go_on(&house, session, 50).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_some(), "found good fifty minutes ago");
        go_on(&house, session, 10).await?;
        jobs::watch_the_door(&house.office).await?;
        assert!(house.office.masthead(session).await?.is_none());
    }

    /// Each note is a commit: a form and the page after it need none.
    async fn requests_close_together_are_noted_once(house) {
        let session = at_work(&house).await?;
        let begun = seen(&house, session).await?;
        house.clock.advance(Duration::from_secs(9));
        house.office.masthead(session).await?;
        assert_eq!(seen(&house, session).await?, begun);
        house.clock.advance(Duration::from_secs(1));
        house.office.masthead(session).await?;
        assert!(seen(&house, session).await? > begun);
    }

    /// Who is not signed in cannot fill the journal: refused cards are counted.
    async fn refused_cards_are_counted(house) {
        let nobody = Secret::new("no visitor".to_owned());
        for _ in 0..3 {
            let refused = house.office.finish_sign_in(&nobody, "{}", place()).await;
            let Err(SignInFailure::Card(CardRefusal::ChallengeMissing)) = refused else {
                anyhow::bail!("nobody was given a challenge");
            };
        }
        let challenge = house.office.begin_sign_in().await?;
        assert!(house.office.finish_sign_in(&challenge.visitor, "{}", place()).await.is_err());
        assert_eq!(count(&house, "cards_refused").await?, 0);
        jobs::watch_the_door(&house.office).await?;
        jobs::watch_the_door(&house.office).await?;
        assert_eq!(count(&house, "cards_refused").await?, 2, "one for each reason");
    }
}
