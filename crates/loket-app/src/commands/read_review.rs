//! Reads the points for review: registrations left without a result, look-ups that were refused or
//! had to be explained, and what became of the look-ups of the week. The reviewer of an organisation
//! sees its own, the one of the operator all.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::audit::{Actor, Event};
use loket_domain::contact::SharedReason;
use loket_domain::policy::Action;
use loket_domain::registration::{DelayReason, Reference};
use loket_domain::{Refusal, id::OrganisationId};
use loket_store::tables::staff::StaffName;
use loket_store::tables::visit::LookUps;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, journal, tables};
use serde::Serialize;

/// Reads them.
#[derive(Debug, Serialize)]
pub struct ReadReview {
    /// From when on.
    pub since: Timestamp,
}

/// What there is to review.
#[derive(Debug, Clone)]
pub struct Review {
    /// The points, the newest first.
    pub points: Vec<ReviewPoint>,
    /// What became of the look-ups of the last week, officer by officer (SEED-79).
    pub week: Vec<LookUps>,
}

/// How far back the list of look-ups goes.
const WEEK: Duration = Duration::from_hours(7 * 24);

/// Look-ups without invitation within a week that are nobody's bad luck any more.
const MANY_WITHOUT: u32 = 5;

/// Whether an officer looked up many people to whom no link and code went: five or more in the week, and
/// more than a third of all. People are looked up only to send them link and code (SEED-79).
pub const fn stands_out(of: &LookUps) -> bool {
    of.without_invitation >= MANY_WITHOUT && of.without_invitation.saturating_mul(3) > of.opened
}

/// What a point is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointKind {
    /// Left without a result for half an hour; the reason, once it was given.
    WithoutResult(Option<DelayReason>),
    /// More look-ups than usual, with the officer's words.
    ManyLookUps(String),
    /// One address or number for several persons, and why.
    SharedContact(u32, SharedReason),
    /// A look-up that was refused, such as one of oneself or after the role was withdrawn.
    Refused(Refusal),
    /// A search by name that found the officer too; the entry was not shown.
    FoundOneself,
}

/// One point.
#[derive(Debug, Clone)]
pub struct ReviewPoint {
    /// When.
    pub at: Timestamp,
    /// Name of the officer.
    pub officer: Personal<StaffName>,
    /// Dossier number, where there is one.
    pub reference: Option<Reference>,
    /// What.
    pub kind: Personal<PointKind>,
}

impl Command for ReadReview {
    type Output = Review;
    const ACTION: Action = Action::ReadReview;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Review>, Failure> {
        let staff = permit.staff()?;
        let whose = (!staff.at_operator).then_some(staff.organisation);
        let mut points = told(tx, whose, self.since).await?;
        points.extend(left(tx, whose, self.since, permit.now()).await?);
        points.sort_by_key(|point| std::cmp::Reverse(point.at));
        let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
        let week = tables::visit::look_ups(&mut tx.view(), whose, permit.now().minus(WEEK)).await?;
        let review = Review { points, week };
        Ok(Audited::new(review, Event::ReviewRead { since: self.since, points: count }, []))
    }
}

/// Look-ups that were refused or explained, as the journal tells.
async fn told(
    tx: &mut Tx<'_>,
    whose: Option<OrganisationId>,
    since: Timestamp,
) -> Result<Vec<ReviewPoint>, Failure> {
    let entries = journal::for_review(&mut tx.view(), whose, since).await?;
    let mut points = Vec::new();
    for entry in &entries {
        let entry = tx.open(entry).clone();
        let Actor::Staff { staff, .. } = entry.actor else { continue };
        let kind = match entry.event {
            Event::CommandRefused { action, refusal } if is_look_up(action, refusal) => {
                PointKind::Refused(refusal)
            }
            Event::OwnEntryLeftOut { .. } => PointKind::FoundOneself,
            Event::ManyLookUpsExplained { explanation, .. } => PointKind::ManyLookUps(explanation),
            Event::SharedContactExplained { persons, reason, .. } => {
                PointKind::SharedContact(persons, reason)
            }
            _ => continue,
        };
        let officer = tables::staff::name(&mut tx.view(), staff).await?;
        let reference = match entry.registration {
            Some(id) => tables::registration::load(&mut tx.view(), id)
                .await?
                .map(|registration| registration.dossier().reference),
            None => None,
        };
        points.push(ReviewPoint {
            at: entry.at,
            officer: officer.ok_or(Refusal::NotFound)?,
            reference,
            kind: Personal::new(kind),
        });
    }
    Ok(points)
}

/// What should not have been tried: anything with oneself, and look-ups without a right or a measure.
const fn is_look_up(action: Action, refusal: Refusal) -> bool {
    let asks = matches!(
        action,
        Action::OpenRegistration
            | Action::AskRegister
            | Action::SearchRegister
            | Action::ChooseHit
            | Action::VerifyDocument
            | Action::FollowReplacement
            | Action::InscribePerson
    );
    if matches!(refusal, Refusal::OwnNumber | Refusal::OwnDossier) {
        return true;
    }
    asks && matches!(
        refusal,
        Refusal::RoleWithdrawn
            | Refusal::RoleExpired
            | Refusal::TooManyLookUps
            | Refusal::LookUpsTooFast
            | Refusal::TooManySearches
            | Refusal::TooManyQuestions
            | Refusal::OtherOfficer
    )
}

/// Registrations left without a result, explained or not.
async fn left(
    tx: &mut Tx<'_>,
    whose: Option<OrganisationId>,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<ReviewPoint>, Failure> {
    let rows = tables::visit::without_result(&mut tx.view(), whose, since, now).await?;
    Ok(rows
        .into_iter()
        .map(|row| ReviewPoint {
            at: row.opened_at,
            officer: row.officer,
            reference: Some(row.reference),
            kind: Personal::new(PointKind::WithoutResult(row.reason)),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_in_a_week_and_a_third_stand_out() {
        let of = |opened, without_invitation| {
            let name = StaffName { given_names: "An".to_owned(), surname: "Peeters".to_owned() };
            stands_out(&LookUps {
                officer: Personal::new(name),
                opened,
                without_invitation,
                not_identified: 0,
                stopped: 0,
                out_of_time: 0,
            })
        };
        assert!(!of(4, 4), "a bad morning");
        assert!(of(5, 5));
        assert!(of(14, 5));
        assert!(!of(15, 5), "a third of many");
        assert!(of(29, 10));
    }
}
