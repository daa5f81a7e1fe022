//! The monthly purge of what is older than ten years. Two people approve it, each time at the command line
//! or once for all in the configuration; without that the server only says what is due.

use std::time::Duration;

use loket_app::commands::purge_audit_log::PurgeAuditLog;
use loket_app::{Call, Failure, Office};
use loket_domain::Timestamp;
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::log::purge::{self, PurgePlan};
use loket_store::{Store, StoreError};
use tokio::sync::watch;

use super::attesters::AttesterPlan;

/// Between two looks whether something is due: months are what counts.
const LOOK: Duration = Duration::from_hours(24);

/// No head over everything that goes is signed, cosigned or time-stamped, as the configuration wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the head of the audit log over everything that would go is not {0} yet: what remains could not be \
     proved to others. The server does it when it runs; try again then"
)]
pub struct NotAttested(pub &'static str);

/// Why nothing is purged.
#[derive(Debug, thiserror::Error)]
pub enum PurgeFault {
    /// The heads are not ready for it.
    #[error(transparent)]
    NotAttested(#[from] NotAttested),
    /// The office.
    #[error(transparent)]
    Office(#[from] Failure),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is due now; none when nothing is.
pub async fn due(store: &Store) -> Result<Option<PurgePlan>, StoreError> {
    let mut reader = store.reader().await?;
    let view = &mut reader.view();
    let Some(mut plan) = purge::plan(view, store.now()).await? else { return Ok(None) };
    purge::spare(view, &mut plan).await?;
    Ok(Some(plan))
}

/// Purges what was planned, and drops it to the end.
pub async fn carry_out(
    office: &Office,
    store: &Store,
    attesters: &AttesterPlan,
    plan: &PurgePlan,
    call: Call,
    approved_by: [String; 2],
) -> Result<(), PurgeFault> {
    attested(store, attesters, plan.new_minimum).await?;
    let (new_minimum, spared) = (plan.new_minimum, plan.spared.clone());
    office.run(call, PurgeAuditLog { new_minimum, spared, approved_by }).await?;
    Ok(store.drop_purged().await?)
}

/// The head over what goes must be attested by everyone who is configured.
async fn attested(store: &Store, attesters: &AttesterPlan, minimum: u64) -> Result<(), PurgeFault> {
    let mut reader = store.reader().await?;
    let view = &mut reader.view();
    let covers = |kept: Option<KeptCheckpoint>| kept.is_some_and(|kept| kept.size >= minimum);
    if !covers(checkpoints::newest(view).await?) {
        return Err(NotAttested("signed").into());
    }
    if !attesters.witnesses.is_empty() && !covers(checkpoints::newest_cosigned(view).await?) {
        return Err(NotAttested("cosigned by a quorum of the witnesses").into());
    }
    if attesters.time_stamps.is_some() && !covers(checkpoints::newest_stamped(view).await?) {
        return Err(NotAttested("time-stamped").into());
    }
    Ok(())
}

/// Looks every day, until `stop` changes: goes on with a purge that was broken off, and does what is due
/// when two people approved it for all times.
pub async fn work(
    office: &Office,
    store: &Store,
    attesters: &AttesterPlan,
    approved_by: Option<&[String; 2]>,
    mut stop: watch::Receiver<bool>,
) {
    let mut told = None;
    loop {
        if store.stopped().is_none()
            && let Err(fault) = round(office, store, attesters, approved_by, &mut told).await
        {
            tracing::error!(%fault, "the audit log could not be purged");
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn round(
    office: &Office,
    store: &Store,
    attesters: &AttesterPlan,
    approved_by: Option<&[String; 2]>,
    told: &mut Option<Timestamp>,
) -> Result<(), PurgeFault> {
    store.drop_purged().await?;
    let Some(plan) = due(store).await? else { return Ok(()) };
    if let Some(approved_by) = approved_by {
        let call = office.job_call("purge_audit_log").map_err(Failure::from)?;
        return carry_out(office, store, attesters, &plan, call, approved_by.clone()).await;
    }
    // Once for each month.
    if *told != Some(plan.before) {
        tracing::warn!(
            events = plan.count(),
            before = %plan.before,
            "events of the audit log are older than ten years: two people purge them with \
             `loket audit purge`"
        );
        *told = Some(plan.before);
    }
    Ok(())
}
