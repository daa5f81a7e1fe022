//! Whom to tell of a weakness: `security.txt` by RFC 9116. The service desk is the one point of
//! contact (SEED-101).

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use loket_domain::Timestamp;

use crate::{WebState, routes};

const DAY: i64 = 24 * 60 * 60;
/// The RFC advises less than a year.
const GOOD_FOR_DAYS: i64 = 364;

pub(crate) async fn show(State(state): State<WebState>) -> Response {
    let settings = state.office.settings();
    let desks = [settings.service_desk_nl.as_str(), settings.service_desk_fr.as_str()];
    let text = text(&state.settings.origin, &desks, state.office.now());
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn text(origin: &str, desks: &[&str], now: Timestamp) -> String {
    let contacts: Vec<String> =
        desks.iter().map(|phone| format!("Contact: tel:{}", international(phone))).collect();
    let contacts = contacts.join("\n");
    let midnight = now.seconds().div_euclid(DAY) * DAY;
    let expires = Timestamp::from_seconds(midnight + GOOD_FOR_DAYS * DAY);
    format!(
        "{contacts}\nExpires: {expires}\nPreferred-Languages: nl, fr, de, en\n\
         Canonical: {origin}{}\n",
        routes::SECURITY
    )
}

/// A Belgian number as it is called from anywhere.
fn international(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if phone.trim_start().starts_with('+') {
        return format!("+{digits}");
    }
    digits.strip_prefix('0').map_or_else(|| format!("+32{digits}"), |rest| format!("+32{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_desk_end_and_own_address() {
        let now = Timestamp::parse("2026-11-23T10:58:02Z").unwrap();
        let text = text("https://loket.example.be", &["02 000 00 01", "+32 2 000 00 02"], now);
        assert_eq!(
            text,
            "Contact: tel:+3220000001\nContact: tel:+3220000002\n\
             Expires: 2027-11-22T00:00:00Z\nPreferred-Languages: nl, fr, de, en\n\
             Canonical: https://loket.example.be/.well-known/security.txt\n"
        );
    }
}
