//! Accepts the terms of use in force, once per version (SEED-34, SEED-82).

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::{Language, Refusal};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Accepts the terms.
#[derive(Debug, Serialize)]
pub struct AcceptTerms {
    /// Version that was on the screen.
    pub version: String,
    /// Language in which it was read.
    pub language: Language,
}

impl Command for AcceptTerms {
    type Output = ();
    const ACTION: Action = Action::AcceptTerms;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        // A page from before a new version was published must not accept the new one unread.
        if self.version != tx.terms_version() {
            return Err(Refusal::WrongStep.into());
        }
        let staff = permit.staff()?.staff;
        tables::staff::accept_terms(tx, staff, &self.version, self.language).await?;
        let event = Event::TermsAccepted { version: self.version.clone(), language: self.language };
        Ok(Audited::new((), event, []))
    }
}
