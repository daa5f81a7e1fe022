//! The slip of paper with the activation code, for a person without a mobile telephone. It says
//! nothing from a register (SEED-81): only who issued it, the reference, the code and its end.

use jiff::tz::TimeZone;
use loket_domain::Timestamp;
use loket_domain::port::{PrintFault, Printer, RefusalLetter, Slip};
use loket_text::Text;
use typst::foundations::{Array, Datetime, Dict, IntoValue, Smart, Str, Value};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::matrix::matrix;
use crate::world::Sheet;

const TEMPLATE: &str = include_str!("../templates/slip.typ");

/// Most characters of a value: more would not fit the page.
const MAX_VALUE: usize = 120;

/// Prints by typst, in this process; some tens of milliseconds of computing a document, so call it
/// on a blocking thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypstPrinter;

impl TypstPrinter {
    /// A printer. The fonts are read when the first document is made.
    pub const fn new() -> Self {
        Self
    }
}

impl Printer for TypstPrinter {
    fn letter(&self, _letter: &RefusalLetter) -> Result<Vec<u8>, PrintFault> {
        Err(fault("not made yet"))
    }

    fn slip(&self, slip: &Slip) -> Result<Vec<u8>, PrintFault> {
        let sheet = Sheet::new(TEMPLATE, values(slip)?);
        let made = render(&sheet, slip);
        // typst keeps what it has computed for the next document; the code must not stay.
        typst::comemo::evict(0);
        made
    }
}

fn fault(what: &str) -> PrintFault {
    PrintFault(what.to_owned())
}

/// typst's own messages quote the document, so they are not passed on.
fn render(sheet: &Sheet, slip: &Slip) -> Result<Vec<u8>, PrintFault> {
    let document = typst::compile::<PagedDocument>(sheet)
        .output
        .map_err(|_| fault("the page could not be laid out"))?;
    if document.pages().len() != 1 {
        return Err(fault("the slip does not fit one page"));
    }
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|_| fault("the standards exclude each other"))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {}", slip.reference, slip.made_at)),
        creator: Smart::Custom(Some("Loket".to_owned())),
        timestamp: Some(pdf_time(slip.made_at)?),
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

fn values(slip: &Slip) -> Result<Dict, PrintFault> {
    let text = Text::new(slip.language);
    let [reference, organisation, code, portal, phone] =
        [&slip.reference, &slip.organisation, slip.code.expose(), &slip.portal, &slip.service_desk]
            .map(printable);
    let (portal, code) = (portal?, code?);
    let bare: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let qr = |text: &str| matrix(text).ok_or_else(|| fault("the text is too long for a QR code"));

    let mut values = Dict::new();
    let mut put = |name: &str, value: Value| values.insert(Str::from(name), value);
    put("lang", slip.language.code().into_value());
    put("portal-qr", qr(portal)?);
    put("code-qr", qr(&bare)?);
    let words = [
        ("title", text.slip_title()),
        ("purpose", text.slip_purpose()),
        ("code-label", text.slip_code_label()),
        ("valid-until", text.slip_valid_until(&text.moment(slip.valid_until))),
        ("steps-title", text.slip_steps_title()),
        ("step-link", text.slip_step_link()),
        ("secret-title", text.slip_secret_title()),
        ("secret", text.slip_secret()),
        ("desk", text.slip_desk(phone?)),
        ("reference", text.slip_reference(reference?)),
        ("made-at", text.slip_made_at(&text.moment(slip.made_at))),
        ("scan-portal", text.slip_scan_portal()),
        ("scan-code", text.slip_scan_code()),
        ("organisation", organisation?.to_owned()),
        ("code", code.to_owned()),
        ("portal", portal.to_owned()),
    ];
    for (name, words) in words {
        put(name, words.into_value());
    }
    let later = [text.slip_step_code(), text.slip_step_key(), text.slip_step_destroy()];
    put(
        "later-steps",
        Value::Array(later.into_iter().map(IntoValue::into_value).collect::<Array>()),
    );
    Ok(values)
}

fn printable(value: &str) -> Result<&str, PrintFault> {
    if value.chars().count() > MAX_VALUE {
        return Err(fault("a value is too long for the slip"));
    }
    if value.chars().any(char::is_control) {
        return Err(fault("a value has a control character"));
    }
    Ok(value)
}
