//! Digital keys: passkeys ([`WebauthnKeys`]), passwords, activation codes and authenticator apps
//! ([`Hasher`]).
//!
//! It computes and checks. It draws no randomness except the challenge and what the `WebAuthn`
//! library draws itself, reads no clock, stores nothing and limits no number of tries: the
//! commands that use it do.

mod hasher;
mod passkey;
mod totp;

pub use hasher::Hasher;
pub use passkey::{AllowedAuthenticator, PasskeySettings, WebauthnKeys};
