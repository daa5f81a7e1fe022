//! A number of the National Register or of the BIS register, check by check. The rules stay the
//! domain's: each is asked with a number made for it, so that one fault does not hide the others.

use clap::Args;
use loket_domain::ssin::{self, SsinFault, Synthetic};
use loket_domain::time::Day;
use loket_store::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::numbers::{Number, Typed, known};
use super::{Found, Looked, Report};
use crate::cli::fault::CliFault;

#[derive(Debug, Args)]
pub(in crate::cli) struct Ssin {
    #[command(flatten)]
    number: Number,
    /// Accept numbers with a month from 61 to 72, which nobody alive can have
    #[cfg(feature = "demo")]
    #[arg(long, hide = true)]
    synthetic: bool,
}

impl Ssin {
    pub(super) fn run(self) -> Result<(), CliFault> {
        #[cfg(feature = "demo")]
        let synthetic = if self.synthetic { Synthetic::Accepted } else { Synthetic::Refused };
        #[cfg(not(feature = "demo"))]
        let synthetic = Synthetic::Refused;
        let Number { value, json } = self.number;
        // Today is asked for here and handed on: a number of tomorrow is nobody's yet.
        report(&value, synthetic, SystemClock.now().belgian_day()).tell(json, "")
    }
}

fn report(value: &str, synthetic: Synthetic, today: Day) -> Report {
    let read = ssin::Ssin::parse(value, synthetic).ok().filter(|ssin| !ssin.is_born_after(today));
    let typed = Typed::new(value, |c| {
        ssin::Ssin::parse(c, Synthetic::Accepted).is_err_and(|fault| fault == SsinFault::Characters)
    });
    let groups = Groups::of(&typed);
    let found = [
        ("characters", Ok(typed.has_digits_only()), SsinFault::Characters),
        ("length", Ok(typed.len() == 11), SsinFault::Length),
        ("month", groups.is_month_possible(synthetic), SsinFault::Month),
        ("counter", groups.is_counter_possible(), SsinFault::Counter),
        ("check_digits", groups.do_check_digits_fit(), SsinFault::CheckDigits),
        ("day", groups.is_day_possible(), SsinFault::Day),
        ("not_in_the_future", groups.is_born_by(today), SsinFault::Future),
    ];
    let wrong = found.iter().filter(|(_, found, _)| *found == Ok(false));
    let faults: Vec<Value> =
        wrong.map(|(_, _, fault)| json!({ "code": fault, "what": fault.to_string() })).collect();
    let checks =
        found.into_iter().map(|(name, found, fault)| Looked::found(name, found, fault)).collect();
    let mut parts = vec![("digits", Some(typed.digits()))];
    parts.push(("grouped", read.as_ref().map(ssin::Ssin::grouped)));
    parts.extend(groups.parts());
    let mut report = Report::new("ssin", known(parts), checks, faults);
    report.valid &= read.is_some();
    report
}

/// The groups of eleven characters, each as far as it is digits. Sex and date of birth are the
/// register's to tell, never the digits'.
struct Groups {
    year: Option<String>,
    month: Option<String>,
    day: Option<String>,
    counter: Option<String>,
    checks: Option<String>,
}

const NOT_THERE: &str = "its digits are not all there";
const MONTH: &str = "the month part is not possible";
const CENTURY: &str = "it depends on the century, which the check digits do not tell";

impl Groups {
    fn of(typed: &Typed) -> Self {
        let group = |from, to| if typed.len() == 11 { typed.group(from, to) } else { None };
        Self {
            year: group(0, 2),
            month: group(2, 4),
            day: group(4, 6),
            counter: group(6, 9),
            checks: group(9, 11),
        }
    }

    fn parts(&self) -> [(&'static str, Option<String>); 6] {
        let month = self.month.as_ref().and_then(|month| month.parse::<u8>().ok());
        let form = month.and_then(|month| match month {
            0..=12 => Some("national_register".to_owned()),
            20..=32 => Some("bis_sex_not_known_at_issue".to_owned()),
            40..=52 => Some("bis_sex_known_at_issue".to_owned()),
            61..=72 => Some("synthetic".to_owned()),
            _ => None,
        });
        [
            ("form", form),
            ("year", self.year.clone()),
            ("month", self.month.clone()),
            ("day", self.day.clone()),
            ("counter", self.counter.clone()),
            ("check_digits", self.checks.clone()),
        ]
    }

    fn is_month_possible(&self, synthetic: Synthetic) -> Found {
        let month = self.month.as_ref().ok_or(NOT_THERE)?;
        Ok(with_check_digits(&format!("00{month}00001"), false, synthetic) != Err(SsinFault::Month))
    }

    /// A counter that is possible in January is so in every month.
    fn is_counter_possible(&self) -> Found {
        let counter = self.counter.as_ref().ok_or(NOT_THERE)?;
        let ask = |month: &str| {
            with_check_digits(&format!("00{month}00{counter}"), false, Synthetic::Accepted)
        };
        if ask("01").is_ok() {
            return Ok(true);
        }
        match ask(self.month.as_ref().ok_or(MONTH)?) {
            Ok(_) => Ok(true),
            Err(SsinFault::Month) => Err(MONTH),
            Err(
                SsinFault::Length
                | SsinFault::Characters
                | SsinFault::Day
                | SsinFault::Counter
                | SsinFault::CheckDigits
                | SsinFault::Future,
            ) => Ok(false),
        }
    }

    /// The check digits that stand there, and those of births before and from 2000.
    fn check_digits(&self) -> Option<(u64, [(bool, u64); 2])> {
        let stated: u64 = self.checks.as_ref()?.parse().ok()?;
        let (year, month) = (self.year.as_ref()?, self.month.as_ref()?);
        let (day, counter) = (self.day.as_ref()?, self.counter.as_ref()?);
        let nine: u64 = format!("{year}{month}{day}{counter}").parse().ok()?;
        let of = |from_2000| (from_2000, ssin::check_digits(nine, from_2000));
        Some((stated, [of(false), of(true)]))
    }

    fn do_check_digits_fit(&self) -> Found {
        let (stated, computed) =
            self.check_digits().ok_or("they are computed from eleven digits")?;
        Ok(computed.iter().any(|(_, checks)| *checks == stated))
    }

    /// Whether the birth may be from 2000: what the check digits say, or both when they say nothing.
    fn centuries(&self) -> Vec<bool> {
        let fit = self.check_digits().and_then(|(stated, computed)| {
            computed.into_iter().find(|(_, checks)| *checks == stated)
        });
        fit.map_or_else(|| vec![false, true], |(from_2000, _)| vec![from_2000])
    }

    /// What is found in every century that is possible; nothing when they differ.
    fn in_each_century(&self, look: impl Fn(Result<ssin::Ssin, SsinFault>) -> Found) -> Found {
        let year = self.year.as_ref().ok_or(NOT_THERE)?;
        let month = self.month.as_ref().ok_or(NOT_THERE)?;
        let day = self.day.as_ref().ok_or(NOT_THERE)?;
        let nine = format!("{year}{month}{day}001");
        let mut found = self
            .centuries()
            .into_iter()
            .map(|from_2000| look(with_check_digits(&nine, from_2000, Synthetic::Accepted)));
        let first = found.next().unwrap_or(Err(CENTURY));
        if found.all(|other| other == first) { first } else { Err(CENTURY) }
    }

    fn is_day_possible(&self) -> Found {
        self.in_each_century(|made| match made {
            Ok(_) => Ok(true),
            Err(SsinFault::Month) => Err(MONTH),
            Err(
                SsinFault::Length
                | SsinFault::Characters
                | SsinFault::Day
                | SsinFault::Counter
                | SsinFault::CheckDigits
                | SsinFault::Future,
            ) => Ok(false),
        })
    }

    fn is_born_by(&self, today: Day) -> Found {
        self.in_each_century(|made| match made {
            Ok(ssin) => Ok(!ssin.is_born_after(today)),
            Err(SsinFault::Month) => Err(MONTH),
            Err(
                SsinFault::Length
                | SsinFault::Characters
                | SsinFault::Day
                | SsinFault::Counter
                | SsinFault::CheckDigits
                | SsinFault::Future,
            ) => Err("the day part is not possible"),
        })
    }
}

/// The number of nine digits with the check digits that fit, as the domain reads it.
fn with_check_digits(
    nine: &str,
    from_2000: bool,
    synthetic: Synthetic,
) -> Result<ssin::Ssin, SsinFault> {
    let number: u64 = nine.parse().map_err(|_| SsinFault::Characters)?;
    let checks = ssin::check_digits(number, from_2000);
    ssin::Ssin::parse(&format!("{nine}{checks:02}"), synthetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each check asks the domain by itself; together they must say what the domain says.
    #[test]
    fn the_checks_together_say_what_the_domain_says() {
        let today = Day::new(2026, 11, 29).unwrap();
        let mut bad = 0;
        for good in ["81050103522", "00003241778", "92521506931", "19082416188", "10000100182"] {
            for at in 0..good.len() {
                for digit in 0..=9 {
                    let mut text = good.to_owned();
                    text.replace_range(at..=at, &digit.to_string());
                    // Also with check digits that fit, so that more than these is wrong.
                    let nine: u64 = text[..9].parse().unwrap();
                    let fitting = format!("{nine:09}{:02}", ssin::check_digits(nine, true));
                    for text in [text, fitting] {
                        let read = ssin::Ssin::parse(&text, Synthetic::Refused)
                            .is_ok_and(|ssin| !ssin.is_born_after(today));
                        let report = report(&text, Synthetic::Refused, today);
                        let holds = report.checks.iter().all(|check| check.ok == Some(true));
                        assert_eq!((report.valid, holds), (read, read), "{text}");
                        assert_eq!(report.faults.is_empty(), read, "{text}");
                        bad += usize::from(!read);
                    }
                }
            }
        }
        assert!(bad > 100, "{bad}");
    }
}
