//! Passkeys: `WebAuthn` with user verification required and discoverable credentials, so that
//! signing in needs no name.
//!
//! Attestation is asked for only where the installation has a list of authenticators: then one of
//! that list must show, by its maker's certificate, that it made the key. Without a list any
//! authenticator that verifies its user will do. The state between question and answer must stay on the server, sealed, and be used once: the caller
//! keeps it and throws it away.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::key::{NewPasskey, PasskeyUse};
use loket_domain::port::{KeyFault, Passkeys};
use loket_domain::secret::Secret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;
use webauthn_rs::prelude::{
    AttestationCaList, AttestationCaListBuilder, AttestedPasskeyRegistration, CredentialID,
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

/// Longest answer of a browser, in bytes; real ones have one to five thousand.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Most passkeys of one person that are tried.
const MOST_KEYS: usize = 100;

/// For which site passkeys are made.
#[derive(Debug, Clone)]
pub struct PasskeySettings {
    /// Domain to which passkeys are bound; changing it makes every passkey useless.
    pub rp_id: String,
    /// Origin of the pages, `https://…` (or `http://localhost…`), port included.
    pub rp_origin: String,
    /// Name that the authenticator shows.
    pub rp_name: String,
    /// The authenticators that are allowed; empty for any, without attestation.
    pub allowed: Vec<AllowedAuthenticator>,
}

/// A model of authenticator with which keys may be made.
#[derive(Debug, Clone)]
pub struct AllowedAuthenticator {
    /// The model's identifier.
    pub aaguid: uuid::Uuid,
    /// The maker's root certificate, DER.
    pub root: Vec<u8>,
    /// What it is, for people who read the configuration.
    pub name: String,
}

/// Passkeys of one site.
#[derive(Debug, Clone)]
pub struct WebauthnKeys {
    site: Webauthn,
    /// `None` where any authenticator will do.
    allowed: Option<AttestationCaList>,
}

/// What is kept between the options and the browser's answer.
#[derive(Serialize, Deserialize)]
enum Started {
    /// Any authenticator.
    Any(PasskeyRegistration),
    /// One of the list.
    Attested(AttestedPasskeyRegistration),
}

impl WebauthnKeys {
    /// Fails when the origin is no address or not of the domain.
    pub fn new(settings: &PasskeySettings) -> Result<Self, KeyFault> {
        let origin = Url::parse(&settings.rp_origin).map_err(|_| KeyFault::Internal)?;
        let secure = origin.scheme() == "https"
            || (origin.scheme() == "http" && origin.domain() == Some("localhost"));
        if !secure {
            return Err(KeyFault::Internal);
        }
        let site = WebauthnBuilder::new(&settings.rp_id, &origin)
            .and_then(|builder| builder.rp_name(&settings.rp_name).build())
            .map_err(|_| KeyFault::Internal)?;
        let allowed = if settings.allowed.is_empty() {
            None
        } else {
            let mut list = AttestationCaListBuilder::new();
            for model in &settings.allowed {
                list.insert_device_der(
                    &model.root,
                    model.aaguid,
                    model.name.clone(),
                    BTreeMap::new(),
                )
                .map_err(|_| KeyFault::Internal)?;
            }
            Some(list.build())
        };
        Ok(Self { site, allowed })
    }
}

impl Passkeys for WebauthnKeys {
    fn start_registration(
        &self,
        user: uuid::Uuid,
        label: &str,
        existing: &[String],
    ) -> Result<(String, Secret), KeyFault> {
        let existing: Vec<CredentialID> = existing
            .iter()
            .take(MOST_KEYS)
            .filter_map(|stored| serde_json::from_str::<Passkey>(stored).ok())
            .map(|passkey| passkey.cred_id().clone())
            .collect();
        let existing = Some(existing).filter(|existing| !existing.is_empty());
        let (mut options, state) = match &self.allowed {
            None => self
                .site
                .start_passkey_registration(user, label, label, existing)
                .map(|(options, state)| (options, Started::Any(state))),
            Some(allowed) => self
                .site
                .start_attested_passkey_registration(
                    user,
                    label,
                    label,
                    existing,
                    allowed.clone(),
                    None,
                )
                .map(|(options, state)| (options, Started::Attested(state))),
        }
        .map_err(|_| KeyFault::Internal)?;
        // The library leaves it to the authenticator whether the passkey is discoverable.
        if let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        Ok((written(&options)?, Secret::new(written(&state)?)))
    }

    fn finish_registration(&self, state: &Secret, answer: &str) -> Result<NewPasskey, KeyFault> {
        let state: Started = kept(state)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let discoverable = answer.extensions.cred_props.as_ref().and_then(|props| props.rk);
        let (passkey, attested) = match &state {
            Started::Any(state) => (self.site.finish_passkey_registration(&answer, state), false),
            Started::Attested(state) => {
                let made = self.site.finish_attested_passkey_registration(&answer, state);
                (made.map(Passkey::from), true)
            }
        };
        let passkey = passkey.map_err(|e| fault(&e))?;
        // A passkey that cannot be discovered could never sign in here. Silence is taken for yes:
        // not every browser reports it.
        if discoverable == Some(false) {
            return Err(KeyFault::Mismatch);
        }
        Ok(NewPasskey {
            credential_id: URL_SAFE_NO_PAD.encode(passkey.cred_id()),
            stored: written(&passkey)?,
            attested,
        })
    }

    fn start_sign_in(&self) -> Result<(String, Secret), KeyFault> {
        let (mut options, state) =
            self.site.start_discoverable_authentication().map_err(|_| KeyFault::Internal)?;
        // The library asks for autofill; here a button asks for the browser's own dialogue.
        options.mediation = None;
        Ok((written(&options)?, Secret::new(written(&state)?)))
    }

    fn named_user(&self, answer: &str) -> Result<uuid::Uuid, KeyFault> {
        let answer: PublicKeyCredential = read(answer)?;
        self.site
            .identify_discoverable_authentication(&answer)
            .map(|(user, _)| user)
            .map_err(|_| KeyFault::Unreadable)
    }

    fn finish_sign_in(
        &self,
        state: &Secret,
        answer: &str,
        stored: &[String],
    ) -> Result<PasskeyUse, KeyFault> {
        let state: DiscoverableAuthentication = kept(state)?;
        let answer: PublicKeyCredential = read(answer)?;
        let mut passkey = stored
            .iter()
            .take(MOST_KEYS)
            .map(|text| serde_json::from_str::<Passkey>(text).map_err(|_| KeyFault::Internal))
            .find(|passkey| {
                passkey.as_ref().map_or(true, |p| p.cred_id().as_slice() == answer.raw_id)
            })
            .ok_or(KeyFault::Mismatch)??;
        let credential_id = URL_SAFE_NO_PAD.encode(passkey.cred_id());
        let key = DiscoverableKey::from(&passkey);
        match self.site.finish_discoverable_authentication_v2(&answer, state, &key) {
            Ok(checked) => {
                let changed = passkey.update_credential(&checked).ok_or(KeyFault::Mismatch)?;
                let stored = changed.then(|| written(&passkey)).transpose()?;
                Ok(PasskeyUse { credential_id, stored, counter_regressed: false })
            }
            // The library looks at the counter last, after challenge, origin, user verification
            // and signature: everything else fits.
            Err(WebauthnError::CredentialPossibleCompromise) => {
                Ok(PasskeyUse { credential_id, stored: None, counter_regressed: true })
            }
            Err(error) => Err(fault(&error)),
        }
    }
}

fn written<T: Serialize>(value: &T) -> Result<String, KeyFault> {
    serde_json::to_string(value).map_err(|_| KeyFault::Internal)
}

fn kept<T: DeserializeOwned>(state: &Secret) -> Result<T, KeyFault> {
    serde_json::from_str(state.expose()).map_err(|_| KeyFault::Internal)
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, KeyFault> {
    if answer.len() > LONGEST_ANSWER {
        return Err(KeyFault::Unreadable);
    }
    serde_json::from_str(answer).map_err(|_| KeyFault::Unreadable)
}

fn fault(error: &WebauthnError) -> KeyFault {
    match error {
        WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => KeyFault::NotVerified,
        WebauthnError::ParseBase64Failure(_)
        | WebauthnError::ParseCBORFailure(_)
        | WebauthnError::ParseJSONFailure(_)
        | WebauthnError::ParseNOMFailure
        | WebauthnError::ParseInsufficientBytesAvailable
        | WebauthnError::AttestationStatementMapInvalid
        | WebauthnError::MissingAttestationCredentialData => KeyFault::Unreadable,
        WebauthnError::Configuration => KeyFault::Internal,
        _ => KeyFault::Mismatch,
    }
}
