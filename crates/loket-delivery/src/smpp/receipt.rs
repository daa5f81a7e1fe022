//! Delivery receipts of a message centre: a `deliver_sm` whose optional parameters, or whose text,
//! say what became of a message (SMPP 3.4 section 5.2.12, 5.3.2.12, 5.3.2.35 and appendix B).

use loket_domain::port::{Receipt, ReceiptOf, ReceiptOutcome};

use super::pdu::Reader;
use crate::reference;

/// Optional parameters.
const RECEIPTED_MESSAGE_ID: u16 = 0x001e;
const MESSAGE_STATE: u16 = 0x0427;
const MESSAGE_PAYLOAD: u16 = 0x0424;

/// Reads the body of a `deliver_sm`; `None` when it is no receipt, such as an answer that somebody
/// sent from a telephone.
pub(crate) fn read(body: &[u8]) -> Option<Receipt> {
    let mut body = Reader::new(body);
    body.text()?;
    for _ in 0..2 {
        body.octets(2)?;
        body.text()?;
    }
    let class = body.octet()?;
    if class & 0b0011_1100 != 0b0000_0100 {
        return None;
    }
    body.octets(2)?;
    body.text()?;
    body.text()?;
    body.octets(4)?;
    let length = body.octet()?;
    let mut text = String::from_utf8_lossy(body.octets(usize::from(length))?).into_owned();
    let (mut id, mut state) = (None, None);
    while let Some((tag, value)) = body.parameter() {
        match tag {
            RECEIPTED_MESSAGE_ID => {
                let end = value.iter().position(|octet| *octet == 0).unwrap_or(value.len());
                id = value.get(..end).map(|id| String::from_utf8_lossy(id).into_owned());
            }
            MESSAGE_STATE => state = value.first().copied(),
            MESSAGE_PAYLOAD if text.is_empty() => {
                text = String::from_utf8_lossy(value).into_owned();
            }
            _ => {}
        }
    }
    let id = id.or_else(|| word(&text, "id:"))?;
    let outcome = match state {
        Some(state) => by_state(state),
        None => by_word(&word(&text, "stat:")?),
    };
    Some(Receipt { of: ReceiptOf::Reference(reference(&id)?), outcome })
}

/// What stands after a mark in the text, up to the next blank.
fn word(text: &str, mark: &str) -> Option<String> {
    let after = text.split_once(mark)?.1;
    after.split_whitespace().next().map(str::to_owned)
}

fn by_state(state: u8) -> ReceiptOutcome {
    match state {
        2 => ReceiptOutcome::Delivered,
        3 => failed("smpp_expired"),
        4 => failed("smpp_deleted"),
        5 => failed("smpp_undeliverable"),
        8 => failed("smpp_rejected"),
        // Enroute, accepted and unknown say nothing that is sure.
        _ => ReceiptOutcome::Underway,
    }
}

fn by_word(word: &str) -> ReceiptOutcome {
    match word {
        "DELIVRD" => ReceiptOutcome::Delivered,
        "EXPIRED" => failed("smpp_expired"),
        "DELETED" => failed("smpp_deleted"),
        "UNDELIV" => failed("smpp_undeliverable"),
        "REJECTD" => failed("smpp_rejected"),
        _ => ReceiptOutcome::Underway,
    }
}

fn failed(cause: &str) -> ReceiptOutcome {
    ReceiptOutcome::Failed { cause: cause.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pdu::Writer;
    use super::*;

    fn body(class: u8, text: &str, parameters: &[u8]) -> Vec<u8> {
        let length = u8::try_from(text.len()).unwrap();
        let numbers =
            Writer::default().text("").octets(&[1, 1]).text("32470123456").octets(&[5, 0]);
        numbers
            .text("LOKET")
            .octets(&[class, 0, 0])
            .text("")
            .text("")
            .octets(&[0, 0, 0, 0, length])
            .octets(text.as_bytes())
            .octets(parameters)
            .done()
    }

    #[test]
    fn a_receipt_is_read_from_its_text_or_its_parameters() {
        let text = "id:7f3a sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:x";
        let of = ReceiptOf::Reference("7f3a".to_owned());
        let wanted = Receipt { of: of.clone(), outcome: ReceiptOutcome::Delivered };
        assert_eq!(read(&body(4, text, &[])), Some(wanted));
        let parameters = [&[0, 0x1e, 0, 5][..], b"7f3a\0", &[4, 0x27, 0, 1, 5]].concat();
        let wanted = Receipt { of, outcome: failed("smpp_undeliverable") };
        assert_eq!(read(&body(4, "", &parameters)), Some(wanted));
    }

    #[test]
    fn what_somebody_typed_on_a_telephone_is_no_receipt() {
        assert_eq!(read(&body(0, "id:1 stat:DELIVRD", &[])), None);
        assert_eq!(read(&body(4, "STOP", &[])), None);
        assert_eq!(read(&body(4, "id:+32470123456 stat:DELIVRD", &[])), None);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&body);
        }
    }
}
