//! Showing a key: whose it is, which, and at what level. The one place that the check page, the
//! holder's own pages and the sign-in at relying parties share. What does not fit is not told:
//! address, password and code fail alike and take as long (ASVS 6.3.8).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use loket_domain::caller::{Caller, Door};
use loket_domain::contact::EmailAddress;
use loket_domain::id::{KeyId, PersonId};
use loket_domain::key::guessing::{TRIES_OF_ONE_NETWORK, TRIES_OF_ONE_NETWORK_A_WEEK};
use loket_domain::key::recovery::RecoveryCode;
use loket_domain::key::{AssuranceLevel, KeyKind, KeyPurpose, TotpSeed};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::key::{DigitalKey, Material};
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::Office;
use super::key_making::key_failure;
use super::sign_in::hashed;
use crate::commands::record_wrong_code::RecordWrongCode;
use crate::commands::use_key::UseKey;
use crate::commands::use_recovery_code::UseRecoveryCode;

/// How long the browser may take with a passkey.
const TRY_WORKS: Duration = Duration::from_secs(5 * 60);
/// A password that is refused is refused after this long at the earliest, whether there is such an
/// account, how many keys it has, and which of the parts was wrong: longer than the work takes.
const REFUSED_AFTER: Duration = Duration::from_millis(300);
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
    /// Six digits of the app, or a recovery code.
    pub code: String,
}

/// What is shown beside the password.
enum Second {
    /// Six digits of the app.
    Code {
        /// The digits.
        code: String,
        /// For what.
        purpose: KeyPurpose,
    },
    /// A recovery code.
    Recovery(RecoveryCode),
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
            from: self.network_token(address.as_deref()),
            material: used.stored.map(|stored| Material::Passkey { stored }),
            counter_regressed: used.counter_regressed,
        };
        self.run(self.key_call(&key, address)?, command).await?;
        if used.counter_regressed {
            return Err(Refusal::KeyAnswerWrong.into());
        }
        Ok(self.proved(&key))
    }

    /// Checks address, password and code. Refuses with `KeyUnknown` or `TooManyTries`, whatever
    /// does not fit and whether or not there is such an account.
    pub async fn prove_password(
        &self,
        typed: PasswordTry,
        purpose: KeyPurpose,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let second = Second::Code { code: typed.code, purpose };
        self.prove(&typed.email, typed.password, second, address).await
    }

    /// Checks address, password and a recovery code in place of the app. Opens the holder's own
    /// pages and nothing else.
    pub async fn prove_recovery(
        &self,
        typed: PasswordTry,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let code = RecoveryCode::parse(&typed.code).map_err(|_| Refusal::KeyUnknown)?;
        self.prove(&typed.email, typed.password, Second::Recovery(code), address).await
    }

    async fn prove(
        &self,
        email: &str,
        password: Secret,
        second: Second,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let same_for_all = tokio::time::sleep(REFUSED_AFTER);
        tokio::pin!(same_for_all);
        let email: EmailAddress = email.parse().map_err(|_| Refusal::KeyUnknown)?;
        let account = self.store().vault().token("key_check", email.folded().as_bytes());
        self.admit(account, address.as_deref()).await?;
        let network = address.clone();
        let result = self.tried(&email, password, second, address).await;
        match &result {
            Ok(_) => {
                let tries = self.store().try_was_right(account).await?;
                for (subject, _, _) in self.network_limits(network.as_deref()) {
                    self.store().give_back(subject, tries).await?;
                }
            }
            Err(Failure::Refused(_)) => same_for_all.await,
            Err(Failure::Broken(_)) => {}
        }
        result
    }

    /// Counts the try at the account and at the network before anybody looks at it.
    async fn admit(&self, account: [u8; 32], address: Option<&str>) -> Result<(), Failure> {
        for (subject, window, most) in self.network_limits(address) {
            if self.store().count(subject, window).await? > most {
                return Err(Refusal::TooManyTries.into());
            }
        }
        if self.store().admit_try(account).await? {
            Ok(())
        } else {
            Err(Refusal::TooManyTries.into())
        }
    }

    /// Subject, window and number of the tries that one network has, over all accounts.
    fn network_limits(&self, address: Option<&str>) -> Vec<([u8; 32], Duration, u32)> {
        let Some(address) = address else { return vec![] };
        let network = network_of(address);
        let subject = |purpose| self.store().vault().token(purpose, network.as_bytes());
        vec![
            (subject("key_check_from"), Duration::from_hours(1), TRIES_OF_ONE_NETWORK),
            (
                subject("key_check_from_week"),
                Duration::from_hours(7 * 24),
                TRIES_OF_ONE_NETWORK_A_WEEK,
            ),
        ]
    }

    /// The network that a try came from, as it is kept beside wrong codes.
    fn network_token(&self, address: Option<&str>) -> [u8; 32] {
        let network = address.map(network_of).unwrap_or_default();
        self.store().vault().token("key_code_from", network.as_bytes())
    }

    async fn tried(
        &self,
        email: &EmailAddress,
        password: Secret,
        second: Second,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let keys = {
            let mut reader = self.store().reader().await?;
            tables::key::by_sign_in(&mut reader.view(), email, self.now()).await?
        };
        let keys = self.with_password(email, keys, password).await?;
        match second {
            Second::Code { code, purpose } => self.by_code(keys, &code, purpose, address).await,
            Second::Recovery(code) => self.by_recovery(keys, code, address).await,
        }
    }

    /// The keys whose password it is. What is typed is hashed once, with the salt of the address, and
    /// compared with each: the work is the same for no key, one, or a hundred (decision 0030).
    async fn with_password(
        &self,
        email: &EmailAddress,
        keys: Vec<DigitalKey>,
        password: Secret,
    ) -> Result<Vec<DigitalKey>, Failure> {
        let salt = tables::key::password_salt(self.store().vault(), email);
        let hashing = Arc::clone(&self.ports().hashing);
        let hashed =
            tokio::task::spawn_blocking(move || hashing.hash_password(&password, salt)).await;
        let Ok(Ok(typed)) = hashed else {
            return Err(StoreError::BrokenOff("hashing a password").into());
        };
        let is_its = |key: &DigitalKey| match &key.material {
            Material::PasswordAndApp { password: stored, .. } => {
                bool::from(stored.as_bytes().ct_eq(typed.as_bytes()))
            }
            Material::Passkey { .. } => false,
        };
        Ok(keys.into_iter().filter(is_its).collect())
    }

    async fn by_code(
        &self,
        keys: Vec<DigitalKey>,
        code: &str,
        purpose: KeyPurpose,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        let now = self.now();
        let from = self.network_token(address.as_deref());
        let step_of = |key: &DigitalKey| match &key.material {
            Material::PasswordAndApp { seed, .. } if key.takes_codes(now) => {
                let seed = TotpSeed::new(*seed);
                self.ports().hashing.totp_step(&seed, code, now, key.last_step)
            }
            Material::PasswordAndApp { .. } | Material::Passkey { .. } => None,
        };
        let found = keys.iter().find_map(|key| Some((key, step_of(key)?)));
        let Some((key, step)) = found else {
            for key in keys.iter().filter(|key| key.takes_codes(now)) {
                let command = RecordWrongCode { key: key.id, from };
                self.run(self.job_call("key_tries")?, command).await?;
            }
            return Err(Refusal::KeyUnknown.into());
        };
        let command = UseKey {
            key: key.id,
            purpose,
            step: Some(step),
            from,
            material: None,
            counter_regressed: false,
        };
        match self.run(self.key_call(key, address)?, command).await {
            // The code was used before, perhaps a moment ago in another tab: tell no more.
            Err(Failure::Refused(Refusal::TotpWrong)) => Err(Refusal::KeyUnknown.into()),
            Err(other) => Err(other),
            Ok(()) => Ok(self.proved(key)),
        }
    }

    /// A key that was closed opens this way still: whoever tried its codes has no recovery code.
    async fn by_recovery(
        &self,
        keys: Vec<DigitalKey>,
        code: RecoveryCode,
        address: Option<String>,
    ) -> Result<ProvedKey, Failure> {
        for key in &keys {
            let digest = self.recovery_digest(key.person, &code);
            let stands = {
                let mut reader = self.store().reader().await?;
                tables::recovery::stands(&mut reader.view(), key.person, digest).await?
            };
            if stands {
                self.run(self.key_call(key, address)?, UseRecoveryCode { digest }).await?;
                return Ok(self.proved(key));
            }
        }
        Err(Refusal::KeyUnknown.into())
    }

    fn key_call(&self, key: &DigitalKey, address: Option<String>) -> Result<Call, StoreError> {
        Ok(Call {
            caller: Caller::KeyHolder { person: key.person, key: key.id },
            door: Door::Web,
            request: self.new_request()?,
            address,
        })
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

/// The network of an address: an IPv6 host has a whole /64 to try from.
fn network_of(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(_) | IpAddr::V6(_)) | Err(_) => address.to_owned(),
    }
}

/// The stored part of a passkey.
pub(super) fn passkey_part(key: &DigitalKey) -> Option<String> {
    match &key.material {
        Material::Passkey { stored } => Some(stored.clone()),
        Material::PasswordAndApp { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn hosts_of_one_ipv6_network_are_one() {
        assert_eq!(network_of("2001:db8:1:2::7"), network_of("2001:db8:1:2:ffff::1"));
        assert_ne!(network_of("2001:db8:1:2::7"), network_of("2001:db8:1:3::7"));
        assert_eq!(network_of("192.0.2.7"), "192.0.2.7");
        assert_ne!(network_of("::ffff:192.0.2.7"), network_of("::ffff:192.0.2.8"));
    }
}
