//! The holder of a key signs out in one browser. What services hold open since the key was shown there is
//! over with it: a sign-in of another browser, or with another key, goes on.

use loket_domain::audit::Event;
use loket_domain::key::KeyPurpose;
use loket_domain::policy::Action;
use loket_domain::{Refusal, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, VisitKind, tables};
use serde::Serialize;

/// The holder leaves.
#[derive(Debug, Serialize)]
pub struct SignOutHolder {
    /// Digest of the cookie of the session. It ends in the same transaction: nothing can come of it any more.
    pub session: [u8; 32],
    /// Where it is.
    pub place: HolderPlace,
}

/// Where a holder is signed in.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum HolderPlace {
    /// Among the own keys.
    OwnKeys,
    /// At services, since the key was shown.
    Services {
        /// When it was.
        shown_at: Timestamp,
    },
}

impl HolderPlace {
    /// As what the session is kept.
    pub(crate) const fn kept_as(self) -> VisitKind {
        match self {
            Self::OwnKeys => VisitKind::OwnKeys,
            Self::Services { .. } => VisitKind::PartySession,
        }
    }
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
        // Whoever sends the form twice did not sign out twice.
        if !tables::visitor::end(tx, self.session, self.place.kept_as()).await? {
            return Err(Refusal::KeySessionEnded.into());
        }
        let (purpose, ended) = match self.place {
            HolderPlace::OwnKeys => (KeyPurpose::OwnKeys, 0),
            HolderPlace::Services { shown_at } => {
                let now = tx.now();
                let view = &mut tx.view();
                let open = tables::party_sign_in::open_with(view, &key, shown_at, now).await?;
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
