//! `loket audit hold`: events that an investigation needs beyond their ten years.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use loket_app::commands::lift_audit_hold::LiftAuditHold;
use loket_app::commands::place_audit_hold::PlaceAuditHold;
use loket_app::tables;
use loket_domain::Timestamp;
use loket_domain::id::HoldId;
use loket_domain::registration::Reference;
use loket_store::log::holds::{self, HoldScope};
use serde_json::json;

use super::hold_export;
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::{Place, act, day};

/// Holds.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Hold {
    /// Place a hold over a dossier, or a period, or both
    Place(PlaceHold),
    /// Lift a hold: its events go with the others from now on
    Lift(Lift),
    /// List the holds
    List(List),
    /// Write the held events with their proofs and their secrets, wrapped by a key of their own
    Export(Export),
    /// Open an export, anywhere, with its key
    Open(Open),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PlaceHold {
    #[command(flatten)]
    place: Place,
    /// Number of the dossier, such as 2026-004512
    #[arg(long, value_parser = reference, required_unless_present = "from")]
    dossier: Option<Reference>,
    /// First day of the period
    #[arg(long, value_name = "DAY", value_parser = day, requires = "until")]
    from: Option<Timestamp>,
    /// Day after its last one
    #[arg(long, value_name = "DAY", value_parser = day, requires = "from")]
    until: Option<Timestamp>,
    /// Why: which investigation, by whose order
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Lift {
    #[command(flatten)]
    place: Place,
    /// The hold
    #[arg(value_name = "HOLD")]
    hold: HoldId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    place: Place,
    /// The hold
    #[arg(value_name = "HOLD")]
    hold: HoldId,
    /// A new folder; its events, proofs and checkpoint are a bundle that `loket audit verify` checks
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// File with the hold key, made when it is not there; whoever opens the export needs it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Open {
    /// The folder of the export
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// File with the hold key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

fn reference(text: &str) -> Result<Reference, String> {
    text.parse().map_err(|_| "must be the number of a dossier, such as 2026-004512".to_owned())
}

impl Hold {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Place(command) => command.run().await,
            Self::Lift(command) => command.run().await,
            Self::List(command) => command.run().await,
            Self::Export(command) => {
                let Export { place, hold, folder, key } = command;
                let house = place.open().await?;
                let written = hold_export::write(&house, hold, &folder, &key).await?;
                house.close().await;
                output::line(written)
            }
            Self::Open(command) => output::line(hold_export::open(&command.folder, &command.key)?),
        }
    }
}

impl PlaceHold {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let registration = match self.dossier {
            None => None,
            Some(reference) => {
                let mut reader = house.store.reader().await?;
                let found =
                    tables::registration::by_reference(&mut reader.view(), reference).await?;
                let found = found.ok_or_else(|| {
                    CliFault::Usage(format!("no dossier has the number {reference}"))
                })?;
                Some(found)
            }
        };
        let over = HoldScope { registration, period: self.from.zip(self.until) };
        let hold = act(&house, PlaceAuditHold { over, reason: self.reason }).await?;
        house.close().await;
        output::line(format!(
            "Hold {hold} stands. Export its events before a purge: loket audit hold export {hold} DIR --key FILE"
        ))
    }
}

impl Lift {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        act(&house, LiftAuditHold { hold: self.hold, reason: self.reason }).await?;
        house.close().await;
        output::line(format!("Hold {} is lifted.", self.hold))
    }
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let mut reader = super::opened(&self.place).await?;
        let mut all = Vec::new();
        for hold in holds::all(&mut reader.view()).await? {
            let dossier = match hold.scope.registration {
                Some(id) => tables::registration::reference(&mut reader.view(), id).await?,
                None => None,
            };
            all.push((hold, dossier.map(|reference| reference.to_string())));
        }
        let listed: Vec<_> = all
            .iter()
            .map(|(hold, dossier)| {
                json!({
                    "hold": hold.id,
                    "dossier": dossier,
                    "from": hold.scope.period.map(|(from, _)| from.to_string()),
                    "until": hold.scope.period.map(|(_, until)| until.to_string()),
                    "placed_at": hold.placed_at.to_string(),
                    "lifted_at": hold.lifted_at.map(|at| at.to_string()),
                    "exported_below_event": hold.exported_to,
                })
            })
            .collect();
        output::either(self.json, &listed, |_| {
            let lines: Vec<String> =
                all.iter().map(|(hold, dossier)| line(hold, dossier.as_deref())).collect();
            if lines.is_empty() { "There are no holds.".to_owned() } else { lines.join("\n") }
        })
    }
}

fn line(hold: &holds::Hold, dossier: Option<&str>) -> String {
    let mut over = Vec::new();
    over.extend(dossier.map(|number| format!("dossier {number}")));
    over.extend(hold.scope.period.map(|(from, until)| format!("{from} to {until}")));
    let stands = match hold.lifted_at {
        Some(at) => format!("lifted at {at}"),
        None => format!("stands; exported below event {}", hold.exported_to),
    };
    format!("{} over {}, placed at {}, {stands}", hold.id, over.join(", "), hold.placed_at)
}
