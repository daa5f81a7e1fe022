//! Opens a registration and keeps the intent to ask the register, before any call (SEED-05, 39).

use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::{Dossier, Opened, VisitReason};
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use super::ask_register::{Asked, ask};

/// Opens a registration.
#[derive(Debug, Serialize)]
pub struct OpenRegistration {
    /// Number that the person gives.
    pub ssin: Ssin,
    /// Why the person comes.
    pub reason: VisitReason,
}

/// A registration was opened and its question kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begun {
    /// The registration.
    pub registration: RegistrationId,
    /// The question to ask.
    pub asked: Asked,
}

impl Command for OpenRegistration {
    type Output = Begun;
    const ACTION: Action = Action::OpenRegistration;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Begun>, Failure> {
        let staff = permit.staff()?;
        let now = permit.now();
        let year = u16::try_from(now.belgian_day().year()).map_err(|_| Refusal::InvalidInput)?;
        let opened = Opened {
            dossier: Dossier {
                id: tx.new_id()?,
                reference: tables::registration::next_reference(tx, year).await?,
                organisation: staff.organisation,
                officer: staff.staff,
                reason: self.reason,
                opened_at: now,
            },
            person: None,
        };
        tables::registration::insert(tx, &opened).await?;
        let (asked, event) = ask(tx, staff, &opened, self.ssin).await?;
        let first =
            Event::RegistrationOpened { reference: opened.dossier.reference, reason: self.reason };
        let registration = opened.dossier.id;
        let begun = Begun { registration, asked };
        Ok(Audited::new(begun, first, [event]).on(registration))
    }
}
