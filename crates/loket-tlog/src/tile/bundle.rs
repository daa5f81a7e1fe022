//! Entry bundles: the entries one after the other, each with its length in two bytes, big-endian.

/// Most bytes of an entry that a bundle can hold.
pub const MAX_ENTRY_BYTES: usize = 0xffff;

/// Why a bundle cannot be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// An entry is longer than two bytes can say.
    #[error("an entry is longer than 65,535 bytes")]
    TooLong,
    /// The bytes end inside an entry.
    #[error("the bundle ends inside an entry")]
    Cut,
    /// Fewer or more entries than the width says.
    #[error("the bundle holds another number of entries than its width")]
    Width,
}

/// The bytes of a bundle.
pub fn encode_entries<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleFault> {
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.as_ref().len() + 2).sum());
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| BundleFault::TooLong)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle of this width.
pub fn decode_entries(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleFault> {
    let mut entries = Vec::with_capacity(usize::from(width).min(256));
    let mut rest = bytes;
    while !rest.is_empty() {
        if entries.len() == usize::from(width) {
            return Err(BundleFault::Width);
        }
        let (length, after) = rest.split_first_chunk::<2>().ok_or(BundleFault::Cut)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(BundleFault::Cut)?;
        entries.push(entry);
        rest = after;
    }
    if entries.len() == usize::from(width) { Ok(entries) } else { Err(BundleFault::Width) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back_and_other_widths_are_refused() {
        let long = vec![7; MAX_ENTRY_BYTES];
        let entries: [&[u8]; 3] = [b"one", b"", &long];
        let bytes = encode_entries(&entries).unwrap();
        assert_eq!(bytes[..7], *b"\0\x03one\0\0");
        assert_eq!(decode_entries(&bytes, 3).unwrap(), entries);
        assert_eq!(decode_entries(&bytes, 2), Err(BundleFault::Width));
        assert_eq!(decode_entries(&bytes, 4), Err(BundleFault::Width));
        assert_eq!(decode_entries(&bytes[..bytes.len() - 1], 3), Err(BundleFault::Cut));
        assert_eq!(decode_entries(b"\0", 1), Err(BundleFault::Cut));
        assert_eq!(decode_entries(b"", 1), Err(BundleFault::Width));
        assert_eq!(encode_entries(&[vec![0; MAX_ENTRY_BYTES + 1]]), Err(BundleFault::TooLong));
    }
}
