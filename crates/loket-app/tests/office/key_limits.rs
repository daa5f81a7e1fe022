//! Where it ends: keys of one mailbox, and tries of one network in a week.

use std::time::Duration;

use anyhow::Result;
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::key::guessing::{
    KEYS_OF_ONE_ADDRESS, KEYS_OF_ONE_PERSON, TRIES_OF_ONE_NETWORK, TRIES_OF_ONE_NETWORK_A_WEEK,
};
use loket_domain::key::{KeyKind, KeyPurpose};
use loket_domain::secret::Secret;
use loket_testkit::house::{House, ssin};

use crate::journey::{activated, at_work, browser, digits, invited, seed};
use crate::keys::{signed_in, typed};
use crate::on_both;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A try at an account from a network, refused for this.
async fn refused(house: &House, email: &str, network: &str) -> Refusal {
    let tried = typed(email, "een ander wachtwoord", "123456".to_owned());
    let from = Some(network.to_owned());
    match house.office.prove_password(tried, KeyPurpose::Check, from).await {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// All keys that one person may have.
async fn keys_of(house: &House, n: u64) -> Result<()> {
    let officer = house.sign_in(ssin(1)?).await?;
    let (_, app) = activated(house, officer, n).await?;
    let session = signed_in(house, &app).await?;
    for key in 1..KEYS_OF_ONE_PERSON {
        let password = Secret::new(format!("vier groene bussen {n} {key}"));
        house.office.choose_password(&session, password, None).await?;
        let seed = seed(house.office.app_set_up(&session).await?.typed.expose())?;
        house.office.finish_app(&session, &digits(house, &seed)?, None).await?;
    }
    // News of each key goes to the one address, which takes only so many an hour, and before the
    // next invitation; the codes that confirm it are limited as well.
    for _ in 0..24 {
        house.clock.advance(HOUR);
        house.send_messages().await?;
    }
    Ok(())
}

on_both! {
    /// The next person with the mailbox learns it at the first step, goes no further by the last, and can
    /// take a passkey.
    async fn a_mailbox_opens_a_hundred_keys_and_no_more(house) {
        at_work(&house).await?;
        for n in 10..10 + u64::from(KEYS_OF_ONE_ADDRESS / KEYS_OF_ONE_PERSON) {
            keys_of(&house, n).await?;
        }
        let officer = house.sign_in(ssin(1)?).await?;
        let next = invited(&house, officer, 90).await?;
        let pass = browser(&house, &next.link)?;
        house.office.enter_code(&pass, &next.code, None).await?;
        let refused = house.office.may_make(&pass, KeyKind::PasswordAndApp).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::TooManyKeys))), "{refused:?}");
        let password = Secret::new("vijf witte boten".to_owned());
        house.office.choose_password(&pass, password, None).await?;
        let seed = seed(house.office.app_set_up(&pass).await?.typed.expose())?;
        let made = house.office.finish_app(&pass, &digits(&house, &seed)?, None).await;
        assert!(matches!(made, Err(Failure::Refused(Refusal::TooManyKeys))), "{made:?}");
        house.office.may_make(&pass, KeyKind::Passkey).await?;
    }

    /// Within each hour there is room, within the week there is none; other networks have theirs.
    async fn a_patient_network_is_stopped_by_the_week(house) {
        let mut left = TRIES_OF_ONE_NETWORK_A_WEEK - 1;
        while left > 0 {
            let now = left.min(TRIES_OF_ONE_NETWORK);
            for _ in 0..now {
                // Its own wait refuses most of these without a slow hash; the network counts them all.
                refused(&house, "eerste@example.be", "192.0.2.7").await;
            }
            left -= now;
            house.clock.advance(HOUR);
        }
        assert_eq!(refused(&house, "tweede@example.be", "192.0.2.7").await, Refusal::KeyUnknown);
        assert_eq!(refused(&house, "derde@example.be", "192.0.2.7").await, Refusal::TooManyTries);
        house.clock.advance(DAY);
        assert_eq!(refused(&house, "derde@example.be", "192.0.2.7").await, Refusal::TooManyTries);
        assert_eq!(refused(&house, "derde@example.be", "198.51.100.4").await, Refusal::KeyUnknown);
        house.clock.advance(DAY * 6);
        assert_eq!(refused(&house, "derde@example.be", "192.0.2.7").await, Refusal::KeyUnknown);
    }
}
