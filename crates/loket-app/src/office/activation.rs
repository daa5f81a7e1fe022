//! The person's way from the link to the code. Opening the link changes nothing: what the browser
//! needs travels in a sealed cookie, and only a right code leaves a trace.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::caller::{Caller, Door};
use loket_domain::code::{ActivationCode, CodeCost, CodeSlip};
use loket_domain::contact::Channel;
use loket_domain::key::{AssuranceLevel, KeyKind};
use loket_domain::registration::Registration;
use loket_domain::secret::Secret;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::invitation::{Invitation, InvitationState};
use loket_store::{Call, Failure, StoreError, tables};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::Office;
use super::sign_in::hashed;
use crate::commands::confirm_contact_point::CodeVerdict;
use crate::commands::enter_activation_code::{EnterActivationCode, usable};

/// Purpose of the seal on the cookie.
const PASS: &str = "activation_pass";
/// How long the cookie works after the link was opened.
const PASS_WORKS: Duration = Duration::from_secs(2 * 3600);

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
    pub(super) fn browser_digest(&self) -> [u8; 32] {
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

    /// The key that this very browser made, its kind and level: for the last page, which outlives
    /// the invitation; `None` when it made none.
    pub async fn made_key(
        &self,
        pass: &ActivationPass,
    ) -> Result<Option<(KeyKind, AssuranceLevel)>, Failure> {
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
        Ok(key.map(|key| (key.kind, key.level)))
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
        let cost = CodeCost::of(invitation.code_channel);
        let (salt, cost) = invitation.code.map_or(([0; 16], cost), |kept| (kept.salt, kept.cost));
        let digest = self.code_digest(code.secret().clone(), salt, cost).await?;
        let command = EnterActivationCode { digest, salt, browser: pass.browser_digest() };
        let call = self.applicant_call(&invitation, address)?;
        Ok(match self.run(call, command).await? {
            CodeVerdict::Right => CodeEntry::Right,
            CodeVerdict::Wrong { tries_left } => CodeEntry::Wrong { tries_left },
        })
    }

    /// The invitation of a browser that has entered the code.
    pub(super) async fn entered(&self, pass: &ActivationPass) -> Result<Invitation, Failure> {
        if self.progress(pass).await?.code_entered {
            self.invitation_of(pass).await
        } else {
            Err(Refusal::CodeNotEntered.into())
        }
    }
}
