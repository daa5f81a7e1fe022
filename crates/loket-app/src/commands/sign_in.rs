//! Opens a session for the holder of a proved card (SEED-14, SEED-23, SEED-33).

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::SessionId;
use loket_domain::office::StaffFacts;
use loket_domain::policy::{Action, may_enter};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, grants, tables};
use serde::Serialize;

/// Opens a session.
#[derive(Debug, Serialize)]
pub struct SignIn {
    /// SHA-256 of the new cookie's token.
    pub token_hash: [u8; 32],
    /// SHA-256 of the mark of the post.
    pub post: [u8; 32],
}

impl Command for SignIn {
    type Output = SessionId;
    const ACTION: Action = Action::SignIn;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<SessionId>, Failure> {
        let card = permit.card()?;
        let staff = tables::staff::by_number(&mut tx.view(), &card.ssin)
            .await?
            .ok_or(Refusal::StaffUnknown)?;
        let facts = choose_organisation(tx, staff, permit.now()).await?;
        may_enter(&facts, permit.now())?;
        let session: SessionId = tx.new_id()?;
        let who = (staff, facts.organisation);
        tables::session::insert(tx, session, self.token_hash, self.post, who, card).await?;
        let event = Event::SignedIn {
            session,
            method: card.method,
            card: crate::hex(&card.card_fingerprint),
            ssin_masked: card.ssin.masked(),
        };
        Ok(Audited::new(session, event, []).by(staff, facts.organisation, session))
    }
}

/// The organisation of a role that is valid now, or else of the role that ended last, so that the
/// refusal can say what happened to it.
async fn choose_organisation(
    tx: &mut Tx<'_>,
    staff: loket_domain::id::StaffId,
    now: loket_domain::Timestamp,
) -> Result<StaffFacts, Failure> {
    let roles = tables::staff::roles_of(&mut tx.view(), staff).await?;
    let valid = roles
        .iter()
        .find(|r| r.grant.from <= now && now < r.grant.until && r.grant.withdrawn_at.is_none());
    let role = valid.or(roles.first()).ok_or(Refusal::RoleMissing)?;
    let terms = tx.terms_version().to_owned();
    Ok(grants::standing(&mut tx.view(), &terms, staff, role.organisation).await?)
}
