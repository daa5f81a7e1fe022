//! Shows the second officer what there is to look at: the person as the register tells, the
//! document, the verdicts and the checks so far. Only to who took the call on.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{RegistrationId, SecondCheckId};
use loket_domain::person::RegisterPerson;
use loket_domain::policy::Action;
use loket_domain::procedure::Procedures;
use loket_domain::registration::Dossier;
use loket_store::tables::identification::Identification;
use loket_store::tables::staff::StaffName;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Shows it.
#[derive(Debug, Serialize)]
pub struct ViewSecondCheck {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Which call.
    pub second_check: SecondCheckId,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

/// What the second officer sees.
#[derive(Debug, Clone)]
pub struct SecondCheckView {
    /// Number, officer, reason, time.
    pub dossier: Dossier,
    /// Name of the officer who called.
    pub called_by: Personal<StaffName>,
    /// Procedure and version.
    pub procedure: (String, u32),
    /// Which check.
    pub check: String,
    /// The person as the register tells.
    pub person: Personal<RegisterPerson>,
    /// Document, verdicts, checks.
    pub identification: Personal<Identification>,
}

impl Command for ViewSecondCheck {
    type Output = SecondCheckView;
    const ACTION: Action = Action::ViewSecondCheck;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<SecondCheckView>, Failure> {
        let staff = permit.staff()?.staff;
        let call = tables::second_check::load(&mut tx.view(), self.second_check)
            .await?
            .filter(|call| {
                call.registration == self.registration
                    && call.outcome.is_none()
                    && call.taken_by == Some(staff)
            })
            .ok_or(Refusal::SecondCheckGone)?;
        let Identifying { opened, procedure, seen } =
            Identifying::load(tx, self.registration, &self.procedures).await?;
        let person = tables::registration::person(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::PersonNotFound)?;
        let name = tables::staff::name(&mut tx.view(), call.called_by).await?;
        let fields = ["given_names", "surname", "birth_date", "sex", "number", "document"];
        let event = Event::PersonShown {
            fields: fields.map(str::to_owned).to_vec(),
            page: "second_check".to_owned(),
        };
        let view = SecondCheckView {
            dossier: opened.dossier.clone(),
            called_by: name.ok_or(Refusal::NotFound)?,
            procedure: (procedure.id.to_string(), procedure.version),
            check: call.check,
            person,
            identification: Personal::new(seen),
        };
        let audited = Audited::new(view, event, []);
        Ok(match opened.person {
            Some(person) => audited.of(person),
            None => audited,
        })
    }
}
