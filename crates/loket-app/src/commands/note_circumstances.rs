//! Notes an interpreter and a companion. The person is present and alone entitled all the same
//! (SEED-12).

use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::Circumstances;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Notes.
#[derive(Debug, Serialize)]
pub struct NoteCircumstances {
    /// In which registration.
    pub registration: RegistrationId,
    /// What is noted, in place of what was noted before.
    pub circumstances: Circumstances,
}

impl Command for NoteCircumstances {
    type Output = ();
    const ACTION: Action = Action::NoteCircumstances;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        super::opened(tx, self.registration).await?;
        tables::visit::note(tx, self.registration, self.circumstances).await?;
        let Circumstances { interpreting, companion } = self.circumstances;
        Ok(Audited::new((), Event::CircumstancesNoted { interpreting, companion }, []))
    }
}
