//! Where each field stands, per format. Lines and positions count from 1, both ends included.

use super::MrzFormat;

/// A run of places in one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) line: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Span {
    /// The one place after this run, where its check digit stands.
    pub(super) const fn digit_after(self) -> Self {
        Self { line: self.line, from: self.to + 1, to: self.to + 1 }
    }
}

/// The places of one format.
pub(super) struct Layout {
    pub(super) names: Span,
    pub(super) number: Span,
    pub(super) nationality: Span,
    pub(super) birth: Span,
    pub(super) sex: Span,
    pub(super) expiry: Span,
    pub(super) optional: Span,
    pub(super) second_optional: Option<Span>,
    /// Where the digit over all fields stands; visas have none.
    pub(super) composite: Option<Span>,
    pub(super) composite_of: &'static [Span],
    /// Whether a long document number may go on in the optional data.
    pub(super) overflow: bool,
    pub(super) optional_has_digit: bool,
}

const fn at(line: usize, from: usize, to: usize) -> Span {
    Span { line, from, to }
}

/// Code of the document, in every format.
pub(super) const CODE: Span = at(1, 1, 2);
/// Issuing state, in every format.
pub(super) const ISSUER: Span = at(1, 3, 5);

static TD1: Layout = Layout {
    names: at(3, 1, 30),
    number: at(1, 6, 14),
    nationality: at(2, 16, 18),
    birth: at(2, 1, 6),
    sex: at(2, 8, 8),
    expiry: at(2, 9, 14),
    optional: at(1, 16, 30),
    second_optional: Some(at(2, 19, 29)),
    composite: Some(at(2, 30, 30)),
    composite_of: &[at(1, 6, 30), at(2, 1, 7), at(2, 9, 15), at(2, 19, 29)],
    overflow: true,
    optional_has_digit: false,
};

static TD2: Layout = Layout {
    names: at(1, 6, 36),
    number: at(2, 1, 9),
    nationality: at(2, 11, 13),
    birth: at(2, 14, 19),
    sex: at(2, 21, 21),
    expiry: at(2, 22, 27),
    optional: at(2, 29, 35),
    second_optional: None,
    composite: Some(at(2, 36, 36)),
    composite_of: &[at(2, 1, 10), at(2, 14, 20), at(2, 22, 35)],
    overflow: true,
    optional_has_digit: false,
};

static TD3: Layout = Layout {
    names: at(1, 6, 44),
    number: at(2, 1, 9),
    nationality: at(2, 11, 13),
    birth: at(2, 14, 19),
    sex: at(2, 21, 21),
    expiry: at(2, 22, 27),
    optional: at(2, 29, 42),
    second_optional: None,
    composite: Some(at(2, 44, 44)),
    composite_of: &[at(2, 1, 10), at(2, 14, 20), at(2, 22, 43)],
    overflow: false,
    optional_has_digit: true,
};

/// A visa as large as a passport page (ICAO Doc 9303-7).
pub(super) static MRV_A: Layout = Layout { names: at(1, 6, 44), optional: at(2, 29, 44), ..VISA };

/// A smaller visa.
pub(super) static MRV_B: Layout = Layout { names: at(1, 6, 36), optional: at(2, 29, 36), ..VISA };

const VISA: Layout = Layout {
    names: at(1, 6, 36),
    number: at(2, 1, 9),
    nationality: at(2, 11, 13),
    birth: at(2, 14, 19),
    sex: at(2, 21, 21),
    expiry: at(2, 22, 27),
    optional: at(2, 29, 36),
    second_optional: None,
    composite: None,
    composite_of: &[],
    overflow: false,
    optional_has_digit: false,
};

/// The places of a format.
pub(super) const fn of(format: MrzFormat) -> &'static Layout {
    match format {
        MrzFormat::Td1 => &TD1,
        MrzFormat::Td2 => &TD2,
        MrzFormat::Td3 => &TD3,
    }
}
