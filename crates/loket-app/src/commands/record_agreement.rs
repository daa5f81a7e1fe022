//! Records an agreement with its signatures; in force only when both sides have signed, a contact
//! and a data-protection officer are on file (SEED-01, 02, 70, 109, 112).

use loket_domain::audit::Event;
use loket_domain::id::{AgreementId, OrganisationId};
use loket_domain::policy::Action;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::organisation::{self, Particulars};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Records an agreement.
#[derive(Debug, Serialize)]
pub struct RecordAgreement {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Signatures, contact, data-protection officer, purpose.
    pub particulars: Particulars,
    /// From when; never before the later signature.
    pub in_force_from: Timestamp,
}

impl Command for RecordAgreement {
    type Output = AgreementId;
    const ACTION: Action = Action::RecordAgreement;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<AgreementId>, Failure> {
        organisation::load(&mut tx.view(), self.organisation).await?.ok_or(Refusal::NotFound)?;
        let p = &self.particulars;
        let (Some(theirs), Some(ours)) = (&p.signed_for_organisation, &p.signed_for_operator)
        else {
            return Err(Refusal::AgreementIncomplete.into());
        };
        let filled = |text: &str| !text.trim().is_empty();
        let complete = [&theirs.name, &theirs.function, &ours.name, &ours.function, &p.purpose]
            .into_iter()
            .all(|text| filled(text))
            && p.contact.as_deref().is_some_and(filled)
            && p.data_protection_officer.as_deref().is_some_and(filled);
        if !complete {
            return Err(Refusal::AgreementIncomplete.into());
        }
        if self.in_force_from < theirs.at.max(ours.at) {
            return Err(Refusal::PeriodNotPossible.into());
        }
        let now = tx.now();
        if organisation::open_agreement(&mut tx.view(), self.organisation, now).await?.is_some() {
            return Err(Refusal::AlreadyExists.into());
        }
        let id = tx.new_id()?;
        organisation::insert_agreement(tx, id, self.organisation, p, self.in_force_from).await?;
        let event = Event::AgreementRecorded {
            agreement: id,
            organisation: self.organisation,
            in_force_from: self.in_force_from,
        };
        Ok(Audited::new(id, event, []))
    }
}
