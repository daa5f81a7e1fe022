//! Recovery codes: each stands once for an authenticator app that is lost, beside the password. They
//! are shown once and printed or copied out. Twenty-three characters of the alphabet of 31 without
//! look-alikes are 113 bits, so that they may be kept without a slow hash (NIST SP 800-63B-4 section
//! 3.1.2.2 asks for 112); a twenty-fourth checks.

use crate::code::{CodeSlip, draw_characters, in_groups, read_characters};
use crate::secret::Secret;

/// Codes of one set.
pub const CODES: usize = 10;
const LENGTH: usize = 23;
/// Characters of a group.
const GROUP: usize = 4;

/// A recovery code with a right check character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// Makes a code from random bytes; `None` when the draw must be repeated.
    pub fn from_random(random: &[u8; 32]) -> Option<Self> {
        draw_characters(random, LENGTH).map(Self)
    }

    /// Reads what a person types: case, spaces and hyphens do not matter.
    pub fn parse(typed: &str) -> Result<Self, CodeSlip> {
        read_characters(typed, LENGTH).map(Self)
    }

    /// The twenty-four characters, for digesting.
    pub const fn secret(&self) -> &Secret {
        &self.0
    }

    /// In groups of four, `K7QM-2XTF-9B4H-RWD3-…`.
    pub fn grouped(&self) -> Secret {
        in_groups(&self.0, GROUP, '-')
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
            prop_assert_eq!(typed.len(), 29);
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
