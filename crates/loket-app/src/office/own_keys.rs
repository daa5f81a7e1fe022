//! The holder of a key looks after the own keys: a session of its own, a quarter of an hour long,
//! opened by showing a key, and over as soon as that key is withdrawn.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::caller::{Caller, Door};
use loket_domain::id::{KeyId, PersonId, RequestId};
use loket_domain::key::recovery::{CODES, RecoveryCode};
use loket_domain::secret::Secret;
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use super::key_proof::ProvedKey;
use super::sign_in::hashed;
use crate::commands::make_recovery_codes::MakeRecoveryCodes;
use crate::commands::sign_out_holder::{HolderPlace, SignOutHolder};

/// How long it lasts, whatever happens in it.
const SESSION_WORKS: Duration = Duration::from_secs(15 * 60);

/// Somebody who showed a key in this browser.
#[derive(Clone)]
pub struct KeySession {
    token: Secret,
    kept: Kept,
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    person: PersonId,
    key: KeyId,
    /// A recovery code stood for the app.
    recovered: bool,
}

impl KeySession {
    /// What the forms of this browser are bound to.
    pub fn binding(&self) -> &str {
        self.token.expose()
    }
    /// The key that was shown.
    pub const fn key(&self) -> KeyId {
        self.kept.key
    }
    /// Whether a recovery code stood for the app, which is lost then.
    pub const fn recovered(&self) -> bool {
        self.kept.recovered
    }
}

impl Office {
    /// Opens a session for somebody who has just shown a key; returns the cookie.
    pub async fn begin_key_session(
        &self,
        proved: &ProvedKey,
        recovered: bool,
    ) -> Result<Secret, StoreError> {
        self.keep_key_session(Kept { person: proved.person, key: proved.key, recovered }).await
    }

    /// Opens a session for somebody who has just made a key in this browser.
    pub async fn begin_session_of_new_key(&self, key: KeyId) -> Result<Option<Secret>, StoreError> {
        let made = {
            let mut reader = self.store().reader().await?;
            tables::key::load(&mut reader.view(), key, self.now()).await?
        };
        let Some(made) = made else { return Ok(None) };
        let kept = Kept { person: made.person, key, recovered: false };
        self.keep_key_session(kept).await.map(Some)
    }

    async fn keep_key_session(&self, kept: Kept) -> Result<Secret, StoreError> {
        let token = self.new_token()?;
        let kept =
            serde_json::to_string(&kept).map_err(|_| StoreError::BrokenOff("keeping a session"))?;
        let until = self.now().plus(SESSION_WORKS);
        let visit = Visit { token_hash: hashed(token.expose()), kind: VisitKind::OwnKeys, until };
        self.store().put_visit(visit, kept).await?;
        Ok(token)
    }

    /// The session of a cookie; `None` when it is over or its key works no longer.
    pub async fn key_session(&self, token: Secret) -> Result<Option<KeySession>, StoreError> {
        let hash = hashed(token.expose());
        let kept = self.store().peek_visit(hash, VisitKind::OwnKeys).await?;
        let Some(kept) = kept.and_then(|json| serde_json::from_str::<Kept>(&json).ok()) else {
            return Ok(None);
        };
        let mut reader = self.store().reader().await?;
        let key = tables::key::load(&mut reader.view(), kept.key, self.now()).await?;
        let alive = key.is_some_and(|key| key.person == kept.person);
        Ok(alive.then_some(KeySession { token, kept }))
    }

    /// Ends a session, by a call of its holder.
    pub async fn end_key_session(&self, session: &KeySession, call: Call) -> Result<(), Failure> {
        let session = hashed(session.binding());
        self.sign_holder_out(call, SignOutHolder { session, place: HolderPlace::OwnKeys }).await
    }

    /// Signs a holder out. Somebody whose key works no longer is signed out already, and everything that came of it
    /// with it: only the session is left to end.
    pub(super) async fn sign_holder_out(
        &self,
        call: Call,
        leaving: SignOutHolder,
    ) -> Result<(), Failure> {
        let (session, kind) = (leaving.session, leaving.place.kept_as());
        match self.run(call, leaving).await {
            Err(Failure::Refused(Refusal::KeySessionEnded)) => {
                Ok(self.store().take_visit(session, kind).await.map(drop)?)
            }
            other => other,
        }
    }

    /// A call of the holder from a page.
    pub fn holder_call(
        &self,
        session: &KeySession,
        request: RequestId,
        address: Option<String>,
    ) -> Call {
        let caller = Caller::KeyHolder { person: session.kept.person, key: session.kept.key };
        Call { caller, door: Door::Web, request, address }
    }

    /// Makes a new set of recovery codes, each grouped for reading. They are kept as digests only:
    /// whoever gets this answer is the last to see them.
    pub async fn make_recovery_codes(
        &self,
        session: &KeySession,
        call: Call,
    ) -> Result<Vec<Secret>, Failure> {
        let mut codes = Vec::with_capacity(CODES);
        while codes.len() < CODES {
            codes.extend(RecoveryCode::from_random(&self.store().random::<32>()?));
        }
        let person = session.kept.person;
        let digests = codes.iter().map(|code| self.recovery_digest(person, code)).collect();
        self.run(call, MakeRecoveryCodes { digests }).await?;
        Ok(codes.iter().map(RecoveryCode::grouped).collect())
    }

    /// The code itself is too long to be guessed, so that no slow hash is needed; the key keeps a
    /// stolen database from being of any use for it.
    pub(super) fn recovery_digest(&self, person: PersonId, code: &RecoveryCode) -> [u8; 32] {
        let code = code.secret().expose().as_bytes();
        let value = [person.uuid().as_bytes().as_slice(), code].concat();
        self.store().vault().token("recovery_code", &value)
    }
}
