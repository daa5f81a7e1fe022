//! Makes a new set of recovery codes for a holder; the old set is worthless from then on. Only
//! digests are kept: the codes themselves are on the one page that shows them.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Makes a set.
#[derive(Debug, Serialize)]
pub struct MakeRecoveryCodes {
    /// Keyed digests of the codes.
    pub digests: Vec<[u8; 32]>,
}

impl Command for MakeRecoveryCodes {
    type Output = ();
    const ACTION: Action = Action::MakeRecoveryCodes;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let here = super::holders_key(tx, permit.key_holder()?).await?;
        tables::recovery::replace(tx, here.person, &self.digests).await?;
        let codes = u32::try_from(self.digests.len()).unwrap_or(u32::MAX);
        let event = Event::RecoveryCodesMade { codes };
        Ok(Audited::new((), event, []).on(here.registration).of(here.person))
    }
}
