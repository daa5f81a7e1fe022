//! Certificates and answers in files, as DER.

use std::io::Read as _;
use std::path::Path;

use loket_eid::certificate::CardCertificate;

use crate::cli::fault::CliFault;

/// Largest file that is read; certificates and OCSP answers have some thousand bytes.
const LARGEST: u64 = 1024 * 1024;

/// The bytes of a file.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, CliFault> {
    let opened = std::fs::File::open(file)
        .map_err(|cause| CliFault::Usage(format!("{}: {cause}", file.display())))?;
    let mut bytes = Vec::new();
    opened.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(CliFault::Usage(format!("{}: larger than 1 MiB", file.display())));
    }
    Ok(bytes)
}

/// A certificate that was named on the command line: one that cannot be read is wrong usage.
pub(super) fn certificate(file: &Path) -> Result<CardCertificate, CliFault> {
    CardCertificate::from_der(bytes(file)?)
        .map_err(|_| CliFault::Usage(format!("{}: no certificate in DER", file.display())))
}

/// The bytes of several files.
pub(super) fn all<P: AsRef<Path>>(files: &[P]) -> Result<Vec<Vec<u8>>, CliFault> {
    files.iter().map(|file| bytes(file.as_ref())).collect()
}
