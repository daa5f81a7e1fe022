//! The person makes the digital key: only with the link, and in the browser that entered the code
//! (SEED-10, SEED-13). Uses up the invitation and ends the registration well.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::Destination;
use loket_domain::id::KeyId;
use loket_domain::key::{AssuranceLevel, KeyKind};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::policy::Action;
use loket_domain::registration::{Activated, Invited, Registration};
use loket_store::tables::invitation::InvitationState;
use loket_store::tables::key::{DigitalKey, Material, NewKey};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;
use subtle::ConstantTimeEq as _;

use super::enter_activation_code::open;
use crate::key_room;

/// What both kinds of key have.
#[derive(Serialize)]
pub struct KeyParts {
    /// Digest of the browser's own secret.
    pub browser: [u8; 32],
    /// How long the key works.
    pub works: Duration,
    /// What it is made of; not part of what tells two wishes apart.
    #[serde(skip)]
    pub material: Material,
    /// Credential id of a passkey.
    pub credential: Option<String>,
    /// An authenticator of the list made the passkey.
    pub attested: bool,
    /// TOTP step of the code that confirmed the app.
    pub step: Option<u64>,
}

/// Makes a passkey.
#[derive(Serialize)]
pub struct CreatePasskey(pub KeyParts);

/// Makes a password with an authenticator app.
#[derive(Serialize)]
pub struct CreatePasswordKey(pub KeyParts);

impl Command for CreatePasskey {
    type Output = KeyId;
    const ACTION: Action = Action::CreatePasskey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<KeyId>, Failure> {
        let invitation = permit.invitation()?;
        create(tx, invitation, KeyKind::Passkey, &self.0).await
    }
}

impl Command for CreatePasswordKey {
    type Output = KeyId;
    const ACTION: Action = Action::CreatePasswordKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<KeyId>, Failure> {
        let invitation = permit.invitation()?;
        create(tx, invitation, KeyKind::PasswordAndApp, &self.0).await
    }
}

async fn create(
    tx: &mut Tx<'_>,
    invitation: loket_domain::id::InvitationId,
    kind: KeyKind,
    parts: &KeyParts,
) -> Result<Audited<KeyId>, Failure> {
    let now = tx.now();
    let row = open(tx, invitation).await?;
    let (browser, until) = row.browser.ok_or(Refusal::CodeNotEntered)?;
    if until <= now || !bool::from(browser.ct_eq(&parts.browser)) {
        return Err(Refusal::CodeNotEntered.into());
    }
    let invited = match super::registration(tx, row.registration).await? {
        Registration::Invited(invited) if invited.invitation == invitation => invited,
        _ => return Err(Refusal::LinkInvalid.into()),
    };
    let person = invited.contactable.identified.person;
    let sign_in = key_room::check(&mut tx.view(), person, row.registration, kind, now).await?;
    let key = DigitalKey {
        id: tx.new_id()?,
        person,
        registration: row.registration,
        kind,
        level: AssuranceLevel::of_key(
            invited.contactable.identified.decision.level,
            kind,
            parts.attested,
        ),
        material: parts.material.clone(),
        created_at: now,
        expires_at: now.plus(parts.works),
        last_step: parts.step,
        // Whoever made it showed it just now.
        last_used_at: Some(now),
        wrong_codes: 0,
        wrong_at: None,
        name: None,
    };
    let new =
        NewKey { key: &key, credential: parts.credential.as_deref(), sign_in: sign_in.as_ref() };
    tables::key::insert(tx, &new).await?;
    super::announce(tx, &key, None).await?;
    finish(tx, invited, &key).await?;
    let event =
        Event::DigitalKeyCreated { key: key.id, key_kind: kind, level: key.level, invitation };
    Ok(Audited::new(key.id, event, []).on(key.registration).of(key.person))
}

/// Ends invitation and registration, and tells the holder on the confirmed address (AU-17).
async fn finish(tx: &mut Tx<'_>, invited: Invited, key: &DigitalKey) -> Result<(), Failure> {
    let now = tx.now();
    tables::invitation::close(tx, invited.invitation, InvitationState::Used).await?;
    tables::outbox::drop_of_invitation(tx, invited.invitation).await?;
    let notice = QueuedMessage {
        to: Destination::Email(invited.contactable.email.destination.clone()),
        language: invited.contactable.language,
        content: MessageContent::KeyCreated { at: now },
    };
    let activated: Activated = invited.activate(key.id, now);
    tables::registration::set_activated(tx, &activated).await?;
    let not_after = now.plus(Duration::from_secs(3 * 24 * 3600));
    tables::outbox::insert(tx, key.registration, None, &notice, not_after).await?;
    Ok(())
}
