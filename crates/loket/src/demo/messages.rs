//! What the receivers got, as a page shows it.

use loket_domain::Timestamp;
use loket_text::Text;

use super::stage::Stage;

/// A message of either channel.
pub(super) struct Shown {
    /// Whether it is a short message.
    pub(super) sms: bool,
    pub(super) to: String,
    pub(super) at: Timestamp,
    /// The same moment, as people read it.
    pub(super) when: String,
    pub(super) subject: String,
    pub(super) text: Vec<Piece>,
}

/// A piece of a text: words, or an address to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words.
    Words(String),
    /// An address of our own pages.
    Link(String),
}

/// How many messages there are.
pub(super) fn count(stage: &Stage) -> usize {
    stage.mail.messages().len() + stage.sms.messages().len()
}

/// All messages, the newest first.
pub(super) fn all(stage: &Stage, t: Text) -> Vec<Shown> {
    let mails = stage.mail.messages().into_iter().map(|mail| Shown {
        sms: false,
        to: mail.to.join(", "),
        at: mail.received_at,
        when: t.moment(mail.received_at),
        subject: mail.subject().to_owned(),
        text: pieces(mail.text.as_deref().unwrap_or_default(), stage.origin()),
    });
    let texts = stage.sms.messages().into_iter().map(|sms| Shown {
        sms: true,
        to: sms.to,
        at: sms.received_at,
        when: t.moment(sms.received_at),
        subject: sms.sender,
        text: pieces(&sms.text, stage.origin()),
    });
    let mut all: Vec<Shown> = mails.chain(texts).collect();
    all.sort_by_key(|message| std::cmp::Reverse(message.at));
    all
}

/// Cuts a text at the addresses of our own pages, so that a click follows them.
fn pieces(text: &str, origin: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((before, from)) = rest.find(origin).and_then(|at| rest.split_at_checked(at)) {
        let end = from.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(from.len());
        let (link, after) = from.split_at_checked(end).unwrap_or((from, ""));
        let link_itself = link.trim_end_matches(['.', ',', ')']);
        let tail = link.get(link_itself.len()..).unwrap_or_default();
        pieces.push(Piece::Words(before.to_owned()));
        pieces.push(Piece::Link(link_itself.to_owned()));
        pieces.push(Piece::Words(tail.to_owned()));
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    pieces.retain(|piece| !matches!(piece, Piece::Words(words) if words.is_empty()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_become_links() {
        let text =
            "Open http://localhost:1/a/xyz.\nNot http://evil.example/ nor <http://localhost:1>";
        let found = pieces(text, "http://localhost:1");
        let links: Vec<&str> = found
            .iter()
            .filter_map(|piece| match piece {
                Piece::Link(link) => Some(link.as_str()),
                Piece::Words(_) => None,
            })
            .collect();
        assert_eq!(links, ["http://localhost:1/a/xyz", "http://localhost:1"]);
        let whole: String = found
            .into_iter()
            .map(|piece| match piece {
                Piece::Link(text) | Piece::Words(text) => text,
            })
            .collect();
        assert_eq!(whole, text, "nothing is lost");
    }
}
