//! Records start and stop of a server.

use std::collections::BTreeMap;

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Store, StoreError, Tx, tables};
use serde::Serialize;

/// What a configuration file says.
#[derive(Debug, Clone, Serialize)]
pub struct Configured {
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Each setting by its name, as text; the trail learns the names alone.
    pub settings: BTreeMap<String, String>,
}

/// What a server did.
#[derive(Debug, Serialize)]
pub enum RecordServer {
    /// It started.
    Started {
        /// Version of the program.
        version: String,
        /// With which configuration; a demonstration has none.
        configured: Option<Configured>,
    },
    /// It stopped in order.
    Stopped {
        /// Why.
        reason: String,
    },
}

impl Command for RecordServer {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        Ok(match self {
            Self::Started { version, configured } => {
                let version = version.clone();
                let event = Event::ServerStarted { version, schema: Store::schema_version() };
                let more = changed(tx, configured.as_ref()).await?;
                Audited::new((), event, Vec::from_iter(more))
            }
            Self::Stopped { reason } => {
                Audited::new((), Event::ServerStopped { reason: reason.clone() }, [])
            }
        })
    }
}

/// Stands beside the settings for the file as a whole; no setting has this name.
const FILE: &str = "";

/// What else there is to tell when a server starts with other settings than before.
async fn changed(
    tx: &mut Tx<'_>,
    configured: Option<&Configured>,
) -> Result<Option<Event>, StoreError> {
    let Some(Configured { sha256, settings }) = configured else { return Ok(None) };
    let mut kept = settings.clone();
    // A comment that changed makes another file, whose digest must be in the trail to recognise it by.
    kept.insert(FILE.to_owned(), sha256.clone());
    let mut settings = tables::setting::replace(tx, &kept).await?;
    let is_new = !settings.is_empty();
    settings.retain(|name| name != FILE);
    Ok(is_new.then(|| Event::ConfigurationChanged { settings, sha256: sha256.clone() }))
}
