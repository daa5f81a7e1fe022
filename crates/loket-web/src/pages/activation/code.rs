//! The person types the activation code.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::{CodeEntry, Progress};
use loket_domain::code::CodeSlip;
use loket_domain::contact::Channel;
use loket_text::Text;
use serde::Deserialize;

use super::pass::Holder;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::language::Here;
use crate::pages::key_making::KeyMaker as _;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    wish: Wish,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "activate_code.html")]
struct CodePage {
    frame: Frame,
    wish: String,
    errors: Errors,
    code: String,
    /// Where the code is, in words.
    whence: String,
    tries: String,
}

#[derive(Template)]
#[template(path = "activate_begin.html")]
struct BeginPage {
    frame: Frame,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    headers: HeaderMap,
    holder: Result<Holder, Response>,
    here: Here,
) -> Response {
    match holder {
        Ok(holder) => first(&state, &headers, holder).await,
        // Somebody who scanned the address of the slip, or typed it, and has no link open here.
        Err(_) if Cookie::Activation.read(&headers).is_none() => begin(&state, &here),
        Err(refused) => refused,
    }
}

/// The first page of the way, as far as the person is.
pub(super) async fn first(state: &WebState, headers: &HeaderMap, mut holder: Holder) -> Response {
    let progress = match holder.progress(state).await {
        Ok(progress) => progress,
        Err(fault) => return holder.fault(state, fault),
    };
    if progress.code_entered {
        return Redirect::to(routes::ACTIVATE_CHOOSE).into_response();
    }
    // The language chosen at the counter goes before the browser's, until the person chooses.
    let chosen = Cookie::Language.read(headers).is_some();
    if !chosen {
        holder.here.t = Text::new(progress.language);
    }
    let mut response = page(state, &holder, &progress, Errors::default(), "");
    if !chosen {
        Cookie::Language.set(progress.language.code(), response.headers_mut());
    }
    response
}

/// What to do before there is a link: the page that the slip leads to.
fn begin(state: &WebState, here: &Here) -> Response {
    html(&BeginPage { frame: Frame::of_person(state, here, &here.t.activate_begin_title()) })
}

pub(crate) async fn enter(
    State(state): State<WebState>,
    holder: Holder,
    Posted(form): Posted<CodeForm>,
) -> Response {
    match entered(&state, &holder, &form).await {
        Ok(response) => response,
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn entered(state: &WebState, holder: &Holder, form: &CodeForm) -> Result<Response, Fault> {
    holder.check(state, &form.wish)?;
    let t = holder.here.t;
    let entry = state.office.enter_code(&holder.pass, &form.code, holder.address.clone()).await?;
    let message = match entry {
        CodeEntry::Right => return Ok(Redirect::to(routes::ACTIVATE_CHOOSE).into_response()),
        CodeEntry::Slip(CodeSlip::Length) => t.activate_code_length(),
        CodeEntry::Slip(CodeSlip::Character) => t.activate_code_character(),
        CodeEntry::Slip(CodeSlip::Check) => t.activate_code_slip(),
        CodeEntry::Wrong { tries_left } => t.activate_code_wrong(i64::from(tries_left)),
    };
    // A locked invitation is refused here, with the page that says whom to ask.
    let progress = holder.progress(state).await?;
    Ok(page(state, holder, &progress, Errors::one("code", message), &form.code))
}

fn page(
    state: &WebState,
    holder: &Holder,
    progress: &Progress,
    errors: Errors,
    code: &str,
) -> Response {
    let t = holder.here.t;
    let wish = match holder.new_wish(state) {
        Ok(wish) => wish,
        Err(fault) => return holder.fault(state, fault),
    };
    let whence = whence(t, progress);
    html(&CodePage {
        frame: Frame::of_person(state, &holder.here, &t.activate_code_title())
            .with_errors(!errors.is_empty()),
        wish,
        errors,
        code: code.chars().take(40).collect(),
        whence,
        tries: t.activate_tries_left(i64::from(progress.tries_left)),
    })
}

/// Where the code is and until when it works; a slip that was not printed yet is asked for.
fn whence(t: Text, progress: &Progress) -> String {
    let Some(until) = progress.code_until else { return t.activate_code_not_printed() };
    let place = match (progress.code_channel, &progress.number_ends_in) {
        (Channel::Sms, Some(ending)) => t.activate_code_by_sms(ending),
        (Channel::Sms | Channel::Email, _) => t.activate_code_by_sms_plain(),
        (Channel::Paper, _) => t.activate_code_on_paper(),
    };
    format!("{place} {}", t.activate_code_until(&t.moment(until)))
}

#[cfg(test)]
mod tests {
    use loket_domain::{Language, Timestamp};

    use super::*;

    #[test]
    fn a_slip_is_told_only_once_it_is_printed() {
        let t = Text::new(Language::En);
        let until = Timestamp::from_seconds(1_800_000_000);
        let progress = |code_until| Progress {
            language: Language::En,
            code_channel: Channel::Paper,
            number_ends_in: None,
            code_until,
            link_until: until,
            tries_left: 5,
            code_entered: false,
        };
        assert_eq!(whence(t, &progress(None)), t.activate_code_not_printed());
        let printed = whence(t, &progress(Some(until)));
        assert!(printed.starts_with(&t.activate_code_on_paper()), "{printed}");
    }
}
