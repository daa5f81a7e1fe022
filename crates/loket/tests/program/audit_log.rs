//! `loket audit` over a log of some size, and a verifier that others wrote over what it publishes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result};
use loket::audit::signer::Signer;
use loket_domain::Timestamp;
use loket_store::Engine;
use loket_store::log::{checkpoints, tiles};
use loket_testkit::house::{House, On};
use loket_testkit::owner::as_owner;
use loket_testkit::pki::{DemoAuthority, Validity};
use loket_tlog::{Note, ProofFile, TileAddress, TileKind, decode_entries};
use ring::digest::{SHA256, digest};

use crate::signer::{events, plan};

const CONFIGURATION: &str = r#"
    origin = "https://loket.example.be"
    [database]
    sqlite = "loket.db"
    [registers]
    national_url = "http://127.0.0.1:1/national"
    bis_url = "http://127.0.0.1:1/bis"
    [smtp]
    host = "127.0.0.1"
    encryption = "none_on_loopback"
    from = "loket@example.be"
    [sms]
    sender = "LOKET"
    [sms.http]
    url = "http://127.0.0.1:1/messages"
    token_file = "sms.token"
    [service_desk]
    nl = "02 000 00 01"
    fr = "02 000 00 02"
"#;

/// The command line beside the database of a house.
pub(crate) struct Beside<'h>(&'h House);

impl<'h> Beside<'h> {
    pub(crate) fn new(house: &'h House) -> Result<Self> {
        Self::with(house, "")
    }

    /// With more tables in the configuration.
    pub(crate) fn with(house: &'h House, tables: &str) -> Result<Self> {
        let folder = house.folder();
        let validity = Validity {
            from: Timestamp::from_seconds(1_500_000_000),
            until: Timestamp::from_seconds(2_500_000_000),
        };
        let cards = DemoAuthority::make(validity)?;
        for (folder_of, certificate) in
            [("anchors", cards.root()), ("intermediates", cards.citizen_ca())]
        {
            let place = folder.join("eid").join(folder_of);
            fs::create_dir_all(&place)?;
            fs::write(place.join("certificate.der"), certificate)?;
        }
        let pin = hex::encode(digest(&SHA256, cards.root()));
        let eid = format!("[eid]\nanchor_fingerprints = [\"{pin}\"]\n");
        let mut configuration = format!("{CONFIGURATION}{eid}{tables}");
        let mut secrets = vec![("loket.key", "2a".repeat(32)), ("sms.token", "token".to_owned())];
        if let Engine::Postgres { url } = &house.engine {
            let file = "postgres_url_file = \"postgres.url\"";
            configuration = configuration.replace("sqlite = \"loket.db\"", file);
            secrets.push(("postgres.url", url.clone()));
        }
        fs::write(folder.join("loket.toml"), configuration)?;
        for (name, secret) in secrets {
            fs::write(folder.join(name), secret)?;
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600))?;
        }
        Ok(Self(house))
    }

    /// A command that acts beside the server, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command.arg("audit").args(arguments);
        command.arg("--config").arg(self.0.folder().join("loket.toml"));
        command
    }

    pub(crate) fn audit(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command.arg("audit").args(arguments);
        if arguments.first() != Some(&"verify") {
            command.arg("--config").arg(self.0.folder().join("loket.toml"));
        }
        Ok(command.output()?)
    }
}

/// Opens the export of a hold, which needs no configuration.
pub(crate) fn open_hold(folder: &str, key: &str) -> Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
    command.args(["audit", "hold", "open", folder, "--key", key]);
    Ok(command.output()?)
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Builds the checker over golang.org/x/mod once.
pub(crate) fn foreign_checker(folder: &Path) -> Result<std::path::PathBuf> {
    let program = folder.join("check");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/audit-check"))
        .envs([("GO111MODULE", "off"), ("GOPROXY", "off"), ("GOPATH", "/usr/share/gocode")])
        .env("GOCACHE", folder.join("cache"))
        .output()
        .context("go, as tools/setup installs it")?;
    anyhow::ensure!(built.status.success(), "{}", said(&built));
    Ok(program)
}

#[tokio::test]
async fn a_verifier_of_others_accepts_what_is_published_as_it_grows() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let command_line = Beside::new(&house)?;
    let nothing = command_line.audit(&["tiles", "x"])?;
    assert_eq!(nothing.status.code(), Some(2), "{}", said(&nothing));
    let folder = tempfile::tempdir()?;
    let check = foreign_checker(folder.path())?;
    let published = folder.path().join("published");
    let mut size = 0;
    for more in [3, 253, 1, 300] {
        events(&house, &house.store, more).await?;
        size += more;
        signer.sign(&house.store).await?;
        let key = String::from_utf8(command_line.audit(&["key"])?.stdout)?;
        assert!(key.starts_with("loket.example.be/audit/1+"), "{key}");
        let wrote = command_line.audit(&["tiles", &published.to_string_lossy()])?;
        assert!(wrote.status.success(), "{}", said(&wrote));
        let checked = Command::new(&check).arg(&published).arg(key.trim_end()).output()?;
        assert!(checked.status.success(), "{}", said(&checked));
        assert!(said(&checked).contains(&format!("all {size} entries give the root")));
    }
    // The checker is no yes-sayer.
    let tile = published.join("tile/0/000");
    let mut bytes = fs::read(&tile)?;
    bytes[77] ^= 1;
    fs::write(&tile, bytes)?;
    let key = String::from_utf8(command_line.audit(&["key"])?.stdout)?;
    let checked = Command::new(&check).arg(&published).arg(key.trim_end()).output()?;
    assert!(said(&checked).contains("tile/0/000 is not that of the tree"), "{}", said(&checked));
    Ok(())
}

#[tokio::test]
async fn check_tells_a_whole_log_from_a_changed_one_by_its_exit_code() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let command_line = Beside::new(&house)?;
    events(&house, &house.store, 300).await?;
    signer.sign(&house.store).await?;
    events(&house, &house.store, 3).await?;
    let whole = command_line.audit(&["check"])?;
    assert!(whole.status.success(), "{}", said(&whole));
    assert!(said(&whole).contains("The log is whole: 303 events"), "{}", said(&whole));
    for (change, named) in [
        (
            "UPDATE log_checkpoint SET note = REPLACE(note, '300', '299')",
            "checkpoint loket.example.be/audit/1 at 300: is not signed",
        ),
        (
            "DROP TRIGGER journal_is_append_only_update;
             UPDATE journal SET kind = 'signed_in' WHERE sequence = 7",
            "row: the column kind is not what the leaf says",
        ),
    ] {
        as_owner(&house.engine, change).await?;
        let checked = command_line.audit(&["check", "--json"])?;
        assert_eq!(checked.status.code(), Some(1), "{change}: {}", said(&checked));
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout)?;
        assert!(report["findings"].to_string().contains(named), "{change}: {report}");
    }
    let usage = command_line.audit(&["check", "--nothing"])?;
    assert_eq!(usage.status.code(), Some(2));
    Ok(())
}

/// Three events of the log with their proofs, as a bundle of evidence.
async fn bundle(house: &House, folder: &Path) -> Result<()> {
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let kept = checkpoints::newest(view).await?.context("a checkpoint")?;
    let head = tiles::head(view).await?;
    fs::write(folder.join("checkpoint"), &kept.note)?;
    for index in [0, 7, 299] {
        let hashes = tiles::inclusion(view, (head.size(), head.root()), index).await?;
        let proof = ProofFile { extra: None, index, hashes, checkpoint: Note::parse(&kept.note)? };
        let address = TileAddress::of(TileKind::Entries, index / 256, head.size());
        let address = address.context("the log has it")?;
        let bytes = tiles::tile(view, address).await?;
        let entries = decode_entries(&bytes, address.width())?;
        let leaf = entries.get(usize::try_from(index % 256)?).context("the bundle has it")?;
        fs::write(folder.join(format!("{index}.leaf")), leaf)?;
        fs::write(folder.join(format!("{index}.tlog-proof")), proof.to_string())?;
    }
    Ok(())
}

#[tokio::test]
async fn verify_and_a_verifier_of_others_agree_on_a_bundle() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 300).await?;
    signer.sign(&house.store).await?;
    let command_line = Beside::new(&house)?;
    let key = signer.key()?.verifier().to_string();
    let (folder, tools) = (tempfile::tempdir()?, tempfile::tempdir()?);
    bundle(&house, folder.path()).await?;
    let place = folder.path().to_string_lossy().into_owned();
    let check = foreign_checker(tools.path())?;
    let both = || -> Result<(Output, Output)> {
        let ours = command_line.audit(&["verify", &place, "--key", &key])?;
        Ok((ours, Command::new(&check).arg(&place).arg(&key).output()?))
    };
    let (ours, theirs) = both()?;
    assert!(ours.status.success(), "{}", said(&ours));
    assert!(said(&ours).contains("3 events stand in the log loket.example.be/audit/1 at size 300"));
    assert!(said(&theirs).contains("3 leaves stand in the log of size 300"), "{}", said(&theirs));
    assert_eq!(fs::read_dir(folder.path())?.count(), 7, "nothing was written");
    for name in ["checkpoint", "7.leaf", "299.tlog-proof"] {
        let file = folder.path().join(name);
        let good = fs::read(&file)?;
        let mut bytes = good.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, bytes)?;
        let (ours, theirs) = both()?;
        assert_eq!(ours.status.code(), Some(1), "{name}: {}", said(&ours));
        let stem = name.trim_end_matches(".leaf").trim_end_matches(".tlog-proof");
        assert!(said(&ours).contains(stem), "{name}: {}", said(&ours));
        assert!(!theirs.status.success(), "{name}: {}", said(&theirs));
        fs::write(&file, good)?;
    }
    let usage = command_line.audit(&["verify", &place, "--key", "nothing"])?;
    assert_eq!(usage.status.code(), Some(2), "{}", said(&usage));
    Ok(())
}
