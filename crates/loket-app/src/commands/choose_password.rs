//! Judges the password of a key that is being made, beside the person's own name and address. It is
//! looked at here, inside a command, because the name is personal data; it is kept nowhere.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::key::password::{self, PasswordFault};
use loket_domain::policy::Action;
use loket_domain::secret::Secret;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Judges a password.
#[derive(Serialize)]
pub struct ChoosePassword {
    /// The registration from which the key is made.
    pub registration: RegistrationId,
    /// The password.
    #[serde(skip)]
    pub password: Secret,
}

impl Command for ChoosePassword {
    type Output = ();
    const ACTION: Action = Action::ChoosePassword;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let registration = match permit.invitation() {
            Ok(invitation) => {
                super::enter_activation_code::open(tx, invitation).await?.registration
            }
            Err(_) => super::holders_key(tx, permit.key_holder()?).await?.registration,
        };
        if registration != self.registration {
            return Err(Refusal::NotAllowed.into());
        }
        let mut own: Vec<String> = Vec::new();
        if let Some(person) = tables::registration::person(&mut tx.view(), registration).await? {
            let person = tx.open(&person);
            own.push(person.surname.as_str().to_owned());
            own.extend(person.given_names.iter().map(|name| name.as_str().to_owned()));
        }
        if let Some((address, _)) = super::holders_address(tx, registration).await? {
            own.push(address.as_str().to_owned());
        }
        match password::check(&self.password, own.iter().map(String::as_str)) {
            Ok(()) => Ok(Audited::new((), Event::PasswordChosen {}, []).on(registration)),
            Err(PasswordFault::TooPersonal) => Err(Refusal::PasswordTooPersonal.into()),
            Err(PasswordFault::TooShort | PasswordFault::TooLong | PasswordFault::TooCommon) => {
                Err(Refusal::InvalidInput.into())
            }
        }
    }
}
