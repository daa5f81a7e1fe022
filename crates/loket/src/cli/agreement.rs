//! `loket agreement`: every clause with the tests that show it.

use std::collections::BTreeMap;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::fault::CliFault;
use super::output;

/// The clauses, read into the program when it is built.
const FILE: &str = include_str!("../../../../agreement.toml");

/// Lists every clause of the agreement with the tests that show it.
#[derive(Debug, Args)]
pub(super) struct Agreement {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    clause: BTreeMap<String, WrittenClause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClause {
    title: String,
    #[serde(default)]
    tests: Vec<String>,
    review: Option<String>,
}

#[derive(Debug, Serialize)]
struct Listed {
    clauses: Vec<Clause>,
}

#[derive(Debug, Serialize)]
struct Clause {
    id: String,
    title: String,
    tests: Vec<String>,
    review: Option<String>,
}

impl Agreement {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let listed = read(FILE).map_err(|fault| CliFault::Io(std::io::Error::other(fault)))?;
        output::either(self.json, &listed, |listed| {
            let shown: Vec<String> = listed.clauses.iter().map(paragraph).collect();
            let open = listed.clauses.iter().filter(|clause| clause.is_open()).count();
            format!("{}\n\n{} clauses, {open} open.", shown.join("\n"), listed.clauses.len())
        })
    }
}

impl Clause {
    /// Neither a test nor a review shows it yet.
    fn is_open(&self) -> bool {
        self.tests.is_empty() && self.review.is_none()
    }
}

fn paragraph(clause: &Clause) -> String {
    let open = if clause.is_open() { "  (open)" } else { "" };
    let mut text = format!("{}  {}{open}", clause.id, clause.title);
    for test in &clause.tests {
        text.push_str("\n    test    ");
        text.push_str(test);
    }
    if let Some(review) = &clause.review {
        text.push_str("\n    review  ");
        text.push_str(review);
    }
    text
}

/// In the order of the agreement: SEED before LAW, each by number.
fn read(text: &str) -> Result<Listed, toml::de::Error> {
    let written: Written = toml::from_str(text)?;
    let mut clauses: Vec<Clause> = written
        .clause
        .into_iter()
        .map(|(id, one)| Clause { id, title: one.title, tests: one.tests, review: one.review })
        .collect();
    clauses.sort_by_key(|clause| {
        let (series, number) = clause.id.split_once('-').unwrap_or((&clause.id, ""));
        (series != "SEED", series.to_owned(), number.parse::<u32>().unwrap_or(u32::MAX))
    });
    Ok(Listed { clauses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_is_listed_once_in_the_order_of_the_agreement() {
        let ids: Vec<String> = read(FILE).unwrap().clauses.into_iter().map(|c| c.id).collect();
        let seeds = (1..=114).map(|n| format!("SEED-{n:02}"));
        let laws = (1..=7).map(|n| format!("LAW-{n:02}"));
        assert_eq!(ids, seeds.chain(laws).collect::<Vec<_>>());
    }

    #[test]
    fn an_open_clause_has_neither_test_nor_review() {
        let listed = read(
            "[clause.LAW-01]\ntitle = \"a\"\n[clause.SEED-02]\ntitle = \"b\"\ntests = [\"x::y\"]\n",
        )
        .unwrap();
        let open: Vec<bool> = listed.clauses.iter().map(Clause::is_open).collect();
        assert_eq!(open, [false, true]);
        assert_eq!(listed.clauses[0].id, "SEED-02");
        let json = serde_json::to_value(&listed).unwrap();
        assert!(json["clauses"][1]["review"].is_null());
    }
}
