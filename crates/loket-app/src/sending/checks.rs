//! Whether a message may still be sent: looked at when it is sent, not only when it is queued
//! (SEED-83). Between the two the relay may have been down for days.

use loket_domain::Timestamp;
use loket_domain::contact::Destination;
use loket_domain::message::Needs;
use loket_domain::office::RoleKind;
use loket_domain::registration::{Dossier, Registration};
use loket_store::tables::View;
use loket_store::tables::invitation::InvitationState;
use loket_store::tables::outbox::Message;
use loket_store::{Personal, StoreError, tables};

/// Why a message is not sent any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Its own time is over.
    OutOfTime,
    /// The invitation was used, cancelled, locked or ran out.
    Invitation,
    /// The registration ended, or the person is not identified any more.
    Registration,
    /// The address was changed or is not confirmed any more.
    ContactPoint,
    /// The agreement of the organisation has ended.
    Agreement,
    /// The role of the officer has ended.
    Role,
}

impl Over {
    /// Stable code, as stored.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::OutOfTime => "out_of_time",
            Self::Invitation => "invitation_over",
            Self::Registration => "registration_over",
            Self::ContactPoint => "contact_changed",
            Self::Agreement => "agreement_ended",
            Self::Role => "role_ended",
        }
    }
}

/// Why a message must not be sent any more; `None` when it may go.
pub(super) async fn over(
    view: &mut View<'_>,
    now: Timestamp,
    message: &Message,
    queued: &Personal<loket_domain::message::QueuedMessage>,
) -> Result<Option<Over>, StoreError> {
    if message.not_after <= now {
        return Ok(Some(Over::OutOfTime));
    }
    let (needs, to) = queued.for_sending(|queued| (queued.content.needs(), queued.to.clone()));
    if needs == Needs::Nothing {
        return Ok(None);
    }
    let Some(registration) = tables::registration::load(view, message.registration).await? else {
        return Ok(Some(Over::Registration));
    };
    let stands = match needs {
        Needs::Nothing => Ok(()),
        Needs::OpenVisit => open_visit(view, &registration, &to).await?,
        Needs::OpenInvitation => open_invitation(view, message, &registration, &to).await?,
    };
    if let Err(over) = stands {
        return Ok(Some(over));
    }
    office_stands(view, registration.dossier(), now).await
}

/// A code that confirms an address goes to the address that was entered last.
async fn open_visit(
    view: &mut View<'_>,
    registration: &Registration,
    to: &Destination,
) -> Result<Result<(), Over>, StoreError> {
    if registration.state().is_final() {
        return Ok(Err(Over::Registration));
    }
    let entered = tables::contact::current(view, registration.dossier().id).await?;
    let is_there = entered.iter().any(|point| point.destination.for_sending(|known| known == to));
    Ok(if is_there { Ok(()) } else { Err(Over::ContactPoint) })
}

/// Link and code go to the confirmed addresses of an identified person, while the invitation that
/// they belong to is the open one. That a registration reads as invited says that it has both.
async fn open_invitation(
    view: &mut View<'_>,
    message: &Message,
    registration: &Registration,
    to: &Destination,
) -> Result<Result<(), Over>, StoreError> {
    let Registration::Invited(invited) = registration else {
        return Ok(Err(Over::Registration));
    };
    if message.invitation != Some(invited.invitation) {
        return Ok(Err(Over::Invitation));
    }
    let found = tables::invitation::load(view, invited.invitation).await?;
    if found.is_none_or(|invitation| invitation.state != InvitationState::Open) {
        return Ok(Err(Over::Invitation));
    }
    let contactable = &invited.contactable;
    let confirmed = match to {
        Destination::Email(address) => *address == contactable.email.destination,
        Destination::Sms(number) => {
            contactable.mobile.as_ref().is_some_and(|mobile| mobile.destination == *number)
        }
    };
    Ok(if confirmed { Ok(()) } else { Err(Over::ContactPoint) })
}

/// Agreement of the organisation and role of the officer who has the dossier.
async fn office_stands(
    view: &mut View<'_>,
    dossier: &Dossier,
    now: Timestamp,
) -> Result<Option<Over>, StoreError> {
    if tables::organisation::open_agreement(view, dossier.organisation, now).await?.is_none() {
        return Ok(Some(Over::Agreement));
    }
    let roles = tables::staff::roles_of(view, dossier.officer).await?;
    let holds = roles.iter().any(|role| {
        let grant = &role.grant;
        role.organisation == dossier.organisation
            && grant.kind == RoleKind::Officer
            && grant.from <= now
            && now < grant.until
            && grant.withdrawn_at.is_none_or(|at| now < at)
    });
    Ok(if holds { None } else { Some(Over::Role) })
}
