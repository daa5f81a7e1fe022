//! `loket hand-over`: states of keys that wait for the federal authentication service, and those that were
//! set apart because it did not take them.

use clap::{Args, Subcommand};
use loket_app::commands::settle_key_hand_over::SettleKeyHandOver;
use loket_app::tables;
use loket_domain::id::AnnouncementId;
use serde_json::{Value, json};

use super::fault::CliFault;
use super::output;
use super::place::{Place, act};

#[derive(Debug, Subcommand)]
pub(super) enum HandOver {
    /// List what waits, and what was set apart
    List(List),
    /// Hand over again what was set apart
    Again(Settle),
    /// Do not hand over what was set apart
    Drop(Settle),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Settle {
    #[command(flatten)]
    place: Place,
    /// Which, as listed
    announcement: AnnouncementId,
    /// Why; nothing personal
    #[arg(long)]
    reason: String,
}

impl HandOver {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::List(list) => list.run().await,
            Self::Again(settle) => settle.run(true).await,
            Self::Drop(settle) => settle.run(false).await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let waiting = async {
            let mut reader = house.store.reader().await?;
            tables::announcement::waiting(&mut reader.view()).await
        };
        let waiting = waiting.await;
        house.close().await;
        let told: Vec<Value> = waiting?
            .iter()
            .map(|one| {
                json!({
                    "announcement": one.id,
                    "key": one.key,
                    "since": one.created_at.to_string(),
                    "attempts": one.attempts,
                    "cause": one.cause,
                    "set_apart_at": one.set_apart_at.map(|at| at.to_string()),
                })
            })
            .collect();
        output::either(self.json, &told, |told| {
            if told.is_empty() {
                return "nothing waits".to_owned();
            }
            let lines = told.iter().map(|one| {
                let apart = output::field(one, "set_apart_at");
                let state = if apart.is_empty() {
                    "waits".to_owned()
                } else {
                    format!("set apart {apart}")
                };
                format!(
                    "{} key {} {state} {}",
                    output::field(one, "announcement"),
                    output::field(one, "key"),
                    output::field(one, "cause")
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}

impl Settle {
    async fn run(self, again: bool) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let (announcement, reason) = (self.announcement, self.reason);
        let done = act(&house, SettleKeyHandOver { announcement, again, reason }).await;
        house.close().await;
        done?;
        output::line(if again { "It is handed over again." } else { "It is not handed over." })
    }
}
