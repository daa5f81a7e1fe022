//! What an officer confirms with the own eyes and hands, and the points that are looked at one by
//! one where a single yes would say too little: security features (requirements ID-06, ID-07,
//! ID-29) and the parts of a face (ID-13).
//!
//! Which of the features are asked for differs from dossier to dossier, so that a forger who knows
//! that three are looked at does not know which; within one dossier they stay the same, so that
//! nobody loads the page anew until an easy choice comes.

use serde::{Deserialize, Serialize};

use super::{Check, CheckKind, Name, OnNegative, Outcome, Procedure, ProcedureFault, What};
use crate::document::DocumentKind;
use crate::id::RegistrationId;

/// What a check of the kind `confirm` is about. The rules of a procedure, and the reason that a
/// negative answer suggests, hang on this and not on what a file calls its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirms {
    /// The person was told, and agrees, before a camera looks (ID-30).
    Notice,
    /// The person is there, alone entitled (SEED-12).
    Presence,
    /// The document itself is looked at, no copy (DOC-02).
    InHand,
    /// Why this person is served by way of exception; the reason is kept (ID-28).
    Exception,
    /// Security features of the document.
    Features,
    /// The face of the person and the face on the document.
    Face,
}

impl Confirms {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Notice, Self::Presence, Self::InHand, Self::Exception, Self::Features, Self::Face];
    /// Stable code, as written in procedures.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Presence => "presence",
            Self::InHand => "in_hand",
            Self::Exception => "exception",
            Self::Features => "features",
            Self::Face => "face",
        }
    }
    /// Whether it is looked at point by point.
    const fn has_points(self) -> bool {
        match self {
            Self::Features | Self::Face => true,
            Self::Notice | Self::Presence | Self::InHand | Self::Exception => false,
        }
    }
}

/// The points of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// Message ids of what is seen.
    pub by_eye: Vec<Name>,
    /// Message ids of what is felt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_touch: Vec<Name>,
    /// How many of them a dossier asks for.
    pub show: usize,
    /// How many of those must be found good.
    pub at_least: usize,
}

/// What the officer found at one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// As it should be.
    Good,
    /// Cannot be judged here: the document does not have it, or hair or a scarf covers it.
    NotSeen,
    /// Not as it should be.
    Wrong,
}

impl Found {
    /// All answers, in the order in which the page offers them.
    pub const ALL: [Self; 3] = [Self::Good, Self::NotSeen, Self::Wrong];
    /// Stable code, as stored and as forms send it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotSeen => "not_seen",
            Self::Wrong => "wrong",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.code() == code)
    }
    /// Message id of the answer.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Good => "found-good",
            Self::NotSeen => "found-not-seen",
            Self::Wrong => "found-wrong",
        }
    }
}

/// One point with what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointFound {
    /// Message id of the point.
    pub point: Name,
    /// What was found.
    pub found: Found,
}

/// Answers that make no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointsFault {
    /// Not every point that was asked for has one answer, or another has.
    #[error("a point has no answer, or was not asked for")]
    Unanswered,
    /// Nothing is wrong, but too little was seen.
    #[error("too few points were seen")]
    TooFew,
    /// Nothing was felt, or nothing was seen.
    #[error("one sense alone is not enough")]
    OneSense,
}

impl Points {
    /// The points that this dossier asks for, in the order of the file.
    pub fn asked(&self, registration: RegistrationId) -> Vec<&Name> {
        // The random half of the identifier decides, so that neither officer nor person does.
        let mut seed = registration.uuid().as_u128();
        let by_touch = self.felt();
        let mut asked = drawn(&self.by_eye, self.show.saturating_sub(by_touch), &mut seed);
        asked.extend(drawn(&self.by_touch, by_touch, &mut seed));
        asked
    }

    /// What the answers make of the check: one wrong point is a no (ID-06: two of three are not
    /// enough, so nothing outweighs it).
    pub fn weigh(
        &self,
        registration: RegistrationId,
        answers: &[PointFound],
    ) -> Result<Outcome, PointsFault> {
        let asked = self.asked(registration);
        let answered = asked
            .iter()
            .all(|point| answers.iter().filter(|answer| answer.point == **point).count() == 1);
        if !answered || answers.len() != asked.len() {
            return Err(PointsFault::Unanswered);
        }
        if answers.iter().any(|answer| answer.found == Found::Wrong) {
            return Ok(Outcome::Negative);
        }
        let good = |of: &[Name]| {
            answers.iter().filter(|a| a.found == Found::Good && of.contains(&a.point)).count()
        };
        let (seen, felt) = (good(&self.by_eye), good(&self.by_touch));
        if seen + felt < self.at_least {
            Err(PointsFault::TooFew)
        } else if seen == 0 || (felt == 0 && !self.by_touch.is_empty()) {
            Err(PointsFault::OneSense)
        } else {
            Ok(Outcome::Passed)
        }
    }
}

/// So many of a list, in its order, chosen by the seed, which moves on.
fn drawn<'a>(list: &'a [Name], count: usize, seed: &mut u128) -> Vec<&'a Name> {
    let mut left: Vec<usize> = (0..list.len()).collect();
    while left.len() > count {
        // A multiplicative generator with the constant of L'Ecuyer (1999): enough to spread, and
        // nothing is secret here.
        *seed = (*seed | 1).wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645);
        let places = u128::try_from(left.len()).unwrap_or(1);
        let at = usize::try_from((*seed >> 64) % places).unwrap_or_default();
        left.remove(at);
    }
    left.into_iter().filter_map(|at| list.get(at)).collect()
}

/// Most points of one check.
const MOST_POINTS: usize = 20;

/// Whether the confirmations make sense: what each is about, and that none is missing.
pub(super) fn check(procedure: &Procedure) -> Result<(), ProcedureFault> {
    for (at, check) in procedure.checks.iter().enumerate() {
        let fault =
            |key: &str, what| Err(ProcedureFault { path: format!("check[{at}].{key}"), what });
        if check.confirms.is_some() != (check.kind == CheckKind::Confirm) {
            return fault("confirms", What::ConfirmsMisplaced);
        }
        if check.points.is_some() != check.confirms.is_some_and(Confirms::has_points) {
            return fault("points", What::PointsMisplaced);
        }
        let about = if check.confirms == Some(Confirms::Face) { "face-" } else { "feature-" };
        if check.points.as_ref().is_some_and(|points| !points.make_sense(about)) {
            return fault("points", What::PointsUnfit);
        }
        if check.confirms.is_some() && check.on_negative == OnNegative::Explain {
            return fault("on_negative", What::ReactionUnfit);
        }
    }
    let remote = procedure.presence == super::Presence::Remote;
    for confirms in [Confirms::Presence, Confirms::InHand, Confirms::Features, Confirms::Face] {
        once(procedure, confirms)?;
    }
    let notice = remote.then(|| once(procedure, Confirms::Notice)).transpose()?;
    let missing = |what| Err(ProcedureFault { path: "check".to_owned(), what });
    if notice.is_some_and(|(at, _)| at != 0) {
        return missing(What::NoticeNotFirst);
    }
    let features = once(procedure, Confirms::Features)?.1.points.as_ref();
    let enough = features.is_some_and(|points| {
        if remote {
            points.at_least >= 2
        } else {
            points.at_least >= 3 && !points.by_touch.is_empty()
        }
    });
    let face = once(procedure, Confirms::Face)?.1.points.as_ref();
    if !enough || face.is_some_and(|points| points.at_least < 3) {
        return missing(What::TooFewPoints);
    }
    if procedure.documents.contains(&DocumentKind::PaperResidenceDocument) {
        once(procedure, Confirms::Exception)?;
        let second = |check: &Check| check.kind == CheckKind::SecondOfficer && check.required;
        if !procedure.checks.iter().any(second) {
            return missing(What::NotOnce(CheckKind::SecondOfficer.code()));
        }
    }
    let known = procedure.documents.iter().all(|kind| kind.has_status_service());
    let asks = |check: &Check| check.kind == CheckKind::External && check.required;
    if known && !procedure.checks.iter().any(asks) {
        return missing(What::NotOnce(CheckKind::External.code()));
    }
    Ok(())
}

/// The one compulsory check that confirms this, and its place.
fn once(procedure: &Procedure, confirms: Confirms) -> Result<(usize, &Check), ProcedureFault> {
    let of_it = |(_, check): &(usize, &Check)| check.confirms == Some(confirms);
    let mut found = procedure.checks.iter().enumerate().filter(of_it);
    match (found.next(), found.next()) {
        (Some((at, check)), None) if check.required => Ok((at, check)),
        _ => Err(ProcedureFault {
            path: "check".to_owned(),
            what: What::NotConfirmed(confirms.code()),
        }),
    }
}

impl Points {
    /// How many of those that are asked for are felt: half, so that one that this document does not
    /// have is no dead end.
    fn felt(&self) -> usize {
        (self.show / 2).min(self.by_touch.len())
    }
    fn make_sense(&self, about: &str) -> bool {
        let all: Vec<&Name> = self.by_eye.iter().chain(&self.by_touch).collect();
        let of_it = all.iter().all(|name| name.as_str().starts_with(about));
        let twice = all.iter().enumerate().any(|(at, name)| all.iter().take(at).any(|o| o == name));
        let seen = self.show.saturating_sub(self.felt());
        let can_be_shown = (1..=self.by_eye.len()).contains(&seen);
        of_it
            && !twice
            && all.len() <= MOST_POINTS
            && can_be_shown
            && (1..=self.show).contains(&self.at_least)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::procedure::Procedures;

    /// Identifiers as they are made: time in front, random bits behind.
    fn registration(number: u64) -> RegistrationId {
        let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^= mixed >> 29;
        let time = u128::from(0x0190_B8C4_7A3C_7000_u64 + number) << 64;
        RegistrationId::from_uuid(Uuid::from_u128(time | u128::from(mixed | 1 << 63)))
    }

    fn features() -> Points {
        let procedures = Procedures::shipped().unwrap();
        let card = procedures.get("belgian-card-without-certificates", 1).unwrap();
        card.check(&Name::new("features").unwrap()).unwrap().points.clone().unwrap()
    }

    fn answers(points: &Points, id: RegistrationId, found: &[Found]) -> Vec<PointFound> {
        let asked = points.asked(id);
        assert_eq!(asked.len(), found.len());
        asked
            .into_iter()
            .zip(found)
            .map(|(point, found)| PointFound { point: point.clone(), found: *found })
            .collect()
    }

    #[test]
    fn every_feature_has_its_turn_and_a_dossier_keeps_its_own() {
        let points = features();
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        for number in 0..1000 {
            let asked = points.asked(registration(number));
            assert_eq!(asked.len(), points.show);
            assert!(asked.iter().any(|point| points.by_touch.contains(point)));
            assert_eq!(asked, points.asked(registration(number)));
            for point in asked {
                *times.entry(point.as_str()).or_default() += 1;
            }
        }
        for (list, count) in [(&points.by_eye, 3), (&points.by_touch, 2)] {
            let expected = u32::try_from(1000 * count / list.len()).unwrap();
            for point in list {
                let seen = times.get(point.as_str()).copied().unwrap_or_default();
                assert!(seen.abs_diff(expected) < 100, "{point}: {seen} of {expected}");
            }
        }
    }

    #[test]
    fn two_of_three_are_too_few_one_wrong_is_a_no_and_one_sense_is_not_enough() {
        use Found::{Good, NotSeen, Wrong};
        let (points, id) = (features(), registration(7));
        assert_eq!((points.show, points.at_least), (5, 3));
        let weigh = |found: &[Found]| points.weigh(id, &answers(&points, id, found));
        assert_eq!(weigh(&[Good; 5]), Ok(Outcome::Passed));
        assert_eq!(weigh(&[Good, NotSeen, Good, Good, NotSeen]), Ok(Outcome::Passed));
        assert_eq!(weigh(&[Good, NotSeen, NotSeen, Good, NotSeen]), Err(PointsFault::TooFew));
        assert_eq!(weigh(&[Good, Good, Good, NotSeen, NotSeen]), Err(PointsFault::OneSense));
        assert_eq!(weigh(&[Good, Good, Wrong, Good, Good]), Ok(Outcome::Negative));
    }

    #[test]
    fn exactly_what_was_asked_is_answered() {
        let (points, id) = (features(), registration(7));
        let good = answers(&points, id, &[Found::Good; 5]);
        assert_eq!(points.weigh(id, &[]), Err(PointsFault::Unanswered), "an empty list");
        assert_eq!(points.weigh(id, &good[1..]), Err(PointsFault::Unanswered));
        let mut other = good.clone();
        let all = points.by_eye.iter().find(|p| good.iter().all(|a| a.point != **p)).unwrap();
        other[0].point = all.clone();
        assert_eq!(points.weigh(id, &other), Err(PointsFault::Unanswered), "an easier one");
        let mut twice = good.clone();
        twice[0] = twice[1].clone();
        assert_eq!(points.weigh(id, &twice), Err(PointsFault::Unanswered));
        let mut more = good.clone();
        more.push(good[0].clone());
        assert_eq!(points.weigh(id, &more), Err(PointsFault::Unanswered));
    }
}
