//! Signing in at a relying party: what it asks is kept under a name of its own, so that two tabs do not
//! meet; the person shows a key and agrees; the relying party gets a code. The session that this opens is
//! apart from the one among the own keys: what a relying party sends the browser to must not stand beside
//! the buttons that withdraw a key.

use loket_domain::Timestamp;
use loket_domain::caller::{Caller, Door};
use loket_domain::id::{KeyId, PersonId, RequestId};
use loket_domain::key::KeyKind;
use loket_domain::relying_party::{
    AnswerError, AuthorizationRequest, ClientId, NextStep, SHOWN_FOR, ShownKey, next_step,
};
use loket_domain::secret::Secret;
use loket_store::tables::relying_party::RelyingParty;
use loket_store::{Call, Failure, StoreError, Visit, VisitKind, tables};
use serde::{Deserialize, Serialize};

use super::Office;
use super::key_proof::ProvedKey;
use super::sign_in::hashed;
use crate::commands::agree_to_claims::AgreeToClaims;
use crate::commands::grant_sign_in::GrantSignIn;
use crate::commands::sign_out_holder::{HolderPlace, SignOutHolder};

/// How long a person may take from the relying party to the code.
const REQUEST_WORKS: std::time::Duration = std::time::Duration::from_secs(30 * 60);

/// Somebody who showed a key for relying parties in this browser.
#[derive(Clone)]
pub struct PartySession {
    token: Secret,
    person: PersonId,
    key: KeyId,
    kind: KeyKind,
    shown: ShownKey,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    person: PersonId,
    key: KeyId,
    shown_at: Timestamp,
}

impl PartySession {
    /// What the forms of this browser are bound to.
    pub fn binding(&self) -> &str {
        self.token.expose()
    }
    /// Kind of the key.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }
    pub(super) const fn person(&self) -> PersonId {
        self.person
    }
}

impl Office {
    /// The issuer, as every token names it.
    pub fn issuer(&self) -> &str {
        &self.settings().portal
    }

    /// The relying party with a client id, unless it was ended.
    pub async fn relying_party(
        &self,
        client: &ClientId,
    ) -> Result<Option<RelyingParty>, StoreError> {
        let mut reader = self.store().reader().await?;
        let found = tables::relying_party::by_client(&mut reader.view(), client).await?;
        Ok(found.filter(|party| party.ended_at.is_none()))
    }

    /// Keeps what a relying party asks; returns the name under which the pages find it.
    pub async fn keep_party_request(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<String, StoreError> {
        let name = self.new_token()?;
        let kept = serde_json::to_string(request)
            .map_err(|_| StoreError::BrokenOff("keeping a request"))?;
        let until = self.now().plus(REQUEST_WORKS);
        let visit =
            Visit { token_hash: hashed(name.expose()), kind: VisitKind::PartyRequest, until };
        self.store().put_visit(visit, kept).await?;
        Ok(name.expose().to_owned())
    }

    /// What was asked under a name, and by whom; `None` when it is over or the relying party was ended.
    pub async fn party_request(
        &self,
        name: &str,
    ) -> Result<Option<(AuthorizationRequest, RelyingParty)>, StoreError> {
        let kept = self.store().peek_visit(hashed(name), VisitKind::PartyRequest).await?;
        let Some(request) = kept.and_then(|json| serde_json::from_str(&json).ok()) else {
            return Ok(None);
        };
        let request: AuthorizationRequest = request;
        let mut reader = self.store().reader().await?;
        let party = tables::relying_party::load(&mut reader.view(), request.party).await?;
        Ok(party.map(|party| (request, party)))
    }

    /// Opens a session for somebody who has just shown a key; returns the cookie.
    pub async fn begin_party_session(&self, proved: &ProvedKey) -> Result<Secret, StoreError> {
        let token = self.new_token()?;
        let kept = Kept { person: proved.person, key: proved.key, shown_at: proved.proved_at };
        let kept =
            serde_json::to_string(&kept).map_err(|_| StoreError::BrokenOff("keeping a session"))?;
        let until = proved.proved_at.plus(SHOWN_FOR);
        let visit =
            Visit { token_hash: hashed(token.expose()), kind: VisitKind::PartySession, until };
        self.store().put_visit(visit, kept).await?;
        Ok(token)
    }

    /// The session of a cookie; `None` when it is over or its key works no longer.
    pub async fn party_session(&self, token: Secret) -> Result<Option<PartySession>, StoreError> {
        let hash = hashed(token.expose());
        let kept = self.store().peek_visit(hash, VisitKind::PartySession).await?;
        let Some(kept) = kept.and_then(|json| serde_json::from_str::<Kept>(&json).ok()) else {
            return Ok(None);
        };
        let mut reader = self.store().reader().await?;
        let key = tables::key::load(&mut reader.view(), kept.key, self.now()).await?;
        Ok(key.filter(|key| key.person == kept.person).map(|key| PartySession {
            token,
            person: key.person,
            key: key.id,
            kind: key.kind,
            shown: ShownKey { at: kept.shown_at, level: key.level },
        }))
    }

    /// Ends a session, and what relying parties hold open from it.
    pub async fn end_party_session(
        &self,
        session: &PartySession,
        address: Option<String>,
    ) -> Result<(), Failure> {
        let call = session_call(session, self.new_request()?, address);
        let place = HolderPlace::Services { shown_at: session.shown.at };
        let leaving = SignOutHolder { session: hashed(session.binding()), place };
        self.sign_holder_out(call, leaving).await
    }

    /// What a request still needs.
    pub async fn party_step(
        &self,
        request: &AuthorizationRequest,
        session: Option<&PartySession>,
    ) -> Result<NextStep, StoreError> {
        let given = match session {
            Some(session) => {
                let mut reader = self.store().reader().await?;
                let view = &mut reader.view();
                tables::claims_consent::given(view, session.person, request.party).await?
            }
            None => None,
        };
        let shown = session.map(|session| session.shown);
        Ok(next_step(request, shown, given.as_ref(), self.now()))
    }

    /// The person agrees to what was asked.
    pub async fn agree(
        &self,
        session: &PartySession,
        asked: &AuthorizationRequest,
        request: RequestId,
        address: Option<String>,
    ) -> Result<(), Failure> {
        let command = AgreeToClaims {
            party: asked.party,
            claims: asked.claims.clone(),
            session: hashed(session.binding()),
        };
        self.run(session_call(session, request, address), command).await
    }

    /// Makes the code; returns the address with the answer. Refuses with `WrongStep` what still needs
    /// something, and with `KeySessionEnded` who has signed out.
    pub async fn answer_party(
        &self,
        session: &PartySession,
        asked: &AuthorizationRequest,
        address: Option<String>,
    ) -> Result<String, Failure> {
        let code = self.new_token()?;
        let command = GrantSignIn {
            request: asked.clone(),
            session: hashed(session.binding()),
            shown_at: session.shown.at,
            code_digest: hashed(code.expose()),
        };
        self.run(session_call(session, self.new_request()?, address), command).await?;
        Ok(self.answer(asked, &[("code", code.expose())]))
    }

    /// The address with a no.
    pub fn fail_party(&self, asked: &AuthorizationRequest, error: AnswerError) -> String {
        self.answer(asked, &[("error", &error.to_string())])
    }

    /// Every answer names who gives it, so that an answer of another provider cannot be passed off as
    /// one of ours (RFC 9207).
    fn answer(&self, asked: &AuthorizationRequest, parameters: &[(&str, &str)]) -> String {
        let mut all = parameters.to_vec();
        all.extend(asked.state.as_deref().map(|state| ("state", state)));
        all.push(("iss", self.issuer()));
        asked.address.with(&all)
    }
}

fn session_call(session: &PartySession, request: RequestId, address: Option<String>) -> Call {
    let caller = Caller::KeyHolder { person: session.person, key: session.key };
    Call { caller, door: Door::Web, request, address }
}
