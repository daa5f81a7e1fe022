//! Who works in the demonstration: organisations, members of staff and their cards. The people who
//! come to the counter are those of the synthetic register.

use loket_domain::Ssin;
use loket_domain::office::RoleKind;
use loket_registers::service::{NamedPersona, personas};
use loket_text::Text;

/// PIN of every card; shown, since nothing real stands behind it.
pub(super) const PIN: &str = "1234";

/// An organisation of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A municipality with everything in order.
    Municipality,
    /// A university, too.
    University,
    /// A municipality of the German-speaking region.
    GermanSpeaking,
    /// A social secretariat whose agreement has ended.
    Former,
    /// The operator.
    Operator,
}

impl Place {
    pub(super) const ALL: [Self; 5] =
        [Self::Municipality, Self::University, Self::GermanSpeaking, Self::Former, Self::Operator];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Municipality => "Gemeente Molenbrugge",
            Self::University => "Université de Valombre",
            Self::GermanSpeaking => "Gemeinde Sonnental",
            Self::Former => "Sociaal Secretariaat De Brug",
            Self::Operator => "FOD Digitale Sleutels",
        }
    }

    /// Enterprise number with right check digits, of nobody.
    pub(super) const fn number(self) -> &'static str {
        match self {
            Self::Municipality => "0200000142",
            Self::University => "0200000241",
            Self::GermanSpeaking => "0200000538",
            Self::Former => "0200000340",
            Self::Operator => "0200000439",
        }
    }
}

/// What became of the role of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleGiven {
    /// Valid for some months.
    Valid(RoleKind),
    /// Ended by itself.
    Expired(RoleKind),
    /// Never given: nobody here has heard of the holder.
    Never,
}

/// A member of staff with a card.
#[derive(Debug, Clone)]
pub(super) struct Colleague {
    /// Who it is; the register knows staff as it knows anybody.
    pub(super) persona: NamedPersona,
    pub(super) ssin: Ssin,
    pub(super) place: Place,
    pub(super) role: RoleGiven,
}

/// The staff among the named people of the register, with their work here.
const WORK: [(&str, Place, RoleGiven); 11] = [
    ("officer-nl", Place::Municipality, RoleGiven::Valid(RoleKind::Officer)),
    ("officer-fr", Place::University, RoleGiven::Valid(RoleKind::Officer)),
    ("officer-de", Place::GermanSpeaking, RoleGiven::Valid(RoleKind::Officer)),
    ("second-officer-nl", Place::Municipality, RoleGiven::Valid(RoleKind::Officer)),
    ("reviewer", Place::Municipality, RoleGiven::Valid(RoleKind::Reviewer)),
    ("auditor", Place::Operator, RoleGiven::Valid(RoleKind::Auditor)),
    ("support", Place::Operator, RoleGiven::Valid(RoleKind::Support)),
    ("access-manager", Place::Municipality, RoleGiven::Valid(RoleKind::AccessManager)),
    ("officer-expired", Place::Municipality, RoleGiven::Expired(RoleKind::Officer)),
    ("officer-ended", Place::Former, RoleGiven::Valid(RoleKind::Officer)),
    ("no-role", Place::Municipality, RoleGiven::Never),
];

/// Everybody with a card, the first officer first.
pub(super) fn colleagues() -> Vec<Colleague> {
    let known = personas();
    let find = |key: &str| known.iter().find(|persona| persona.key == key).cloned();
    WORK.iter()
        .filter_map(|(key, place, role)| {
            let persona = find(key)?;
            let ssin = persona.ssin()?;
            Some(Colleague { persona, ssin, place: *place, role: *role })
        })
        .collect()
}

/// The people who come to the counter: everybody named who does not work here.
pub(super) fn applicants() -> Vec<NamedPersona> {
    personas().into_iter().filter(|persona| !persona.staff).collect()
}

/// What a person at the counter shows, in words.
pub(super) fn shows(persona: &NamedPersona, t: Text) -> String {
    match persona.shows {
        "found" => t.demo_shows_found(),
        "thirteen" => t.demo_shows_thirteen(),
        "too_young" => t.demo_shows_too_young(),
        "deceased" => t.demo_shows_deceased(),
        "struck_off" => t.demo_shows_struck_off(),
        "no_longer_managed" => t.demo_shows_no_longer_managed(),
        "replaced" => t.demo_shows_replaced(),
        "cancelled" => t.demo_shows_cancelled(),
        "no_given_names" => t.demo_shows_no_given_names(),
        "long_name" => t.demo_shows_long_name(),
        "incomplete_date" => t.demo_shows_incomplete_date(),
        "not_inscribed" => t.demo_shows_not_inscribed(),
        "not_allowed" => t.demo_shows_not_allowed(),
        "incomplete_answer" => t.demo_shows_incomplete_answer(),
        "under_guardianship" => t.demo_shows_under_guardianship(),
        "no_fixed_address" => t.demo_shows_no_fixed_address(),
        _ => String::new(),
    }
}

impl Colleague {
    /// Name of the card in addresses and file names.
    pub(super) const fn key(&self) -> &'static str {
        self.persona.key
    }

    /// Given name and surname.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.persona.given_names, self.persona.surname).trim().to_owned()
    }

    /// What the card shows, in words.
    pub(super) fn shows(&self, t: Text) -> String {
        let place = self.place.name();
        match self.role {
            RoleGiven::Valid(_) if self.place == Place::Former => {
                t.demo_card_agreement_ended(place)
            }
            RoleGiven::Valid(RoleKind::Officer) => t.demo_card_officer(place),
            RoleGiven::Valid(RoleKind::Auditor) => t.demo_card_auditor(place),
            RoleGiven::Valid(RoleKind::Reviewer) => t.demo_card_reviewer(place),
            RoleGiven::Valid(RoleKind::Support) => t.demo_card_support(place),
            RoleGiven::Valid(RoleKind::DataProtectionOfficer) => {
                t.demo_card_data_protection_officer(place)
            }
            RoleGiven::Valid(RoleKind::AccessManager) => t.demo_card_access_manager(place),
            RoleGiven::Expired(_) => t.demo_card_expired(place),
            RoleGiven::Never => t.demo_card_unknown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use loket_domain::Language;
    use loket_domain::office::EnterpriseNumber;

    use super::*;

    #[test]
    fn everybody_with_work_has_a_card_and_a_number_of_nobody() {
        let all = colleagues();
        assert_eq!(all.len(), WORK.len());
        assert!(all.iter().all(|colleague| colleague.ssin.is_synthetic()));
        for place in Place::ALL {
            EnterpriseNumber::parse(place.number()).unwrap();
        }
    }

    #[test]
    fn every_role_has_words_of_its_own_on_its_card() {
        let officer = colleagues().remove(0);
        for language in Language::ALL {
            let t = Text::new(language);
            let words: HashSet<String> = RoleKind::ALL
                .into_iter()
                .map(|kind| Colleague { role: RoleGiven::Valid(kind), ..officer.clone() }.shows(t))
                .collect();
            assert_eq!(words.len(), RoleKind::ALL.len(), "{language}: {words:?}");
        }
    }

    #[test]
    fn every_staff_persona_has_work_and_every_applicant_says_what_to_see() {
        let staff = personas().into_iter().filter(|persona| persona.staff).count();
        assert_eq!(staff, WORK.len());
        for persona in applicants() {
            for language in Language::ALL {
                let words = shows(&persona, Text::new(language));
                assert!(!words.is_empty(), "demo-shows for {} in {language}", persona.shows);
            }
        }
    }
}
