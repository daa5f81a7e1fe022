//! Making a key: by the person with a link who has entered the code, or by the holder of another
//! key. Both go the same way: a passkey, or a password and then an app.

use std::sync::Arc;
use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::caller::{Caller, Door};
use loket_domain::id::{KeyId, PersonId, RegistrationId};
use loket_domain::key::password::{self, PasswordFault};
use loket_domain::key::{KeyKind, TotpSeed};
use loket_domain::port::KeyFault;
use loket_domain::secret::Secret;
use loket_store::tables::key::Material;
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use super::activation::ActivationPass;
use super::key_proof::passkey_part;
use super::own_keys::KeySession;
use super::sign_in::hashed;
use crate::commands::add_key::{AddPasskey, AddPasswordKey, AddedKey};
use crate::commands::choose_password::ChoosePassword;
use crate::commands::create_key::{CreatePasskey, CreatePasswordKey, KeyParts};
use crate::key_room;

/// How long the set-up of an authenticator app may take.
const SET_UP_WORKS: Duration = Duration::from_secs(30 * 60);

/// Who makes a key.
#[derive(Clone, Copy)]
pub enum Maker<'m> {
    /// The person who opened a link.
    Applicant(&'m ActivationPass),
    /// The holder of another key.
    Holder(&'m KeySession),
}

impl<'m> From<&'m ActivationPass> for Maker<'m> {
    fn from(pass: &'m ActivationPass) -> Self {
        Self::Applicant(pass)
    }
}

impl<'m> From<&'m KeySession> for Maker<'m> {
    fn from(session: &'m KeySession) -> Self {
        Self::Holder(session)
    }
}

/// A maker who may go on.
struct Making {
    registration: RegistrationId,
    person: PersonId,
    caller: Caller,
    /// Digest of the browser that entered the code; `None` for the holder of another key.
    browser: Option<[u8; 32]>,
    /// What the steps in between are kept under.
    bound_to: String,
}

impl Making {
    fn visit(&self, office: &Office, kind: VisitKind, label: &str) -> Visit {
        let token_hash = hashed(&format!("{label} {}", self.bound_to));
        Visit { token_hash, kind, until: office.now().plus(SET_UP_WORKS) }
    }
    fn passkey_visit(&self, office: &Office) -> Visit {
        self.visit(office, VisitKind::PasskeyRegistration, "passkey")
    }
    fn app_visit(&self, office: &Office) -> Visit {
        self.visit(office, VisitKind::AppSetUp, "app")
    }
    fn call(&self, office: &Office, address: Option<String>) -> Result<Call, StoreError> {
        let request = office.new_request()?;
        Ok(Call { caller: self.caller.clone(), door: Door::Web, request, address })
    }
}

/// What a made key consists of.
struct Made {
    material: Material,
    credential: Option<String>,
    attested: bool,
    step: Option<u64>,
}

/// The set-up of an authenticator app.
pub struct AppSetUp {
    /// The `otpauth:` address, for the QR code and the link.
    pub address: Secret,
    /// The seed in groups of four, to be typed.
    pub typed: Secret,
}

#[derive(Serialize, Deserialize)]
struct KeptApp {
    password: String,
    seed: [u8; 20],
}

#[derive(Serialize, Deserialize)]
struct KeptPasskey {
    state: String,
}

/// Why an authenticator app or password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SetUpFailure {
    /// The password.
    #[error("password: {0}")]
    Password(#[from] PasswordFault),
    /// The rest.
    #[error(transparent)]
    Office(#[from] Failure),
}

impl From<StoreError> for SetUpFailure {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

impl Office {
    /// Who makes the key, while that may go on.
    async fn making(&self, maker: Maker<'_>) -> Result<Making, Failure> {
        match maker {
            Maker::Applicant(pass) => {
                let invitation = self.entered(pass).await?;
                let mut reader = self.store().reader().await?;
                let id = invitation.registration;
                let person = tables::registration::person_id(&mut reader.view(), id).await?;
                Ok(Making {
                    registration: id,
                    person: person.ok_or(Refusal::LinkInvalid)?,
                    caller: Caller::Applicant(invitation.id),
                    browser: Some(pass.browser_digest()),
                    bound_to: pass.binding().to_owned(),
                })
            }
            Maker::Holder(session) => {
                let mut reader = self.store().reader().await?;
                let key = session.key();
                let key = tables::key::load(&mut reader.view(), key, self.now()).await?;
                let key = key.ok_or(Refusal::KeySessionEnded)?;
                Ok(Making {
                    registration: key.registration,
                    person: key.person,
                    caller: Caller::KeyHolder { person: key.person, key: key.id },
                    browser: None,
                    bound_to: session.binding().to_owned(),
                })
            }
        }
    }

    /// What apps and authenticators show beside the name of the service: the dossier's number, never
    /// a name.
    async fn account(&self, registration: RegistrationId) -> Result<String, Failure> {
        let mut reader = self.store().reader().await?;
        let registration = tables::registration::load(&mut reader.view(), registration).await?;
        let registration = registration.ok_or(Refusal::LinkInvalid)?;
        Ok(registration.dossier().reference.to_string())
    }

    /// Whether a key of this kind can be made, asked before its first step. Refuses with
    /// `TooManyKeys` or `AddressMissing`.
    pub async fn may_make(
        &self,
        maker: impl Into<Maker<'_>>,
        kind: KeyKind,
    ) -> Result<(), Failure> {
        let making = self.making(maker.into()).await?;
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let now = self.now();
        key_room::check(view, making.person, making.registration, kind, now).await.map(drop)
    }

    /// Options for the browser to make a passkey (JSON). Authenticators that hold one of the
    /// person's passkeys already are left out.
    pub async fn start_passkey(&self, maker: impl Into<Maker<'_>>) -> Result<String, Failure> {
        let making = self.making(maker.into()).await?;
        let existing: Vec<String> = {
            let mut reader = self.store().reader().await?;
            let view = &mut reader.view();
            let keys = tables::key::passkeys_of(view, making.person, self.now()).await?;
            keys.iter().filter_map(passkey_part).collect()
        };
        let label = format!("Loket {}", self.account(making.registration).await?);
        let (options, state) = self
            .ports()
            .passkeys
            .start_registration(making.person.uuid(), &label, &existing)
            .map_err(key_failure)?;
        let kept = serde_json::to_string(&KeptPasskey { state: state.expose().to_owned() })
            .map_err(|_| StoreError::BrokenOff("keeping a passkey's state"))?;
        self.store().put_visit(making.passkey_visit(self), kept).await?;
        Ok(options)
    }

    /// Takes the browser's answer (JSON) and makes the key.
    pub async fn finish_passkey(
        &self,
        maker: impl Into<Maker<'_>>,
        answer: &str,
        address: Option<String>,
    ) -> Result<KeyId, Failure> {
        let making = self.making(maker.into()).await?;
        let visit = making.passkey_visit(self);
        let kept = self
            .store()
            .take_visit(visit.token_hash, visit.kind)
            .await?
            .and_then(|json| serde_json::from_str::<KeptPasskey>(&json).ok())
            .ok_or(Refusal::KeyAnswerWrong)?;
        let made = self
            .ports()
            .passkeys
            .finish_registration(&Secret::new(kept.state), answer)
            .map_err(key_failure)?;
        let made = Made {
            material: Material::Passkey { stored: made.stored },
            credential: Some(made.credential_id),
            attested: made.attested,
            step: None,
        };
        self.keep_key(&making, made, address).await
    }

    /// Takes a password and begins the set-up of an authenticator app.
    pub async fn choose_password(
        &self,
        maker: impl Into<Maker<'_>>,
        password: Secret,
        address: Option<String>,
    ) -> Result<(), SetUpFailure> {
        let making = self.making(maker.into()).await?;
        password::check(&password, [])?;
        let command =
            ChoosePassword { registration: making.registration, password: password.clone() };
        let salt = match self.run(making.call(self, address)?, command).await {
            Ok(salt) => salt,
            Err(Failure::Refused(Refusal::PasswordTooPersonal)) => {
                return Err(PasswordFault::TooPersonal.into());
            }
            Err(failure) => return Err(failure.into()),
        };
        let hashing = Arc::clone(&self.ports().hashing);
        let hashed =
            tokio::task::spawn_blocking(move || hashing.hash_password(&password, salt)).await;
        let Ok(Ok(password)) = hashed else {
            return Err(StoreError::BrokenOff("hashing a password").into());
        };
        let kept = KeptApp { password, seed: self.store().random::<20>()? };
        let kept =
            serde_json::to_string(&kept).map_err(|_| StoreError::BrokenOff("keeping a set-up"))?;
        self.store().put_visit(making.app_visit(self), kept).await?;
        Ok(())
    }

    async fn kept_app(&self, making: &Making) -> Result<KeptApp, Failure> {
        let visit = making.app_visit(self);
        let kept = self.store().peek_visit(visit.token_hash, visit.kind).await?;
        let kept = kept.and_then(|json| serde_json::from_str(&json).ok());
        Ok(kept.ok_or(Refusal::WrongStep)?)
    }

    /// What the person needs to set the app up; the same on each reload.
    pub async fn app_set_up(&self, maker: impl Into<Maker<'_>>) -> Result<AppSetUp, Failure> {
        let making = self.making(maker.into()).await?;
        let seed = TotpSeed::new(self.kept_app(&making).await?.seed);
        let account = self.account(making.registration).await?;
        let address = self.ports().hashing.totp_address(&seed, &account).map_err(key_failure)?;
        Ok(AppSetUp { typed: Secret::new(grouped_base32(seed.expose())), address })
    }

    /// Takes the first six digits of the app and makes the key.
    pub async fn finish_app(
        &self,
        maker: impl Into<Maker<'_>>,
        code: &str,
        address: Option<String>,
    ) -> Result<KeyId, Failure> {
        let making = self.making(maker.into()).await?;
        let kept = self.kept_app(&making).await?;
        let seed = TotpSeed::new(kept.seed);
        let step = self
            .ports()
            .hashing
            .totp_step(&seed, code, self.now(), None)
            .ok_or(Refusal::TotpWrong)?;
        let made = Made {
            material: Material::PasswordAndApp { password: kept.password, seed: kept.seed },
            credential: None,
            attested: false,
            step: Some(step),
        };
        let key = self.keep_key(&making, made, address).await?;
        let visit = making.app_visit(self);
        self.store().take_visit(visit.token_hash, visit.kind).await?;
        Ok(key)
    }

    async fn keep_key(
        &self,
        making: &Making,
        made: Made,
        address: Option<String>,
    ) -> Result<KeyId, Failure> {
        let call = making.call(self, address)?;
        let works = self.settings().key_works;
        let Made { material, credential, attested, step } = made;
        let passkey = matches!(material, Material::Passkey { .. });
        if let Some(browser) = making.browser {
            let parts = KeyParts { browser, works, material, credential, attested, step };
            if passkey {
                self.run(call, CreatePasskey(parts)).await
            } else {
                self.run(call, CreatePasswordKey(parts)).await
            }
        } else {
            let parts = AddedKey { works, material, credential, attested, step };
            if passkey {
                self.run(call, AddPasskey(parts)).await
            } else {
                self.run(call, AddPasswordKey(parts)).await
            }
        }
    }
}

/// Base32 (RFC 4648 section 6) in groups of four, for typing into an app.
fn grouped_base32(bytes: &[u8; 20]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(40);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            let value = usize::try_from((bits >> count) & 31).unwrap_or(0);
            text.extend(ALPHABET.get(value).map(|c| char::from(*c)));
            if text.len() % 5 == 4 {
                text.push(' ');
            }
        }
    }
    text.trim_end().to_owned()
}

/// The reason that a person reads for a fault of a key adapter.
pub(crate) fn key_failure(fault: KeyFault) -> Failure {
    match fault {
        KeyFault::Unreadable | KeyFault::Mismatch | KeyFault::NotVerified => {
            Refusal::KeyAnswerWrong.into()
        }
        KeyFault::Internal => StoreError::BrokenOff("the key adapter").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_in_the_standard() {
        let mut bytes = [0; 20];
        bytes[..6].copy_from_slice(b"foobar");
        assert!(grouped_base32(&bytes).starts_with("MZXW 6YTB OI"));
        assert_eq!(grouped_base32(&bytes).len(), 39);
    }
}
