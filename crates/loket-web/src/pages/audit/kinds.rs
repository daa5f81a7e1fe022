//! The kinds of events to choose from: groups first, since they answer what people ask, then each kind
//! under its group.

use loket_domain::audit::{EventGroup, Kinds};
use loket_text::Text;

/// One entry of the list.
pub(super) struct Option {
    pub(super) value: &'static str,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// Entries under one heading.
pub(super) struct Heading {
    pub(super) label: String,
    pub(super) options: Vec<Option>,
}

/// The whole list.
pub(super) fn list(t: Text, chosen: Kinds) -> Vec<Heading> {
    let option =
        |value: &'static str, label| Option { value, label, chosen: value == chosen.code() };
    let groups = EventGroup::ALL.iter().map(|group| option(group.code(), group_name(t, *group)));
    let together = Heading { label: t.audit_kinds_groups(), options: groups.collect() };
    let each = EventGroup::ALL.iter().map(|group| {
        let kinds = group.kinds().iter().map(|kind| option(kind, kind_name(t, kind)));
        Heading { label: group_name(t, *group), options: kinds.collect() }
    });
    [together].into_iter().chain(each).collect()
}

/// What is chosen, in words.
pub(super) fn name(t: Text, kinds: Kinds) -> String {
    match kinds {
        Kinds::All => t.audit_kinds_all(),
        Kinds::Group(group) => group_name(t, group),
        Kinds::One(kind) => kind_name(t, kind),
    }
}

fn group_name(t: Text, group: EventGroup) -> String {
    match group {
        EventGroup::LookUps => t.audit_group_look_ups(),
        EventGroup::Identification => t.audit_group_identification(),
        EventGroup::Contact => t.audit_group_contact(),
        EventGroup::Invitation => t.audit_group_invitation(),
        EventGroup::Keys => t.audit_group_keys(),
        EventGroup::Services => t.audit_group_services(),
        EventGroup::Messages => t.audit_group_messages(),
        EventGroup::Sessions => t.audit_group_sessions(),
        EventGroup::Office => t.audit_group_office(),
        EventGroup::Oversight => t.audit_group_oversight(),
    }
}

/// The sentence of a kind without its full stop; of the one kind whose sentence says why, without that.
fn kind_name(t: Text, kind: &str) -> String {
    let id = format!("event-{}", kind.replace('_', "-"));
    let sentence = t.by_id(&id).unwrap_or_else(|| t.audit_refused());
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    #[test]
    fn every_entry_has_words_of_its_own_in_every_language() {
        for language in Language::ALL {
            let headings = list(Text::new(language), Kinds::One("person_shown"));
            let options: Vec<&Option> = headings.iter().flat_map(|h| &h.options).collect();
            assert_eq!(options.iter().filter(|option| option.chosen).count(), 1, "{language}");
            for option in options {
                assert!(!option.label.contains(['_', '{']), "{language}: {}", option.label);
            }
        }
    }
}
