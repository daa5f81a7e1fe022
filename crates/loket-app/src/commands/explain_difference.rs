//! Explains a difference between document and register, in the officer's words (SEED-09).

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::comparison::{Explanation, Field};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::Procedures;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

use crate::identifying::Identifying;

/// Explains a difference.
#[derive(Debug, Serialize)]
pub struct ExplainDifference {
    /// In which registration.
    pub registration: RegistrationId,
    /// In which field.
    pub field: Field,
    /// Why it is the same person all the same.
    pub explanation: Explanation,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for ExplainDifference {
    type Output = ();
    const ACTION: Action = Action::ExplainDifference;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let mut identifying = Identifying::load(tx, self.registration, &self.procedures).await?;
        let verdict = identifying
            .seen
            .verdicts
            .iter_mut()
            .find(|v| v.field == self.field)
            .ok_or(Refusal::WrongStep)?;
        if verdict.blocks() {
            return Err(Refusal::DifferenceBlocks.into());
        }
        verdict.explanation = Some(self.explanation.clone());
        identifying.save(tx).await?;
        let event = Event::DifferenceExplained {
            field: self.field.code().to_owned(),
            explanation: self.explanation.as_str().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}
