//! Records what a check of the whole log found.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// What was checked and found.
#[derive(Debug, Serialize)]
pub struct RecordLogCheck {
    /// Size of the log.
    pub size: u64,
    /// Its root, in base64.
    pub root: String,
    /// How much does not hold.
    pub findings: u32,
    /// The first of it.
    pub first: Option<String>,
}

impl Command for RecordLogCheck {
    type Output = ();
    const ACTION: Action = Action::RecordLogCheck;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        _tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let event = Event::AuditLogChecked {
            size: self.size,
            root: self.root.clone(),
            findings: self.findings,
            first: self.first.clone(),
        };
        Ok(Audited::new((), event, []))
    }
}
