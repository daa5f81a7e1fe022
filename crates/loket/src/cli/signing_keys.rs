//! `loket signing-keys`: the keys with which sign-ins at relying parties are signed. They follow each other
//! by themselves; here the operator looks, and acts when one may be in other hands.

use clap::{Args, Subcommand};
use loket_app::commands::make_signing_key::Occasion;
use loket_app::tables;
use loket_domain::relying_party::{LEAD, published, signing};
use serde_json::json;

use super::fault::CliFault;
use super::output;
use super::place::{Place, account};

#[derive(Debug, Subcommand)]
pub(super) enum SigningKeys {
    /// List the keys
    List(List),
    /// Make the next key now; it signs from tomorrow on
    Rotate(Rotate),
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
pub(super) struct Rotate {
    #[command(flatten)]
    place: Place,
    /// The keys may be in other hands: the new one signs at once, and the others are withdrawn
    #[arg(long)]
    lost: bool,
}

impl SigningKeys {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::List(list) => list.run().await,
            Self::Rotate(rotate) => rotate.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let now = house.office.now();
        let keys = async {
            let mut reader = house.store.reader().await?;
            tables::signing_key::all(&mut reader.view()).await
        };
        let keys = keys.await;
        house.close().await;
        let keys = keys?;
        let times: Vec<_> = keys.iter().map(|key| key.times).collect();
        let (signs, stand) = (signing(&times, now), published(&times, now));
        let told: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(place, key)| {
                let state = match (key.times.withdrawn_at, signs == Some(place)) {
                    (Some(_), _) => "withdrawn",
                    (None, true) => "signs",
                    (None, false) if key.times.signs_from > now => "next",
                    (None, false) if stand.contains(&place) => "published",
                    (None, false) => "over",
                };
                json!({ "kid": key.kid, "state": state, "signs_from": key.times.signs_from.to_string() })
            })
            .collect();
        output::either(self.json, &told, |told| {
            let text = |key: &serde_json::Value, name: &str| {
                key.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
            };
            let lines = told.iter().map(|key| {
                format!(
                    "{} {} from {}",
                    text(key, "kid"),
                    text(key, "state"),
                    text(key, "signs_from")
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}

impl Rotate {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let now = house.office.now();
        let (from, occasion) = if self.lost {
            (now, Occasion::OthersLost)
        } else {
            (now.plus(LEAD), Occasion::Wanted)
        };
        let call = house.office.operator_call(&account()?)?;
        let done = house.office.make_signing_key(call, from, occasion).await;
        house.close().await;
        done?;
        output::line(format!("A new key signs from {from} on."))
    }
}
