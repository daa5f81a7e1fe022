//! Records that two people began a new log of the trail: the former one was lost or forked, and its last
//! known head is named. The signer takes the new name once this is committed.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

use crate::approval::{reason_of, two_people};

/// Begins a new log.
#[derive(Debug, Serialize)]
pub struct BeginAuditOrigin {
    /// Name of the new log.
    pub origin: String,
    /// Name of the former one, when it is known.
    pub former_origin: Option<String>,
    /// Size that was signed last.
    pub former_size: u64,
    /// Root that was signed last, in base64.
    pub former_root: String,
    /// Why.
    pub reason: String,
    /// The two people, by name.
    pub approved_by: [String; 2],
}

impl Command for BeginAuditOrigin {
    type Output = ();
    const ACTION: Action = Action::BeginAuditOrigin;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        _tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let event = Event::AuditOriginBegun {
            origin: self.origin.clone(),
            former_origin: self.former_origin.clone(),
            former_size: self.former_size,
            former_root: self.former_root.clone(),
            reason: reason_of(&self.reason)?,
            approved_by: two_people(&self.approved_by)?.to_vec(),
        };
        Ok(Audited::new((), event, []))
    }
}
