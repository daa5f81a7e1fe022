//! Reports to the operator that a document or a person seemed false. Once for each registration.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::comparison::Explanation;
use loket_domain::id::{FraudReportId, RegistrationId};
use loket_domain::policy::Action;
use loket_store::tables::visit::NewFraudReport;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::print_letter::refused;

/// Reports.
#[derive(Debug, Serialize)]
pub struct ReportFraud {
    /// Of which registration.
    pub registration: RegistrationId,
    /// In the officer's words.
    pub explanation: Explanation,
}

impl Command for ReportFraud {
    type Output = FraudReportId;
    const ACTION: Action = Action::ReportFraud;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<FraudReportId>, Failure> {
        let staff = permit.staff()?;
        let (_, reason) = refused(tx, self.registration).await?;
        if !reason.may_be_fraud() {
            return Err(Refusal::WrongStep.into());
        }
        let report = NewFraudReport {
            id: tx.new_id()?,
            registration: self.registration,
            organisation: staff.organisation,
            officer: staff.staff,
            reason,
            explanation: self.explanation.as_str().to_owned(),
        };
        if !tables::visit::report_fraud(tx, &report).await? {
            return Err(Refusal::AlreadyExists.into());
        }
        let explanation = report.explanation;
        Ok(Audited::new(
            report.id,
            Event::FraudReported { report: report.id, reason, explanation },
            [],
        ))
    }
}
