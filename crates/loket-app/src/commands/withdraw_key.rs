//! The holder withdraws a key: from this commit on it opens nothing (LAW-07).

use loket_domain::audit::Event;
use loket_domain::id::{KeyId, PersonId};
use loket_domain::key::KeyEnd;
use loket_domain::message::KeyNews;
use loket_domain::policy::Action;
use loket_store::tables::key::DigitalKey;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Withdraws a key.
#[derive(Debug, Serialize)]
pub struct WithdrawKey {
    /// Which; the one with which the holder signed in may be withdrawn too.
    pub key: KeyId,
}

impl Command for WithdrawKey {
    type Output = ();
    const ACTION: Action = Action::WithdrawKey;

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
        let event = end(tx, &key, KeyEnd::Holder).await?;
        super::tell_holder(tx, key.registration, KeyNews::Withdrawn, permit.now()).await?;
        let now = tx.now();
        if tables::key::count_of(&mut tx.view(), key.person, now).await? == 0 {
            tables::recovery::remove(tx, key.person).await?;
        }
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}

/// Ends one key.
async fn end(tx: &mut Tx<'_>, key: &DigitalKey, reason: KeyEnd) -> Result<Event, Failure> {
    if tables::key::end(tx, key.id, reason).await? {
        super::announce(tx, key, Some(reason)).await?;
    }
    Ok(Event::DigitalKeyWithdrawn { key: key.id, key_kind: key.kind, reason })
}

/// Ends every key of a person that works, with the recovery codes, and tells the holder, who may
/// know nothing of it; nobody is told after a death. One event a key.
pub(crate) async fn end_all(
    tx: &mut Tx<'_>,
    person: PersonId,
    reason: KeyEnd,
) -> Result<Vec<Event>, Failure> {
    let now = tx.now();
    let keys = tables::key::of_person(&mut tx.view(), person, now).await?;
    let mut events = Vec::with_capacity(keys.len());
    for key in &keys {
        events.push(end(tx, key, reason).await?);
    }
    tables::recovery::remove(tx, person).await?;
    if let Some(last) = keys.last()
        && reason != KeyEnd::Death
    {
        super::tell_holder(tx, last.registration, KeyNews::Withdrawn, now).await?;
    }
    Ok(events)
}
