//! Who may work: each condition missing in turn (SEED-14, 20, 23, 30, 31, 33, 34, 49, 58, 85, 86).

use std::time::Duration;

use anyhow::Result;
use loket_app::commands::end_agreement::EndAgreement;
use loket_app::commands::end_authorisation::EndAuthorisation;
use loket_app::commands::reconstruct_registration::ReconstructRegistration;
use loket_app::commands::view_registration::Page;
use loket_app::commands::withdraw_role::WithdrawRole;
use loket_app::{Failure, tables};
use loket_domain::office::Employment::{Other, Permanent};
use loket_domain::office::RoleKind;
use loket_domain::register::RegisterName;
use loket_domain::{Language, Refusal};
use loket_testkit::house::{House, TERMS, ssin};

use crate::journey::{MECHELEN, at_work, opened, view};
use crate::on_both;

pub(crate) fn refusal<T>(result: &Result<T, Failure>) -> Option<Refusal> {
    match result {
        Err(Failure::Refused(refusal)) => Some(*refusal),
        Ok(_) | Err(Failure::Broken(_)) => None,
    }
}

async fn kinds(house: &House) -> Result<Vec<String>> {
    let mut reader = house.store.reader().await?;
    let kinds = loket_store::journal::kinds_since(&mut reader.view(), 0).await?;
    let sequences: Vec<u64> = kinds.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, (0..u64::try_from(kinds.len())?).collect::<Vec<_>>(), "no gap");
    Ok(kinds.into_iter().map(|(_, kind)| kind).collect())
}

on_both! {
    async fn each_missing_condition_refuses_at_sign_in(house) {
        assert_eq!(refusal(&house.sign_in(ssin(1)?).await), Some(Refusal::StaffUnknown));
        let organisation = house.bare_organisation("Stad Mechelen", MECHELEN, false).await?;
        house.grant(organisation, ssin(1)?, RoleKind::Officer).await?;
        assert_eq!(refusal(&house.sign_in(ssin(1)?).await), Some(Refusal::AgreementMissing));
        house.agree(organisation).await?;
        assert_eq!(refusal(&house.sign_in(ssin(1)?).await), Some(Refusal::AuthorisationMissing));
        house.authorise(organisation, RegisterName::BisRegister).await?;
        assert!(house.sign_in(ssin(1)?).await.is_ok());
        house.clock.advance(Duration::from_secs(366 * 24 * 3600));
        assert_eq!(refusal(&house.sign_in(ssin(1)?).await), Some(Refusal::RoleExpired));
        // Each refusal of a known card is in the trail.
        let told = kinds(&house).await?.iter().filter(|k| *k == "command_refused").count();
        assert_eq!(told, 4);
    }

    async fn nothing_before_the_terms_are_accepted(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        house.grant(organisation, ssin(1)?, RoleKind::Officer).await?;
        let session = house.sign_in(ssin(1)?).await?;
        let person = ssin(10)?;
        let reason = loket_domain::registration::VisitReason::FirstKey;
        let early = house.office.open_registration(house.call(session)?, person, reason).await;
        assert_eq!(refusal(&early), Some(Refusal::TermsNotAccepted));
        let old = house.office.accept_terms(house.call(session)?, "2020-01", Language::Fr).await;
        assert_eq!(refusal(&old), Some(Refusal::WrongStep));
        house.office.accept_terms(house.call(session)?, TERMS, Language::Fr).await?;
        assert!(house.office.open_registration(house.call(session)?, person, reason).await.is_ok());
    }

    async fn the_end_of_agreement_role_and_authorisation_stops_the_next_request(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        let look = async || refusal(&view(&house, session, id, Page::Status).await);
        assert_eq!(look().await, None);
        let mut reader = house.store.reader().await?;
        let number = loket_domain::office::EnterpriseNumber::parse(MECHELEN)?;
        let organisation = tables::organisation::by_enterprise_number(&mut reader.view(), &number)
            .await?
            .map(|o| o.id)
            .ok_or_else(|| anyhow::anyhow!("it exists"))?;
        for register in RegisterName::ALL {
            let command = EndAuthorisation { organisation, register, at: house.office.now() };
            house.office.run(house.operator()?, command).await?;
        }
        assert_eq!(look().await, Some(Refusal::AuthorisationMissing));
        house.authorise(organisation, RegisterName::NationalRegister).await?;
        let role = tables::staff::roles_at(&mut reader.view(), organisation).await?[0].grant.id;
        let command = WithdrawRole { organisation, role, reason: "left".to_owned() };
        house.office.run(house.operator()?, command).await?;
        // The session ended with the role, and who goes on all the same is told why.
        assert_eq!(look().await, Some(Refusal::RoleWithdrawn));
        assert_eq!(house.office.why_ended(session).await?, Refusal::RoleWithdrawn);
        assert_eq!(refusal(&house.sign_in(ssin(1)?).await), Some(Refusal::RoleWithdrawn));
        house.grant(organisation, ssin(1)?, RoleKind::Officer).await?;
        let session = house.sign_in(ssin(1)?).await?;
        let look = async || refusal(&view(&house, session, id, Page::Status).await);
        assert_eq!(look().await, None);
        let at = house.office.now();
        let command = EndAgreement { organisation, at, reason: "by mutual agreement".to_owned() };
        house.office.run(house.operator()?, command).await?;
        assert_eq!(look().await, Some(Refusal::AgreementEnded));
    }

    async fn a_session_ends_when_idle_and_after_twelve_hours(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        house.clock.advance(Duration::from_secs(15 * 60 - 1));
        assert!(house.office.masthead(session).await?.is_some());
        house.clock.advance(Duration::from_secs(15 * 60 + 1));
        assert_eq!(
            refusal(&view(&house, session, id, Page::Status).await),
            Some(Refusal::SessionEnded)
        );
        let session = house.sign_in(ssin(1)?).await?;
        for _ in 0..50 {
            house.clock.advance(Duration::from_secs(14 * 60));
            house.office.masthead(session).await?;
        }
        assert!(house.office.masthead(session).await?.is_some());
        for _ in 0..2 {
            house.clock.advance(Duration::from_secs(14 * 60));
            house.office.masthead(session).await?;
        }
        assert!(house.office.masthead(session).await?.is_none(), "twelve hours are over");
    }

    async fn another_organisation_does_not_even_know_that_it_exists(house) {
        let session = at_work(&house).await?;
        let id = opened(&house, session, 10).await?;
        let other = house.organisation("Ville de Namur", "0400378485").await?;
        let stranger = house.officer(other, ssin(2)?).await?;
        let seen = view(&house, stranger, id, Page::Person).await;
        assert_eq!(refusal(&seen), Some(Refusal::NotFound));
        let nobody: loket_domain::id::RegistrationId = uuid::Uuid::from_u128(1).into();
        let missing = view(&house, stranger, nobody, Page::Person).await;
        assert_eq!(refusal(&missing), Some(Refusal::NotFound));
    }

    async fn only_an_auditor_reconstructs_and_an_auditor_does_nothing_else(house) {
        let session = at_work(&house).await?;
        let registration = opened(&house, session, 10).await?;
        let operator = house.bare_organisation("Operator", "0400378485", true).await?;
        let auditor = house.staff(operator, ssin(3)?, RoleKind::Auditor).await?;
        let purpose = "complaint 2026/12".to_owned();
        let ask = |purpose| ReconstructRegistration { registration, purpose };
        let by_officer = house.office.run(house.call(session)?, ask(purpose.clone())).await;
        assert_eq!(refusal(&by_officer), Some(Refusal::NotAllowed));
        let bare = house.office.run(house.call(auditor)?, ask(String::new())).await;
        assert_eq!(refusal(&bare), Some(Refusal::ReasonMissing));
        assert!(house.office.run(house.call(auditor)?, ask(purpose)).await.is_ok());
        let seen = view(&house, auditor, registration, Page::Person).await;
        assert_eq!(refusal(&seen), Some(Refusal::NotAllowed));
    }

    async fn nobody_gives_himself_a_role_and_no_role_outlasts_a_year(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let boss = house.staff(organisation, ssin(4)?, RoleKind::AccessManager).await?;
        let now = house.office.now();
        let grant = |n: u64, days: u64, employment| -> Result<_> {
            Ok(loket_app::commands::grant_role::GrantRole {
                organisation,
                ssin: ssin(n)?,
                name: tables::staff::StaffName { given_names: "Tom".to_owned(), surname: "Maes".to_owned() },
                kind: RoleKind::Officer,
                employment,
                from: now,
                until: now.plus(Duration::from_secs(days * 24 * 3600)),
                trained_at: Some(now),
            })
        };
        let own = house.office.run(house.call(boss)?, grant(4, 30, Permanent)?).await;
        assert_eq!(refusal(&own), Some(Refusal::OwnRole));
        let long = house.office.run(house.call(boss)?, grant(5, 400, Permanent)?).await;
        assert_eq!(refusal(&long), Some(Refusal::PeriodNotPossible));
        let other = house.office.run(house.call(boss)?, grant(5, 30, Other)?).await;
        assert_eq!(refusal(&other), Some(Refusal::EmploymentNotPermanent));
        assert!(house.office.run(house.call(boss)?, grant(5, 30, Permanent)?).await.is_ok());
    }
}
