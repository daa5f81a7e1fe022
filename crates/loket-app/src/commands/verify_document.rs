//! Keeps the intent to verify that a document and a number belong together, before anything of the
//! person is shown (match before reveal).

use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::register::{Shown, Verification};
use loket_domain::registration::Opened;
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use super::ask_register::{Asked, addressed};
use crate::look_up_limits::VERIFICATIONS;

/// Verifies once more in an open registration.
#[derive(Debug, Serialize)]
pub struct VerifyDocument {
    /// In which registration.
    pub registration: RegistrationId,
    /// The number.
    pub ssin: Ssin,
    /// What the officer holds in hand.
    pub shown: Shown,
}

/// A verification that is kept and may be made now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedVerification {
    /// Who asks about whom.
    pub asked: Asked,
    shown: Shown,
}

impl AskedVerification {
    /// As the register client wants it.
    pub fn verification(&self) -> Verification {
        Verification { question: self.asked.question(), shown: self.shown.clone() }
    }
}

impl Command for VerifyDocument {
    type Output = AskedVerification;
    const ACTION: Action = Action::VerifyDocument;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<AskedVerification>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let id = self.registration;
        let by_document = tables::verification::latest(&mut tx.view(), id).await?.is_some();
        if !by_document || opened.person.is_some() {
            return Err(Refusal::WrongStep.into());
        }
        if tables::verification::count(&mut tx.view(), id).await? >= VERIFICATIONS {
            return Err(Refusal::TooManySearches.into());
        }
        let (asked, event) = verify(tx, permit.staff()?, &opened, self.ssin, &self.shown).await?;
        let person = asked.asked.person();
        Ok(Audited::new(asked, event, []).of(person))
    }
}

/// Keeps a verification.
pub(crate) async fn verify(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
    opened: &Opened,
    ssin: Ssin,
    shown: &Shown,
) -> Result<(AskedVerification, Event), Failure> {
    let (asked, _) = addressed(tx, staff, opened, ssin).await?;
    tables::verification::insert(tx, asked.id, opened.dossier.id, staff.staff, &ssin).await?;
    let event = Event::VerificationAsked {
        question: asked.id,
        registers: asked.question().registers,
        purpose: opened.dossier.reason.code().to_owned(),
        shown: shown.code().to_owned(),
        ssin,
    };
    Ok((AskedVerification { asked, shown: shown.clone() }, event))
}
