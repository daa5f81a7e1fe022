//! The holder makes a further key, signed in with one. It gets no higher level than the key that
//! vouches for it: nobody was identified again.

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::{AssuranceLevel, KeyKind};
use loket_domain::message::KeyNews;
use loket_domain::policy::Action;
use loket_store::tables::key::{DigitalKey, Material, NewKey};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

use crate::key_room;

/// What both kinds of key have.
#[derive(Serialize)]
pub struct AddedKey {
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

/// Makes a further passkey.
#[derive(Serialize)]
pub struct AddPasskey(pub AddedKey);

/// Makes a further password with an authenticator app.
#[derive(Serialize)]
pub struct AddPasswordKey(pub AddedKey);

impl Command for AddPasskey {
    type Output = KeyId;
    const ACTION: Action = Action::AddPasskey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<KeyId>, Failure> {
        let with = super::holders_key(tx, permit.key_holder()?).await?;
        add(tx, with, KeyKind::Passkey, &self.0).await
    }
}

impl Command for AddPasswordKey {
    type Output = KeyId;
    const ACTION: Action = Action::AddPasswordKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<KeyId>, Failure> {
        let with = super::holders_key(tx, permit.key_holder()?).await?;
        add(tx, with, KeyKind::PasswordAndApp, &self.0).await
    }
}

async fn add(
    tx: &mut Tx<'_>,
    with: DigitalKey,
    kind: KeyKind,
    parts: &AddedKey,
) -> Result<Audited<KeyId>, Failure> {
    let now = tx.now();
    let sign_in =
        key_room::check(&mut tx.view(), with.person, with.registration, kind, now).await?;
    let key = DigitalKey {
        id: tx.new_id()?,
        person: with.person,
        registration: with.registration,
        kind,
        level: AssuranceLevel::of_key(with.level, kind, parts.attested),
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
    super::tell_holder(tx, with.registration, KeyNews::Added, now).await?;
    let event =
        Event::DigitalKeyAdded { key: key.id, key_kind: kind, level: key.level, with: with.id };
    Ok(Audited::new(key.id, event, []).on(key.registration).of(key.person))
}
