//! The holder names a key, to tell several apart.

use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::KeyName;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Names a key.
#[derive(Debug, Serialize)]
pub struct NameKey {
    /// Which.
    pub key: KeyId,
    /// How it is called from now on.
    pub name: KeyName,
}

impl Command for NameKey {
    type Output = ();
    const ACTION: Action = Action::NameKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let here = super::holders_key(tx, permit.key_holder()?).await?;
        let key = super::own_key(tx, here.person, self.key).await?;
        tables::key::set_name(tx, key.id, &self.name).await?;
        let event = Event::DigitalKeyNamed { key: key.id, name: self.name.as_str().to_owned() };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}
