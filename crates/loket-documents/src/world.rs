//! What typst may see: one template, the embedded fonts, the values. No files, packages or clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> =
        typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// One document in the making.
pub(crate) struct Sheet {
    library: LazyHash<Library>,
    template: Source,
}

impl Sheet {
    /// The template sees the values as `sys.inputs`.
    pub(crate) fn new(template: &str, values: Dict) -> Self {
        Self {
            library: LazyHash::new(Library::builder().with_inputs(values).build()),
            template: Source::detached(template),
        }
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }
    fn main(&self) -> FileId {
        self.template.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }
    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use typst_layout::PagedDocument;

    use super::*;

    #[test]
    fn a_template_reads_no_file_package_or_clock() {
        for template in [
            "#read(\"/etc/hostname\")",
            "#include \"other.typ\"",
            "#import \"@preview/cetz:0.3.0\"",
            "#image(\"picture.png\")",
            "#datetime.today().display()",
        ] {
            let sheet = Sheet::new(template, Dict::new());
            assert!(typst::compile::<PagedDocument>(&sheet).output.is_err(), "{template}");
        }
        let plain = Sheet::new("plain", Dict::new());
        assert!(typst::compile::<PagedDocument>(&plain).output.is_ok());
    }
}
