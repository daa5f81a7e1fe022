//! Writes the first configuration of an installation, with its own master secret.

use std::path::{Path, PathBuf};

use super::fault::ConfigurationFault;
use super::files::{make_key_file, write_new};

/// The first configuration; every key that has no default is there to be filled in.
const INITIAL: &str = include_str!("initial.toml");

/// The files that were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The configuration.
    pub configuration: PathBuf,
    /// The master secret.
    pub key: PathBuf,
}

/// Writes `loket.toml` and `loket.key` in a folder, which is made when it is not there. Refuses to
/// replace either.
pub fn write_initial(folder: &Path) -> Result<Made, ConfigurationFault> {
    let fault = |file: &Path, cause| ConfigurationFault::File { file: file.to_owned(), cause };
    std::fs::create_dir_all(folder).map_err(|cause| fault(folder, cause))?;
    let made = Made { configuration: folder.join("loket.toml"), key: folder.join("loket.key") };
    if made.configuration.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(fault(&made.configuration, exists));
    }
    make_key_file(&made.key)?;
    write_new(&made.configuration, 0o640, INITIAL)
        .map_err(|cause| fault(&made.configuration, cause))?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_configuration_can_be_read_and_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let made = write_initial(folder.path()).unwrap();
        let loaded = crate::configuration::load(&made.configuration).unwrap();
        loaded.files.master_secret(&loaded.configuration.key_file).unwrap();
        assert!(write_initial(folder.path()).is_err());
    }
}
