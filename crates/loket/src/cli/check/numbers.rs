//! Numbers with check digits.

use clap::Args;
use loket_domain::contact::MobileNumber;
use loket_domain::document::card::{CardNumber, CardNumberFault};
use loket_domain::office::{CbeKind, CbeNumber, NotACbeNumber};
use loket_domain::ssin::{self, SsinFault, Synthetic};
use loket_store::{Clock as _, SystemClock};
use serde_json::json;

use super::{Looked, Report};
use crate::cli::fault::CliFault;

#[derive(Debug, Args)]
pub(in crate::cli) struct Number {
    /// The number; spaces, dots, hyphens and slashes are ignored
    value: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

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
        let today = SystemClock.now().belgian_day();
        let read = ssin::Ssin::parse(&value, synthetic).and_then(|ssin| {
            if ssin.is_born_after(today) { Err(SsinFault::Future) } else { Ok(ssin) }
        });
        // In the order in which they are looked at: what comes after a fault was not.
        let order = [
            ("characters", SsinFault::Characters),
            ("length", SsinFault::Length),
            ("month", SsinFault::Month),
            ("counter", SsinFault::Counter),
            ("check_digits", SsinFault::CheckDigits),
            ("day", SsinFault::Day),
            ("not_in_the_future", SsinFault::Future),
        ];
        let fault = read.err();
        let checks = looked(order, fault);
        let parts = read.map(|ssin| parts(&ssin)).unwrap_or_default();
        let faults = fault.map(|fault| json!({ "code": fault, "what": fault.to_string() }));
        Report::new("ssin", parts, checks, faults.into_iter().collect()).tell(json, "")
    }
}

/// The checks up to and with the one that failed.
fn looked<F: PartialEq + Copy + std::fmt::Display, const N: usize>(
    order: [(&'static str, F); N],
    fault: Option<F>,
) -> Vec<Looked> {
    let mut checks = Vec::new();
    for (name, of) in order {
        if fault == Some(of) {
            checks.push(Looked { name, ok: false, what: Some(of.to_string()) });
            break;
        }
        checks.push(Looked::at(name, true));
    }
    checks
}

/// Digit groups only: sex and date of birth are the register's to tell, never the digits'.
fn parts(ssin: &ssin::Ssin) -> Vec<(&'static str, String)> {
    let digits = ssin.digits();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    let month: u8 = part(2, 4).parse().unwrap_or(0);
    let form = match month {
        0..=12 => "national_register",
        20..=32 => "bis_sex_not_known_at_issue",
        40..=52 => "bis_sex_known_at_issue",
        _ => "synthetic",
    };
    vec![
        ("digits", digits.clone()),
        ("grouped", ssin.grouped()),
        ("form", form.to_owned()),
        ("year", part(0, 2)),
        ("month", part(2, 4)),
        ("day", part(4, 6)),
        ("counter", part(6, 9)),
        ("check_digits", part(9, 11)),
    ]
}

/// `loket check card`.
pub(super) fn card(command: &Number) -> Result<(), CliFault> {
    let read = CardNumber::parse(&command.value);
    let order = [
        ("characters", CardNumberFault::Characters),
        ("length", CardNumberFault::Length),
        ("check_digits", CardNumberFault::CheckDigits),
    ];
    let fault = read.as_ref().err().copied();
    let parts = read.map_or_else(
        |_| Vec::new(),
        |card| {
            let digits = card.digits().to_owned();
            let checks = digits.get(10..).unwrap_or_default().to_owned();
            vec![("digits", digits), ("grouped", card.grouped()), ("check_digits", checks)]
        },
    );
    let faults = fault.map(|fault| json!({ "code": card_code(fault), "what": fault.to_string() }));
    let faults = faults.into_iter().collect();
    Report::new("card", parts, looked(order, fault), faults).tell(command.json, "")
}

const fn card_code(fault: CardNumberFault) -> &'static str {
    match fault {
        CardNumberFault::Characters => "characters",
        CardNumberFault::Length => "length",
        CardNumberFault::CheckDigits => "check_digits",
    }
}

/// `loket check enterprise`.
pub(super) fn enterprise(command: &Number) -> Result<(), CliFault> {
    let read = CbeNumber::parse(&command.value);
    let order = [
        ("characters", NotACbeNumber::Characters),
        ("length", NotACbeNumber::Length),
        ("first_digit", NotACbeNumber::FirstDigit),
        ("check_digits", NotACbeNumber::CheckDigits),
    ];
    let checks = looked(order, read.as_ref().err().copied());
    let (parts, faults) = match read {
        Ok(number) => {
            let form = match number.kind() {
                CbeKind::Enterprise => "enterprise",
                CbeKind::Establishment => "establishment_unit",
            };
            let parts = vec![
                ("digits", number.as_str().to_owned()),
                ("grouped", number.grouped()),
                ("form", form.to_owned()),
            ];
            (parts, Vec::new())
        }
        Err(fault) => {
            let code = checks.last().map_or("characters", |check| check.name);
            (Vec::new(), vec![json!({ "code": code, "what": fault.to_string() })])
        }
    };
    Report::new("enterprise", parts, checks, faults).tell(command.json, "")
}

/// `loket check phone`.
pub(super) fn phone(command: &Number) -> Result<(), CliFault> {
    let read: Result<MobileNumber, _> = command.value.parse();
    let ok = read.is_ok();
    let (parts, faults) = match read {
        Ok(number) => (vec![("e164", number.e164().to_owned())], Vec::new()),
        Err(fault) => (Vec::new(), vec![json!({ "code": "number", "what": fault.to_string() })]),
    };
    let checks = vec![Looked::at("receives_text_messages", ok)];
    Report::new("phone", parts, checks, faults).tell(command.json, "")
}
