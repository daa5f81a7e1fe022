//! Decides that this is the person: a personal act of the signed-in officer (SEED-74, SEED-77).

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::key::AssuranceLevel;
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, CheckOutcome, Missing, Procedures, may_be_identified};
use loket_domain::registration::Decision;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Decides that this is the person.
#[derive(Debug, Serialize)]
pub struct IdentifyPerson {
    /// In which registration.
    pub registration: RegistrationId,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for IdentifyPerson {
    type Output = AssuranceLevel;
    const ACTION: Action = Action::IdentifyPerson;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<AssuranceLevel>, Failure> {
        let Identifying { opened, procedure, seen } =
            Identifying::load(tx, self.registration, &self.procedures).await?;
        let staff = permit.staff()?;
        let today = permit.now().belgian_day();
        let person = tables::registration::person(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::PersonNotFound)?;
        let person = tx.open(&person);
        if let Some(refusal) = person.hindrance(today) {
            return Err(refusal.into());
        }
        // Four eyes: who confirmed as the second officer does not decide as well.
        let as_second = |made: &&CheckOutcome| {
            let kind = procedure.check(&made.check).map(|check| check.kind);
            made.officer == staff.staff && kind == Some(CheckKind::SecondOfficer)
        };
        if seen.checks.iter().any(|made| as_second(&made)) {
            return Err(Refusal::SecondOfficerDecides.into());
        }
        let document = seen.document.as_ref().ok_or(Refusal::ChecksIncomplete)?;
        let organisation = opened.dossier.organisation;
        let allowed =
            tables::visit::allowed_procedures(&mut tx.view(), organisation, permit.now()).await?;
        if !self.procedures.offered(today, &allowed).iter().any(|p| p.id == procedure.id) {
            return Err(Refusal::ProcedureNotInForce.into());
        }
        may_be_identified(procedure, document, today, &seen.checks, &seen.verdicts).map_err(
            |missing| missing.first().map_or(Refusal::ChecksIncomplete, Missing::refusal),
        )?;
        let decision = Decision {
            procedure: procedure.id.as_str().to_owned(),
            version: procedure.version,
            level: procedure.level,
            officer: staff.staff,
            card_fingerprint: staff.card_fingerprint,
            at: permit.now(),
        };
        let event = Event::PersonIdentified {
            procedure: decision.procedure.clone(),
            version: decision.version,
            level: decision.level,
            card: crate::hex(&decision.card_fingerprint),
        };
        let identified = opened.identify(decision, person.standing)?;
        tables::registration::set_identified(tx, &identified).await?;
        let person = identified.person;
        Ok(Audited::new(procedure.level, event, []).of(person))
    }
}
