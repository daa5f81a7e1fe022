//! Every key of a person withdrawn: at the counter, on death, by the operator; and the screen that is
//! turned to the person.

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::Failure;
use loket_app::commands::withdraw_keys_at_counter::WithdrawKeysAtCounter;
use loket_app::commands::withdraw_keys_of_person::{WhoseKeys, WithdrawKeysOfPerson};
use loket_app::office::GuideStep;
use loket_domain::Refusal;
use loket_domain::office::RoleKind;
use loket_domain::person::Standing;
use loket_domain::register::RegisterOutcome;
use loket_domain::registration::{StateCode, VisitReason};
use loket_domain::secret::Secret;
use loket_testkit::house::{House, found, ssin};

use crate::journey::{
    MECHELEN, activated, at_work, browser, contactable, digits, identified, invited, opened, seed,
    state,
};
use crate::keys::prove;
use crate::on_both;

async fn opens(house: &House, app: &loket_domain::key::TotpSeed) -> Result<bool> {
    house.clock.advance(Duration::from_secs(3600));
    match prove(house, app).await {
        Ok(_) => Ok(true),
        Err(Failure::Refused(Refusal::KeyUnknown)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Events of a kind in the journal.
async fn told(house: &House, kind: &str) -> Result<usize> {
    let mut reader = house.store.reader().await?;
    let entries = loket_store::journal::from(&mut reader.view(), 0, 1000).await?;
    let events =
        entries.iter().filter(|entry| entry.for_sending(|entry| entry.event.kind() == kind));
    Ok(events.count())
}

on_both! {
    async fn the_officer_withdraws_after_the_identification_and_not_before(house) {
        let officer = at_work(&house).await?;
        let (old, app) = activated(&house, officer, 10).await?;
        let early = opened(&house, officer, 10).await?;
        for registration in [old, early] {
            let call = house.call(officer)?;
            let refused = house.office.run(call, WithdrawKeysAtCounter { registration }).await;
            let wanted = if registration == old { Refusal::WrongStep } else { Refusal::NotIdentified };
            assert!(matches!(refused, Err(Failure::Refused(refusal)) if refusal == wanted));
        }
        // What was sent last week identifies nobody who stands there today.
        let sent = invited(&house, officer, 10).await?.registration;
        let call = house.call(officer)?;
        let refused = house.office.run(call, WithdrawKeysAtCounter { registration: sent }).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::WrongStep))));
        let registration = identified(&house, officer, 10).await?;
        assert!(opens(&house, &app).await?);
        let officer = house.sign_in(ssin(1)?).await?;
        let call = house.call(officer)?;
        assert_eq!(house.office.run(call, WithdrawKeysAtCounter { registration }).await?, 1);
        assert!(!opens(&house, &app).await?);
        assert_eq!(told(&house, "digital_key_withdrawn").await?, 1);
        house.send_messages().await?;
        assert!(house.mail.messages().iter().any(|mail| mail.subject == "key_withdrawn"));
    }

    async fn a_death_in_the_register_ends_the_keys_in_the_same_moment(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let person = ssin(10)?;
        let RegisterOutcome::Found { person: mut answer, .. } = found(person)? else {
            anyhow::bail!("found");
        };
        answer.standing = Standing::Deceased { on: None };
        house.register.tell(person, RegisterOutcome::Found { person: answer, incomplete: false });
        let mails = house.mail.messages().len();
        house.office.open_registration(house.call(officer)?, person, VisitReason::KeyLost).await?;
        assert!(!opens(&house, &app).await?);
        assert_eq!(told(&house, "digital_key_withdrawn").await?, 1);
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len(), mails + 1, "only the mail of the key itself");
    }

    async fn the_operator_withdraws_by_number_or_dossier(house) {
        let officer = at_work(&house).await?;
        let (registration, app) = activated(&house, officer, 10).await?;
        let mut reader = house.store.reader().await?;
        let kept = loket_app::tables::registration::load(&mut reader.view(), registration).await?;
        drop(reader);
        let dossier = WhoseKeys::Dossier(kept.context("a dossier")?.dossier().reference);
        let run = async |whose, explanation: &str| {
            let explanation = explanation.to_owned();
            let command = WithdrawKeysOfPerson { whose, explanation };
            house.office.run(house.operator().map_err(|_| Refusal::NotAllowed)?, command).await
        };
        let silent = run(dossier, " ").await;
        assert!(matches!(silent, Err(Failure::Refused(Refusal::ReasonMissing))));
        let nobody = run(WhoseKeys::Number(ssin(11)?), "asked by telephone").await;
        assert!(matches!(nobody, Err(Failure::Refused(Refusal::NoKeys))));
        assert!(opens(&house, &app).await?);
        assert_eq!(run(dossier, "asked by telephone").await?, 1);
        assert!(!opens(&house, &app).await?);
        let again = run(WhoseKeys::Number(ssin(10)?), "asked by telephone").await;
        assert!(matches!(again, Err(Failure::Refused(Refusal::NoKeys))));
    }

    async fn the_service_desk_is_the_operators_and_shows_its_card(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let town = house.organisation("Stad Gent", "0200000142").await?;
        let operator = house.bare_organisation("BOSA", "0671516647", true).await?;
        let stranger = house.staff(town, ssin(2)?, RoleKind::Support).await?;
        let desk = house.staff(operator, ssin(3)?, RoleKind::Support).await?;
        let command = || -> Result<WithdrawKeysOfPerson> {
            let explanation = "asked by telephone".to_owned();
            Ok(WithdrawKeysOfPerson { whose: WhoseKeys::Number(ssin(10)?), explanation })
        };
        let refused = house.office.run(house.call(stranger)?, command()?).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::NotAllowed))));
        house.clock.advance(Duration::from_secs(5 * 60));
        let refused = house.office.run(house.call(desk)?, command()?).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::CardAgain))));
        let desk = house.sign_in(ssin(3)?).await?;
        assert_eq!(house.office.run(house.call(desk)?, command()?).await?, 1);
        assert!(!opens(&house, &app).await?);
    }

    async fn the_turned_screen_waits_for_a_slip_that_is_not_printed(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let officer = house.officer(organisation, ssin(1)?).await?;
        let id = contactable(&house, officer, 10, false).await?;
        house.office.send_invitation(house.call(officer)?, id).await?;
        let cookie = house.office.turn_screen(house.call(officer)?, id).await?;
        let guide = house.office.read_guide(&cookie).context("a guide")?;
        assert_eq!(house.office.guide_step(&guide).await?, GuideStep::Slip);
        let officer = house.sign_in(ssin(1)?).await?;
        house.office.print_slip(house.call(officer)?, id).await?;
        assert_eq!(house.office.guide_step(&guide).await?, GuideStep::Code);
    }

    async fn behind_the_turned_screen_there_is_no_session(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let officer = house.officer(organisation, ssin(1)?).await?;
        let invitation = invited(&house, officer, 10).await?;
        let cookie = house.office.turn_screen(house.call(officer)?, invitation.registration).await?;
        let after = opened(&house, officer, 11).await;
        assert!(after.is_err(), "the session is over");
        let guide = house.office.read_guide(&cookie).context("a guide")?;
        assert!(!guide.on_paper);
        assert_eq!(house.office.guide_step(&guide).await?, GuideStep::Code);
        let pass = browser(&house, &invitation.link)?;
        house.office.enter_code(&pass, &invitation.code, None).await?;
        assert_eq!(house.office.guide_step(&guide).await?, GuideStep::Key);
        house.office.choose_password(&pass, Secret::new("drie gele fietsen".to_owned()), None).await?;
        let app = seed(house.office.app_set_up(&pass).await?.typed.expose())?;
        house.office.finish_app(&pass, &digits(&house, &app)?, None).await?;
        assert_eq!(house.office.guide_step(&guide).await?, GuideStep::Done);
        let officer = house.sign_in(ssin(1)?).await?;
        assert_eq!(state(&house, officer, invitation.registration).await?, StateCode::Activated);
        house.clock.advance(Duration::from_secs(45 * 60));
        assert!(house.office.read_guide(&cookie).is_none());
    }
}
