//! Digital keys. What a key is made of is stored sealed: the passkey's public part, or password
//! hash and seed of the authenticator app.

use loket_domain::Timestamp;
use loket_domain::contact::EmailAddress;
use loket_domain::id::{KeyId, PersonId, RegistrationId};
use loket_domain::key::guessing::{CODES_BESIDE_PASSWORD, code_looked_at_from};
use loket_domain::key::{AssuranceLevel, KeyEnd, KeyKind, KeyName};
use serde::{Deserialize, Serialize};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;
use crate::vault::Vault;

const SEAL: &str = "digital_key";
const NAME: &str = "digital_key.name";
/// Purpose of the token by which the keys of an e-mail address are found at sign-in.
const SIGN_IN: &str = "sign_in";

/// The salt of every password by which one address signs in: so one slow hash serves all keys of the
/// address, and one that has none costs as much. Nobody without the vault's keys can tell it.
pub fn password_salt(vault: &Vault, address: &EmailAddress) -> [u8; 16] {
    let token = vault.token("password_salt", address.folded().as_bytes());
    let mut salt = [0; 16];
    for (to, from) in salt.iter_mut().zip(token) {
        *to = from;
    }
    salt
}

/// What a key is made of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Material {
    /// The passkey's public part as its adapter wants it.
    Passkey {
        /// JSON of the adapter.
        stored: String,
    },
    /// Password and authenticator app.
    PasswordAndApp {
        /// PHC string of argon2id.
        password: String,
        /// Seed of the app.
        seed: [u8; 20],
    },
}

/// A key as kept.
#[derive(Clone)]
pub struct DigitalKey {
    /// Its row.
    pub id: KeyId,
    /// Whose.
    pub person: PersonId,
    /// From which registration.
    pub registration: RegistrationId,
    /// Which kind.
    pub kind: KeyKind,
    /// Its level.
    pub level: AssuranceLevel,
    /// What it is made of.
    pub material: Material,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// The last TOTP step that was used.
    pub last_step: Option<u64>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Wrong codes beside the right password that no right one took back.
    pub wrong_codes: u32,
    /// When the last of them was.
    pub wrong_at: Option<Timestamp>,
    /// What its holder calls it.
    pub name: Option<Personal<KeyName>>,
}

impl DigitalKey {
    /// Closed after too many wrong codes beside the right password.
    pub const fn is_closed(&self) -> bool {
        self.wrong_codes >= CODES_BESIDE_PASSWORD
    }
    /// Whether a code is looked at now: not while closed, nor in the wait after wrong ones.
    pub fn takes_codes(&self, now: Timestamp) -> bool {
        let from = self.wrong_at.map(|last| code_looked_at_from(self.wrong_codes, last));
        !self.is_closed() && from.is_none_or(|from| from <= now)
    }
}

fn read(view: &View<'_>, row: &Row) -> Result<DigitalKey, StoreError> {
    Ok(DigitalKey {
        id: row.id("id")?,
        person: row.id("person_id")?,
        registration: row.id("registration_id")?,
        kind: row.code("kind", KeyKind::from_code)?,
        level: row.code("level", AssuranceLevel::from_code)?,
        material: view.vault.open_value(SEAL, &row.bytes("material")?)?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        last_step: row.opt_int("last_step")?.and_then(|step| u64::try_from(step).ok()),
        last_used_at: row.opt_moment("last_used_at")?,
        wrong_codes: row.number("wrong_codes")?,
        wrong_at: row.opt_moment("wrong_at")?,
        name: match row.opt_bytes("name")? {
            Some(sealed) => Some(Personal::new(view.vault.open_value(NAME, &sealed)?)),
            None => None,
        },
    })
}

/// A key to be kept.
pub struct NewKey<'k> {
    /// The key.
    pub key: &'k DigitalKey,
    /// Credential id of a passkey.
    pub credential: Option<&'k str>,
    /// The address by which its holder signs in with a password.
    pub sign_in: Option<&'k EmailAddress>,
}

/// Keeps a key.
pub async fn insert(tx: &mut Tx<'_>, new: &NewKey<'_>) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, &new.key.material)?;
    let token = new.sign_in.map(|a| tx.vault().token(SIGN_IN, a.folded().as_bytes()));
    let event = tx.event();
    let k = new.key;
    let step = k.last_step.and_then(|s| i64::try_from(s).ok());
    tx.change(
        1,
        sql!(
            "INSERT INTO digital_key (id, person_id, registration_id, kind, level, credential, material, sign_in_token,
               created_at, expires_at, last_step, last_used_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            k.id, k.person, k.registration, k.kind.code(), k.level.code(), new.credential.map(str::to_owned),
            sealed, token, k.created_at, k.expires_at, step, k.last_used_at, event
        ],
    )
    .await
}

/// One key that still works.
pub async fn load(
    view: &mut View<'_>,
    id: KeyId,
    now: Timestamp,
) -> Result<Option<DigitalKey>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE id = $1 AND withdrawn_at IS NULL AND expires_at > $2"
            ),
            args![id, now],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}

/// Every key of a person that still works, the oldest first. How many there can be is bounded where
/// a key is made, so that none is ever left out here.
pub async fn of_person(
    view: &mut View<'_>,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<DigitalKey>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE person_id = $1 AND withdrawn_at IS NULL AND expires_at > $2 ORDER BY created_at"
            ),
            args![person, now],
        )
        .await?;
    rows.iter().map(|row| read(view, row)).collect()
}

/// How many keys of a person still work.
pub async fn count_of(
    view: &mut View<'_>,
    person: PersonId,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!("SELECT COUNT(*) AS n FROM digital_key WHERE person_id = $1 AND withdrawn_at IS NULL AND expires_at > $2"),
            args![person, now],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("digital_key"))?.number("n")
}

/// The passkeys of a person that still work.
pub async fn passkeys_of(
    view: &mut View<'_>,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<DigitalKey>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE person_id = $1 AND kind = 'passkey' AND withdrawn_at IS NULL AND expires_at > $2 ORDER BY created_at"
            ),
            args![person, now],
        )
        .await?;
    rows.iter().map(|row| read(view, row)).collect()
}

/// The key that a passkey's credential id belongs to.
pub async fn by_credential(
    view: &mut View<'_>,
    credential: &str,
    now: Timestamp,
) -> Result<Option<DigitalKey>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE credential = $1 AND withdrawn_at IS NULL AND expires_at > $2"
            ),
            args![credential, now],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}

/// How many keys with a password that still work one address signs in by.
pub async fn count_by_sign_in(
    view: &mut View<'_>,
    address: &EmailAddress,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let token = view.vault.token(SIGN_IN, address.folded().as_bytes());
    let row = view
        .optional(
            sql!("SELECT COUNT(*) AS n FROM digital_key WHERE sign_in_token = $1 AND withdrawn_at IS NULL AND expires_at > $2"),
            args![token, now],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("digital_key"))?.number("n")
}

/// Every key with a password whose holder signs in with this address, the newest first.
pub async fn by_sign_in(
    view: &mut View<'_>,
    address: &EmailAddress,
    now: Timestamp,
) -> Result<Vec<DigitalKey>, StoreError> {
    let token = view.vault.token(SIGN_IN, address.folded().as_bytes());
    let rows = view
        .all(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE sign_in_token = $1 AND withdrawn_at IS NULL AND expires_at > $2 ORDER BY created_at DESC"
            ),
            args![token, now],
        )
        .await?;
    rows.iter().map(|row| read(view, row)).collect()
}

/// Keeps that a key was used: when, its new public part, and the TOTP step, which must be later
/// than the last one (a code works once, also under parallel tries). Wrong codes before it are taken
/// back when they came from the same network.
pub async fn used(
    tx: &mut Tx<'_>,
    id: KeyId,
    material: Option<&Material>,
    step: Option<u64>,
    from: [u8; 32],
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    if let Some(material) = material {
        let sealed = tx.seal(SEAL, material)?;
        tx.change(1, sql!("UPDATE digital_key SET material = $1 WHERE id = $2"), args![sealed, id])
            .await?;
    }
    let step = step.and_then(|s| i64::try_from(s).ok());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE digital_key SET last_used_at = $1, last_step = COALESCE($2, last_step), event_id = $3,
                   wrong_codes = CASE WHEN wrong_from = $5 THEN wrong_codes - wrong_run ELSE wrong_codes END,
                   wrong_run = CASE WHEN wrong_from = $5 THEN 0 ELSE wrong_run END
                 WHERE id = $4 AND withdrawn_at IS NULL AND (last_step IS NULL OR COALESCE($2, last_step + 1) > last_step)"
            ),
            args![now, step, event, id, from],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps what the holder calls a key.
pub async fn set_name(tx: &mut Tx<'_>, id: KeyId, name: &KeyName) -> Result<(), StoreError> {
    let sealed = tx.seal(NAME, name)?;
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE digital_key SET name = $1, event_id = $2 WHERE id = $3"),
        args![sealed, event, id],
    )
    .await
}

/// Ends a key at once; `false` when it had ended before.
pub async fn end(tx: &mut Tx<'_>, id: KeyId, reason: KeyEnd) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE digital_key SET withdrawn_at = $1, end_reason = $2, event_id = $3 WHERE id = $4 AND withdrawn_at IS NULL"),
            args![now, reason.code(), event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Counts a wrong code beside the right password and tells how many there are now.
pub async fn wrong_code(tx: &mut Tx<'_>, id: KeyId, from: [u8; 32]) -> Result<u32, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "UPDATE digital_key SET wrong_codes = wrong_codes + 1, wrong_at = $3, event_id = $1,
               wrong_run = CASE WHEN wrong_from = $4 THEN wrong_run + 1 ELSE 1 END, wrong_from = $4
             WHERE id = $2"
        ),
        args![event, id, now, from],
    )
    .await?;
    let row = tx
        .view()
        .optional(sql!("SELECT wrong_codes FROM digital_key WHERE id = $1"), args![id])
        .await?;
    row.ok_or(StoreError::Unreadable("digital_key"))?.number("wrong_codes")
}

/// Keys that are past their validity and not ended yet, a hundred at most.
pub async fn past_end(view: &mut View<'_>, now: Timestamp) -> Result<Vec<KeyId>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id FROM digital_key WHERE withdrawn_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT 100"),
            args![now],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// Keys that end before a moment and whose holder has not been told, a hundred at most.
pub async fn ending(
    view: &mut View<'_>,
    now: Timestamp,
    before: Timestamp,
) -> Result<Vec<KeyId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id FROM digital_key WHERE withdrawn_at IS NULL AND expires_at > $1 AND expires_at <= $2 AND end_told_at IS NULL
                 ORDER BY expires_at LIMIT 100"
            ),
            args![now, before],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// Keeps that the holder is told of the coming end; `false` when somebody was faster.
pub async fn end_told(tx: &mut Tx<'_>, id: KeyId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE digital_key SET end_told_at = $1, event_id = $2 WHERE id = $3 AND end_told_at IS NULL AND withdrawn_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// A key that is past its validity but not ended: for the job that ends it.
pub async fn expired(
    view: &mut View<'_>,
    id: KeyId,
    now: Timestamp,
) -> Result<Option<DigitalKey>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, person_id, registration_id, kind, level, material, created_at, expires_at, last_step, last_used_at, wrong_codes, wrong_at, name FROM digital_key
                 WHERE id = $1 AND withdrawn_at IS NULL AND expires_at <= $2"
            ),
            args![id, now],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}
