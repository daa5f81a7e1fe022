//! `loket doctor`: looks at everything that the server needs, changes nothing, and says of each
//! part what is wrong with it.

use std::time::Duration;

use clap::Args;
use loket_app::Store;
use loket_delivery::Smpp;
use loket_domain::port::Answer;
use loket_store::{Engine, Reader, Vault, schema_of, soundness};
use serde::Serialize;
use tokio::net::TcpStream;

use super::fault::CliFault;
use super::output;
use super::place::Place;
use crate::configuration::Loaded;
use crate::wiring::{Plan, SmsPlan, mail_relay, register_client};

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks that everything that the server needs is there and answers.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Read every registration, message and event too, and check that they agree
    #[arg(long)]
    deep: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Finding {
    part: &'static str,
    good: bool,
    says: String,
}

type Verdict = Result<String, String>;

impl Doctor {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let findings = examine(&self.place, self.deep).await;
        output::either(self.json, &findings, |findings| {
            let line = |one: &Finding| {
                let mark = if one.good { "good" } else { "BAD " };
                format!("{mark}  {:<13}  {}", one.part, one.says)
            };
            findings.iter().map(line).collect::<Vec<_>>().join("\n")
        })?;
        match findings.iter().filter(|one| !one.good).count() {
            0 => Ok(()),
            bad => Err(CliFault::Unwell(bad)),
        }
    }
}

async fn examine(place: &Place, deep: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |part: &'static str, verdict: Verdict| {
        let good = verdict.is_ok();
        let (Ok(says) | Err(says)) = verdict;
        findings.push(Finding { part, good, says });
    };
    let loaded = match place.load() {
        Ok(loaded) => loaded,
        Err(fault) => {
            note("configuration", Err(fault.to_string()));
            return findings;
        }
    };
    note("configuration", Ok("can be read".to_owned()));
    note("key file", key_file(&loaded));
    let plan = Plan::of(&loaded).map_err(|fault| fault.to_string());
    match &plan {
        Err(fault) => note("settings", Err(fault.clone())),
        Ok(plan) => {
            note("database", database(&plan.store.engine).await);
            note("eid", authorities(plan));
            let wired = plan.check().map(|()| "fit together".to_owned());
            note("settings", wired.map_err(|fault| fault.to_string()));
            note("registers", registers(plan).await);
            note("smtp", smtp(plan).await);
            note("sms", sms(plan).await);
            if deep {
                for verdict in records(plan).await {
                    note("records", verdict);
                }
            }
        }
    }
    findings
}

fn key_file(loaded: &Loaded) -> Verdict {
    loaded
        .files
        .master_secret(&loaded.configuration.key_file)
        .map(|_| "can be read by its owner only".to_owned())
        .map_err(|fault| fault.to_string())
}

async fn database(engine: &Engine) -> Verdict {
    let newest = Store::schema_version();
    match schema_of(engine).await {
        Err(fault) => Err(format!("{fault}; `loket migrate` makes an embedded one")),
        Ok(None) => Err("is empty: run `loket migrate`".to_owned()),
        Ok(Some(version)) if version == newest => Ok(format!("schema version {version}")),
        Ok(Some(version)) if version < newest => Err(format!(
            "schema version {version}, this program wants {newest}: run `loket migrate`"
        )),
        Ok(Some(version)) => Err(format!(
            "schema version {version} is newer than this program's {newest}: use that program"
        )),
    }
}

/// One verdict when all is well, else one for each thing that must not be.
async fn records(plan: &Plan) -> Vec<Verdict> {
    let looking = async {
        let vault = Vault::new(&plan.master).map_err(|fault| fault.to_string())?;
        let reader = Reader::open(&plan.store.engine, vault).await;
        let mut reader = reader.map_err(|fault| fault.to_string())?;
        soundness::look(&mut reader.view()).await.map_err(|fault| fault.to_string())
    };
    match looking.await {
        Err(fault) => vec![Err(fault)],
        Ok(report) if report.unsound.is_empty() => vec![Ok(format!(
            "{} registrations, {} messages and {} events agree",
            report.registrations, report.messages, report.events
        ))],
        Ok(report) => report.unsound.iter().map(|one| Err(one.to_string())).collect(),
    }
}

fn authorities(plan: &Plan) -> Verdict {
    let (roots, issuing) = (plan.eid.anchors.len(), plan.eid.intermediates.len());
    if roots == 0 {
        return Err("no root certificate: put the pinned ones in the folder eid.anchors".to_owned());
    }
    if issuing == 0 {
        return Err("no issuing authority: put them in the folder eid.intermediates".to_owned());
    }
    Ok(format!("{roots} roots, {issuing} issuing authorities"))
}

async fn registers(plan: &Plan) -> Verdict {
    let client = register_client(plan).map_err(|fault| fault.to_string())?;
    let reachable: Answer<'_, bool> = client.reachable();
    if reachable.await { Ok("answer".to_owned()) } else { Err("do not answer".to_owned()) }
}

async fn smtp(plan: &Plan) -> Verdict {
    let relay = mail_relay(plan).map_err(|fault| fault.to_string())?;
    match relay.reach().await {
        Ok(()) => Ok("the relay takes this office".to_owned()),
        Err(code) => Err(format!("the relay does not take this office ({code})")),
    }
}

async fn sms(plan: &Plan) -> Verdict {
    let settings = match &plan.sms {
        SmsPlan::Http(settings) => settings,
        SmsPlan::Smpp(settings) => {
            let centre = Smpp::new(settings.clone()).map_err(|fault| fault.to_string())?;
            return match centre.reach().await {
                Ok(()) => Ok("the message centre takes this office".to_owned()),
                Err(code) => Err(format!("the message centre does not take this office ({code})")),
            };
        }
    };
    let url = url::Url::parse(&settings.url).map_err(|fault| fault.to_string())?;
    let host = url.host_str().ok_or("the address has no host")?;
    let port = url.port_or_known_default().ok_or("the address has no port")?;
    connect(host, port).await.map(|_| "the gateway takes connections".to_owned())
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, String> {
    match tokio::time::timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(cause)) => Err(format!("{host}:{port}: {cause}")),
        Err(_) => Err(format!("{host}:{port}: no answer")),
    }
}
