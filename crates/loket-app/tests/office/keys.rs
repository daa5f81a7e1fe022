//! What a holder does with the own keys, and what guessing at them comes to (LAW-07, ASVS 6.3).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::Failure;
use loket_app::commands::name_key::NameKey;
use loket_app::commands::view_keys::{KeysView, ViewKeys};
use loket_app::commands::withdraw_key::WithdrawKey;
use loket_app::office::{KeySession, PasswordTry, ProvedKey, SetUpFailure};
use loket_domain::Refusal;
use loket_domain::key::guessing::{
    CODES_BESIDE_PASSWORD, KEYS_OF_ONE_PERSON, TRIES_OF_ONE_NETWORK,
};
use loket_domain::key::password::PasswordFault;
use loket_domain::key::{AssuranceLevel, KeyKind, KeyName, KeyPurpose, TotpSeed};
use loket_domain::secret::Secret;
use loket_testkit::house::House;

use crate::journey::{PASSWORD, activated, at_work, browser, digits, invited, seed};
use crate::on_both;

pub(crate) fn typed(email: &str, password: &str, code: String) -> PasswordTry {
    PasswordTry { email: email.to_owned(), password: Secret::new(password.to_owned()), code }
}

/// Shows the key of the app as it is at this moment, once a step.
pub(crate) async fn prove(house: &House, seed: &TotpSeed) -> Result<ProvedKey, Failure> {
    house.clock.advance(Duration::from_secs(30));
    let code = digits(house, seed).map_err(|_| Refusal::InvalidInput)?;
    let tried = typed("lotte@example.be", PASSWORD, code);
    house.office.prove_password(tried, KeyPurpose::OwnKeys, None).await
}

pub(crate) async fn signed_in(house: &House, seed: &TotpSeed) -> Result<KeySession> {
    let proved = prove(house, seed).await?;
    let cookie = house.office.begin_key_session(&proved, false).await?;
    house.office.key_session(cookie).await?.context("a session")
}

async fn keys(house: &House, session: &KeySession) -> Result<KeysView, Failure> {
    let call = house.office.holder_call(session, house.office.new_request()?, None);
    Ok(house.office.disclose(call, ViewKeys).await?.0)
}

async fn wrong(house: &House, email: &str) -> Refusal {
    let tried = typed(email, "een ander wachtwoord", "123456".to_owned());
    match house.office.prove_password(tried, KeyPurpose::Check, None).await {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Tries accounts one after the other from one network; how many tries were not looked at.
async fn walk(house: &House, network: &str, accounts: u32) -> usize {
    let tries = (0..accounts).map(|n| {
        let email = format!("p{n}@example.be");
        let tried = typed(&email, "een ander wachtwoord", "123456".to_owned());
        house.office.prove_password(tried, KeyPurpose::Check, Some(network.to_owned()))
    });
    let answers = futures_util::future::join_all(tries).await;
    let waits = |a: &&Result<_, Failure>| matches!(a, Err(Failure::Refused(Refusal::TooManyTries)));
    answers.iter().filter(waits).count()
}

fn mails(house: &House, kind: &str) -> usize {
    house.mail.messages().iter().filter(|mail| mail.subject == kind).count()
}

on_both! {
    async fn a_holder_has_several_keys_names_them_and_withdraws_one(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        // A second app, with another password.
        let password = Secret::new("vier groene bussen".to_owned());
        house.office.choose_password(&session, password, None).await?;
        let second = seed(house.office.app_set_up(&session).await?.typed.expose())?;
        let code = digits(&house, &second)?;
        let added = house.office.finish_app(&session, &code, None).await?;
        let call = || house.office.new_request().map(|r| house.office.holder_call(&session, r, None));
        let name = KeyName::try_from("oude telefoon".to_owned())?;
        house.office.run(call()?, NameKey { key: added, name }).await?;
        let seen = keys(&house, &session).await?;
        assert_eq!(seen.keys.len(), 2);
        assert_eq!(seen.keys.iter().map(|key| key.here).collect::<Vec<_>>(), [true, false]);
        assert!(seen.keys[0].last_used_at.is_some());
        assert_eq!(seen.keys[1].last_used_at, Some(seen.keys[1].created_at), "shown when it was made");
        assert!(seen.keys[1].name.is_some());
        assert_eq!(seen.keys[1].level, AssuranceLevel::Substantial);
        // Both open; the first is withdrawn by the session of the second and takes its own along.
        house.clock.advance(Duration::from_secs(60));
        let tried = typed("lotte@example.be", "vier groene bussen", digits(&house, &second)?);
        let proved = house.office.prove_password(tried, KeyPurpose::OwnKeys, None).await?;
        assert_eq!(proved.key, added);
        let cookie = house.office.begin_key_session(&proved, false).await?;
        let other = house.office.key_session(cookie.clone()).await?.context("a session")?;
        let call = house.office.holder_call(&other, house.office.new_request()?, None);
        house.office.run(call, WithdrawKey { key: session.key() }).await?;
        assert!(matches!(keys(&house, &session).await, Err(Failure::Refused(Refusal::KeySessionEnded))));
        assert!(matches!(prove(&house, &app).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        assert_eq!(keys(&house, &other).await?.keys.len(), 1);
        // The last one too, whenever its holder wants.
        let call = house.office.holder_call(&other, house.office.new_request()?, None);
        house.office.run(call, WithdrawKey { key: added }).await?;
        assert!(house.office.key_session(cookie).await?.is_none());
        house.send_messages().await?;
        assert_eq!((mails(&house, "key_added"), mails(&house, "key_withdrawn")), (1, 2));
    }

    /// Nobody reaches another's key, not even to learn that it exists.
    async fn a_key_of_somebody_else_is_not_found(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        let call = house.office.holder_call(&session, house.office.new_request()?, None);
        let key = "0190b8c4-7a3c-7000-8000-000000000001".parse()?;
        let refused = house.office.run(call, WithdrawKey { key }).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::NotFound))));
    }

    async fn a_session_among_the_keys_lasts_a_quarter_of_an_hour(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let proved = prove(&house, &app).await?;
        let cookie = house.office.begin_key_session(&proved, false).await?;
        house.clock.advance(Duration::from_secs(15 * 60 - 1));
        assert!(house.office.key_session(cookie.clone()).await?.is_some());
        house.clock.advance(Duration::from_secs(1));
        assert!(house.office.key_session(cookie).await?.is_none());
    }

    /// Five tries, then a wait that doubles, for accounts that exist and those that do not alike.
    async fn wrong_tries_wait_whether_or_not_there_is_an_account(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        for email in ["lotte@example.be", "niemand@example.be"] {
            for _ in 0..5 {
                assert_eq!(wrong(&house, email).await, Refusal::KeyUnknown);
            }
            assert_eq!(wrong(&house, email).await, Refusal::TooManyTries);
            house.clock.advance(Duration::from_secs(60));
            assert_eq!(wrong(&house, email).await, Refusal::KeyUnknown);
            assert_eq!(wrong(&house, email).await, Refusal::TooManyTries);
            house.clock.advance(Duration::from_secs(60));
            assert_eq!(wrong(&house, email).await, Refusal::TooManyTries);
            house.clock.advance(Duration::from_secs(60));
        }
        // The holder gets in between, and the count begins anew.
        prove(&house, &app).await?;
        for _ in 0..5 {
            assert_eq!(wrong(&house, "Lotte@Example.be").await, Refusal::KeyUnknown);
        }
        assert_eq!(wrong(&house, "lotte@example.be").await, Refusal::TooManyTries);
    }

    async fn a_hundred_guesses_at_once_are_five(house) {
        let officer = at_work(&house).await?;
        activated(&house, officer, 10).await?;
        let tries = (0..100).map(|n| {
            let tried = typed("lotte@example.be", "een ander wachtwoord", format!("{n:06}"));
            house.office.prove_password(tried, KeyPurpose::Check, None)
        });
        let answers = futures_util::future::join_all(tries).await;
        let looked_at = |a: &Result<_, Failure>| matches!(a, Err(Failure::Refused(Refusal::KeyUnknown)));
        assert_eq!(answers.iter().filter(|a| looked_at(a)).count(), 5);
    }

    /// One network address cannot walk through a list of accounts.
    async fn a_network_address_has_its_own_limit(house) {
        assert_eq!(walk(&house, "192.0.2.7", TRIES_OF_ONE_NETWORK + 1).await, 1);
    }

    /// People behind one address do not lock each other out: a right try takes back its own.
    async fn a_right_try_gives_its_network_back_what_it_took(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        assert_eq!(walk(&house, "192.0.2.7", TRIES_OF_ONE_NETWORK - 1).await, 0);
        for _ in 0..3 {
            house.clock.advance(Duration::from_secs(30));
            let tried = typed("lotte@example.be", PASSWORD, digits(&house, &app)?);
            let from = Some("192.0.2.7".to_owned());
            house.office.prove_password(tried, KeyPurpose::OwnKeys, from).await?;
        }
        assert_eq!(walk(&house, "192.0.2.7", 2).await, 1, "one was left, and is used up now");
    }

    /// Whoever knows the password gets ten codes; then only a recovery code opens, once.
    async fn a_known_password_gets_ten_codes_and_recovery_codes_work_once(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        let slow = house.hashing.slow();
        let make = async || -> Result<Vec<Secret>, Failure> {
            let call = house.office.holder_call(&session, house.office.new_request()?, None);
            house.office.make_recovery_codes(&session, call).await
        };
        let old = make().await?;
        let codes = make().await?;
        assert_eq!((old.len(), codes.len()), (10, 10));
        assert_eq!(house.hashing.slow(), slow, "a page that waits for no slow hash");
        let recover = async |code: &Secret| {
            let tried = typed("lotte@example.be", PASSWORD, code.expose().to_lowercase());
            house.office.prove_recovery(tried, None).await
        };
        // The old set is worthless.
        assert!(matches!(recover(&old[0]).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        for _ in 0..CODES_BESIDE_PASSWORD {
            house.clock.advance(Duration::from_secs(24 * 3600));
            let tried = typed("lotte@example.be", PASSWORD, "000000".to_owned());
            let refused = house.office.prove_password(tried, KeyPurpose::Check, None).await;
            assert!(matches!(refused, Err(Failure::Refused(Refusal::KeyUnknown))), "{refused:?}");
        }
        house.clock.advance(Duration::from_secs(3600));
        assert!(matches!(prove(&house, &app).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        house.clock.advance(Duration::from_secs(3600));
        let proved = recover(&codes[3]).await?;
        let cookie = house.office.begin_key_session(&proved, true).await?;
        let again = house.office.key_session(cookie).await?.context("a session")?;
        assert!(again.recovered());
        let seen = keys(&house, &again).await?;
        assert!(seen.keys[0].closed);
        assert_eq!(seen.recovery_codes, 9);
        assert!(matches!(recover(&codes[3]).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        house.send_messages().await?;
        assert_eq!((mails(&house, "key_closed"), mails(&house, "key_recovered")), (1, 1));
    }

    /// A right code takes back the slips of its own network and nobody else's: an attacker gets none
    /// back by waiting for the holder.
    async fn a_right_code_takes_back_wrong_ones_of_its_own_network_only(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let code = async |network: &str, right: bool| {
            house.clock.advance(Duration::from_secs(24 * 3600));
            let code = if right { digits(&house, &app).map_err(|_| Refusal::InvalidInput)? } else { "000000".to_owned() };
            let tried = typed("lotte@example.be", PASSWORD, code);
            house.office.prove_password(tried, KeyPurpose::OwnKeys, Some(network.to_owned())).await
        };
        let wrong_codes = async || -> Result<u32> {
            let mut reader = house.store.reader().await?;
            let address = "lotte@example.be".parse()?;
            let keys = loket_app::tables::key::by_sign_in(&mut reader.view(), &address, house.office.now()).await?;
            Ok(keys[0].wrong_codes)
        };
        for _ in 0..2 {
            assert!(code("192.0.2.7", false).await.is_err());
        }
        code("192.0.2.7", true).await?;
        assert_eq!(wrong_codes().await?, 0, "the holder's own slips");
        for day in 1..=CODES_BESIDE_PASSWORD {
            assert!(code("203.0.113.9", false).await.is_err());
            assert_eq!(wrong_codes().await?, day);
            let opened = code("192.0.2.7", true).await;
            assert_eq!(opened.is_ok(), day < CODES_BESIDE_PASSWORD, "{day}: {opened:?}");
        }
    }

    /// After five wrong codes beside the right password a right one waits too, and the holder is told.
    async fn wrong_codes_beside_the_password_wait_longer(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        for _ in 0..5 {
            house.clock.advance(Duration::from_secs(30));
            let tried = typed("lotte@example.be", PASSWORD, "000000".to_owned());
            let refused = house.office.prove_password(tried, KeyPurpose::Check, None).await;
            assert!(matches!(refused, Err(Failure::Refused(Refusal::KeyUnknown))));
        }
        house.send_messages().await?;
        assert_eq!(mails(&house, "key_codes_refused"), 1);
        house.clock.advance(Duration::from_secs(59 * 60));
        assert!(matches!(prove(&house, &app).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        house.clock.advance(Duration::from_secs(3600));
        prove(&house, &app).await?;
    }

    /// Several persons with one mailbox, and the sixth key: each opens, by one slow hash a try, as
    /// many as an address takes that has no key at all.
    async fn every_key_of_an_address_opens_by_the_work_of_one(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        let mut apps = vec![(PASSWORD.to_owned(), app)];
        for n in 0..6 {
            let password = format!("vier groene bussen {n}");
            house.office.choose_password(&session, Secret::new(password.clone()), None).await?;
            let seed = seed(house.office.app_set_up(&session).await?.typed.expose())?;
            house.office.finish_app(&session, &digits(&house, &seed)?, None).await?;
            apps.push((password, seed));
        }
        house.clock.advance(Duration::from_secs(60));
        for (password, seed) in &apps {
            let slow = house.hashing.slow();
            let tried = typed("Lotte@example.be", password, digits(&house, seed)?);
            house.office.prove_password(tried, KeyPurpose::Check, None).await?;
            assert_eq!(house.hashing.slow() - slow, 1, "{password}");
        }
        for email in ["lotte@example.be", "niemand@example.be"] {
            let slow = house.hashing.slow();
            assert_eq!(wrong(&house, email).await, Refusal::KeyUnknown);
            assert_eq!(house.hashing.slow() - slow, 1, "{email}");
        }
    }

    /// The limit is told before the first step, and holds when a key is made all the same.
    async fn too_many_keys_are_refused_when_one_is_made(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        let make = async |n: u32| -> Result<Result<(), Failure>> {
            let password = Secret::new(format!("vier groene bussen {n}"));
            house.office.choose_password(&session, password, None).await?;
            let seed = seed(house.office.app_set_up(&session).await?.typed.expose())?;
            Ok(house.office.finish_app(&session, &digits(&house, &seed)?, None).await.map(drop))
        };
        for n in 1..KEYS_OF_ONE_PERSON {
            house.office.may_make(&session, KeyKind::PasswordAndApp).await?;
            make(n).await??;
        }
        for kind in [KeyKind::Passkey, KeyKind::PasswordAndApp] {
            let refused = house.office.may_make(&session, kind).await;
            assert!(matches!(refused, Err(Failure::Refused(Refusal::TooManyKeys))), "{refused:?}");
        }
        assert!(matches!(make(99).await?, Err(Failure::Refused(Refusal::TooManyKeys))));
        assert_eq!(keys(&house, &session).await?.keys.len(), 20);
    }

    /// Without a confirmed address there is nothing to sign in with: said before a password is chosen.
    async fn a_password_key_without_an_address_is_refused_at_the_first_step(house) {
        let officer = at_work(&house).await?;
        let (registration, app) = activated(&house, officer, 10).await?;
        let session = signed_in(&house, &app).await?;
        let officer = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        house.office.withdraw_consent(house.call(officer)?, registration).await?;
        let missing = |failure: &Failure| matches!(failure, Failure::Refused(Refusal::AddressMissing));
        let refused = house.office.may_make(&session, KeyKind::PasswordAndApp).await;
        assert!(refused.as_ref().is_err_and(missing), "{refused:?}");
        house.office.may_make(&session, KeyKind::Passkey).await?;
        let chosen = house.office.choose_password(&session, Secret::new("vier groene bussen".to_owned()), None).await;
        assert!(matches!(chosen, Err(SetUpFailure::Office(failure)) if missing(&failure)));
    }

    async fn a_code_works_once_even_in_two_tabs_at_once(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let code = digits(&house, &app)?;
        let one = || house.office.prove_password(typed("lotte@example.be", PASSWORD, code.clone()), KeyPurpose::Check, None);
        let (first, second) = futures_util::future::join(one(), one()).await;
        assert_eq!([&first, &second].iter().filter(|proved| proved.is_ok()).count(), 1, "{first:?} {second:?}");
    }

    async fn a_password_of_the_own_name_or_address_is_refused(house) {
        let officer = at_work(&house).await?;
        let invitation = invited(&house, officer, 10).await?;
        let pass = browser(&house, &invitation.link)?;
        house.office.enter_code(&pass, &invitation.code, None).await?;
        for (password, fault) in [
            ("LotteJanssens", PasswordFault::TooPersonal),
            ("lotte@example.be", PasswordFault::TooPersonal),
            ("Wachtwoord123", PasswordFault::TooCommon),
            ("kort", PasswordFault::TooShort),
        ] {
            let chosen = house.office.choose_password(&pass, Secret::new(password.to_owned()), None).await;
            assert!(matches!(chosen, Err(SetUpFailure::Password(found)) if found == fault), "{password}: {chosen:?}");
        }
        house.office.choose_password(&pass, Secret::new("lotte fietst naar zee".to_owned()), None).await?;
    }

    async fn a_key_ends_on_its_day_and_its_holder_is_told_before(house) {
        let officer = at_work(&house).await?;
        let (_, app) = activated(&house, officer, 10).await?;
        let works = house.office.settings().key_works;
        let day = Duration::from_secs(24 * 3600);
        house.clock.advance(works.saturating_sub(day * 61));
        loket_app::jobs::keep_house(&house.office).await?;
        house.send_messages().await?;
        assert_eq!(mails(&house, "key_ends"), 0);
        house.clock.advance(day);
        for _ in 0..2 {
            loket_app::jobs::keep_house(&house.office).await?;
        }
        house.send_messages().await?;
        assert_eq!(mails(&house, "key_ends"), 1);
        let proved = prove(&house, &app).await?;
        house.clock.advance(day * 60);
        assert!(matches!(prove(&house, &app).await, Err(Failure::Refused(Refusal::KeyUnknown))));
        assert!(proved.expires_at <= house.office.now());
        loket_app::jobs::keep_house(&house.office).await?;
        let mut reader = house.store.reader().await?;
        let past = loket_app::tables::key::past_end(&mut reader.view(), house.office.now()).await?;
        assert!(past.is_empty(), "ended in the records too");
    }
}
