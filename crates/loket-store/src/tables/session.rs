//! Sessions of staff. The cookie's token is stored as SHA-256 only, the certificate sealed.
//!
//! The event of a row stays that of the sign-in: by it a reconstruction tells who was signed in
//! with which card. What happens to a session later is found in the journal by the session.

use loket_domain::Timestamp;
use loket_domain::caller::{ProvedPerson, SessionEndReason, SignInMethod};
use loket_domain::id::{OrganisationId, SessionId, StaffId};

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

const SEAL: &str = "session";

/// The session of a cookie, whatever its state; the decision looks at its limits.
pub async fn by_token(
    view: &mut View<'_>,
    token_hash: [u8; 32],
) -> Result<Option<SessionId>, StoreError> {
    let row = view
        .optional(sql!("SELECT id FROM session WHERE token_hash = $1"), args![token_hash])
        .await?;
    row.map(|row| row.id("id")).transpose()
}

/// Opens a session with a proved card.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: SessionId,
    token_hash: [u8; 32],
    post: [u8; 32],
    (staff, organisation): (StaffId, OrganisationId),
    card: &ProvedPerson,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, &card.certificate)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO session (id, token_hash, staff_id, organisation_id, method, card_fingerprint, certificate,
               card_shown_at, card_checked_at, started_at, last_seen_at, event_id, post)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $8, $9, $10)"
        ),
        args![
            id, token_hash, staff, organisation, card.method.code(), card.card_fingerprint, sealed,
            now, event, post
        ],
    )
    .await
}

/// Keeps that the same person's card was shown again.
pub async fn show_card(
    tx: &mut Tx<'_>,
    id: SessionId,
    fingerprint: [u8; 32],
    certificate: &[u8],
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, &certificate)?;
    let now = tx.now();
    tx.change(
        1,
        sql!(
            "UPDATE session SET card_fingerprint = $1, certificate = $2, card_shown_at = $3, card_checked_at = $3
             WHERE id = $4 AND ended_at IS NULL"
        ),
        args![fingerprint, sealed, now, id],
    )
    .await
}

/// Ends a session by its own sign-out.
pub async fn end(tx: &mut Tx<'_>, id: SessionId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.change(
        1,
        sql!("UPDATE session SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL"),
        args![now, id],
    )
    .await
}

/// Ends a session for a reason; tells whether it was open.
pub async fn end_because(
    tx: &mut Tx<'_>,
    id: SessionId,
    reason: SessionEndReason,
) -> Result<bool, StoreError> {
    let now = tx.now();
    let changed = tx
        .change_any(
            sql!("UPDATE session SET ended_at = $1, end_reason = $2 WHERE id = $3 AND ended_at IS NULL"),
            args![now, reason.code(), id],
        )
        .await?;
    Ok(changed == 1)
}

/// A session as its holder sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The session.
    pub id: SessionId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// By which door.
    pub method: SignInMethod,
    /// Since when.
    pub started_at: Timestamp,
    /// Last request.
    pub last_seen_at: Timestamp,
}

/// Sessions of a member of staff that nobody ended and that were seen since a moment, the newest
/// first.
pub async fn open_of(
    view: &mut View<'_>,
    staff: StaffId,
    seen_since: Timestamp,
) -> Result<Vec<Listed>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, organisation_id, method, started_at, last_seen_at FROM session
                 WHERE staff_id = $1 AND ended_at IS NULL AND last_seen_at > $2 ORDER BY started_at DESC"
            ),
            args![staff, seen_since],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                id: row.id("id")?,
                organisation: row.id("organisation_id")?,
                method: row.code("method", SignInMethod::from_code)?,
                started_at: row.moment("started_at")?,
                last_seen_at: row.moment("last_seen_at")?,
            })
        })
        .collect()
}

/// A session that was open at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenThen {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub staff: StaffId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// By which door.
    pub method: SignInMethod,
    /// Since when.
    pub started_at: Timestamp,
    /// Last request.
    pub last_seen_at: Timestamp,
    /// When somebody or something ended it.
    pub ended_at: Option<Timestamp>,
    /// Why, when it was not its own sign-out.
    pub end_reason: Option<SessionEndReason>,
}

/// Sessions that were open at a moment, by their begin, at most `limit` from behind a session on:
/// begun since `started_since`, seen since `seen_since`, and not ended before.
pub async fn open_at(
    view: &mut View<'_>,
    at: Timestamp,
    (started_since, seen_since): (Timestamp, Timestamp),
    after: Option<(Timestamp, SessionId)>,
    limit: u32,
) -> Result<Vec<OpenThen>, StoreError> {
    let (behind, id) =
        after.map_or((Timestamp::from_micros(-1), vec![]), |(at, id)| (at, id.to_bytes()));
    let rows = view
        .all(
            sql!(
                "SELECT id, staff_id, organisation_id, method, started_at, last_seen_at, ended_at, end_reason FROM session
                 WHERE started_at > $1 AND started_at <= $2 AND (started_at, id) > ($3, $4)
                   AND last_seen_at > $5 AND (ended_at IS NULL OR ended_at > $2) ORDER BY started_at, id LIMIT $6"
            ),
            args![started_since, at, behind, id, seen_since, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let reason = row.opt_text("end_reason")?;
            Ok(OpenThen {
                id: row.id("id")?,
                staff: row.id("staff_id")?,
                organisation: row.id("organisation_id")?,
                method: row.code("method", SignInMethod::from_code)?,
                started_at: row.moment("started_at")?,
                last_seen_at: row.moment("last_seen_at")?,
                ended_at: row.opt_moment("ended_at")?,
                end_reason: reason.as_deref().and_then(SessionEndReason::from_code),
            })
        })
        .collect()
}

/// Whose session it is.
pub async fn holder(view: &mut View<'_>, id: SessionId) -> Result<Option<StaffId>, StoreError> {
    let row = view.optional(sql!("SELECT staff_id FROM session WHERE id = $1"), args![id]).await?;
    row.map(|row| row.id("staff_id")).transpose()
}

/// A session whose card is to be looked at again.
#[derive(Debug, Clone)]
pub struct Due {
    /// The session.
    pub id: SessionId,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// When it was last found good.
    pub checked_at: Timestamp,
}

/// Open sessions seen since a moment whose card was not looked at since another. The federal service
/// shows no certificate, so that there is nothing to look at.
pub async fn due_for_check(
    view: &mut View<'_>,
    seen_since: Timestamp,
    checked_before: Timestamp,
    limit: u32,
) -> Result<Vec<Due>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, certificate, card_checked_at FROM session
                 WHERE ended_at IS NULL AND method <> 'federal' AND last_seen_at > $1 AND card_checked_at <= $2
                 ORDER BY card_checked_at LIMIT $3"
            ),
            args![seen_since, checked_before, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                id: row.id("id")?,
                certificate: view.vault.open_value(SEAL, &row.bytes("certificate")?)?,
                checked_at: row.moment("card_checked_at")?,
            })
        })
        .collect()
}

/// Open sessions seen since a moment whose holder has no role at the organisation that is valid now.
pub async fn without_role(
    view: &mut View<'_>,
    seen_since: Timestamp,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<SessionId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT s.id FROM session s WHERE s.ended_at IS NULL AND s.last_seen_at > $1 AND NOT EXISTS (
                   SELECT 1 FROM role r WHERE r.staff_id = s.staff_id AND r.organisation_id = s.organisation_id
                   AND r.withdrawn_at IS NULL AND r.valid_from <= $2 AND r.valid_until > $2) LIMIT $3"
            ),
            args![seen_since, now, limit],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}
