//! Records a wrong code of the app beside the right password: somebody who is not the holder may know
//! the password. The holder is told of the third, and of the tenth, after which the key is closed
//! (requirement AU-17).

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::guessing::{CODES_BESIDE_PASSWORD, CODES_UNTIL_NOTICE};
use loket_domain::message::KeyNews;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Records a wrong code.
#[derive(Debug, Serialize)]
pub struct RecordWrongCode {
    /// Of which key.
    pub key: KeyId,
    /// Token of the network it came from.
    #[serde(skip)]
    pub from: [u8; 32],
}

impl Command for RecordWrongCode {
    type Output = ();
    const ACTION: Action = Action::RecordWrongCode;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = tables::key::load(&mut tx.view(), self.key, permit.now()).await?;
        let key = key.ok_or(Refusal::WrongStep)?;
        let wrong_codes = tables::key::wrong_code(tx, key.id, self.from).await?;
        let event = Event::DigitalKeyCodeRefused { key: key.id, wrong_codes };
        let mut more = Vec::new();
        if wrong_codes == CODES_UNTIL_NOTICE {
            let news = KeyNews::CodesRefused;
            super::tell_holder(tx, key.registration, news, permit.now()).await?;
        }
        if wrong_codes == CODES_BESIDE_PASSWORD {
            super::tell_holder(tx, key.registration, KeyNews::Closed, permit.now()).await?;
            more.push(Event::DigitalKeyClosed { key: key.id });
        }
        Ok(Audited::new((), event, more).on(key.registration).of(key.person))
    }
}
