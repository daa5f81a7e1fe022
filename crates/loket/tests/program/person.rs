//! The person with a telephone: opens the link, types the code, makes a password with an
//! authenticator app. After an interruption, the link is opened again.

use loket_store::{Clock as _, SystemClock};
use ring::hmac;

use crate::browser::{Browser, Gone, Page};
use crate::counter::Visit;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub(crate) fn activate(browser: &mut Browser<'_>, visit: &Visit, told: &mut Vec<&'static str>) {
    let origin = browser.origin();
    let link = browser.server.message("mail", &visit.email, |text| {
        let rest = text.split_once(&format!("{origin}/a/"))?.1;
        let token: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        Some(format!("/a/{token}"))
    });
    let code = browser.server.message("sms", &visit.mobile, activation_code);
    for _ in 0..200 {
        if let Ok(true) = attempt(browser, &link, &code, told) {
            return;
        }
    }
    panic!("{} never gets a key: {told:?}", visit.email);
}

/// Whether the key exists.
fn attempt(
    browser: &mut Browser<'_>,
    link: &str,
    code: &str,
    told: &mut Vec<&'static str>,
) -> Result<bool, Gone> {
    browser.get(link)?;
    let mut page = browser.get("/activate")?;
    if page.status == 410 {
        // Used: the last answer was lost, the key was not. The ledger is compared afterwards.
        return Ok(true);
    }
    if page.status == 200 {
        let fields = [("wish", page.hidden("wish")), ("code", code)];
        let entered = browser.send("/activate", &fields)?;
        assert_eq!(entered.to, "/activate/choose", "{}", entered.body);
        told.push("activation_code_accepted");
    } else {
        assert_eq!(page.to, "/activate/choose", "{} {}", page.status, page.body);
    }
    page = browser.get("/activate/password")?;
    let fields = [("wish", page.hidden("wish")), ("password", "drie gele fietsen")];
    let chosen = browser.send("/activate/password", &fields)?;
    if chosen.status != 303 {
        return Ok(false);
    }
    page = browser.get("/activate/app")?;
    let Some(seed) = page.between("id=\"seed\">", "<").map(str::to_owned) else { return Ok(false) };
    let made =
        browser.send("/activate/app", &[("wish", page.hidden("wish")), ("code", &totp(&seed))])?;
    Ok(done(&made, told))
}

fn done(made: &Page, told: &mut Vec<&'static str>) -> bool {
    let done = made.to == "/activate/done";
    if done {
        told.push("digital_key_created");
    }
    done
}

/// Three groups of three, as messages print it.
fn activation_code(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches('.')).collect();
    let group = |word: &&str| {
        word.len() == 3 && word.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    words.windows(3).find(|three| three.iter().all(group)).map(<[&str]>::concat)
}

/// What the app shows now (RFC 6238: SHA-1, six digits, thirty seconds).
fn totp(typed: &str) -> String {
    let mut bits = Vec::new();
    for value in typed.chars().filter_map(|c| ALPHABET.find(c)) {
        bits.extend((0..5).rev().map(|place| value >> place & 1 == 1));
    }
    let key: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect();
    let step = SystemClock.now().micros() / 30_000_000;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let at = usize::from(mac[19] & 15);
    let word = u32::from_be_bytes(mac[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}
