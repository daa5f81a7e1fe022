//! Records what stands on the document and compares it with the register, field by field
//! (SEED-08, SEED-09). Recording anew replaces document, verdicts and the checks that followed.

use std::collections::BTreeMap;
use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::comparison::compare;
use loket_domain::document::{DocumentSource, TypedDocument};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, CheckOutcome, Outcome, Procedures};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Records a document.
#[derive(Debug, Serialize)]
pub struct RecordDocument {
    /// In which registration.
    pub registration: RegistrationId,
    /// What stands on it.
    pub document: TypedDocument,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for RecordDocument {
    type Output = ();
    const ACTION: Action = Action::RecordDocument;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let mut identifying = Identifying::load(tx, self.registration, &self.procedures).await?;
        if !identifying.procedure.accepts(self.document.kind()) {
            return Err(Refusal::DocumentNotAccepted.into());
        }
        let today = permit.now().belgian_day();
        if !self.document.is_valid_on(today) {
            return Err(Refusal::DocumentExpired.into());
        }
        let person = tables::registration::person(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::PersonNotFound)?;
        let verdicts = compare(tx.open(&person), &self.document, today);
        let officer = permit.staff()?.staff;
        for check in identifying.procedure.checks.clone() {
            let outcome = match check.kind {
                CheckKind::Document => Outcome::Passed,
                CheckKind::Mrz => self.zone_outcome(check.required),
                CheckKind::Compare
                | CheckKind::Confirm
                | CheckKind::External
                | CheckKind::SecondOfficer => continue,
            };
            identifying.record(CheckOutcome {
                check: check.id,
                outcome,
                at: permit.now(),
                officer,
                external: None,
            })?;
        }
        let told: BTreeMap<String, String> = verdicts
            .iter()
            .map(|v| (v.field.code().to_owned(), v.verdict.code().to_owned()))
            .collect();
        identifying.seen.document = Some(self.document.clone());
        identifying.seen.verdicts = verdicts;
        identifying.save(tx).await?;
        let event = Event::DocumentRecorded {
            document_kind: self.document.kind().code().to_owned(),
            source: self.document.source().code().to_owned(),
            verdicts: told,
            document_number: self.document.number().as_str().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}

impl RecordDocument {
    /// A typed document passes, since its data was typed over from the print and is compared; a
    /// zone passes by its check digits.
    fn zone_outcome(&self, required: bool) -> Outcome {
        match self.document.source() {
            DocumentSource::Typed if required => Outcome::Passed,
            DocumentSource::Typed => Outcome::NotApplicable,
            DocumentSource::Zone { checks_hold: true, .. } => Outcome::Passed,
            DocumentSource::Zone { checks_hold: false, .. } => Outcome::Negative,
        }
    }
}
