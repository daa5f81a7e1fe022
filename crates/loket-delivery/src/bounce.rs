//! Mail that comes back: reads a delivery status notification (RFC 3464, in the report of RFC 6522)
//! and tells of which message it speaks and what became of it.
//!
//! Which message it is stands in the tag of the return address, nowhere else; whether the tag is
//! ours is for the office to say. Anything else that reaches that address, such as an answer of
//! somebody who is on holiday, is no report.

use loket_domain::delivery::ReturnTag;
use loket_domain::port::ReceiptOutcome;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};

/// Longest mail that is read, in bytes. A report quotes our mail, which has some kilobytes.
pub const LONGEST: usize = 1024 * 1024;

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Tag of the return address.
    pub tag: ReturnTag,
    /// What became of the message.
    pub outcome: ReceiptOutcome,
}

/// Why a mail tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Longer than a report can be.
    #[error("the mail is longer than a report can be")]
    TooLong,
    /// No delivery status in it.
    #[error("the mail holds no delivery status")]
    NoStatus,
    /// No return address of ours in it.
    #[error("the mail names no return address with a tag")]
    NoTag,
}

/// Reads a mail; `to` is the address that it came to, when the transport tells.
pub fn read(mail: &[u8], to: Option<&str>) -> Result<Returned, NotAReport> {
    if mail.len() > LONGEST {
        return Err(NotAReport::TooLong);
    }
    let parsed = MessageParser::default().parse(mail).ok_or(NotAReport::NoStatus)?;
    let status = parsed.parts.iter().find(|part| is_status(part)).ok_or(NotAReport::NoStatus)?;
    let status = String::from_utf8_lossy(status.contents());
    let outcome = outcome(&status).ok_or(NotAReport::NoStatus)?;
    let tag = to.and_then(tag_in).or_else(|| tag_of(&parsed)).ok_or(NotAReport::NoTag)?;
    Ok(Returned { tag, outcome })
}

fn is_status(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| {
        let is = |sub: &str| kind.subtype().is_some_and(|s| s.eq_ignore_ascii_case(sub));
        kind.ctype().eq_ignore_ascii_case("message")
            && (is("delivery-status") || is("global-delivery-status"))
    })
}

/// The tag in the fields that transports add or keep; else in the mail that is quoted, whose return
/// path is ours.
fn tag_of(mail: &Message<'_>) -> Option<ReturnTag> {
    let wanted = ["Delivered-To", "X-Original-To", "Envelope-To", "To"];
    let is_wanted = |name: &str| wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted));
    let mut named = mail.headers_raw().filter(|(name, _)| is_wanted(name.trim()));
    named.find_map(|(_, value)| tag_in(value)).or_else(|| {
        let mut quoted = mail.parts.iter().skip(1).filter(|part| !is_status(part));
        quoted.find_map(|part| tag_in(&String::from_utf8_lossy(part.contents())))
    })
}

/// The first tag between a plus and an at sign.
fn tag_in(text: &str) -> Option<ReturnTag> {
    text.split('+').skip(1).find_map(|after| {
        let tag = after.get(..ReturnTag::LENGTH)?;
        let rest = after.get(ReturnTag::LENGTH..)?;
        if rest.starts_with('@') { tag.parse().ok() } else { None }
    })
}

/// What the first group that names a recipient says: our mails have one recipient each.
fn outcome(status: &str) -> Option<ReceiptOutcome> {
    let (mut action, mut code) = (None, None);
    for line in status.lines() {
        let Some((name, value)) = line.split_once(':') else {
            // The groups are separated by empty lines.
            if action.is_some() && line.trim().is_empty() {
                break;
            }
            continue;
        };
        let value = value.trim().to_ascii_lowercase();
        if name.eq_ignore_ascii_case("action") {
            action = Some(value);
        } else if name.eq_ignore_ascii_case("status") {
            code = value.split_whitespace().next().filter(|code| is_code(code)).map(str::to_owned);
        }
    }
    Some(match action?.split_whitespace().next()? {
        "failed" => {
            let cause = code.map_or_else(|| "bounced".to_owned(), |code| format!("bounced_{code}"));
            ReceiptOutcome::Failed { cause }
        }
        "delivered" => ReceiptOutcome::Delivered,
        // Delayed, relayed and expanded leave it open.
        _ => ReceiptOutcome::Underway,
    })
}

/// An enhanced status code (RFC 3463): three numbers.
fn is_code(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Written by Debian's postfix 3.7 for a recipient that its next server refused with 550.
    const POSTFIX: &[u8] = include_bytes!("../tests/postfix-bounce.eml");
    const TAG: &str = "0190b8c47a3c700080000000000000010123456789abcdef";

    fn failed(cause: &str) -> ReceiptOutcome {
        ReceiptOutcome::Failed { cause: cause.to_owned() }
    }

    fn report(to: &str, status: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_report_of_a_server_that_we_did_not_write_is_understood() {
        let returned = read(POSTFIX, None).unwrap();
        assert_eq!(returned.tag, TAG.parse().unwrap());
        assert_eq!(returned.outcome, failed("bounced_5.1.1"));
    }

    #[test]
    fn actions_and_codes_have_their_meaning() {
        let to = format!("<terug+{}@loket.example.be>", TAG.to_uppercase());
        let said = |status: &str| read(report(&to, status).as_bytes(), None).map(|r| r.outcome);
        let group = |action: &str, code: &str| {
            format!(
                "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: {action}\r\nStatus: {code}\r\n"
            )
        };
        assert_eq!(said(&group("failed", "5.2.2 (full)")), Ok(failed("bounced_5.2.2")));
        assert_eq!(said(&group("Failed", "an@example.be")), Ok(failed("bounced")));
        assert_eq!(said(&group("delayed", "4.4.1")), Ok(ReceiptOutcome::Underway));
        assert_eq!(said(&group("delivered", "2.0.0")), Ok(ReceiptOutcome::Delivered));
        assert_eq!(said(&group("relayed", "2.0.0")), Ok(ReceiptOutcome::Underway));
        assert_eq!(said("Reporting-MTA: dns; mx\r\n"), Err(NotAReport::NoStatus));
    }

    #[test]
    fn other_mail_is_no_report() {
        let holiday = "From: an@example.be\r\nSubject: I am away\r\n\r\nBack on Monday.\r\n";
        assert_eq!(read(holiday.as_bytes(), Some(TAG)), Err(NotAReport::NoStatus));
        let status = "Action: failed\r\nStatus: 5.1.1\r\n";
        let stranger = report("<loket@example.be>", status);
        assert_eq!(read(stranger.as_bytes(), None), Err(NotAReport::NoTag));
        let told = format!("terug+{TAG}@loket.example.be");
        assert!(read(stranger.as_bytes(), Some(&told)).is_ok());
        let long = vec![b'a'; LONGEST + 1];
        assert_eq!(read(&long, None), Err(NotAReport::TooLong));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is changed in a real report, reading it neither panics nor finds another message.
        #[test]
        fn a_report_that_was_cut_or_changed_makes_no_panic(
            at in 0_usize..4_000, to in any::<u8>(), cut in 0_usize..6_000,
        ) {
            let mut mail = POSTFIX.to_vec();
            let place = at % mail.len();
            mail[place] = to;
            mail.truncate(cut.max(1));
            if let Ok(returned) = read(&mail, None) {
                let other = returned.tag != TAG.parse().unwrap();
                prop_assert!(!other || POSTFIX[place].is_ascii_hexdigit());
            }
        }
    }
}
