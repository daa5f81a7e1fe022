//! Cards that sign nobody in: each has its own code in the journal, and one page for all.

use std::path::Path;
use std::time::Duration;

use loket::configuration::Files;
use loket_domain::Timestamp;
use loket_store::{Engine, Reader, Vault, journal};
use loket_testkit::card::SoftwareCard;
use loket_testkit::pki::{DemoAuthority, Holder, Purpose, Validity};

use crate::browser::Browser;
use crate::server::Server;

const PIN: &str = "1234";

/// Signs in with a card that the test made; gives where the page leads.
fn show(browser: &mut Browser<'_>, card: &SoftwareCard) -> String {
    let given = browser.send_json("/sign-in/challenge", "").unwrap();
    let given: serde_json::Value = serde_json::from_str(&given.body).unwrap();
    let nonce = given["nonce"].as_str().unwrap();
    let token = card.authenticate(&browser.origin(), nonce, PIN).unwrap();
    next(browser, &token)
}

fn next(browser: &mut Browser<'_>, token: &str) -> String {
    let entered = browser.send_json("/sign-in", token).unwrap();
    let entered: serde_json::Value = serde_json::from_str(&entered.body).unwrap();
    entered["next"].as_str().unwrap().to_owned()
}

/// Signs in with a card of the demonstration.
fn show_own(browser: &mut Browser<'_>, key: &str) -> String {
    let given = browser.send_json("/sign-in/challenge", "").unwrap();
    let given: serde_json::Value = serde_json::from_str(&given.body).unwrap();
    let wanted = serde_json::json!({
        "challenge": given["nonce"], "origin": browser.origin(), "pin": PIN,
    });
    let path = format!("/demo/cards/{key}/authenticate");
    let token = browser.send_json(&path, &wanted.to_string()).unwrap().body;
    next(browser, &token)
}

#[test]
fn each_reason_has_its_code_in_the_journal_and_one_page_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut browser = Browser::new(&server);
    let ocsp = format!("http://127.0.0.1:{}/demo/ocsp", server.port);
    let year = Duration::from_secs(365 * 24 * 3600);
    let now = Timestamp::from_seconds(1_780_000_000);
    let long = Validity { from: now.minus(year * 20), until: now.plus(year * 20) };
    let past = Validity { from: now.minus(year * 20), until: now.minus(year * 10) };
    let own = DemoAuthority::load_or_make(&folder.path().join("eid"), long, now).unwrap();
    let other = DemoAuthority::make(long).unwrap();
    let holder = Holder {
        given_names: "An".to_owned(),
        surname: "Peeters".to_owned(),
        ssin: loket_registers::service::personas()[0].ssin().unwrap(),
    };
    let made = |authority: &DemoAuthority, purpose, validity| {
        let credential = authority.issue(&holder, purpose, validity, &ocsp).unwrap();
        SoftwareCard::new(&credential, PIN).unwrap()
    };
    for card in [
        made(&own, Purpose::Authentication, past),
        made(&other, Purpose::Authentication, long),
        made(&own, Purpose::Signature, long),
    ] {
        assert_eq!(show(&mut browser, &card), "/sign-in/failed?code=card");
    }
    assert_eq!(browser.send("/demo/cards/officer-de/revoke", &[]).unwrap().status, 303);
    assert_eq!(show_own(&mut browser, "officer-de"), "/sign-in/failed?code=card");
    assert_eq!(show_own(&mut browser, "no-role"), "/sign-in/failed?code=staff_unknown");

    server.stop();
    let told = journal_of(folder.path());
    for code in [
        "certificate_dates",
        "certificate_untrusted",
        "certificate_purpose",
        "certificate_revoked",
        "staff_unknown",
    ] {
        assert!(told.iter().any(|plain| plain.contains(code)), "{code} in {told:?}");
    }
}

/// What the journal tells of cards and commands that were refused.
fn journal_of(folder: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let master = Files::new(folder.to_owned()).master_secret(Path::new("loket.key")).unwrap();
        let path = folder.join("loket.db").to_string_lossy().into_owned();
        let vault = Vault::new(&master).unwrap();
        let mut reader = Reader::open(&Engine::Sqlite { path }, vault).await.unwrap();
        let mut told = journal::plain_of_kind(&mut reader.view(), "cards_refused").await.unwrap();
        let refused = journal::plain_of_kind(&mut reader.view(), "command_refused").await.unwrap();
        told.extend(refused);
        told
    })
}
