//! The two short codes: six digits that confirm an address, and the activation code.
//!
//! The activation code has eight characters of an alphabet of 31 without look-alikes (no 0, 1, I,
//! L, O) and a ninth that checks: every single slip and every swap of two characters is found
//! before it costs a try (requirement S-03), because 31 is prime and the weights 1 to 8 differ.

use crate::contact::Channel;
use crate::secret::Secret;

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH: usize = 8;

/// An activation code with a right check character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationCode(Secret);

/// How much work each try at a code is for whoever stole the database and the key that is not in it: argon2id in
/// one lane, by how long the code works (decisions 0038 and 0041). Kept with each code, so that codes on paper
/// work for their two weeks whatever new ones cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeCost {
    /// 19 MiB, two passes: of older codes.
    Wide,
    /// 7 MiB, five passes, of codes on paper: the same strength by the OWASP Password Storage Cheat Sheet. Stays in the caches of a processor, where several at a time do not slow
    /// each other (decision 0038).
    Deep,
    /// 7 MiB, one pass, of codes by SMS, which work for a day at most.
    Brief,
}

impl CodeCost {
    /// Of a new code, by how it travels.
    pub const fn of(channel: Channel) -> Self {
        match channel {
            Channel::Sms => Self::Brief,
            Channel::Paper | Channel::Email => Self::Deep,
        }
    }

    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wide => "m19456t2",
            Self::Deep => "m7168t5",
            Self::Brief => "m7168t1",
        }
    }

    /// From its stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Wide, Self::Deep, Self::Brief].into_iter().find(|cost| cost.code() == code)
    }
}

/// What was typed is no activation code; costs no try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeSlip {
    /// Not as many characters as the code has.
    #[error("another number of characters than the code has")]
    Length,
    /// A character that codes do not have.
    #[error("a character that codes do not have")]
    Character,
    /// The check character does not fit.
    #[error("one of the characters is wrong")]
    Check,
}

fn value(character: u8) -> Option<usize> {
    ALPHABET.iter().position(|c| *c == character)
}

fn check_value(values: impl Iterator<Item = usize>) -> usize {
    values.zip(1..).map(|(v, weight)| v * weight).sum::<usize>() % ALPHABET.len()
}

/// `length` characters from random bytes, and their check character; bytes from 248 on are passed over
/// so that every character is equally likely. `None` when too few are left: draw again.
pub(crate) fn draw_characters(random: &[u8; 32], length: usize) -> Option<Secret> {
    let values: Vec<usize> = random
        .iter()
        .filter(|b| **b < 248)
        .map(|b| usize::from(*b) % ALPHABET.len())
        .take(length)
        .collect();
    if values.len() < length {
        return None;
    }
    let check = check_value(values.iter().copied());
    let text = values.iter().chain([&check]).filter_map(|v| ALPHABET.get(*v));
    Some(Secret::new(text.map(|b| char::from(*b)).collect()))
}

/// The characters of a code in groups, for reading.
pub(crate) fn in_groups(code: &Secret, size: usize, between: char) -> Secret {
    let mut text = String::with_capacity(code.expose().len() * 2);
    for (at, character) in code.expose().chars().enumerate() {
        if at % size == 0 && at != 0 {
            text.push(between);
        }
        text.push(character);
    }
    Secret::new(text)
}

/// Reads `length` characters and their check character as a person types them: case, spaces and
/// hyphens do not matter.
pub(crate) fn read_characters(typed: &str, length: usize) -> Result<Secret, CodeSlip> {
    let kept: Vec<u8> = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '\u{2011}' | '\u{200b}'))
        .take(length + 2)
        .map(|c| u8::try_from(c.to_ascii_uppercase()).unwrap_or(b'?'))
        .collect();
    if kept.len() != length + 1 {
        return Err(CodeSlip::Length);
    }
    let values: Option<Vec<usize>> = kept.iter().map(|c| value(*c)).collect();
    let values = values.ok_or(CodeSlip::Character)?;
    if values.last() != Some(&check_value(values.iter().copied().take(length))) {
        return Err(CodeSlip::Check);
    }
    Ok(Secret::new(kept.into_iter().map(char::from).collect()))
}

impl ActivationCode {
    /// Makes a code from random bytes; `None` when the draw must be repeated.
    pub fn from_random(random: &[u8; 32]) -> Option<Self> {
        draw_characters(random, LENGTH).map(Self)
    }

    /// Reads what a person types: case, spaces and hyphens do not matter.
    pub fn parse(typed: &str) -> Result<Self, CodeSlip> {
        read_characters(typed, LENGTH).map(Self)
    }

    /// The nine characters, for stretching.
    pub const fn secret(&self) -> &Secret {
        &self.0
    }

    /// In groups of three, `K7Q M2X TF9`.
    pub fn grouped(&self) -> Secret {
        in_groups(&self.0, 3, ' ')
    }
}

/// Six digits from random bytes, each number equally likely; `None` when the draw must be repeated.
pub fn contact_code(random: [u8; 4]) -> Option<Secret> {
    let drawn = u32::from_be_bytes(random);
    // The largest multiple of a million below 2^32; what lies above would favour small numbers.
    (drawn < 4_294_000_000).then(|| Secret::new(format!("{:06}", drawn % 1_000_000)))
}

/// The digits of a typed confirmation code; `None` unless there are six.
pub fn typed_contact_code(typed: &str) -> Option<Secret> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).take(7).collect();
    let odd = typed.chars().any(|c| !c.is_ascii_digit() && !c.is_whitespace() && c != '-');
    (digits.len() == 6 && !odd).then(|| Secret::new(digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reads_what_it_made(random: [u8; 32]) {
            prop_assume!(random.iter().filter(|b| **b < 248).count() >= 8);
            let code = ActivationCode::from_random(&random).unwrap();
            let typed = code.grouped().expose().to_lowercase();
            prop_assert_eq!(ActivationCode::parse(&typed).unwrap(), code);
        }

        #[test]
        fn finds_every_slip_and_every_swap(random: [u8; 32], at in 0_usize..9, other in 0_usize..9, by in 1_usize..31) {
            prop_assume!(random.iter().filter(|b| **b < 248).count() >= 8);
            let code = ActivationCode::from_random(&random).unwrap();
            let text = code.secret().expose().as_bytes().to_vec();
            let mut slip = text.clone();
            slip[at] = ALPHABET[(value(text[at]).unwrap() + by) % 31];
            prop_assert_eq!(ActivationCode::parse(std::str::from_utf8(&slip).unwrap()), Err(CodeSlip::Check));
            let mut swap = text.clone();
            swap.swap(at, other);
            if swap != text && at < 8 && other < 8 {
                prop_assert_eq!(ActivationCode::parse(std::str::from_utf8(&swap).unwrap()), Err(CodeSlip::Check));
            }
        }

        #[test]
        fn never_panics(typed in "\\PC{0,40}") {
            let _ = ActivationCode::parse(&typed);
            let _ = typed_contact_code(&typed);
        }
    }

    #[test]
    fn contact_codes_are_six_digits() {
        assert_eq!(contact_code([0, 0, 0, 7]).unwrap().expose(), "000007");
        assert_eq!(contact_code([255; 4]), None);
        assert_eq!(typed_contact_code(" 123 456 ").unwrap().expose(), "123456");
        assert_eq!(typed_contact_code("12345"), None);
        assert_eq!(typed_contact_code("12345a"), None);
    }
}
