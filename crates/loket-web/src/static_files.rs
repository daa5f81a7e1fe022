//! Style and scripts of our own, embedded, under addresses that change with their content so that
//! they may be kept for good.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::WebState;

/// The style of the pages of people with a link or a key; the build makes it from the whole one.
pub(crate) const PERSON_STYLE: &str = concat!("/static/", env!("LOKET_STATIC_HASH"), "/person.css");
const PERSON_CSS: &str = include_str!(concat!(env!("OUT_DIR"), "/person.css"));

/// A file: its name, its kind, its bytes, and the same as the build compressed them.
type File = (&'static str, &'static str, &'static str, &'static [u8]);

macro_rules! files {
    ($($name:ident = $file:literal as $kind:literal;)+) => {
        $(pub(crate) const $name: &str = concat!("/static/", env!("LOKET_STATIC_HASH"), "/", $file);)+
        const FILES: &[File] = &[$((
            $file,
            $kind,
            include_str!(concat!("../static/", $file)),
            include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".gz")),
        )),+];
    };
}

files! {
    STYLE = "loket.css" as "text/css; charset=utf-8";
    CARD = "card.js" as "text/javascript; charset=utf-8";
    GO_ON = "go-on.js" as "text/javascript; charset=utf-8";
    ICON = "icon.svg" as "image/svg+xml";
    LIVE = "live.js" as "text/javascript; charset=utf-8";
    PASSKEY = "passkey.js" as "text/javascript; charset=utf-8";
}

/// The router of the files.
pub(crate) fn router() -> Router<WebState> {
    Router::new().route("/static/{hash}/{file}", get(file))
}

const PERSON_FILE: File = (
    "person.css",
    "text/css; charset=utf-8",
    PERSON_CSS,
    include_bytes!(concat!(env!("OUT_DIR"), "/person.css.gz")),
);

async fn file(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let found = FILES.iter().chain([&PERSON_FILE]).find(|(file, _, _, _)| *file == name);
    let Some((_, kind, text, compressed)) = found.filter(|_| hash == env!("LOKET_STATIC_HASH"))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = [
        (CONTENT_TYPE, *kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    if takes_gzip(&headers) {
        (kept, [(CONTENT_ENCODING, "gzip")], *compressed).into_response()
    } else {
        (kept, *text).into_response()
    }
}

/// Whether the browser takes gzip (RFC 9110 section 12.5.3). Only these files are sent so, which hold
/// nothing secret: the size of a compressed page would tell of what is in it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_goes_to_who_takes_it() {
        let takes = |text| {
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(text))]))
        };
        assert!(takes("gzip, deflate, br"));
        assert!(takes("br;q=1.0, GZIP;q=0.5"));
        for not in ["", "br", "identity", "gzip;q=0", "gzip; q=0.0", "x-gzip-not"] {
            assert!(!takes(not), "{not}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
