//! A whole office on either database, with a clock that stands still, messages that are kept, and
//! registers that answer as told: for tests of what the office does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use loket_app::commands::create_organisation::CreateOrganisation;
use loket_app::commands::grant_role::GrantRole;
use loket_app::commands::record_agreement::RecordAgreement;
use loket_app::commands::record_authorisation::RecordAuthorisation;
use loket_app::commands::sign_in::SignIn;
use loket_app::tables::organisation::{Particulars, Signature};
use loket_app::tables::staff::StaffName;
use loket_app::{Call, Office, OfficeSettings, Ports, Store};
use loket_domain::caller::{Caller, Door, ProvedPerson, SignInMethod};
use loket_domain::delivery::SendingRules;
use loket_domain::id::{OrganisationId, RoleId, SessionId};
use loket_domain::key::TotpSeed;
use loket_domain::message::{MessageContent, QueuedMessage, Wording};
use loket_domain::office::{Employment, EnterpriseNumber, RoleKind};
use loket_domain::person::RegisterPerson;
use loket_domain::port::{
    Answer, EvidenceReport, HandOver, Messenger, OutgoingMessage, PrintFault, Printer,
    RefusalLetter, Slip,
};
use loket_domain::procedure::Procedures;
use loket_domain::register::{RegisterName, RegisterOutcome};
use loket_domain::secret::Secret;
use loket_domain::ssin::{Synthetic, check_digits};
use loket_domain::{Language, Ssin, Timestamp};
pub use loket_keys::Hasher;

pub use crate::counted_hashing::CountedHashing;
pub use crate::taken_keys::TakenKeys;
pub use crate::told_cards::Cards;
pub use crate::told_register::ToldRegister;
use loket_keys::{PasskeySettings, WebauthnKeys};
use loket_store::{Clock, Engine, Limits, Settings, SystemEntropy, Vault};

/// A clock that moves only when told.
#[derive(Debug)]
pub struct StandingClock(Mutex<Timestamp>);

impl StandingClock {
    /// Moves it forward.
    pub fn advance(&self, span: Duration) {
        if let Ok(mut now) = self.0.lock() {
            *now = now.plus(span);
        }
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        // A microsecond a look, so that what follows has a later time.
        self.0.lock().map_or(Timestamp::from_micros(0), |mut now| {
            *now = Timestamp::from_micros(now.micros() + 1);
            *now
        })
    }
}

/// Keeps every message, and answers as told or as a real adapter does.
#[derive(Clone, Default)]
pub struct Post(Arc<Mutex<PostState>>);

#[derive(Default)]
struct PostState {
    messages: Vec<OutgoingMessage>,
    answer: Option<HandOver>,
    through: Option<Arc<dyn Messenger>>,
}

impl Post {
    /// Every message that was handed over or tried, the newest last.
    pub fn messages(&self) -> Vec<OutgoingMessage> {
        self.0.lock().map(|state| state.messages.clone()).unwrap_or_default()
    }
    /// Answers this from now on; `None` accepts.
    pub fn answer(&self, with: Option<HandOver>) {
        if let Ok(mut state) = self.0.lock() {
            state.answer = with;
        }
    }
    /// Hands every message on to a real adapter from now on.
    pub fn through(&self, adapter: Arc<dyn Messenger>) {
        if let Ok(mut state) = self.0.lock() {
            state.through = Some(adapter);
        }
    }
}

impl Messenger for Post {
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver> {
        Box::pin(async {
            let (answer, through) = match self.0.lock() {
                Ok(mut state) => {
                    state.messages.push(message.clone());
                    (state.answer.clone(), state.through.clone())
                }
                Err(_) => return HandOver::Unfit { cause: "poisoned".to_owned() },
            };
            match (answer, through) {
                (Some(answer), _) => answer,
                (None, Some(adapter)) => adapter.send(message).await,
                (None, None) => HandOver::Accepted { reference: None },
            }
        })
    }
}

/// Says what a message carries and nothing else.
struct PlainWords;

impl Wording for PlainWords {
    fn word(&self, id: loket_domain::id::MessageId, message: &QueuedMessage) -> OutgoingMessage {
        let text = match &message.content {
            MessageContent::ContactCode { code, .. }
            | MessageContent::ActivationCode { code, .. } => code.clone(),
            MessageContent::ActivationLink { link, .. }
            | MessageContent::ContactLink { link, .. }
            | MessageContent::ConsentLink { link, .. } => link.clone(),
            MessageContent::KeyCreated { .. } => "key created".to_owned(),
            MessageContent::KeyNews { .. } => message.content.kind().to_owned(),
            MessageContent::ConsentWithdrawn { .. } => "consent withdrawn".to_owned(),
        };
        OutgoingMessage {
            id,
            to: message.to.clone(),
            language: message.language,
            subject: message.content.kind().to_owned(),
            text: Secret::new(text),
            html: None,
        }
    }
}

struct CodeOnly;
impl Printer for CodeOnly {
    fn slip(&self, slip: &Slip) -> Result<Vec<u8>, PrintFault> {
        Ok(slip.code.expose().as_bytes().to_vec())
    }
    fn letter(&self, letter: &RefusalLetter) -> Result<Vec<u8>, PrintFault> {
        Ok(format!("{} {}", letter.reference, letter.reason.code()).into_bytes())
    }
    fn evidence(&self, report: &EvidenceReport) -> Result<Vec<u8>, PrintFault> {
        let lines = report.events.iter().map(|event| format!("{} {}\n", event.name, event.what));
        Ok(lines.collect::<String>().into_bytes())
    }
}

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The embedded one, in a folder of its own.
    Sqlite,
    /// A database of its own on the server that `tools/postgres start` names.
    Postgres,
}

/// The office of a test.
pub struct House {
    /// The office.
    pub office: Office,
    /// Its store, for looking.
    pub store: Store,
    /// Its clock.
    pub clock: Arc<StandingClock>,
    /// Mails.
    pub mail: Post,
    /// Text messages.
    pub sms: Post,
    /// Where the states of keys are handed over.
    pub receiver: TakenKeys,
    /// The registers.
    pub register: ToldRegister,
    /// The cards behind open sessions.
    pub cards: Cards,
    /// The hasher, which counts.
    pub hashing: CountedHashing,
    /// How the database is reached, to open it a second time or by other means.
    pub engine: Engine,
    folder: tempfile::TempDir,
}

/// Version of the terms that the house asks for.
pub const TERMS: &str = "2026-01";
/// When every test begins: a Monday at noon.
pub const BEGINS: &str = "2026-11-23T12:00:00Z";

async fn engine(on: On, folder: &tempfile::TempDir) -> Result<Engine> {
    match on {
        On::Sqlite => {
            let path = folder.path().join("loket.db");
            Ok(Engine::Sqlite { path: path.to_string_lossy().into_owned() })
        }
        On::Postgres => {
            #[expect(clippy::disallowed_methods, reason = "tests learn the server from make test")]
            let url = std::env::var("LOKET_TEST_POSTGRES").context(
                "LOKET_TEST_POSTGRES is not set: run `make test`, or export the address that `tools/postgres start` prints",
            )?;
            new_database(&url).await
        }
    }
}

/// A database with a name of its own beside the one of the address.
async fn new_database(url: &str) -> Result<Engine> {
    use sqlx::Connection as _;
    let mut random = [0_u8; 8];
    loket_store::Entropy::fill(&SystemEntropy::default(), &mut random)?;
    let name = format!("t{}", hex::encode(random));
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let statement = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(statement).execute(&mut connection).await?;
    let (before, after) = url.rsplit_once("/app").context("the address ends in /app?host=…")?;
    Ok(Engine::Postgres { url: format!("{before}/{name}{after}") })
}

impl House {
    /// Opens an office on a new, empty database.
    pub async fn new(on: On) -> Result<Self> {
        Self::with_rules(on, SendingRules::default()).await
    }

    /// The same with rules of its own for sending.
    pub async fn with_rules(on: On, sending: SendingRules) -> Result<Self> {
        let begins = Timestamp::parse(BEGINS).context("the moment is well formed")?;
        Self::of(on, sending, begins).await
    }

    /// The same with another beginning.
    pub async fn begun(on: On, begins: Timestamp) -> Result<Self> {
        Self::of(on, SendingRules::default(), begins).await
    }

    async fn of(on: On, sending: SendingRules, begins: Timestamp) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let engine = engine(on, &folder).await?;
        let clock = Arc::new(StandingClock(Mutex::new(begins)));
        let store = open_store(&engine, Arc::clone(&clock)).await?;
        let (mail, sms, register) = (Post::default(), Post::default(), ToldRegister::default());
        let (cards, receiver) = (Cards::default(), TakenKeys::default());
        let hashing = CountedHashing::new()?;
        let ports = Ports {
            cards: Box::new(cards.clone()),
            federal: None,
            register: Box::new(register.clone()),
            passkeys: Box::new(WebauthnKeys::new(&PasskeySettings {
                rp_id: "localhost".to_owned(),
                rp_origin: "http://localhost:8080".to_owned(),
                rp_name: "Loket".to_owned(),
                allowed: Vec::new(),
            })?),
            hashing: Arc::new(hashing.clone()),
            printer: Arc::new(CodeOnly),
            mail: Box::new(mail.clone()),
            sms: Box::new(sms.clone()),
            key_receiver: Some(Box::new(receiver.clone())),
            wording: Box::new(PlainWords),
        };
        let settings = OfficeSettings {
            synthetic: Synthetic::Accepted,
            slow_step: Duration::from_millis(1),
            sending,
            ..OfficeSettings::default()
        };
        let office = Office::new(store.clone(), ports, settings, Procedures::shipped()?);
        Ok(Self {
            office,
            store,
            clock,
            mail,
            sms,
            receiver,
            register,
            cards,
            hashing,
            engine,
            folder,
        })
    }

    /// Folder of the embedded database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A call of the operator.
    pub fn operator(&self) -> Result<Call> {
        Ok(self.office.operator_call("test")?)
    }

    /// A call of a member of staff with a wish of its own.
    pub fn call(&self, session: SessionId) -> Result<Call> {
        Ok(self.office.staff_call(session, self.office.new_request()?, None))
    }

    /// An organisation with an agreement in force and both registers open.
    pub async fn organisation(&self, name: &str, number: &str) -> Result<OrganisationId> {
        let organisation = self.bare_organisation(name, number, false).await?;
        self.agree(organisation).await?;
        for register in RegisterName::ALL {
            self.authorise(organisation, register).await?;
        }
        Ok(organisation)
    }

    /// An organisation without anything.
    pub async fn bare_organisation(
        &self,
        name: &str,
        number: &str,
        at_operator: bool,
    ) -> Result<OrganisationId> {
        let enterprise_number = EnterpriseNumber::parse(number)?;
        let command = CreateOrganisation { name: name.to_owned(), enterprise_number, at_operator };
        Ok(self.office.run(self.operator()?, command).await?)
    }

    /// An agreement, signed by both sides a day ago.
    pub async fn agree(&self, organisation: OrganisationId) -> Result<()> {
        let signed = self.office.now().minus(Duration::from_secs(24 * 3600));
        let signature = |name: &str| {
            Some(Signature { name: name.to_owned(), function: "director".to_owned(), at: signed })
        };
        let particulars = Particulars {
            signed_for_organisation: signature("A. Burgemeester"),
            signed_for_operator: signature("B. Directeur"),
            contact: Some("C. Contact, contact@example.be".to_owned()),
            data_protection_officer: Some("D. Officer".to_owned()),
            purpose: "digital keys".to_owned(),
        };
        let command = RecordAgreement { organisation, particulars, in_force_from: signed };
        self.office.run(self.operator()?, command).await?;
        Ok(())
    }

    /// Opens one register to an organisation.
    pub async fn authorise(
        &self,
        organisation: OrganisationId,
        register: RegisterName,
    ) -> Result<()> {
        let command = RecordAuthorisation {
            organisation,
            register,
            reference: "RN 12/2026".to_owned(),
            from: self.office.now(),
            until: None,
        };
        self.office.run(self.operator()?, command).await?;
        Ok(())
    }

    /// Gives a role for a year.
    pub async fn grant(
        &self,
        organisation: OrganisationId,
        ssin: Ssin,
        kind: RoleKind,
    ) -> Result<RoleId> {
        let now = self.office.now();
        let command = GrantRole {
            organisation,
            ssin,
            name: StaffName { given_names: "An".to_owned(), surname: "Peeters".to_owned() },
            kind,
            employment: Employment::Permanent,
            from: now,
            until: now.plus(Duration::from_secs(365 * 24 * 3600)),
            trained_at: Some(now),
        };
        Ok(self.office.run(self.operator()?, command).await?)
    }

    /// Signs in with a card that was proved elsewhere.
    pub async fn sign_in(&self, ssin: Ssin) -> Result<SessionId, loket_app::Failure> {
        // Everybody has a desk of their own.
        self.sign_in_at(ssin, self.store.random::<32>()?).await
    }

    /// The same at a certain post.
    pub async fn sign_in_at(
        &self,
        ssin: Ssin,
        post: [u8; 32],
    ) -> Result<SessionId, loket_app::Failure> {
        let person = ProvedPerson {
            ssin,
            given_names: "An".to_owned(),
            surname: "Peeters".to_owned(),
            method: SignInMethod::WebEid,
            card_fingerprint: [7; 32],
            certificate: vec![7],
            at: self.office.now(),
        };
        let call = Call {
            caller: Caller::Card(person),
            door: Door::Web,
            request: self.office.new_request()?,
            address: Some("127.0.0.1".to_owned()),
        };
        let token_hash = self.store.random::<32>()?;
        self.office.run(call, SignIn { token_hash, post }).await
    }

    /// An officer at work: role, session, accepted terms.
    pub async fn officer(&self, organisation: OrganisationId, ssin: Ssin) -> Result<SessionId> {
        self.staff(organisation, ssin, RoleKind::Officer).await
    }

    /// Staff at work with any role.
    pub async fn staff(
        &self,
        organisation: OrganisationId,
        ssin: Ssin,
        kind: RoleKind,
    ) -> Result<SessionId> {
        self.grant(organisation, ssin, kind).await?;
        let session = self.sign_in(ssin).await?;
        self.office.accept_terms(self.call(session)?, TERMS, Language::Nl).await?;
        Ok(session)
    }

    /// Sends what is due.
    pub async fn send_messages(&self) -> Result<()> {
        loket_app::send_due(&self.office).await?;
        Ok(())
    }
}

/// Six digits that an authenticator app with this seed shows at a moment: made by the crate that
/// people's apps could be made of, not by ours.
pub fn app_code(seed: &TotpSeed, at: Timestamp) -> Result<String> {
    let app = totp_rs::Builder::new().with_secret(*seed.expose()).build();
    let app = app.ok().context("the seed is long enough")?;
    Ok(app.generate(u64::try_from(at.seconds())?).to_string())
}

/// Opens the store of an engine, with the keys of every test.
pub async fn open_store(engine: &Engine, clock: Arc<StandingClock>) -> Result<Store> {
    let settings = Settings {
        engine: engine.clone(),
        node: "test".to_owned(),
        terms_version: TERMS.to_owned(),
        hands_keys_over: true,
        limits: Limits { command: Duration::from_secs(2), ..Limits::default() },
    };
    let vault = Vault::new(&[42; 32])?;
    Ok(Store::open(settings, vault, clock, Arc::new(SystemEntropy::default())).await?)
}

/// A valid synthetic number for a test: born on 18 May 1993, told apart by a counter from 1 to 998.
pub fn ssin(counter: u64) -> Result<Ssin> {
    let nine = 936_518_000 + counter % 1000;
    let text = format!("{nine:09}{:02}", check_digits(nine, false));
    match Ssin::parse(&text, Synthetic::Accepted) {
        Ok(ssin) => Ok(ssin),
        Err(fault) => bail!("{counter}: {fault}"),
    }
}

/// A person whom the register finds.
pub fn found(ssin: Ssin) -> Result<RegisterOutcome> {
    let person: RegisterPerson = serde_json::from_value(serde_json::json!({
        "ssin": ssin, "register": "national_register", "given_names": ["Lotte"],
        "surname": "Janssens", "birth_date": "1993-05-18",
        "birth_place": { "place": "Mechelen", "country": null }, "sex": "female",
        "address": { "kind": "none" }, "standing": { "kind": "active" }
    }))?;
    Ok(RegisterOutcome::Found { person: Box::new(person), incomplete: false })
}
