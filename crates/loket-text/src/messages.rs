//! Puts messages into words: e-mails as plain text and HTML that say the same, text messages as
//! one short text (requirements M-01 to M-04, S-01 to S-03).
//!
//! It names nobody and gives no personal number. A message with a code has no link, and the one
//! with the link has no code. There is one link at most; its text is its own address.

use loket_domain::contact::Channel;
use loket_domain::id::MessageId;
use loket_domain::message::{KeyNews, MessageContent, QueuedMessage, Wording};
use loket_domain::port::OutgoingMessage;
use loket_domain::secret::Secret;
use loket_domain::{Language, Timestamp};

use crate::Text;

/// What every message needs beside its content.
#[derive(Debug, Clone)]
pub struct Letters {
    /// Telephone of the service desk, Dutch line; for German and English too.
    pub service_desk_nl: String,
    /// Telephone of the service desk, French line.
    pub service_desk_fr: String,
}

/// One part of a mail.
enum Part {
    Words(String),
    /// A code to be read, large.
    Code(String),
    /// An address to be followed.
    Link(String),
}

impl Letters {
    fn phone(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.service_desk_fr,
            Language::Nl | Language::De | Language::En => &self.service_desk_nl,
        }
    }

    fn mail(&self, t: Text, content: &MessageContent) -> (String, Vec<Part>) {
        let (subject, mut parts) = match content {
            MessageContent::ContactCode { code, until, organisation } => (
                t.mail_contact_subject(),
                vec![
                    Part::Words(t.mail_contact_lede(organisation)),
                    Part::Code(code.clone()),
                    Part::Words(t.mail_contact_until(&t.moment(*until))),
                    Part::Words(t.mail_contact_why()),
                    Part::Words(t.mail_not_asked()),
                ],
            ),
            MessageContent::ContactLink { link, until, organisation } => (
                t.mail_contact_link_subject(),
                vec![
                    Part::Words(t.mail_contact_link_lede(organisation)),
                    Part::Link(link.clone()),
                    Part::Words(t.mail_contact_link_until(&t.moment(*until))),
                    Part::Words(t.mail_contact_link_why()),
                    Part::Words(t.mail_not_asked()),
                ],
            ),
            MessageContent::ConsentLink { link, until } => (
                t.mail_consent_link_subject(),
                vec![
                    Part::Words(t.mail_consent_link_lede()),
                    Part::Link(link.clone()),
                    Part::Words(t.mail_contact_link_until(&t.moment(*until))),
                    Part::Words(t.mail_consent_link_what()),
                    Part::Words(t.mail_not_asked()),
                ],
            ),
            MessageContent::ConsentWithdrawn { at } => (
                t.mail_withdrawn_subject(),
                vec![
                    Part::Words(t.mail_withdrawn_lede(&t.moment(*at))),
                    Part::Words(t.mail_withdrawn_key()),
                    Part::Words(t.mail_withdrawn_not_you()),
                ],
            ),
            MessageContent::ActivationLink { link, until, organisation, visit, code_by_sms } => (
                t.mail_link_subject(),
                vec![
                    Part::Words(t.mail_link_lede(&t.day(*visit), organisation)),
                    Part::Link(link.clone()),
                    Part::Words(if *code_by_sms {
                        t.mail_link_code_sms()
                    } else {
                        t.mail_link_code_paper()
                    }),
                    Part::Words(t.mail_link_until(&t.moment(*until))),
                    Part::Words(t.mail_not_asked()),
                ],
            ),
            // A code by mail beside a link by mail would be one channel for both: the office never
            // queues that; worded all the same, since the type allows it.
            MessageContent::ActivationCode { code, until } => (
                t.slip_title(),
                vec![
                    Part::Code(code.clone()),
                    Part::Words(t.mail_contact_until(&t.moment(*until))),
                ],
            ),
            MessageContent::KeyCreated { at } => (
                t.mail_key_subject(),
                vec![
                    Part::Words(t.mail_key_lede(&t.moment(*at))),
                    Part::Words(t.mail_key_not_you()),
                ],
            ),
            MessageContent::KeyNews { news, at } => key_news(t, *news, *at),
        };
        parts.push(Part::Words(t.mail_never()));
        parts.push(Part::Words(t.mail_desk(self.phone(t.language()))));
        parts.push(Part::Words(t.mail_automatic()));
        (subject, parts)
    }
}

/// What a holder is told of the own keys. Without a link: what looks like this with a link in it is
/// somebody else's.
fn key_news(t: Text, news: KeyNews, at: Timestamp) -> (String, Vec<Part>) {
    let moment = t.moment(at);
    let (subject, lede, next) = match news {
        KeyNews::Added => {
            (t.mail_key_added_subject(), t.mail_key_added_lede(&moment), t.mail_key_not_you())
        }
        KeyNews::Withdrawn => (
            t.mail_key_withdrawn_subject(),
            t.mail_key_withdrawn_lede(&moment),
            t.mail_key_withdrawn_next(),
        ),
        KeyNews::Ends => (
            t.mail_key_ends_subject(),
            t.mail_key_ends_lede(&t.day(at.belgian_day())),
            t.mail_key_ends_next(),
        ),
        KeyNews::CodesRefused => {
            (t.mail_key_codes_subject(), t.mail_key_codes_lede(&moment), t.mail_key_codes_next())
        }
        KeyNews::Closed => {
            (t.mail_key_closed_subject(), t.mail_key_closed_lede(&moment), t.mail_key_closed_next())
        }
        KeyNews::Recovered => (
            t.mail_key_recovered_subject(),
            t.mail_key_recovered_lede(&moment),
            t.mail_key_not_you(),
        ),
    };
    (subject, vec![Part::Words(lede), Part::Words(next)])
}

/// A text message: 160 characters of GSM-7 at most.
fn short(t: Text, content: &MessageContent) -> String {
    match content {
        MessageContent::ContactCode { code, until, .. } => t.sms_contact(code, &t.clock(*until)),
        MessageContent::ActivationCode { code, until } => t.sms_code(code, &brief(t, *until)),
        // Links and notices go by mail only; nothing of them may stand in a text message.
        MessageContent::ContactLink { .. }
        | MessageContent::ConsentLink { .. }
        | MessageContent::ConsentWithdrawn { .. }
        | MessageContent::ActivationLink { .. }
        | MessageContent::KeyCreated { .. }
        | MessageContent::KeyNews { .. } => t.service_name(),
    }
}

/// Day and month in digits with the hour, `24/11 11.12 uur`: a whole date would not fit.
fn brief(t: Text, moment: Timestamp) -> String {
    let day = moment.belgian_day();
    format!("{}/{} {}", day.day(), day.month(), t.clock(moment))
}

fn plain(parts: &[Part]) -> String {
    let texts: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            Part::Words(text) | Part::Code(text) | Part::Link(text) => text.as_str(),
        })
        .collect();
    texts.join("\n\n") + "\n"
}

fn markup(t: Text, subject: &str, parts: &[Part]) -> String {
    let mut body = String::new();
    for part in parts {
        let line = match part {
            Part::Words(text) => format!("<p>{}</p>\n", escaped(text)),
            Part::Code(text) => {
                format!("<p><strong><big>{}</big></strong></p>\n", escaped(text))
            }
            Part::Link(text) => {
                let address = escaped(text);
                format!("<p><a href=\"{address}\">{address}</a></p>\n")
            }
        };
        body.push_str(&line);
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n{body}</body>\n</html>\n",
        t.language(),
        escaped(subject)
    )
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

impl Wording for Letters {
    fn word(&self, id: MessageId, message: &QueuedMessage) -> OutgoingMessage {
        let t = Text::new(message.language);
        let (subject, text, html) = match message.to.channel() {
            Channel::Sms => (String::new(), short(t, &message.content), None),
            Channel::Email | Channel::Paper => {
                let (subject, parts) = self.mail(t, &message.content);
                let html = markup(t, &subject, &parts);
                (subject, plain(&parts), Some(html))
            }
        };
        OutgoingMessage {
            id,
            to: message.to.clone(),
            language: message.language,
            subject,
            text: Secret::new(text),
            html: html.map(Secret::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::contact::Destination;
    use loket_domain::time::Day;

    use super::*;

    const CODE: &str = "K7Q M2X TF9";
    const LINK: &str = "https://loket.example.be/a/mZp1vYh0aW3l5sQnB8xTgRk2dC7uEoJf4iLyA6wXtNs";

    fn word(language: Language, sms: bool, content: MessageContent) -> OutgoingMessage {
        let letters = Letters {
            service_desk_nl: "02 000 00 01".to_owned(),
            service_desk_fr: "02 000 00 02".to_owned(),
        };
        let to = if sms {
            Destination::Sms("+32470123456".parse().unwrap())
        } else {
            Destination::Email("a@example.be".parse().unwrap())
        };
        let id = "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap();
        letters.word(id, &QueuedMessage { to, language, content })
    }

    fn contents() -> Vec<MessageContent> {
        // The longest day and hour there are: two digits each.
        let until = Timestamp::parse("2026-12-24T22:48:00Z").unwrap();
        vec![
            MessageContent::ContactCode {
                code: "004512".to_owned(),
                until,
                organisation: "Gemeente & <Molenbrugge>".to_owned(),
            },
            MessageContent::ActivationCode { code: CODE.to_owned(), until },
            MessageContent::ActivationLink {
                link: LINK.to_owned(),
                until,
                organisation: "Stad Mechelen".to_owned(),
                visit: Day::new(2026, 11, 23).unwrap(),
                code_by_sms: true,
            },
            MessageContent::KeyCreated { at: until },
            MessageContent::KeyNews { news: KeyNews::Added, at: until },
            MessageContent::KeyNews { news: KeyNews::Withdrawn, at: until },
            MessageContent::KeyNews { news: KeyNews::Ends, at: until },
            MessageContent::KeyNews { news: KeyNews::CodesRefused, at: until },
            MessageContent::KeyNews { news: KeyNews::Closed, at: until },
            MessageContent::KeyNews { news: KeyNews::Recovered, at: until },
            MessageContent::ContactLink {
                link: LINK.replace("/a/", "/c/"),
                until,
                organisation: "Gemeente & <Molenbrugge>".to_owned(),
            },
            MessageContent::ConsentLink { link: LINK.replace("/a/", "/w/"), until },
            MessageContent::ConsentWithdrawn { at: until },
        ]
    }

    /// The basic character set of GSM 03.38, as far as our texts use it.
    fn is_gsm7(c: char) -> bool {
        c.is_ascii_alphanumeric()
            || " .,:;!?'\"()/+-*=<>&%#@_\n".contains(c)
            || "àèéìòùÄÖÑÜäöñüÇßÅåÆæØø§¿¡£¥¤".contains(c)
    }

    #[test]
    fn the_list_of_kinds_is_that_of_these_tests() {
        let mut kinds: Vec<_> = contents().iter().map(MessageContent::kind).collect();
        let mut listed = MessageContent::KINDS;
        kinds.sort_unstable();
        listed.sort_unstable();
        assert_eq!(kinds, listed);
    }

    #[test]
    fn text_messages_are_one_and_have_no_link() {
        for language in Language::ALL {
            for content in contents().into_iter().take(2) {
                let text = word(language, true, content).text.expose().to_owned();
                assert!(
                    text.chars().count() <= 160,
                    "{language}: {} in {text}",
                    text.chars().count()
                );
                let odd: String = text.chars().filter(|c| !is_gsm7(*c)).collect();
                assert!(odd.is_empty(), "{language}: {odd} in {text}");
                assert!(!text.contains("http") && !text.contains("www"), "{text}");
            }
        }
    }

    #[test]
    fn link_and_code_never_stand_together() {
        for language in Language::ALL {
            for content in contents() {
                let mail = word(language, false, content);
                let html = mail.html.unwrap();
                assert!(!html.expose().contains("<Molenbrugge>"), "what is not ours is escaped");
                let all = format!("{} {} {}", mail.subject, mail.text.expose(), html.expose());
                assert!(!(all.contains(CODE) && all.contains(LINK)));
                assert!(all.matches("<a ").count() <= 1);
                // A subject is read on a locked screen.
                assert!(![CODE, "004512"].iter().any(|code| mail.subject.contains(code)));
            }
        }
    }

    #[test]
    fn text_and_markup_say_the_same() {
        for language in Language::ALL {
            for content in contents() {
                let mail = word(language, false, content);
                let html = mail.html.unwrap();
                for line in mail.text.expose().lines().filter(|line| !line.is_empty()) {
                    assert!(html.expose().contains(&escaped(line)), "{language}: {line}");
                }
                assert!(mail.text.expose().lines().count() >= 7);
            }
        }
    }

    #[test]
    fn every_mail_warns_and_names_the_desk_of_its_language() {
        for language in Language::ALL {
            let phone = if language == Language::Fr { "02 000 00 02" } else { "02 000 00 01" };
            for content in contents() {
                let text = word(language, false, content).text.expose().to_owned();
                assert!(text.contains(&Text::new(language).mail_never()) && text.contains(phone));
            }
        }
    }
}
