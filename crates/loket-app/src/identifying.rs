//! What the commands of an identification share: the procedure as chosen and the checks so far.

use loket_domain::Refusal;
use loket_domain::id::{RegistrationId, StaffId};
use loket_domain::procedure::{CheckOutcome, Procedure, Procedures, record, stopped_for_good};
use loket_domain::registration::{LeftBehind, Opened};
use loket_store::tables::identification::{self, Identification};
use loket_store::{Failure, Tx, tables};

/// An identification in progress.
pub(crate) struct Identifying<'p> {
    pub(crate) opened: Opened,
    pub(crate) procedure: &'p Procedure,
    pub(crate) seen: Identification,
}

impl<'p> Identifying<'p> {
    /// Loads it; without a chosen procedure there is none.
    pub(crate) async fn load(
        tx: &mut Tx<'_>,
        id: RegistrationId,
        procedures: &'p Procedures,
    ) -> Result<Self, Failure> {
        let opened = crate::commands::opened(tx, id).await?;
        let (name, version) =
            tables::registration::procedure(&mut tx.view(), id).await?.ok_or(Refusal::WrongStep)?;
        let procedure = procedures.get(&name, version).ok_or(Refusal::ProcedureNotInForce)?;
        let kept = identification::load(&mut tx.view(), id).await?;
        let seen = tx.open(&kept).clone();
        Ok(Self { opened, procedure, seen })
    }

    /// Adds an outcome in the procedure's order (SEED-74).
    pub(crate) fn record(&mut self, outcome: CheckOutcome) -> Result<(), Failure> {
        record(self.procedure, &mut self.seen.checks, outcome)
            .map_err(|fault| fault.refusal().into())
    }

    /// Whether this officer made one of the checks or explained a difference: who did cannot be the
    /// second officer.
    pub(crate) fn was_made_by(&self, officer: StaffId) -> bool {
        self.seen.checks.iter().any(|made| made.officer == officer)
            || self.seen.verdicts.iter().any(|verdict| verdict.explained_by == Some(officer))
    }

    /// Refused once a check has stopped the identification for good.
    pub(crate) fn goes_on(&self) -> Result<(), Refusal> {
        match stopped_for_good(self.procedure, &self.seen.checks) {
            Some(_) => Err(Refusal::IdentificationStopped),
            None => Ok(()),
        }
    }

    /// Keeps what was seen. What a second officer was called to look at is no longer that.
    pub(crate) async fn save(&self, tx: &mut Tx<'_>) -> Result<(), Failure> {
        tables::second_check::close_of(tx, self.opened.dossier.id).await?;
        Ok(identification::save(tx, self.opened.dossier.id, &self.seen).await?)
    }
}

/// What stands against the person in a dossier for good, whichever procedure it is in by now.
pub(crate) async fn left_behind(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
) -> Result<Option<LeftBehind>, Failure> {
    let kept = identification::load(&mut tx.view(), registration).await?;
    if tx.open(&kept).checks.iter().any(CheckOutcome::is_hit) {
        return Ok(Some(LeftBehind::Hit));
    }
    let refused = tables::second_check::was_refused(&mut tx.view(), registration).await?;
    Ok(refused.then_some(LeftBehind::SecondOfficerNo))
}
