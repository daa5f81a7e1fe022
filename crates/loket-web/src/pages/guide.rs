//! The screen that the officer turned to the person: large, in the person's language, one step at a
//! time, and following what the person does on the own telephone. It shows nothing of anybody, and
//! no session of staff is behind it.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::GuideStep;
use loket_text::Text;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes, static_files};

#[derive(Template)]
#[template(path = "guide.html")]
struct GuidePage {
    frame: Frame,
    title: String,
    lines: Vec<String>,
    /// Nothing more will change.
    over: bool,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    headers: HeaderMap,
    mut here: Here,
) -> Response {
    let guide = Cookie::Guide.read(&headers).and_then(|cookie| state.office.read_guide(&cookie));
    let Some(guide) = guide else { return Redirect::to(routes::START).into_response() };
    // The language of the dossier, until the person chooses another on this very page.
    if Cookie::Language.read(&headers).is_none() {
        here.t = Text::new(guide.language);
    }
    let step = match state.office.guide_step(&guide).await {
        Ok(step) => step,
        Err(error) => return Fault::from(error).on(&state, here).into_response(),
    };
    let t = here.t;
    let (title, lines) = match step {
        GuideStep::Slip => {
            let lines = vec![t.guide_mail(), t.activate_code_not_printed()];
            (t.guide_code_title(), lines)
        }
        GuideStep::Code => {
            let code = if guide.on_paper { t.guide_code_paper() } else { t.guide_code_sms() };
            (t.guide_code_title(), vec![t.guide_mail(), code, t.guide_code_type()])
        }
        GuideStep::Key => (t.guide_key_title(), vec![t.guide_key_choose(), t.guide_key_follow()]),
        GuideStep::Done => (t.guide_done_title(), vec![t.guide_done(), t.guide_back()]),
        GuideStep::Over => (t.guide_over_title(), vec![t.guide_over(), t.guide_back()]),
    };
    html(&GuidePage {
        frame: Frame::of_person(&state, &here, &title).with_script(static_files::LIVE),
        title,
        lines,
        over: matches!(step, GuideStep::Done | GuideStep::Over),
    })
}
