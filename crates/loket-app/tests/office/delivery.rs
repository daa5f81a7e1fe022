//! Messages: in the same transaction as what causes them, sent at least once, never after what
//! they are about is over (SEED-18, SEED-83).

use std::time::Duration;

use loket_app::commands::end_agreement::EndAgreement;
use loket_app::commands::view_registration::Page;
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_app::tables;
use loket_app::tables::outbox::MessageState;
use loket_domain::port::HandOver;

use crate::journey::{MECHELEN, at_work, contactable, view};
use crate::on_both;

on_both! {
    async fn a_relay_that_is_down_is_tried_again_with_growing_waits(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let before = house.mail.messages().len();
        house.mail.answer(Some(HandOver::TryLater { cause: "connect".to_owned() }));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len() - before, 1, "not again before its time");
        house.clock.advance(Duration::from_secs(30));
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len() - before, 2);
        house.mail.answer(None);
        house.clock.advance(Duration::from_secs(120));
        house.send_messages().await?;
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len() - before, 3);
        // The same message each time: a gateway can tell a repeat by its id.
        let mails = house.mail.messages();
        assert!(mails[before..].iter().all(|m| m.id == mails[before].id));
        let shown = view(&house, session, id, Page::Status).await?.0;
        let link = shown.messages.iter().find(|m| m.kind == "activation_link");
        assert_eq!(link.map(|m| m.state), Some(MessageState::HandedOver));
    }

    async fn what_is_over_is_not_sent(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let (mails, texts) = (house.mail.messages().len(), house.sms.messages().len());
        house.office.send_invitation(house.call(session)?, id).await?;
        let stop = WithdrawRegistration { registration: id, reason: StopReason::PersonLeft };
        house.office.run(house.call(session)?, stop).await?;
        house.send_messages().await?;
        assert_eq!((house.mail.messages().len(), house.sms.messages().len()), (mails, texts));
    }

    async fn the_end_of_the_agreement_stops_what_waits(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let (mails, texts) = (house.mail.messages().len(), house.sms.messages().len());
        house.office.send_invitation(house.call(session)?, id).await?;
        let mut reader = house.store.reader().await?;
        let number = loket_domain::office::EnterpriseNumber::parse(MECHELEN)?;
        let found = tables::organisation::by_enterprise_number(&mut reader.view(), &number).await?;
        let organisation = found.map(|o| o.id).ok_or_else(|| anyhow::anyhow!("it exists"))?;
        let at = house.office.now();
        let command = EndAgreement { organisation, at, reason: "security".to_owned() };
        house.office.run(house.operator()?, command).await?;
        house.send_messages().await?;
        assert_eq!((house.mail.messages().len(), house.sms.messages().len()), (mails, texts));
    }

    async fn receipts_come_twice_late_and_for_nothing(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let message = house.sms.messages().last().map(|m| m.id).ok_or_else(|| anyhow::anyhow!("sent"))?;
        house.office.record_receipt(message, true).await?;
        house.office.record_receipt(message, true).await?;
        house.office.record_receipt(message, false).await?;
        house.office.record_receipt(uuid::Uuid::from_u128(5).into(), true).await?;
        let shown = view(&house, session, id, Page::Status).await?.0;
        let code = shown.messages.iter().find(|m| m.kind == "activation_code");
        assert_eq!(code.map(|m| m.state), Some(MessageState::Delivered));
    }
}
