//! States of keys go to the federal authentication service, over a real connection, whatever it answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::commands::read_set_apart::ReadSetApart;
use loket_app::commands::settle_key_hand_over::SettleKeyHandOver;
use loket_app::commands::withdraw_key::WithdrawKey;
use loket_app::tables::announcement::{Waiting, waiting};
use loket_app::{Failure, hand_over_due};
use loket_domain::Refusal;
use loket_domain::delivery::Circuit;
use loket_domain::office::RoleKind;
use loket_store::Clock as _;
use loket_testkit::house::{House, ssin};
use loket_testkit::webhook_receiver::{WebhookBehaviour, WebhookReceiver};

use crate::journey::{activated, at_work};
use crate::keys::prove;
use crate::on_both;

async fn receiver(house: &House, timeout: Duration) -> Result<WebhookReceiver> {
    let clock = Arc::clone(&house.clock);
    let receiver = WebhookReceiver::start(Arc::new(move || clock.now())).await?;
    house.receiver.through(receiver.adapter(timeout)?);
    Ok(receiver)
}

async fn queue(house: &House) -> Result<Vec<Waiting>> {
    let mut reader = house.store.reader().await?;
    Ok(waiting(&mut reader.view()).await?)
}

/// Lets every wait pass.
async fn later(house: &House, circuit: &mut Circuit) -> Result<usize> {
    house.clock.advance(Duration::from_hours(2));
    Ok(hand_over_due(&house.office, circuit).await?)
}

on_both! {
    async fn a_key_that_is_made_and_withdrawn_is_told_with_its_change(house) {
        let receiver = receiver(&house, Duration::from_secs(5)).await?;
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        assert_eq!(queue(&house).await?.len(), 1, "written with the key itself");
        let mut circuit = Circuit::default();
        assert_eq!(hand_over_due(&house.office, &mut circuit).await?, 1);
        let proved = prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        house.office.run(call, WithdrawKey { key: own.key() }).await?;
        assert_eq!(hand_over_due(&house.office, &mut circuit).await?, 1);
        assert_eq!(hand_over_due(&house.office, &mut circuit).await?, 0);
        let taken = receiver.taken();
        let [made, ended] = taken.as_slice() else { anyhow::bail!("{taken:?}") };
        assert_eq!((&made.body["type"], &ended.body["type"]), (&"key.active".into(), &"key.ended".into()));
        assert_eq!(made.body["data"]["level"], "substantial");
        assert_eq!(ended.body["data"]["endReason"], "holder");
        assert_eq!(made.body["data"]["key"], ended.body["data"]["key"]);
        // The number stands in the body and nowhere else.
        let number = made.body["data"]["ssin"].as_str().context("a number")?.to_owned();
        for (address, headers) in receiver.calls() {
            assert!(!address.contains(&number) && !format!("{headers:?}").contains(&number));
        }
        assert!(queue(&house).await?.is_empty());
    }

    /// While the receiver is down, throttles or does not know us, the state waits and is not given up.
    async fn what_is_not_taken_now_is_taken_later(house) {
        let receiver = receiver(&house, Duration::from_millis(200)).await?;
        let officer = at_work(&house).await?;
        activated(&house, officer, 10).await?;
        let mut circuit = Circuit::default();
        for (behaviour, cause) in [
            (WebhookBehaviour::Status(500), "http_500"),
            (WebhookBehaviour::Status(503), "http_503"),
            (WebhookBehaviour::Status(401), "http_401"),
            (WebhookBehaviour::Status(302), "http_302"),
            (WebhookBehaviour::Busy(120), "http_429"),
            (WebhookBehaviour::LateAnswer(Duration::from_millis(600)), "timeout"),
        ] {
            receiver.behave(behaviour);
            assert_eq!(later(&house, &mut circuit).await?, 1, "{behaviour:?}");
            let queued = queue(&house).await?;
            assert_eq!(queued[0].cause.as_deref(), Some(cause));
            assert!(queued[0].set_apart_at.is_none(), "{behaviour:?}");
            // Not again at once.
            assert_eq!(hand_over_due(&house.office, &mut circuit).await?, 0);
        }
        receiver.behave(WebhookBehaviour::Accept);
        assert_eq!(later(&house, &mut circuit).await?, 1);
        // The late answer had been taken: the same identifier, kept once.
        assert_eq!(receiver.taken().len(), 1);
        let ids: Vec<_> = receiver.calls().iter().map(|(_, h)| h["webhook-id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert!(queue(&house).await?.is_empty());
    }

    async fn a_receiver_that_is_gone_is_waited_for(house) {
        let gone = receiver(&house, Duration::from_secs(1)).await?;
        gone.stop().await;
        let officer = at_work(&house).await?;
        activated(&house, officer, 10).await?;
        let mut circuit = Circuit::default();
        for _ in 0..20 {
            later(&house, &mut circuit).await?;
        }
        assert!(queue(&house).await?[0].set_apart_at.is_none());
        let back = receiver(&house, Duration::from_secs(5)).await?;
        assert_eq!(later(&house, &mut circuit).await?, 1);
        assert_eq!(back.taken().len(), 1);
    }

    async fn what_the_receiver_cannot_take_waits_for_the_operator(house) {
        let receiver = receiver(&house, Duration::from_secs(5)).await?;
        let officer = at_work(&house).await?;
        activated(&house, officer, 10).await?;
        receiver.behave(WebhookBehaviour::Status(422));
        let mut circuit = Circuit::default();
        hand_over_due(&house.office, &mut circuit).await?;
        let apart = queue(&house).await?.remove(0);
        assert!(apart.set_apart_at.is_some());
        let told = house.office.run(house.operator()?, ReadSetApart).await?.key_states;
        let told = told.context("the operator's page says so")?;
        assert_eq!((told.waiting, told.set_apart), (1, 1));
        let support = house.staff(house.organisation("Gemeente Elders", "0200000142").await?, ssin(3)?, RoleKind::Support);
        let elsewhere = house.office.run(house.call(support.await?)?, ReadSetApart).await?;
        assert!(elsewhere.key_states.is_none(), "and nobody else's");
        assert_eq!(later(&house, &mut circuit).await?, 0);
        let settle = |again, reason: &str| SettleKeyHandOver {
            announcement: apart.id, again, reason: reason.to_owned(),
        };
        let silent = house.office.run(house.operator()?, settle(true, " ")).await;
        assert!(matches!(silent, Err(Failure::Refused(Refusal::ReasonMissing))));
        receiver.behave(WebhookBehaviour::Accept);
        house.office.run(house.operator()?, settle(true, "mended")).await?;
        assert_eq!(later(&house, &mut circuit).await?, 1);
        assert_eq!(receiver.taken().len(), 1);
        let over = house.office.run(house.operator()?, settle(false, "no")).await;
        assert!(matches!(over, Err(Failure::Refused(Refusal::NotFound))));
    }

    /// A state that makes the receiver fail while it takes others is set apart after twelve tries.
    async fn a_state_that_keeps_failing_is_set_apart(house) {
        let receiver = receiver(&house, Duration::from_secs(5)).await?;
        let officer = at_work(&house).await?;
        activated(&house, officer, 10).await?;
        receiver.behave(WebhookBehaviour::Status(500));
        let mut circuit = Circuit::default();
        for _ in 0..12 {
            later(&house, &mut circuit).await?;
        }
        assert!(queue(&house).await?[0].set_apart_at.is_some());
        assert_eq!(receiver.calls().len(), 12);
        let drop_it = SettleKeyHandOver { announcement: queue(&house).await?[0].id, again: false, reason: "not ours".to_owned() };
        house.office.run(house.operator()?, drop_it).await?;
        assert!(queue(&house).await?.is_empty());
    }
}
