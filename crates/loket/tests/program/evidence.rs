//! Evidence from the office to a stranger: what is exported proves itself with public keys alone, by our
//! verifier and by one of others, and what is hidden is found.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use loket::audit::signer::Signer;
use loket_app::asking::Named;
use loket_app::commands::view_registration::{Page, ViewRegistration};
use loket_app::office::{EvidenceWish, Limits, NotedExport, zipped};
use loket_app::{Call, Failure};
use loket_domain::audit::{EventGroup, Kinds};
use loket_domain::id::SessionId;
use loket_domain::office::RoleKind;
use loket_domain::registration::VisitReason;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::journal;
use loket_testkit::house::{House, On, found, ssin};
use loket_testkit::on_both;
use loket_text::Text;
use loket_tlog::{EvidenceFault, Files, Policy, Slot, Verdict, read_zip, verify_evidence};
use loket_web::evidence_in_words;

use crate::audit_log::{Beside, foreign_checker, said};
use crate::signer::{events, plan};

const LIMITS: Limits = Limits { events: 100, leaves: 2000 };

/// An officer has looked at two people, among three hundred other events; an auditor has signed in.
async fn looked_at(house: &House) -> Result<SessionId> {
    let organisation = house.organisation("Stad Mechelen", "0884303369").await?;
    let officer = house.officer(organisation, ssin(1)?).await?;
    for n in [10, 11] {
        house.register.tell(ssin(n)?, found(ssin(n)?)?);
        let call = house.call(officer)?;
        let id = house.office.open_registration(call, ssin(n)?, VisitReason::FirstKey).await?;
        let view = ViewRegistration { registration: id, page: Page::Person };
        house.office.run(house.call(officer)?, view).await?;
        events(house, &house.store, 150).await?;
    }
    let operator = house.bare_organisation("Operator", "0400378485", true).await?;
    house.staff(operator, ssin(3)?, RoleKind::Auditor).await
}

fn wish(named: Named) -> EvidenceWish {
    EvidenceWish {
        named,
        kinds: Kinds::All,
        from: None,
        until: None,
        purpose: "complaint 2026/12".to_owned(),
        legal_basis: "Article 15 of the GDPR".to_owned(),
        asked_by: "auditor".to_owned(),
        complete: true,
        limits: LIMITS,
    }
}

async fn files(house: &House, noted: NotedExport) -> Result<Files, Failure> {
    let t = Text::new(Language::Nl);
    house.office.evidence(noted, |exported| evidence_in_words(t, exported)).await
}

async fn exported(house: &House, signer: &Signer, call: Call, wish: EvidenceWish) -> Result<Files> {
    let noted = house.office.note_export(call, wish).await?;
    signer.sign(&house.store).await?;
    Ok(files(house, noted).await?)
}

fn verified(signer: &Signer, files: &Files) -> Result<Result<Verdict, Vec<EvidenceFault>>> {
    let policy = Policy::all_of(vec![signer.key()?.verifier().clone()], Vec::new());
    Ok(verify_evidence(files, &policy, &[]))
}

fn kinds(verdict: &Verdict) -> Vec<&str> {
    verdict.events.iter().map(|event| event.leaf.head().kind.as_str()).collect()
}

async fn what_is_exported_proves_itself(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let auditor = looked_at(&house).await?;
    let person = wish(Named::Person(ssin(10)?));
    let bundle = exported(&house, &signer, house.call(auditor)?, person).await?;
    // What travels is the zip.
    let bundle = read_zip(Cursor::new(zipped(&bundle)?))?;
    let verdict = verified(&signer, &bundle)?.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let expected = [
        "registration_opened",
        "register_asked",
        "register_answered",
        "person_shown",
        "evidence_exported",
    ];
    assert_eq!(kinds(&verdict), expected);
    assert!(verdict.query_is_logged, "the export stands in the log with the question's digest");
    assert_eq!(verdict.not_vouched_for, ["README.txt", "manifest.sha256", "report.pdf"]);
    let complete = verdict.complete.as_ref().context("nothing was left out")?;
    assert_eq!((complete.from, complete.fitting), (0, 4));
    assert!(complete.to > 300);
    let query = verdict.query.as_ref().context("a question")?;
    assert_eq!((query.reason.as_str(), query.tokens[0].count), ("complaint 2026/12", Some(4)));
    let shown = &verdict.events[3];
    let details = shown.openings.iter().find(|opening| opening.slot == Slot::Details);
    assert!(details.is_some_and(|details| details.value.contains("birth_date")));
    // Nothing of the other person is in it in the clear.
    let other = ssin(11)?.digits();
    assert!(bundle.values().all(|bytes| !bytes.windows(11).any(|at| at == other.as_bytes())));
    let readme = String::from_utf8(bundle["README.txt"].clone())?;
    assert!(readme.contains("complaint 2026/12") && readme.contains("loket audit verify"));
    Ok(())
}

/// The register that article 17 of the law on the National Register asks for (LAW-01): of each look-up who,
/// which data, when and why, also where nobody was found; by itself, signed, and complete.
async fn the_look_ups_are_exported_by_themselves(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let auditor = looked_at(&house).await?;
    let officer = house.sign_in(ssin(1)?).await?;
    let nobody = house.call(officer)?;
    house.office.open_registration(nobody, ssin(12)?, VisitReason::FirstKey).await?;
    let look_ups =
        EvidenceWish { kinds: Kinds::Group(EventGroup::LookUps), ..wish(Named::Everything) };
    let bundle = exported(&house, &signer, house.call(auditor)?, look_ups).await?;
    let verdict = verified(&signer, &bundle)?.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let one = ["register_asked", "register_answered"];
    let seen = [&one[..], &["person_shown"]].concat();
    assert_eq!(kinds(&verdict), [&seen[..], &seen, &one, &["evidence_exported"]].concat());
    assert_eq!(verdict.complete.context("nothing was left out")?.fitting, 8);
    let opened = |place: usize, slot: Slot| {
        let openings = &verdict.events[place].openings;
        openings.iter().find(|opening| opening.slot == slot).map(|opening| opening.value.clone())
    };
    for (asked, person) in [(0, 10), (3, 11), (6, 12)] {
        let who = opened(asked, Slot::Actor).context("who")?;
        assert!(who.starts_with("staff "), "{who}");
        let why = opened(asked, Slot::Details).context("what and why")?;
        assert!(why.contains("\"purpose\":\"first_key\""), "{why}");
        assert!(why.contains(&ssin(person)?.digits()), "{why}");
        assert!(verdict.events[asked].leaf.head().time > 0);
        let outcome = opened(asked + 1, Slot::Details).context("the answer")?;
        let unknown = outcome.contains("\"outcome\":\"unknown\"");
        assert_eq!(unknown, person == 12, "{outcome}");
    }
    Ok(())
}

async fn a_hidden_event_is_found(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let auditor = looked_at(&house).await?;
    let person = wish(Named::Person(ssin(10)?));
    let bundle = exported(&house, &signer, house.call(auditor)?, person).await?;
    let hidden: Vec<&String> = bundle.keys().filter(|name| name.contains("person_shown")).collect();
    assert_eq!(hidden.len(), 3);
    let index: u64 = hidden[0].split('-').next().context("an index")?.parse()?;
    let mut without = bundle.clone();
    without.retain(|name, _| !name.contains("person_shown"));
    let faults = verified(&signer, &without)?.err().context("it is found")?;
    assert_eq!(faults, [EvidenceFault::LeftOut(index)]);
    // Who says one fewer in the question as well is found by the count.
    let query = String::from_utf8(bundle["query.json"].clone())?;
    let fewer = query.replace("\"count\": 4", "\"count\": 3");
    assert_ne!(fewer, query);
    without.insert("query.json".to_owned(), fewer.into_bytes());
    let faults = verified(&signer, &without)?.err().context("it is found")?;
    let counted =
        |fault: &EvidenceFault| matches!(fault, EvidenceFault::Count { counted: 4, stated: 3, .. });
    assert!(faults.contains(&EvidenceFault::LeftOut(index)), "{faults:?}");
    assert!(faults.iter().any(counted), "{faults:?}");
    // Without the leaves nothing can be said, and that is no success either.
    let mut bare = bundle.clone();
    bare.retain(|name, _| !name.starts_with("tile/entries/"));
    assert!(verified(&signer, &bare)?.is_err());
    Ok(())
}

async fn a_period_is_covered_with_the_events_around_it(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let auditor = looked_at(&house).await?;
    house.clock.advance(Duration::from_secs(60));
    let begin = house.office.now();
    events(&house, &house.store, 300).await?;
    let end = house.office.now();
    events(&house, &house.store, 2).await?;
    let period = |from: Timestamp, until: Timestamp| EvidenceWish {
        kinds: Kinds::One("person_shown"),
        from: Some(from),
        until: Some(until),
        ..wish(Named::Everything)
    };
    let call = house.call(auditor)?;
    let bundle = exported(&house, &signer, call, period(begin, end)).await?;
    let verdict = verified(&signer, &bundle)?.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    assert_eq!(kinds(&verdict), ["evidence_exported"], "nobody was shown in the period");
    let complete = verdict.complete.context("nothing was left out")?;
    let micros = |at: Timestamp| u64::try_from(at.micros());
    assert_eq!((complete.to - complete.from, complete.fitting), (302, 0));
    assert!(complete.first.context("a leaf before")? < micros(begin)?);
    assert!(complete.last.context("a leaf after")? >= micros(end)?);
    // Only the bundles of the period are there, not those of the whole log.
    assert!(!bundle.contains_key("tile/entries/000"));
    // A moment in which nothing happened is shown by the events around it.
    let empty = period(begin.minus(Duration::from_secs(30)), begin.minus(Duration::from_secs(29)));
    let bundle = exported(&house, &signer, house.call(auditor)?, empty).await?;
    let verdict = verified(&signer, &bundle)?.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let complete = verdict.complete.context("nothing was left out")?;
    assert_eq!(complete.to - complete.from, 2);
    Ok(())
}

async fn kinds_in_the_journal(house: &House, kind: &str) -> Result<usize> {
    let mut reader = house.store.reader().await?;
    let kinds = journal::kinds_since(&mut reader.view(), 0).await?;
    Ok(kinds.iter().filter(|(_, one)| one == kind).count())
}

async fn nothing_leaves_without_its_event(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let auditor = looked_at(&house).await?;
    let refused = |result: Result<NotedExport, Failure>| match result.map(|_| ()) {
        Err(Failure::Refused(refusal)) => Some(refusal),
        _ => None,
    };
    let person = || -> Result<EvidenceWish> { Ok(wish(Named::Person(ssin(10)?))) };
    let hasty = EvidenceWish { purpose: "none".to_owned(), ..person()? };
    let groundless = EvidenceWish { legal_basis: " ".to_owned(), ..person()? };
    let narrow = EvidenceWish { limits: Limits { events: 3, leaves: 2000 }, ..person()? };
    let short = EvidenceWish { limits: Limits { events: 100, leaves: 300 }, ..person()? };
    for (wish, refusal) in [
        (hasty, Refusal::ReasonMissing),
        (groundless, Refusal::ReasonMissing),
        (narrow, Refusal::ExportTooLarge),
        (short.clone(), Refusal::ExportTooLarge),
        (wish(Named::Person(ssin(3)?)), Refusal::NotFound),
    ] {
        let noted = house.office.note_export(house.call(auditor)?, wish).await;
        assert_eq!(refused(noted), Some(refusal));
    }
    assert_eq!(kinds_in_the_journal(&house, "evidence_exported").await?, 0);
    // The event is there before any file, also when there never are any.
    let noted = house.office.note_export(house.call(auditor)?, person()?).await?;
    assert_eq!(kinds_in_the_journal(&house, "evidence_exported").await?, 1);
    assert!(!house.office.is_signed(&noted, Duration::from_millis(1)).await?);
    signer.sign(&house.store).await?;
    assert!(house.office.is_signed(&noted, Duration::from_secs(5)).await?);
    files(&house, noted).await?;
    // Without the proof of completeness the log may be as long as it likes.
    let partly = EvidenceWish { complete: false, ..short };
    let bundle = exported(&house, &signer, house.call(auditor)?, partly).await?;
    let verdict = verified(&signer, &bundle)?.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    assert!(verdict.complete.is_none() && !bundle.keys().any(|name| name.starts_with("tile/")));
    // The card was shown too long ago.
    for _ in 0..6 {
        house.clock.advance(Duration::from_secs(60));
        house.office.masthead(auditor).await?;
    }
    let noted = house.office.note_export(house.call(auditor)?, person()?).await;
    assert_eq!(refused(noted), Some(Refusal::CardAgain));
    Ok(())
}

on_both! {
    what_is_exported_proves_itself
    the_look_ups_are_exported_by_themselves
    a_hidden_event_is_found
    a_period_is_covered_with_the_events_around_it
    nothing_leaves_without_its_event
}

fn unpacked(zip: &Path, folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let files = read_zip(Cursor::new(fs::read(zip)?))?;
    for (name, bytes) in &files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().context("a folder")?)?;
        fs::write(file, bytes)?;
    }
    Ok(files)
}

#[tokio::test]
async fn the_command_line_exports_what_both_verifiers_accept() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    looked_at(&house).await?;
    signer.sign(&house.store).await?;
    let command_line = Beside::new(&house)?;
    let (folder, tools) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let zip = folder.path().join("case.zip");
    let whole = ["--reason", "complaint 2026/12", "--legal-basis", "Article 15 of the GDPR"];
    let to = zip.to_string_lossy().into_owned();
    let dossier = ["export", &to, "--dossier", "2026-000001", "--language", "fr"];
    let made = command_line.audit(&[&dossier[..], &whole].concat())?;
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains("5 events and their proofs"), "{}", said(&made));
    let key = signer.key()?.verifier().to_string();
    let ours = command_line.audit(&["verify", &to, "--key", &key])?;
    assert!(ours.status.success(), "{}", said(&ours));
    assert!(said(&ours).contains("nothing that fits the query was left out: 4 fit"));
    assert!(!said(&ours).contains("no event does"), "the question is logged: {}", said(&ours));
    // The same as a folder, by a program of others, over the whole tree.
    let open = folder.path().join("open");
    let files = unpacked(&zip, &open)?;
    assert!(files["report.pdf"].starts_with(b"%PDF-1."));
    let check = foreign_checker(tools.path())?;
    let theirs = Command::new(&check).arg(&open).arg(&key).output()?;
    assert!(theirs.status.success(), "{}", said(&theirs));
    assert!(said(&theirs).contains("5 leaves stand in the log"), "{}", said(&theirs));
    assert!(said(&theirs).contains("entries give the root"), "{}", said(&theirs));
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "manifest.sha256"])
        .current_dir(&open)
        .output()?;
    assert!(sums.status.success(), "{}", said(&sums));
    // A period in the middle: only its bundles, each held to the root by their program too.
    let part = folder.path().join("part").to_string_lossy().into_owned();
    let period = ["export", &part, "--from", "2026-11-24", "--kind", "evidence_exported"];
    let made = command_line.audit(&[&period[..], &whole].concat())?;
    assert!(made.status.success(), "{}", said(&made));
    let ours = command_line.audit(&["verify", &part, "--key", &key])?;
    assert!(ours.status.success(), "{}", said(&ours));
    let theirs = Command::new(&check).arg(&part).arg(&key).output()?;
    assert!(theirs.status.success(), "{}", said(&theirs));
    assert!(said(&theirs).contains("entry bundles are those of the tree"), "{}", said(&theirs));
    // Somebody keeps to himself what an event says: it still stands, and the reader is told.
    let mut names = files.iter();
    let shown = names.find(|(name, _)| name.contains("person_shown") && name.contains("openings"));
    let (name, bytes) = shown.context("what was shown")?;
    fs::remove_file(open.join(name))?;
    let bundle = open.to_string_lossy().into_owned();
    let ours = command_line.audit(&["verify", &bundle, "--key", &key, "--json"])?;
    assert!(ours.status.success(), "{}", said(&ours));
    let report: serde_json::Value = serde_json::from_slice(&ours.stdout)?;
    let shut = report["not_opened"].as_array().context("told")?;
    assert!(shut.iter().any(|event| event["opened"] == 0), "{report}");
    fs::write(open.join(name), bytes)?;
    // Somebody hides an event, and somebody a tile.
    for name in files.keys().filter(|name| name.contains("person_shown")) {
        fs::remove_file(open.join(name))?;
    }
    let open = open.to_string_lossy().into_owned();
    let ours = command_line.audit(&["verify", &open, "--key", &key])?;
    assert_eq!(ours.status.code(), Some(1));
    assert!(said(&ours).contains("fits the query and was left out"), "{}", said(&ours));
    let again = command_line.audit(&[&dossier[..], &whole].concat())?;
    assert_eq!(again.status.code(), Some(2), "nothing is overwritten: {}", said(&again));
    fs::write(&zip, b"PK nothing")?;
    let ours = command_line.audit(&["verify", &to, "--key", &key])?;
    assert_eq!(ours.status.code(), Some(2), "{}", said(&ours));
    Ok(())
}
