//! People, cards, authorities and services to test and to demonstrate with. Compiled into tests
//! and into the demonstration program, never into a production one.

pub mod card;
mod counted_hashing;
pub mod damage;
pub mod house;
mod kept;
pub mod mail_receiver;
pub mod owner;
pub mod peers;
pub mod pki;
pub mod points;
pub mod relying_party;
pub mod sms_receiver;
mod taken_keys;
pub mod time_stamp_authority;
mod told_cards;
mod told_register;
pub mod webhook_receiver;

/// Tests of functions that take an [`On`](house::On), once on each database.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)+) => {$(
        mod $name {
            use super::*;
            #[tokio::test]
            async fn sqlite() -> anyhow::Result<()> { super::$name($crate::house::On::Sqlite).await }
            #[tokio::test]
            async fn postgres() -> anyhow::Result<()> { super::$name($crate::house::On::Postgres).await }
        }
    )+};
}
