//! The addresses of a dossier as its pages show them.

use loket_app::Disclosure;
use loket_app::commands::view_registration::{ContactView, RegistrationView};
use loket_domain::contact::{Channel, Destination};
use loket_domain::person::RegisterPerson;

/// The whole address or number of a contact point; empty where the page does not show it.
pub(super) fn destination(point: &ContactView, disclosure: &Disclosure) -> String {
    point.destination.as_ref().map_or_else(String::new, |d| match disclosure.open(d) {
        Destination::Email(address) => address.as_str().to_owned(),
        Destination::Sms(number) => number.e164().to_owned(),
    })
}

/// The contact point of a channel.
pub(super) fn of_channel(view: &RegistrationView, channel: Channel) -> Option<&ContactView> {
    view.contacts.iter().find(|point| point.channel == channel)
}

/// Given names and surname; a person may have no given names.
pub(super) fn whole_name(person: &RegisterPerson) -> String {
    let mut names: Vec<&str> =
        person.given_names.iter().map(loket_domain::person::GivenName::as_str).collect();
    names.push(person.surname.as_str());
    names.join(" ")
}
