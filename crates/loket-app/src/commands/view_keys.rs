//! Shows a holder the own keys, each with its name, level and last use.

use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::{AssuranceLevel, KeyKind, KeyName};
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, tables};
use serde::Serialize;

/// Shows the keys.
#[derive(Debug, Serialize)]
pub struct ViewKeys;

/// A key on a page.
#[derive(Debug, Clone)]
pub struct KeyView {
    /// Its row.
    pub id: KeyId,
    /// What its holder calls it.
    pub name: Option<Personal<KeyName>>,
    /// Which kind.
    pub kind: KeyKind,
    /// Its level.
    pub level: AssuranceLevel,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Closed after too many wrong codes.
    pub closed: bool,
    /// Whether the holder signed in with it.
    pub here: bool,
}

/// The keys of a person.
#[derive(Debug, Clone)]
pub struct KeysView {
    /// The keys, the oldest first.
    pub keys: Vec<KeyView>,
    /// Recovery codes that can still be used.
    pub recovery_codes: u32,
}

impl Command for ViewKeys {
    type Output = KeysView;
    const ACTION: Action = Action::ViewKeys;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<KeysView>, Failure> {
        let here = super::holders_key(tx, permit.key_holder()?).await?;
        let now = tx.now();
        let keys = tables::key::of_person(&mut tx.view(), here.person, now).await?;
        let codes = tables::recovery::count_of(&mut tx.view(), here.person).await?;
        let event = Event::KeysViewed { keys: u32::try_from(keys.len()).unwrap_or(u32::MAX) };
        let view = KeysView {
            keys: keys
                .into_iter()
                .map(|key| KeyView {
                    closed: key.is_closed(),
                    here: key.id == here.id,
                    id: key.id,
                    name: key.name,
                    kind: key.kind,
                    level: key.level,
                    created_at: key.created_at,
                    expires_at: key.expires_at,
                    last_used_at: key.last_used_at,
                })
                .collect(),
            recovery_codes: codes,
        };
        Ok(Audited::new(view, event, []).on(here.registration).of(here.person))
    }
}
