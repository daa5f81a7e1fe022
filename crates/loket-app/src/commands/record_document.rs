//! Records what stands on the document and compares it with the register, field by field
//! (SEED-08, SEED-09). Recording anew replaces document, verdicts and the checks that followed.

use std::collections::BTreeMap;
use std::sync::Arc;

use loket_domain::audit::Event;
use loket_domain::comparison::{Field, FieldVerdict, Verdict, compare};
use loket_domain::document::{DocumentSource, TypedDocument};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, CheckOutcome, Outcome, Procedures};
use loket_domain::register::RegisterOutcome;
use loket_domain::{Refusal, Ssin};
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
        let replaced = tables::question::replacements(&mut tx.view(), self.registration).await?;
        let replaced: Vec<(Ssin, &RegisterOutcome)> =
            replaced.iter().map(|(number, by)| (*tx.open(number), tx.open(by))).collect();
        let person = tx.open(&person);
        let earlier = earlier_numbers(person.ssin, &replaced);
        let mut verdicts = compare(person, &earlier, &self.document, today);
        keep_other_number(&identifying.seen.verdicts, &mut verdicts);
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
            identifying.record(CheckOutcome::new(check.id, outcome, officer, permit.now()))?;
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

/// Somebody else's number, once read in a zone, is not unsaid by typing the print over: another zone
/// has to be read.
fn keep_other_number(before: &[FieldVerdict], now: &mut [FieldVerdict]) {
    let is_number = |v: &&FieldVerdict| v.field == Field::NationalNumber;
    if before.iter().find(is_number).is_some_and(FieldVerdict::blocks) {
        for verdict in now.iter_mut().filter(|v| v.field == Field::NationalNumber) {
            if verdict.verdict == Verdict::NotStated {
                verdict.verdict = Verdict::Different;
            }
        }
    }
}

/// The numbers that led to this one by what the register answered in this registration, one
/// replacement after the other. Another person's replaced number, asked for before, is none.
fn earlier_numbers(ssin: Ssin, replaced: &[(Ssin, &RegisterOutcome)]) -> Vec<Ssin> {
    let mut numbers = vec![ssin];
    let mut at = 0;
    while let Some(now) = numbers.get(at).copied() {
        for (number, outcome) in replaced {
            let leads_here = matches!(outcome, RegisterOutcome::Replaced { by } if *by == now);
            if leads_here && !numbers.contains(number) {
                numbers.push(*number);
            }
        }
        at += 1;
    }
    numbers.split_off(1)
}

#[cfg(test)]
mod tests {
    use loket_domain::ssin::Synthetic;

    use super::*;

    #[test]
    fn only_numbers_that_lead_to_this_one_are_earlier_ones() {
        let [first, second, third, other, others] =
            ["81050103522", "92200006963", "10200100128", "24203200171", "92321506985"]
                .map(|text| Ssin::parse(text, Synthetic::Refused).unwrap());
        let by = |by| RegisterOutcome::Replaced { by };
        let (to_second, to_third, to_others, to_first) =
            (by(second), by(third), by(others), by(first));
        let replaced = [(first, &to_second), (other, &to_others), (second, &to_third)];
        assert_eq!(earlier_numbers(third, &replaced), [second, first]);
        assert_eq!(earlier_numbers(others, &replaced), [other]);
        assert!(earlier_numbers(first, &replaced).is_empty());
        let ring = [(first, &to_second), (second, &to_first)];
        assert_eq!(earlier_numbers(second, &ring), [first], "a ring ends");
    }
}
