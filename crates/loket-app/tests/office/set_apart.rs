//! Messages that keep failing are set apart for the operator; a channel that does not answer is left
//! alone and uses up nothing; what is over is not sent, and the dossier says why (SEED-83, 93, 94).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::Failure;
use loket_app::commands::drop_message::DropMessage;
use loket_app::commands::read_set_apart::ReadSetApart;
use loket_app::commands::send_message_again::SendMessageAgain;
use loket_app::commands::view_registration::{MessageView, Page};
use loket_app::commands::withdraw_role::WithdrawRole;
use loket_app::tables;
use loket_app::tables::outbox::{MessageState, SetApart};
use loket_domain::Refusal;
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::office::RoleKind;
use loket_domain::port::HandOver;
use loket_testkit::house::{House, ssin};

use crate::delivery::code_of;
use crate::journey::{at_work, contactable, view};
use crate::on_both;

async fn set_apart(house: &House) -> Result<Vec<SetApart>> {
    Ok(house.office.run(house.operator()?, ReadSetApart).await?.messages)
}

async fn newest_link(house: &House, session: SessionId, id: RegistrationId) -> Result<MessageView> {
    let shown = view(house, session, id, Page::Status).await?.0;
    shown.messages.into_iter().rfind(|m| m.kind == "activation_link").context("a link")
}

/// Tries until nothing is due within the next hour, at most so often.
async fn keep_trying(house: &House, times: u32) -> Result<()> {
    for _ in 0..times {
        house.send_messages().await?;
        house.clock.advance(Duration::from_secs(4600));
    }
    Ok(())
}

fn later() -> HandOver {
    HandOver::TryLater { cause: "smtp_451".to_owned() }
}

fn down() -> HandOver {
    HandOver::Unavailable { cause: "connect".to_owned(), retry_after: None }
}

on_both! {
    async fn what_keeps_failing_is_set_apart_and_sent_again_or_dropped_by_the_operator(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let before = house.mail.messages().len();
        house.mail.answer(Some(later()));
        house.office.send_invitation(house.call(session)?, id).await?;
        keep_trying(&house, 20).await?;
        assert_eq!(house.mail.messages().len() - before, 12, "tried as often as the rules say");
        let found = set_apart(&house).await?;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message.cause.as_deref(), Some("smtp_451"));
        // The officer has signed in again: the session did not last that long.
        let session = house.sign_in(ssin(1)?).await?;
        assert!(newest_link(&house, session, id).await?.set_apart);

        house.mail.answer(None);
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len() - before, 12, "not by itself");
        let message = found[0].message.id;
        house.office.run(house.operator()?, SendMessageAgain { message }).await?;
        house.send_messages().await?;
        assert_eq!(newest_link(&house, session, id).await?.state, MessageState::HandedOver);
        assert!(set_apart(&house).await?.is_empty());
        let twice = house.office.run(house.operator()?, SendMessageAgain { message }).await;
        assert!(matches!(twice, Err(Failure::Refused(Refusal::WrongStep))));
    }

    /// Its sealed part is damaged: tried once, shown to the operator, and no other waits for it.
    async fn a_message_that_cannot_be_opened_waits_for_the_operator_and_holds_up_no_other(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let before = (house.mail.messages().len(), house.sms.messages().len());
        house.office.send_invitation(house.call(session)?, id).await?;
        loket_testkit::damage::waiting_messages(&house.engine).await?;
        keep_trying(&house, 3).await?;
        assert_eq!((house.mail.messages().len(), house.sms.messages().len()), before);
        let found = set_apart(&house).await?;
        let causes: Vec<_> = found.iter().map(|one| one.message.cause.as_deref()).collect();
        assert_eq!(causes, [Some("unreadable"); 2]);
        // The officer sees it in the dossier, and a new invitation goes out.
        let session = house.sign_in(ssin(1)?).await?;
        assert!(newest_link(&house, session, id).await?.set_apart);
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        assert_eq!(newest_link(&house, session, id).await?.state, MessageState::HandedOver);
    }

    async fn a_message_that_cannot_be_sent_as_it_is_waits_for_the_operator_at_once(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.sms.answer(Some(HandOver::Unfit { cause: "too_long".to_owned() }));
        house.office.send_invitation(house.call(session)?, id).await?;
        keep_trying(&house, 3).await?;
        let found = set_apart(&house).await?;
        assert_eq!(found.len(), 1);
        let message = found[0].message.id;
        let silent = DropMessage { message, reason: "  ".to_owned() };
        let refused = house.office.run(house.operator()?, silent).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ReasonMissing))));
        let told = DropMessage { message, reason: "a text of ours is too long".to_owned() };
        house.office.run(house.operator()?, told).await?;
        let session = house.sign_in(ssin(1)?).await?;
        let code = code_of(&house, session, id).await?;
        assert_eq!(code, (MessageState::Failed, Some("operator".to_owned())));
    }

    /// Support of the operator sees all, that of another organisation none, an officer is refused.
    async fn who_may_see_and_touch_what_was_set_apart(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.sms.answer(Some(HandOver::Unfit { cause: "too_long".to_owned() }));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let message = set_apart(&house).await?[0].message.id;
        let by_officer = house.office.run(house.call(session)?, ReadSetApart).await;
        assert!(matches!(by_officer, Err(Failure::Refused(Refusal::NotAllowed))));
        let elsewhere = house.organisation("Gemeente Elders", "0200000142").await?;
        let stranger = house.staff(elsewhere, ssin(2)?, RoleKind::Support).await?;
        assert!(house.office.run(house.call(stranger)?, ReadSetApart).await?.messages.is_empty());
        let touched = house.office.run(house.call(stranger)?, SendMessageAgain { message }).await;
        assert!(matches!(touched, Err(Failure::Refused(Refusal::NotFound))));
        let operator = house.bare_organisation("Beheerder", "0200000439", true).await?;
        let support = house.staff(operator, ssin(3)?, RoleKind::Support).await?;
        assert_eq!(house.office.run(house.call(support)?, ReadSetApart).await?.messages.len(), 1);
        house.office.run(house.call(support)?, SendMessageAgain { message }).await?;
    }

    /// A service that is down is probed each thirty seconds, uses up no tries, and the other channel
    /// goes on.
    async fn a_relay_that_is_down_is_left_alone_and_nothing_is_set_apart(house) {
        let session = at_work(&house).await?;
        let mut ids = Vec::new();
        for n in 10..13 {
            ids.push(contactable(&house, session, n, true).await?);
        }
        let (mails, texts) = (house.mail.messages().len(), house.sms.messages().len());
        house.mail.answer(Some(down()));
        for id in &ids {
            house.office.send_invitation(house.call(session)?, *id).await?;
        }
        house.send_messages().await?;
        assert_eq!(house.sms.messages().len() - texts, 3, "codes go out");
        house.clock.advance(Duration::from_secs(7));
        house.send_messages().await?;
        let tried = house.mail.messages().len() - mails;
        assert!((5..=6).contains(&tried), "{tried}");
        let lanes = house.office.lanes().await?;
        assert!(lanes[0].left_alone_since.is_some() && lanes[1].left_alone_since.is_none());
        assert_eq!(lanes[0].waiting, 3);
        for _ in 0..400 {
            house.clock.advance(Duration::from_secs(15));
            house.send_messages().await?;
        }
        let probes = house.mail.messages().len() - mails - tried;
        assert!((150..=205).contains(&probes), "one in thirty seconds over 6,000: {probes}");
        assert!(set_apart(&house).await?.is_empty());
        house.mail.answer(None);
        let session = house.sign_in(ssin(1)?).await?;
        for _ in 0..10 {
            house.clock.advance(Duration::from_secs(30));
            house.send_messages().await?;
        }
        for id in ids {
            assert_eq!(newest_link(&house, session, id).await?.state, MessageState::HandedOver);
        }
    }

    async fn a_role_that_ended_stops_what_waits_and_the_dossier_says_so(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.mail.answer(Some(later()));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        let tried = house.mail.messages().len();
        let role = {
            let mut reader = house.store.reader().await?;
            let officer = tables::staff::by_number(&mut reader.view(), &ssin(1)?).await?;
            let officer = officer.context("the officer")?;
            tables::staff::roles_of(&mut reader.view(), officer).await?[0].grant.id
        };
        let organisation = {
            let mut reader = house.store.reader().await?;
            let found = tables::registration::load(&mut reader.view(), id).await?;
            found.context("the dossier")?.dossier().organisation
        };
        let withdraw = WithdrawRole { organisation, role, reason: "left".to_owned() };
        house.office.run(house.operator()?, withdraw).await?;
        house.mail.answer(None);
        house.clock.advance(Duration::from_secs(60));
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len(), tried, "not sent");
        let colleague = house.officer(organisation, ssin(2)?).await?;
        let link = newest_link(&house, colleague, id).await?;
        assert_eq!((link.state, link.cause.as_deref()), (MessageState::Dropped, Some("role_ended")));
    }

    /// Past the end of the invitation nothing is sent, and what was set apart is forgotten.
    async fn nothing_is_kept_past_its_end(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        house.sms.answer(Some(HandOver::Unfit { cause: "too_long".to_owned() }));
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        assert_eq!(set_apart(&house).await?.len(), 1);
        house.clock.advance(Duration::from_secs(24 * 3600));
        loket_app::jobs::keep_house(&house.office).await?;
        assert!(set_apart(&house).await?.is_empty());
        let other = house.sign_in(ssin(1)?).await?;
        let code = code_of(&house, other, id).await?;
        assert_eq!(code, (MessageState::Dropped, Some("out_of_time".to_owned())));
    }
}
