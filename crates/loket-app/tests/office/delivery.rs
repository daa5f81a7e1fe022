//! Messages: in the same transaction as what causes them, sent at least once, never after what
//! they are about is over (SEED-18, SEED-83).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::commands::end_agreement::EndAgreement;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_app::tables;
use loket_app::tables::outbox::MessageState;
use loket_domain::caller::Door;
use loket_domain::contact::Channel;
use loket_domain::delivery::{ReturnTag, SendingRules};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::port::{HandOver, Receipt, ReceiptOf, ReceiptOutcome};
use loket_testkit::house::{House, On};

use crate::journey::{MECHELEN, at_work, confirm_all, contact, contactable, identified, view};
use crate::on_both;

/// State and cause of the newest code.
pub(crate) async fn code_of(
    house: &House,
    session: SessionId,
    id: RegistrationId,
) -> Result<(MessageState, Option<String>)> {
    let shown = view(house, session, id, Page::Status).await?.0;
    let code = shown.messages.iter().rfind(|m| m.kind == "activation_code").context("a code")?;
    Ok((code.state, code.cause.clone()))
}

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

    /// Whatever the order and however often, the last word is the same (fault row F25); what is
    /// reported of a message that is not there changes nothing.
    async fn receipts_come_twice_late_and_in_any_order(house) {
        let session = at_work(&house).await?;
        let delivered = || ReceiptOutcome::Delivered;
        let failed = || ReceiptOutcome::Failed { cause: "gateway_receipt".to_owned() };
        let orders: [&[ReceiptOutcome]; 4] = [
            &[delivered(), failed(), delivered()],
            &[failed(), delivered(), failed()],
            &[ReceiptOutcome::Underway, failed(), failed(), delivered()],
            &[delivered(), ReceiptOutcome::Underway, failed()],
        ];
        let id = contactable(&house, session, 10, true).await?;
        for order in orders {
            house.office.send_invitation(house.call(session)?, id).await?;
            house.send_messages().await?;
            let message = house.sms.messages().last().map(|m| m.id).context("sent")?;
            for outcome in order {
                let receipt = Receipt { of: ReceiptOf::Message(message), outcome: outcome.clone() };
                house.office.record_receipt(Channel::Sms, &receipt, Door::Api).await?;
            }
            let shown = view(&house, session, id, Page::Status).await?.0;
            let code = shown.messages.iter().rfind(|m| m.kind == "activation_code");
            assert_eq!(code.map(|m| m.state), Some(MessageState::Delivered), "{order:?}");
        }
        let nothing = ReceiptOf::Message(uuid::Uuid::from_u128(5).into());
        let receipt = Receipt { of: nothing, outcome: delivered() };
        house.office.record_receipt(Channel::Sms, &receipt, Door::Api).await?;
    }

    /// By the gateway's own reference, and only within its channel.
    async fn a_receipt_may_name_the_reference_of_the_gateway(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let reference = "G-77".to_owned();
        house.sms.answer(Some(HandOver::Accepted { reference: Some(reference.clone()) }));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let receipt = Receipt {
            of: ReceiptOf::Reference(reference),
            outcome: ReceiptOutcome::Failed { cause: "smpp_undeliverable".to_owned() },
        };
        house.office.record_receipt(Channel::Email, &receipt, Door::Job).await?;
        assert_eq!(code_of(&house, session, id).await?.0, MessageState::HandedOver);
        house.office.record_receipt(Channel::Sms, &receipt, Door::Job).await?;
        let code = code_of(&house, session, id).await?;
        assert_eq!(code, (MessageState::Failed, Some("smpp_undeliverable".to_owned())));
    }

    /// Mail that comes back tells of its own message only: without the proof nothing is believed.
    async fn mail_that_comes_back_cannot_be_forged(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let message = house.mail.messages().last().map(|m| m.id).context("sent")?;
        let own = house.office.return_tag(message);
        let failed = || ReceiptOutcome::Failed { cause: "bounced_5.1.1".to_owned() };
        let forged = ReturnTag { proof: [0; 8], ..own };
        assert!(!house.office.record_returned(forged, failed()).await?);
        let other = house.office.return_tag(uuid::Uuid::from_u128(5).into());
        let borrowed = ReturnTag { message, ..other };
        assert!(!house.office.record_returned(borrowed, failed()).await?);
        let link = |shown: &RegistrationView| {
            shown.messages.iter().find(|m| m.kind == "activation_link").map(|m| m.state)
        };
        let before = view(&house, session, id, Page::Status).await?.0;
        assert_eq!(link(&before), Some(MessageState::HandedOver));
        assert!(house.office.record_returned(own, failed()).await?);
        let after = view(&house, session, id, Page::Status).await?.0;
        assert_eq!(link(&after), Some(MessageState::Failed));
    }
}

/// The senders once took a reader for the look for more while those under way stood still with theirs:
/// with all of them taken nothing went on for thirty seconds.
#[tokio::test(flavor = "multi_thread")]
async fn messages_under_way_leave_a_reader_to_the_look_for_more() -> Result<()> {
    let rules = SendingRules::default();
    for on in [On::Sqlite, On::Postgres] {
        let house = House::new(on).await?;
        let session = at_work(&house).await?;
        let waiting = usize::try_from(rules.mail.at_once)? + 4;
        let mut confirmed = Vec::with_capacity(waiting);
        for n in 0..waiting {
            let id = identified(&house, session, u64::try_from(n)? + 10).await?;
            let mut entered = contact(id, false)?;
            entered.email = format!("number{n}@example.be").parse()?;
            house.office.run(house.call(session)?, entered).await?;
            confirm_all(&house, session, id).await?;
            confirmed.push(id);
        }
        for id in confirmed {
            house.office.send_invitation(house.call(session)?, id).await?;
        }
        let before = house.mail.messages().len();
        // Seven of the eight readers are at work elsewhere.
        let mut taken = Vec::new();
        for _ in 0..7 {
            taken.push(house.store.reader().await?);
        }
        tokio::time::timeout(Duration::from_secs(10), house.send_messages()).await??;
        assert_eq!(house.mail.messages().len() - before, waiting);
        drop(taken);
    }
    Ok(())
}
