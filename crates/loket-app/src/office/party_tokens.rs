//! What a relying party's server gets: tokens for a code, what the person agreed to tell, the keys that
//! sign. It proves first to be itself. What does not fit is refused alike, whatever it was.

use std::time::Duration;

use loket_domain::caller::{Caller, Door};
use loket_domain::id::{PersonId, RelyingPartyId};
use loket_domain::key::KeyKind;
use loket_domain::person::GivenName;
use loket_domain::relying_party::{
    Claim, ClientId, ClientProof, TOKEN_WORKS, due, published, signing,
};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_jose::{Jws, Key, SigningKey, half_hash};
use loket_store::tables::party_sign_in::PartySignIn;
use loket_store::tables::relying_party::RelyingParty;
use loket_store::{Call, Disclosure, Failure, StoreError, tables};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq as _;

use super::Office;
use super::relying::PartySession;
use super::sign_in::hashed;
use crate::commands::exchange_code::{Exchange, ExchangeCode};
use crate::commands::make_signing_key::{MakeSigningKey, Occasion};
use crate::commands::release_claims::{ReleaseClaims, Released};

/// How long an assertion of a relying party may be good, and how far its clock may be from ours.
const ASSERTION: Duration = Duration::from_secs(300);
const SKEW: Duration = Duration::from_secs(30);
/// Wrong proofs of one network address in an hour.
const WRONG_PROOFS: u32 = 100;

/// How a relying party says to be itself.
pub enum PartyProof {
    /// With its secret.
    Secret {
        /// Which.
        client: String,
        /// The secret.
        secret: Secret,
    },
    /// With a signed assertion.
    Assertion(Secret),
}

/// What a code is exchanged for.
pub struct PartyTokens {
    /// Opens what the person agreed to tell.
    pub access: Secret,
    /// Who signed in.
    pub id: String,
    /// What was granted, as scopes.
    pub scope: String,
}

impl Office {
    /// The relying party that proves to be itself. Refuses with `NotAllowed` or `TooManyTries`.
    pub async fn prove_party(
        &self,
        proof: PartyProof,
        address: Option<&str>,
    ) -> Result<RelyingParty, Failure> {
        let subject =
            self.store().vault().token("party_proof", address.unwrap_or_default().as_bytes());
        let hour = Duration::from_secs(3600);
        match self.tried_proof(proof).await? {
            Some(party) => Ok(party),
            None if self.store().count(subject, hour).await? > WRONG_PROOFS => {
                Err(Refusal::TooManyTries.into())
            }
            None => Err(Refusal::NotAllowed.into()),
        }
    }

    async fn tried_proof(&self, proof: PartyProof) -> Result<Option<RelyingParty>, StoreError> {
        match proof {
            PartyProof::Secret { client, secret } => {
                let Ok(client) = ClientId::new(&client) else { return Ok(None) };
                let sent = hashed(secret.expose());
                let fits = |party: &RelyingParty| match &party.registered.proof {
                    ClientProof::Secret { digest } => bool::from(digest.ct_eq(&sent)),
                    ClientProof::Keys { .. } => false,
                };
                Ok(self.relying_party(&client).await?.filter(fits))
            }
            PartyProof::Assertion(assertion) => self.asserted(assertion.expose()).await,
        }
    }

    /// An assertion is signed by a key of the relying party, meant for us, short-lived, and used once
    /// (RFC 7523 section 3).
    async fn asserted(&self, assertion: &str) -> Result<Option<RelyingParty>, StoreError> {
        let Ok(jws) = Jws::read(assertion) else { return Ok(None) };
        let Some(client) = unverified(assertion, "iss").and_then(|c| ClientId::new(&c).ok()) else {
            return Ok(None);
        };
        let Some(party) = self.relying_party(&client).await? else { return Ok(None) };
        let ClientProof::Keys { keys } = &party.registered.proof else { return Ok(None) };
        let keys: Vec<Key> =
            keys.iter().filter_map(|key| serde_json::from_value(key.listed()).ok()).collect();
        let Ok(payload) = jws.verify(&keys) else { return Ok(None) };
        let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let meant = [self.issuer().to_owned(), format!("{}/token", self.issuer())];
        let until = claims.get("exp").and_then(Value::as_i64).map(Timestamp::from_seconds);
        let now = self.now();
        let lives = until
            .is_some_and(|until| now < until.plus(SKEW) && until <= now.plus(ASSERTION).plus(SKEW));
        let Some(id) = text("jti").filter(|id| (1..=200).contains(&id.len())) else {
            return Ok(None);
        };
        let fits = text("iss") == text("sub") && names(claims.get("aud"), &meant) && lives;
        if !fits {
            return Ok(None);
        }
        let used = format!("{client} {id}");
        let subject = self.store().vault().token("party_assertion", used.as_bytes());
        let first = self.store().count(subject, Duration::from_secs(3600)).await? == 1;
        Ok(first.then_some(party))
    }

    /// Exchanges a code. Refuses with `NotFound` whatever does not fit.
    pub async fn exchange_code(
        &self,
        party: &RelyingParty,
        (code, verifier): (&str, &str),
        redirect: &str,
        address: Option<String>,
    ) -> Result<PartyTokens, Failure> {
        let access = self.new_token()?;
        // Without a key to sign with nothing is exchanged, and the code stays good.
        let key = self.signing_key().await?;
        let command = ExchangeCode {
            code_digest: hashed(code),
            address: redirect.to_owned(),
            verifier: verifier.to_owned(),
            token_digest: hashed(access.expose()),
        };
        let exchange = self.run(self.party_call(party.id, address)?, command).await?;
        let Exchange::Done(sign_in) = exchange else { return Err(Refusal::NotFound.into()) };
        let id = self.id_token(&key, party, &sign_in, &access)?;
        let scopes = sign_in.granted.claims.iter().map(|claim| claim.scope());
        let scope = std::iter::once("openid").chain(scopes).collect::<Vec<_>>().join(" ");
        Ok(PartyTokens { access, id, scope })
    }

    fn id_token(
        &self,
        key: &SigningKey,
        party: &RelyingParty,
        sign_in: &PartySignIn,
        access: &Secret,
    ) -> Result<String, StoreError> {
        let (now, granted) = (self.now(), &sign_in.granted);
        let mut claims = json!({
            "iss": self.issuer(),
            "sub": self.subject(sign_in.person, &party.registered.sector),
            "aud": party.client.as_str(),
            "iat": now.seconds(),
            "exp": now.plus(TOKEN_WORKS).seconds(),
            "auth_time": granted.shown_at.seconds(),
            "acr": granted.level.acr(),
            // RFC 8176: both kinds of key are more than one factor.
            "amr": match granted.kind {
                KeyKind::Passkey => ["pop", "mfa"].as_slice(),
                KeyKind::PasswordAndApp => &["pwd", "otp", "mfa"],
            },
            "at_hash": half_hash(access.expose()),
        });
        if let (Some(nonce), Some(claims)) = (&granted.nonce, claims.as_object_mut()) {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        key.sign(&claims).map_err(|_| StoreError::BrokenOff("signing"))
    }

    /// What the person agreed to tell, for an access token. Refuses with `NotFound`.
    pub async fn release_claims(
        &self,
        token: &Secret,
        address: Option<String>,
    ) -> Result<Value, Failure> {
        let token_digest = hashed(token.expose());
        let (sign_in, party) = {
            let mut reader = self.store().reader().await?;
            let view = &mut reader.view();
            let now = self.now();
            let sign_in = tables::party_sign_in::by_token(view, token_digest, now).await?;
            let sign_in = sign_in.ok_or(Refusal::NotFound)?;
            let party = tables::relying_party::load(view, sign_in.party).await?;
            (sign_in, party.ok_or(Refusal::NotFound)?)
        };
        let call = self.party_call(sign_in.party, address)?;
        let (released, disclosure) = self.disclose(call, ReleaseClaims { token_digest }).await?;
        let subject = self.subject(released.person, &party.registered.sector);
        Ok(told(&subject, &released, &disclosure))
    }

    /// The identifier of a person in one sector: nobody else can make it, and two sectors cannot compare.
    fn subject(&self, person: PersonId, sector: &str) -> String {
        use base64::Engine as _;
        let value = [person.to_bytes(), sector.as_bytes().to_vec()].concat();
        let token = self.store().vault().token("pairwise_subject", &value);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(token)
    }

    fn party_call(
        &self,
        party: RelyingPartyId,
        address: Option<String>,
    ) -> Result<Call, StoreError> {
        let request = self.new_request()?;
        Ok(Call { caller: Caller::RelyingParty(party), door: Door::Api, request, address })
    }

    /// Whose ID token this is, however old: the client, and whether it is of the person of a session. A
    /// token that was not signed here names nobody.
    pub async fn read_hint(
        &self,
        hint: &str,
        session: Option<&PartySession>,
    ) -> Result<Option<(RelyingParty, bool)>, StoreError> {
        let Ok(jws) = Jws::read(hint) else { return Ok(None) };
        let keys: Vec<Key> = {
            let mut reader = self.store().reader().await?;
            let all = tables::signing_key::all(&mut reader.view()).await?;
            let stands = all.into_iter().filter(|key| key.times.withdrawn_at.is_none());
            stands.filter_map(|key| serde_json::from_value(key.public).ok()).collect()
        };
        let Ok(payload) = jws.verify(&keys) else { return Ok(None) };
        let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let Some(client) = text("aud").and_then(|client| ClientId::new(client).ok()) else {
            return Ok(None);
        };
        let Some(party) = self.relying_party(&client).await? else { return Ok(None) };
        let same = session.is_some_and(|session| {
            text("sub") == Some(&self.subject(session.person(), &party.registered.sector))
        });
        Ok(Some((party, same)))
    }

    /// The keys that are published, as a key set. Makes the first one when there is none yet.
    pub async fn key_set(&self) -> Result<Value, Failure> {
        self.rotate_signing_keys().await?;
        let mut reader = self.store().reader().await?;
        let keys = tables::signing_key::all(&mut reader.view()).await?;
        let times: Vec<_> = keys.iter().map(|key| key.times).collect();
        let places = published(&times, self.now());
        let listed: Vec<_> =
            places.iter().filter_map(|place| keys.get(*place)).map(|key| &key.public).collect();
        Ok(json!({ "keys": listed }))
    }

    async fn signing_key(&self) -> Result<SigningKey, Failure> {
        self.rotate_signing_keys().await?;
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let keys = tables::signing_key::all(view).await?;
        let times: Vec<_> = keys.iter().map(|key| key.times).collect();
        let missing = StoreError::Unreadable("signing_key");
        let Some(key) = signing(&times, self.now()).and_then(|place| keys.get(place)) else {
            return Err(missing.into());
        };
        let Some(private) = tables::signing_key::private(view, &key.kid).await? else {
            return Err(missing.into());
        };
        Ok(SigningKey::read(&private, Some(key.kid.clone()))
            .map_err(|_| StoreError::Unreadable("signing_key.private"))?)
    }

    /// Makes the next key when it is time.
    pub async fn rotate_signing_keys(&self) -> Result<(), Failure> {
        let times: Vec<_> = {
            let mut reader = self.store().reader().await?;
            let keys = tables::signing_key::all(&mut reader.view()).await?;
            keys.into_iter().map(|key| key.times).collect()
        };
        let Some(new) = due(&times, self.now()) else { return Ok(()) };
        let call = self.job_call("signing_keys")?;
        match self.make_signing_key(call, new.signs_from, Occasion::Due).await {
            // Another server was faster.
            Ok(()) | Err(Failure::Refused(Refusal::WrongStep)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a key that signs from a moment on.
    pub async fn make_signing_key(
        &self,
        call: Call,
        signs_from: Timestamp,
        occasion: Occasion,
    ) -> Result<(), Failure> {
        let broken = |_| StoreError::BrokenOff("making a key");
        let private = SigningKey::make().map_err(broken)?;
        let kid = crate::hex(&self.store().random::<8>()?);
        let key = SigningKey::read(&private, Some(kid.clone())).map_err(broken)?;
        let public = key.public();
        self.run(call, MakeSigningKey { kid, public, private, signs_from, occasion }).await
    }
}

/// A claim of an assertion before anybody looked at its signature: only to find whose key to try.
fn unverified(token: &str, name: &str) -> Option<String> {
    use base64::Engine as _;
    let payload = token.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    claims.get(name)?.as_str().map(str::to_owned)
}

/// Whether a claim is one of the texts, or a list with one of them.
fn names(claim: Option<&Value>, texts: &[String]) -> bool {
    let fits = |value: &Value| value.as_str().is_some_and(|t| texts.iter().any(|text| text == t));
    match claim {
        Some(Value::Array(list)) => list.iter().any(fits),
        Some(value) => fits(value),
        None => false,
    }
}

fn told(subject: &str, released: &Released, disclosure: &Disclosure) -> Value {
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), json!(subject));
    let may = |claim| released.claims.contains(&claim);
    if let Some(person) = released.register.as_ref().map(|person| disclosure.open(person)) {
        if may(Claim::Names) {
            let given: Vec<&str> = person.given_names.iter().map(GivenName::as_str).collect();
            if !given.is_empty() {
                claims.insert("given_name".to_owned(), json!(given.join(" ")));
            }
            claims.insert("family_name".to_owned(), json!(person.surname.as_str()));
        }
        if may(Claim::BirthDate) {
            claims.insert("birthdate".to_owned(), json!(person.birth_date));
        }
        if may(Claim::Number) {
            claims.insert("national_number".to_owned(), json!(person.ssin));
        }
    }
    if let Some(email) = released.email.as_ref().map(|email| disclosure.open(email)) {
        claims.insert("email".to_owned(), json!(email.as_str()));
        claims.insert("email_verified".to_owned(), json!(true));
    }
    Value::Object(claims)
}
