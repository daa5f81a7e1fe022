//! Where a request is: its address and its language, from the cookie, else what the browser prefers, else Dutch.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use loket_domain::Language;
use loket_text::Text;

use crate::cookie::Cookie;

/// Language and address of a request.
#[derive(Debug, Clone)]
pub(crate) struct Here {
    /// The texts in the chosen language.
    pub(crate) t: Text,
    /// Path of the page, never with what it was asked beside it.
    pub(crate) path: String,
}

impl Here {
    /// Of a request's headers and path.
    pub(crate) fn of(headers: &HeaderMap, path: &str) -> Self {
        Self { t: Text::new(of(headers)), path: path.to_owned() }
    }
}

/// The language of a request: from the cookie, else what the browser prefers, else Dutch.
pub fn of(headers: &HeaderMap) -> Language {
    Cookie::Language
        .read(headers)
        .and_then(|value| value.expose().parse().ok())
        .or_else(|| preferred(headers))
        .unwrap_or(Language::Nl)
}

/// The first of our languages in the browser's order; qualities are not weighed, since browsers
/// send them in falling order.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted
        .split(',')
        .take(20)
        .filter_map(|part| part.split([';', '-']).next())
        .find_map(|code| code.trim().to_ascii_lowercase().parse().ok())
}

impl<S: Send + Sync> FromRequestParts<S> for Here {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, parts.uri.path()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn cookie_then_browser_then_dutch() {
        let mut headers = HeaderMap::new();
        assert_eq!(of(&headers), Language::Nl);
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("it, fr-BE;q=0.9, nl;q=0.8"));
        assert_eq!(of(&headers), Language::Fr);
        headers.insert("cookie", HeaderValue::from_static("__Host-language=de"));
        assert_eq!(of(&headers), Language::De);
    }
}
