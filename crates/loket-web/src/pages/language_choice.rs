//! Remembers the chosen language and goes back to the page. Changes nothing but that cookie.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use loket_domain::Language;
use serde::Deserialize;

use crate::cookie::Cookie;
use crate::routes;

#[derive(Deserialize)]
pub(crate) struct Choice {
    to: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn choose(Query(choice): Query<Choice>) -> Response {
    chosen(&choice, Redirect::to(own_path(&choice.back)))
}

/// For a page that answers a form: the browser sends the form once more, in the other language.
pub(crate) async fn choose_and_ask_again(Query(choice): Query<Choice>) -> Response {
    chosen(&choice, Redirect::temporary(own_path(&choice.back)))
}

fn chosen(choice: &Choice, back: Redirect) -> Response {
    let mut response = back.into_response();
    if let Ok(language) = choice.to.parse::<Language>() {
        Cookie::Language.set(language.code(), response.headers_mut());
    }
    response
}

/// Only a path of our own: `//host` and `/\host` would lead away (ASVS 3.7.2). Beside it at most the
/// check that the page asks anew, by the name that the address has already.
pub(crate) fn own_path(back: &str) -> &str {
    let plain = |text: &str, more: &[char]| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(&c))
    };
    let (path, check) = back.split_once(routes::CHECK_ANEW).unwrap_or((back, ""));
    let own = path.starts_with('/') && !path.starts_with("//") && plain(path, &['/', '-', '_']);
    if own && plain(check, &['-']) { back } else { routes::START }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_leads_away() {
        assert_eq!(own_path("/desk"), "/desk");
        let anew = "/registrations/1/checks?check=document-status";
        assert_eq!(own_path(anew), anew);
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a?b=c",
            "/a\r\nb",
            "/a?check=b&c=d",
            "/a?check=b?check=c",
        ] {
            assert_eq!(own_path(bad), "/", "{bad}");
        }
    }
}
