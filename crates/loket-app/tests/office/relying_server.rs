//! The server of a relying party: how it proves to be itself, and the keys that it must know.

use std::time::Duration;

use anyhow::Result;
use loket_app::Failure;
use loket_app::commands::make_signing_key::Occasion;
use loket_app::office::PartyProof;
use loket_domain::Refusal;
use loket_domain::relying_party::{ClientKey, ClientProof, Registered};
use loket_domain::secret::Secret;
use loket_jose::SigningKey;
use loket_testkit::house::House;
use serde_json::{Value, json};

use crate::on_both;
use crate::relying::{SECRET, claims_of, code, exchange, ready, register, registered};

fn secret(client: &str, secret: &str) -> PartyProof {
    PartyProof::Secret { client: client.to_owned(), secret: Secret::new(secret.to_owned()) }
}

async fn proves(house: &House, proof: PartyProof) -> Result<bool> {
    match house.office.prove_party(proof, Some("192.0.2.9")).await {
        Ok(_) => Ok(true),
        Err(Failure::Refused(Refusal::NotAllowed)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

fn kids(set: &Value) -> Vec<String> {
    let keys = set["keys"].as_array().cloned().unwrap_or_default();
    keys.iter().filter_map(|key| key["kid"].as_str().map(str::to_owned)).collect()
}

on_both! {
    async fn a_secret_is_that_of_its_client(house) {
        register(&house, "dienst", registered("dienst.example.be")?, false).await?;
        assert!(proves(&house, secret("dienst", SECRET)).await?);
        for (client, wrong) in [("dienst", "another"), ("dienst", ""), ("ander", SECRET), ("", SECRET)] {
            assert!(!proves(&house, secret(client, wrong)).await?, "{client} {wrong}");
        }
        // Whoever tries a hundred times from one address waits, and the right one does not.
        for _ in 0..100 {
            drop(house.office.prove_party(secret("dienst", "guess"), Some("192.0.2.9")).await);
        }
        let waits = house.office.prove_party(secret("dienst", "guess"), Some("192.0.2.9")).await;
        assert!(matches!(waits, Err(Failure::Refused(Refusal::TooManyTries))));
        assert!(proves(&house, secret("dienst", SECRET)).await?);
    }

    async fn an_assertion_is_of_its_key_for_us_and_works_once(house) {
        let key = SigningKey::read(&SigningKey::make()?, Some("k".to_owned()))?;
        let proof = ClientProof::Keys { keys: vec![ClientKey::read(&key.public())?] };
        register(&house, "dienst", Registered { proof, ..registered("dienst.example.be")? }, false).await?;
        let now = house.office.now().seconds();
        let good = json!({
            "iss": "dienst", "sub": "dienst", "aud": house.office.issuer(), "jti": "1", "exp": now + 60,
        });
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            claims
        };
        let sent = |key: &SigningKey, claims: &Value| -> Result<PartyProof> {
            Ok(PartyProof::Assertion(Secret::new(key.sign(claims)?)))
        };
        for bad in [
            with("aud", json!("https://evil.example")),
            with("sub", json!("ander")),
            with("iss", json!("ander")),
            with("exp", json!(now - 60)),
            with("exp", json!(now + 3600)),
            with("jti", json!("")),
        ] {
            assert!(!proves(&house, sent(&key, &bad)?).await?, "{bad}");
        }
        let stranger = SigningKey::read(&SigningKey::make()?, Some("k".to_owned()))?;
        assert!(!proves(&house, sent(&stranger, &good)?).await?);
        assert!(proves(&house, sent(&key, &good)?).await?);
        assert!(!proves(&house, sent(&key, &good)?).await?, "a replay");
        let endpoint = format!("{}/token", house.office.issuer());
        let mut listed = with("aud", json!([endpoint]));
        listed["jti"] = json!("2");
        assert!(proves(&house, sent(&key, &listed)?).await?);
        // A secret does not stand in for a key.
        assert!(!proves(&house, secret("dienst", SECRET)).await?);
    }

    /// What was signed with the old key is believed until it ends; a key that may be in other hands is
    /// believed no more at once.
    async fn keys_follow_each_other(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let first = kids(&house.office.key_set().await?);
        assert_eq!(first.len(), 1);
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        claims_of(&house, &tokens.id).await?;
        let wanted = house.office.now().plus(Duration::from_hours(24));
        house.office.make_signing_key(house.operator()?, wanted, Occasion::Wanted).await?;
        let both = kids(&house.office.key_set().await?);
        assert_eq!(both.len(), 2, "the next one is published before it signs");
        house.clock.advance(Duration::from_hours(24));
        claims_of(&house, &tokens.id).await?;
        house.clock.advance(Duration::from_hours(2));
        assert_eq!(kids(&house.office.key_set().await?), both[1..]);
        assert!(claims_of(&house, &tokens.id).await.is_err());
        let now = house.office.now();
        house.office.make_signing_key(house.operator()?, now, Occasion::OthersLost).await?;
        let last = kids(&house.office.key_set().await?);
        assert!(last.len() == 1 && !both.contains(&last[0]));
        // The job makes the next one in time.
        house.clock.advance(Duration::from_hours(90 * 24));
        loket_app::jobs::keep_house(&house.office).await?;
        assert_eq!(kids(&house.office.key_set().await?).len(), 2);
    }

    async fn a_hint_names_its_client_and_whether_it_is_the_person_of_the_session(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        house.clock.advance(Duration::from_secs(600));
        let read = house.office.read_hint(&tokens.id, Some(&session)).await?;
        assert!(read.is_some_and(|(found, same)| found.id == party.id && same));
        let nobody = house.office.read_hint(&tokens.id, None).await?;
        assert!(nobody.is_some_and(|(_, same)| !same));
        let forged = SigningKey::read(&SigningKey::make()?, None)?.sign(&json!({ "aud": "dienst" }))?;
        assert!(house.office.read_hint(&forged, Some(&session)).await?.is_none());
        assert!(house.office.read_hint("a.b.c", Some(&session)).await?.is_none());
    }
}
