//! Addresses: confirmed by a code that is short-lived, or never used (SEED-19, SEED-56).

use std::time::Duration;

use loket_app::Failure;
use loket_app::commands::confirm_contact_point::{CodeVerdict, ConfirmContactPoint};
use loket_app::commands::resend_contact_code::ResendContactCode;
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::registration::StateCode;
use loket_domain::secret::Secret;

use crate::journey::{at_work, confirm_all, contact, contactable, identified, state, view};
use crate::on_both;

on_both! {
    async fn without_consent_nothing_is_kept(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        let mut command = contact(id, true)?;
        command.consent = None;
        let refused = house.office.run(house.call(session)?, command).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ConsentMissing))));
        assert!(view(&house, session, id, Page::Contact).await?.0.contacts.is_empty());
    }

    /// A page that was open since before the text changed, or a form of somebody's own: an older text
    /// that we know is no consent to the one in force.
    async fn only_the_text_in_force_is_consented_to(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        let mut command = contact(id, true)?;
        command.in_force = "2031-01".to_owned();
        let refused = house.office.run(house.call(session)?, command).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ConsentMissing))));
        assert!(view(&house, session, id, Page::Contact).await?.0.contacts.is_empty());
    }

    async fn a_code_has_five_tries_and_ten_minutes_and_three_sends(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        house.office.run(house.call(session)?, contact(id, false)?).await?;
        house.send_messages().await?;
        let point = view(&house, session, id, Page::Contact).await?.0.contacts[0].id;
        let right = house.mail.messages()[0].text.clone();
        let wrong = Secret::new(if right.expose() == "000000" { "000001" } else { "000000" }.to_owned());
        let attempt = async |code: &Secret| {
            let command = ConfirmContactPoint { registration: id, contact_point: point, code: code.clone() };
            house.office.run(house.call(session)?, command).await.map_err(anyhow::Error::from)
        };
        for left in (0..5).rev() {
            assert_eq!(attempt(&wrong).await?, CodeVerdict::Wrong { tries_left: left });
        }
        assert_eq!(attempt(&right).await.unwrap_err().to_string(), "refused: contact_code_spent");
        let resend = async || {
            let command = ResendContactCode { registration: id, contact_point: point };
            house.office.run(house.call(session)?, command).await.map_err(anyhow::Error::from)
        };
        resend().await?;
        house.send_messages().await?;
        let second = house.mail.messages()[1].text.clone();
        house.clock.advance(Duration::from_secs(10 * 60 + 1));
        assert_eq!(attempt(&second).await.unwrap_err().to_string(), "refused: contact_code_spent");
        resend().await?;
        assert_eq!(resend().await.unwrap_err().to_string(), "refused: too_many_sends");
        house.send_messages().await?;
        let third = house.mail.messages()[2].text.clone();
        assert_eq!(attempt(&third).await?, CodeVerdict::Right);
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
    }

    async fn a_changed_address_must_be_confirmed_anew(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let mut command = contact(id, true)?;
        command.email = "other@example.be".parse()?;
        house.office.run(house.call(session)?, command).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Identified);
        let send = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(send, Err(Failure::Refused(Refusal::EmailUnconfirmed))));
        // The number did not change and stays confirmed.
        let confirmed = view(&house, session, id, Page::Contact).await?.0.contacts.into_iter()
            .filter(|c| c.state == loket_app::tables::contact::ContactState::Confirmed).count();
        assert_eq!(confirmed, 1);
    }

    /// Correcting the number four times once sent four codes to the address, and the fourth was refused.
    async fn correcting_one_address_leaves_the_code_of_the_other(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        for last in 10..15 {
            let mut command = contact(id, true)?;
            command.mobile = Some(format!("0470 12 34 {last}").parse()?);
            house.office.run(house.call(session)?, command).await?;
        }
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len(), 1);
        confirm_all(&house, session, id).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
    }

    async fn the_same_address_stays_confirmed(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.office.run(house.call(session)?, contact(id, true)?).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
        confirm_all(&house, session, id).await.unwrap_err();
    }
}
