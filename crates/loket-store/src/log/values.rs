//! What stands in the slots of an event, as text, and how it is read back. The forms are those of
//! `docs/audit-format.md` and stay for ten years: commitments are over exactly these bytes.

use loket_domain::audit::{Actor, Event, Fields};
use loket_domain::caller::Door;
use loket_domain::id::{OrganisationId, PersonId, RegistrationId, RequestId, SessionId, StaffId};
use loket_tlog::{Slot, SlotValue, TokenKind};
use serde_json::{Map, Value};

/// Everything about an event that its leaf does not say in plain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Values {
    pub(super) actor: Actor,
    pub(super) registration: Option<RegistrationId>,
    pub(super) person: Option<PersonId>,
    pub(super) door: Door,
    pub(super) request: RequestId,
    pub(super) address: Option<String>,
    pub(super) event: Event,
}

const DOORS: [Door; 4] = [Door::Web, Door::Api, Door::Cli, Door::Job];

/// One slot's value.
fn value(slot: Slot, value: String) -> SlotValue {
    SlotValue { slot, value }
}

fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Staff { staff, .. } => format!("staff {staff}"),
        Actor::Card => "card".to_owned(),
        Actor::Applicant { invitation } => format!("applicant {invitation}"),
        Actor::AddressHolder { contact_point } => format!("address_holder {contact_point}"),
        Actor::KeyHolder { person, key } => format!("key_holder {person} {key}"),
        Actor::RelyingParty { relying_party } => format!("relying_party {relying_party}"),
        Actor::Operator { account } => format!("operator {account}"),
        Actor::Job { name } => format!("job {name}"),
    }
}

fn actor_of(
    text: &str,
    organisation: Option<OrganisationId>,
    session: Option<SessionId>,
) -> Option<Actor> {
    let (who, rest) = text.split_once(' ').unwrap_or((text, ""));
    Some(match who {
        "staff" => Actor::Staff {
            staff: rest.parse().ok()?,
            organisation: organisation?,
            session: session?,
        },
        "card" if rest.is_empty() => Actor::Card,
        "applicant" => Actor::Applicant { invitation: rest.parse().ok()? },
        "address_holder" => Actor::AddressHolder { contact_point: rest.parse().ok()? },
        "key_holder" => {
            let (person, key) = rest.split_once(' ')?;
            Actor::KeyHolder { person: person.parse().ok()?, key: key.parse().ok()? }
        }
        "relying_party" => Actor::RelyingParty { relying_party: rest.parse().ok()? },
        "operator" => Actor::Operator { account: rest.to_owned() },
        "job" => Actor::Job { name: rest.to_owned() },
        _ => return None,
    })
}

impl Values {
    /// Staff, organisation and session of the actor.
    fn staff(&self) -> Option<(StaffId, OrganisationId, SessionId)> {
        match self.actor {
            Actor::Staff { staff, organisation, session } => Some((staff, organisation, session)),
            Actor::Card
            | Actor::Applicant { .. }
            | Actor::AddressHolder { .. }
            | Actor::KeyHolder { .. }
            | Actor::RelyingParty { .. }
            | Actor::Operator { .. }
            | Actor::Job { .. } => None,
        }
    }

    /// In the order of the slots.
    pub(super) fn slots(&self) -> Vec<SlotValue> {
        let mut slots = Vec::with_capacity(7);
        slots.push(value(Slot::Actor, actor_text(&self.actor)));
        if let Some((_, organisation, session)) = self.staff() {
            slots.push(value(Slot::Session, session.to_string()));
            slots.push(value(Slot::Organisation, organisation.to_string()));
        }
        slots.extend(self.person.map(|id| value(Slot::Subject, id.to_string())));
        slots.extend(self.registration.map(|id| value(Slot::Object, id.to_string())));
        let Fields { plain: mut fields, personal } = self.event.fields();
        fields.extend(personal);
        slots.push(value(Slot::Details, Value::Object(fields).to_string()));
        let mut client = format!("{} {}", self.door.code(), self.request);
        if let Some(address) = &self.address {
            client.push(' ');
            client.push_str(address);
        }
        slots.push(value(Slot::Client, client));
        slots
    }

    /// What the event is found by: kind and value of each token.
    pub(super) fn found_by(&self) -> Vec<(TokenKind, String)> {
        let mut found = Vec::with_capacity(5);
        found.extend(self.person.map(|id| (TokenKind::Person, id.to_string())));
        if let Some((staff, organisation, session)) = self.staff() {
            found.push((TokenKind::Officer, staff.to_string()));
            found.push((TokenKind::Organisation, organisation.to_string()));
            found.push((TokenKind::Session, session.to_string()));
        }
        found.extend(self.registration.map(|id| (TokenKind::Registration, id.to_string())));
        found
    }

    /// Reads the slots of an event of a kind back; `Err` names the slot that cannot be read.
    pub(super) fn of_slots(kind: &str, slots: &[SlotValue]) -> Result<Self, Slot> {
        let text = |slot: Slot| {
            let mut found = slots.iter().filter(move |value| value.slot == slot);
            match (found.next(), found.next()) {
                (one, None) => Ok(one.map(|value| value.value.as_str())),
                (_, Some(_)) => Err(slot),
            }
        };
        let needed = |slot: Slot| text(slot)?.ok_or(slot);
        let organisation = parsed(Slot::Organisation, text(Slot::Organisation)?)?;
        let session = parsed(Slot::Session, text(Slot::Session)?)?;
        let actor = actor_of(needed(Slot::Actor)?, organisation, session).ok_or(Slot::Actor)?;
        let mut client = needed(Slot::Client)?.splitn(3, ' ');
        let door = client.next().and_then(|code| DOORS.into_iter().find(|d| d.code() == code));
        let request = client.next().and_then(|id| id.parse().ok());
        let details: Map<String, Value> =
            serde_json::from_str(needed(Slot::Details)?).map_err(|_| Slot::Details)?;
        let fields = Fields { plain: details, personal: Map::new() };
        Ok(Self {
            actor,
            registration: parsed(Slot::Object, text(Slot::Object)?)?,
            person: parsed(Slot::Subject, text(Slot::Subject)?)?,
            door: door.ok_or(Slot::Client)?,
            request: request.ok_or(Slot::Client)?,
            address: client.next().map(str::to_owned),
            event: Event::from_fields(kind, fields).map_err(|_| Slot::Details)?,
        })
    }
}

fn parsed<T: std::str::FromStr>(slot: Slot, text: Option<&str>) -> Result<Option<T>, Slot> {
    text.map(|text| text.parse().map_err(|_| slot)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn all_actors() -> Vec<Actor> {
        let id = |number| Uuid::from_u128(number);
        vec![
            Actor::Staff { staff: id(1).into(), organisation: id(2).into(), session: id(3).into() },
            Actor::Card,
            Actor::Applicant { invitation: id(4).into() },
            Actor::AddressHolder { contact_point: id(5).into() },
            Actor::KeyHolder { person: id(6).into(), key: id(7).into() },
            Actor::RelyingParty { relying_party: id(8).into() },
            Actor::Operator { account: "an operator with spaces".to_owned() },
            Actor::Job { name: "keys".to_owned() },
        ]
    }

    #[test]
    fn what_was_written_is_read_back_for_every_actor() {
        for actor in all_actors() {
            for (registration, address) in
                [(Some(Uuid::from_u128(8).into()), None), (None, Some("::1".to_owned()))]
            {
                let values = Values {
                    actor: actor.clone(),
                    registration,
                    person: registration.map(|_| Uuid::from_u128(9).into()),
                    door: Door::Web,
                    request: Uuid::from_u128(10).into(),
                    address,
                    event: Event::DigitalKeyNamed {
                        key: Uuid::from_u128(7).into(),
                        name: "Zoë \"\n".to_owned(),
                    },
                };
                let slots = values.slots();
                assert!(slots.is_sorted_by_key(|value| value.slot));
                assert_eq!(Values::of_slots("digital_key_named", &slots), Ok(values));
            }
        }
    }

    #[test]
    fn a_slot_that_is_missing_doubled_or_foreign_is_named() {
        let values = Values {
            actor: Actor::Card,
            registration: None,
            person: None,
            door: Door::Job,
            request: Uuid::from_u128(1).into(),
            address: None,
            event: Event::PasswordChosen {},
        };
        let kind = values.event.kind();
        for place in 0..values.slots().len() {
            let mut slots = values.slots();
            let removed = slots.remove(place);
            assert_eq!(Values::of_slots(kind, &slots), Err(removed.slot));
            slots.extend([removed.clone(), removed.clone()]);
            assert_eq!(Values::of_slots(kind, &slots), Err(removed.slot));
            let mut slots = values.slots();
            slots[place].value.insert(0, 'x');
            assert_eq!(Values::of_slots(kind, &slots), Err(removed.slot));
        }
    }
}
