//! Reads whether the log is whole: when it was last checked, what was found, what is signed, and who
//! outside attests it.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::log::attesters::{self, Attester, AttesterKind};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::tables::View;
use loket_store::{Audited, Command, Failure, Permit, Scope, StoreError, Tx, journal};
use serde::Serialize;

/// An event is signed within a second; after this it is late.
const SIGNED_WITHIN: Duration = Duration::from_mins(1);
/// Witnesses are asked every ten seconds; after this the quorum is late.
const COSIGNED_WITHIN: Duration = Duration::from_mins(15);
/// Time-stamps come every hour; after this they are late (DESIGN section 7).
const STAMPED_WITHIN: Duration = Duration::from_hours(4);

/// Reads it.
#[derive(Debug, Serialize)]
pub struct ReadLogState;

/// The last check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCheck {
    /// When it ended.
    pub at: Timestamp,
    /// Size that was checked.
    pub size: u64,
    /// How much did not hold.
    pub findings: u32,
    /// The first of it.
    pub first: Option<String>,
}

/// How far something reaches that is done to heads of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// When it was done last, and over how many events; never, before the first time.
    pub last: Option<(Timestamp, u64)>,
    /// Since when an event waits for it, beyond the time that it may take.
    pub late_since: Option<Timestamp>,
}

/// The state of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// Name of the log; none before the first checkpoint.
    pub origin: Option<String>,
    /// Signed by the log itself.
    pub signed: Reach,
    /// Cosigned by a quorum of the witnesses.
    pub cosigned: Reach,
    /// Time-stamped by the authority.
    pub stamped: Reach,
    /// Who attests, as the configuration names them.
    pub attesters: Vec<Attester>,
    /// The last check; none before the first.
    pub checked: Option<LogCheck>,
}

impl LogState {
    /// The attesters of a kind.
    pub fn of_kind(&self, kind: AttesterKind) -> impl Iterator<Item = &Attester> {
        self.attesters.iter().filter(move |one| one.kind == kind)
    }
}

/// How far it reaches, given since when it is done at all (always, when none is told).
async fn reach(
    view: &mut View<'_>,
    last: Option<(Timestamp, u64)>,
    done_since: Option<Timestamp>,
    within: Duration,
    now: Timestamp,
) -> Result<Reach, StoreError> {
    let covered = last.map_or(0, |(_, size)| size);
    let waits_since = journal::at(view, covered).await?.max(done_since.filter(|_| last.is_none()));
    let waits = journal::size(view).await? > covered;
    let late_since = waits_since.filter(|since| waits && now.since(*since) > within);
    Ok(Reach { last, late_since })
}

async fn read(view: &mut View<'_>, now: Timestamp) -> Result<LogState, StoreError> {
    let newest = checkpoints::newest(view).await?;
    let cosigned = checkpoints::newest_cosigned(view).await?;
    let stamped = checkpoints::newest_stamped(view).await?;
    let attesters = attesters::all(view).await?;
    let since = |kind| attesters.iter().find(|one| one.kind == kind).map(|one| one.since);
    let (witnesses, authority) = (since(AttesterKind::Witness), since(AttesterKind::Authority));
    let last = |kept: &Option<KeptCheckpoint>, at: fn(&KeptCheckpoint) -> Option<Timestamp>| {
        kept.as_ref().and_then(|kept| at(kept).map(|at| (at, kept.size)))
    };
    let signed = last(&newest, |kept| Some(kept.signed_at));
    let (by_witnesses, by_authority) =
        (last(&cosigned, |kept| kept.cosigned_at), last(&stamped, |kept| kept.stamped_at));
    let unnamed = |last| Reach { last, late_since: None };
    Ok(LogState {
        origin: newest.map(|kept| kept.origin),
        signed: reach(view, signed, None, SIGNED_WITHIN, now).await?,
        cosigned: match witnesses {
            Some(_) => reach(view, by_witnesses, witnesses, COSIGNED_WITHIN, now).await?,
            None => unnamed(by_witnesses),
        },
        stamped: match authority {
            Some(_) => reach(view, by_authority, authority, STAMPED_WITHIN, now).await?,
            None => unnamed(by_authority),
        },
        attesters,
        checked: None,
    })
}

impl Command for ReadLogState {
    type Output = LogState;
    const ACTION: Action = Action::ReadLogState;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<LogState>, Failure> {
        let now = tx.now();
        let mut state = read(&mut tx.view(), now).await?;
        let last = journal::newest_of_kind(&mut tx.view(), "audit_log_checked").await?;
        state.checked = last.and_then(|entry| {
            let entry = tx.open(&entry);
            match &entry.event {
                Event::AuditLogChecked { size, findings, first, .. } => Some(LogCheck {
                    at: entry.at,
                    size: *size,
                    findings: *findings,
                    first: first.clone(),
                }),
                _ => None,
            }
        });
        let size = state.signed.last.map_or(0, |(_, size)| size);
        Ok(Audited::new(state, Event::AuditLogStateRead { size }, []))
    }
}
