//! Whether there is room for one more key, and by which address a password key signs in. Asked before
//! the first step, so that nobody chooses a password in vain, and again by the command that makes the
//! key. There is a limit because each key of an address is looked at with every try; whoever comes
//! to it is told here, and no key is ever passed over later.

use loket_domain::contact::{Channel, Destination, EmailAddress};
use loket_domain::id::{PersonId, RegistrationId};
use loket_domain::key::KeyKind;
use loket_domain::key::guessing::{KEYS_OF_ONE_ADDRESS, KEYS_OF_ONE_PERSON};
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::contact::ContactState;
use loket_store::tables::{self, View};
use loket_store::{Failure, StoreError};

/// Refuses what there is no room for; the address for a key that signs in by one. The address is not
/// shown, only looked up by.
pub(crate) async fn check(
    view: &mut View<'_>,
    person: PersonId,
    registration: RegistrationId,
    kind: KeyKind,
    now: Timestamp,
) -> Result<Option<EmailAddress>, Failure> {
    if tables::key::count_of(view, person, now).await? >= KEYS_OF_ONE_PERSON {
        return Err(Refusal::TooManyKeys.into());
    }
    match kind {
        KeyKind::Passkey => Ok(None),
        KeyKind::PasswordAndApp => {
            let address = address(view, registration).await?.ok_or(Refusal::AddressMissing)?;
            if tables::key::count_by_sign_in(view, &address, now).await? >= KEYS_OF_ONE_ADDRESS {
                return Err(Refusal::TooManyKeys.into());
            }
            Ok(Some(address))
        }
    }
}

/// The confirmed address of a registration, while consent stands.
async fn address(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<EmailAddress>, StoreError> {
    if tables::contact::consent_language(view, registration).await?.is_none() {
        return Ok(None);
    }
    let points = tables::contact::current(view, registration).await?;
    let confirmed = points
        .iter()
        .find(|p| p.channel == Channel::Email && p.state == ContactState::Confirmed)
        .map(|point| point.destination.to_its_owner());
    Ok(match confirmed {
        Some(Destination::Email(address)) => Some(address.clone()),
        Some(Destination::Sms(_)) | None => None,
    })
}
