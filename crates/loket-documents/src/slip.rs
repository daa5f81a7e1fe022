//! The slip of paper with the activation code, for a person without a mobile telephone. It says
//! nothing from a register (SEED-81): only who issued it, the reference, the code and its end. The code
//! is there to be read and typed: nothing on the slip that a passing camera takes in has it.

use loket_domain::port::{PrintFault, Slip};
use loket_text::Text;
use typst::foundations::{Array, Dict, IntoValue, Str, Value};

use crate::matrix::matrix;
use crate::page::{fault, print, printable};
use crate::world::Sheet;

const TEMPLATE: &str = include_str!("../templates/slip.typ");

/// The slip as PDF.
pub(crate) fn make(slip: &Slip) -> Result<Vec<u8>, PrintFault> {
    let sheet = Sheet::new(TEMPLATE, values(slip)?);
    print(&sheet, &slip.reference, slip.made_at)
}

fn values(slip: &Slip) -> Result<Dict, PrintFault> {
    let text = Text::new(slip.language);
    let [reference, organisation, code, portal, begin, phone] = [
        &slip.reference,
        &slip.organisation,
        slip.code.expose(),
        &slip.portal,
        &slip.begin,
        &slip.service_desk,
    ]
    .map(printable);
    let (portal, begin, code) = (portal?, begin?, code?);
    let qr = |text: &str| matrix(text).ok_or_else(|| fault("the text is too long for a QR code"));

    let mut values = Dict::new();
    let mut put = |name: &str, value: Value| values.insert(Str::from(name), value);
    put("lang", slip.language.code().into_value());
    put("begin-qr", qr(begin)?);
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
        ("organisation", organisation?.to_owned()),
        ("code", code.to_owned()),
        ("portal", portal.to_owned()),
        ("begin", begin.to_owned()),
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
