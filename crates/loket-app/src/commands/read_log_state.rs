//! Reads whether the log is whole: when it was last checked, what was found, and what is signed.

use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::log::checkpoints;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, journal};
use serde::Serialize;

/// Reads it.
#[derive(Debug, Serialize)]
pub struct ReadLogState;

/// The last check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCheck {
    /// When it ended.
    pub at: Timestamp,
    /// Size that was checked.
    pub size: u64,
    /// How much did not hold.
    pub findings: u32,
    /// The first of it.
    pub first: Option<String>,
}

/// The newest checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// Name of the log.
    pub origin: String,
    /// Its size.
    pub size: u64,
    /// When it was signed.
    pub at: Timestamp,
}

/// The state of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// The newest checkpoint; none before the first.
    pub signed: Option<SignedHead>,
    /// The last check; none before the first.
    pub checked: Option<LogCheck>,
}

impl Command for ReadLogState {
    type Output = LogState;
    const ACTION: Action = Action::ReadLogState;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<LogState>, Failure> {
        let signed = checkpoints::newest(&mut tx.view()).await?.map(|kept| SignedHead {
            origin: kept.origin,
            size: kept.size,
            at: kept.signed_at,
        });
        let last = journal::newest_of_kind(&mut tx.view(), "audit_log_checked").await?;
        let checked = last.and_then(|entry| {
            let entry = tx.open(&entry);
            match &entry.event {
                Event::AuditLogChecked { size, findings, first, .. } => Some(LogCheck {
                    at: entry.at,
                    size: *size,
                    findings: *findings,
                    first: first.clone(),
                }),
                _ => None,
            }
        });
        let size = signed.as_ref().map_or(0, |head| head.size);
        Ok(Audited::new(LogState { signed, checked }, Event::AuditLogStateRead { size }, []))
    }
}
