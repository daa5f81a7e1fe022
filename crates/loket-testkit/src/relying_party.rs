//! A small relying party, for the demonstration: sends people to the provider with everything that the
//! protocol wants, and believes nothing that it did not check.

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::Timestamp;
use loket_jose::{Jws, Key};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who it is, and where it asks.
#[derive(Clone)]
pub struct SmallParty {
    /// The provider.
    pub issuer: String,
    /// Its client id there.
    pub client: String,
    /// Its secret there.
    pub secret: String,
    /// Where answers come.
    pub redirect: String,
}

/// What it must remember of one attempt, in the browser of that attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Goes with the code.
    pub verifier: String,
}

/// Who signed in.
#[derive(Debug, Clone)]
pub struct Known {
    /// The ID token, for signing out.
    pub id_token: String,
    /// What it says.
    pub id: Value,
    /// What the person agreed to tell.
    pub info: Value,
}

fn random() -> Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok().context("no randomness")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl SmallParty {
    /// Where to send the browser, and what to remember.
    pub fn begin(&self, scope: &str) -> Result<(String, Attempt)> {
        let attempt = Attempt { state: random()?, nonce: random()?, verifier: random()? };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, attempt.verifier.as_bytes()));
        let pairs = [
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &self.redirect),
            ("scope", scope),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let address = format!("{}/authorize", self.issuer);
        Ok((url::Url::parse_with_params(&address, pairs)?.into(), attempt))
    }

    /// Takes the answer that came back with an attempt.
    pub async fn finish(&self, attempt: &Attempt, query: &str, now: Timestamp) -> Result<Known> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        ensure!(get("state") == Some(&attempt.state), "another state");
        ensure!(get("iss") == Some(&self.issuer), "another issuer");
        if let Some(error) = get("error") {
            bail!("{error}");
        }
        let code = get("code").context("no code")?;
        let client = client()?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.redirect),
                ("code_verifier", &attempt.verifier),
            ])
            .finish();
        let request = client
            .post(format!("{}/token", self.issuer))
            .basic_auth(&self.client, Some(&self.secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let tokens: Value = request.send().await?.error_for_status()?.json().await?;
        let text = |name: &str| tokens.get(name).and_then(Value::as_str).map(str::to_owned);
        let id_token = text("id_token").context("no ID token")?;
        let access = text("access_token").context("no access token")?;
        let id = self.believed(&client, &id_token, &attempt.nonce, now).await?;
        let request = client.get(format!("{}/userinfo", self.issuer)).bearer_auth(access);
        let info: Value = request.send().await?.error_for_status()?.json().await?;
        ensure!(info.get("sub") == id.get("sub"), "another subject");
        Ok(Known { id_token, id, info })
    }

    async fn believed(
        &self,
        client: &reqwest::Client,
        token: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Value> {
        let set: Value = client.get(format!("{}/jwks", self.issuer)).send().await?.json().await?;
        let keys: Vec<Key> = serde_json::from_value(set.get("keys").cloned().unwrap_or_default())?;
        let id: Value = serde_json::from_slice(&Jws::read(token)?.verify(&keys)?)?;
        let text = |name: &str| id.get(name).and_then(Value::as_str);
        ensure!(text("iss") == Some(&self.issuer), "another issuer");
        ensure!(text("aud") == Some(&self.client), "another audience");
        ensure!(text("nonce") == Some(nonce), "another nonce");
        let until = id.get("exp").and_then(Value::as_i64).context("no end")?;
        ensure!(now.seconds() < until, "the ID token is over");
        Ok(id)
    }

    /// Where to send the browser to sign out.
    pub fn leave(&self, id_token: &str, back: &str) -> Result<String> {
        let address = format!("{}/end-session", self.issuer);
        let pairs = [("id_token_hint", id_token), ("post_logout_redirect_uri", back)];
        Ok(url::Url::parse_with_params(&address, pairs)?.into())
    }
}

fn client() -> Result<reqwest::Client> {
    // A second installation of the same provider changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    Ok(client.timeout(std::time::Duration::from_secs(5)).build()?)
}
