//! Operation, not record: visitors before sign-in, throttles, leases of the outbox, the last time a
//! session was seen. A closed list of its own; nothing of the office's record can be changed here.

use futures_util::future::BoxFuture;
use loket_domain::Timestamp;
use loket_domain::contact::Channel;
use loket_domain::id::{AnnouncementId, MessageId, SessionId};
use loket_domain::key::guessing::{TRIES_FORGOTTEN, Tries};
use std::time::Duration;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::error::StoreError;
use crate::log::checkpoints::KeptCheckpoint;
use crate::log::keeping::Keeping;
use crate::reader::View;
use crate::statement::{Bind, Row, args, sql};
use crate::tx::Tx;
use crate::write_loop::Unit;

/// What a visitor without a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitKind {
    /// Has been given a sign-in challenge.
    SignIn,
    /// Is on the way to the host that asks for the card's certificate.
    CardHost,
    /// Has proved the card there and is on the way back.
    CardProved,
    /// Is at the federal authentication service.
    Federal,
    /// Is making a passkey.
    PasskeyRegistration,
    /// Is setting up an authenticator app.
    AppSetUp,
    /// Is trying a passkey on the check page.
    PasskeySignIn,
    /// Has just tried a key with success and may see which.
    KeyChecked,
    /// Has shown a key and looks after the own keys.
    OwnKeys,
    /// Is on the way from a relying party: what it asks.
    PartyRequest,
    /// Has shown a key for relying parties.
    PartySession,
}

impl VisitKind {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::CardHost => "card_host",
            Self::CardProved => "card_proved",
            Self::Federal => "federal",
            Self::PasskeyRegistration => "passkey_registration",
            Self::AppSetUp => "app_set_up",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::KeyChecked => "key_checked",
            Self::OwnKeys => "own_keys",
            Self::PartyRequest => "party_request",
            Self::PartySession => "party_session",
        }
    }
}

/// What is kept for a visitor, sealed, under the hash of a cookie's token.
#[derive(Debug, Clone)]
pub struct Visit {
    /// SHA-256 of the cookie's token.
    pub token_hash: [u8; 32],
    /// What for.
    pub kind: VisitKind,
    /// Until when.
    pub until: Timestamp,
}

/// The closed list.
#[derive(Debug)]
pub(crate) enum Upkeep {
    /// Keep something for a visitor.
    PutVisit { visit: Visit, state: String },
    /// Take it out, whatever comes of it.
    TakeVisit { token_hash: [u8; 32], kind: VisitKind },
    /// A session made a request.
    Touch { session: SessionId },
    /// The card of a session was found good again.
    CardChecked { session: SessionId },
    /// Take messages of a channel that are due.
    LeaseMessages { channel: Channel, limit: u32, span: Duration },
    /// Take states of keys that are due.
    LeaseAnnouncements { limit: u32, span: Duration },
    /// Give a message back untried until a moment.
    PostponeMessage { message: MessageId, until: Timestamp },
    /// Give back what an earlier run of this node had taken and can no longer be sending.
    ReleaseLeases,
    /// Count a try; tells how many there were in the window, this one included.
    Count { subject: [u8; 32], window: Duration },
    /// Count a try at an account before it is looked at; refuses it while there is a wait.
    Try { subject: [u8; 32] },
    /// A try was right: the wrong ones before it count no longer. Tells how many tries there were.
    Right { subject: [u8; 32] },
    /// Take back tries that were counted in a window.
    GiveBack { subject: [u8; 32], tries: u32 },
    /// Keep the newest checkpoint for good if it covers a leaf.
    HoldCheckpoint { covering: u64 },
    /// Keep something of the audit log that is no event.
    Log(Keeping),
    /// Remove what has expired.
    Sweep,
}

/// What upkeep answers.
#[derive(Debug)]
pub(crate) enum Kept {
    Nothing,
    State(Option<String>),
    Leases(Vec<MessageId>),
    Announcements(Vec<AnnouncementId>),
    Count(u32),
    Admitted(bool),
    Checkpoint(Option<KeptCheckpoint>),
}

const SEAL: &str = "visit";
/// Throttles older than this are swept: no window is longer.
const LONGEST_WINDOW: Duration = Duration::from_hours(7 * 24);

impl Upkeep {
    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Kept, StoreError> {
        match self {
            Self::PutVisit { visit, state } => put_visit(tx, visit, state).await,
            Self::HoldCheckpoint { covering } => {
                Ok(Kept::Checkpoint(crate::log::checkpoints::hold(tx, *covering).await?))
            }
            Self::Log(keeping) => keeping.apply(tx).await,
            Self::TakeVisit { token_hash, kind } => take_visit(tx, *token_hash, *kind).await,
            Self::Touch { session } => {
                let now = tx.now();
                tx.change_any(
                    sql!("UPDATE session SET last_seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND last_seen_at < $1"),
                    args![now, *session],
                )
                .await?;
                Ok(Kept::Nothing)
            }
            Self::CardChecked { session } => {
                let now = tx.now();
                tx.change_any(
                    sql!(
                        "UPDATE session SET card_checked_at = $1 WHERE id = $2 AND ended_at IS NULL"
                    ),
                    args![now, *session],
                )
                .await?;
                Ok(Kept::Nothing)
            }
            Self::LeaseMessages { channel, limit, span } => {
                lease(tx, *channel, *limit, *span).await
            }
            Self::LeaseAnnouncements { limit, span } => {
                lease_announcements(tx, *limit, *span).await
            }
            Self::PostponeMessage { message, until } => {
                tx.change_any(
                    sql!("UPDATE outbox SET next_attempt_at = $1, leased_until = 0 WHERE id = $2 AND state = 'waiting'"),
                    args![*until, *message],
                )
                .await?;
                Ok(Kept::Nothing)
            }
            Self::ReleaseLeases => {
                let node = tx.node().to_owned();
                tx.change_any(
                    sql!("UPDATE outbox SET leased_until = 0 WHERE state = 'waiting' AND leased_by = $1"),
                    args![node.as_str()],
                )
                .await?;
                tx.change_any(
                    sql!("UPDATE announcement SET leased_until = 0 WHERE state = 'waiting' AND leased_by = $1"),
                    args![node],
                )
                .await?;
                Ok(Kept::Nothing)
            }
            Self::Count { subject, window } => count(tx, *subject, *window).await,
            Self::Try { subject } => admit(tx, *subject).await,
            Self::Right { subject } => right(tx, *subject).await,
            Self::GiveBack { subject, tries } => {
                tx.change_any(
                    sql!("UPDATE throttle SET count = CASE WHEN count > $1 THEN count - $1 ELSE 0 END WHERE subject = $2"),
                    args![*tries, *subject],
                )
                .await?;
                Ok(Kept::Nothing)
            }
            Self::Sweep => {
                let now = tx.now();
                tx.change_any(sql!("DELETE FROM visitor WHERE expires_at <= $1"), args![now])
                    .await?;
                let old = now.minus(LONGEST_WINDOW);
                tx.change_any(sql!("DELETE FROM throttle WHERE window_from <= $1"), args![old])
                    .await?;
                tx.change_any(sql!("DELETE FROM party_sign_in WHERE code_until <= $1"), args![old])
                    .await?;
                let forgotten = now.minus(TRIES_FORGOTTEN);
                tx.change_any(sql!("DELETE FROM wrong_try WHERE last_at <= $1"), args![forgotten])
                    .await?;
                Ok(Kept::Nothing)
            }
        }
    }
}

async fn put_visit(tx: &mut Tx<'_>, visit: &Visit, state: &str) -> Result<Kept, StoreError> {
    let sealed = tx.seal(SEAL, &state)?;
    tx.change_any(sql!("DELETE FROM visitor WHERE token_hash = $1"), args![visit.token_hash])
        .await?;
    tx.change(
        1,
        sql!("INSERT INTO visitor (token_hash, kind, state, expires_at) VALUES ($1, $2, $3, $4)"),
        args![visit.token_hash, visit.kind.code(), sealed, visit.until],
    )
    .await?;
    Ok(Kept::Nothing)
}

/// What is kept for a visitor, left in place.
pub(crate) async fn peek(
    view: &mut View<'_>,
    token_hash: [u8; 32],
    kind: VisitKind,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT state FROM visitor WHERE token_hash = $1 AND kind = $2 AND expires_at > $3"
            ),
            args![token_hash, kind.code(), now],
        )
        .await?;
    row.map(|row| Ok(view.vault.open_value(SEAL, &row.bytes("state")?)?)).transpose()
}

async fn take_visit(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    kind: VisitKind,
) -> Result<Kept, StoreError> {
    let now = tx.now();
    let state = peek(&mut tx.view(), token_hash, kind, now).await?;
    if state.is_some() {
        tx.change(1, sql!("DELETE FROM visitor WHERE token_hash = $1"), args![token_hash]).await?;
    }
    Ok(Kept::State(state))
}

async fn lease(
    tx: &mut Tx<'_>,
    channel: Channel,
    limit: u32,
    span: Duration,
) -> Result<Kept, StoreError> {
    let now = tx.now();
    let rows = tx
        .view()
        .all(
            sql!(
                "SELECT id FROM outbox WHERE state = 'waiting' AND channel = $1 AND next_attempt_at <= $2
                   AND leased_until <= $2 AND set_apart_at IS NULL ORDER BY next_attempt_at LIMIT $3"
            ),
            args![channel.code(), now, limit],
        )
        .await?;
    let lease = sql!("UPDATE outbox SET leased_until = $1, leased_by = $2 WHERE id = $3");
    Ok(Kept::Leases(lease_each(tx, &rows, lease, span).await?))
}

/// Leases what was found to this node, by the statement of its table.
async fn lease_each<T: Bind + From<Uuid>>(
    tx: &mut Tx<'_>,
    rows: &[Row],
    lease: &'static str,
    span: Duration,
) -> Result<Vec<T>, StoreError> {
    let (until, node) = (tx.now().plus(span), tx.node().to_owned());
    let mut leases = Vec::with_capacity(rows.len());
    for row in rows {
        let id: T = row.id("id")?;
        tx.change(1, lease, args![until, node.as_str(), id]).await?;
        leases.push(id);
    }
    Ok(leases)
}

async fn lease_announcements(
    tx: &mut Tx<'_>,
    limit: u32,
    span: Duration,
) -> Result<Kept, StoreError> {
    let now = tx.now();
    let rows = tx
        .view()
        .all(
            sql!(
                "SELECT id FROM announcement WHERE state = 'waiting' AND next_attempt_at <= $1 AND leased_until <= $1
                   AND set_apart_at IS NULL ORDER BY next_attempt_at, created_at LIMIT $2"
            ),
            args![now, limit],
        )
        .await?;
    let lease = sql!("UPDATE announcement SET leased_until = $1, leased_by = $2 WHERE id = $3");
    Ok(Kept::Announcements(lease_each(tx, &rows, lease, span).await?))
}

async fn count(tx: &mut Tx<'_>, subject: [u8; 32], window: Duration) -> Result<Kept, StoreError> {
    let now = tx.now();
    let row = tx
        .view()
        .optional(
            sql!("SELECT window_from, count FROM throttle WHERE subject = $1"),
            args![subject],
        )
        .await?;
    let current = match row {
        Some(row) if row.moment("window_from")?.plus(window) > now => Some(row.number("count")?),
        _ => None,
    };
    if let Some(count) = current {
        tx.change(
            1,
            sql!("UPDATE throttle SET count = count + 1 WHERE subject = $1"),
            args![subject],
        )
        .await?;
        return Ok(Kept::Count(count.saturating_add(1)));
    }
    tx.change_any(sql!("DELETE FROM throttle WHERE subject = $1"), args![subject]).await?;
    tx.change(
        1,
        sql!("INSERT INTO throttle (subject, window_from, count) VALUES ($1, $2, 1)"),
        args![subject, now],
    )
    .await?;
    Ok(Kept::Count(1))
}

/// Counts a try by the rules of `guessing`, or refuses it.
async fn admit(tx: &mut Tx<'_>, subject: [u8; 32]) -> Result<Kept, StoreError> {
    let row = tx
        .view()
        .optional(sql!("SELECT count, last_at FROM wrong_try WHERE subject = $1"), args![subject])
        .await?;
    let before = row
        .map(|row| {
            Ok::<_, StoreError>(Tries { count: row.number("count")?, last: row.moment("last_at")? })
        })
        .transpose()?;
    let Ok(tries) = Tries::admit(before, tx.now()) else { return Ok(Kept::Admitted(false)) };
    tx.change(
        1,
        sql!(
            "INSERT INTO wrong_try (subject, count, last_at) VALUES ($1, $2, $3)
             ON CONFLICT (subject) DO UPDATE SET count = $2, last_at = $3"
        ),
        args![subject, tries.count, tries.last],
    )
    .await?;
    Ok(Kept::Admitted(true))
}

/// Forgets the tries at an account, and tells how many there were.
async fn right(tx: &mut Tx<'_>, subject: [u8; 32]) -> Result<Kept, StoreError> {
    let row = tx
        .view()
        .optional(sql!("SELECT count FROM wrong_try WHERE subject = $1"), args![subject])
        .await?;
    let tries = row.map_or(Ok(0), |row| row.number("count"))?;
    tx.change_any(sql!("DELETE FROM wrong_try WHERE subject = $1"), args![subject]).await?;
    Ok(Kept::Count(tries))
}

/// Upkeep queued for the writer.
pub(crate) struct UpkeepUnit {
    upkeep: Upkeep,
    result: Option<Result<Kept, StoreError>>,
    reply: Option<oneshot::Sender<Result<Kept, StoreError>>>,
}

impl UpkeepUnit {
    pub(crate) const fn new(
        upkeep: Upkeep,
        reply: oneshot::Sender<Result<Kept, StoreError>>,
    ) -> Self {
        Self { upkeep, result: None, reply: Some(reply) }
    }
}

impl Unit for UpkeepUnit {
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), ()>> {
        Box::pin(async move {
            let result = self.upkeep.apply(tx).await;
            let done = result.as_ref().map(|_| ()).map_err(|_| ());
            self.result = Some(result);
            done
        })
    }
    fn refused<'a>(&'a mut self, _tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
    fn broken_off(&mut self, why: &'static str) {
        self.result = Some(Err(StoreError::BrokenOff(why)));
    }
    fn answer(mut self: Box<Self>, committed: bool) {
        let result = match self.result.take() {
            Some(result) if committed => result,
            _ => Err(StoreError::NotCommitted),
        };
        if let Some(reply) = self.reply.take() {
            drop(reply.send(result));
        }
    }
}
