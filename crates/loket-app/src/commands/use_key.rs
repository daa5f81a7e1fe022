//! Records that a digital key was used, and for what. A TOTP code works once.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::KeyId;
use loket_domain::key::KeyPurpose;
use loket_domain::policy::Action;
use loket_store::tables::key::Material;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Uses a key.
#[derive(Serialize)]
pub struct UseKey {
    /// Which.
    pub key: KeyId,
    /// For what.
    pub purpose: KeyPurpose,
    /// TOTP step of the code, for an authenticator app.
    pub step: Option<u64>,
    /// New public part of a passkey, when its counter moved.
    #[serde(skip)]
    pub material: Option<Material>,
    /// Token of the network it was used from: wrong codes from there are taken back.
    #[serde(skip)]
    pub from: [u8; 32],
    /// The passkey's counter went backwards.
    pub counter_regressed: bool,
}

impl Command for UseKey {
    type Output = ();
    const ACTION: Action = Action::UseKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let now = tx.now();
        let key =
            tables::key::load(&mut tx.view(), self.key, now).await?.ok_or(Refusal::KeyUnknown)?;
        if !tables::key::used(tx, self.key, self.material.as_ref(), self.step, self.from).await? {
            return Err(Refusal::TotpWrong.into());
        }
        let event = Event::DigitalKeyUsed {
            key: self.key,
            key_kind: key.kind,
            purpose: Some(self.purpose),
            level: Some(key.level),
            counter_regressed: self.counter_regressed,
        };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}
