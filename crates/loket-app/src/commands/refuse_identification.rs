//! Decides that the person is not identified; ends the registration without a code (SEED-75).

use loket_domain::audit::Event;
use loket_domain::comparison::Explanation;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

/// Why a person is not identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotIdentifiedReason {
    /// The face is not the one on the document.
    PhotoDiffers,
    /// Document and register differ.
    DataDiffers,
    /// The document is expired, damaged or of another kind.
    DocumentNotAccepted,
    /// The document seems false.
    DocumentSuspect,
    /// The person cannot or will not show what is needed.
    NothingShown,
}

impl NotIdentifiedReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 5] = [
        Self::PhotoDiffers,
        Self::DataDiffers,
        Self::DocumentNotAccepted,
        Self::DocumentSuspect,
        Self::NothingShown,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PhotoDiffers => "photo_differs",
            Self::DataDiffers => "data_differs",
            Self::DocumentNotAccepted => "document_not_accepted",
            Self::DocumentSuspect => "document_suspect",
            Self::NothingShown => "nothing_shown",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Refuses.
#[derive(Debug, Serialize)]
pub struct RefuseIdentification {
    /// In which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: NotIdentifiedReason,
    /// In the officer's words.
    pub explanation: Explanation,
}

impl Command for RefuseIdentification {
    type Output = ();
    const ACTION: Action = Action::RefuseIdentification;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let end = opened.refuse(permit.now());
        tables::registration::set_ended(tx, &end, self.reason.code()).await?;
        let event = Event::IdentificationRefused {
            reason: self.reason.code().to_owned(),
            explanation: self.explanation.as_str().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}
