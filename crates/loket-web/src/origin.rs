//! Requests that change something must come from our own pages (requirement H-09): the browser
//! says so in `Sec-Fetch-Site`, or, where it does not, in `Origin`. The form's own value is checked
//! beside this (requirement AU-04).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::fault::Fault;
use crate::language::Here;
use crate::{WebState, routes};

/// Lets reading through, and changes only from our own origin.
pub(crate) async fn guard(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    // Relying parties may send people here by a form; that does no more than the same by an address.
    let from_anywhere = [routes::AUTHORIZE, routes::END_SESSION].contains(&request.uri().path());
    if reads || from_anywhere || is_ours(request.headers(), &state.settings.origin) {
        return next.run(request).await;
    }
    tracing::warn!(path = request.uri().path(), "a request from another site was refused");
    let here = Here::of(request.headers(), request.uri().path());
    Fault::ForeignRequest.on(&state, here).into_response()
}

fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => header("origin").is_some_and(|sent| sent == origin),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_pages_may_change_anything() {
        let with = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            is_ours(&headers, "https://loket.example.be")
        };
        assert!(with("sec-fetch-site", "same-origin"));
        for other in ["same-site", "cross-site", "none"] {
            assert!(!with("sec-fetch-site", other), "{other}");
        }
        assert!(with("origin", "https://loket.example.be"));
        assert!(!with("origin", "null"));
        assert!(!with("origin", "https://loket.example.be.evil.example"));
        assert!(!is_ours(&HeaderMap::new(), "https://loket.example.be"));
    }
}
