//! Rust source made from the checked messages.

use std::fmt::Write;

use crate::catalogue::{Kind, Message, Sources};

/// The texts as constants, the identifiers, and one method of `Text` per message.
pub(crate) fn source(messages: &[Message], sources: &Sources) -> String {
    let mut out = String::new();
    for (language, files) in sources {
        let whole: String = files.values().flat_map(|text| [text.as_str(), "\n"]).collect();
        let name = language.to_uppercase();
        line(&mut out, &format!("pub(crate) const {name}: &str = {whole:?};"));
    }
    let all = messages.iter().map(|message| message.id.as_str());
    line(&mut out, "/// Identifiers of all messages, sorted.");
    list(&mut out, "pub const MESSAGE_IDS", all);
    let plain = messages.iter().filter(|m| m.variables.is_empty()).map(|m| m.id.as_str());
    line(&mut out, "/// Identifiers of the messages without variables, sorted.");
    list(&mut out, "pub const PLAIN_IDS", plain);
    line(&mut out, "impl crate::Text {");
    for message in messages {
        method(&mut out, message);
    }
    line(&mut out, "}");
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn list<'a>(out: &mut String, head: &str, ids: impl Iterator<Item = &'a str>) {
    line(out, &format!("{head}: &[&str] = &["));
    for id in ids {
        line(out, &format!("    {id:?},"));
    }
    line(out, "];");
}

fn method(out: &mut String, message: &Message) {
    // As a code block, so that nothing in the text is read as markup.
    line(out, "    /// ```text");
    for text in message.english.trim_end().lines() {
        line(out, &format!("    /// {}", text.replace('`', "'")));
    }
    line(out, "    /// ```");
    let name = message.id.replace('-', "_");
    let mut parameters = String::from("self");
    let mut arguments = String::new();
    for (variable, kind) in &message.variables {
        let of = match kind {
            Kind::Text => "&str",
            Kind::Number => "i64",
        };
        // Writing to a String cannot fail.
        let _ = write!(parameters, ", {variable}: {of}");
        let _ = write!(arguments, "({variable:?}, {variable}.into()), ");
    }
    line(out, &format!("    pub fn {name}({parameters}) -> String {{"));
    line(
        out,
        &format!("        self.format({:?}, [{}])", message.id, arguments.trim_end_matches(", ")),
    );
    line(out, "    }");
}
