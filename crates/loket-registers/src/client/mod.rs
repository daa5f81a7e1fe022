//! The client of both registers: deadline, one retry, bulkhead, circuit breaker, mutual TLS and a
//! token where they are configured, answers bounded in size and read strictly. Every failure
//! becomes an outcome; a broken line is never "unknown".

mod any;
mod connection;
mod get;
mod inscribe;
mod query;
mod reading;
mod token;
mod verify;

use std::time::Duration;

use loket_domain::id::{QuestionId, RegistrationId, StaffId};
use loket_domain::port::Answer;
use loket_domain::register::{
    InscriptionOutcome, PersonRegister, Question, RegisterAnswer, RegisterName, Search,
    SearchAnswer, Verification, VerificationAnswer,
};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::breaker::Breaker;
use crate::wire::Asking;
#[doc(hidden)]
pub use any::read_any_answer;
pub use connection::TlsSettings;
use reading::{Form, Read};
use token::Tokens;
pub use token::{Clock, TokenSettings};

/// Largest answer that is read.
const LARGEST: usize = 256 * 1024;
/// Questions under way at once.
const AT_ONCE: usize = 16;

/// Where the registers are and how they are asked.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Base address of the National Register, without a trailing slash.
    pub national: String,
    /// Base address of the BIS register.
    pub bis: String,
    /// The legal context of the authorisations (SEED-87: identity and access management).
    pub legal_context: String,
    /// For a whole question, both registers and one retry included.
    pub deadline: Duration,
    /// Whom to trust beside the public authorities, and the own certificate.
    pub tls: TlsSettings,
    /// Client credentials by `private_key_jwt`, where the registers want a token.
    pub token: Option<TokenSettings>,
}

/// The settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// An address is not one of http or https.
    #[error("the address of the {0} cannot be read")]
    Address(&'static str),
    /// TLS could not be set up: a certificate or key does not fit.
    #[error("TLS could not be set up: a root, the client's certificate or its key does not fit")]
    Tls,
    /// The key of the client is no P-256 key in PKCS#8.
    #[error("the key for tokens is no EC P-256 key in PKCS#8")]
    TokenKey,
}

/// The client.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: ClientSettings,
    places: Semaphore,
    breakers: [Breaker; 2],
    tokens: Option<Tokens>,
}

/// How one exchange with one register ended, its retry included.
enum Exchange {
    /// It answered something.
    Answered(Read),
    /// The answer broke off or was too large: not a word of it can be trusted.
    CutOff,
    /// No answer in time.
    Down,
}

/// How one call ended.
enum Call {
    Answered(Read),
    CutOff,
    /// Worth a second try: connection failure, 5xx, a token that is no longer good.
    Failed,
    /// Not worth one now: too many questions.
    Closed,
}

impl Client {
    /// Checks the settings and sets TLS up (ring, web roots and those of the settings).
    pub fn new(settings: ClientSettings, clock: Clock) -> Result<Self, ClientFault> {
        let readable = |address: &str| {
            reqwest::Url::parse(address).is_ok_and(|u| matches!(u.scheme(), "http" | "https"))
        };
        let token_address = settings.token.as_ref().map_or(&settings.national, |t| &t.endpoint);
        for (address, name) in [
            (&settings.national, "National Register"),
            (&settings.bis, "BIS register"),
            (token_address, "token service"),
        ] {
            if !readable(address) {
                return Err(ClientFault::Address(name));
            }
        }
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(settings.deadline)
            .tls_backend_preconfigured(connection::tls(&settings.tls)?)
            .build()
            .map_err(|_| ClientFault::Tls)?;
        let tokens = settings.token.clone().map(|token| Tokens::new(token, clock)).transpose()?;
        Ok(Self {
            http,
            settings,
            places: Semaphore::new(AT_ONCE),
            breakers: [Breaker::default(), Breaker::default()],
            tokens,
        })
    }

    const fn base(&self, register: RegisterName) -> &String {
        match register {
            RegisterName::NationalRegister => &self.settings.national,
            RegisterName::BisRegister => &self.settings.bis,
        }
    }

    const fn breaker(&self, register: RegisterName) -> &Breaker {
        let [national, bis] = &self.breakers;
        match register {
            RegisterName::NationalRegister => national,
            RegisterName::BisRegister => bis,
        }
    }

    /// Who asks, for whom, why and for what right: in every request.
    fn asking(
        &self,
        id: QuestionId,
        registration: RegistrationId,
        officer: StaffId,
        enterprise_number: &str,
    ) -> Asking {
        Asking {
            ticket: id.to_string(),
            legal_context: self.settings.legal_context.clone(),
            purpose: registration.to_string(),
            requesting_user: officer.to_string(),
            enterprise_number: enterprise_number.to_owned(),
        }
    }

    fn asking_about(&self, question: &Question) -> Asking {
        let Question { id, registration, officer, enterprise_number, .. } = question;
        self.asking(*id, *registration, *officer, enterprise_number)
    }

    /// When a question that begins now must have ended, and a place for it; `None` when there is no
    /// place in time.
    async fn begin(&self) -> Option<(Instant, tokio::sync::SemaphorePermit<'_>)> {
        let until = Instant::now() + self.settings.deadline;
        let place = timeout_at(until, self.places.acquire()).await.ok()?.ok()?;
        Some((until, place))
    }

    /// Asks one register, and once more when that is worth it.
    async fn exchange(
        &self,
        register: RegisterName,
        path: &str,
        body: &(impl Serialize + Sync),
        until: Instant,
    ) -> Exchange {
        let breaker = self.breaker(register);
        let address = format!("{}{path}", self.base(register));
        for _try in 0..2 {
            if !breaker.admits(Instant::now()) {
                return Exchange::Down;
            }
            let call = timeout_at(until, self.call(&address, body)).await;
            let answered = matches!(call, Ok(Call::Answered(_) | Call::CutOff));
            breaker.note(!answered, Instant::now());
            match call {
                Ok(Call::Answered(read)) => return Exchange::Answered(read),
                Ok(Call::CutOff) => return Exchange::CutOff,
                Ok(Call::Failed) => {}
                Ok(Call::Closed) | Err(_) => break,
            }
        }
        Exchange::Down
    }

    async fn call(&self, address: &str, body: &(impl Serialize + Sync)) -> Call {
        let mut request = self.http.request(Method::POST, address).json(body);
        if let Some(tokens) = &self.tokens {
            let Some(token) = tokens.current(&self.http).await else { return Call::Failed };
            request = request.bearer_auth(token.expose());
        }
        let Ok(mut response) = request.send().await else { return Call::Failed };
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED && self.tokens.is_some() {
            if let Some(tokens) = &self.tokens {
                tokens.forget().await;
            }
            return Call::Failed;
        }
        if status.is_server_error() {
            return Call::Failed;
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Call::Closed;
        }
        let form = Form::of(response.headers());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => return Call::Answered(Read { status, form, body }),
                Ok(Some(_)) | Err(_) => return Call::CutOff,
            }
        }
    }
}

/// Told where it happens: our ticket finds the dossier in the trail; nothing of the person is here.
fn tell(question: QuestionId, register: RegisterName, outcome: &str) {
    if matches!(outcome, "down" | "unreadable") {
        tracing::warn!(
            %question,
            register = register.code(),
            outcome,
            "a register gave no usable answer"
        );
    }
}

impl PersonRegister for Client {
    fn get<'a>(&'a self, question: &'a Question) -> Answer<'a, RegisterAnswer> {
        Box::pin(self.get_all(question))
    }

    fn query<'a>(&'a self, search: &'a Search) -> Answer<'a, SearchAnswer> {
        Box::pin(self.query_all(search))
    }

    fn verify<'a>(&'a self, verification: &'a Verification) -> Answer<'a, VerificationAnswer> {
        Box::pin(self.verify_all(verification))
    }

    fn inscribe<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(self.inscription(question, "/inscriptions/update"))
    }

    fn release<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(self.inscription(question, "/inscriptions/delete"))
    }

    fn reachable(&self) -> Answer<'_, bool> {
        Box::pin(async {
            let until = Instant::now() + self.settings.deadline;
            let address = format!("{}/health", self.settings.national);
            let answer = timeout_at(until, self.http.get(address).send()).await;
            matches!(answer, Ok(Ok(response)) if response.status() == StatusCode::OK)
        })
    }
}

#[cfg(test)]
mod tests;
