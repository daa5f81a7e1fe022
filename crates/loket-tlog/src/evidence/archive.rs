//! A bundle as a zip. What is read comes from strangers: it is bounded in files and bytes, as they are
//! and not as the archive says, and a name that would leave the bundle, stands twice, or is that of a
//! link or an encrypted file, is refused.

use std::io::{Cursor, Read, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{CHECKPOINT_FILE, Files};

/// Most bytes of one file of a bundle.
pub const MAX_EVIDENCE_FILE: u64 = 64 << 20;
/// Most bytes of all files of a bundle together.
pub const MAX_EVIDENCE: u64 = 1 << 30;
/// Most files of a bundle.
pub const MAX_EVIDENCE_FILES: usize = 200_000;
/// Most characters of a name.
const MAX_NAME: usize = 200;

/// Why a zip is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// Not a zip, or one that cannot be unpacked.
    #[error("the zip cannot be read: {0}")]
    Unreadable(String),
    /// A name that is none of a bundle.
    #[error("the zip has a file whose name a bundle cannot have: {0}")]
    Name(String),
    /// Two files of one name.
    #[error("the zip has {0} twice")]
    Twice(String),
    /// A link or an encrypted file.
    #[error("the zip has something else than a plain file: {0}")]
    NoFile(String),
    /// More than is read.
    #[error("the bundle is too large: at most 200,000 files, of 64 MiB each and 1 GiB together")]
    TooLarge,
}

impl From<zip::result::ZipError> for ArchiveFault {
    fn from(fault: zip::result::ZipError) -> Self {
        Self::Unreadable(fault.to_string())
    }
}

/// Unpacks a bundle into memory.
pub fn read_zip(from: impl Read + Seek) -> Result<Files, ArchiveFault> {
    let mut archive = ZipArchive::new(from)?;
    if archive.len() > MAX_EVIDENCE_FILES {
        return Err(ArchiveFault::TooLarge);
    }
    let (mut files, mut left) = (Files::new(), MAX_EVIDENCE);
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place)?;
        let name = entry.name()?.into_owned();
        let (folder, plain) = (entry.is_dir(), !entry.is_symlink() && !entry.encrypted());
        drop(entry);
        if !is_inside(name.strip_suffix('/').filter(|_| folder).unwrap_or(&name)) {
            return Err(ArchiveFault::Name(name.escape_debug().take(MAX_NAME).collect()));
        }
        if !plain {
            return Err(ArchiveFault::NoFile(name));
        }
        if folder {
            continue;
        }
        let most = left.min(MAX_EVIDENCE_FILE);
        let mut bytes = Vec::new();
        let read = archive.by_index(place)?.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|fault| ArchiveFault::Unreadable(format!("{name}: {fault}")))?;
        let length = bytes.len() as u64;
        if length > most {
            return Err(ArchiveFault::TooLarge);
        }
        left -= length;
        if files.insert(name.clone(), bytes).is_some() {
            return Err(ArchiveFault::Twice(name));
        }
    }
    Ok(without_folder(files))
}

/// A folder that was packed whole has its own name before each file's.
fn without_folder(files: Files) -> Files {
    let first = files.keys().next().and_then(|name| name.split_once('/'));
    let prefix = first.map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let inside = files.keys().all(|name| name.starts_with(&prefix));
    if files.contains_key(CHECKPOINT_FILE) || prefix.is_empty() || !inside {
        return files;
    }
    let strip = |name: String| name.strip_prefix(&prefix).map_or(name.clone(), str::to_owned);
    files.into_iter().map(|(name, bytes)| (strip(name), bytes)).collect()
}

/// Whether a name stays in the bundle: parts of visible ASCII with `/` between, none of them empty or
/// only dots.
fn is_inside(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.bytes().all(|byte| byte == b'.')
            && part.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b':')
    };
    name.len() <= MAX_NAME && name.split('/').all(part)
}

/// Packs a bundle. The same files give the same bytes; nothing is compressed, since hashes and sealed
/// values do not shrink.
pub fn write_zip(files: &Files) -> Result<Vec<u8>, ArchiveFault> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o644);
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        let written = zip.write_all(bytes);
        written.map_err(|fault| ArchiveFault::Unreadable(fault.to_string()))?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(options: SimpleFileOptions, names: &[&str]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, options).unwrap();
            zip.write_all(b"content").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8]) -> Result<Files, ArchiveFault> {
        read_zip(Cursor::new(bytes))
    }

    #[test]
    fn names_that_leave_the_bundle_are_refused() {
        for name in [
            "../checkpoint",
            "/etc/passwd",
            "tile/../../x",
            "a/./b",
            "C:\\x",
            "a\\b",
            "tile//0",
            "new\nline",
            "...",
            "é",
        ] {
            let fault = read(&packed(SimpleFileOptions::default(), &[name])).unwrap_err();
            assert!(matches!(fault, ArchiveFault::Name(_)), "{name}: {fault}");
        }
    }

    #[test]
    fn a_zip_that_others_compressed_is_read_and_folders_in_it_are_nothing() {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_directory("tile/", options).unwrap();
        zip.start_file("tile/0/000", options).unwrap();
        zip.write_all(&[7; 8192]).unwrap();
        zip.start_file("checkpoint", options).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 1000);
        let expected =
            [("tile/0/000".to_owned(), vec![7; 8192]), ("checkpoint".to_owned(), vec![])];
        assert_eq!(read(&bytes).unwrap(), Files::from(expected));
    }

    #[test]
    fn a_folder_that_was_packed_whole_is_the_bundle() {
        let bytes = packed(SimpleFileOptions::default(), &["case 7/checkpoint", "case-7/x"]);
        assert!(matches!(read(&bytes), Err(ArchiveFault::Name(_))), "a space in a name");
        let bytes = packed(SimpleFileOptions::default(), &["case-7/checkpoint", "case-7/a.leaf"]);
        let names: Vec<String> = read(&bytes).unwrap().into_keys().collect();
        assert_eq!(names, ["a.leaf", "checkpoint"]);
    }

    #[test]
    fn a_link_and_a_file_that_unpacks_beyond_the_limit_are_refused() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_symlink("checkpoint", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(read(&bytes), Err(ArchiveFault::NoFile("checkpoint".to_owned())));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("checkpoint", options).unwrap();
        let block = vec![0; 1 << 20];
        for _ in 0..65 {
            zip.write_all(&block).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20);
        assert_eq!(read(&bytes), Err(ArchiveFault::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_packed_unpacks_to_the_same(
            files in prop::collection::btree_map("[a-z0-9]{1,8}(/[a-z0-9.]{0,3}[a-z]){0,2}",
                prop::collection::vec(any::<u8>(), 0..99), 0..9)
        ) {
            let mut files = files;
            files.insert("checkpoint".to_owned(), Vec::new());
            prop_assert_eq!(read(&write_zip(&files).unwrap()), Ok(files));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            drop(read(&bytes));
            let mut changed = packed(SimpleFileOptions::default(), &["checkpoint", "a.leaf"]);
            let at = at.index(changed.len());
            changed[at] = byte;
            drop(read(&changed));
        }
    }
}
