//! The person's way from the link to the key. Opening the link changes nothing: what the browser
//! needs travels in a sealed cookie, and only a right code and a finished key leave a trace.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::caller::{Caller, Door};
use loket_domain::code::{ActivationCode, CodeSlip};
use loket_domain::contact::Channel;
use loket_domain::id::KeyId;
use loket_domain::key::password::{self, PasswordFault};
use loket_domain::key::{KeyKind, TotpSeed};
use loket_domain::port::KeyFault;
use loket_domain::registration::Registration;
use loket_domain::secret::Secret;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::invitation::{Invitation, InvitationState};
use loket_store::tables::key::Material;
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::Office;
use super::sign_in::hashed;
use crate::commands::confirm_contact_point::CodeVerdict;
use crate::commands::create_key::{CreatePasskey, CreatePasswordKey, KeyParts};
use crate::commands::enter_activation_code::{EnterActivationCode, usable};

/// Purpose of the seal on the cookie.
const PASS: &str = "activation_pass";
/// How long the cookie works after the link was opened.
const PASS_WORKS: Duration = Duration::from_secs(2 * 3600);
/// How long the set-up of an authenticator app may take.
const SET_UP_WORKS: Duration = Duration::from_secs(30 * 60);

/// What the cookie holds, sealed: the link's token and the browser's own secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct ActivationPass {
    link: String,
    browser: String,
    until: Timestamp,
}

impl ActivationPass {
    /// What the forms of this browser are bound to.
    pub fn binding(&self) -> &str {
        &self.browser
    }
    fn browser_digest(&self) -> [u8; 32] {
        Sha256::digest(self.browser.as_bytes()).into()
    }
}

/// How far the person is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Language chosen at the counter.
    pub language: Language,
    /// How the code travels.
    pub code_channel: Channel,
    /// Last two digits of the mobile number, when the code goes by SMS.
    pub number_ends_in: Option<String>,
    /// Until when the code works; `None` until the slip is printed.
    pub code_until: Option<Timestamp>,
    /// Until when the link works.
    pub link_until: Timestamp,
    /// Tries left.
    pub tries_left: u32,
    /// Whether this browser has entered the right code.
    pub code_entered: bool,
}

/// What became of a typed activation code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeEntry {
    /// Right: the key may be made in this browser.
    Right,
    /// Wrong; a try was used up.
    Wrong {
        /// Tries left.
        tries_left: u32,
    },
    /// A slip that the check character found; no try was used up.
    Slip(CodeSlip),
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
    /// The cookie for a browser that opened a link. Says nothing of whether the link is right: the
    /// page that follows does, and a wrong link costs the guesser as much as a right one.
    pub fn open_link(&self, token: &str) -> Result<Secret, StoreError> {
        let pass = ActivationPass {
            link: token.chars().take(64).collect(),
            browser: URL_SAFE_NO_PAD.encode(self.store().random::<32>()?),
            until: self.now().plus(PASS_WORKS),
        };
        let json =
            serde_json::to_vec(&pass).map_err(|_| StoreError::BrokenOff("sealing a pass"))?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.store().seal(PASS, &json)?)))
    }

    /// Opens the cookie; `None` when it is changed, old or of another installation.
    pub fn read_pass(&self, cookie: &Secret) -> Option<ActivationPass> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie.expose()).ok()?;
        let json = self.store().vault().open(PASS, &sealed).ok()?;
        let pass: ActivationPass = serde_json::from_slice(&json).ok()?;
        (pass.until > self.now()).then_some(pass)
    }

    async fn invitation_of(&self, pass: &ActivationPass) -> Result<Invitation, Failure> {
        let mut reader = self.store().reader().await?;
        let found = tables::invitation::by_link(&mut reader.view(), hashed(&pass.link)).await?;
        Ok(found.ok_or(Refusal::LinkInvalid)?)
    }

    /// How far the person is; refuses a link that cannot be used, each state with its reason.
    pub async fn progress(&self, pass: &ActivationPass) -> Result<Progress, Failure> {
        let invitation = self.invitation_of(pass).await?;
        let now = self.now();
        usable(&invitation, now)?;
        let code_entered = invitation.browser.is_some_and(|(digest, until)| {
            until > now && bool::from(digest.ct_eq(&pass.browser_digest()))
        });
        let mut reader = self.store().reader().await?;
        let id = invitation.registration;
        let language = tables::contact::consent_language(&mut reader.view(), id)
            .await?
            .unwrap_or(Language::Nl);
        let number_ends_in = tables::contact::mobile_ending(&mut reader.view(), id).await?;
        Ok(Progress {
            language,
            code_channel: invitation.code_channel,
            number_ends_in: number_ends_in.filter(|_| invitation.code_channel == Channel::Sms),
            code_until: invitation.code_until,
            link_until: invitation.link_until,
            tries_left: invitation.tries_left,
            code_entered,
        })
    }

    /// The kind of key that this very browser made: for the last page, which outlives the
    /// invitation; `None` when it made none.
    pub async fn made_key(&self, pass: &ActivationPass) -> Result<Option<KeyKind>, Failure> {
        let invitation = self.invitation_of(pass).await?;
        let mine = invitation
            .browser
            .is_some_and(|(digest, _)| bool::from(digest.ct_eq(&pass.browser_digest())));
        if !mine || invitation.state != InvitationState::Used {
            return Ok(None);
        }
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let registration = tables::registration::load(view, invitation.registration).await?;
        let Some(Registration::Activated(activated)) = registration else { return Ok(None) };
        let key = tables::key::load(view, activated.key, self.now()).await?;
        Ok(key.map(|key| key.kind))
    }

    fn applicant_call(
        &self,
        invitation: &Invitation,
        address: Option<String>,
    ) -> Result<Call, StoreError> {
        Ok(Call {
            caller: Caller::Applicant(invitation.id),
            door: Door::Web,
            request: self.new_request()?,
            address,
        })
    }

    /// Checks a typed activation code.
    pub async fn enter_code(
        &self,
        pass: &ActivationPass,
        typed: &str,
        address: Option<String>,
    ) -> Result<CodeEntry, Failure> {
        let invitation = self.invitation_of(pass).await?;
        usable(&invitation, self.now())?;
        let code = match ActivationCode::parse(typed) {
            Ok(code) => code,
            Err(slip) => return Ok(CodeEntry::Slip(slip)),
        };
        // A code on paper that was never printed has no salt; the work is done all the same, so
        // that the answer takes as long.
        let salt = invitation.code.map_or([0; 16], |(salt, _)| salt);
        let digest = self.code_digest(code.secret().clone(), salt).await?;
        let command = EnterActivationCode { digest, salt, browser: pass.browser_digest() };
        let call = self.applicant_call(&invitation, address)?;
        Ok(match self.run(call, command).await? {
            CodeVerdict::Right => CodeEntry::Right,
            CodeVerdict::Wrong { tries_left } => CodeEntry::Wrong { tries_left },
        })
    }

    /// The invitation of a browser that has entered the code.
    async fn entered(&self, pass: &ActivationPass) -> Result<Invitation, Failure> {
        if self.progress(pass).await?.code_entered {
            self.invitation_of(pass).await
        } else {
            Err(Refusal::CodeNotEntered.into())
        }
    }

    fn visit(&self, pass: &ActivationPass, kind: VisitKind) -> Visit {
        let label = match kind {
            VisitKind::PasskeyRegistration => "passkey",
            VisitKind::AppSetUp => "app",
            VisitKind::SignIn
            | VisitKind::Federal
            | VisitKind::CardHost
            | VisitKind::CardProved
            | VisitKind::PasskeySignIn
            | VisitKind::KeyChecked => "other",
        };
        let token_hash = hashed(&format!("{label} {}", pass.browser));
        Visit { token_hash, kind, until: self.now().plus(SET_UP_WORKS) }
    }

    /// Options for the browser to make a passkey (JSON).
    pub async fn start_passkey(&self, pass: &ActivationPass) -> Result<String, Failure> {
        let invitation = self.entered(pass).await?;
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let person = tables::registration::person_id(view, invitation.registration)
            .await?
            .ok_or(Refusal::LinkInvalid)?;
        let registration = tables::registration::load(view, invitation.registration)
            .await?
            .ok_or(Refusal::LinkInvalid)?;
        let label = format!("Loket {}", registration.dossier().reference);
        let (options, state) =
            self.ports().passkeys.start_registration(person.uuid(), &label).map_err(key_failure)?;
        let kept = serde_json::to_string(&KeptPasskey { state: state.expose().to_owned() })
            .map_err(|_| StoreError::BrokenOff("keeping a passkey's state"))?;
        self.store().put_visit(self.visit(pass, VisitKind::PasskeyRegistration), kept).await?;
        Ok(options)
    }

    /// Takes the browser's answer (JSON) and makes the key.
    pub async fn finish_passkey(
        &self,
        pass: &ActivationPass,
        answer: &str,
        address: Option<String>,
    ) -> Result<KeyId, Failure> {
        let invitation = self.entered(pass).await?;
        let visit = self.visit(pass, VisitKind::PasskeyRegistration);
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
        let parts = KeyParts {
            browser: pass.browser_digest(),
            works: self.settings().key_works,
            material: Material::Passkey { stored: made.stored },
            credential: Some(made.credential_id),
            step: None,
        };
        self.run(self.applicant_call(&invitation, address)?, CreatePasskey(parts)).await
    }

    /// Takes a password and begins the set-up of an authenticator app.
    pub async fn choose_password(
        &self,
        pass: &ActivationPass,
        password: Secret,
    ) -> Result<(), SetUpFailure> {
        self.entered(pass).await?;
        password::check(&password)?;
        let salt = self.store().random::<16>()?;
        let hashing = Arc::clone(&self.ports().hashing);
        let hashed =
            tokio::task::spawn_blocking(move || hashing.hash_password(&password, salt)).await;
        let Ok(Ok(password)) = hashed else {
            return Err(StoreError::BrokenOff("hashing a password").into());
        };
        let kept = KeptApp { password, seed: self.store().random::<20>()? };
        let kept =
            serde_json::to_string(&kept).map_err(|_| StoreError::BrokenOff("keeping a set-up"))?;
        self.store().put_visit(self.visit(pass, VisitKind::AppSetUp), kept).await?;
        Ok(())
    }

    async fn kept_app(&self, pass: &ActivationPass) -> Result<KeptApp, Failure> {
        let visit = self.visit(pass, VisitKind::AppSetUp);
        let kept = self.store().peek_visit(visit.token_hash, visit.kind).await?;
        let kept = kept.and_then(|json| serde_json::from_str(&json).ok());
        Ok(kept.ok_or(Refusal::WrongStep)?)
    }

    /// What the person needs to set the app up; the same on each reload.
    pub async fn app_set_up(&self, pass: &ActivationPass) -> Result<AppSetUp, Failure> {
        let invitation = self.entered(pass).await?;
        let seed = TotpSeed::new(self.kept_app(pass).await?.seed);
        let mut reader = self.store().reader().await?;
        let registration = tables::registration::load(&mut reader.view(), invitation.registration)
            .await?
            .ok_or(Refusal::LinkInvalid)?;
        let account = registration.dossier().reference.to_string();
        let address = self.ports().hashing.totp_address(&seed, &account).map_err(key_failure)?;
        Ok(AppSetUp { typed: Secret::new(grouped_base32(seed.expose())), address })
    }

    /// Takes the first six digits of the app and makes the key.
    pub async fn finish_app(
        &self,
        pass: &ActivationPass,
        code: &str,
        address: Option<String>,
    ) -> Result<KeyId, Failure> {
        let invitation = self.entered(pass).await?;
        let kept = self.kept_app(pass).await?;
        let seed = TotpSeed::new(kept.seed);
        let step = self
            .ports()
            .hashing
            .totp_step(&seed, code, self.now(), None)
            .ok_or(Refusal::TotpWrong)?;
        let parts = KeyParts {
            browser: pass.browser_digest(),
            works: self.settings().key_works,
            material: Material::PasswordAndApp { password: kept.password, seed: kept.seed },
            credential: None,
            step: Some(step),
        };
        let key =
            self.run(self.applicant_call(&invitation, address)?, CreatePasswordKey(parts)).await?;
        let visit = self.visit(pass, VisitKind::AppSetUp);
        self.store().take_visit(visit.token_hash, visit.kind).await?;
        Ok(key)
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
