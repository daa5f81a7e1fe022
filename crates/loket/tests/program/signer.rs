//! The signer of the audit log: it signs growth and nothing else, and a database that was restored,
//! forked or robbed of its signer's state is not written to any more.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use loket::audit::signer::{SignFault, Signer, SignerPlan};
use loket_app::Call;
use loket_app::commands::record_server::RecordServer;
use loket_domain::caller::{Caller, Door};
use loket_store::log::{checkpoints, tiles};
use loket_store::{Engine, Store};
use loket_testkit::house::{House, On, open_store};
use loket_testkit::on_both;
use loket_tlog::{Checkpoint, NotExtended, Note};

use crate::browser::Browser;
use crate::server::Server;

pub(crate) fn plan(folder: &Path) -> SignerPlan {
    SignerPlan {
        base: "loket.example.be/audit".to_owned(),
        key: folder.join("loket.audit.key"),
        state: folder.join("loket.audit.state"),
    }
}

/// So many events, many in a commit.
pub(crate) async fn events(house: &House, store: &Store, count: u32) -> Result<()> {
    let mut under_way = tokio::task::JoinSet::new();
    for _ in 0..count {
        let call = Call {
            caller: Caller::Job("test"),
            door: Door::Job,
            request: house.office.new_request()?,
            address: None,
        };
        let store = store.clone();
        let record = RecordServer::Stopped { reason: "test".to_owned() };
        under_way.spawn(async move { store.run(call, record).await });
    }
    while let Some(recorded) = under_way.join_next().await {
        recorded??;
    }
    Ok(())
}

async fn signs_growth_only(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    assert_eq!(signer.sign(&house.store).await?, None, "there is nothing to sign");
    let mut sizes = Vec::new();
    for number in 0..3 {
        events(&house, &house.store, 1 + number).await?;
        let head = signer.sign(&house.store).await?;
        sizes.extend(head.map(|checkpoint| checkpoint.size));
        assert_eq!(signer.sign(&house.store).await?, None, "nothing has come since");
    }
    assert_eq!(sizes, [1, 3, 6]);
    // Another run with the same files goes on, and what is published opens with the key.
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    signer.check(&house.store).await?;
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let kept = checkpoints::newest(view).await?.unwrap();
    let published = Checkpoint::open(&Note::parse(&kept.note)?, signer.key()?.verifier())?;
    assert_eq!((published.size, published.origin.as_str()), (6, "loket.example.be/audit/1"));
    assert_eq!(published.root, tiles::head(view).await?.root());
    Ok(())
}

async fn a_lost_state_stops_writing(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 2).await?;
    signer.sign(&house.store).await?;
    fs::remove_file(plan(house.folder()).state)?;
    let fault = signer.check(&house.store).await.unwrap_err();
    assert!(matches!(fault, SignFault::StateLost(_)) && fault.stops_writing(), "{fault}");
    // Two people begin a new log over what there is.
    let state = signer.next_origin(&house.store).await?;
    assert_eq!(state.origin.as_str(), "loket.example.be/audit/2");
    signer.begin(&state)?;
    signer.sign(&house.store).await?;
    let kept = checkpoints::newest(&mut house.store.reader().await?.view()).await?.unwrap();
    assert_eq!((kept.origin.as_str(), kept.size), ("loket.example.be/audit/2", 2));
    Ok(())
}

/// Copies the embedded database, whole.
pub(crate) fn copy(engine: &Engine, to: &Path) -> Result<()> {
    let Engine::Sqlite { path } = engine else { anyhow::bail!("a file") };
    for ending in ["", "-wal"] {
        let from = PathBuf::from(format!("{path}{ending}"));
        let to = PathBuf::from(format!("{}{ending}", to.display()));
        if from.exists() {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

async fn restored(house: &House, to: &Path) -> Result<Store> {
    let engine = Engine::Sqlite { path: to.to_string_lossy().into_owned() };
    open_store(&engine, Arc::clone(&house.clock)).await
}

#[tokio::test]
async fn a_restored_database_is_found_smaller_or_forked() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 300).await?;
    let old = house.folder().join("old.db");
    copy(&house.engine, &old)?;
    events(&house, &house.store, 3).await?;
    signer.sign(&house.store).await?;
    let store = restored(&house, &old).await?;
    let mut found = Vec::new();
    // Written on: smaller at first, then larger than what was signed.
    for _ in 0..4 {
        match signer.check(&store).await.unwrap_err() {
            SignFault::NotExtended(fault) => found.push(fault),
            other => panic!("{other}"),
        }
        assert!(signer.sign(&store).await.is_err());
        events(&house, &store, 2).await?;
    }
    let smaller = NotExtended::Smaller(303);
    assert_eq!(found, [smaller, smaller, NotExtended::Proof, NotExtended::Proof]);
    assert_eq!(signer.last()?.map(|state| state.head.size), Some(303));
    // What was signed is still extended.
    signer.check(&house.store).await?;
    Ok(())
}

#[test]
fn a_server_on_a_restored_database_answers_with_why_and_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let database = |ending: &str| folder.path().join(format!("loket.db{ending}"));
    Server::start(folder.path()).stop();
    let keep = |from: &str, to: &str| {
        for ending in ["", "-wal", "-shm"] {
            drop(fs::remove_file(database(&format!("{to}{ending}"))));
            if database(&format!("{from}{ending}")).exists() {
                let from = database(&format!("{from}{ending}"));
                fs::copy(from, database(&format!("{to}{ending}"))).unwrap();
            }
        }
    };
    keep("", ".old");
    Server::start(folder.path()).stop();
    keep(".old", "");
    let server = Server::start(folder.path());
    let mut browser = Browser::new(&server);
    let health = browser.get("/health").unwrap();
    assert_eq!(health.status, 503, "{}", health.body);
    // The first page on the way in that keeps something.
    let page = browser.get("/sign-in/card").unwrap();
    assert!(page.status == 503 && page.has("Loket is stilgelegd"), "{}", page.body);
    server.stop();
}

on_both! {
    signs_growth_only
    a_lost_state_stops_writing
}
