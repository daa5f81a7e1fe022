//! The post at which somebody signs in, known by a mark that its browser keeps. It says nothing of who
//! works there, and lets nobody in.

use axum::http::HeaderMap;
use loket_app::office::{Place, SignInFailure};
use loket_domain::secret::Secret;

use crate::WebState;
use crate::cookie::Cookie;

/// Longest mark: those that we make have 43 characters.
const LONGEST: usize = 64;

/// Where the request comes from; a browser without a mark gets one.
pub(crate) fn place(
    state: &WebState,
    headers: &HeaderMap,
    address: Option<String>,
) -> Result<Place, SignInFailure> {
    let kept =
        Cookie::Post.read(headers).filter(|mark| (1..=LONGEST).contains(&mark.expose().len()));
    let post = kept.map_or_else(|| state.office.new_post(), Ok)?;
    Ok(Place { address, post })
}

/// Keeps the mark in the browser for another while.
pub(crate) fn keep(post: &Secret, headers: &mut HeaderMap) {
    Cookie::Post.set(post.expose(), headers);
}
