//! Tells the holder, once, that a key will end, while there is time to make another one.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::message::KeyNews;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// How long before the end the holder is told.
pub const BEFORE_THE_END: Duration = Duration::from_secs(60 * 24 * 3600);

/// Tells the holder.
#[derive(Debug, Serialize)]
pub struct TellKeyEnd {
    /// Of which key.
    pub key: KeyId,
}

impl Command for TellKeyEnd {
    type Output = ();
    const ACTION: Action = Action::TellKeyEnd;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = tables::key::load(&mut tx.view(), self.key, permit.now()).await?;
        let key = key.ok_or(Refusal::WrongStep)?;
        if !tables::key::end_told(tx, key.id).await? {
            return Err(Refusal::WrongStep.into());
        }
        super::tell_holder(tx, key.registration, KeyNews::Ends, key.expires_at).await?;
        let event = Event::DigitalKeyEndTold { key: key.id, expires_at: key.expires_at };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}
