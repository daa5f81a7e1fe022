//! Showing a key: whose it is, which, and at what level. The one place that the check page, the
//! holder's own pages and the sign-in at relying parties share. What does not fit is not told:
//! address, password and code fail alike and take as long (ASVS 6.3.8).

use std::sync::Arc;
use std::time::Duration;

use loket_domain::caller::{Caller, Door};
use loket_domain::contact::EmailAddress;
use loket_domain::id::{KeyId, PersonId};
use loket_domain::key::{AssuranceLevel, KeyKind, KeyPurpose, TotpSeed};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::key::{DigitalKey, Material};
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use super::activation::key_failure;
use super::sign_in::hashed;
use crate::commands::use_key::UseKey;

/// How long the browser may take with a passkey.
const TRY_WORKS: Duration = Duration::from_secs(5 * 60);
/// Tries with a password, per address and quarter of an hour.
const PASSWORD_TRIES: u32 = 10;
/// A hash that no password has, so that an unknown address takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$\
    YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE";

/// A key that was just shown with success, its use already in the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvedKey {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub key: KeyId,
    /// Which kind.
    pub kind: KeyKind,
    /// Its level: of the identification or of the kind, whichever is lower.
    pub level: AssuranceLevel,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was shown.
    pub proved_at: Timestamp,
}

/// What is typed to show a password with an app.
pub struct PasswordTry {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// Six digits of the app.
    pub code: String,
}

impl Office {
    /// Options for the browser to show a passkey (JSON), and the value of the visitor's cookie.
    pub async fn start_passkey_proof(&self) -> Result<(Secret, String), Failure> {
        let (options, state) = self.ports().passkeys.start_sign_in().map_err(key_failure)?;
        let visitor = self.new_token()?;
        let visit = Visit {
            token_hash: hashed(visitor.expose()),
            kind: VisitKind::PasskeySignIn,
            until: self.now().plus(TRY_WORKS),
        };
        self.store().put_visit(visit, state.expose().to_owned()).await?;
        Ok((visitor, options))
    }

    /// Takes the browser's answer (JSON). Refuses with `KeyAnswerWrong` or `KeyUnknown`.
    pub async fn prove_passkey(
        &self,
        visitor: &Secret,
        answer: &str,
        purpose: KeyPurpose,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let state = self
            .store()
            .take_visit(hashed(visitor.expose()), VisitKind::PasskeySignIn)
            .await?
            .ok_or(Refusal::KeyAnswerWrong)?;
        let passkeys = &self.ports().passkeys;
        let person = PersonId::from_uuid(passkeys.named_user(answer).map_err(key_failure)?);
        let keys = {
            let mut reader = self.store().reader().await?;
            tables::key::passkeys_of(&mut reader.view(), person, self.now()).await?
        };
        let stored: Vec<String> = keys.iter().filter_map(passkey_part).collect();
        if stored.is_empty() {
            return Err(Refusal::KeyUnknown.into());
        }
        let used =
            passkeys.finish_sign_in(&Secret::new(state), answer, &stored).map_err(key_failure)?;
        let key = {
            let mut reader = self.store().reader().await?;
            tables::key::by_credential(&mut reader.view(), &used.credential_id, self.now())
                .await?
                .ok_or(Refusal::KeyUnknown)?
        };
        // A counter that goes backwards may be a copied key: recorded, and the sign-in refused.
        let command = UseKey {
            key: key.id,
            purpose,
            step: None,
            material: used.stored.map(|stored| Material::Passkey { stored }),
            counter_regressed: used.counter_regressed,
        };
        self.use_key(&key, command, address).await?;
        if used.counter_regressed {
            return Err(Refusal::KeyAnswerWrong.into());
        }
        Ok(self.proved(&key))
    }

    /// Checks address, password and code. Refuses with `KeyUnknown` or `TooManyTries`.
    pub async fn prove_password(
        &self,
        typed: PasswordTry,
        purpose: KeyPurpose,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let email: EmailAddress = typed.email.parse().map_err(|_| Refusal::KeyUnknown)?;
        let subject = self.store().vault().token("key_check", email.folded().as_bytes());
        let window = Duration::from_secs(15 * 60);
        if self.store().count(subject, window).await? > PASSWORD_TRIES {
            return Err(Refusal::TooManyTries.into());
        }
        let keys = {
            let mut reader = self.store().reader().await?;
            tables::key::by_sign_in(&mut reader.view(), &email, self.now()).await?
        };
        let Some((key, step)) = self.matching(keys, typed).await? else {
            return Err(Refusal::KeyUnknown.into());
        };
        let command = UseKey {
            key: key.id,
            purpose,
            step: Some(step),
            material: None,
            counter_regressed: false,
        };
        match self.use_key(&key, command, address).await {
            // The code was used before, perhaps a moment ago in another tab: tell no more.
            Err(Failure::Refused(Refusal::TotpWrong)) => Err(Refusal::KeyUnknown.into()),
            Err(other) => Err(other),
            Ok(()) => Ok(self.proved(&key)),
        }
    }

    async fn matching(
        &self,
        keys: Vec<DigitalKey>,
        typed: PasswordTry,
    ) -> Result<Option<(DigitalKey, u64)>, Failure> {
        let hashing = Arc::clone(&self.ports().hashing);
        let now = self.now();
        let found = tokio::task::spawn_blocking(move || {
            if keys.is_empty() {
                hashing.verify_password(&typed.password, NOBODY);
            }
            keys.into_iter().find_map(|key| {
                let Material::PasswordAndApp { password, seed } = &key.material else {
                    return None;
                };
                if !hashing.verify_password(&typed.password, password) {
                    return None;
                }
                let seed = TotpSeed::new(*seed);
                let step = hashing.totp_step(&seed, &typed.code, now, key.last_step)?;
                Some((key, step))
            })
        });
        found.await.map_err(|_| StoreError::BrokenOff("checking a password").into())
    }

    async fn use_key(
        &self,
        key: &DigitalKey,
        command: UseKey,
        address: Option<String>,
    ) -> Result<(), Failure> {
        let call = Call {
            caller: Caller::KeyHolder { person: key.person, key: key.id },
            door: Door::Web,
            request: self.new_request()?,
            address,
        };
        self.run(call, command).await
    }

    fn proved(&self, key: &DigitalKey) -> ProvedKey {
        ProvedKey {
            person: key.person,
            key: key.id,
            kind: key.kind,
            level: key.level,
            created_at: key.created_at,
            expires_at: key.expires_at,
            proved_at: self.now(),
        }
    }
}

fn passkey_part(key: &DigitalKey) -> Option<String> {
    match &key.material {
        Material::Passkey { stored } => Some(stored.clone()),
        Material::PasswordAndApp { .. } => None,
    }
}
