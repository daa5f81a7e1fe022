//! The person sets an authenticator app up and types its first code.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::secret::Secret;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

use super::pass::Holder;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct AppForm {
    wish: Wish,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "activate_app.html")]
struct AppPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    picture: String,
    address: String,
    typed: String,
}

pub(crate) async fn show(State(state): State<WebState>, holder: Holder) -> Response {
    page(&state, &holder, Errors::default()).await
}

pub(crate) async fn confirm(
    State(state): State<WebState>,
    holder: Holder,
    Posted(form): Posted<AppForm>,
) -> Response {
    if let Err(fault) = holder.check(&state, &form.wish) {
        return holder.fault(&state, fault);
    }
    match state.office.finish_app(&holder.pass, form.code.trim(), holder.address.clone()).await {
        Ok(_) => Redirect::to(routes::ACTIVATE_DONE).into_response(),
        Err(Failure::Refused(Refusal::TotpWrong)) => {
            let errors = Errors::one("code", holder.here.t.activate_app_code_wrong());
            page(&state, &holder, errors).await
        }
        Err(failure) => holder.fault(&state, Fault::from(failure)),
    }
}

async fn page(state: &WebState, holder: &Holder, errors: Errors) -> Response {
    match filled(state, holder, errors).await {
        Ok(page) => html(&page),
        // The password page was skipped, or its half hour is over: begin there.
        Err(Fault::Refused(Refusal::WrongStep)) => {
            Redirect::to(routes::ACTIVATE_PASSWORD).into_response()
        }
        Err(fault) => holder.fault(state, fault),
    }
}

async fn filled(state: &WebState, holder: &Holder, errors: Errors) -> Result<AppPage, Fault> {
    let set_up = state.office.app_set_up(&holder.pass).await?;
    let t = holder.here.t;
    Ok(AppPage {
        frame: Frame::anonymous(state, &holder.here, &t.activate_app_title())
            .with_errors(!errors.is_empty()),
        wish: holder.new_wish(state)?,
        errors,
        picture: picture(&set_up.address),
        address: set_up.address.expose().to_owned(),
        typed: set_up.typed.expose().to_owned(),
    })
}

/// The QR code as inline SVG, without the XML head; empty when it does not fit, since the key can
/// be typed too.
fn picture(address: &Secret) -> String {
    let Ok(code) = QrCode::with_error_correction_level(address.expose(), EcLevel::M) else {
        return String::new();
    };
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    drawn.find("<svg").and_then(|at| drawn.get(at..)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_small_inline_and_without_styles() {
        let address =
            "otpauth://totp/Loket:2026-004512?secret=MZXW6YTBOIMZXW6YTBOIMZXW6YTBOI23&issuer=Loket";
        let drawn = picture(&Secret::new(address.to_owned()));
        assert!(drawn.starts_with("<svg"));
        assert!(drawn.len() < 16_000, "{} bytes", drawn.len());
        assert!(!drawn.contains("style="));
    }
}
