//! What the office does: one command a file, the journeys that join commands with the outside
//! world ([`Office`]), the jobs that run by themselves, and queries without personal data.
//!
//! It knows no SQL, no HTTP and no texts: pages, API and command line are front doors to the same
//! commands, and the outside world stands behind the ports of `loket_domain`.

mod approval;
pub mod asking;
pub mod commands;
mod contact_codes;
mod identifying;
pub mod jobs;
mod key_room;
pub mod look_up_limits;
pub mod names;
pub mod office;
mod sending;

pub use contact_codes::CODE_WORKS;
pub use loket_store::log::attesters;
pub use loket_store::{Call, Disclosure, Failure, Personal, Store, StoreError, tables};
pub use office::{Office, OfficeSettings, Ports};
pub use sending::{Lane, hand_over_due, return_tag, send_due};

use loket_domain::secret::Secret;

/// Lower-case hexadecimal, for fingerprints in events.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Serialises a secret, only to tell whether a repeated wish is the same; the result is hashed.
pub(crate) fn exposed<S: serde::Serializer>(
    secret: &Secret,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}
