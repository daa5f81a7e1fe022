//! Notes that events go out with their proofs, before they do: which, why, on which legal ground, and
//! the digest of the question as the bundle has it.

use loket_domain::Refusal;
use loket_domain::audit::{About, Event, Search};
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

use super::reconstruct_registration::purpose_of;
use crate::asking::{Named, refuse_oneself};

/// Notes it.
#[derive(Debug, Serialize)]
pub struct ExportEvidence {
    /// What was asked for.
    pub search: Search,
    /// Why.
    pub purpose: String,
    /// On which legal ground.
    pub legal_basis: String,
    /// How many events.
    pub events: u32,
    /// SHA-256 of the question as the bundle has it, in hexadecimal.
    pub query_sha256: String,
}

impl Command for ExportEvidence {
    type Output = ();
    const ACTION: Action = Action::ExportEvidence;

    fn scope(&self) -> Scope {
        match self.search.about {
            Some(About::Registration(id)) => Scope::registration(id),
            Some(About::Person(_) | About::Officer(_) | About::Organisation(_)) | None => {
                Scope::NONE
            }
        }
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let purpose = purpose_of(&self.purpose)?;
        let legal_basis = self.legal_basis.trim();
        if legal_basis.is_empty() || legal_basis.chars().count() > 200 {
            return Err(Refusal::ReasonMissing.into());
        }
        let about = self.search.about;
        refuse_oneself(tx, permit.staff_if_any(), &Named::Everything, about).await?;
        let event = Event::EvidenceExported {
            by: about.map_or("everything", About::code).to_owned(),
            about: about.map(About::id),
            kinds: self.search.kinds.code().to_owned(),
            from: self.search.from,
            until: self.search.until,
            purpose,
            legal_basis: legal_basis.to_owned(),
            events: self.events,
            query_sha256: self.query_sha256.clone(),
        };
        let audited = Audited::new((), event, []);
        Ok(match about {
            Some(About::Person(person)) => audited.of(person),
            Some(About::Registration(_) | About::Officer(_) | About::Organisation(_)) | None => {
                audited
            }
        })
    }
}
