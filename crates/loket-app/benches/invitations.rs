//! Invitations a second, from the officer's act to the sinks: the real office on SQLite with its write
//! loop, journal and slow hash of the code, the sending jobs, SMTP over STARTTLS and HTTP to receivers
//! in this process. One person is prepared once and invited many times; each invitation is one mail
//! and one short message.
//!
//! Also bytes of an event in the database, with its indexes and tiles: of the events of real work.
//!
//! Not in it: pages, sign-in, identification, and a network. The receivers share the processors.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use loket_app::commands::choose_procedure::ChooseProcedure;
use loket_app::commands::confirm_contact_point::ConfirmContactPoint;
use loket_app::commands::enter_contact::{EnterContact, Sharing};
use loket_app::commands::identify_person::IdentifyPerson;
use loket_app::commands::record_check::{CheckAnswer, RecordCheck};
use loket_app::commands::record_document::RecordDocument;
use loket_app::commands::view_registration::{Page, ViewRegistration};
use loket_domain::contact::Channel;
use loket_domain::delivery::{LaneRules, Rate, SendingRules};
use loket_domain::document::{DocumentEntry, DocumentKind, TypedDocument};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::person::{IncompleteDate, Sex};
use loket_domain::procedure::ExternalAnswer;
use loket_domain::registration::VisitReason;
use loket_domain::time::Day;
use loket_domain::{Language, Timestamp};
use loket_testkit::house::{House, On, found, ssin};
use loket_testkit::mail_receiver::{MailOptions, MailReceiver};
use loket_testkit::owner;
use loket_testkit::peers::{SMS_TOKEN, gateway, relay};
use loket_testkit::points::point_by_point;
use loket_testkit::sms_receiver::{SmsOptions, SmsReceiver};
use tokio::time::Instant;

const PEOPLE: u64 = 100;
const OF_ONE_OFFICER: u64 = 25;
const PATIENT: Duration = Duration::from_secs(10);

fn rules() -> SendingRules {
    let rate = Rate { count: 10_000, period: Duration::from_secs(1) };
    let lane = LaneRules { at_once: 32, rate };
    SendingRules {
        mail: lane,
        sms: lane,
        per_address: rate,
        per_domain: rate,
        ..SendingRules::default()
    }
}

async fn check(
    house: &House,
    by: SessionId,
    id: RegistrationId,
    check: &str,
    answer: CheckAnswer,
) -> Result<()> {
    let procedures = house.office.procedures();
    let card = "belgian-card-without-certificates";
    let answer = point_by_point(&procedures, card, id, check, answer);
    let command = RecordCheck { registration: id, check: check.to_owned(), answer, procedures };
    Ok(house.office.run(house.call(by)?, command).await?)
}

/// A person who can be invited, as the officer brings it about.
async fn contactable(house: &House, by: SessionId, n: u64) -> Result<RegistrationId> {
    let person = ssin(n)?;
    house.register.tell(person, found(person)?);
    let id = house.office.open_registration(house.call(by)?, person, VisitReason::FirstKey).await?;
    let procedures = house.office.procedures();
    let procedure = "belgian-card-without-certificates".to_owned();
    let choose =
        ChooseProcedure { registration: id, procedure, procedures: Arc::clone(&procedures) };
    house.office.run(house.call(by)?, choose).await?;
    for name in ["presence", "in-hand"] {
        check(house, by, id, name, CheckAnswer::Yes).await?;
    }
    let entry = DocumentEntry {
        kind: DocumentKind::BelgianIdentityCard,
        number: "591191706458".to_owned(),
        issuer: "BEL".to_owned(),
        surname: "Janssens".to_owned(),
        given_names: "Lotte".to_owned(),
        birth_date: IncompleteDate::parse("1993-05-18").context("a date")?,
        sex: Sex::Female,
        valid_until: Day::new(2031, 3, 2).context("a day")?,
    };
    let document = TypedDocument::new(&entry).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let record = RecordDocument { registration: id, document, procedures: Arc::clone(&procedures) };
    house.office.run(house.call(by)?, record).await?;
    check(house, by, id, "comparison", CheckAnswer::ComparisonRead).await?;
    for name in ["features", "photo"] {
        check(house, by, id, name, CheckAnswer::Yes).await?;
    }
    let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
    check(house, by, id, "document-status", service).await?;
    house.office.run(house.call(by)?, IdentifyPerson { registration: id, procedures }).await?;
    let contact = EnterContact {
        registration: id,
        consent: Some(loket_domain::consent::NEWEST.version.to_owned()),
        in_force: loket_domain::consent::NEWEST.version.to_owned(),
        language: Language::Nl,
        email: format!("person{n}@example.be").parse()?,
        mobile: Some(format!("0470 12 {:02} {:02}", n / 100, n % 100).parse()?),
        shared: None,
        sharing: Sharing::default(),
    };
    house.office.run(house.call(by)?, contact).await?;
    house.send_messages().await?;
    let view = ViewRegistration { registration: id, page: Page::Contact };
    let (shown, _) = house.office.disclose(house.call(by)?, view).await?;
    for point in shown.contacts {
        let post = if point.channel == Channel::Email { &house.mail } else { &house.sms };
        let code = post.messages().last().context("a code was sent")?.text.clone();
        let command = ConfirmContactPoint { registration: id, contact_point: point.id, code };
        house.office.run(house.call(by)?, command).await?;
    }
    Ok(id)
}

async fn measure(wanted: u32, seconds: u32) -> Result<()> {
    let house = House::with_rules(On::Sqlite, rules()).await?;
    let organisation = house.organisation("Stad Mechelen", "0884303369").await?;
    let (mut people, mut officers) = (Vec::new(), Vec::new());
    for n in 0..PEOPLE {
        // Nobody looks up more people at such a pace (SEED-80).
        if n % OF_ONE_OFFICER == 0 {
            officers.push(house.officer(organisation, ssin(1 + n / OF_ONE_OFFICER)?).await?);
        }
        let by = *officers.last().context("an officer")?;
        people.push((contactable(&house, by, 10 + n).await?, by));
    }
    let clock = Arc::new(|| Timestamp::from_seconds(0));
    let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let mails = MailReceiver::start(loopback, MailOptions::new(clock.clone())).await?;
    let options = SmsOptions { token: SMS_TOKEN.to_owned(), callback: None, folder: None, clock };
    let texts = SmsReceiver::start(loopback, options).await?;
    house.mail.through(relay(&mails, true, PATIENT)?);
    house.sms.through(gateway(&texts, PATIENT)?);
    // The clock of the house stands still by itself.
    let moving = Arc::clone(&house.clock);
    let moved = tokio::spawn(async move {
        let mut last = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            moving.advance(last.elapsed());
            last = Instant::now();
        }
    });
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let jobs = tokio::spawn(loket_app::jobs::run(house.office.clone(), stopping));

    let count = usize::try_from(wanted * seconds)?;
    let start = Instant::now();
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..count {
        // Each at its own moment, whatever became of the ones before, but a second's worth at most
        // under way.
        let due = Duration::from_secs_f64(f64::from(u32::try_from(n)?) / f64::from(wanted));
        tokio::time::sleep(due.saturating_sub(start.elapsed())).await;
        while asked.len() >= usize::try_from(wanted)? {
            asked.join_next().await.context("one is under way")???;
        }
        let (id, by) = *people.get(n % people.len()).context("somebody")?;
        let (office, call) = (house.office.clone(), house.call(by)?);
        asked.spawn(async move { office.send_invitation(call, id).await.map(drop) });
    }
    while let Some(done) = asked.join_next().await {
        done??;
    }
    let issued = start.elapsed();
    let arrived = |mails: &MailReceiver, texts: &SmsReceiver| {
        (mails.messages().len(), texts.messages().len())
    };
    let mut last = (0, 0);
    while last != arrived(&mails, &texts) {
        last = arrived(&mails, &texts);
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    let lanes = house.office.lanes().await?;
    ensure!(lanes.iter().all(|lane| lane.waiting == 0), "something still waits: {lanes:?}");
    stop.send_replace(true);
    jobs.await?;
    moved.abort();
    let bytes = owner::bytes(
        &house.engine,
        "SELECT CAST(SUM(bytes) || ': ' || GROUP_CONCAT(name || ' ' || bytes, ', ') AS BLOB) FROM
           (SELECT name, SUM(pgsize) / (SELECT COUNT(*) FROM journal) AS bytes FROM dbstat
            WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ('journal', 'log_tile'))
            GROUP BY name)",
    );
    let bytes = String::from_utf8(bytes.await?)?;
    let rate = |number: usize| f64::from(u32::try_from(number).unwrap_or(0)) / issued.as_secs_f64();
    #[expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
    {
        println!(
            "asked for {wanted} a second over {seconds} s: {count} invitations in {:.1} s, {:.0} a second; {} mails and {} \
             short messages arrived, the rest were of invitations that a newer one replaced before they were sent",
            issued.as_secs_f64(),
            rate(count),
            last.0,
            last.1,
        );
        println!("bytes of an event: {bytes}");
    }
    Ok(())
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (wanted, seconds) = (arguments.next().unwrap_or(100), arguments.next().unwrap_or(20));
    tokio::runtime::Runtime::new()?.block_on(measure(wanted, seconds))
}
