//! Makes the letter that tells a person who was not identified what to bring or whom to turn to.

use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::{EndKind, NotIdentifiedReason, Reference, Registration};
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Makes the letter.
#[derive(Debug, Serialize)]
pub struct PrintLetter {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Language of the person.
    pub language: Language,
}

/// What the letter says beside its texts.
#[derive(Debug, Clone)]
pub struct LetterParts {
    /// Dossier number.
    pub reference: Reference,
    /// Whose counter.
    pub organisation: String,
    /// Why.
    pub reason: NotIdentifiedReason,
    /// When it was made.
    pub at: Timestamp,
}

impl Command for PrintLetter {
    type Output = LetterParts;
    const ACTION: Action = Action::PrintLetter;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<LetterParts>, Failure> {
        let (reference, reason) = refused(tx, self.registration).await?;
        let organisation = tables::organisation::load(&mut tx.view(), permit.staff()?.organisation)
            .await?
            .ok_or(Refusal::NotFound)?;
        let parts =
            LetterParts { reference, organisation: organisation.name, reason, at: permit.now() };
        Ok(Audited::new(parts, Event::LetterPrinted { language: self.language, reason }, []))
    }
}

/// Dossier number and reason of a registration that ended because the person was not identified.
pub(crate) async fn refused(
    tx: &mut Tx<'_>,
    id: RegistrationId,
) -> Result<(Reference, NotIdentifiedReason), Failure> {
    let Registration::Ended(end) = super::registration(tx, id).await? else {
        return Err(Refusal::WrongStep.into());
    };
    if end.kind != EndKind::Refused {
        return Err(Refusal::WrongStep.into());
    }
    let code = tables::registration::end_reason(&mut tx.view(), id).await?;
    let reason = code.as_deref().and_then(NotIdentifiedReason::from_code);
    Ok((end.dossier.reference, reason.ok_or(Refusal::WrongStep)?))
}
