//! Keeps that the card was shown again within a session, for the acts that ask for it.

use loket_domain::audit::Event;
use loket_domain::id::SessionId;
use loket_domain::policy::Action;
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// A card that was just proved.
#[derive(Serialize)]
pub struct ShowCardAgain {
    /// The caller's own session.
    pub session: SessionId,
    /// Number on the card.
    pub ssin: Ssin,
    /// SHA-256 of its certificate.
    pub fingerprint: [u8; 32],
    /// The certificate, DER.
    pub certificate: Vec<u8>,
}

impl Command for ShowCardAgain {
    type Output = ();
    const ACTION: Action = Action::ShowCardAgain;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let staff = permit.staff()?.staff;
        // A colleague's card proves nothing about the holder of this session.
        if !tables::staff::is_card_number(&mut tx.view(), staff, &self.ssin).await? {
            return Err(Refusal::OtherCard.into());
        }
        tables::session::show_card(tx, self.session, self.fingerprint, &self.certificate).await?;
        let card = crate::hex(&self.fingerprint);
        Ok(Audited::new((), Event::CardShownAgain { session: self.session, card }, []))
    }
}
