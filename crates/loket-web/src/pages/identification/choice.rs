//! A choice between a few answers, and a text that explains one.

use loket_domain::comparison::{Explanation, ExplanationFault};
use loket_text::Text;

/// One of the answers to choose from.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// The answers with their words, one of them perhaps chosen.
pub(crate) fn choices(
    answers: impl IntoIterator<Item = (&'static str, String)>,
    chosen: &str,
) -> Vec<Choice> {
    answers
        .into_iter()
        .map(|(value, label)| Choice { value, label, chosen: value == chosen })
        .collect()
}

/// Reads an explanation; else what is wrong with it.
pub(crate) fn read_explanation(t: Text, text: &str) -> Result<Explanation, String> {
    Explanation::new(text).map_err(|fault| match fault {
        ExplanationFault::TooShort => t.explanation_too_short(),
        ExplanationFault::TooLong => t.explanation_too_long(),
        ExplanationFault::ControlCharacter => t.explanation_characters(),
    })
}
