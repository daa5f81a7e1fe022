//! Judges the password of a key that is being made, beside the person's own name and address. It is
//! looked at here, inside a command, because the name is personal data; it is kept nowhere. Says with
//! which salt it is to be hashed: that of the address by which the key will sign in.

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
    type Output = [u8; 16];
    const ACTION: Action = Action::ChoosePassword;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<[u8; 16]>, Failure> {
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
        let (address, _) =
            super::holders_address(tx, registration).await?.ok_or(Refusal::AddressMissing)?;
        own.push(address.as_str().to_owned());
        let salt = tables::key::password_salt(tx.vault(), &address);
        match password::check(&self.password, own.iter().map(String::as_str)) {
            Ok(()) => Ok(Audited::new(salt, Event::PasswordChosen {}, []).on(registration)),
            Err(PasswordFault::TooPersonal) => Err(Refusal::PasswordTooPersonal.into()),
            Err(PasswordFault::TooShort | PasswordFault::TooLong | PasswordFault::TooCommon) => {
                Err(Refusal::InvalidInput.into())
            }
        }
    }
}
