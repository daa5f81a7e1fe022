//! The office with a real relay and a real gateway that misbehave, each with its expected effect
//! (fault rows F16, F17, F23, F24, F29).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::commands::view_registration::Page;
use loket_app::tables::outbox::MessageState;
use loket_domain::Timestamp;
use loket_domain::id::{RegistrationId, SessionId};
use loket_testkit::house::House;
use loket_testkit::mail_receiver::{MailBehaviour, MailOptions, MailReceiver, MailTls};
use loket_testkit::peers::{SMS_TOKEN, gateway, relay};
use loket_testkit::sms_receiver::{SmsBehaviour, SmsOptions, SmsReceiver};

use crate::journey::{at_work, contactable, view};
use crate::on_both;

const EMAIL: &str = "lotte@example.be";
const MOBILE: &str = "+32470123456";
/// Longer than any answer on this machine, when nothing is meant to be slow.
const PATIENT: Duration = Duration::from_secs(10);
const HASTY: Duration = Duration::from_millis(700);

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn mail(tls: MailTls) -> Result<MailReceiver> {
    let clock = Arc::new(|| Timestamp::from_seconds(0));
    MailReceiver::start(loopback(), MailOptions { tls, ..MailOptions::new(clock) }).await
}

async fn sms() -> Result<SmsReceiver> {
    let options = SmsOptions {
        token: SMS_TOKEN.to_owned(),
        callback: None,
        folder: None,
        clock: Arc::new(|| Timestamp::from_seconds(0)),
    };
    SmsReceiver::start(loopback(), options).await
}

/// State, cause and number of tries of the newest message of a kind.
async fn told(
    house: &House,
    session: SessionId,
    id: RegistrationId,
    kind: &str,
) -> Result<(MessageState, Option<String>, u32)> {
    let shown = view(house, session, id, Page::Status).await?.0;
    let message = shown.messages.into_iter().rfind(|m| m.kind == kind).context("a message")?;
    Ok((message.state, message.cause, message.attempts))
}

async fn after(house: &House, seconds: u64) -> Result<()> {
    house.clock.advance(Duration::from_secs(seconds));
    house.send_messages().await
}

on_both! {
    async fn a_greylisting_server_takes_the_mail_at_the_second_try(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = mail(MailTls::Starttls).await?;
        house.mail.through(relay(&receiver, true, PATIENT)?);
        receiver.set_behaviour(EMAIL, MailBehaviour::Later);
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let cause = Some("smtp_451".to_owned());
        assert_eq!(told(&house, session, id, "activation_link").await?, (MessageState::Waiting, cause, 1));
        receiver.set_behaviour(EMAIL, MailBehaviour::Accept);
        after(&house, 7).await?;
        assert_eq!(told(&house, session, id, "activation_link").await?, (MessageState::HandedOver, None, 2));
        assert_eq!(receiver.messages().len(), 1);
        assert!(receiver.messages()[0].encrypted);
    }

    async fn a_recipient_that_is_refused_is_told_and_not_tried_again(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = mail(MailTls::Starttls).await?;
        house.mail.through(relay(&receiver, true, PATIENT)?);
        receiver.set_behaviour(EMAIL, MailBehaviour::Refuse);
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let tried = house.mail.messages().len();
        let (state, cause, _) = told(&house, session, id, "activation_link").await?;
        assert_eq!((state, cause.as_deref()), (MessageState::Failed, Some("smtp_550")));
        after(&house, 7200).await?;
        assert_eq!(house.mail.messages().len(), tried);
    }

    /// The relay may have taken it: it is sent again under the same Message-ID, one copy too many at
    /// most (fault row F24).
    async fn a_connection_lost_after_the_text_makes_one_copy_with_the_same_id_at_most(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = mail(MailTls::Starttls).await?;
        house.mail.through(relay(&receiver, true, PATIENT)?);
        receiver.set_behaviour(EMAIL, MailBehaviour::DropAfterData { kept: true });
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let cause = Some("connect".to_owned());
        assert_eq!(told(&house, session, id, "activation_link").await?, (MessageState::Waiting, cause, 1));
        receiver.set_behaviour(EMAIL, MailBehaviour::Accept);
        after(&house, 7).await?;
        after(&house, 7200).await?;
        let mails = receiver.messages();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    }

    async fn a_slow_relay_holds_up_no_code(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let (relay_, gateway_) = (mail(MailTls::Starttls).await?, sms().await?);
        house.mail.through(relay(&relay_, true, HASTY)?);
        house.sms.through(gateway(&gateway_, PATIENT)?);
        relay_.set_behaviour(EMAIL, MailBehaviour::Slow(Duration::from_hours(1)));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let cause = Some("timeout".to_owned());
        assert_eq!(told(&house, session, id, "activation_link").await?, (MessageState::Waiting, cause, 1));
        assert_eq!(gateway_.messages().len(), 1);
        assert_eq!(told(&house, session, id, "activation_code").await?.0, MessageState::HandedOver);
    }

    async fn no_mail_leaves_without_tls_or_to_a_stranger(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let (stripped, strange) = (mail(MailTls::None).await?, mail(MailTls::Starttls).await?);
        house.mail.through(relay(&stripped, true, PATIENT)?);
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        house.mail.through(relay(&strange, false, PATIENT)?);
        after(&house, 7).await?;
        let (state, cause, tries) = told(&house, session, id, "activation_link").await?;
        assert_eq!((state, cause.as_deref(), tries), (MessageState::Waiting, Some("tls"), 2));
        assert!(stripped.messages().is_empty() && strange.messages().is_empty());
    }

    async fn a_gateway_that_asks_for_patience_gets_it(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = sms().await?;
        house.sms.through(gateway(&receiver, PATIENT)?);
        receiver.set_behaviour(MOBILE, SmsBehaviour::Busy(120));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let tried = house.sms.messages().len();
        receiver.set_behaviour(MOBILE, SmsBehaviour::Accept);
        after(&house, 60).await?;
        assert_eq!(house.sms.messages().len(), tried, "left alone as it asked");
        after(&house, 61).await?;
        assert_eq!(told(&house, session, id, "activation_code").await?, (MessageState::HandedOver, None, 2));
        assert_eq!(receiver.messages().len(), 1);
    }

    async fn a_gateway_that_fails_gets_the_message_once_when_it_works(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = sms().await?;
        house.sms.through(gateway(&receiver, PATIENT)?);
        receiver.set_behaviour(MOBILE, SmsBehaviour::Status(500));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let cause = Some("http_500".to_owned());
        assert_eq!(told(&house, session, id, "activation_code").await?, (MessageState::Waiting, cause, 1));
        receiver.set_behaviour(MOBILE, SmsBehaviour::Accept);
        after(&house, 7).await?;
        after(&house, 7200).await?;
        assert_eq!(receiver.messages().len(), 1);
    }

    /// The gateway took it, but its answer came too late for us: the same key, one short message.
    async fn an_answer_that_comes_too_late_makes_no_second_short_message(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let receiver = sms().await?;
        house.sms.through(gateway(&receiver, HASTY)?);
        receiver.set_behaviour(MOBILE, SmsBehaviour::LateAnswer(Duration::from_secs(2)));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let (state, cause, _) = told(&house, session, id, "activation_code").await?;
        assert_eq!((state, cause.as_deref()), (MessageState::Waiting, Some("timeout")));
        receiver.wait_for(|m| m.to == MOBILE, PATIENT).await?;
        receiver.set_behaviour(MOBILE, SmsBehaviour::Accept);
        after(&house, 7).await?;
        assert_eq!(told(&house, session, id, "activation_code").await?.0, MessageState::HandedOver);
        assert_eq!(receiver.messages().len(), 1);
    }
}
