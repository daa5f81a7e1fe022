//! `loket audit purge`: what is older than ten years goes. Without `--confirm` it only says what would.

use clap::Args;
use loket_store::log::purge::PurgePlan;
use serde::Serialize;

use crate::audit::purge;
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::{Place, account};

/// Shows what is older than ten years, by the month, and with --confirm destroys it: secrets, rows, sealed
/// parts, tokens, and full tiles of level 0. Proofs of what remains stay valid.
#[derive(Debug, Args)]
pub(in crate::cli) struct Purge {
    #[command(flatten)]
    place: Place,
    /// The first event that stays, as this command shows it without --confirm: destroys what is below
    #[arg(long, value_name = "EVENT", requires = "by")]
    confirm: Option<u64>,
    /// Name of each of the two people who approve it; give it twice
    #[arg(long = "by", value_name = "NAME", requires = "confirm")]
    by: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What goes, or went.
#[derive(Debug, Serialize)]
struct Said {
    destroyed: bool,
    old_minimum: u64,
    new_minimum: u64,
    events: u64,
    before: Option<String>,
    root: Option<String>,
    secrets: Vec<String>,
}

impl Said {
    fn of(plan: Option<PurgePlan>, destroyed: bool) -> Self {
        let Some(plan) = plan else {
            return Self {
                destroyed,
                old_minimum: 0,
                new_minimum: 0,
                events: 0,
                before: None,
                root: None,
                secrets: Vec::new(),
            };
        };
        Self {
            destroyed,
            old_minimum: plan.old_minimum,
            new_minimum: plan.new_minimum,
            events: plan.count(),
            before: Some(plan.before.to_string()),
            root: Some(plan.root.to_string()),
            secrets: plan.secrets,
        }
    }
}

impl Purge {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        if self.confirm.is_some() {
            // What an approved purge left when it was broken off.
            house.store.drop_purged().await?;
        }
        let plan = purge::due(&house.store).await?;
        let said = match (plan, self.confirm) {
            (None, Some(_)) => {
                let nothing = "nothing is older than ten years: there is nothing to confirm";
                return Err(CliFault::Usage(nothing.to_owned()));
            }
            (Some(plan), Some(confirmed)) => {
                if confirmed != plan.new_minimum {
                    return Err(CliFault::Usage(format!(
                        "event {} is the first that stays now, not {confirmed}: look again before it goes",
                        plan.new_minimum
                    )));
                }
                let by: [String; 2] = self.by.try_into().map_err(|_| {
                    CliFault::Usage("give --by twice, once for each person".to_owned())
                })?;
                let call = house.office.operator_call(&account()?)?;
                let attesters = &house.attesters;
                purge::carry_out(&house.office, &house.store, attesters, &plan, call, by).await?;
                Said::of(Some(plan), true)
            }
            (plan, None) => Said::of(plan, false),
        };
        house.close().await;
        output::either(self.json, &said, words)
    }
}

fn words(said: &Said) -> String {
    let Said { destroyed, old_minimum, new_minimum, events, secrets, .. } = said;
    if *events == 0 {
        return "Nothing is older than ten years.".to_owned();
    }
    let before = said.before.as_deref().unwrap_or_default();
    let last = new_minimum.saturating_sub(1);
    let secrets = if secrets.is_empty() { "none".to_owned() } else { secrets.join(", ") };
    let what = format!(
        "{events} events, {old_minimum} to {last}, all before {before}; secrets: {secrets}"
    );
    if *destroyed {
        format!("Destroyed: {what}. The log begins at event {new_minimum} now.")
    } else {
        format!(
            "Would go: {what}.\nNothing was changed. Two people destroy it with:\n\
             loket audit purge --confirm {new_minimum} --by NAME --by NAME"
        )
    }
}
