//! The holder of a key signs out in one browser. What services hold open since the key was shown there is
//! over with it: a sign-in of another browser, or with another key, goes on.

use loket_domain::audit::Event;
use loket_domain::key::KeyPurpose;
use loket_domain::policy::Action;
use loket_domain::{Refusal, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Where the holder is signed in.
#[derive(Debug, Serialize)]
pub enum SignOutHolder {
    /// Among the own keys.
    OwnKeys,
    /// At services, since the key was shown.
    Services {
        /// Digest of the cookie of the session there, which ends in the same transaction: nothing can come of it
        /// any more.
        session: [u8; 32],
        /// When it was.
        shown_at: Timestamp,
    },
}

impl Command for SignOutHolder {
    type Output = ();
    const ACTION: Action = Action::SignOutHolder;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = super::holders_key(tx, permit.key_holder()?).await?;
        let (purpose, ended) = match self {
            Self::OwnKeys => (KeyPurpose::OwnKeys, 0),
            Self::Services { session, shown_at } => {
                tables::visitor::end(tx, *session).await?;
                let now = tx.now();
                let view = &mut tx.view();
                let open = tables::party_sign_in::open_with(view, &key, *shown_at, now).await?;
                for sign_in in &open {
                    tables::party_sign_in::revoke(tx, *sign_in).await?;
                }
                (KeyPurpose::RelyingParty, open.len())
            }
        };
        let sign_ins = u32::try_from(ended).unwrap_or(u32::MAX);
        let event = Event::HolderSignedOut { key: key.id, purpose, sign_ins };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}

/// Whether the browser is let go. Somebody whose key works no longer is signed out already, and everything that
/// came of it with it.
pub(crate) fn let_go(done: Result<(), Failure>) -> Result<(), Failure> {
    match done {
        Err(Failure::Refused(Refusal::KeySessionEnded)) => Ok(()),
        other => other,
    }
}
