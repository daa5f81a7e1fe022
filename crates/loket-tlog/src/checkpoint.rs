//! Checkpoints (C2SP `tlog-checkpoint`): origin, size and root of a log as the text of a note.

use std::fmt;
use std::str::FromStr;

use crate::edge::RightEdge;
use crate::hash::Hash;
use crate::key::{KeyName, SignerKey, VerifierKey};
use crate::note::{Note, NoteFault};

/// Why a text is no checkpoint, or not one to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// Not three lines of the form.
    #[error("the text has not the form of a checkpoint")]
    Form,
    /// It is another log's.
    #[error("the checkpoint is that of another log")]
    Origin,
    /// The note around it does not hold.
    #[error(transparent)]
    Note(#[from] NoteFault),
}

/// Head of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, which is also the name of its key.
    pub origin: KeyName,
    /// Number of leaves.
    pub size: u64,
    /// Root hash of the tree of that size.
    pub root: Hash,
}

impl Checkpoint {
    /// The head of a tree as it stands.
    pub fn of(origin: KeyName, edge: &RightEdge) -> Self {
        Self { origin, size: edge.size(), root: edge.root() }
    }

    /// Signed by the log's own key, whose name must be the origin. The caller has made sure that
    /// this head extends the last one that this key signed.
    pub fn sign(&self, key: &SignerKey) -> Result<Note, CheckpointFault> {
        if *key.verifier().name() != self.origin {
            return Err(CheckpointFault::Origin);
        }
        let mut note = Note::new(self.to_string())?;
        note.sign(key);
        Ok(note)
    }

    /// Reads a checkpoint that the log's key has signed, and nobody else's.
    pub fn open(note: &Note, log: &VerifierKey) -> Result<Self, CheckpointFault> {
        note.verify(std::slice::from_ref(log))?;
        let checkpoint: Self = note.text().parse()?;
        if checkpoint.origin == *log.name() { Ok(checkpoint) } else { Err(CheckpointFault::Origin) }
    }
}

impl fmt::Display for Checkpoint {
    /// The text of the note.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointFault;
    /// Reads the text of a note. Extension lines, which no monitor can check, are refused.
    fn from_str(text: &str) -> Result<Self, CheckpointFault> {
        let text = text.strip_suffix('\n').ok_or(CheckpointFault::Form)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointFault::Form);
        };
        Ok(Self {
            origin: origin.parse().map_err(|_| CheckpointFault::Form)?,
            size: decimal(size).ok_or(CheckpointFault::Form)?,
            root: root.parse().map_err(|_| CheckpointFault::Form)?,
        })
    }
}

/// A number in the one form that the texts allow: decimal digits without leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{empty_root, leaf_hash};

    fn key() -> SignerKey {
        SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[3; 32]).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_reads_and_prints() {
        let text = "example.com/behind-the-sofa\n20852163\n\
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint: Checkpoint = text.parse().unwrap();
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.to_string(), text);
    }

    #[test]
    fn a_signed_head_opens_with_the_logs_key_only() {
        let mut edge = RightEdge::new();
        edge.append(leaf_hash(b"first")).unwrap();
        let checkpoint = Checkpoint::of(key().verifier().name().clone(), &edge);
        let note = checkpoint.sign(&key()).unwrap().to_string();
        let note = Note::parse(&note).unwrap();
        assert_eq!(Checkpoint::open(&note, key().verifier()), Ok(checkpoint.clone()));
        let other = SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[4; 32]).unwrap();
        assert_eq!(
            Checkpoint::open(&note, other.verifier()),
            Err(CheckpointFault::Note(NoteFault::Unsigned))
        );
        let elsewhere = SignerKey::from_seed("other.example".parse().unwrap(), &[3; 32]).unwrap();
        assert_eq!(checkpoint.sign(&elsewhere), Err(CheckpointFault::Origin));
    }

    #[test]
    fn the_head_of_another_log_under_our_key_is_refused() {
        let text = format!("other.example/log\n0\n{}\n", empty_root());
        let mut note = Note::new(text).unwrap();
        note.sign(&key());
        assert_eq!(Checkpoint::open(&note, key().verifier()), Err(CheckpointFault::Origin));
    }

    #[test]
    fn other_texts_are_refused() {
        let root = empty_root();
        for text in [
            String::new(),
            format!("log\n0\n{root}"),
            format!("log\n0\n{root}\n\n"),
            format!("log\n0\n{root}\nextension\n"),
            format!("\n0\n{root}\n"),
            format!("log\n\n{root}\n"),
            format!("log\n00\n{root}\n"),
            format!("log\n+1\n{root}\n"),
            format!("log\n-1\n{root}\n"),
            format!("log\n18446744073709551616\n{root}\n"),
            "log\n0\nAAAA\n".to_owned(),
        ] {
            assert_eq!(text.parse::<Checkpoint>(), Err(CheckpointFault::Form), "{text:?}");
        }
    }
}
