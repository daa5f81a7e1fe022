//! Destroys what opens and finds the events whose ten years are over, as two people approved. Their rows go
//! afterwards, in small portions.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::log::{holds, purge};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

use crate::approval::two_people;

/// Purges the log.
#[derive(Debug, Serialize)]
pub struct PurgeAuditLog {
    /// The first event that stays, as it was shown to those who approved.
    pub new_minimum: u64,
    /// Names of secrets that stay, since events of their months stand behind younger ones.
    pub spared: Vec<String>,
    /// The two people, by name.
    pub approved_by: [String; 2],
}

impl Command for PurgeAuditLog {
    type Output = ();
    const ACTION: Action = Action::PurgeAuditLog;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let approved_by = two_people(&self.approved_by)?;
        let now = tx.now();
        let mut plan = purge::plan(&mut tx.view(), now).await?.ok_or(Refusal::WrongStep)?;
        plan.secrets.retain(|name| !self.spared.contains(name));
        if plan.new_minimum != self.new_minimum {
            return Err(Refusal::WrongStep.into());
        }
        let holds = holds::all(&mut tx.view()).await?;
        let standing = |hold: &holds::Hold| hold.lifted_at.is_none();
        if holds.iter().any(|hold| standing(hold) && hold.exported_to < plan.new_minimum) {
            return Err(Refusal::HeldEventsNotExported.into());
        }
        purge::begin(tx, &plan).await?;
        let event = Event::AuditLogPurged {
            old_minimum: plan.old_minimum,
            new_minimum: plan.new_minimum,
            count: plan.count(),
            root: plan.root.to_string(),
            secrets: plan.secrets,
            approved_by: approved_by.to_vec(),
        };
        Ok(Audited::new((), event, []))
    }
}
