//! Hashes of leaves and nodes (RFC 6962 section 2.1): the first byte keeps a leaf from passing for
//! a node.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256, digest};

/// A SHA-256 hash of a leaf, of a node or of a whole tree. Public by nature. Prints as base64, as
/// checkpoints and proofs write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// The text is not the base64 of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the base64 of a 32-byte hash")]
pub struct HashFault;

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashFault;
    /// Reads canonical base64 only: one text for one hash.
    fn from_str(text: &str) -> Result<Self, HashFault> {
        if text.len() != 44 {
            return Err(HashFault);
        }
        let bytes = STANDARD.decode(text).map_err(|_| HashFault)?;
        bytes.try_into().map(Self).map_err(|_| HashFault)
    }
}

/// A SHA-256 digest, which is 32 bytes long, so that all are copied.
fn copied(digest: ring::digest::Digest) -> Hash {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    Hash(bytes)
}

/// SHA-256 of some bytes, as they are.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    copied(digest(&SHA256, bytes)).0
}

/// SHA-256 of some bytes in 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    crate::evidence::hex(&sha256(bytes))
}

/// Root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash(sha256(&[]))
}

/// Hash of a leaf: SHA-256 of a zero byte and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(leaf);
    copied(context.finish())
}

/// Hash of an inner node: SHA-256 of a one byte and both children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut node = [1; 65];
    let (_, children) = node.split_at_mut(1);
    children.iter_mut().zip(left.0.iter().chain(&right.0)).for_each(|(to, from)| *to = *from);
    Hash(sha256(&node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_from_its_text() {
        let hash = leaf_hash(b"leaf");
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn only_canonical_base64_of_32_bytes_is_read() {
        let text = Hash([0; 32]).to_string();
        assert_eq!(text, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        for wrong in [
            "",
            "AAAA",
            &text[..43],
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(HashFault), "{wrong}");
        }
    }
}
