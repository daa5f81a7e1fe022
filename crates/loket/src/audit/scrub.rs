//! The nightly check of the whole log. What it finds is an event, an alarm in the log of the server, and
//! stands on the auditor's page.

use std::time::Duration;

use loket_app::commands::record_log_check::RecordLogCheck;
use loket_app::{Call, Failure, Office};
use loket_domain::Timestamp;
use loket_domain::caller::{Caller, Door};
use loket_store::log::check::{self, LogReport};
use loket_store::{Store, StoreError, journal};
use tokio::sync::watch;

use super::attesters::AttesterPlan;
use super::claims::Claims;
use super::signer::{SignFault, Signer};

/// Between two looks whether it is time.
const LOOK: Duration = Duration::from_mins(5);
/// When the night is quiet, by the clock in UTC.
const NIGHT: std::ops::Range<i64> = 1..4;
/// After this without a check it is time, whatever the hour.
const LATE: Duration = Duration::from_hours(26);
/// Two checks of one night would be one too many.
const SOON: Duration = Duration::from_hours(12);

/// Whether a check is due: by night once, and as soon as one was missed.
fn is_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    let Some(last) = last else { return true };
    let night = NIGHT.contains(&(now.seconds().rem_euclid(86_400) / 3600));
    let since = now.since(last);
    since >= LATE || (night && since >= SOON)
}

/// Checks when it is due, until `stop` changes.
pub async fn work(
    office: &Office,
    store: &Store,
    signer: &Signer,
    attesters: &AttesterPlan,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        if store.stopped().is_none()
            && let Err(fault) = check_if_due(office, store, signer, attesters).await
        {
            tracing::error!(%fault, "the audit log could not be checked");
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn check_if_due(
    office: &Office,
    store: &Store,
    signer: &Signer,
    attesters: &AttesterPlan,
) -> Result<(), SignFault> {
    let mut reader = store.reader().await?;
    let last = journal::newest_at(&mut reader.view(), "audit_log_checked").await?;
    if !is_due(last, store.now()) {
        return Ok(());
    }
    let report = look(store, signer, attesters).await?;
    let first = report.findings.first().map(ToString::to_string);
    if let Some(first) = &first {
        tracing::error!(findings = report.findings.len(), first, "the audit log is not whole");
    }
    let findings = u32::try_from(report.findings.len()).unwrap_or(u32::MAX);
    let record = RecordLogCheck { size: report.size, root: report.root, findings, first };
    let call = Call {
        caller: Caller::Job("check_log"),
        door: Door::Job,
        request: office.new_request()?,
        address: None,
    };
    office.run(call, record).await.map_err(|failure| match failure {
        Failure::Broken(fault) => fault.into(),
        Failure::Refused(_) => StoreError::BrokenOff("check of the log").into(),
    })
}

/// Looks the whole log through, against everything that was signed.
pub async fn look(
    store: &Store,
    signer: &Signer,
    attesters: &AttesterPlan,
) -> Result<LogReport, SignFault> {
    let mut reader = store.reader().await?;
    let view = &mut reader.view();
    let claims = Claims::gather(view, signer, attesters).await?;
    let mut report = check::look(view, &claims.heads, &mut |_| {}).await?;
    report.findings.extend(claims.findings);
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_due_once_a_night_and_when_one_was_missed() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let due = |last: &str, now: &str| is_due(Some(at(last)), at(now));
        assert!(is_due(None, at("2026-11-29T12:00:00Z")));
        assert!(!due("2026-11-29T01:00:00Z", "2026-11-29T03:59:00Z"));
        assert!(!due("2026-11-29T01:00:00Z", "2026-11-30T00:59:00Z"));
        assert!(due("2026-11-29T01:00:00Z", "2026-11-30T01:00:00Z"));
        assert!(!due("2026-11-29T03:59:00Z", "2026-11-30T04:30:00Z"));
        assert!(due("2026-11-29T03:59:00Z", "2026-11-30T06:00:00Z"));
    }
}
