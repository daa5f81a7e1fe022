//! `loket audit check`: the whole log against itself and against what was signed. Changes nothing.

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use loket_store::log::check::{self, LogReport};

use super::opened;
use crate::audit::{Claims, Signer};
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::Place;
use crate::wiring::Plan;

/// Checks every leaf against its row, sealed part and tokens, all of them against tiles, edge and
/// checkpoints. Exit code 0 when the log is whole, 1 when something does not hold.
#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let plan = Plan::of(&self.place.load()?)?;
        let signer = Signer::of(plan.signer)?;
        let mut reader = opened(&self.place).await?;
        let view = &mut reader.view();
        let claims = Claims::gather(view, &signer, &plan.attesters).await?;
        let size = loket_store::journal::size(view).await?;
        let mut bar = Bar::new(size);
        let looked = check::look(view, &claims.heads, &mut |entry| bar.at(entry.sequence)).await;
        bar.end();
        let mut report = looked?;
        report.findings.extend(claims.findings);
        output::either(self.json, &report, words)?;
        if report.findings.is_empty() { Ok(()) } else { Err(CliFault::Rejected) }
    }
}

fn words(report: &LogReport) -> String {
    let LogReport { events, minimum, size, root, findings } = report;
    if findings.is_empty() {
        let begins = match minimum {
            0 => String::new(),
            first => format!(", begins at event {first}"),
        };
        return format!("The log is whole: {events} events{begins}, size {size}, root {root}");
    }
    let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    lines.push(format!("The log is NOT whole: {} findings in {events} events", findings.len()));
    lines.join("\n")
}

/// A progress bar on standard error, when that is a terminal.
struct Bar {
    size: u64,
    shown: Option<u64>,
}

impl Bar {
    const WIDTH: usize = 40;

    fn new(size: u64) -> Self {
        let seen = std::io::stderr().is_terminal() && size > 0;
        Self { size, shown: seen.then_some(u64::MAX) }
    }

    fn at(&mut self, index: u64) {
        let hundredths = (index + 1).saturating_mul(100) / self.size.max(1);
        if self.shown.is_none_or(|shown| shown == hundredths) {
            return;
        }
        self.shown = Some(hundredths);
        let done = usize::try_from(hundredths).unwrap_or(0).min(100) * Self::WIDTH / 100;
        let line = format!(
            "\r[{}{}] {hundredths:>3} %  {} of {} events",
            "#".repeat(done),
            " ".repeat(Self::WIDTH - done),
            index + 1,
            self.size
        );
        // A terminal that went away needs no bar.
        drop(std::io::stderr().lock().write_all(line.as_bytes()));
    }

    fn end(&self) {
        if self.shown.is_some() {
            drop(std::io::stderr().lock().write_all(b"\n"));
        }
    }
}
