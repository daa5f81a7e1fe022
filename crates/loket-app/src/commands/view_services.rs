//! Shows a holder which services learn something, and what.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::tables::claims_consent::Service;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Shows them.
#[derive(Debug, Serialize)]
pub struct ViewServices;

impl Command for ViewServices {
    type Output = Vec<Service>;
    const ACTION: Action = Action::ViewServices;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Vec<Service>>, Failure> {
        let key = super::holders_key(tx, permit.key_holder()?).await?;
        let services = tables::claims_consent::of_person(&mut tx.view(), key.person).await?;
        let count = u32::try_from(services.len()).unwrap_or(u32::MAX);
        let event = Event::ServicesViewed { services: count };
        Ok(Audited::new(services, event, []).on(key.registration).of(key.person))
    }
}
