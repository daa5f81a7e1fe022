//! The letter to a person who was not identified: what happened, what it means, what to bring or
//! whom to turn to, in the person's language, without a reproach and without anything of a register.

use loket_domain::port::{PrintFault, RefusalLetter};
use loket_domain::registration::NotIdentifiedReason;
use loket_text::Text;
use typst::foundations::{Array, Dict, IntoValue, Str, Value};

use crate::page::{print, printable};
use crate::world::Sheet;

const TEMPLATE: &str = include_str!("../templates/letter.typ");

/// The letter as PDF.
pub(crate) fn make(letter: &RefusalLetter) -> Result<Vec<u8>, PrintFault> {
    let sheet = Sheet::new(TEMPLATE, values(letter)?);
    print(&sheet, &letter.reference, letter.made_at)
}

fn values(letter: &RefusalLetter) -> Result<Dict, PrintFault> {
    let t = Text::new(letter.language);
    let [reference, organisation, phone] =
        [&letter.reference, &letter.organisation, &letter.service_desk].map(|v| printable(v));
    let mut values = Dict::new();
    let mut put = |name: &str, value: Value| values.insert(Str::from(name), value);
    put("lang", letter.language.code().into_value());
    for (name, words) in [
        ("title", t.letter_title()),
        ("what", happened(t, letter.reason)),
        ("means", t.letter_means()),
        ("next-title", t.letter_next_title()),
        ("rights-title", t.letter_rights_title()),
        ("rights", t.letter_rights()),
        ("desk", t.slip_desk(phone?)),
        ("reference", t.slip_reference(reference?)),
        ("made-at", t.moment(letter.made_at)),
        ("organisation", organisation?.to_owned()),
    ] {
        put(name, words.into_value());
    }
    let steps = next_steps(t, letter.reason).into_iter().map(IntoValue::into_value);
    put("next-steps", Value::Array(steps.collect::<Array>()));
    Ok(values)
}

/// What happened, in one sentence that accuses nobody.
fn happened(t: Text, reason: NotIdentifiedReason) -> String {
    match reason {
        NotIdentifiedReason::PhotoDiffers | NotIdentifiedReason::DocumentSuspect => {
            t.letter_what_not_certain()
        }
        NotIdentifiedReason::DataDiffers => t.letter_what_data_differs(),
        NotIdentifiedReason::DocumentNotAccepted => t.letter_what_document_not_accepted(),
        NotIdentifiedReason::NothingShown => t.letter_what_nothing_shown(),
    }
}

/// What to bring or whom to turn to, and at last to come again.
fn next_steps(t: Text, reason: NotIdentifiedReason) -> Vec<String> {
    let mut steps = match reason {
        NotIdentifiedReason::PhotoDiffers => vec![t.letter_next_recent(), t.letter_next_new_card()],
        NotIdentifiedReason::DataDiffers => {
            vec![
                t.letter_next_correct_national(),
                t.letter_next_correct_bis(),
                t.letter_next_proof(),
            ]
        }
        NotIdentifiedReason::DocumentNotAccepted => {
            vec![t.letter_next_valid(), t.letter_next_new_card()]
        }
        NotIdentifiedReason::DocumentSuspect => {
            vec![t.letter_next_issuer(), t.letter_next_valid()]
        }
        NotIdentifiedReason::NothingShown => vec![t.letter_next_valid(), t.letter_next_in_person()],
    };
    steps.push(t.letter_next_again());
    steps
}
