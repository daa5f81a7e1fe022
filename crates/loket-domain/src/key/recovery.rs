//! Recovery codes: each stands once for an authenticator app that is lost, beside the password. They
//! are shown once and printed or copied out. Fourteen characters of the alphabet of 31 without
//! look-alikes are 69 bits (NIST SP 800-63B-4 section 4.2.1.1 asks for 64); a fifteenth checks.

use crate::code::{ALPHABET, CodeSlip, check_value, read_characters};
use crate::secret::Secret;

/// Codes of one set.
pub const CODES: usize = 10;
const LENGTH: usize = 14;

/// A recovery code with a right check character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// Makes a code from random bytes; `None` when the draw must be repeated.
    pub fn from_random(random: &[u8; 32]) -> Option<Self> {
        let values: Vec<usize> = random
            .iter()
            .filter(|b| **b < 248)
            .map(|b| usize::from(*b) % ALPHABET.len())
            .take(LENGTH)
            .collect();
        if values.len() < LENGTH {
            return None;
        }
        let check = check_value(values.iter().copied());
        let text = values.iter().chain([&check]).filter_map(|v| ALPHABET.get(*v));
        Some(Self(Secret::new(text.map(|b| char::from(*b)).collect())))
    }

    /// Reads what a person types: case, spaces and hyphens do not matter.
    pub fn parse(typed: &str) -> Result<Self, CodeSlip> {
        read_characters(typed, LENGTH).map(Self)
    }

    /// The fifteen characters, for stretching.
    pub const fn secret(&self) -> &Secret {
        &self.0
    }

    /// In groups of five, `K7QM2-XTF9B-4HRWD`.
    pub fn grouped(&self) -> Secret {
        let mut text = String::with_capacity(LENGTH + 3);
        for (at, character) in self.0.expose().chars().enumerate() {
            if at % 5 == 0 && at != 0 {
                text.push('-');
            }
            text.push(character);
        }
        Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reads_what_it_made(random: [u8; 32]) {
            prop_assume!(random.iter().filter(|b| **b < 248).count() >= LENGTH);
            let code = RecoveryCode::from_random(&random).unwrap();
            let typed = code.grouped().expose().to_lowercase();
            prop_assert_eq!(typed.len(), 17);
            prop_assert_eq!(RecoveryCode::parse(&typed).unwrap(), code);
        }

        #[test]
        fn never_panics(typed in "\\PC{0,40}") {
            let _ = RecoveryCode::parse(&typed);
        }
    }

    #[test]
    fn a_slip_is_found() {
        let code = RecoveryCode::from_random(&[9; 32]).unwrap();
        let text = code.secret().expose().to_owned();
        let other = if text.starts_with('2') { "3" } else { "2" };
        assert_eq!(RecoveryCode::parse(&format!("{other}{}", &text[1..])), Err(CodeSlip::Check));
        assert_eq!(RecoveryCode::parse(&text[1..]), Err(CodeSlip::Length));
        assert_eq!(RecoveryCode::parse(&text.replace(&text[..1], "0")), Err(CodeSlip::Character));
    }
}
