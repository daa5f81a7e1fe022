//! The few forms of deterministic CBOR (RFC 8949 section 4.2) that leaves and sealed parts are made
//! of: unsigned numbers, bytes, text, arrays and maps of known length. The reader refuses every
//! other form and every longer way to write the same, so that bytes and meaning are one to one.

/// Why bytes are not the CBOR that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborFault {
    /// The bytes end inside a value.
    #[error("the bytes end too early")]
    Cut,
    /// Another type of value than the layout has at this place.
    #[error("another type of value than the layout has here")]
    Kind,
    /// A number or a length that could be written shorter, or a length that is left open.
    #[error("not the shortest form")]
    NotShortest,
    /// More bytes or items than the layout allows.
    #[error("a value is longer than the layout allows")]
    TooLong,
    /// Text that is not UTF-8.
    #[error("a text is not UTF-8")]
    Text,
    /// Bytes after the value.
    #[error("there are bytes after the end")]
    LeftOver,
}

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        let be = value.to_be_bytes();
        let (short, bytes) = match value {
            0..=23 => (be[7], &be[8..]),
            24..=0xff => (24, &be[7..]),
            0x100..=0xffff => (25, &be[6..]),
            0x1_0000..=0xffff_ffff => (26, &be[4..]),
            _ => (27, be.as_slice()),
        };
        self.0.push(major | short);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn unsigned(&mut self, value: u64) {
        self.head(UNSIGNED, value);
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.head(BYTES, value.len() as u64);
        self.0.extend_from_slice(value);
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.head(TEXT, value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
    }

    pub(crate) fn array(&mut self, items: usize) {
        self.head(ARRAY, items as u64);
    }

    pub(crate) fn map(&mut self, pairs: usize) {
        self.head(MAP, pairs as u64);
    }
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], CborFault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CborFault::Cut)?;
        self.0 = rest;
        Ok(taken)
    }

    fn head(&mut self, major: u8) -> Result<u64, CborFault> {
        let (&first, rest) = self.0.split_first().ok_or(CborFault::Cut)?;
        if first >> 5 != major {
            return Err(CborFault::Kind);
        }
        self.0 = rest;
        let short = first & 0x1f;
        let (width, least) = match short {
            0..=23 => return Ok(u64::from(short)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(CborFault::NotShortest),
        };
        let value = self.take(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        if value < least { Err(CborFault::NotShortest) } else { Ok(value) }
    }

    fn length(&mut self, major: u8, most: usize) -> Result<usize, CborFault> {
        let length = usize::try_from(self.head(major)?).map_err(|_| CborFault::TooLong)?;
        if length > most { Err(CborFault::TooLong) } else { Ok(length) }
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, CborFault> {
        self.head(UNSIGNED)
    }

    fn comes(&self, major: u8) -> bool {
        self.0.first().is_some_and(|first| first >> 5 == major)
    }

    /// Whether bytes come next.
    pub(crate) fn comes_bytes(&self) -> bool {
        self.comes(BYTES)
    }

    /// Whether a number comes next.
    pub(crate) fn comes_unsigned(&self) -> bool {
        self.comes(UNSIGNED)
    }

    /// Whether an array comes next.
    pub(crate) fn comes_array(&self) -> bool {
        self.comes(ARRAY)
    }

    /// Exactly so many bytes.
    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CborFault> {
        let length = self.length(BYTES, N)?;
        self.take(length)?.try_into().map_err(|_| CborFault::Kind)
    }

    pub(crate) fn text(&mut self, most: usize) -> Result<&'a str, CborFault> {
        let length = self.length(TEXT, most)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| CborFault::Text)
    }

    /// Number of items of an array.
    pub(crate) fn array(&mut self, most: usize) -> Result<usize, CborFault> {
        self.length(ARRAY, most)
    }

    /// An array of exactly two items.
    pub(crate) fn pair(&mut self) -> Result<(), CborFault> {
        if self.array(2)? == 2 { Ok(()) } else { Err(CborFault::Kind) }
    }

    /// Number of pairs of a map.
    pub(crate) fn map(&mut self, most: usize) -> Result<usize, CborFault> {
        self.length(MAP, most)
    }

    pub(crate) const fn end(self) -> Result<(), CborFault> {
        if self.0.is_empty() { Ok(()) } else { Err(CborFault::LeftOver) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Examples of RFC 8949 appendix A.
    const NUMBERS: [(u64, &str); 12] = [
        (0, "00"),
        (1, "01"),
        (10, "0a"),
        (23, "17"),
        (24, "1818"),
        (25, "1819"),
        (100, "1864"),
        (1000, "1903e8"),
        (1_000_000, "1a000f4240"),
        (1_000_000_000_000, "1b000000e8d4a51000"),
        (18_446_744_073_709_551_615, "1bffffffffffffffff"),
        (65_536, "1a00010000"),
    ];

    #[test]
    fn the_examples_of_the_standard_are_written_and_read() {
        for (number, bytes) in NUMBERS {
            let mut writer = Writer::default();
            writer.unsigned(number);
            let written = writer.into_bytes();
            assert_eq!(hex::encode(&written), bytes);
            let mut reader = Reader::new(&written);
            assert_eq!(reader.unsigned(), Ok(number));
            assert_eq!(reader.end(), Ok(()));
        }
        let mut writer = Writer::default();
        writer.map(1);
        writer.text("\u{fc}");
        writer.array(1);
        writer.bytes(&[1, 2, 3, 4]);
        assert_eq!(hex::encode(writer.into_bytes()), "a162c3bc814401020304");
    }

    #[test]
    fn longer_and_open_forms_are_refused() {
        for bytes in ["1800", "1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "1f"]
        {
            let bytes = hex::decode(bytes).unwrap();
            assert_eq!(Reader::new(&bytes).unsigned(), Err(CborFault::NotShortest), "{bytes:x?}");
        }
        assert_eq!(Reader::new(&[0x9f, 0xff]).array(9), Err(CborFault::NotShortest));
        assert_eq!(Reader::new(&[0x5f]).fixed::<4>(), Err(CborFault::NotShortest));
        assert_eq!(Reader::new(&[0x19, 1]).unsigned(), Err(CborFault::Cut));
        assert_eq!(Reader::new(&[0x20]).unsigned(), Err(CborFault::Kind), "a negative number");
        assert_eq!(Reader::new(&[0x62, 0xc3, 0x28]).text(9), Err(CborFault::Text));
        assert_eq!(
            Reader::new(&[0x7b, 255, 255, 255, 255, 255, 255, 255, 255]).text(9),
            Err(CborFault::TooLong)
        );
        assert_eq!(Reader::new(&[0]).end(), Err(CborFault::LeftOver));
    }
}
