//! Confirms a contact point by the code that the person reads out. When the last open one is
//! confirmed, the registration is contactable.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::{Channel, ConfirmedContact, Destination};
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::registration::{Identified, Registration};
use loket_domain::secret::Secret;
use loket_store::tables::contact::{self, ContactState};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::contact_codes;

/// Confirms a contact point.
#[derive(Debug, Serialize)]
pub struct ConfirmContactPoint {
    /// In which registration.
    pub registration: RegistrationId,
    /// Which.
    pub contact_point: ContactPointId,
    /// The six digits.
    #[serde(serialize_with = "crate::exposed")]
    pub code: Secret,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeVerdict {
    /// It was right.
    Right,
    /// It was wrong.
    Wrong {
        /// Tries left.
        tries_left: u32,
    },
}

impl Command for ConfirmContactPoint {
    type Output = CodeVerdict;
    const ACTION: Action = Action::ConfirmContactPoint;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<CodeVerdict>, Failure> {
        let Registration::Identified(identified) =
            super::registration(tx, self.registration).await?
        else {
            return Err(Refusal::WrongStep.into());
        };
        let point = contact::current(&mut tx.view(), self.registration)
            .await?
            .into_iter()
            .find(|c| c.id == self.contact_point)
            .ok_or(Refusal::NotFound)?;
        if point.state != ContactState::Entered {
            return Err(Refusal::WrongStep.into());
        }
        if point.code_until <= permit.now() || point.tries_left == 0 {
            return Err(Refusal::ContactCodeSpent.into());
        }
        let typed = contact_codes::digest(tx, point.id, &self.code);
        if !bool::from(typed.ct_eq(&point.code_digest)) {
            contact::use_try(tx, point.id).await?;
            let tries_left = point.tries_left.saturating_sub(1);
            let event = Event::ContactCodeRefused {
                contact_point: point.id,
                channel: point.channel,
                tries_left,
            };
            return Ok(Audited::new(CodeVerdict::Wrong { tries_left }, event, []));
        }
        contact::confirm(tx, point.id).await?;
        settle(tx, identified).await?;
        let event =
            Event::ContactPointConfirmed { contact_point: point.id, channel: point.channel };
        Ok(Audited::new(CodeVerdict::Right, event, []))
    }
}

/// Makes the registration contactable when every address that was entered is confirmed.
pub(crate) async fn settle(tx: &mut Tx<'_>, identified: Identified) -> Result<(), Failure> {
    let registration = identified.dossier.id;
    let points = contact::current(&mut tx.view(), registration).await?;
    if points.iter().any(|c| c.state != ContactState::Confirmed) {
        return Ok(());
    }
    let Some(language) = contact::consent_language(&mut tx.view(), registration).await? else {
        return Ok(());
    };
    let mut email = None;
    let mut mobile = None;
    for point in &points {
        match (point.channel, tx.open(&point.destination).clone()) {
            (Channel::Email, Destination::Email(destination)) => {
                email = Some(ConfirmedContact { id: point.id, destination });
            }
            (Channel::Sms, Destination::Sms(destination)) => {
                mobile = Some(ConfirmedContact { id: point.id, destination });
            }
            (Channel::Email | Channel::Sms | Channel::Paper, _) => {}
        }
    }
    if let Some(email) = email {
        let contactable = identified.reachable(language, email, mobile);
        tables::registration::set_contactable(tx, &contactable).await?;
    }
    Ok(())
}
