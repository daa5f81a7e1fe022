//! Witnesses as processes of their own, over HTTP: they cosign what grows, a quorum is kept, one that is
//! away is told, and one that has seen more or other stops all writing. And an authority for time-stamps.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use loket::audit::attesters::{AttesterPlan, AuthorityPlan, TimeStamps, WitnessPlan, Witnesses};
use loket::audit::signer::{SignFault, Signer};
use loket::configuration::Files;
use loket_app::commands::read_set_apart::ReadSetApart;
use loket_store::Store;
use loket_store::log::attesters::{self, Attester, AttesterFault};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_testkit::house::{House, On, open_store};
use loket_testkit::time_stamp_authority::{StampBehaviour, TimeStampAuthority};
use loket_tlog::{Authority, Checkpoint, Note, Policy, WitnessKey};

use crate::audit_log::{Beside, foreign_checker, said};
use crate::signer::{copy, events, plan};

/// A witness as its own process.
struct WitnessProcess {
    child: Child,
    key: WitnessKey,
    url: String,
    folder: PathBuf,
    log: String,
}

impl WitnessProcess {
    /// Starts a witness with its key and state in a folder.
    fn start(folder: &Path, log: &str, port: u16) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let name = folder.file_name().and_then(|name| name.to_str()).context("a name")?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
            .args(["audit", "witness", "--log", log])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--name", &format!("{name}.example")])
            .arg("--key")
            .arg(folder.join("key"))
            .arg("--state")
            .arg(folder.join("state"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let key = lines.next().context("its key")??;
        let listens = lines.next().context("where it listens")??;
        let url = listens.strip_prefix("Listening on ").context("where it listens")?.to_owned();
        let (folder, log) = (folder.to_owned(), log.to_owned());
        Ok(Self { child, key: key.parse()?, url, folder, log })
    }

    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again on its data, at the same address.
    fn again(&mut self) -> Result<()> {
        let port = self.url.rsplit(':').next().and_then(|port| port.parse().ok());
        let mut started = Self::start(&self.folder, &self.log, port.context("its port")?)?;
        assert_eq!(started.key, self.key, "the key stays");
        std::mem::swap(self, &mut started);
        Ok(())
    }

    /// Asks it to stop, and tells whether it did so in order.
    fn stop(&mut self) -> Result<bool> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &pid]).status()?;
        Ok(self.child.wait()?.success())
    }

    fn plan(&self) -> Result<WitnessPlan> {
        Ok(WitnessPlan { url: self.url.parse()?, key: self.key.clone() })
    }

    async fn post(&self, path: &str, body: String) -> Result<(u16, String, String)> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build()?;
        let answer = http.post(format!("{}{path}", self.url)).body(body).send().await?;
        let status = answer.status().as_u16();
        let of = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
        let of = of.unwrap_or_default().to_owned();
        Ok((status, of, answer.text().await?))
    }
}

impl Drop for WitnessProcess {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn newest(store: &Store) -> Result<KeptCheckpoint> {
    checkpoints::newest(&mut store.reader().await?.view()).await?.context("a checkpoint")
}

async fn attester(store: &Store, name: &str) -> Result<Attester> {
    let all = attesters::all(&mut store.reader().await?.view()).await?;
    all.into_iter().find(|one| one.name == name).context("the attester")
}

fn two(folder: &Path, log: &str) -> Result<[WitnessProcess; 2]> {
    Ok([
        WitnessProcess::start(&folder.join("w1"), log, 0)?,
        WitnessProcess::start(&folder.join("w2"), log, 0)?,
    ])
}

fn quorum_of(witnesses: &[WitnessProcess; 2], quorum: usize) -> Result<AttesterPlan> {
    let witnesses = witnesses.iter().map(WitnessProcess::plan).collect::<Result<_>>()?;
    Ok(AttesterPlan { witnesses, quorum, time_stamps: None })
}

async fn two_witnesses_cosign_what_grows(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let store = &house.store;
    let signer = Signer::open(plan(house.folder()), store).await?;
    let log = signer.key()?.verifier().clone();
    let mut processes = two(house.folder(), &log.to_string())?;
    let named = quorum_of(&processes, 2)?;
    named.name(store).await?;
    let asking = Witnesses::new(&named)?;
    asking.round(store).await?;
    let policy = Policy::all_of(vec![log], processes.iter().map(|one| one.key.clone()).collect());
    for more in [1, 6, 0, 300] {
        events(&house, store, more).await?;
        signer.sign(store).await?;
        asking.round(store).await?;
        let kept = newest(store).await?;
        assert!(kept.cosigned_at.is_some(), "at {}", kept.size);
        let accepted = policy.accept(&Note::parse(&kept.note)?)?;
        assert_eq!((accepted.checkpoint.size, accepted.witnesses.len()), (kept.size, 2));
    }
    // One is gone: what it does not cosign is no quorum, and writing goes on.
    processes[1].kill()?;
    events(&house, store, 5).await?;
    signer.sign(store).await?;
    asking.round(store).await?;
    let (kept, reader) = (newest(store).await?, &mut store.reader().await?);
    assert_eq!((kept.size, kept.cosigned_at), (312, None));
    let last =
        checkpoints::newest_cosigned(&mut reader.view()).await?.context("the last quorum")?;
    assert_eq!(last.size, 307, "the last quorum stays");
    let (one, gone) = (attester(store, "w1.example").await?, attester(store, "w2.example").await?);
    assert_eq!((one.attested.map(|(_, size)| size), one.fault), (Some(312), None));
    assert_eq!(gone.attested.map(|(_, size)| size), Some(307));
    assert_eq!(gone.fault.map(|(fault, _)| fault), Some(AttesterFault::Unreachable));
    // It comes back with what it had, and the quorum with it; a client that knows nothing asks its way.
    processes[1].again()?;
    let asking = Witnesses::new(&named)?;
    asking.round(store).await?;
    let kept = newest(store).await?;
    assert!(kept.size == 312 && kept.cosigned_at.is_some());
    assert_eq!(attester(store, "w2.example").await?.fault, None);
    assert!(processes.iter_mut().all(|one| one.stop().is_ok_and(|stopped| stopped)));
    Ok(())
}

/// The Go packages that check transparency logs everywhere accept the cosigned checkpoint.
#[tokio::test]
async fn a_verifier_of_others_accepts_the_cosignatures() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let log = signer.key()?.verifier().to_string();
    let processes = two(house.folder(), &log)?;
    events(&house, &house.store, 300).await?;
    signer.sign(&house.store).await?;
    Witnesses::new(&quorum_of(&processes, 2)?)?.round(&house.store).await?;
    let table = |one: &WitnessProcess| {
        format!("[[audit.witnesses]]\nurl = \"{}\"\nkey = \"{}\"\n", one.url, one.key)
    };
    let tables = table(&processes[0]) + &table(&processes[1]);
    let command_line = Beside::with(&house, &tables)?;
    let keys = String::from_utf8(command_line.audit(&["key"])?.stdout)?;
    let keys: Vec<&str> = keys.lines().collect();
    let [w1, w2] = &processes;
    assert_eq!(keys, [log, w1.key.to_string(), w2.key.to_string()]);
    let (folder, tools) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let place = folder.path().join("published");
    let wrote = command_line.audit(&["tiles", &place.to_string_lossy()])?;
    assert!(wrote.status.success(), "{}", said(&wrote));
    let check = foreign_checker(tools.path())?;
    let checked = Command::new(&check).arg(&place).args(&keys).output()?;
    assert!(checked.status.success(), "{}", said(&checked));
    // With the line of a witness taken out it is not accepted any more.
    let file = place.join("checkpoint");
    let note = fs::read_to_string(&file)?;
    let without: Vec<&str> = note.lines().filter(|line| !line.contains(" w2.example ")).collect();
    fs::write(&file, without.join("\n") + "\n")?;
    let checked = Command::new(&check).arg(&place).args(&keys).output()?;
    assert!(!checked.status.success(), "{}", said(&checked));
    Ok(())
}

#[tokio::test]
async fn a_witness_that_has_seen_more_or_other_stops_all_writing() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let log = signer.key()?.verifier().to_string();
    let processes = two(house.folder(), &log)?;
    let named = quorum_of(&processes, 1)?;
    let asking = Witnesses::new(&named)?;
    events(&house, &house.store, 290).await?;
    signer.sign(&house.store).await?;
    // Database and state of the signer are both copied, as a restored machine has them.
    let (old, state) = (house.folder().join("old.db"), plan(house.folder()).state);
    copy(&house.engine, &old)?;
    let kept_state = fs::read(&state)?;
    events(&house, &house.store, 10).await?;
    signer.sign(&house.store).await?;
    asking.round(&house.store).await?;

    fs::write(&state, kept_state)?;
    let engine = loket_store::Engine::Sqlite { path: old.to_string_lossy().into_owned() };
    let store = open_store(&engine, Arc::clone(&house.clock)).await?;
    signer.check(&store).await?;
    let asking = Witnesses::new(&named)?;
    let fault = asking.round(&store).await.unwrap_err();
    let ahead = matches!(fault, SignFault::WitnessAhead { theirs: 300, ours: 290, .. });
    assert!(ahead && fault.stops_writing(), "{fault}");
    // Written on past what the witnesses have seen: another history.
    events(&house, &store, 20).await?;
    signer.sign(&store).await?;
    let fault = asking.round(&store).await.unwrap_err();
    let other = matches!(fault, SignFault::OtherHistory { size: 300, .. });
    assert!(other && fault.stops_writing(), "{fault}");
    loket::audit::signer::alarm(&fault, &store);
    let refused = events(&house, &store, 1).await.unwrap_err();
    assert!(refused.to_string().contains("another history"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_witness_answers_to_the_letter_of_its_protocol() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let (key, folder) = (signer.key()?, tempfile::tempdir()?);
    let mut witness =
        WitnessProcess::start(&folder.path().join("w"), &key.verifier().to_string(), 0)?;
    let head = |size, leaf: &[u8]| Checkpoint {
        origin: key.verifier().name().clone(),
        size,
        root: loket_tlog::leaf_hash(leaf),
    };
    let ask = |old: u64, checkpoint: &Checkpoint| -> Result<String> {
        Ok(format!("old {old}\n\n{}", checkpoint.sign(&key)?))
    };
    let (one, other) = (head(1, b"one"), head(1, b"other"));
    let asked = "/add-checkpoint";
    let text = "text/plain; charset=utf-8";
    let (status, of, body) = witness.post(asked, ask(0, &one)?).await?;
    assert_eq!((status, of.as_str()), (200, text));
    assert!(body.starts_with("\u{2014} w.example ") && body.ends_with('\n'), "{body}");
    // Its state outlives a kill.
    witness.kill()?;
    witness.again()?;
    let size = (409, "text/x.tlog.size".to_owned(), "1\n".to_owned());
    assert_eq!(witness.post(asked, ask(0, &one)?).await?, size);
    assert_eq!(witness.post(asked, ask(1, &other)?).await?, size);
    assert_eq!(witness.post(asked, ask(1, &one)?).await?.0, 200, "the same again");
    assert_eq!(witness.post(asked, ask(1, &head(2, b"x"))?).await?.0, 422);
    assert_eq!(witness.post(asked, ask(2, &one)?).await?.0, 400);
    assert_eq!(witness.post(asked, "nothing".to_owned()).await?.0, 400);
    assert_eq!(witness.post(asked, "x".repeat(1 << 17)).await?.0, 413);
    let unknown = ask(1, &one)?.replace("loket.example.be", "other.example.be");
    assert_eq!(witness.post(asked, unknown).await?.0, 404);
    let unsigned = ask(1, &one)?.replace("\n1\n", "\n2\n");
    assert_eq!(witness.post(asked, unsigned).await?.0, 403);
    assert_eq!(witness.post("/other", ask(1, &one)?).await?.0, 404);
    // A second process on the same state would cosign two histories.
    let second = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(["audit", "witness", "--listen", "127.0.0.1:0", "--log"])
        .arg(&witness.log)
        .arg("--key")
        .arg(witness.folder.join("key"))
        .arg("--state")
        .arg(witness.folder.join("state"))
        .output()?;
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(said(&second).contains("another witness works with this folder"), "{}", said(&second));
    Ok(())
}

async fn the_newest_head_is_stamped_every_hour(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let (store, clock) = (&house.store, &house.clock);
    let signer = Signer::open(plan(house.folder()), store).await?;
    let authority = TimeStampAuthority::start().await?;
    let trusted = Files::new(PathBuf::new()).chain(&authority.root())?;
    let trusted: Vec<Authority> =
        trusted.iter().map(|der| Authority::from_der(der)).collect::<Result<_, _>>()?;
    let stop_after = Duration::from_hours(8);
    let time_stamps = Some(AuthorityPlan { url: authority.url().parse()?, trusted, stop_after });
    let named = AttesterPlan { time_stamps, ..AttesterPlan::default() };
    named.name(store).await?;
    let asking = TimeStamps::new(&named)?;
    assert_eq!(asking.round(store).await?, None, "there is nothing to stamp");
    events(&house, store, 3).await?;
    signer.sign(store).await?;
    let stamp = asking.round(store).await?.context("a time-stamp")?;
    assert_eq!((stamp.policy.as_str(), stamp.authority.as_str()), ("1.2.3.4.1", "CN=Stamper"));
    let kept = newest(store).await?;
    let (token, note) = (kept.time_stamp.context("its token")?, Note::parse(&kept.note)?);
    assert!(authority.verifies(&token, note.text().as_bytes())?, "openssl says the same");
    assert!(!authority.verifies(&token, note.text().replacen('3', "4", 1).as_bytes())?);
    // Not before the hour, and not without something new.
    clock.advance(Duration::from_secs(3600));
    assert_eq!(asking.round(store).await?, None, "nothing has come since");
    events(&house, store, 2).await?;
    signer.sign(store).await?;
    assert!(asking.round(store).await?.is_some());
    events(&house, store, 2).await?;
    signer.sign(store).await?;
    clock.advance(Duration::from_secs(3500));
    assert_eq!(asking.round(store).await?, None, "not yet an hour");
    assert_eq!(authority.asked(), 2);
    // What it does not stamp, or stamps for another question, is not kept.
    clock.advance(Duration::from_secs(200));
    for (behaviour, fault) in [
        (StampBehaviour::Status(503), AttesterFault::Refused),
        (StampBehaviour::AsBefore, AttesterFault::Wrong),
    ] {
        authority.behave(behaviour);
        assert_eq!(asking.round(store).await?, None, "{behaviour:?}");
        assert_eq!(newest(store).await?.time_stamp, None);
        let asked = attester(store, "127.0.0.1").await?;
        assert_eq!(asked.fault.map(|(fault, _)| fault), Some(fault), "{behaviour:?}");
    }
    authority.behave(StampBehaviour::Stamp);
    assert!(asking.round(store).await?.is_some());
    assert_eq!(attester(store, "127.0.0.1").await?.fault, None);
    // A quiet night is no delay: what counts is how long an event waits.
    clock.advance(Duration::from_hours(12));
    authority.behave(StampBehaviour::Status(503));
    events(&house, store, 1).await?;
    signer.sign(store).await?;
    assert_eq!(asking.round(store).await?, None);
    assert!(store.is_ready().await);
    // After eight hours of an event without a token nobody does anything any more, until there is one.
    clock.advance(Duration::from_hours(8));
    let started = TimeStamps::new(&named)?;
    assert_eq!(started.round(store).await?, None);
    assert!(store.is_ready().await, "a server that has just started asks for an hour first");
    assert_eq!(asking.round(store).await?, None);
    assert!(!store.is_ready().await && store.stopped().is_none());
    let operator = house.office.run(house.operator()?, ReadSetApart).await;
    let refused = operator.err().context("no command is taken")?;
    assert!(refused.to_string().contains("no time-stamp since"), "{refused:#}");
    events(&house, store, 1).await.context("what a job must keep is kept")?;
    authority.behave(StampBehaviour::Stamp);
    assert!(asking.round(store).await?.is_some());
    assert!(store.is_ready().await);
    // All of them stay, whatever is signed afterwards, and a check holds them to their authority.
    events(&house, store, 1).await?;
    signer.sign(store).await?;
    let all = checkpoints::all(&mut store.reader().await?.view()).await?;
    let stamped: Vec<u64> =
        all.iter().filter(|kept| kept.time_stamp.is_some()).map(|kept| kept.size).collect();
    assert_eq!(stamped, [3, 5, 7, 8]);
    let whole = loket::audit::scrub::look(store, &signer, &named).await?;
    assert_eq!(whole.findings, []);
    Ok(())
}

/// A token that was changed is found by the check of the whole log, and so is the line of a witness.
#[tokio::test]
async fn wrong_words_of_outsiders_are_found_and_named() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let log = signer.key()?.verifier().to_string();
    let processes = two(house.folder(), &log)?;
    let mut named = quorum_of(&processes, 2)?;
    events(&house, &house.store, 3).await?;
    signer.sign(&house.store).await?;
    Witnesses::new(&named)?.round(&house.store).await?;
    let found = |named: AttesterPlan| {
        let (store, signer) = (&house.store, &signer);
        async move {
            let report = loket::audit::scrub::look(store, signer, &named).await?;
            anyhow::Ok(report.findings.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
    };
    assert_eq!(found(named.clone()).await?, Vec::<String>::new());
    // The last bytes of the last line are the end of a signature.
    loket_testkit::owner::as_owner(
        &house.engine,
        "UPDATE log_checkpoint SET note = substr(note, 1, length(note) - 12) || 'AAAA' || substr(note, length(note) - 7)",
    )
    .await?;
    let said = found(named.clone()).await?;
    assert!(said.len() == 1 && said[0].ends_with(".example is wrong"), "{said:?}");
    named.witnesses.clear();
    assert_eq!(found(named).await?, Vec::<String>::new(), "nobody can tell without its key");
    Ok(())
}

mod two_witnesses {
    use super::*;
    #[tokio::test]
    async fn sqlite() -> Result<()> {
        two_witnesses_cosign_what_grows(On::Sqlite).await
    }
    #[tokio::test]
    async fn postgres() -> Result<()> {
        two_witnesses_cosign_what_grows(On::Postgres).await
    }
}

mod time_stamps {
    use super::*;
    #[tokio::test]
    async fn sqlite() -> Result<()> {
        the_newest_head_is_stamped_every_hour(On::Sqlite).await
    }
    #[tokio::test]
    async fn postgres() -> Result<()> {
        the_newest_head_is_stamped_every_hour(On::Postgres).await
    }
}
