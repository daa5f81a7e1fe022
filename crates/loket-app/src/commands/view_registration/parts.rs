//! The parts of a registration that its pages show, each read from its table.

use loket_domain::Refusal;
use loket_domain::id::{PersonId, RegistrationId};
use loket_domain::registration::{COLLEAGUES_WARNED, Decision, Dossier, Registration};
use loket_store::tables::visit::RefusedBefore;
use loket_store::{Failure, Tx, tables};

use super::{ContactView, InvitationView, Looking, MessageView, Page};
use crate::look_up_limits::{CALLS, SEARCHES, VERIFICATIONS};

pub(super) async fn allowed(tx: &mut Tx<'_>, dossier: &Dossier) -> Result<Vec<String>, Failure> {
    let now = tx.now();
    Ok(tables::visit::allowed_procedures(&mut tx.view(), dossier.organisation, now).await?)
}

/// Colleagues are warned for a day after a person was not identified.
pub(super) async fn refused_before(
    tx: &mut Tx<'_>,
    person: PersonId,
    dossier: &Dossier,
) -> Result<Option<RefusedBefore>, Failure> {
    let since = tx.now().minus(COLLEAGUES_WARNED);
    let view = &mut tx.view();
    Ok(tables::visit::refused_since(view, person, dossier.organisation, dossier.id, since).await?)
}

/// How many calls of any kind the registration may still lead to.
pub(super) async fn calls_left(tx: &mut Tx<'_>, id: RegistrationId) -> Result<u32, Failure> {
    Ok(CALLS.saturating_sub(tables::question::calls(&mut tx.view(), id).await?))
}

/// A question by number comes last in every way; before it there is a search or a verification.
pub(super) async fn looking(
    tx: &mut Tx<'_>,
    id: RegistrationId,
    asked: bool,
    page: Page,
) -> Result<Looking, Failure> {
    let search = tables::search::latest(&mut tx.view(), id).await?;
    if let Some(search) = search.filter(|_| !asked || page == Page::Hits) {
        let made = tables::search::count(&mut tx.view(), id).await?;
        return Ok(Looking::Name {
            outcome: search.outcome,
            criteria: Some(search.criteria).filter(|_| page == Page::Hits),
            found: search.answer.filter(|_| page == Page::Hits),
            left: SEARCHES.saturating_sub(made).min(calls_left(tx, id).await?),
        });
    }
    let verification = tables::verification::latest(&mut tx.view(), id).await?;
    Ok(match verification.filter(|_| !asked) {
        Some(verification) => Looking::Document {
            outcome: verification.outcome,
            left: VERIFICATIONS
                .saturating_sub(tables::verification::count(&mut tx.view(), id).await?)
                .min(calls_left(tx, id).await?),
        },
        None => Looking::Number,
    })
}

pub(super) const fn decision(registration: &Registration) -> Option<&Decision> {
    match registration {
        Registration::Opened(_) | Registration::Ended(_) => None,
        Registration::Identified(s) => Some(&s.decision),
        Registration::Contactable(s) => Some(&s.identified.decision),
        Registration::Invited(s) => Some(&s.contactable.identified.decision),
        Registration::Activated(s) => Some(&s.identified.decision),
    }
}

pub(super) async fn contacts(
    tx: &mut Tx<'_>,
    id: RegistrationId,
    shown: bool,
) -> Result<Vec<ContactView>, Failure> {
    let points = tables::contact::current(&mut tx.view(), id).await?;
    Ok(points
        .into_iter()
        .map(|point| ContactView {
            id: point.id,
            channel: point.channel,
            state: point.state,
            destination: Some(point.destination).filter(|_| shown),
            code_until: point.code_until,
            tries_left: point.tries_left,
            link_until: point.link_until,
        })
        .collect())
}

pub(super) async fn invitation(
    tx: &mut Tx<'_>,
    registration: &Registration,
) -> Result<Option<InvitationView>, Failure> {
    let id = match registration {
        Registration::Invited(s) => s.invitation,
        Registration::Activated(s) => s.invitation,
        Registration::Opened(_)
        | Registration::Identified(_)
        | Registration::Contactable(_)
        | Registration::Ended(_) => return Ok(None),
    };
    let row = tables::invitation::load(&mut tx.view(), id).await?.ok_or(Refusal::NotFound)?;
    Ok(Some(InvitationView {
        state: row.state,
        code_channel: row.code_channel,
        link_until: row.link_until,
        code_until: row.code_until,
        tries_left: row.tries_left,
    }))
}

/// Told once the person is identified: before, it would tell of somebody who may not be there.
pub(super) async fn live_keys(
    tx: &mut Tx<'_>,
    registration: &Registration,
) -> Result<u32, Failure> {
    let person = match registration {
        Registration::Identified(state) => state.person,
        Registration::Contactable(state) => state.identified.person,
        Registration::Invited(state) => state.contactable.identified.person,
        Registration::Opened(_) | Registration::Activated(_) | Registration::Ended(_) => {
            return Ok(0);
        }
    };
    let now = tx.now();
    Ok(tables::key::count_of(&mut tx.view(), person, now).await?)
}

pub(super) async fn messages(
    tx: &mut Tx<'_>,
    id: RegistrationId,
) -> Result<Vec<MessageView>, Failure> {
    let rows = tables::outbox::of_registration(&mut tx.view(), id).await?;
    Ok(rows
        .into_iter()
        .map(|m| MessageView {
            kind: m.kind,
            channel: m.channel,
            state: m.state,
            attempts: m.attempts,
            cause: m.cause,
            set_apart: m.set_apart_at.is_some(),
        })
        .collect())
}
