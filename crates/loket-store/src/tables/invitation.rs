//! Invitations: link and code as digests, with their limits.

use loket_domain::Timestamp;
use loket_domain::code::CodeCost;
use loket_domain::contact::Channel;
use loket_domain::id::{InvitationId, RegistrationId};

use super::View;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// How far an invitation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// May be used.
    Open,
    /// Too many wrong codes.
    Locked,
    /// A newer one took its place, or the registration ended.
    Cancelled,
    /// The key was made.
    Used,
    /// Out of time.
    Expired,
}

impl InvitationState {
    const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Locked => "locked",
            Self::Cancelled => "cancelled",
            Self::Used => "used",
            Self::Expired => "expired",
        }
    }
    fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Locked, Self::Cancelled, Self::Used, Self::Expired]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// An activation code as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptCode {
    /// Salt of the slow hash.
    pub salt: [u8; 16],
    /// Keyed digest of it.
    pub digest: [u8; 32],
    /// What the slow hash costs.
    pub cost: CodeCost,
}

/// An invitation as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its row.
    pub id: InvitationId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// How far it is.
    pub state: InvitationState,
    /// Until when the link works.
    pub link_until: Timestamp,
    /// How the code travels.
    pub code_channel: Channel,
    /// The code; `None` until the slip is printed.
    pub code: Option<KeptCode>,
    /// Until when the code works.
    pub code_until: Option<Timestamp>,
    /// Tries left.
    pub tries_left: u32,
    /// Digest of the browser that entered the code, and until when it may make the key.
    pub browser: Option<([u8; 32], Timestamp)>,
}

fn read(row: &Row) -> Result<Invitation, StoreError> {
    let code = match (row.opt_bytes("code_salt")?, row.opt_bytes("code_digest")?) {
        (Some(salt), Some(digest)) => Some(KeptCode {
            salt: salt.try_into().map_err(|_| StoreError::Unreadable("invitation.code_salt"))?,
            digest: digest
                .try_into()
                .map_err(|_| StoreError::Unreadable("invitation.code_digest"))?,
            cost: row.code("code_cost", CodeCost::from_code)?,
        }),
        _ => None,
    };
    let browser = match (row.opt_bytes("browser_digest")?, row.opt_moment("browser_until")?) {
        (Some(digest), Some(until)) => Some((
            digest.try_into().map_err(|_| StoreError::Unreadable("invitation.browser_digest"))?,
            until,
        )),
        _ => None,
    };
    Ok(Invitation {
        id: row.id("id")?,
        registration: row.id("registration_id")?,
        state: row.code("state", InvitationState::from_code)?,
        link_until: row.moment("link_until")?,
        code_channel: row.code("code_channel", Channel::from_code)?,
        code,
        code_until: row.opt_moment("code_until")?,
        tries_left: row.number("tries_left")?,
        browser,
    })
}

/// By its id.
pub async fn load(view: &mut View<'_>, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, registration_id, state, link_until, code_channel, code_salt, code_digest, code_cost, code_until, tries_left,
                   browser_digest, browser_until FROM invitation WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// By the digest of its link's token.
pub async fn by_link(
    view: &mut View<'_>,
    link_digest: [u8; 32],
) -> Result<Option<Invitation>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, registration_id, state, link_until, code_channel, code_salt, code_digest, code_cost, code_until, tries_left,
                   browser_digest, browser_until FROM invitation WHERE link_digest = $1"
            ),
            args![link_digest],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// An invitation to be kept.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its row.
    pub id: InvitationId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// SHA-256 of the link's token.
    pub link_digest: [u8; 32],
    /// Until when the link works.
    pub link_until: Timestamp,
    /// How the code travels.
    pub code_channel: Channel,
    /// Salt, keyed digest (of the cost of its channel) and end of the code; `None` for a code on paper that is not printed yet.
    pub code: Option<([u8; 16], [u8; 32], Timestamp)>,
    /// Tries that the code has.
    pub tries: u32,
}

/// Keeps an invitation. The database refuses one for a person who is not identified and contactable.
pub async fn insert(tx: &mut Tx<'_>, new: &NewInvitation) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO invitation (id, registration_id, state, link_digest, link_until, code_channel, code_salt, code_digest,
               code_until, tries_left, issued_at, event_id, code_cost)
             VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            new.id, new.registration, new.link_digest, new.link_until, new.code_channel.code(),
            new.code.map(|c| c.0), new.code.map(|c| c.1), new.code.map(|c| c.2), new.tries, now, event,
            CodeCost::of(new.code_channel).code()
        ],
    )
    .await
}

/// Gives an open invitation a new code, in place of the one it had.
pub async fn set_code(
    tx: &mut Tx<'_>,
    id: InvitationId,
    KeptCode { salt, digest, cost }: KeptCode,
    until: Timestamp,
    tries: u32,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "UPDATE invitation SET code_salt = $1, code_digest = $2, code_until = $3, tries_left = $4, browser_digest = NULL,
               browser_until = NULL, event_id = $5, code_cost = $6 WHERE id = $7 AND state = 'open'"
        ),
        args![salt, digest, until, tries, event, cost.code(), id],
    )
    .await
}

/// Uses up one try; without tries left the invitation is locked. Tells how many are left.
pub async fn use_try(tx: &mut Tx<'_>, id: InvitationId) -> Result<u32, StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "UPDATE invitation SET tries_left = tries_left - 1, state = CASE WHEN tries_left <= 1 THEN 'locked' ELSE state END,
               event_id = $1 WHERE id = $2 AND state = 'open' AND tries_left > 0"
        ),
        args![event, id],
    )
    .await?;
    let left = load(&mut tx.view(), id).await?.ok_or(StoreError::Unreadable("invitation"))?;
    Ok(left.tries_left)
}

/// Keeps which browser entered the right code.
pub async fn set_browser(
    tx: &mut Tx<'_>,
    id: InvitationId,
    digest: [u8; 32],
    until: Timestamp,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE invitation SET browser_digest = $1, browser_until = $2, event_id = $3 WHERE id = $4 AND state = 'open'"),
        args![digest, until, event, id],
    )
    .await
}

/// Closes an open or locked invitation; tells whether there was one to close.
pub async fn close(
    tx: &mut Tx<'_>,
    id: InvitationId,
    state: InvitationState,
) -> Result<bool, StoreError> {
    let event = tx.event();
    let changed = tx
        .change_any(
            sql!("UPDATE invitation SET state = $1, event_id = $2 WHERE id = $3 AND state IN ('open', 'locked')"),
            args![state.code(), event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Open or locked invitations whose link ended before `now`.
pub async fn past_end(
    view: &mut View<'_>,
    now: Timestamp,
) -> Result<Vec<(InvitationId, RegistrationId)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, registration_id FROM invitation WHERE state IN ('open', 'locked') AND link_until <= $1 LIMIT 100"),
            args![now],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.id("registration_id")?))).collect()
}
