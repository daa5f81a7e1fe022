//! What the office does, on both databases: from the counter to the key, and every no on the way.

#![cfg(test)]

mod access;
mod activation;
mod auditing;
mod colleagues;
mod consent;
mod contact;
mod delivery;
mod four_eyes;
mod hand_over;
mod invitation;
mod journey;
mod key_limits;
mod keys;
mod keys_at_the_counter;
mod look_up;
mod peers;
mod reconstruct;
mod refused;
mod relying;
mod relying_server;
mod searching;
mod servers;
mod sessions;
mod set_apart;
mod walks;

/// The same test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($house:ident) $body:block)+) => {$(
        mod $name {
            use super::*;
            async fn body($house: loket_testkit::house::House) -> anyhow::Result<()> {
                $body
                Ok(())
            }
            $(#[$doc])*
            #[tokio::test]
            async fn sqlite() -> anyhow::Result<()> {
                body(loket_testkit::house::House::new(loket_testkit::house::On::Sqlite).await?).await
            }
            $(#[$doc])*
            #[tokio::test]
            async fn postgres() -> anyhow::Result<()> {
                body(loket_testkit::house::House::new(loket_testkit::house::On::Postgres).await?).await
            }
        }
    )+};
}
