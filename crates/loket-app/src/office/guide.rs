//! The screen that is turned to the person: how far the activation is, step by step. It knows the
//! invitation and nothing of the person, and there is no session behind it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::contact::Channel;
use loket_domain::id::{InvitationId, RegistrationId};
use loket_domain::secret::Secret;
use loket_domain::{Language, Timestamp};
use loket_store::tables::invitation::InvitationState;
use loket_store::{Call, Failure, StoreError, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use crate::commands::turn_screen::TurnScreen;

/// Purpose of the seal on the cookie.
const GUIDE: &str = "guide";
/// How long the page follows the activation.
const GUIDE_WORKS: Duration = Duration::from_secs(45 * 60);

/// What the cookie holds, sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Guide {
    invitation: InvitationId,
    /// Language of the person.
    pub language: Language,
    /// Whether the code is on paper, else it comes by SMS.
    pub on_paper: bool,
    until: Timestamp,
}

/// Where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideStep {
    /// The code goes on paper, and the slip is not printed yet.
    Slip,
    /// Opens the mail and types the code.
    Code,
    /// The code was right: chooses and makes the key.
    Key,
    /// The key exists.
    Done,
    /// Link and code can no longer be used: the officer is asked.
    Over,
}

impl Office {
    /// Ends the officer's session and returns the cookie of the person's page.
    pub async fn turn_screen(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<Secret, Failure> {
        let turned = self.run(call, TurnScreen { registration }).await?;
        let guide = Guide {
            invitation: turned.invitation,
            language: turned.language,
            on_paper: turned.code_channel == Channel::Paper,
            until: self.now().plus(GUIDE_WORKS),
        };
        let json =
            serde_json::to_vec(&guide).map_err(|_| StoreError::BrokenOff("sealing a guide"))?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.store().seal(GUIDE, &json)?)))
    }

    /// Opens the cookie; `None` when it is changed, old or of another installation.
    pub fn read_guide(&self, cookie: &Secret) -> Option<Guide> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie.expose()).ok()?;
        let json = self.store().vault().open(GUIDE, &sealed).ok()?;
        let guide: Guide = serde_json::from_slice(&json).ok()?;
        (guide.until > self.now()).then_some(guide)
    }

    /// Where the person is now.
    pub async fn guide_step(&self, guide: &Guide) -> Result<GuideStep, StoreError> {
        let now = self.now();
        let mut reader = self.store().reader().await?;
        let invitation = tables::invitation::load(&mut reader.view(), guide.invitation).await?;
        Ok(match invitation {
            Some(invitation) => match invitation.state {
                InvitationState::Used => GuideStep::Done,
                InvitationState::Open if invitation.link_until <= now => GuideStep::Over,
                InvitationState::Open => match invitation.browser {
                    Some((_, until)) if until > now => GuideStep::Key,
                    _ if invitation.code_until.is_none() => GuideStep::Slip,
                    _ => GuideStep::Code,
                },
                InvitationState::Locked | InvitationState::Cancelled | InvitationState::Expired => {
                    GuideStep::Over
                }
            },
            None => GuideStep::Over,
        })
    }
}
