//! The person sets an authenticator app up and types its first code.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::secret::Secret;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::{KeyMaker, Places, open_session};
use crate::WebState;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::wish::Wish;

/// Modules of white around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

#[derive(Deserialize)]
pub(crate) struct AppForm {
    wish: Wish,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "key_app.html")]
struct AppPage {
    frame: Frame,
    places: Places,
    wish: String,
    errors: Errors,
    picture: Option<Picture>,
    address: String,
    typed: String,
}

/// A QR code as one path of strokes: far smaller than a rectangle for each module.
struct Picture {
    /// Modules of a side, the white around it included.
    side: usize,
    path: String,
}

pub(crate) async fn show<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    page(&state, &maker, Errors::default()).await
}

pub(crate) async fn confirm<M: KeyMaker>(
    State(state): State<WebState>,
    maker: M,
    Posted(form): Posted<AppForm>,
) -> Response {
    if let Err(fault) = maker.check(&state, &form.wish) {
        return maker.fault(&state, fault);
    }
    match confirmed(&state, &maker, form.code.trim()).await {
        Ok(response) => response,
        Err(Failure::Refused(Refusal::TotpWrong)) => {
            let errors = Errors::one("code", maker.here().t.activate_app_code_wrong());
            page(&state, &maker, errors).await
        }
        Err(failure) => maker.fault(&state, Fault::from(failure)),
    }
}

async fn confirmed<M: KeyMaker>(
    state: &WebState,
    maker: &M,
    code: &str,
) -> Result<Response, Failure> {
    let key = state.office.finish_app(maker.maker(), code, maker.network()).await?;
    let mut response = Redirect::to(M::PLACES.done).into_response();
    open_session::<M>(state, key, response.headers_mut()).await?;
    Ok(response)
}

async fn page<M: KeyMaker>(state: &WebState, maker: &M, errors: Errors) -> Response {
    match filled(state, maker, errors).await {
        Ok(page) => html(&page),
        // The password page was skipped, or its half hour is over: begin there.
        Err(Fault::Refused(Refusal::WrongStep)) => Redirect::to(M::PLACES.password).into_response(),
        Err(fault) => maker.fault(state, fault),
    }
}

async fn filled<M: KeyMaker>(
    state: &WebState,
    maker: &M,
    errors: Errors,
) -> Result<AppPage, Fault> {
    let set_up = state.office.app_set_up(maker.maker()).await?;
    let here = maker.here();
    Ok(AppPage {
        frame: Frame::of_person(state, here, &here.t.activate_app_title())
            .with_errors(!errors.is_empty()),
        places: M::PLACES,
        wish: maker.new_wish(state)?,
        errors,
        picture: picture(&set_up.address),
        address: set_up.address.expose().to_owned(),
        typed: set_up.typed.expose().to_owned(),
    })
}

/// The picture of an address; none when it does not fit, since the key can be typed too.
fn picture(address: &Secret) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(address.expose(), EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut pen = None;
        let mut at = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a string does not fail.
                let _ = match pen {
                    None => write!(path, "M{} {}.5", at + QUIET, row + QUIET),
                    Some(end) => write!(path, "m{} 0", at - end),
                };
                let _ = write!(path, "h{}", run.len());
                pen = Some(at + run.len());
            }
            at += run.len();
        }
    }
    Some(Picture { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest address that the office makes.
    const ADDRESS: &str = "otpauth://totp/Loket:2026-004512?secret=MZXW6YTBOIMZXW6YTBOIMZXW6YTBOI23\
        &issuer=Loket&algorithm=SHA1&digits=6&period=30";

    /// The dark modules that a path draws.
    fn drawn(picture: &Picture) -> Vec<(usize, usize)> {
        let mut dark = Vec::new();
        for row in picture.path.split('M').skip(1) {
            let (start, strokes) = row.split_once(".5").unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (mut x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            for step in strokes.split('m') {
                let (gap, length) = step.split_once('h').unwrap();
                x += gap.strip_suffix(" 0").map_or(0, |gap| gap.parse().unwrap());
                let length: usize = length.parse().unwrap();
                dark.extend((x..x + length).map(|x| (x, y)));
                x += length;
            }
        }
        dark
    }

    #[test]
    fn the_picture_is_the_code_and_small() {
        let picture = picture(&Secret::new(ADDRESS.to_owned())).unwrap();
        let code = QrCode::with_error_correction_level(ADDRESS, EcLevel::M).unwrap();
        let width = code.width();
        let wanted: Vec<(usize, usize)> = code
            .to_colors()
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark)
            .map(|(at, _)| (at % width + QUIET, at / width + QUIET))
            .collect();
        assert_eq!(drawn(&picture), wanted);
        assert_eq!(picture.side, width + 8);
        assert!(picture.path.len() < 5_000, "{} bytes", picture.path.len());
    }
}
