//! A person signs in at a relying party: what is asked, what is agreed, and what goes in between.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_app::asking::Named;
use loket_app::commands::end_relying_party::EndRelyingParty;
use loket_app::commands::register_relying_party::RegisterRelyingParty;
use loket_app::commands::sign_out_holder::{HolderPlace, SignOutHolder};
use loket_app::commands::view_services::ViewServices;
use loket_app::commands::withdraw_claims::WithdrawClaims;
use loket_app::commands::withdraw_key::WithdrawKey;
use loket_app::office::{PartySession, PartyTokens};
use loket_app::tables::relying_party::RelyingParty;
use loket_app::{Call, Failure};
use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::key::{AssuranceLevel, KeyPurpose, TotpSeed};
use loket_domain::relying_party::{
    Asked, AuthorizationRequest, Claim, ClientId, ClientProof, NextStep, Registered, ReturnAddress,
};
use loket_jose::{Jws, Key};
use loket_testkit::house::House;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::auditing;
use crate::journey::{PASSWORD, activated, at_work, digits};
use crate::keys::typed;
use crate::on_both;

pub(crate) const BACK: &str = "https://dienst.example.be/cb";
pub(crate) const SECRET: &str = "a secret of the service";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn registered(sector: &str) -> Result<Registered> {
    Ok(Registered {
        name: "Dienst Belastingen".to_owned(),
        sector: sector.to_owned(),
        returns: vec![ReturnAddress::new(BACK)?],
        after_sign_out: vec![ReturnAddress::new("https://dienst.example.be/")?],
        claims: BTreeSet::from([Claim::Names, Claim::BirthDate, Claim::Email]),
        least: AssuranceLevel::Low,
        proof: ClientProof::Secret { digest: Sha256::digest(SECRET).into() },
    })
}

pub(crate) async fn register(
    house: &House,
    client: &str,
    registered: Registered,
    change: bool,
) -> Result<RelyingParty> {
    let client = ClientId::new(client)?;
    let command = RegisterRelyingParty { client: client.clone(), registered, change };
    house.office.run(house.operator()?, command).await?;
    house.office.relying_party(&client).await?.context("it is registered")
}

/// What the relying party asks, with parameters changed.
pub(crate) fn asks(
    house: &House,
    party: &RelyingParty,
    changes: &[(&str, &str)],
) -> Result<AuthorizationRequest> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut pairs = BTreeMap::from([
        ("client_id", party.client.as_str()),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", "stand"),
        ("nonce", "eenmalig"),
    ]);
    pairs.extend(changes.iter().copied());
    let asked = Asked::of(pairs.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())));
    Ok(asked.request(party.id, &party.registered, house.office.now())?)
}

/// Shows the key of the app for relying parties.
pub(crate) async fn shows(house: &House, app: &TotpSeed) -> Result<PartySession> {
    house.clock.advance(Duration::from_secs(60));
    let tried = typed("lotte@example.be", PASSWORD, digits(house, app)?);
    let proved = house.office.prove_password(tried, KeyPurpose::RelyingParty, None).await?;
    let cookie = house.office.begin_party_session(&proved).await?;
    house.office.party_session(cookie).await?.context("a session")
}

async fn agrees(
    house: &House,
    session: &PartySession,
    asked: &AuthorizationRequest,
) -> Result<(), Failure> {
    house.office.agree(session, asked, house.office.new_request()?, None).await
}

/// The code in the answer.
pub(crate) async fn code(
    house: &House,
    session: &PartySession,
    asked: &AuthorizationRequest,
) -> Result<String> {
    let answer = url::Url::parse(&house.office.answer_party(session, asked, None).await?)?;
    let pairs: BTreeMap<String, String> = answer.query_pairs().into_owned().collect();
    assert_eq!(pairs.get("state").map(String::as_str), Some("stand"));
    assert_eq!(pairs.get("iss").map(String::as_str), Some(house.office.issuer()));
    pairs.get("code").cloned().context("a code")
}

pub(crate) async fn exchange(
    house: &House,
    party: &RelyingParty,
    code: &str,
) -> Result<PartyTokens, Failure> {
    house.office.exchange_code(party, (code, VERIFIER), BACK, None).await
}

pub(crate) async fn claims_of(house: &House, id_token: &str) -> Result<Value> {
    let set = house.office.key_set().await?;
    let keys: Vec<Key> = serde_json::from_value(set["keys"].clone())?;
    Ok(serde_json::from_slice(&Jws::read(id_token)?.verify(&keys)?)?)
}

fn is_not_found<T>(result: &Result<T, Failure>) -> bool {
    matches!(result, Err(Failure::Refused(Refusal::NotFound)))
}

/// Somebody with a key, at a relying party that is registered, who agreed.
pub(crate) async fn ready(
    house: &House,
) -> Result<(RelyingParty, PartySession, AuthorizationRequest, TotpSeed)> {
    let officer = at_work(house).await?;
    let (_, app) = activated(house, officer, 10).await?;
    let party = register(house, "dienst", registered("dienst.example.be")?, false).await?;
    let session = shows(house, &app).await?;
    let asked = asks(house, &party, &[])?;
    agrees(house, &session, &asked).await?;
    Ok((party, session, asked, app))
}

on_both! {
    async fn a_key_and_a_yes_and_the_service_knows_what_was_agreed(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let party = register(&house, "dienst", registered("dienst.example.be")?, false).await?;
        let asked = asks(&house, &party, &[])?;
        assert_eq!(house.office.party_step(&asked, None).await?, NextStep::ShowKey);
        let session = shows(&house, &app).await?;
        assert_eq!(house.office.party_step(&asked, Some(&session)).await?, NextStep::AskConsent);
        // Nobody skips the question.
        let early = house.office.answer_party(&session, &asked, None).await;
        assert!(matches!(early, Err(Failure::Refused(Refusal::WrongStep))));
        agrees(&house, &session, &asked).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        let id = claims_of(&house, &tokens.id).await?;
        assert_eq!((&id["aud"], &id["nonce"]), (&"dienst".into(), &"eenmalig".into()));
        assert_eq!(id["acr"], AssuranceLevel::Substantial.acr());
        assert_eq!(id["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
        assert_eq!(id["iss"], house.office.issuer());
        // The ID token says nothing of the person; userinfo says what was agreed and no more.
        assert!(id.get("family_name").is_none() && id.get("email").is_none());
        let told = house.office.release_claims(&tokens.access, None).await?;
        let names = serde_json::json!({
            "sub": id["sub"], "given_name": "Lotte", "family_name": "Janssens",
            "email": "lotte@example.be", "email_verified": true,
        });
        assert_eq!(told, names);
        // What was agreed is remembered; more than that is asked for.
        let again = asks(&house, &party, &[("scope", "openid email")])?;
        assert_eq!(house.office.party_step(&again, Some(&session)).await?, NextStep::Answer);
        let more = asks(&house, &party, &[("scope", "openid birthdate")])?;
        assert_eq!(house.office.party_step(&more, Some(&session)).await?, NextStep::AskConsent);
        house.clock.advance(Duration::from_secs(301));
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
    }

    async fn two_sectors_see_two_people(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let subject = async |party: &RelyingParty, asked: &AuthorizationRequest| -> Result<Value> {
            let tokens = exchange(&house, party, &code(&house, &session, asked).await?).await?;
            Ok(claims_of(&house, &tokens.id).await?["sub"].clone())
        };
        let first = subject(&party, &asked).await?;
        assert_eq!(first, subject(&party, &asked).await?);
        for (client, sector, same) in [("zuster", "dienst.example.be", true), ("ander", "ander.example.be", false)] {
            let other = register(&house, client, registered(sector)?, false).await?;
            let asked = asks(&house, &other, &[])?;
            agrees(&house, &session, &asked).await?;
            assert_eq!(subject(&other, &asked).await? == first, same, "{client}");
        }
    }

    /// A replayed code ends what the first exchange gave (RFC 6749 section 4.1.2).
    async fn a_code_works_once_and_a_second_try_ends_everything(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let code = code(&house, &session, &asked).await?;
        let tokens = exchange(&house, &party, &code).await?;
        house.office.release_claims(&tokens.access, None).await?;
        assert!(is_not_found(&exchange(&house, &party, &code).await));
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
    }

    async fn a_code_exchanged_in_two_places_at_once_gives_one_token(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let code = code(&house, &session, &asked).await?;
        let tries = (0..8).map(|_| exchange(&house, &party, &code));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    }

    /// Injected, stolen, late: a code is for its client, its secret text and its address, for a minute.
    async fn a_code_is_of_use_to_nobody_else(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let other = register(&house, "ander", registered("ander.example.be")?, false).await?;
        let first = code(&house, &session, &asked).await?;
        assert!(is_not_found(&exchange(&house, &other, &first).await));
        let wrong = "x".repeat(43);
        let verifier = house.office.exchange_code(&party, (first.as_str(), wrong.as_str()), BACK, None).await;
        assert!(is_not_found(&verifier));
        let address = "https://dienst.example.be/cb2";
        let elsewhere = house.office.exchange_code(&party, (first.as_str(), VERIFIER), address, None).await;
        assert!(is_not_found(&elsewhere));
        assert!(is_not_found(&exchange(&house, &party, "guessed").await));
        // None of that used it up.
        exchange(&house, &party, &first).await?;
        let late = code(&house, &session, &asked).await?;
        house.clock.advance(Duration::from_secs(61));
        assert!(is_not_found(&exchange(&house, &party, &late).await));
    }

    async fn a_key_that_is_withdrawn_in_between_opens_nothing(house) {
        let (party, session, asked, app) = ready(&house).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        let open = code(&house, &session, &asked).await?;
        let proved = crate::keys::prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        house.office.run(call, WithdrawKey { key: own.key() }).await?;
        assert!(is_not_found(&exchange(&house, &party, &open).await));
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
        let answer = house.office.answer_party(&session, &asked, None).await;
        assert!(matches!(answer, Err(Failure::Refused(Refusal::KeySessionEnded))));
    }

    async fn consent_is_seen_and_taken_back_by_the_holder(house) {
        let (party, session, asked, app) = ready(&house).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        let open = code(&house, &session, &asked).await?;
        let proved = crate::keys::prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie).await?.context("a session")?;
        let call = || house.office.new_request().map(|r| house.office.holder_call(&own, r, None));
        let services = house.office.run(call()?, ViewServices).await?;
        assert_eq!(services.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Dienst Belastingen"]);
        house.office.run(call()?, WithdrawClaims { party: party.id }).await?;
        assert!(house.office.run(call()?, ViewServices).await?.is_empty());
        assert!(is_not_found(&exchange(&house, &party, &open).await));
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
        let anew = asks(&house, &party, &[])?;
        let session = shows(&house, &app).await?;
        assert_eq!(house.office.party_step(&anew, Some(&session)).await?, NextStep::AskConsent);
        assert!(is_not_found(&house.office.run(call()?, WithdrawClaims { party: party.id }).await));
    }

    async fn a_relying_party_that_is_ended_or_registered_for_less_gets_no_more(house) {
        let (party, session, asked, _) = ready(&house).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        let less = Registered { claims: BTreeSet::from([Claim::Email]), ..registered("dienst.example.be")? };
        let party = register(&house, "dienst", less, true).await?;
        let told = house.office.release_claims(&tokens.access, None).await?;
        assert!(told.get("family_name").is_none() && told.get("email").is_some());
        let open = code(&house, &session, &asked).await?;
        let name = house.office.keep_party_request(&asked).await?;
        assert!(house.office.party_request(&name).await?.is_some());
        let end = EndRelyingParty { client: party.client.clone(), reason: "test".to_owned() };
        house.office.run(house.operator()?, end).await?;
        assert!(is_not_found(&exchange(&house, &party, &open).await));
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
        assert!(house.office.party_request(&name).await?.is_none());
        assert!(house.office.relying_party(&party.client).await?.is_none());
        // Its name is not given to anybody else.
        let again = register(&house, "dienst", registered("dienst.example.be")?, false).await;
        assert!(again.is_err());
    }

    async fn a_key_below_the_level_gets_no_code(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let party = register(&house, "dienst", registered("dienst.example.be")?, false).await?;
        let high = AssuranceLevel::High.acr();
        let before = asks(&house, &party, &[("acr_values", high)])?;
        let session = shows(&house, &app).await?;
        agrees(&house, &session, &before).await?;
        assert_eq!(house.office.party_step(&before, Some(&session)).await?, NextStep::ShowBetterKey);
        let answer = house.office.answer_party(&session, &before, None).await;
        assert!(matches!(answer, Err(Failure::Refused(Refusal::WrongStep))));
        let silent = asks(&house, &party, &[("acr_values", high), ("prompt", "none")])?;
        assert!(matches!(house.office.party_step(&silent, Some(&session)).await?, NextStep::Fail(_)));
    }

    async fn signing_out_ends_what_services_hold_open_from_this_browser(house) {
        let (party, session, asked, app) = ready(&house).await?;
        let tokens = exchange(&house, &party, &code(&house, &session, &asked).await?).await?;
        // The same person with the same key in another browser.
        let elsewhere = shows(&house, &app).await?;
        let kept = exchange(&house, &party, &code(&house, &elsewhere, &asked).await?).await?;
        house.office.release_claims(&tokens.access, None).await?;
        let open = code(&house, &session, &asked).await?;
        house.office.end_party_session(&session, Some("192.0.2.7".to_owned())).await?;
        assert!(is_not_found(&house.office.release_claims(&tokens.access, None).await));
        assert!(is_not_found(&exchange(&house, &party, &open).await));
        house.office.release_claims(&kept.access, None).await?;
        let auditor = auditing::auditor(&house).await?;
        let (_, events) = auditing::ask(&house, auditor, auditing::about(Named::Everything)).await?;
        let left = events.iter().filter_map(|entry| match &entry.event {
            Event::HolderSignedOut { purpose, sign_ins, .. } => {
                Some((*purpose, *sign_ins, entry.address.as_deref(), entry.person.is_some()))
            }
            _ => None,
        });
        let wanted = (KeyPurpose::RelyingParty, 2, Some("192.0.2.7"), true);
        assert_eq!(left.collect::<Vec<_>>(), [wanted]);
    }

    async fn nothing_comes_of_a_session_from_the_moment_of_its_sign_out(house) {
        let (_, session, asked, app) = ready(&house).await?;
        let (binding, proved) = (session.binding().to_owned(), crate::keys::prove(&house, &app).await?);
        // The command alone, without what the office does after it.
        let own = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(own).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        let place = HolderPlace::Services { shown_at: house.store.now() };
        let leaving = || SignOutHolder { session: Sha256::digest(&binding).into(), place };
        house.office.run(call.clone(), leaving()).await?;
        let ended = |refused: &Failure| matches!(refused, Failure::Refused(Refusal::KeySessionEnded));
        let request = || house.office.new_request();
        let answer = house.office.answer_party(&session, &asked, None).await;
        assert!(answer.as_ref().is_err_and(ended), "{answer:?}");
        let agreed = house.office.agree(&session, &asked, request()?, None).await;
        assert!(agreed.as_ref().is_err_and(ended), "{agreed:?}");
        // Nor is it over a second time.
        let again = Call { request: request()?, ..call };
        let again = house.office.run(again, leaving()).await;
        assert!(again.as_ref().is_err_and(ended), "{again:?}");
        house.office.end_party_session(&session, None).await?;
    }

    async fn whose_key_was_withdrawn_can_still_sign_out(house) {
        let (_, session, _, app) = ready(&house).await?;
        let proved = crate::keys::prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        house.office.run(call, WithdrawKey { key: own.key() }).await?;
        house.office.end_party_session(&session, None).await?;
    }

    async fn signing_out_among_the_own_keys_is_an_event_and_ends_the_session(house) {
        let (_, _, _, app) = ready(&house).await?;
        let proved = crate::keys::prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie.clone()).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        house.office.end_key_session(&own, call).await?;
        assert!(house.office.key_session(cookie).await?.is_none());
        let auditor = auditing::auditor(&house).await?;
        let (_, events) = auditing::ask(&house, auditor, auditing::about(Named::Everything)).await?;
        let left = events.iter().filter_map(|entry| match &entry.event {
            Event::HolderSignedOut { key, purpose, sign_ins } => Some((*key, *purpose, *sign_ins)),
            _ => None,
        });
        assert_eq!(left.collect::<Vec<_>>(), [(own.key(), KeyPurpose::OwnKeys, 0)]);
    }

    async fn nobody_stays_signed_in_because_writing_is_paused(house) {
        let (_, session, _, app) = ready(&house).await?;
        let proved = crate::keys::prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let own = house.office.key_session(cookie.clone()).await?.context("a session")?;
        let call = house.office.holder_call(&own, house.office.new_request()?, None);
        let token = loket_domain::secret::Secret::new(session.binding().to_owned());
        house.store.pause_writing("test".to_owned());
        house.office.end_key_session(&own, call).await?;
        house.office.end_party_session(&session, None).await?;
        assert!(house.office.key_session(cookie).await?.is_none());
        assert!(house.office.party_session(token).await?.is_none());
        house.store.resume_writing();
    }

    async fn the_session_lasts_a_quarter_of_an_hour_and_ends_with_its_end(house) {
        let (_, session, asked, _) = ready(&house).await?;
        let token = loket_domain::secret::Secret::new(session.binding().to_owned());
        assert!(house.office.party_session(token.clone()).await?.is_some());
        house.office.end_party_session(&session, None).await?;
        assert!(house.office.party_session(token).await?.is_none());
        house.clock.advance(Duration::from_secs(15 * 60));
        assert_eq!(house.office.party_step(&asked, Some(&session)).await?, NextStep::ShowKey);
    }
}
