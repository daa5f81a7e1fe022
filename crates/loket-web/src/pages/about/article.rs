//! A page that is only read: sections with a heading, paragraphs and points.

use askama::Template;
use axum::response::Response;

use crate::frame::{Frame, html};

/// One section.
pub(super) struct Section {
    /// Id of its heading, to link to.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) points: Vec<String>,
    /// Where to read on.
    pub(super) link: Option<(&'static str, String)>,
}

impl Section {
    /// With one paragraph.
    pub(super) fn text(id: &'static str, title: String, paragraph: String) -> Self {
        Self { id, title, paragraphs: vec![paragraph], points: Vec::new(), link: None }
    }
    /// With points.
    pub(super) fn list(id: &'static str, title: String, points: Vec<String>) -> Self {
        Self { id, title, paragraphs: Vec::new(), points, link: None }
    }
    /// And a link at its end.
    pub(super) fn leading_to(mut self, address: &'static str, words: String) -> Self {
        self.link = Some((address, words));
        self
    }
}

#[derive(Template)]
#[template(path = "article.html")]
pub(super) struct Article {
    pub(super) frame: Frame,
    pub(super) lede: String,
    /// Said before everything else, to whom it concerns.
    pub(super) remark: Option<String>,
    pub(super) sections: Vec<Section>,
    /// Version or date of the text.
    pub(super) foot: String,
}

impl Article {
    pub(super) fn show(&self) -> Response {
        html(self)
    }
}
