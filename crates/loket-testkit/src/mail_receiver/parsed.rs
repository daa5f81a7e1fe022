//! Reads a received message: header fields, the plain and the HTML part (RFC 5322, 2045 to 2047).
//!
//! It reads what it can and never fails: a part that it cannot read is not there. Depth and number
//! of parts and of fields are bounded.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Most header fields of a part.
const MOST_FIELDS: usize = 200;
/// Most parts of a multipart.
const MOST_PARTS: usize = 50;
/// Deepest nesting of multiparts.
const DEEPEST: usize = 5;

/// What a message says.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
}

pub(super) fn parse(raw: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let raw = String::from_utf8_lossy(raw);
    let (fields, body) = split(&raw);
    read_part(&fields, body, DEEPEST, &mut parsed);
    parsed.headers = fields.into_iter().map(|(name, value)| (name, decode_words(&value))).collect();
    parsed
}

type Fields = Vec<(String, String)>;

/// Header fields, unfolded, and the body.
fn split(raw: &str) -> (Fields, &str) {
    let (head, body) = match raw.strip_prefix("\r\n") {
        Some(body) => ("", body),
        None => raw.split_once("\r\n\r\n").unwrap_or((raw, "")),
    };
    let mut fields: Fields = vec![];
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':')
            && fields.len() < MOST_FIELDS
        {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (fields, body)
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn read_part(fields: &Fields, body: &str, depth: usize, parsed: &mut Parsed) {
    let kind = field(fields, "Content-Type").unwrap_or("text/plain");
    let media = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media.starts_with("multipart/") && depth > 0 {
        for part in parts(body, parameter(kind, "boundary").as_deref()) {
            let (fields, body) = split(part);
            read_part(&fields, body, depth - 1, parsed);
        }
        return;
    }
    let place = match media.as_str() {
        "text/plain" => &mut parsed.text,
        "text/html" => &mut parsed.html,
        _ => return,
    };
    if place.is_none() {
        let encoding = field(fields, "Content-Transfer-Encoding").unwrap_or("7bit");
        *place = match encoding.trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => Some(lossy(quoted_printable(body))),
            "base64" => decode_base64(body).map(lossy),
            "7bit" | "8bit" | "binary" => Some(body.to_owned()),
            _ => None,
        };
    }
}

/// The texts between the boundaries; without the closing boundary the last one is left out.
fn parts<'a>(body: &'a str, boundary: Option<&str>) -> Vec<&'a str> {
    let Some(boundary) = boundary.filter(|b| (1..=70).contains(&b.len())) else {
        return vec![];
    };
    let delimiter = format!("--{boundary}");
    let (mut found, mut start, mut at) = (vec![], None, 0);
    for line in body.split_inclusive("\r\n") {
        if let Some(rest) = line.strip_prefix(&delimiter) {
            if let Some(start) = start {
                let part = body.get(start..at).unwrap_or_default();
                found.push(part.strip_suffix("\r\n").unwrap_or(part));
            }
            start = Some(at + line.len());
            if rest.starts_with("--") || found.len() >= MOST_PARTS {
                break;
            }
        }
        at += line.len();
    }
    found
}

/// A parameter such as `boundary` of a content type, quoted or not.
fn parameter(kind: &str, name: &str) -> Option<String> {
    kind.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| bare.to_owned())
    })
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    GeneralPurpose::new(&STANDARD, config).decode(compact).ok()
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut decoded = vec![];
    for line in text.split_inclusive("\r\n") {
        let (content, end) = match line.strip_suffix("\r\n") {
            Some(content) => (content.trim_end_matches([' ', '\t']), "\r\n"),
            None => (line, ""),
        };
        if let Some(soft) = content.strip_suffix('=') {
            unquote(soft, &mut decoded);
        } else {
            unquote(content, &mut decoded);
            decoded.extend_from_slice(end.as_bytes());
        }
    }
    decoded
}

/// Replaces `=XX`; an escape that is none stays as it is.
fn unquote(text: &str, decoded: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        decoded.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(b'='));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    decoded.extend_from_slice(rest.as_bytes());
}

/// Decodes the encoded words of a field; the space between two of them belongs to neither.
fn decode_words(value: &str) -> String {
    let mut decoded: Vec<u8> = vec![];
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        let Some((word, remaining)) = encoded_word(from) else {
            let (mark, remaining) = from.split_at(2);
            decoded.extend_from_slice(before.as_bytes());
            decoded.extend_from_slice(mark.as_bytes());
            (rest, after_word) = (remaining, false);
            continue;
        };
        if !(after_word && before.chars().all(char::is_whitespace)) {
            decoded.extend_from_slice(before.as_bytes());
        }
        decoded.extend_from_slice(&word);
        (rest, after_word) = (remaining, true);
    }
    decoded.extend_from_slice(rest.as_bytes());
    lossy(decoded)
}

/// `=?charset?Q or B?text?=` at the start, decoded, and what follows it.
fn encoded_word(text: &str) -> Option<(Vec<u8>, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (content, rest) = rest.split_once("?=")?;
    if !["utf-8", "us-ascii"].contains(&charset.to_ascii_lowercase().as_str()) {
        return None;
    }
    let decoded = match encoding.to_ascii_lowercase().as_str() {
        "b" => decode_base64(content)?,
        "q" => {
            let mut decoded = vec![];
            unquote(&content.replace('_', " "), &mut decoded);
            decoded
        }
        _ => return None,
    };
    Some((decoded, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_of_an_alternative_are_read() {
        let raw = "Subject: =?utf-8?Q?Cl=C3=A9_?=\r\n =?UTF-8?B?csOpdXNzaWU=?= !\r\n\
            Content-Type: multipart/alternative;\r\n boundary=\"=_x\"\r\n\r\npreamble\r\n--=_x\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\
            \r\n\r\nune cl=C3=A9=\r\n et =3D\r\nfin\r\n--=_x\r\nContent-Type: text/html\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nPHA+Y2zDqTwv\r\ncD4=\r\n--=_x--\r\nafter";
        let parsed = parse(raw.as_bytes());
        assert_eq!(parsed.headers[0], ("Subject".to_owned(), "Clé réussie !".to_owned()));
        assert_eq!(parsed.text.as_deref(), Some("une clé et =\r\nfin"));
        assert_eq!(parsed.html.as_deref(), Some("<p>clé</p>"));
    }

    #[test]
    fn a_plain_message_needs_no_content_type() {
        let parsed = parse("From: a@b.be\r\n\r\nhello\r\n".as_bytes());
        assert_eq!(parsed.text.as_deref(), Some("hello\r\n"));
        assert!(parsed.html.is_none());
    }

    #[test]
    fn broken_messages_are_read_as_far_as_they_go() {
        for raw in [
            "",
            "\r\n",
            "no header at all",
            "Content-Type: multipart/mixed\r\n\r\n--\r\n",
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x",
            "Subject: =?utf-8?Q?=\r\n\r\n=\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n=é=4\r\n==",
        ] {
            let parsed = parse(raw.as_bytes());
            assert!(parsed.headers.len() <= 1, "{raw:?}");
        }
        assert_eq!(decode_words("a =? b =?utf-8?X?y?= =?utf-8?Q?=41?="), "a =? b =?utf-8?X?y?= A");
    }
}
