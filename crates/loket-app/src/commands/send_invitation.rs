//! Issues link and code. The link goes to the confirmed e-mail address, the code to the confirmed
//! mobile number or on paper; never both by one channel (SEED-13, 18, 19). A new invitation
//! cancels the open one.

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::code::ActivationCode;
use loket_domain::contact::{Channel, Destination};
use loket_domain::id::{InvitationId, MessageId, RegistrationId};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::registration::{Contactable, Invited, Registration};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::invitation::{InvitationState, NewInvitation};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

/// Tries of an activation code.
pub const TRIES: u32 = loket_domain::key::guessing::CODE_TRIES;

/// What is issued, drawn before the command, since the slow hash of the code must not hold up the
/// write loop.
#[derive(Debug)]
pub struct Issue {
    /// The whole link, and the digest of its token.
    pub link: Secret,
    /// SHA-256 of the link's token.
    pub link_digest: [u8; 32],
    /// The code.
    pub code: ActivationCode,
    /// Its salt.
    pub salt: [u8; 16],
    /// Its keyed digest.
    pub digest: [u8; 32],
}

/// Issues an invitation.
#[derive(Debug, Serialize)]
pub struct SendInvitation {
    /// For which registration.
    pub registration: RegistrationId,
    /// How long the link works.
    pub link_works: Duration,
    /// How long a code by SMS works.
    pub sms_code_works: Duration,
    /// Whether the officer has the person at the counter and looked at the document again: without
    /// that a locked invitation stays locked.
    pub person_here: bool,
    /// What is issued; not part of what tells two wishes apart.
    #[serde(skip)]
    pub issue: Issue,
}

/// What was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Issued {
    /// The invitation.
    pub invitation: InvitationId,
    /// How the code travels.
    pub code_channel: Channel,
}

impl Command for SendInvitation {
    type Output = Issued;
    const ACTION: Action = Action::SendInvitation;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Issued>, Failure> {
        let now = permit.now();
        let invitation = tx.new_id()?;
        let (invited, mut more) = self.invited(tx, permit.staff()?, invitation).await?;
        let contactable = &invited.contactable;
        let code_channel = contactable.code_channel();
        let link_until = now.plus(self.link_works);
        let code_until = now.plus(self.sms_code_works).min(link_until);
        tables::registration::set_invited(tx, &invited).await?;
        let by_sms = code_channel == Channel::Sms;
        let new = NewInvitation {
            id: invitation,
            registration: self.registration,
            link_digest: self.issue.link_digest,
            link_until,
            code_channel,
            code: by_sms.then_some((self.issue.salt, self.issue.digest, code_until)),
            tries: TRIES,
        };
        tables::invitation::insert(tx, &new).await?;
        let link_message = self.queue_link(tx, contactable, invitation, link_until).await?;
        let code_message = self.queue_code(tx, contactable, invitation, code_until).await?;
        let event = Event::InvitationIssued {
            invitation,
            code_channel,
            link_until,
            code_until: if by_sms { code_until } else { link_until },
            link_message,
            code_message,
        };
        let person = contactable.identified.person;
        // What was seen and cancelled before comes before what was issued in its place.
        let (first, rest) = if more.is_empty() {
            (event, vec![])
        } else {
            more.push(event);
            (more.remove(0), more)
        };
        Ok(Audited::new(Issued { invitation, code_channel }, first, rest).of(person))
    }
}

impl SendInvitation {
    async fn invited(
        &self,
        tx: &mut Tx<'_>,
        staff: &StaffFacts,
        invitation: InvitationId,
    ) -> Result<(Invited, Vec<Event>), Failure> {
        let registration = super::registration(tx, self.registration).await?;
        super::own_before_sending(&registration, staff)?;
        match registration {
            Registration::Contactable(contactable) => Ok((contactable.invite(invitation), vec![])),
            Registration::Invited(invited) => {
                let old = invited.invitation;
                let kept = tables::invitation::load(&mut tx.view(), old).await?;
                if kept.is_some_and(|kept| kept.state == InvitationState::Locked)
                    && !self.person_here
                {
                    return Err(Refusal::PersonNotHere.into());
                }
                let mut more = Vec::new();
                if self.person_here {
                    more.push(Event::PersonSeenAgain { invitation: old });
                }
                if tables::invitation::close(tx, old, InvitationState::Cancelled).await? {
                    tables::outbox::drop_of_invitation(tx, old).await?;
                    more.push(Event::InvitationCancelled { invitation: old });
                }
                Ok((invited.invite_again(invitation), more))
            }
            Registration::Opened(_) => Err(Refusal::NotIdentified.into()),
            Registration::Identified(_) => Err(Refusal::EmailUnconfirmed.into()),
            Registration::Activated(_) | Registration::Ended(_) => Err(Refusal::WrongStep.into()),
        }
    }

    async fn queue_link(
        &self,
        tx: &mut Tx<'_>,
        contactable: &Contactable,
        invitation: InvitationId,
        until: Timestamp,
    ) -> Result<MessageId, Failure> {
        let dossier = &contactable.identified.dossier;
        let organisation = tables::organisation::load(&mut tx.view(), dossier.organisation)
            .await?
            .ok_or(Refusal::NotFound)?;
        let message = QueuedMessage {
            to: Destination::Email(contactable.email.destination.clone()),
            language: contactable.language,
            content: MessageContent::ActivationLink {
                link: self.issue.link.expose().to_owned(),
                until,
                organisation: organisation.name,
                visit: dossier.opened_at.belgian_day(),
                code_by_sms: contactable.mobile.is_some(),
            },
        };
        let id = self.registration;
        Ok(tables::outbox::insert(tx, id, Some(invitation), &message, until).await?)
    }

    async fn queue_code(
        &self,
        tx: &mut Tx<'_>,
        contactable: &Contactable,
        invitation: InvitationId,
        until: Timestamp,
    ) -> Result<Option<MessageId>, Failure> {
        let Some(mobile) = &contactable.mobile else { return Ok(None) };
        let message = QueuedMessage {
            to: Destination::Sms(mobile.destination.clone()),
            language: contactable.language,
            content: MessageContent::ActivationCode {
                code: self.issue.code.grouped().expose().to_owned(),
                until,
            },
        };
        let id = self.registration;
        Ok(Some(tables::outbox::insert(tx, id, Some(invitation), &message, until).await?))
    }
}
