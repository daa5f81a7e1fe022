//! The secrets of months, which seal events and salt their commitments, and of years, which make
//! their tokens. Each is drawn when its first event comes, and kept wrapped by a key from the master
//! secret; destroying the row of a month leaves its events closed for good.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loket_domain::Timestamp;
use loket_tlog::{
    Epoch, FileKey, IndexKey, IndexSecret, KeyEncryptionKey as _, MonthSecret, SecretName, Token,
    TokenKind,
};
use zeroize::Zeroizing;

use super::LogFault;
use crate::clock::Entropy;
use crate::connection::Connection;
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{args, sql};
use crate::vault::{Vault, VaultError};

/// Name of the key that wraps: it comes from the master secret.
const WRAPPED_BY: &str = "loket master secret";

/// The index keys of one year.
pub(crate) struct YearKeys(Vec<IndexKey>);

impl YearKeys {
    fn of(secret: &IndexSecret) -> Self {
        Self(TokenKind::ALL.iter().map(|kind| secret.key(*kind)).collect())
    }

    /// The token of a value; none only for a kind that does not exist.
    pub(crate) fn token(&self, kind: TokenKind, value: &str) -> Option<Token> {
        let place = usize::from(kind.number()).checked_sub(1)?;
        self.0.get(place).map(|key| key.token(value))
    }
}

/// Unwrapped secrets, as far as they were needed.
#[derive(Default)]
struct Known {
    months: HashMap<Epoch, MonthSecret>,
    years: HashMap<u16, Arc<YearKeys>>,
}

/// The key that wraps, and what it unwrapped.
pub(crate) struct LogKeys {
    wrapping: FileKey,
    known: Mutex<Known>,
}

impl fmt::Debug for LogKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogKeys(***)")
    }
}

impl LogKeys {
    pub(crate) fn new(wrapping: &[u8; 32]) -> Result<Self, VaultError> {
        let wrapping = FileKey::new(WRAPPED_BY, wrapping).map_err(|_| VaultError::NotSealed)?;
        Ok(Self { wrapping, known: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was unwrapped: a secret that was drawn in a batch that was not committed is no
    /// secret.
    pub(crate) fn forget(&self) {
        *self.known() = Known::default();
    }
}

/// The month of a moment.
pub(crate) fn month_of(at: Timestamp) -> Result<Epoch, StoreError> {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    Epoch::of(micros).map_err(|_| LogFault::NotMade("its time has no month").into())
}

async fn kept(
    view: &mut View<'_>,
    name: SecretName,
) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
    let row = view
        .optional(sql!("SELECT wrapped FROM log_secret WHERE name = $1"), args![name.to_string()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = view.vault.log().wrapping.unwrap(name, &row.bytes("wrapped")?);
    Ok(Some(secret.map_err(|_| LogFault::Wrapped(name.to_string()))?))
}

/// The secret of a month.
pub(crate) async fn month(view: &mut View<'_>, epoch: Epoch) -> Result<MonthSecret, StoreError> {
    if let Some(secret) = view.vault.log().known().months.get(&epoch) {
        return Ok(secret.clone());
    }
    let name = SecretName::Month(epoch);
    let secret = kept(view, name).await?.ok_or_else(|| LogFault::NoSecret(name.to_string()))?;
    let secret = MonthSecret::from_bytes(&secret);
    view.vault.log().known().months.insert(epoch, secret.clone());
    Ok(secret)
}

/// The index keys of a year; none when no event of that year was written.
pub(crate) async fn year(
    view: &mut View<'_>,
    year: u16,
) -> Result<Option<Arc<YearKeys>>, StoreError> {
    if let Some(keys) = view.vault.log().known().years.get(&year) {
        return Ok(Some(Arc::clone(keys)));
    }
    let Some(secret) = kept(view, SecretName::Index(year)).await? else { return Ok(None) };
    let keys = Arc::new(YearKeys::of(&IndexSecret::from_bytes(&secret)));
    view.vault.log().known().years.insert(year, Arc::clone(&keys));
    Ok(Some(keys))
}

/// The years that have events, in order.
pub(crate) async fn years(view: &mut View<'_>) -> Result<Vec<u16>, StoreError> {
    let rows = view
        .all(sql!("SELECT name FROM log_secret WHERE name LIKE 'index %' ORDER BY name"), vec![])
        .await?;
    rows.iter()
        .map(|row| {
            let name = row.text("name")?;
            let year = name.strip_prefix("index ").and_then(|year| year.parse().ok());
            year.ok_or(StoreError::Unreadable("log_secret.name"))
        })
        .collect()
}

/// Names of the secrets of months before a month, and of years before its year.
pub(crate) async fn names_before(
    view: &mut View<'_>,
    first: Epoch,
) -> Result<Vec<String>, StoreError> {
    let rows = view.all(sql!("SELECT name FROM log_secret ORDER BY name"), vec![]).await?;
    let (month, year) = (first.to_string(), format!("{:04}", first.year()));
    let mut names = Vec::new();
    for row in &rows {
        let name = row.text("name")?;
        let before = match name.split_once(' ') {
            Some(("month", of)) => of < month.as_str(),
            Some(("index", of)) => of < year.as_str(),
            _ => return Err(StoreError::Unreadable("log_secret.name")),
        };
        if before {
            names.push(name);
        }
    }
    Ok(names)
}

/// Bytes of a token that its column keeps, to find the event by: of a hundred million values in a year two
/// share these with odds of one in some hundred million (decision 0039). The leaf has the whole token.
pub(crate) const COLUMN: usize = 10;

/// What the column of a token keeps of it.
pub(crate) fn column(token: &[u8; 16]) -> [u8; COLUMN] {
    let mut kept = [0; COLUMN];
    kept.iter_mut().zip(token).for_each(|(kept, byte)| *kept = *byte);
    kept
}

/// What a value is found by in its column: one for each year that has events.
pub(crate) async fn columns(
    view: &mut View<'_>,
    kind: TokenKind,
    value: &str,
) -> Result<Vec<[u8; COLUMN]>, StoreError> {
    Ok(tokens(view, kind, value).await?.iter().map(column).collect())
}

/// The tokens of a value: one for each year that has events.
pub(crate) async fn tokens(
    view: &mut View<'_>,
    kind: TokenKind,
    value: &str,
) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut tokens = Vec::new();
    for one in years(view).await? {
        if let Some(token) = year(view, one).await?.and_then(|keys| keys.token(kind, value)) {
            tokens.push(token.bytes);
        }
    }
    Ok(tokens)
}

/// Whether the secrets of a moment's month and year are in memory.
pub(crate) fn are_known(vault: &Vault, now: Timestamp) -> bool {
    let Ok(epoch) = month_of(now) else { return false };
    let known = vault.log().known();
    known.months.contains_key(&epoch) && known.years.contains_key(&epoch.year())
}

/// Draws the secrets of a moment's month and year when its first event comes. Before the savepoint of
/// the command, so that a refusal does not take them away again.
pub(crate) async fn ensure(
    connection: &mut Connection,
    vault: &Vault,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<(), StoreError> {
    if are_known(vault, now) {
        return Ok(());
    }
    let epoch = month_of(now)?;
    for name in [SecretName::Month(epoch), SecretName::Index(epoch.year())] {
        if kept(&mut View { connection: &mut *connection, vault }, name).await?.is_none() {
            draw(connection, vault, entropy, name).await?;
        }
    }
    let view = &mut View { connection, vault };
    month(view, epoch).await?;
    year(view, epoch.year()).await?;
    Ok(())
}

async fn draw(
    connection: &mut Connection,
    vault: &Vault,
    entropy: &dyn Entropy,
    name: SecretName,
) -> Result<(), StoreError> {
    let (mut secret, mut nonce) = (Zeroizing::new([0; 32]), [0; 12]);
    entropy.fill(secret.as_mut_slice())?;
    entropy.fill(&mut nonce)?;
    let wrapping = &vault.log().wrapping;
    let wrapped = wrapping.wrap(name, &secret, nonce);
    let wrapped = wrapped.map_err(|_| LogFault::Wrapped(name.to_string()))?;
    let text = name.to_string();
    connection
        .execute(
            sql!("INSERT INTO log_secret (name, key_name, wrapped) VALUES ($1, $2, $3)"),
            args![text, wrapping.name(), wrapped],
        )
        .await?;
    Ok(())
}
