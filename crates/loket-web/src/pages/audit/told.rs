//! An event as people read it: when, who, for which organisation, what, and what was shown.

use loket_app::Disclosure;
use loket_app::names::Names;
use loket_app::tables::staff::StaffName;
use loket_domain::audit::{About, Actor, Event, JournalEntry};
use loket_text::Text;

use super::details::{Detail, details};
use super::sentence::sentence;

/// One event as the page shows it.
pub(super) struct Entry {
    pub(super) sequence: String,
    pub(super) when: String,
    pub(super) moment: String,
    pub(super) who: String,
    pub(super) place: String,
    /// Number of its dossier, where it has one.
    pub(super) dossier: String,
    pub(super) what: String,
    pub(super) refused: bool,
    pub(super) details: Vec<Detail>,
}

/// An event with the names that it mentions.
pub(super) fn told(t: Text, entry: &JournalEntry, names: &Names, opens: &Disclosure) -> Entry {
    let (who, place) = actor(t, &entry.actor, names, opens);
    let reference = entry.registration.and_then(|id| names.references.get(&id));
    Entry {
        sequence: t.number(i64::try_from(entry.sequence).unwrap_or(i64::MAX)),
        when: format!("{} {}", t.day(entry.at.belgian_day()), t.clock_with_seconds(entry.at)),
        moment: entry.at.to_string(),
        who,
        place,
        dossier: reference.map(|it| t.audit_dossier(&it.to_string())).unwrap_or_default(),
        what: what(t, &entry.event),
        refused: matches!(entry.event, Event::CommandRefused { .. }),
        details: details(t, entry, |id| {
            let staff = id.parse().ok().and_then(|id| names.staff.get(&id));
            let organisation = id.parse().ok().and_then(|id| names.organisations.get(&id));
            staff.map(|name| whole(opens.open(name))).or_else(|| organisation.cloned())
        }),
    }
}

/// The sentence, with the fields that were shown where something was.
fn what(t: Text, event: &Event) -> String {
    let sentence = sentence(t, event);
    match event {
        Event::PersonShown { fields, .. } if !fields.is_empty() => {
            let fields: Vec<String> = fields.iter().map(|field| field_name(t, field)).collect();
            format!("{sentence} {}", t.audit_shown(&fields.join(", ")))
        }
        _ => sentence,
    }
}

/// The name of a field as it stands in an event; of another version of the program as it is.
fn field_name(t: Text, field: &str) -> String {
    match field {
        "given_names" => t.shown_given_names(),
        "surname" => t.shown_surname(),
        "birth_date" => t.shown_birth_date(),
        "birth_place" => t.shown_birth_place(),
        "sex" => t.shown_sex(),
        "address" => t.shown_address(),
        "standing" => t.shown_standing(),
        "number" => t.shown_number(),
        "under_guardianship" => t.shown_under_guardianship(),
        "earlier_refusal" => t.shown_earlier_refusal(),
        "municipality" => t.shown_municipality(),
        "document" => t.shown_document(),
        "email" => t.shown_email(),
        "mobile" => t.shown_mobile(),
        other => other.to_owned(),
    }
}

/// Who did it, and for which organisation or from where.
fn actor(t: Text, actor: &Actor, names: &Names, opens: &Disclosure) -> (String, String) {
    match actor {
        Actor::Staff { staff, organisation, .. } => {
            let name = names.staff.get(staff).map(|name| opens.open(name));
            (
                name.map_or_else(|| staff.to_string(), whole),
                names.organisations.get(organisation).cloned().unwrap_or_default(),
            )
        }
        Actor::Card => (t.audit_actor_card(), String::new()),
        Actor::Applicant { .. } => (t.audit_actor_applicant(), String::new()),
        Actor::AddressHolder { .. } => (t.audit_actor_address_holder(), String::new()),
        Actor::KeyHolder { .. } => (t.audit_actor_key_holder(), String::new()),
        Actor::RelyingParty { .. } => (t.audit_actor_relying_party(), String::new()),
        Actor::Operator { account } => (t.audit_actor_operator(), account.clone()),
        Actor::Job { name } => (t.audit_actor_job(), name.clone()),
    }
}

/// What was asked about, by the name that the events have for it.
pub(super) fn title(t: Text, about: Option<About>, names: &Names, opens: &Disclosure) -> String {
    match about {
        None => t.audit_found_everything(),
        Some(About::Person(_)) => t.audit_found_person(),
        Some(About::Registration(_)) => t.audit_found_registration(),
        Some(About::Officer(id)) => names.staff.get(&id).map_or_else(
            || t.audit_found_officer_unnamed(),
            |name| t.audit_found_officer(&whole(opens.open(name))),
        ),
        Some(About::Organisation(id)) => names.organisations.get(&id).map_or_else(
            || t.audit_found_organisation_unnamed(),
            |name| t.audit_found_organisation(name),
        ),
    }
}

/// The numbers of a person or the one of a dossier that was asked about, as people know them. On the page and in the
/// report, not in a title: a browser keeps those.
pub(super) fn number_asked(
    about: Option<About>,
    names: &Names,
    opens: &Disclosure,
) -> Option<String> {
    match about? {
        About::Person(id) => {
            let numbers = names.numbers.get(&id)?.iter();
            let numbers: Vec<String> = numbers.map(|number| opens.open(number).grouped()).collect();
            (!numbers.is_empty()).then(|| numbers.join(", "))
        }
        About::Registration(id) => names.references.get(&id).map(ToString::to_string),
        About::Officer(_) | About::Organisation(_) => None,
    }
}

/// Given names and surname.
pub(super) fn whole(name: &StaffName) -> String {
    format!("{} {}", name.given_names, name.surname)
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    #[test]
    fn what_was_shown_is_said_in_words() {
        let fields = ["given_names", "earlier_refusal"].map(str::to_owned).to_vec();
        let event = Event::PersonShown { fields, page: "person".to_owned() };
        assert_eq!(
            what(Text::new(Language::En), &event),
            "Saw personal data. Shown: given names, earlier refusal."
        );
    }
}
