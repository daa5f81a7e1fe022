//! Reads the reports of possible fraud, at the operator.

use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::tables::visit::FraudReport;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Reads them.
#[derive(Debug, Serialize)]
pub struct ReadFraudReports {
    /// From when on.
    pub since: Timestamp,
}

impl Command for ReadFraudReports {
    type Output = Vec<FraudReport>;
    const ACTION: Action = Action::ReadFraudReports;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<Vec<FraudReport>>, Failure> {
        let reports = tables::visit::fraud_reports(&mut tx.view(), self.since).await?;
        let count = u32::try_from(reports.len()).unwrap_or(u32::MAX);
        Ok(Audited::new(reports, Event::FraudReportsRead { reports: count }, []))
    }
}
