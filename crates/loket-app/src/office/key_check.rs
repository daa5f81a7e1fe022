//! Trying a key at once: the sign-in check page. What does not fit is not told: address, password
//! and code fail alike and take as long (ASVS 6.3.8).

use std::sync::Arc;
use std::time::Duration;

use loket_domain::caller::{Caller, Door};
use loket_domain::contact::EmailAddress;
use loket_domain::id::PersonId;
use loket_domain::key::{AssuranceLevel, KeyKind, TotpSeed};
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
/// How long the result can be read.
const RESULT_WORKS: Duration = Duration::from_secs(10 * 60);
/// Tries with a password, per address and quarter of an hour.
const PASSWORD_TRIES: u32 = 10;
/// A hash that no password has, so that an unknown address takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$\
    YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE";

/// A key that was just used with success.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckedKey {
    /// Which kind.
    pub kind: KeyKind,
    /// Its level.
    pub level: AssuranceLevel,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was used just now.
    pub used_at: Timestamp,
}

/// What is typed on the check page.
pub struct PasswordTry {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// Six digits of the app.
    pub code: String,
}

impl Office {
    /// Options for the browser to sign in with a passkey (JSON), and the visitor's cookie.
    pub async fn start_key_check(&self) -> Result<(Secret, String), Failure> {
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

    /// Takes the browser's answer (JSON); returns the cookie with which the result can be read.
    pub async fn finish_key_check(
        &self,
        visitor: &Secret,
        answer: &str,
        address: Option<String>,
    ) -> Result<Secret, Failure> {
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
            step: None,
            material: used.stored.map(|stored| Material::Passkey { stored }),
            counter_regressed: used.counter_regressed,
        };
        self.use_key(&key, command, address).await?;
        if used.counter_regressed {
            return Err(Refusal::KeyAnswerWrong.into());
        }
        self.keep_result(&key).await
    }

    /// Checks address, password and code; returns the cookie with which the result can be read.
    pub async fn check_password(
        &self,
        typed: PasswordTry,
        address: Option<String>,
    ) -> Result<Secret, Failure> {
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
        let command =
            UseKey { key: key.id, step: Some(step), material: None, counter_regressed: false };
        match self.use_key(&key, command, address).await {
            // The code was used before, perhaps a moment ago in another tab: tell no more.
            Err(Failure::Refused(Refusal::TotpWrong)) => Err(Refusal::KeyUnknown.into()),
            Err(other) => Err(other),
            Ok(()) => self.keep_result(&key).await,
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

    async fn keep_result(&self, key: &DigitalKey) -> Result<Secret, Failure> {
        let checked = CheckedKey {
            kind: key.kind,
            level: key.level,
            created_at: key.created_at,
            expires_at: key.expires_at,
            used_at: self.now(),
        };
        let token = self.new_token()?;
        let visit = Visit {
            token_hash: hashed(token.expose()),
            kind: VisitKind::KeyChecked,
            until: self.now().plus(RESULT_WORKS),
        };
        let kept = serde_json::to_string(&checked)
            .map_err(|_| StoreError::BrokenOff("keeping a result"))?;
        self.store().put_visit(visit, kept).await?;
        Ok(token)
    }

    /// The result of a key check; `None` when it is over.
    pub async fn key_check_result(&self, token: &Secret) -> Result<Option<CheckedKey>, StoreError> {
        let hash = hashed(token.expose());
        let kept = self.store().peek_visit(hash, VisitKind::KeyChecked).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
    }
}

fn passkey_part(key: &DigitalKey) -> Option<String> {
    match &key.material {
        Material::Passkey { stored } => Some(stored.clone()),
        Material::PasswordAndApp { .. } => None,
    }
}
