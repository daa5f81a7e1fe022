//! Digital keys: passkeys ([`WebauthnKeys`]), passwords, activation codes and authenticator apps
//! ([`Hasher`]), and the QR code that brings a seed to a telephone ([`qr`]).
//!
//! It computes and checks. It draws no randomness except the challenge and what the `WebAuthn`
//! library draws itself, reads no clock, stores nothing and limits no number of tries: the
//! commands that use it do.

mod hasher;
mod passkey;
pub mod qr;
mod totp;

pub use hasher::Hasher;
pub use passkey::{PasskeySettings, WebauthnKeys};
