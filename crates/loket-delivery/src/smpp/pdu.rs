//! The six operations of SMPP 3.4 that sending short messages needs, as octets (specification
//! version 3.4, issue 1.2, chapters 3 to 5). Reading is bounded and never trusts a length.

/// Octets of a header.
const HEADER: usize = 16;
/// Longest PDU that is read; a receipt has some hundred octets.
const LONGEST: usize = 8 * 1024;

/// Set in the identifier of a response.
const RESPONSE: u32 = 0x8000_0000;
pub(crate) const GENERIC_NACK: u32 = RESPONSE;
pub(crate) const SUBMIT_SM: u32 = 0x04;
pub(crate) const DELIVER_SM: u32 = 0x05;
pub(crate) const UNBIND: u32 = 0x06;
pub(crate) const BIND_TRANSCEIVER: u32 = 0x09;
pub(crate) const ENQUIRE_LINK: u32 = 0x15;

/// Identifier of the response to an operation.
pub(crate) const fn response(id: u32) -> u32 {
    id | RESPONSE
}

/// One PDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pdu {
    pub(crate) id: u32,
    pub(crate) status: u32,
    pub(crate) sequence: u32,
    pub(crate) body: Vec<u8>,
}

/// What came is no SMPP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Pdu {
    /// An operation or response.
    pub(crate) const fn new(id: u32, status: u32, sequence: u32, body: Vec<u8>) -> Self {
        Self { id, status, sequence, body }
    }

    /// As it goes over the wire.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let length = u32::try_from(HEADER + self.body.len()).unwrap_or(u32::MAX);
        let mut out = Vec::with_capacity(HEADER + self.body.len());
        for word in [length, self.id, self.status, self.sequence] {
            out.extend(word.to_be_bytes());
        }
        out.extend(&self.body);
        out
    }

    /// Takes the first PDU out of what was read; `None` while it is not all there.
    pub(crate) fn take(read: &mut Vec<u8>) -> Result<Option<Self>, Malformed> {
        let Some(length) = word(read, 0) else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| Malformed)?;
        if !(HEADER..=LONGEST).contains(&length) {
            return Err(Malformed);
        }
        if read.len() < length {
            return Ok(None);
        }
        let rest = read.split_off(length);
        let whole = std::mem::replace(read, rest);
        let of = |at| word(&whole, at).ok_or(Malformed);
        let body = whole.get(HEADER..).unwrap_or_default().to_vec();
        Ok(Some(Self { id: of(4)?, status: of(8)?, sequence: of(12)?, body }))
    }
}

fn word(octets: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = octets.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

/// Writes a body.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// Single octets.
    pub(crate) fn octets(mut self, octets: &[u8]) -> Self {
        self.0.extend(octets);
        self
    }
    /// A text that ends with a zero octet; what could end it early is left out.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.extend(text.bytes().filter(|octet| *octet != 0));
        self.0.push(0);
        self
    }
    /// The body.
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a body.
pub(crate) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) const fn new(body: &'b [u8]) -> Self {
        Self(body)
    }
    /// So many octets.
    pub(crate) fn octets(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
    /// One octet.
    pub(crate) fn octet(&mut self) -> Option<u8> {
        self.octets(1)?.first().copied()
    }
    /// A text up to its zero octet.
    pub(crate) fn text(&mut self) -> Option<String> {
        let end = self.0.iter().position(|octet| *octet == 0)?;
        let text = String::from_utf8_lossy(self.octets(end)?).into_owned();
        self.octet()?;
        Some(text)
    }
    /// The next optional parameter: its tag and value.
    pub(crate) fn parameter(&mut self) -> Option<(u16, &'b [u8])> {
        let two = |octets: &[u8]| octets.try_into().ok().map(u16::from_be_bytes);
        let tag = two(self.octets(2)?)?;
        let length = two(self.octets(2)?)?;
        Some((tag, self.octets(usize::from(length))?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pdu_of_the_specification() {
        // Example of section 3.2.3: bind_transmitter of SMPP3TEST with password secret08.
        let hex = "0000002f000000020000000000000001534d50503354455354007365637265743038005355424d495431000001010000";
        let mut read = hex::decode(hex).unwrap();
        read.truncate(0x2f);
        let pdu = Pdu::take(&mut read.clone()).unwrap().unwrap();
        assert_eq!((pdu.id, pdu.status, pdu.sequence), (2, 0, 1));
        let mut body = Reader::new(&pdu.body);
        assert_eq!(body.text().as_deref(), Some("SMPP3TEST"));
        assert_eq!(body.text().as_deref(), Some("secret08"));
        assert_eq!(body.text().as_deref(), Some("SUBMIT1"));
        assert_eq!(pdu.octets(), read);
    }

    #[test]
    fn lengths_are_not_trusted() {
        for length in [0_u32, 15, 8193, u32::MAX] {
            let mut read = length.to_be_bytes().to_vec();
            assert_eq!(Pdu::take(&mut read), Err(Malformed), "{length}");
        }
        assert_eq!(Pdu::take(&mut vec![0, 0]), Ok(None));
        let mut body = Reader::new(&[0, 1, 0xff, 0xff, 1]);
        assert_eq!(body.parameter(), None);
        assert_eq!(Reader::new(b"no end").text(), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_in_any_pieces(
            id: u32, status: u32, sequence: u32, body in prop::collection::vec(any::<u8>(), 0..300),
            cut in 0_usize..400,
        ) {
            let pdu = Pdu::new(id, status, sequence, body);
            let mut whole = pdu.octets();
            whole.extend(pdu.octets());
            let cut = cut.min(whole.len());
            let mut read = whole[..cut].to_vec();
            let mut got = Vec::new();
            while let Some(next) = Pdu::take(&mut read).unwrap() { got.push(next); }
            read.extend(&whole[cut..]);
            while let Some(next) = Pdu::take(&mut read).unwrap() { got.push(next); }
            prop_assert_eq!(got, vec![pdu.clone(), pdu]);
            prop_assert!(read.is_empty());
        }

        #[test]
        fn no_octets_make_it_panic(mut read in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut body = Reader::new(&read);
            while body.parameter().is_some() {}
            let _ = Pdu::take(&mut read);
        }
    }
}
