//! `loket keys`: withdraws every key of a person. The number of a person is read from standard input,
//! never from the command line, where it would stay in the shell's history and the process list.

use std::io::{BufRead as _, Read as _};

use clap::{Args, Subcommand};
use loket_app::commands::withdraw_keys_of_person::{WhoseKeys, WithdrawKeysOfPerson};
use loket_domain::Ssin;
use loket_domain::registration::Reference;
use loket_domain::ssin::Synthetic;
use serde_json::json;

use super::fault::CliFault;
use super::output;
use super::place::{Place, act};

/// Digital keys of people.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Withdraw every key of a person; from then on they open nothing
    Withdraw(Withdraw),
}

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    place: Place,
    /// Number of a dossier of the person, such as 2026-004512
    #[arg(long, value_parser = reference, conflicts_with = "ssin_stdin", required_unless_present = "ssin_stdin")]
    dossier: Option<Reference>,
    /// Read the national or BIS number of the person from standard input, one line
    #[arg(long)]
    ssin_stdin: bool,
    /// Why they are withdrawn, for the trail; without name or number
    #[arg(long)]
    reason: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn reference(text: &str) -> Result<Reference, String> {
    text.parse().map_err(|_| "must be the number of a dossier, such as 2026-004512".to_owned())
}

impl Keys {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Withdraw(command) => command.run().await,
        }
    }
}

impl Withdraw {
    async fn run(self) -> Result<(), CliFault> {
        let whose = match self.dossier {
            Some(reference) => WhoseKeys::Dossier(reference),
            None => WhoseKeys::Number(number()?),
        };
        let house = self.place.open().await?;
        let command = WithdrawKeysOfPerson { whose, explanation: self.reason };
        let withdrawn = act(&house, command).await;
        house.close().await;
        let keys = withdrawn?;
        output::either(self.json, &json!({ "withdrawn": keys }), |_| {
            if keys == 1 { "1 key withdrawn".to_owned() } else { format!("{keys} keys withdrawn") }
        })
    }
}

fn number() -> Result<Ssin, CliFault> {
    let mut line = String::new();
    std::io::stdin().lock().take(200).read_line(&mut line)?;
    Ssin::parse(line.trim(), Synthetic::Refused)
        .map_err(|fault| CliFault::Usage(format!("the number on standard input: {fault}")))
}
