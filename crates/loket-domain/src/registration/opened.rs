//! Opened: the officer has a person in front of the counter and a reason.

use super::{Decision, Dossier, End, EndKind, Identified};
use crate::id::PersonId;
use crate::person::Standing;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The state `Opened`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What every state has.
    pub dossier: Dossier,
    /// The person, once a register has answered.
    pub person: Option<PersonId>,
}

impl Opened {
    /// A register has told who the person is.
    pub fn found(self, person: PersonId) -> Self {
        Self { dossier: self.dossier, person: Some(person) }
    }

    /// The officer decides that this is the person. Needs a found person with a standing that
    /// allows a key (requirement ID-19); the checks were weighed by the caller.
    pub fn identify(self, decision: Decision, standing: Standing) -> Result<Identified, Refusal> {
        let person = self.person.ok_or(Refusal::PersonNotFound)?;
        match standing {
            Standing::Deceased { .. } => Err(Refusal::PersonDeceased),
            Standing::StruckOff => Err(Refusal::PersonStruckOff),
            Standing::Active | Standing::NoLongerManaged => {
                Ok(Identified { dossier: self.dossier, person, decision })
            }
        }
    }

    /// The officer decides that this is not the person, or cannot tell.
    pub fn refuse(self, at: Timestamp) -> End {
        End { dossier: self.dossier, kind: EndKind::Refused, at }
    }

    /// Stopped by officer or person.
    pub fn withdraw(self, at: Timestamp) -> End {
        End { dossier: self.dossier, kind: EndKind::Withdrawn, at }
    }

    /// Left without a result.
    pub fn expire(self, at: Timestamp) -> End {
        End { dossier: self.dossier, kind: EndKind::Expired, at }
    }
}
