//! How long an auditor waits for the first rows: a database of so many events, and then each way of asking,
//! each time about somebody else. The events are those of officers who look at people, a thousand in a command,
//! through the real write loop on SQLite: each has its leaf, its sealed part and its tokens. What is timed is the whole command: its rights, the search, the opening of fifty sealed events
//! and the commit of its own event.
//!
//! Not in it: pages and a network. Arguments: number of events (below some 200,000 not everybody has one),
//! number of questions of each way.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use loket_app::asking::Named;
use loket_app::commands::find_sessions::FindSessions;
use loket_app::commands::search_journal::SearchJournal;
use loket_domain::audit::{Event, EventGroup, Kinds};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::office::{EnterpriseNumber, RoleKind};
use loket_domain::policy::Action;
use loket_domain::registration::VisitReason;
use loket_domain::{Ssin, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use loket_testkit::house::{House, On, found, ssin};
use serde::Serialize;
use tokio::time::Instant;

const MECHELEN: &str = "0884303369";
const OFFICERS: u64 = 20;
const PEOPLE: u64 = 400;
/// Events of one command.
const OF_A_COMMAND: u64 = 1000;
/// By the clock of the house from one command to the next: all of them fit into a session.
const LATER: Duration = Duration::from_millis(50);
const REASON: &str = "benchmark of the desk";

/// What was made.
struct Made {
    auditor: SessionId,
    people: Vec<Ssin>,
    officers: Vec<Ssin>,
    begin: Timestamp,
    end: Timestamp,
    events: u64,
}

async fn size(house: &House) -> Result<u64> {
    let mut reader = house.store.reader().await?;
    Ok(loket_store::journal::size(&mut reader.view()).await?)
}

/// Looks at the same person a thousand times.
#[derive(Debug, Serialize)]
struct Look {
    registration: RegistrationId,
}

impl Command for Look {
    type Output = ();
    const ACTION: Action = Action::ViewRegistration;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(&self, _: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        let fields = ["given_names", "surname", "birth_date", "number"].map(str::to_owned);
        let shown = Event::PersonShown { fields: fields.to_vec(), page: "person".to_owned() };
        let more = vec![shown.clone(); usize::try_from(OF_A_COMMAND - 1).unwrap_or(0)];
        Ok(Audited::new((), shown, more))
    }
}

/// One of them, in turn.
fn nth<T: Copy>(all: &[T], turn: usize) -> Result<T> {
    all.get(turn.checked_rem(all.len()).unwrap_or(0)).copied().context("there are some")
}

async fn make(house: &House, events: u64) -> Result<Made> {
    let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
    let begin = house.office.now();
    let mut looks: Vec<(SessionId, RegistrationId)> = Vec::new();
    let (mut people, mut officers) = (Vec::new(), Vec::new());
    for n in 0..OFFICERS {
        officers.push(ssin(900 + n)?);
        let officer = house.officer(organisation, ssin(900 + n)?).await?;
        for p in 0..PEOPLE / OFFICERS {
            let person = ssin(1 + n * (PEOPLE / OFFICERS) + p)?;
            house.register.tell(person, found(person)?);
            let call = house.call(officer)?;
            let id = house.office.open_registration(call, person, VisitReason::FirstKey).await?;
            people.push(person);
            looks.push((officer, id));
        }
    }
    let commands = events.saturating_sub(size(house).await?).div_ceil(OF_A_COMMAND);
    for turn in 0..commands {
        let (officer, registration) = nth(&looks, usize::try_from(turn)?.wrapping_mul(7919))?;
        house.store.run(house.call(officer)?, Look { registration }).await?;
        house.clock.advance(LATER);
    }
    let operator = house.bare_organisation("Operator", "0400378485", true).await?;
    let auditor = house.staff(operator, ssin(999)?, RoleKind::Auditor).await?;
    let (end, events) = (house.office.now(), size(house).await?);
    Ok(Made { auditor, people, officers, begin, end, events })
}

/// A moment within what was made.
fn moment(made: &Made, turn: usize) -> Timestamp {
    let span = made.end.since(made.begin);
    made.begin.plus(span.mul_f64(f64::from(u32::try_from(turn % 50).unwrap_or(0)) / 100.0))
}

fn question(made: &Made, way: &str, turn: usize) -> Result<SearchJournal> {
    let (person, officer) = (nth(&made.people, turn)?, nth(&made.officers, turn)?);
    let from = Some(moment(made, turn));
    let (named, kinds, from) = match way {
        "person" => (Named::Person(person), Kinds::All, None),
        "person, looked up and shown" => {
            (Named::Person(person), Kinds::Group(EventGroup::LookUps), None)
        }
        "officer" => (Named::Officer(officer), Kinds::All, from),
        "organisation" => {
            (Named::Organisation(EnterpriseNumber::parse(MECHELEN)?), Kinds::All, from)
        }
        "period" => (Named::Everything, Kinds::All, from),
        "kinds" => (Named::Everything, Kinds::Group(EventGroup::LookUps), from),
        other => anyhow::bail!("{other}"),
    };
    let purpose = REASON.to_owned();
    Ok(SearchJournal { named, kinds, from, until: None, purpose, after: None })
}

fn told(way: &str, mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| {
        let place = (times.len() * share).div_ceil(100).saturating_sub(1);
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    format!("{way}: median {:.1} ms, p95 {:.1} ms, of {}", at(50), at(95), times.len())
}

async fn measure(house: &House, made: &Made, questions: usize) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let ways =
        ["person", "person, looked up and shown", "officer", "organisation", "period", "kinds"];
    for way in ways {
        let mut times = Vec::new();
        for turn in 0..questions {
            let question = question(made, way, turn)?;
            let call = house.call(made.auditor)?;
            let begun = Instant::now();
            let found = house.office.run(call, question).await?;
            times.push(begun.elapsed());
            ensure!(!found.events.is_empty(), "{way} {turn} found nothing");
        }
        lines.push(told(way, times));
    }
    let mut times = Vec::new();
    for turn in 0..questions {
        let find = FindSessions { at: moment(made, turn), purpose: REASON.to_owned(), after: None };
        let call = house.call(made.auditor)?;
        let begun = Instant::now();
        house.office.run(call, find).await?;
        times.push(begun.elapsed());
    }
    lines.push(told("signed in at a moment", times));
    Ok(lines)
}

#[expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
fn tell(line: &str) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let events = numbers.next().unwrap_or(1_000_000);
    let questions = usize::try_from(numbers.next().unwrap_or(200))?;
    let house = House::new(On::Sqlite).await?;
    let begun = Instant::now();
    let made = make(&house, events).await?;
    let took = begun.elapsed();
    let rows = loket_app::commands::search_journal::PAGE;
    tell(&format!(
        "{} events made in {:.0} s; first {rows} rows:",
        made.events,
        took.as_secs_f64()
    ));
    for line in measure(&house, &made, questions).await? {
        tell(&line);
    }
    Ok(())
}
