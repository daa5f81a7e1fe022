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
mod told_cards;
mod told_register;
pub mod webhook_receiver;
