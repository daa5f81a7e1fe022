//! The client of both registers: deadline, one retry, bulkhead, circuit breaker, answers bounded
//! in size and read strictly. Every failure becomes an outcome; a broken line is never "unknown".

use std::time::Duration;

use loket_domain::Ssin;
use loket_domain::port::Answer;
use loket_domain::register::{
    InscriptionOutcome, PersonRegister, Question, RegisterAnswer, RegisterName, RegisterOutcome,
    Search, SearchAnswer, SearchOutcome, Ticket, Verification, VerificationAnswer,
    VerificationOutcome,
};
use loket_domain::ssin::Synthetic;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::breaker::Breaker;
use crate::wire::{FIELDS, GetAnswer, GetRequest, Problem, urn};

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
}

/// The settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// An address is not one of http or https.
    #[error("the address of the {0} cannot be read")]
    Address(&'static str),
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls,
}

/// The client.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: ClientSettings,
    places: Semaphore,
    breakers: [Breaker; 2],
}

/// How one call ended.
enum Call {
    Answered(RegisterOutcome, Option<Ticket>),
    /// Worth a second try: connection failure, 5xx.
    Failed,
    /// Not worth one now: too many questions.
    Closed,
}

impl Client {
    /// Checks the settings and sets TLS up (ring, the system's clock of rustls, web roots).
    pub fn new(settings: ClientSettings) -> Result<Self, ClientFault> {
        for (address, name) in
            [(&settings.national, "National Register"), (&settings.bis, "BIS register")]
        {
            let known =
                reqwest::Url::parse(address).is_ok_and(|u| matches!(u.scheme(), "http" | "https"));
            if !known {
                return Err(ClientFault::Address(name));
            }
        }
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(settings.deadline)
            .tls_backend_preconfigured(tls()?)
            .build()
            .map_err(|_| ClientFault::Tls)?;
        Ok(Self {
            http,
            settings,
            places: Semaphore::new(AT_ONCE),
            breakers: [Breaker::default(), Breaker::default()],
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

    async fn ask_all(&self, question: &Question) -> RegisterAnswer {
        let until = Instant::now() + self.settings.deadline;
        let down =
            || RegisterAnswer { outcome: RegisterOutcome::Down, register: None, ticket: None };
        let Ok(Ok(_place)) = timeout_at(until, self.places.acquire()).await else { return down() };
        let mut last = down();
        for register in &question.registers {
            last = self.ask(*register, question, until).await;
            if matches!(last.outcome, RegisterOutcome::Down | RegisterOutcome::Unreadable) {
                // Our ticket finds the dossier in the trail; nothing of the person stands here.
                tracing::warn!(
                    question = %question.id,
                    register = register.code(),
                    outcome = last.outcome.code(),
                    "a register gave no usable answer"
                );
            }
            if last.outcome != RegisterOutcome::Unknown {
                return last;
            }
        }
        last
    }

    async fn ask(
        &self,
        register: RegisterName,
        question: &Question,
        until: Instant,
    ) -> RegisterAnswer {
        let answered =
            |outcome, ticket| RegisterAnswer { outcome, register: Some(register), ticket };
        let breaker = self.breaker(register);
        for _try in 0..2 {
            if !breaker.admits(Instant::now()) {
                return answered(RegisterOutcome::Down, None);
            }
            let call = timeout_at(until, self.call(register, question)).await;
            breaker.note(!matches!(call, Ok(Call::Answered(..))), Instant::now());
            match call {
                Ok(Call::Answered(outcome, ticket)) => {
                    let mut answer = answered(outcome, ticket);
                    // Which register has a person is what the answer says, not what we asked.
                    if let RegisterOutcome::Found { person, .. } = &answer.outcome {
                        answer.register = Some(person.register);
                    }
                    return answer;
                }
                Ok(Call::Failed) => {}
                Ok(Call::Closed) | Err(_) => break,
            }
        }
        answered(RegisterOutcome::Down, None)
    }

    async fn call(&self, register: RegisterName, question: &Question) -> Call {
        let request = GetRequest {
            ticket: question.id.to_string(),
            ssin: question.ssin.digits(),
            legal_context: self.settings.legal_context.clone(),
            purpose: question.registration.to_string(),
            requesting_user: question.officer.to_string(),
            enterprise_number: question.enterprise_number.clone(),
            fields: FIELDS.iter().map(|f| (*f).to_owned()).collect(),
        };
        let address = format!("{}/persons/get", self.base(register));
        let Ok(mut response) = self.http.post(address).json(&request).send().await else {
            return Call::Failed;
        };
        let status = response.status();
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
                Ok(None) => break,
                // Cut off in the middle or too large: not a word of it can be trusted.
                Ok(Some(_)) | Err(_) => return Call::Answered(RegisterOutcome::Unreadable, None),
            }
        }
        let (outcome, ticket) = read(status, form, &body, question);
        Call::Answered(outcome, ticket)
    }
}

/// What an answer says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Answer,
    Problem,
    /// A page of a proxy, or nothing said.
    Other,
}

impl Form {
    fn of(headers: &HeaderMap) -> Self {
        let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = text.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "application/json" => Self::Answer,
            "application/problem+json" => Self::Problem,
            _ => Self::Other,
        }
    }
}

/// What an answer means.
fn read(
    status: StatusCode,
    form: Form,
    body: &[u8],
    question: &Question,
) -> (RegisterOutcome, Option<Ticket>) {
    match (status, form) {
        (StatusCode::OK, Form::Answer) => read_person(body, question),
        (StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN, Form::Problem) => {
            (read_problem(status, body, &question.ssin), None)
        }
        _ => (RegisterOutcome::Unreadable, None),
    }
}

fn read_person(body: &[u8], question: &Question) -> (RegisterOutcome, Option<Ticket>) {
    let Ok(answer) = serde_json::from_slice::<GetAnswer>(body) else {
        return (RegisterOutcome::Unreadable, None);
    };
    let ticket = Some(Ticket::new(&answer.ticket));
    let register = answer.register.into();
    let outcome = match answer.person.read(register) {
        // Data of another person, or of a register that the organisation may not ask, is never
        // shown (fault row F18).
        Ok(person) if person.ssin == question.ssin && question.registers.contains(&register) => {
            RegisterOutcome::Found { person: Box::new(person), incomplete: answer.incomplete }
        }
        Ok(_) | Err(_) => RegisterOutcome::Unreadable,
    };
    (outcome, ticket)
}

fn read_problem(status: StatusCode, body: &[u8], asked: &Ssin) -> RegisterOutcome {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        return RegisterOutcome::Unreadable;
    };
    if status == StatusCode::FORBIDDEN {
        return match problem.kind.as_str() {
            urn::NOT_INSCRIBED => RegisterOutcome::NotInscribed,
            _ => RegisterOutcome::NotAllowed,
        };
    }
    if problem.kind != urn::BAD_REQUEST {
        return RegisterOutcome::Unreadable;
    }
    let outcome = problem.issues.iter().find_map(|issue| match issue.kind.as_str() {
        urn::NOT_KNOWN => Some(RegisterOutcome::Unknown),
        urn::CANCELLED => Some(RegisterOutcome::Cancelled),
        urn::REPLACED => {
            let by = Ssin::parse(issue.replaced_by.as_deref()?, Synthetic::Accepted).ok()?;
            (by != *asked).then_some(RegisterOutcome::Replaced { by })
        }
        _ => None,
    });
    outcome.unwrap_or(RegisterOutcome::Unreadable)
}

/// How the registers are trusted. The client certificate of mutual TLS belongs here, and the token of
/// the client credentials in [`Client::call`].
fn tls() -> Result<rustls::ClientConfig, ClientFault> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ClientFault::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

impl PersonRegister for Client {
    fn get<'a>(&'a self, question: &'a Question) -> Answer<'a, RegisterAnswer> {
        Box::pin(self.ask_all(question))
    }

    fn query<'a>(&'a self, _search: &'a Search) -> Answer<'a, SearchAnswer> {
        Box::pin(async { SearchAnswer { outcome: SearchOutcome::Down, tickets: Vec::new() } })
    }

    fn verify<'a>(&'a self, _verification: &'a Verification) -> Answer<'a, VerificationAnswer> {
        let outcome = VerificationOutcome::Down;
        Box::pin(async move { VerificationAnswer { outcome, register: None, ticket: None } })
    }

    fn inscribe<'a>(&'a self, _question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(async { InscriptionOutcome::Down })
    }

    fn release<'a>(&'a self, _question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(async { InscriptionOutcome::Down })
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
