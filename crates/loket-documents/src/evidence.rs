//! The report of a bundle of evidence: what was asked, and each event as people read it. It proves
//! nothing and says so; the files beside it do.

use loket_domain::port::{EvidenceReport, PrintFault, ReportedEvent};
use loket_text::Text;
use typst::foundations::{Array, Dict, IntoValue, Str, Value};

use crate::page::print_pages;
use crate::world::Sheet;

const TEMPLATE: &str = include_str!("../templates/evidence.typ");
/// Most characters of a value; what is longer goes on in the files.
const MOST: usize = 2000;

/// The report as PDF.
pub(crate) fn make(report: &EvidenceReport) -> Result<Vec<u8>, PrintFault> {
    let sheet = Sheet::new(TEMPLATE, values(report));
    print_pages(&sheet, "evidence", report.made_at)
}

fn values(report: &EvidenceReport) -> Dict {
    let t = Text::new(report.language);
    let mut values = Dict::new();
    let mut put = |name: &str, value: Value| values.insert(Str::from(name), value);
    put("lang", report.language.code().into_value());
    put("title", t.evidence_report_title().into_value());
    put("lede", t.evidence_report_lede().into_value());
    put("service", t.service_name().into_value());
    let asked = report.asked.iter().map(|(label, value)| pair(label, value));
    put("asked", Value::Array(asked.collect::<Array>()));
    put("events", Value::Array(report.events.iter().map(event).collect::<Array>()));
    values
}

fn pair(label: &str, value: &str) -> Value {
    Value::Array([shown(label), shown(value)].into_iter().collect::<Array>())
}

fn event(event: &ReportedEvent) -> Value {
    let mut values = Dict::new();
    for (name, text) in
        [("name", &event.name), ("when", &event.when), ("who", &event.who), ("what", &event.what)]
    {
        values.insert(Str::from(name), shown(text));
    }
    let details = event.details.iter().map(|detail| shown(detail));
    values.insert(Str::from("details"), Value::Array(details.collect::<Array>()));
    Value::Dict(values)
}

/// A value without control characters, shown as it is and never evaluated.
fn shown(text: &str) -> Value {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(MOST).map(plain).collect::<String>().into_value()
}
