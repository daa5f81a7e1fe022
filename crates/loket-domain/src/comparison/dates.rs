//! Comparison of dates of birth of which month or day may be unknown.

use super::Verdict;
use crate::person::IncompleteDate;

/// Two dates are the same only when they state the same; a part that one does not state does not
/// contradict. Symmetric.
pub fn compare_birth_dates(a: IncompleteDate, b: IncompleteDate) -> Verdict {
    let compatible = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
    if a == b {
        Verdict::Same
    } else if a.year() == b.year()
        && compatible(a.month(), b.month())
        && compatible(a.day(), b.day())
    {
        Verdict::Incomplete
    } else {
        Verdict::Different
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_do_not_contradict() {
        for (a, b, verdict) in [
            ("1970-05-18", "1970-05-18", Verdict::Same),
            ("1970-00-00", "1970-00-00", Verdict::Same),
            ("1970-05-18", "1970-05-00", Verdict::Incomplete),
            ("1970-05-18", "1970-00-00", Verdict::Incomplete),
            ("1970-01-01", "1970-00-00", Verdict::Incomplete),
            ("1970-05-18", "1970-05-19", Verdict::Different),
            ("1970-05-18", "1971-05-18", Verdict::Different),
            ("1970-05-18", "1970-06-00", Verdict::Different),
            ("1970-00-00", "1971-00-00", Verdict::Different),
            ("1970-11-12", "1970-12-11", Verdict::Different),
        ] {
            let read = |text| IncompleteDate::parse(text).unwrap();
            assert_eq!(compare_birth_dates(read(a), read(b)), verdict, "{a} {b}");
            assert_eq!(compare_birth_dates(read(b), read(a)), verdict, "{b} {a}");
        }
    }
}
