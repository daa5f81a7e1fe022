//! What a witness cosigned last, a file for each log. Each is replaced as a whole and synced before the
//! answer leaves; a second process on the same folder is refused, since the two would cosign two histories.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use loket_tlog::Head;
use ring::digest::{SHA256, digest};

use crate::audit::state::{State, StateFile};

/// The folder, held by this process alone.
#[derive(Debug)]
pub(super) struct Heads {
    folder: PathBuf,
    /// Its lock ends with it.
    _lock: File,
}

impl Heads {
    /// Opens the folder, or makes it.
    ///
    /// # Errors
    /// When it cannot be written to, or another process has it.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(io::ErrorKind::ResourceBusy, "another witness works with this folder")
        })?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// The file of a log: an origin may have any characters, a digest has none that a path minds.
    fn file(&self, origin: &str) -> StateFile {
        let name = hex::encode(digest(&SHA256, origin.as_bytes()));
        StateFile::new(self.folder.join(format!("{name}.head")))
    }

    /// What was cosigned last for a log.
    pub(super) fn last(&self, origin: &str) -> io::Result<Option<Head>> {
        match self.file(origin).read()? {
            Some(state) if state.origin.as_str() == origin => Ok(Some(state.head)),
            Some(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "the head of another log")),
            None => Ok(None),
        }
    }

    /// Puts a head in the place of the last one, durable when it returns.
    pub(super) fn replace(&self, origin: &str, head: Head) -> io::Result<()> {
        let file = self.file(origin);
        let origin = origin
            .parse()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not the name of a log"))?;
        file.write(&State { origin, head })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_log_has_a_head_of_its_own_and_the_folder_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let heads = Heads::open(folder.path()).unwrap();
        let head = |size| Head { size, root: loket_tlog::leaf_hash(b"x") };
        assert_eq!(heads.last("a.example/../log").unwrap(), None);
        heads.replace("a.example/../log", head(1)).unwrap();
        heads.replace("b.example/log", head(2)).unwrap();
        assert!(Heads::open(folder.path()).is_err(), "a second process");
        drop(heads);
        let heads = Heads::open(folder.path()).unwrap();
        assert_eq!(heads.last("a.example/../log").unwrap(), Some(head(1)));
        assert_eq!(heads.last("b.example/log").unwrap(), Some(head(2)));
        let [a, b] = ["a.example/../log", "b.example/log"].map(|origin| heads.file(origin));
        fs::copy(a.path(), b.path()).unwrap();
        assert!(heads.last("b.example/log").is_err(), "the file of another log");
    }
}
