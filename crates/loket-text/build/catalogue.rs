//! The messages of all languages, checked against each other. Only what this house uses of Fluent
//! is let through: messages with variables, selectors and literals. Terms, attributes, functions
//! and references to other messages are refused, so that every message stands by itself and its
//! variables are all that it needs.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};
use fluent_syntax::{parser, serializer};

/// Folder names under `locales`; the last one is the language of the doc comments.
pub(crate) const LANGUAGES: [&str; 4] = ["nl", "fr", "de", "en"];

/// Language, file name, text.
pub(crate) type Sources = BTreeMap<&'static str, BTreeMap<String, String>>;

/// Variables that always count something, whether or not a selector looks at them.
const COUNTING: [&str; 8] =
    ["count", "days", "hours", "left", "minutes", "seconds", "tries", "years"];

/// Words that Rust keeps for itself and that therefore cannot name a method or a parameter.
const RESERVED: [&str; 42] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "match", "mod", "move", "mut", "new", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "type", "use", "where",
];

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// A whole number that a plural rule may look at.
    Number,
}

/// One message, the same in every language but for its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// Identifier, such as `desk-title`.
    pub(crate) id: String,
    /// Variables by name.
    pub(crate) variables: BTreeMap<String, Kind>,
    /// The English message in Fluent's notation.
    pub(crate) english: String,
}

type Found = BTreeMap<String, (String, Message)>;

/// All messages in the order of their identifiers, or every fault found, one line each.
pub(crate) fn read(sources: &Sources) -> Result<Vec<Message>, Vec<String>> {
    let mut faults = Vec::new();
    let mut by_language = BTreeMap::new();
    for (language, files) in sources {
        by_language.insert(*language, read_language(language, files, &mut faults));
    }
    compare_files(sources, &mut faults);
    let messages = compare_messages(&by_language, &mut faults);
    if faults.is_empty() { Ok(messages) } else { Err(faults) }
}

fn compare_files(sources: &Sources, faults: &mut Vec<String>) {
    let all: BTreeSet<&String> = sources.values().flat_map(BTreeMap::keys).collect();
    for file in all {
        for (language, files) in sources {
            if !files.contains_key(file) {
                faults.push(format!("{file}: there is no such file in language {language}"));
            }
        }
    }
}

fn compare_messages(
    by_language: &BTreeMap<&'static str, Found>,
    faults: &mut Vec<String>,
) -> Vec<Message> {
    let all: BTreeSet<&String> = by_language.values().flat_map(BTreeMap::keys).collect();
    let mut messages = Vec::new();
    for id in all {
        let mut merged: Option<(String, Message)> = None;
        for found in by_language.values() {
            let Some((file, message)) = found.get(id) else { continue };
            match &mut merged {
                None => merged = Some((file.clone(), message.clone())),
                Some((_, whole)) => merge(whole, message),
            }
        }
        let Some((file, mut whole)) = merged else { continue };
        for (language, found) in by_language {
            match found.get(id) {
                None => faults.push(format!("{file}: {id} is missing in language {language}")),
                Some((own, _)) if *own != file => {
                    faults.push(format!(
                        "{own}: {id} stands in {file} elsewhere, language {language}"
                    ));
                }
                Some((_, message)) => {
                    for name in whole.variables.keys() {
                        if !message.variables.contains_key(name) {
                            faults
                                .push(format!("{file}: {id} lacks ${name} in language {language}"));
                        }
                    }
                }
            }
        }
        if let Some((_, english)) = by_language.get("en").and_then(|found| found.get(id)) {
            whole.english.clone_from(&english.english);
        }
        messages.push(whole);
    }
    messages
}

/// One language may need a plural where another does not: the stronger kind wins.
fn merge(whole: &mut Message, other: &Message) {
    for (name, kind) in &other.variables {
        let slot = whole.variables.entry(name.clone()).or_insert(*kind);
        *slot = (*slot).max(*kind);
    }
}

fn read_language(
    language: &str,
    files: &BTreeMap<String, String>,
    faults: &mut Vec<String>,
) -> Found {
    let mut found = Found::new();
    for (file, text) in files {
        let resource = match parser::parse(text.as_str()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line =
                        1 + text.bytes().take(error.pos.start).filter(|b| *b == b'\n').count();
                    let near = nearest_id(text, error.pos.start);
                    faults
                        .push(format!("{file}: {near}, line {line}: {error}, language {language}"));
                }
                resource
            }
        };
        for entry in resource.body {
            read_entry(&entry, file, language, &mut found, faults);
        }
    }
    found
}

/// The last identifier that begins a line at or before the place of an error.
fn nearest_id(text: &str, position: usize) -> &str {
    let mut near = "before the first message";
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if offset > position {
            break;
        }
        offset += line.len();
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            near = line.split(['=', ' ', '\n']).next().unwrap_or(near);
        }
    }
    near
}

fn read_entry(
    entry: &Entry<&str>,
    file: &str,
    language: &str,
    found: &mut Found,
    faults: &mut Vec<String>,
) {
    let message = match entry {
        Entry::Message(message) => message,
        Entry::Term(term) => {
            let id = term.id.name;
            faults.push(format!(
                "{file}: -{id} is a term, which is not used here, language {language}"
            ));
            return;
        }
        // Comments are for translators; junk was reported by the parser.
        _ => return,
    };
    let id = message.id.name;
    let mut fault = |what: &str| faults.push(format!("{file}: {id} {what}, language {language}"));
    if !is_name(id, '-') {
        fault("is not lower-case words joined by hyphens, or is a word reserved by Rust");
    }
    if !message.attributes.is_empty() {
        fault("has attributes, which are not used here");
    }
    let Some(pattern) = &message.value else {
        fault("has no text");
        return;
    };
    let mut reader = Reader { variables: BTreeMap::new(), faults: Vec::new() };
    reader.pattern(pattern);
    for what in &reader.faults {
        fault(what);
    }
    let english = serializer::serialize(&Resource { body: vec![entry.clone()] });
    let read = Message { id: id.to_owned(), variables: reader.variables, english };
    if found.insert(id.to_owned(), (file.to_owned(), read)).is_some() {
        fault("is there twice");
    }
}

fn is_name(name: &str, joint: char) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with(joint)
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
        && !RESERVED.contains(&name)
}

/// Collects the variables of one message and what it may not hold.
struct Reader {
    variables: BTreeMap<String, Kind>,
    faults: Vec<String>,
}

impl Reader {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, Kind::Text),
            Expression::Select { selector, variants } => {
                let counts = variants.iter().any(|variant| match &variant.key {
                    VariantKey::NumberLiteral { .. } => true,
                    VariantKey::Identifier { name } => {
                        matches!(*name, "zero" | "one" | "two" | "few" | "many")
                    }
                });
                self.inline(selector, if counts { Kind::Number } else { Kind::Text });
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, kind: Kind) {
        match inline {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::VariableReference { id } => {
                if !is_name(id.name, '_') {
                    self.faults
                        .push(format!("has a variable ${} that cannot name a parameter", id.name));
                }
                let kind = if COUNTING.contains(&id.name) { Kind::Number } else { kind };
                let slot = self.variables.entry(id.name.to_owned()).or_insert(kind);
                *slot = (*slot).max(kind);
            }
            InlineExpression::FunctionReference { id, .. } => {
                self.faults.push(format!("calls {}, but functions are not used here", id.name));
            }
            InlineExpression::MessageReference { id, .. }
            | InlineExpression::TermReference { id, .. } => {
                self.faults.push(format!("refers to {}, but must stand by itself", id.name));
            }
        }
    }
}
