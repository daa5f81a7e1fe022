//! What every document has in common: its pages, PDF/A-2a and PDF/UA-1, the same bytes for the same
//! values.

use jiff::tz::TimeZone;
use loket_domain::Timestamp;
use loket_domain::port::PrintFault;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::world::Sheet;

/// Most characters of a value: more would not fit the page.
const MAX_VALUE: usize = 120;

pub(crate) fn fault(what: &str) -> PrintFault {
    PrintFault(what.to_owned())
}

/// One page as PDF. What typst has computed does not stay for the next document, since the code of
/// a slip must not.
pub(crate) fn print(
    sheet: &Sheet,
    reference: &str,
    made_at: Timestamp,
) -> Result<Vec<u8>, PrintFault> {
    printed(sheet, reference, made_at, 1)
}

/// The same on as many pages as it takes.
pub(crate) fn print_pages(
    sheet: &Sheet,
    reference: &str,
    made_at: Timestamp,
) -> Result<Vec<u8>, PrintFault> {
    printed(sheet, reference, made_at, usize::MAX)
}

fn printed(
    sheet: &Sheet,
    reference: &str,
    made_at: Timestamp,
    most_pages: usize,
) -> Result<Vec<u8>, PrintFault> {
    let made = render(sheet, reference, made_at, most_pages);
    typst::comemo::evict(0);
    made
}

/// typst's own messages quote the document, so they are not passed on.
fn render(
    sheet: &Sheet,
    reference: &str,
    made_at: Timestamp,
    most_pages: usize,
) -> Result<Vec<u8>, PrintFault> {
    let document = typst::compile::<PagedDocument>(sheet)
        .output
        .map_err(|_| fault("the page could not be laid out"))?;
    if !(1..=most_pages).contains(&document.pages().len()) {
        return Err(fault("the text does not fit one page"));
    }
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|_| fault("the standards exclude each other"))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{reference} {made_at}")),
        creator: Smart::Custom(Some("Loket".to_owned())),
        timestamp: Some(pdf_time(made_at)?),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|_| fault("the page could not be written as PDF"))
}

fn pdf_time(moment: Timestamp) -> Result<typst_pdf::Timestamp, PrintFault> {
    let utc = moment.to_jiff().to_zoned_datetime(TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    Datetime::from_ymd_hms(
        i32::from(utc.year()),
        part(utc.month()),
        part(utc.day()),
        part(utc.hour()),
        part(utc.minute()),
        part(utc.second()),
    )
    .map(typst_pdf::Timestamp::new_utc)
    .ok_or_else(|| fault("the moment lies outside the calendar"))
}

/// A value that fits the page and has no control character.
pub(crate) fn printable(value: &str) -> Result<&str, PrintFault> {
    if value.chars().count() > MAX_VALUE {
        return Err(fault("a value is too long for the page"));
    }
    if value.chars().any(char::is_control) {
        return Err(fault("a value has a control character"));
    }
    Ok(value)
}
