//! Whether what stands in a date field can be a date.

use crate::person::IncompleteDate;
use crate::time::Day;

/// A part of a date as it stands.
#[derive(Clone, Copy)]
enum DatePart {
    /// Two fillers.
    Unknown,
    Known(u8),
}

impl DatePart {
    fn read(text: &str, from: usize) -> Option<Self> {
        match text.get(from..from + 2)? {
            "<<" => Some(Self::Unknown),
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().map(Self::Known)
            }
            _ => None,
        }
    }
    const fn known(self) -> Option<u8> {
        match self {
            Self::Known(number) => Some(number),
            Self::Unknown => None,
        }
    }
}

/// Year, month and day, each perhaps unknown; `None` when one cannot be read.
fn date_parts(text: &str) -> Option<[Option<u8>; 3]> {
    let part = |from| DatePart::read(text, from).map(DatePart::known);
    Some([part(0)?, part(2)?, part(4)?])
}

/// A birth may have unknown parts, and even an unknown year.
pub(super) fn is_birth(text: &str, today: Day) -> bool {
    let Some([year, month, day]) = date_parts(text) else { return false };
    // Without a year nothing else is looked at, as the reader does.
    let Some(year) = year else { return true };
    [1900, 2000].into_iter().any(|century| {
        IncompleteDate::new(century + u16::from(year), month, day)
            .is_some_and(|date| date.complete().is_none_or(|day| day <= today))
    })
}

pub(super) fn is_expiry(text: &str) -> bool {
    let Some([Some(year), Some(month), Some(day)]) = date_parts(text) else { return false };
    let small = |n: u8| i8::try_from(n).unwrap_or(i8::MAX);
    Day::new(2000 + i16::from(year), small(month), small(day)).is_some()
}
