//! A hundred journeys from the counter to the key, over HTTP, while the server is killed at random
//! moments and started again. Afterwards nothing that anybody was told has happened may be lost, no
//! registration may stand in an unknown state, and every message must have its event.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use loket::configuration::Files;
use loket_domain::registration::StateCode;
use loket_store::{Engine, Reader, Vault, soundness, tables};

use crate::browser::Browser;
use crate::counter::{Officer, Visit};
use crate::person::activate;
use crate::server::Server;

const JOURNEYS: usize = 100;
/// Each thread has a person of its own, so that no two visits of one person overlap; and there are so many
/// that nobody comes to twenty keys.
const PEOPLE: [Visit; 6] = [
    Visit::new("lotte", "Janssens", "Lotte", ["18", "5", "1993"], "female"),
    Visit::new("karim", "Benali", "Karim", ["29", "2", "1988"], "male"),
    Visit::new("sofia", "Popescu", "Sofia", ["2", "4", "1990"], "female"),
    Visit::new("auditor", "Claes", "Sofie", ["1", "12", "1975"], "female"),
    Visit::new("reviewer", "Mertens", "Joris", ["19", "3", "1973"], "male"),
    Visit::new("support", "Willems", "Nadia", ["17", "8", "1983"], "female"),
];
/// In turn, since one officer looks up sixty people an hour at most.
const OFFICERS: [&str; 3] = ["officer-nl", "officer-fr", "officer-de"];

/// What people were told has happened: the kinds of events of one registration.
type Ledger = HashMap<String, Vec<&'static str>>;

fn journeys_of(thread: usize, server: &Server, done: &AtomicUsize) -> Ledger {
    let mut ledger = Ledger::new();
    let mut officers: Vec<Officer> =
        OFFICERS.iter().map(|card| Officer::new(server, card)).collect();
    for journey in (thread..JOURNEYS).step_by(PEOPLE.len()) {
        let officer = &mut officers[journey % OFFICERS.len()];
        let visit = PEOPLE[thread].of_journey(journey);
        let (registration, mut told) = officer.serve(&visit);
        activate(&mut Browser::new(server), &visit, &mut told);
        assert!(ledger.insert(registration, told).is_none(), "a registration for each journey");
        done.fetch_add(1, Ordering::Relaxed);
    }
    ledger
}

#[test]
fn a_hundred_journeys_survive_kills_at_random_moments() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let done = AtomicUsize::new(0);
    let (ledger, kills) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..PEOPLE.len())
            .map(|thread| {
                let (server, done) = (&server, &done);
                scope.spawn(move || journeys_of(thread, server, done))
            })
            .collect();
        let mut kills = 0;
        while threads.iter().any(|thread| !thread.is_finished()) {
            server.kill_at_a_random_moment();
            kills += 1;
        }
        let mut whole = Ledger::new();
        for thread in threads {
            whole.extend(thread.join().expect("its panic is printed above"));
        }
        (whole, kills)
    });
    println!("{} journeys, {kills} kills", done.load(Ordering::Relaxed));
    assert_eq!(ledger.len(), JOURNEYS);
    assert!(kills >= 20, "only {kills} kills: the journeys were not disturbed enough");
    server.kill();
    look_through(folder.path(), &ledger);
}

/// The database as the last kill left it.
fn look_through(folder: &Path, ledger: &Ledger) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let master = Files::new(folder.to_owned()).master_secret(Path::new("loket.key"));
        let engine =
            Engine::Sqlite { path: folder.join("loket.db").to_string_lossy().into_owned() };
        let mut reader =
            Reader::open(&engine, Vault::new(&master.unwrap()).unwrap()).await.unwrap();
        let report = soundness::look(&mut reader.view()).await.unwrap();
        assert_eq!(report.unsound, []);
        assert!(report.registrations >= 100 && report.messages >= 400, "{report:?}");
        for (registration, told) in ledger {
            let id = registration.parse().unwrap();
            let view = &mut reader.view();
            let state = tables::registration::load(view, id).await.unwrap().unwrap().state();
            assert_eq!(state, StateCode::Activated, "{registration}");
            let kinds = soundness::kinds_of(view, id).await.unwrap();
            for kind in told {
                assert!(kinds.iter().any(|k| k == kind), "{registration} lost {kind}");
            }
        }
    });
}
