//! What the signer signed last: name of the log, size and root, in a file beside the master secret. It
//! is written and synced before a signature leaves, and no restore of the database brings an older one
//! back: that is what makes a rollback visible.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use loket_tlog::{Head, KeyName};

/// Longest state file, in bytes.
const LONGEST: u64 = 1024;

/// The last head that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Name of the log, which is that of its key.
    pub origin: KeyName,
    /// Size and root.
    pub head: Head,
}

/// The text is not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not three lines: name of the log, size, root")]
pub struct NotAState;

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.origin, self.head)
    }
}

impl FromStr for State {
    type Err = NotAState;
    fn from_str(text: &str) -> Result<Self, NotAState> {
        let (origin, head) = text.split_once('\n').ok_or(NotAState)?;
        Ok(Self {
            origin: origin.parse().map_err(|_| NotAState)?,
            head: head.parse().map_err(|_| NotAState)?,
        })
    }
}

/// The file of a state.
#[derive(Debug, Clone)]
pub struct StateFile(PathBuf);

impl StateFile {
    /// At this place.
    pub const fn new(file: PathBuf) -> Self {
        Self(file)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The state; none before the first signature.
    ///
    /// # Errors
    /// When the file is there and cannot be read as a state.
    pub fn read(&self) -> io::Result<Option<State>> {
        let text = match fs::metadata(&self.0) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(cause),
            Ok(meta) if meta.len() > LONGEST => return Err(unreadable()),
            Ok(_) => fs::read_to_string(&self.0)?,
        };
        text.parse().map(Some).map_err(|_| unreadable())
    }

    /// Puts another state in its place, whole or not at all, and synced.
    pub fn write(&self, state: &State) -> io::Result<()> {
        let new = self.0.with_extension("new");
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(state.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.0)?;
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
    }
}

fn unreadable() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, NotAState)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_and_other_texts_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::new(folder.path().join("loket.audit"));
        assert_eq!(file.read().unwrap(), None);
        for size in [1, 2] {
            let head = Head { size, root: loket_tlog::leaf_hash(b"x") };
            let state = State { origin: "loket.example.be/audit/1".parse().unwrap(), head };
            file.write(&state).unwrap();
            assert_eq!(file.read().unwrap(), Some(state));
        }
        let text = fs::read_to_string(file.path()).unwrap();
        for wrong in
            ["", "x", &text[..text.len() - 1], &text.replacen('\n', " ", 1), &text.repeat(20)]
        {
            fs::write(file.path(), wrong).unwrap();
            assert!(file.read().is_err(), "{wrong:?}");
        }
    }
}
