//! A bundle of evidence in words: the report that people read, and how to check the files.

use loket_app::office::{Exported, Worded};
use loket_domain::port::{EvidenceReport, ReportedEvent};
use loket_text::Text;

use super::kinds;
use super::told::{Entry, number_asked, title, told};

/// How it is checked with this program; the key is the reader's.
const CHECK: &str = "loket audit verify FOLDER-OR-ZIP --key LOG-VKEY [--witness WITNESS-VKEY]";
/// How the list of files is checked.
const SUMS: &str = "sha256sum --check manifest.sha256";

/// Puts a bundle into words of a language.
pub fn worded(t: Text, exported: &Exported<'_>) -> Worded {
    let asked = asked(t, exported);
    let told = exported
        .events
        .iter()
        .map(|(name, entry)| reported(name, told(t, entry, exported.names, exported.disclosure)));
    let left_out = exported.count - exported.events.len();
    let mut asked_and_more = asked.clone();
    if left_out > 0 {
        asked_and_more.push((t.audit_found_everything(), t.evidence_more(&number(t, left_out))));
    }
    let report = EvidenceReport {
        language: t.language(),
        asked: asked_and_more,
        events: told.collect(),
        made_at: exported.noted_at,
    };
    Worded { readme: readme(t, &asked), report }
}

fn number(t: Text, number: usize) -> String {
    t.number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// What was asked and what the bundle claims, as label and value.
fn asked(t: Text, exported: &Exported<'_>) -> Vec<(String, String)> {
    let wish = exported.wish;
    let moment = |at: Option<loket_domain::Timestamp>, none: String| {
        at.map_or(none, |at| t.moment_with_seconds(at))
    };
    let count = |number: u64| t.number(i64::try_from(number).unwrap_or(i64::MAX));
    let within = match &exported.within {
        Some(range) if !range.is_empty() => {
            t.evidence_within_range(&count(range.start), &count(range.end - 1))
        }
        Some(_) | None => t.evidence_within_nothing(),
    };
    let title = title(t, exported.about, exported.names, exported.disclosure);
    let number = number_asked(exported.about, exported.names, exported.disclosure);
    // The identifier is the one that the files have.
    let id = exported.about.map(|about| format!("({})", about.id()));
    let about: Vec<String> = [Some(title), number, id].into_iter().flatten().collect();
    vec![
        (t.evidence_about(), about.join(" ")),
        (t.evidence_reason(), wish.purpose.trim().to_owned()),
        (t.evidence_legal_label(), wish.legal_basis.clone()),
        (t.audit_asked_by(), wish.asked_by.clone()),
        (t.evidence_asked_at(), t.moment_with_seconds(exported.noted_at)),
        (t.audit_kinds_label(), kinds::name(t, wish.kinds)),
        (t.audit_from_label(), moment(wish.from, t.audit_asked_from_start())),
        (t.audit_before_label(), moment(wish.until, t.audit_asked_until_now())),
        (t.evidence_log(), t.evidence_log_at(exported.origin, &count(exported.size))),
        (t.evidence_within(), within),
    ]
}

fn reported(name: &str, entry: Entry) -> ReportedEvent {
    let who = match entry.place.as_str() {
        "" => entry.who,
        place => format!("{}, {place}", entry.who),
    };
    let details = entry.details.into_iter();
    ReportedEvent {
        name: name.to_owned(),
        when: entry.when,
        who,
        what: match entry.dossier.as_str() {
            "" => entry.what,
            dossier => format!("{} ({dossier})", entry.what),
        },
        details: details.map(|detail| format!("{}: {}", detail.name, detail.value)).collect(),
    }
}

fn readme(t: Text, asked: &[(String, String)]) -> String {
    let asked: Vec<String> =
        asked.iter().map(|(label, value)| format!("{label}: {value}")).collect();
    format!(
        "{}\n\n{}\n\n{}\n\n{}\n\n    {CHECK}\n    {SUMS}\n\n{}\n",
        t.evidence_readme_what(),
        asked.join("\n"),
        t.evidence_readme_files(),
        t.evidence_readme_check(),
        t.evidence_readme_others(),
    )
}
