//! Values that open something: link tokens, codes, passwords. They do not print and are wiped when
//! dropped as far as the standard library allows.

use std::fmt;

/// A text that opens something. `Debug` is masked; there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes over a secret text.
    pub const fn new(text: String) -> Self {
        Self(text)
    }
    /// The text itself, for hashing, sealing and the one message that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
