//! What stands in the return address of a mail, so that mail that comes back names the message and
//! nobody can name the message of somebody else: its identifier and a keyed proof of it.

use std::fmt;
use std::str::FromStr;

use crate::id::MessageId;

/// Characters of an identifier.
const ID: usize = 32;
/// Characters of the proof.
const PROOF: usize = 16;

/// The tag: 48 hexadecimal digits, in either case, since relays may change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnTag {
    /// Of which message.
    pub message: MessageId,
    /// First bytes of the keyed digest of its identifier.
    pub proof: [u8; 8],
}

impl ReturnTag {
    /// How long it is, in characters.
    pub const LENGTH: usize = ID + PROOF;
}

/// The text is no tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the tag of a return address")]
pub struct NotAReturnTag;

impl fmt::Display for ReturnTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:016x}", self.message.uuid().simple(), u64::from_be_bytes(self.proof))
    }
}

impl FromStr for ReturnTag {
    type Err = NotAReturnTag;
    fn from_str(text: &str) -> Result<Self, NotAReturnTag> {
        if text.len() != Self::LENGTH || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAReturnTag);
        }
        let (id, proof) = text.split_at_checked(ID).ok_or(NotAReturnTag)?;
        let id = uuid::Uuid::try_parse(id).map_err(|_| NotAReturnTag)?;
        let proof = u64::from_str_radix(proof, 16).map_err(|_| NotAReturnTag)?;
        Ok(Self { message: id.into(), proof: proof.to_be_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_tag_reads_as_it_is_written_in_either_case(id: u128, proof: [u8; 8]) {
            let tag = ReturnTag { message: uuid::Uuid::from_u128(id).into(), proof };
            let text = tag.to_string();
            prop_assert_eq!(text.len(), ReturnTag::LENGTH);
            prop_assert_eq!(text.parse(), Ok(tag));
            prop_assert_eq!(text.to_uppercase().parse(), Ok(tag));
        }

        #[test]
        fn any_text_reads_without_panic(text in "\\PC{0,60}") {
            let _ = text.parse::<ReturnTag>();
        }
    }

    #[test]
    fn signs_and_hyphens_are_no_digits() {
        for text in ["", "+", "0190b8c4-7a3c-7000-8000-000000000001+0123456789abcde"] {
            assert_eq!(text.parse::<ReturnTag>(), Err(NotAReturnTag), "{text}");
        }
    }
}
