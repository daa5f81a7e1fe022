//! The files that a configuration names: secrets, certificates, the database. Each is read where it
//! is needed, bounded in size; a secret that others can read is refused.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use loket_domain::secret::Secret;
use loket_tlog::{KeyName, WitnessSigner};
use ring::rand::{SecureRandom as _, SystemRandom};
use rustls::pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

use super::fault::ConfigurationFault;

/// Longest secret or certificate, in bytes.
const LONGEST: u64 = 64 * 1024;
/// Most certificates in one folder.
const MOST_CERTIFICATES: usize = 500;

/// Finds and reads the files of one configuration.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Paths count from this folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where a path of the configuration leads.
    pub fn place(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// A secret of one line. Refuses a file that the group or others can read.
    pub fn secret(&self, path: &Path) -> Result<Secret, ConfigurationFault> {
        let file = self.place(path);
        check_private(&file)?;
        let text = read_text(&file, LONGEST)?;
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() || line.contains(['\r', '\n']) {
            let what = "must hold the secret on one line".to_owned();
            return Err(ConfigurationFault::Content { file, what });
        }
        Ok(Secret::new(line.to_owned()))
    }

    /// The master secret.
    pub fn master_secret(&self, path: &Path) -> Result<[u8; 32], ConfigurationFault> {
        let secret = self.secret(path)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(secret.expose(), &mut bytes).map_err(|_| {
            let what = "must hold 64 hexadecimal digits; `loket config init` makes one".to_owned();
            ConfigurationFault::Content { file: self.place(path), what }
        })?;
        Ok(bytes)
    }

    /// One certificate as DER.
    pub fn certificate(&self, path: &Path) -> Result<Vec<u8>, ConfigurationFault> {
        read_certificate(&self.place(path))
    }

    /// A certificate with what stands between it and its root, from one PEM file, as DER.
    pub fn chain(&self, path: &Path) -> Result<Vec<Vec<u8>>, ConfigurationFault> {
        let file = self.place(path);
        let bytes = read_bounded(&file, LONGEST)?;
        let chain: Result<Vec<_>, _> =
            rustls::pki_types::CertificateDer::pem_slice_iter(&bytes).collect();
        match chain {
            Ok(chain) if !chain.is_empty() => Ok(chain.iter().map(|der| der.to_vec()).collect()),
            _ => Err(ConfigurationFault::Content {
                file,
                what: "holds no certificate in PEM".to_owned(),
            }),
        }
    }

    /// A private key from a PEM file, as DER. Refuses a file that the group or others can read.
    pub fn private_key(&self, path: &Path) -> Result<Vec<u8>, ConfigurationFault> {
        let file = self.place(path);
        check_private(&file)?;
        let bytes = read_bounded(&file, LONGEST)?;
        let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(&bytes);
        key.map(|key| key.secret_der().to_vec()).map_err(|_| ConfigurationFault::Content {
            file,
            what: "holds no private key in PEM".to_owned(),
        })
    }

    /// Every certificate of a folder as DER, in order of file name. An empty or missing folder
    /// gives none: whoever needs one says so.
    pub fn certificates(&self, path: &Path) -> Result<Vec<Vec<u8>>, ConfigurationFault> {
        let folder = self.place(path);
        let fault = |cause| ConfigurationFault::File { file: folder.clone(), cause };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(fault(cause)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let file = entry.map_err(fault)?.path();
            let known = ["der", "crt", "cer", "pem"];
            if file.extension().and_then(|end| end.to_str()).is_some_and(|end| known.contains(&end))
            {
                files.push(file);
            }
        }
        if files.len() > MOST_CERTIFICATES {
            let what = format!("more than {MOST_CERTIFICATES} certificates");
            return Err(ConfigurationFault::Content { file: folder, what });
        }
        files.sort();
        files.iter().map(|file| read_certificate(file)).collect()
    }
}

fn read_certificate(file: &Path) -> Result<Vec<u8>, ConfigurationFault> {
    let bytes = read_bounded(file, LONGEST)?;
    if !bytes.starts_with(b"-----BEGIN") {
        return Ok(bytes);
    }
    let certificate = rustls::pki_types::CertificateDer::from_pem_slice(&bytes);
    certificate.map(|der| der.to_vec()).map_err(|_| ConfigurationFault::Content {
        file: file.to_owned(),
        what: "is no certificate in PEM".to_owned(),
    })
}

/// Refuses a file that its group or others can read.
fn check_private(file: &Path) -> Result<(), ConfigurationFault> {
    let meta = fs::metadata(file)
        .map_err(|cause| ConfigurationFault::File { file: file.to_owned(), cause })?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let what = format!("others can read it (mode {mode:o}): chmod 600 it");
        return Err(ConfigurationFault::Content { file: file.to_owned(), what });
    }
    Ok(())
}

fn read_bounded(file: &Path, most: u64) -> Result<Vec<u8>, ConfigurationFault> {
    let fault = |cause| ConfigurationFault::File { file: file.to_owned(), cause };
    let mut bytes = Vec::new();
    fs::File::open(file).map_err(fault)?.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        let what = format!("longer than {most} bytes");
        return Err(ConfigurationFault::Content { file: file.to_owned(), what });
    }
    Ok(bytes)
}

pub(super) fn read_text(file: &Path, most: u64) -> Result<String, ConfigurationFault> {
    String::from_utf8(read_bounded(file, most)?).map_err(|_| ConfigurationFault::Content {
        file: file.to_owned(),
        what: "is not UTF-8 text".to_owned(),
    })
}

/// Makes a new master secret, readable by its owner only. Never replaces one: what was sealed with
/// it could not be opened any more.
pub fn make_key_file(file: &Path) -> Result<(), ConfigurationFault> {
    let fault = |cause| ConfigurationFault::File { file: file.to_owned(), cause };
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| fault(std::io::Error::other("the random generator failed")))?;
    let line = format!("{}\n", hex::encode(bytes));
    write_new(file, 0o600, &line).map_err(fault)
}

/// Makes the key of a witness under a name, readable by its owner only. Never replaces one.
pub fn make_witness_key(file: &Path, name: &KeyName) -> Result<(), ConfigurationFault> {
    let fault = |cause| ConfigurationFault::File { file: file.to_owned(), cause };
    let mut seed = Zeroizing::new([0; 32]);
    SystemRandom::new()
        .fill(seed.as_mut_slice())
        .map_err(|_| fault(std::io::Error::other("the random generator failed")))?;
    let signer = WitnessSigner::from_seed(name.clone(), &seed).map_err(|what| {
        ConfigurationFault::Content { file: file.to_owned(), what: what.to_string() }
    })?;
    let line = Zeroizing::new(format!("{}\n", *signer.expose()));
    write_new(file, 0o600, &line).map_err(fault)
}

pub(super) fn write_new(file: &Path, mode: u32, text: &str) -> std::io::Result<()> {
    let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_private_long_enough_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loket.key");
        let files = Files::new(folder.path().to_owned());
        make_key_file(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let first = files.master_secret(Path::new("loket.key")).unwrap();
        assert!(make_key_file(&file).is_err());
        assert_eq!(files.master_secret(Path::new("loket.key")).unwrap(), first);

        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = files.master_secret(Path::new("loket.key")).unwrap_err().to_string();
        assert!(fault.contains("chmod 600"), "{fault}");
    }

    #[test]
    fn a_short_key_and_a_secret_of_two_lines_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        for text in ["abcd\n", "\n", "a\nb\n"] {
            let file = folder.path().join("key");
            let _ = fs::remove_file(&file);
            write_new(&file, 0o600, text).unwrap();
            assert!(files.master_secret(Path::new("key")).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_holds_no_certificates() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        assert!(files.certificates(Path::new("none")).unwrap().is_empty());
    }
}
