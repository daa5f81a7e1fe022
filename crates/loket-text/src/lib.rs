//! Every text that a person reads, in four languages, as typed methods.
//!
//! The build reads `locales/{nl,fr,de,en}/*.ftl` and fails when a file, a message or a variable is
//! missing in one of them. Message `desk-title` becomes `Text::desk_title`; its variables become
//! parameters in alphabetical order: `i64` for a variable that a plural selector looks at or that
//! is called `count`, `days`, `hours`, `left`, `minutes`, `seconds`, `tries` or `years`, and
//! `&str` for any other. [`Text`] also prints days, moments and numbers as each language does.
//!
//! This crate escapes nothing: whoever puts a text into HTML or a header escapes it there.

mod format;
pub mod keys;
pub mod messages;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use loket_domain::Language;

pub use keys::MESSAGE_IDS;

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    language: Language,
}

impl Text {
    /// The texts in this language.
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language of these texts.
    pub const fn language(self) -> Language {
        self.language
    }

    /// The text of a message that is named in a file instead of in code, such as a procedure's
    /// check. `None` for an unknown identifier and for a message with variables.
    pub fn by_id(self, id: &str) -> Option<String> {
        keys::PLAIN_IDS.binary_search(&id).ok()?;
        Some(self.format(id, []))
    }

    fn format<const N: usize>(self, id: &str, values: [(&str, FluentValue<'_>); N]) -> String {
        let bundle = bundle(self.language);
        let mut arguments = FluentArgs::with_capacity(N);
        for (name, value) in values {
            arguments.set(name, value);
        }
        // The build has checked that every language has every message with these variables, and
        // messages refer to nothing else, so there is nothing that could go wrong here.
        bundle.get_message(id).and_then(|message| message.value()).map_or_else(
            || id.to_owned(),
            |pattern| {
                bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
            },
        )
    }
}

type Bundle = FluentBundle<FluentResource>;

static NL: LazyLock<Bundle> = LazyLock::new(|| build(Language::Nl, keys::NL));
static FR: LazyLock<Bundle> = LazyLock::new(|| build(Language::Fr, keys::FR));
static DE: LazyLock<Bundle> = LazyLock::new(|| build(Language::De, keys::DE));
static EN: LazyLock<Bundle> = LazyLock::new(|| build(Language::En, keys::EN));

fn bundle(language: Language) -> &'static Bundle {
    match language {
        Language::Nl => &NL,
        Language::Fr => &FR,
        Language::De => &DE,
        Language::En => &EN,
    }
}

fn build(language: Language, text: &str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.code().parse().unwrap_or_default()]);
    // No invisible direction marks: all four languages run left to right, and the marks would
    // reach mails, SMS and the PDF.
    bundle.set_use_isolating(false);
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
    // An identifier that is there twice has failed the build.
    let _ = bundle.add_resource(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_without_variables_has_words_in_every_language() {
        for language in Language::ALL {
            let text = Text::new(language);
            for id in keys::PLAIN_IDS {
                let words = text.by_id(id).unwrap();
                assert!(!words.trim().is_empty(), "{id} in {language}");
                assert_ne!(words, **id, "{id} in {language}");
            }
        }
    }

    #[test]
    fn a_name_from_a_file_finds_its_message_or_nothing() {
        assert_eq!(Text::new(Language::De).by_id("back").as_deref(), Some("Zurück"));
        assert_eq!(Text::new(Language::De).by_id("no-such-message"), None);
        assert_eq!(Text::new(Language::Fr).by_id("error-title"), None, "it has a variable");
    }

    #[test]
    fn variables_arrive_without_invisible_marks() {
        assert_eq!(Text::new(Language::Fr).error_title("Accueil"), "Erreur : Accueil");
    }
}
