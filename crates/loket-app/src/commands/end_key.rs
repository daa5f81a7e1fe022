//! Ends a key that is past its validity, and says so in the trail. It opened nothing since its end:
//! that is looked at with each use.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::KeyEnd;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Ends a key.
#[derive(Debug, Serialize)]
pub struct EndKey {
    /// Which.
    pub key: KeyId,
}

impl Command for EndKey {
    type Output = ();
    const ACTION: Action = Action::EndKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = tables::key::expired(&mut tx.view(), self.key, permit.now()).await?;
        let key = key.ok_or(Refusal::WrongStep)?;
        tables::key::end(tx, key.id, KeyEnd::Expired).await?;
        super::announce(tx, &key, Some(KeyEnd::Expired)).await?;
        let event =
            Event::DigitalKeyWithdrawn { key: key.id, key_kind: key.kind, reason: KeyEnd::Expired };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}
