//! Uses a recovery code up, in place of the app and beside the right password. It opens the holder's
//! own pages only, where a new key is made; the holder is told, since a stolen slip looks the same.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::message::KeyNews;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Uses a code up.
#[derive(Debug, Serialize)]
pub struct UseRecoveryCode {
    /// Keyed digest of the code.
    #[serde(skip)]
    pub digest: [u8; 32],
}

impl Command for UseRecoveryCode {
    type Output = ();
    const ACTION: Action = Action::UseRecoveryCode;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let here = super::holders_key(tx, permit.key_holder()?).await?;
        if !tables::recovery::use_up(tx, here.person, self.digest).await? {
            return Err(Refusal::KeyUnknown.into());
        }
        let left = tables::recovery::count_of(&mut tx.view(), here.person).await?;
        super::tell_holder(tx, here.registration, KeyNews::Recovered, permit.now()).await?;
        let event = Event::RecoveryCodeUsed { key: here.id, left };
        Ok(Audited::new((), event, []).on(here.registration).of(here.person))
    }
}
