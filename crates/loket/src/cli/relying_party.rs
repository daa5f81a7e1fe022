//! `loket relying-party`: registers, changes, lists and ends the services at which people sign in. A new
//! secret is printed once, on standard output, and kept as a digest only.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use loket_app::commands::end_relying_party::EndRelyingParty;
use loket_app::commands::register_relying_party::RegisterRelyingParty;
use loket_app::tables;
use loket_domain::key::AssuranceLevel;
use loket_domain::relying_party::{
    Claim, ClientId, ClientKey, ClientProof, NotAParty, Registered, ReturnAddress,
};
use loket_domain::secret::Secret;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::fault::CliFault;
use super::output;
use super::place::{Place, act};
use crate::wiring::House;

/// Longest file with keys that is read.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum RelyingParty {
    /// Register a service, or change what it is registered for
    Add(Box<Add>),
    /// List the services
    List(List),
    /// End a service; nobody signs in there any more
    End(End),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    place: Place,
    /// By which the service names itself, such as tax-desk
    #[arg(value_parser = ClientId::new)]
    client: ClientId,
    /// What people call it
    #[arg(long)]
    name: String,
    /// Where answers may go, letter by letter; may be given several times
    #[arg(long = "redirect-uri", value_name = "URI", required = true, value_parser = ReturnAddress::new)]
    returns: Vec<ReturnAddress>,
    /// Where people may go after signing out
    #[arg(long = "post-logout-redirect-uri", value_name = "URI", value_parser = ReturnAddress::new)]
    after_sign_out: Vec<ReturnAddress>,
    /// What it may learn beside an identifier: `profile`, `birthdate`, `email`, `national_number`
    #[arg(long = "scope", value_name = "SCOPE", value_parser = Claim::from_scope)]
    claims: Vec<Claim>,
    /// The lowest level of a key with which anybody signs in there
    #[arg(long, value_name = "LEVEL", default_value = "low", value_parser = level)]
    least: AssuranceLevel,
    /// Sector within which a person has the same identifier; by default the host of the redirect URIs
    #[arg(long)]
    sector: Option<String>,
    /// Key set (JWKS) with the public EC keys of the service, instead of a secret
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Change a service that is registered; without --jwks its proof stays
    #[arg(long)]
    change: bool,
    /// With --change: print a new secret; the old one opens nothing any more
    #[arg(long, requires = "change", conflicts_with = "jwks")]
    new_secret: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
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
pub(super) struct End {
    #[command(flatten)]
    place: Place,
    /// Which
    #[arg(value_parser = ClientId::new)]
    client: ClientId,
    /// Why; nothing personal
    #[arg(long)]
    reason: String,
}

fn level(text: &str) -> Result<AssuranceLevel, String> {
    AssuranceLevel::from_code(text).ok_or_else(|| "must be low, substantial or high".to_owned())
}

impl RelyingParty {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::End(end) => end.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let made = self.register(&house).await;
        house.close().await;
        let secret = made?;
        let told = json!({
            "client": self.client.as_str(),
            "secret": secret.as_ref().map(Secret::expose),
        });
        output::either(self.json, &told, |_| match &secret {
            Some(secret) => format!(
                "client_secret {}\nIt is not kept and cannot be shown again.",
                secret.expose()
            ),
            None => "Registered.".to_owned(),
        })
    }

    /// Registers it; returns the new secret, when there is one.
    async fn register(&self, house: &House) -> Result<Option<Secret>, CliFault> {
        let known = house.office.relying_party(&self.client).await?;
        let (proof, secret) = match (&self.jwks, known.as_ref().map(|k| &k.registered.proof)) {
            (Some(file), _) => (ClientProof::Keys { keys: keys(file)? }, None),
            (None, Some(kept)) if self.change && !self.new_secret => (kept.clone(), None),
            (None, _) => {
                let (proof, secret) = new_secret(house)?;
                (proof, Some(secret))
            }
        };
        let sector = match (&self.sector, &known) {
            (Some(sector), _) => sector.clone(),
            (None, Some(known)) if self.change => known.registered.sector.clone(),
            (None, _) => self.one_host()?,
        };
        let registered = Registered {
            name: self.name.clone(),
            sector,
            returns: self.returns.clone(),
            after_sign_out: self.after_sign_out.clone(),
            claims: self.claims.iter().copied().collect::<BTreeSet<_>>(),
            least: self.least,
            proof,
        };
        registered.check().map_err(|fault| CliFault::Usage(fault.to_string()))?;
        let client = self.client.clone();
        act(house, RegisterRelyingParty { client, registered, change: self.change }).await?;
        Ok(secret)
    }

    fn one_host(&self) -> Result<String, CliFault> {
        let hosts: BTreeSet<String> = self.returns.iter().map(ReturnAddress::host).collect();
        let mut hosts = hosts.into_iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => Ok(host),
            _ => Err(CliFault::Usage(
                "the redirect URIs have several hosts: give the sector with --sector".to_owned(),
            )),
        }
    }
}

/// A secret of 256 random bits, and the digest that is kept of it.
fn new_secret(house: &House) -> Result<(ClientProof, Secret), CliFault> {
    let secret = hex::encode(house.store.random::<32>()?);
    let mut kept = [0; 32];
    kept.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    Ok((ClientProof::Secret { digest: kept }, Secret::new(secret)))
}

fn keys(file: &PathBuf) -> Result<Vec<ClientKey>, CliFault> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(file)?.take(LONGEST).read_to_string(&mut text)?;
    let read = || {
        let set: Value = serde_json::from_str(&text).map_err(|_| NotAParty::Key)?;
        let listed = set.get("keys").and_then(Value::as_array).ok_or(NotAParty::Key)?;
        listed.iter().map(ClientKey::read).collect::<Result<Vec<_>, _>>()
    };
    read().map_err(|fault| CliFault::Usage(format!("{}: {fault}", file.display())))
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let all = async {
            let mut reader = house.store.reader().await?;
            tables::relying_party::all(&mut reader.view()).await
        };
        let all = all.await;
        house.close().await;
        let told: Vec<Value> = all?
            .iter()
            .map(|party| {
                let registered = &party.registered;
                json!({
                    "client": party.client.as_str(),
                    "name": registered.name,
                    "sector": registered.sector,
                    "redirect_uris": registered.returns,
                    "post_logout_redirect_uris": registered.after_sign_out,
                    "scopes": registered.claims.iter().map(|claim| claim.scope()).collect::<Vec<_>>(),
                    "least": registered.least.code(),
                    "proof": match &registered.proof {
                        ClientProof::Secret { .. } => "client_secret_basic",
                        ClientProof::Keys { .. } => "private_key_jwt",
                    },
                    "ended_at": party.ended_at.map(|at| at.to_string()),
                })
            })
            .collect();
        output::either(self.json, &told, |told| {
            if told.is_empty() {
                return "no relying parties".to_owned();
            }
            let lines = told.iter().map(|party| {
                let ended = output::field(party, "ended_at");
                let ended = if ended.is_empty() { ended } else { format!(", ended {ended}") };
                format!(
                    "{} {} ({}{ended})",
                    output::field(party, "client"),
                    output::field(party, "name"),
                    output::field(party, "proof")
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}

impl End {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let command = EndRelyingParty { client: self.client, reason: self.reason };
        let done = act(&house, command).await;
        house.close().await;
        done?;
        output::line("Ended: nobody signs in there any more.")
    }
}
