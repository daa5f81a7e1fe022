//! Signed notes (C2SP `signed-note`): a text and the signatures of one or more keys over it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::{KeyName, SignerKey, VerifierKey};

/// Most bytes that a note may have when it is read. Room for [`MAX_SIGNATURES`] of the largest
/// kind.
pub const MAX_NOTE_BYTES: usize = 1_000_000;
/// Most signatures that a note may have when it is read; readers must take at least 16.
pub const MAX_SIGNATURES: usize = 100;

const LINE_START: &str = "\u{2014} ";

/// Why a note cannot be read or trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// More bytes or signatures than are read.
    #[error("the note is too large")]
    TooLarge,
    /// No text, no blank line before the signatures, or a control character.
    #[error("the note has not the form of a signed note")]
    Form,
    /// A signature line is not of its form.
    #[error("a signature line has not the form of one")]
    SignatureForm,
    /// None of the known keys has signed.
    #[error("none of the known keys has signed the note")]
    Unsigned,
    /// A line that names a known key does not verify.
    #[error("the signature of a known key does not verify")]
    Wrong,
}

/// One signature line. Signatures of types that this crate does not verify are kept as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: KeyName,
    id: u32,
    bytes: Vec<u8>,
}

impl Signature {
    pub(crate) const fn new(name: KeyName, id: u32, bytes: Vec<u8>) -> Self {
        Self { name, id, bytes }
    }
    /// Name of the key that signed.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }
    /// Key ID; with the name it tells which key signed and how.
    pub const fn id(&self) -> u32 {
        self.id
    }
    /// The signature itself, as its type encodes it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads one signature line without its newline.
    pub(crate) fn parse(line: &str) -> Result<Self, NoteFault> {
        let rest = line.strip_prefix(LINE_START).ok_or(NoteFault::SignatureForm)?;
        let (name, base64) = rest.split_once(' ').ok_or(NoteFault::SignatureForm)?;
        let name = name.parse().map_err(|_| NoteFault::SignatureForm)?;
        let bytes = STANDARD.decode(base64).map_err(|_| NoteFault::SignatureForm)?;
        match bytes.split_first_chunk::<4>() {
            Some((id, bytes)) if !bytes.is_empty() => {
                Ok(Self::new(name, u32::from_be_bytes(*id), bytes.to_vec()))
            }
            _ => Err(NoteFault::SignatureForm),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.to_be_bytes().as_slice(), &self.bytes].concat();
        writeln!(f, "{LINE_START}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with signatures. What it says counts only after [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// A text that is still to be signed. It ends in a newline and has no other control
    /// character.
    pub fn new(text: String) -> Result<Self, NoteFault> {
        check_text(&text)?;
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note with at least one signature.
    pub fn parse(note: &str) -> Result<Self, NoteFault> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteFault::TooLarge);
        }
        // The last blank line parts the text from the signatures; the text keeps its own newline.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteFault::Form)?;
        let text = format!("{text}\n");
        check_text(&text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteFault::Form)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteFault::TooLarge);
        }
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The signed text with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signature lines, of known and unknown keys.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds the signature of this key, unless it has signed already.
    pub fn sign(&mut self, key: &SignerKey) {
        if !self.signatures.iter().any(|signature| key.verifier().is_of(signature)) {
            self.signatures.push(key.sign(&self.text));
        }
    }

    /// Adds a signature that was checked, unless that key's stands there already.
    pub(crate) fn add(&mut self, signature: Signature) {
        let of_the_same = |s: &Signature| s.id == signature.id && s.name == signature.name;
        if !self.signatures.iter().any(of_the_same) {
            self.signatures.push(signature);
        }
    }

    /// The keys, of those given, that signed this note. Lines of other keys are ignored; one wrong
    /// line of a given key spoils the whole note, and so does the absence of all given keys.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteFault> {
        let mut signed: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| key.is_of(signature)) {
                if !key.verifies(&self.text, signature) {
                    return Err(NoteFault::Wrong);
                }
                if !signed.contains(&key) {
                    signed.push(key);
                }
            }
        }
        if signed.is_empty() { Err(NoteFault::Unsigned) } else { Ok(signed) }
    }
}

impl fmt::Display for Note {
    /// The note as it is published.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

fn check_text(text: &str) -> Result<(), NoteFault> {
    if text.len() > MAX_NOTE_BYTES {
        return Err(NoteFault::TooLarge);
    }
    let refused = |c: char| c < ' ' && c != '\n';
    if text.ends_with('\n') && !text.contains(refused) { Ok(()) } else { Err(NoteFault::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Keys and note of the documentation of golang.org/x/mod/sumdb/note.
    const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SKEY: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN\
        1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn published() -> String {
        format!("{TEXT}\n{LINE}")
    }

    fn keys() -> Vec<VerifierKey> {
        vec![VKEY.parse().unwrap()]
    }

    #[test]
    fn the_published_note_verifies_and_is_made_again_to_the_byte() {
        let note = Note::parse(&published()).unwrap();
        assert_eq!(note.text(), TEXT);
        assert_eq!(note.to_string(), published());
        assert_eq!(note.verify(&keys()).unwrap(), keys().iter().collect::<Vec<_>>());

        let mut own = Note::new(TEXT.to_owned()).unwrap();
        own.sign(&SKEY.parse().unwrap());
        own.sign(&SKEY.parse().unwrap());
        assert_eq!(own.to_string(), published(), "a second signature of one key adds nothing");
    }

    #[test]
    fn any_changed_byte_of_text_or_signature_is_found() {
        let published = published();
        let ascii = published.bytes().enumerate().filter(|(_, byte)| byte.is_ascii());
        for (place, byte) in ascii.map(|(place, byte)| (place, char::from(byte))) {
            let other = if byte == 'x' { 'y' } else { 'x' };
            let mut changed = published.clone();
            changed.replace_range(place..=place, &other.to_string());
            let verdict =
                Note::parse(&changed).and_then(|note| note.verify(&keys()).map(drop_keys));
            assert!(verdict.is_err(), "byte {place}");
        }
    }

    fn drop_keys(_: Vec<&VerifierKey>) {}

    #[test]
    fn unknown_keys_are_ignored_and_alone_do_not_count() {
        let other = SignerKey::from_seed("other".parse().unwrap(), &[7; 32]).unwrap();
        let mut note = Note::new(TEXT.to_owned()).unwrap();
        note.sign(&other);
        assert_eq!(note.verify(&keys()), Err(NoteFault::Unsigned));
        note.sign(&SKEY.parse().unwrap());
        let note = Note::parse(&note.to_string()).unwrap();
        assert_eq!(note.signatures().len(), 2);
        assert_eq!(note.verify(&keys()).map(|keys| keys.len()), Ok(1));
        let both = [VKEY.parse().unwrap(), other.verifier().clone()];
        assert_eq!(note.verify(&both).map(|keys| keys.len()), Ok(2));
    }

    #[test]
    fn a_wrong_signature_of_a_known_key_spoils_a_note_with_a_right_one() {
        let other = SignerKey::from_seed("other".parse().unwrap(), &[7; 32]).unwrap();
        let mut elsewhere = Note::new("another text\n".to_owned()).unwrap();
        elsewhere.sign(&other);
        let mut note = Note::parse(&published()).unwrap();
        note.signatures.extend(elsewhere.signatures);
        let both = [VKEY.parse().unwrap(), other.verifier().clone()];
        assert_eq!(note.verify(&both), Err(NoteFault::Wrong));
    }

    #[test]
    fn the_last_blank_line_parts_text_and_signatures() {
        let mut note = Note::new("one\n\n\u{2014} two\n".to_owned()).unwrap();
        note.sign(&SKEY.parse().unwrap());
        let read = Note::parse(&note.to_string()).unwrap();
        assert_eq!(read, note);
        assert!(read.verify(&keys()).is_ok());
    }

    #[test]
    fn malformed_notes_are_refused() {
        for text in ["", "no newline", "tab\there\n", "carriage return\r\n"] {
            assert_eq!(Note::new(text.to_owned()), Err(NoteFault::Form), "{text:?}");
        }
        let fault = |note: &str| Note::parse(note).unwrap_err();
        assert_eq!(fault(""), NoteFault::Form);
        assert_eq!(fault(TEXT), NoteFault::Form);
        assert_eq!(fault(&format!("{TEXT}\n")), NoteFault::Form, "no signature");
        assert_eq!(fault(published().trim_end()), NoteFault::Form, "no last newline");
        assert_eq!(fault(&format!("{TEXT}\n- a AAAAAAAA\n")), NoteFault::SignatureForm);
        assert_eq!(fault(&format!("{TEXT}\n\u{2014} a AAAAAA==\n")), NoteFault::SignatureForm);
        assert_eq!(fault(&format!("{TEXT}\n\u{2014} a+b AAAAAAAA\n")), NoteFault::SignatureForm);
        assert_eq!(fault(&format!("{TEXT}\n\u{2014}  AAAAAAAA\n")), NoteFault::SignatureForm);
        assert_eq!(fault(&format!("{TEXT}\n{}", LINE.repeat(101))), NoteFault::TooLarge);
        assert!(Note::parse(&format!("{TEXT}\n{}", LINE.repeat(100))).is_ok());
        assert_eq!(fault(&"a".repeat(MAX_NOTE_BYTES + 1)), NoteFault::TooLarge);
    }
}
