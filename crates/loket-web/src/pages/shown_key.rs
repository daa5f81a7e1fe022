//! What a browser sends to show a key: on the page where one is tried, and to look after the own keys.

use loket_app::office::PasswordTry;
use loket_domain::secret::Secret;
use serde::Deserialize;
use serde_json::Value;

use crate::wish::Wish;

/// Address, password, and a code of the app or a recovery code.
#[derive(Deserialize)]
pub(super) struct KeyForm {
    pub(super) wish: Wish,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

impl KeyForm {
    /// As the office takes it.
    pub(super) fn typed(&self) -> PasswordTry {
        PasswordTry {
            email: self.email.clone(),
            password: Secret::new(self.password.clone()),
            code: self.code.trim().to_owned(),
        }
    }
    /// The address as it is shown again, cut to what an address can be.
    pub(super) fn shown_email(email: &str) -> String {
        email.chars().take(254).collect()
    }
}

/// The answer of a passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyAnswer {
    pub(super) answer: Value,
}
