//! Style and scripts of our own, embedded, under addresses that change with their content so that
//! they may be kept for good.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::WebState;

/// The style of the pages of people with a link or a key; the build makes it from the whole one.
pub(crate) const PERSON_STYLE: &str = concat!("/static/", env!("LOKET_STATIC_HASH"), "/person.css");
const PERSON_CSS: &str = include_str!(concat!(env!("OUT_DIR"), "/person.css"));

macro_rules! files {
    ($($name:ident = $file:literal as $kind:literal;)+) => {
        $(pub(crate) const $name: &str = concat!("/static/", env!("LOKET_STATIC_HASH"), "/", $file);)+
        const FILES: &[(&str, &str, &str)] =
            &[$(($file, $kind, include_str!(concat!("../static/", $file)))),+];
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

async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    let person = ("person.css", "text/css; charset=utf-8", PERSON_CSS);
    let found = FILES.iter().chain([&person]).find(|(file, _, _)| *file == name);
    match found {
        Some((_, kind, text)) if hash == env!("LOKET_STATIC_HASH") => {
            ([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], *text)
                .into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
