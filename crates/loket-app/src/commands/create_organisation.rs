//! Enters an organisation.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::OrganisationId;
use loket_domain::office::EnterpriseNumber;
use loket_domain::policy::Action;
use loket_store::tables::organisation::{self, Organisation};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Enters an organisation.
#[derive(Debug, Serialize)]
pub struct CreateOrganisation {
    /// Name as shown.
    pub name: String,
    /// Enterprise number, unique.
    pub enterprise_number: EnterpriseNumber,
    /// Whether it is the operator itself.
    pub at_operator: bool,
}

impl Command for CreateOrganisation {
    type Output = OrganisationId;
    const ACTION: Action = Action::CreateOrganisation;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<OrganisationId>, Failure> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(Refusal::InvalidInput.into());
        }
        let known =
            organisation::by_enterprise_number(&mut tx.view(), &self.enterprise_number).await?;
        if known.is_some() {
            return Err(Refusal::AlreadyExists.into());
        }
        let id = tx.new_id()?;
        let new = Organisation {
            id,
            name: name.to_owned(),
            enterprise_number: self.enterprise_number.clone(),
            at_operator: self.at_operator,
        };
        organisation::insert(tx, &new).await?;
        let event = Event::OrganisationCreated {
            organisation: id,
            name: new.name,
            enterprise_number: self.enterprise_number.as_str().to_owned(),
        };
        Ok(Audited::new(id, event, []))
    }
}
