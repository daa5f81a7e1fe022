//! The end of a request that takes too long. Nobody gets an empty page: what is told, in the language
//! of the request, is that the act may have been done all the same, and how to look.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::WebState;
use crate::fault::Fault;
use crate::language::Here;

/// How long the requests of a host may take.
#[derive(Clone)]
pub(crate) struct Deadline {
    /// What a page needs.
    pub(crate) state: WebState,
    /// The longest time for a request.
    pub(crate) longest: Duration,
}

/// Answers with a page of ours when a request takes longer.
pub(crate) async fn keep(
    State(deadline): State<Deadline>,
    request: Request,
    next: Next,
) -> Response {
    let here = Here::of(request.headers(), request.uri().path());
    match tokio::time::timeout(deadline.longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::TooSlow.on(&deadline.state, here).into_response(),
    }
}

#[cfg(test)]
mod tests {

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::StatusCode;
    use axum::http::header::{ACCEPT_LANGUAGE, RETRY_AFTER};
    use axum::middleware;
    use axum::routing::post;
    use loket_domain::Language;
    use loket_testkit::house::{House, On};
    use loket_text::Text;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_request_that_never_ends_is_answered_in_the_language_of_the_person() {
        let house = House::new(On::Sqlite).await.unwrap();
        let state = crate::fault::tests::state(&house);
        let deadline = Deadline { state, longest: Duration::from_millis(20) };
        let router = Router::new()
            .route("/my-keys/recovery-codes", post(async || std::future::pending::<()>().await))
            .layer(middleware::from_fn_with_state(deadline, keep));
        for language in Language::ALL {
            let request = Request::post("/my-keys/recovery-codes")
                .header(ACCEPT_LANGUAGE, language.code())
                .body(Body::empty())
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(response.headers().contains_key(RETRY_AFTER));
            let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let page = String::from_utf8(body.to_vec()).unwrap();
            let t = Text::new(language);
            assert!(page.contains(&t.fault_slow_title()), "{language}: {page}");
            assert!(page.contains(&t.fault_slow_next()), "{language}: {page}");
        }
    }
}
