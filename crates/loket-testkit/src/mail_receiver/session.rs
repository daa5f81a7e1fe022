//! One SMTP connection. Lines are bounded, only CR LF ends one, and only CR LF `.` CR LF ends a
//! message, so that nothing can be smuggled past it.

use std::time::Duration;

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{Desk, MailBehaviour, MailTls, ReceivedMail, parsed};

/// Longest command line with its end; AUTH lines are the longest (RFC 4954 section 4).
const LONGEST_COMMAND: usize = 12_288;
/// Longest line of a message with its end (RFC 5321 section 4.5.3.1.6).
const LONGEST_LINE: usize = 1_000;
/// Most recipients of one message (RFC 5321 section 4.5.3.1.8).
const MOST_RECIPIENTS: usize = 100;
/// How long a client may say nothing.
const IDLE: Duration = Duration::from_mins(1);

/// Why a conversation ended.
#[derive(PartialEq, Eq)]
enum Ending {
    Closed,
    Starttls,
}

pub(super) async fn serve(socket: TcpStream, desk: &Desk) -> Result<()> {
    if desk.options.tls == MailTls::Implicit {
        let socket = desk.acceptor.accept(socket).await?;
        let mut session = Session::new(socket, desk, true);
        session.greet().await?;
        session.converse().await?;
        return Ok(());
    }
    let mut session = Session::new(socket, desk, false);
    session.greet().await?;
    if session.converse().await? == Ending::Closed {
        return Ok(());
    }
    // Commands sent ahead of the handshake were not protected by it (RFC 3207 section 5).
    if !session.stream.buffer().is_empty() {
        bail!("commands before the TLS handshake");
    }
    let socket = desk.acceptor.accept(session.stream.into_inner()).await?;
    Session::new(socket, desk, true).converse().await?;
    Ok(())
}

struct Session<'a, S> {
    stream: BufReader<S>,
    desk: &'a Desk,
    encrypted: bool,
    greeted: bool,
    signed_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// A message as read, or why it cannot be taken.
enum Content {
    Whole(Vec<u8>),
    TooLarge,
    BareLineEnd,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(socket: S, desk: &'a Desk, encrypted: bool) -> Self {
        Self {
            stream: BufReader::new(socket),
            desk,
            encrypted,
            greeted: false,
            signed_in: false,
            from: None,
            to: vec![],
        }
    }

    async fn greet(&mut self) -> Result<()> {
        self.reply("220 receiver.example ESMTP").await
    }

    async fn reply(&mut self, text: &str) -> Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await?;
        Ok(())
    }

    /// One line with its end, which is CR LF and nothing less, or nothing at the end of the
    /// connection.
    async fn line(&mut self, longest: usize) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let available = tokio::time::timeout(IDLE, self.stream.fill_buf()).await??;
            if available.is_empty() {
                return Ok(None);
            }
            let end = available.iter().position(|b| *b == b'\n').map_or(available.len(), |i| i + 1);
            line.extend(available.iter().take(end));
            self.stream.consume(end);
            if line.len() > longest {
                self.reply("500 5.5.2 line too long").await?;
                bail!("line too long");
            }
        }
        Ok(Some(line))
    }

    async fn converse(&mut self) -> Result<Ending> {
        while let Some(line) = self.line(LONGEST_COMMAND).await? {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches("\r\n");
            if text.contains(char::is_control) {
                self.reply("500 5.5.2 no control characters").await?;
                continue;
            }
            let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => self.hello(verb, rest).await?,
                "STARTTLS" if self.offers_starttls() => {
                    self.reply("220 2.0.0 go ahead").await?;
                    return Ok(Ending::Starttls);
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => {
                    if !self.content().await? {
                        return Ok(Ending::Closed);
                    }
                }
                "RSET" => {
                    self.reset();
                    self.reply("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.reply("250 2.0.0 still here").await?,
                "VRFY" => self.reply("252 2.1.5 send and see").await?,
                "QUIT" => {
                    self.reply("221 2.0.0 bye").await?;
                    self.stream.shutdown().await?;
                    return Ok(Ending::Closed);
                }
                _ => self.reply("502 5.5.1 not known here").await?,
            }
        }
        Ok(Ending::Closed)
    }

    fn offers_starttls(&self) -> bool {
        self.desk.options.tls == MailTls::Starttls && !self.encrypted
    }

    fn wants_auth(&self) -> bool {
        self.desk.options.credentials.is_some() && !self.signed_in
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn hello(&mut self, verb: &str, name: &str) -> Result<()> {
        if name.trim().is_empty() {
            return self.reply("501 5.5.4 who is there?").await;
        }
        self.reset();
        self.greeted = true;
        if verb.eq_ignore_ascii_case("HELO") {
            return self.reply("250 receiver.example").await;
        }
        let largest = format!("SIZE {}", self.desk.options.largest);
        let mut extensions = vec!["PIPELINING", "SMTPUTF8", "ENHANCEDSTATUSCODES", &largest];
        if self.offers_starttls() {
            extensions.push("STARTTLS");
        }
        if self.wants_auth() && (self.encrypted || self.desk.options.tls == MailTls::None) {
            extensions.push("AUTH PLAIN");
        }
        let all = extensions.join("\r\n250-");
        self.reply(&format!("250-receiver.example\r\n250-{all}\r\n250 8BITMIME")).await
    }

    async fn auth(&mut self, rest: &str) -> Result<()> {
        let Some((name, password)) = self.desk.options.credentials.clone() else {
            return self.reply("503 5.5.1 no password wanted").await;
        };
        let Some((mechanism, answer)) = rest.split_once(' ') else {
            return self.reply("501 5.5.4 with an initial response, please").await;
        };
        if !mechanism.eq_ignore_ascii_case("PLAIN") {
            return self.reply("504 5.5.4 only PLAIN").await;
        }
        let wanted = format!("\0{name}\0{password}").into_bytes();
        if STANDARD.decode(answer.trim()).is_ok_and(|given| given == wanted) {
            self.signed_in = true;
            return self.reply("235 2.7.0 welcome").await;
        }
        self.reply("535 5.7.8 name or password is wrong").await
    }

    async fn mail(&mut self, rest: &str) -> Result<()> {
        if !self.greeted || self.from.is_some() {
            return self.reply("503 5.5.1 not now").await;
        }
        if self.wants_auth() {
            return self.reply("530 5.7.0 authentication required").await;
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return self.reply("501 5.5.4 MAIL FROM:<address>").await;
        };
        let size = parameters.iter().find_map(|p| p.strip_prefix("SIZE="));
        if size.is_some_and(|s| s.parse().map_or(true, |s: usize| s > self.desk.options.largest)) {
            return self.reply("552 5.3.4 too large").await;
        }
        self.from = Some(from);
        self.reply("250 2.1.0 sender noted").await
    }

    async fn rcpt(&mut self, rest: &str) -> Result<()> {
        if self.from.is_none() {
            return self.reply("503 5.5.1 MAIL first").await;
        }
        let Some((to, _)) = path(rest, "TO:").filter(|(to, _)| to.contains('@')) else {
            return self.reply("501 5.5.4 RCPT TO:<address>").await;
        };
        if self.to.len() >= MOST_RECIPIENTS {
            return self.reply("452 4.5.3 too many recipients").await;
        }
        match self.desk.behaviour(&to) {
            MailBehaviour::Refuse => return self.reply("550 5.1.1 nobody of that name").await,
            MailBehaviour::Later => return self.reply("451 4.3.0 try again later").await,
            MailBehaviour::Slow(wait) => tokio::time::sleep(wait).await,
            MailBehaviour::Accept | MailBehaviour::DropAfterData { .. } => {}
        }
        self.to.push(to);
        self.reply("250 2.1.5 recipient noted").await
    }

    /// Reads and keeps a message; `false` when the connection is to be dropped.
    async fn content(&mut self) -> Result<bool> {
        if self.to.is_empty() {
            self.reply("503 5.5.1 RCPT first").await?;
            return Ok(true);
        }
        self.reply("354 go ahead, end with a dot").await?;
        let raw = match self.read_content().await? {
            Content::Whole(raw) => raw,
            Content::TooLarge => {
                self.reset();
                self.reply("552 5.3.4 too large").await?;
                return Ok(true);
            }
            Content::BareLineEnd => {
                self.reset();
                self.reply("554 5.6.0 bare line end").await?;
                return Ok(true);
            }
        };
        let dropped = self.to.iter().find_map(|to| match self.desk.behaviour(to) {
            MailBehaviour::DropAfterData { kept } => Some(kept),
            _ => None,
        });
        if dropped != Some(false) {
            self.keep(&raw).await?;
        }
        if dropped.is_some() {
            return Ok(false);
        }
        let number = self.desk.kept.count();
        self.reply(&format!("250 2.0.0 Ok: queued as R{number:06}")).await?;
        Ok(true)
    }

    async fn read_content(&mut self) -> Result<Content> {
        let mut raw = Vec::new();
        let (mut too_large, mut bare) = (false, false);
        loop {
            let Some(line) = self.line(LONGEST_LINE).await? else { bail!("closed within DATA") };
            if line == b".\r\n" {
                break;
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            let text = line.strip_suffix(b"\r\n").unwrap_or(line);
            bare |= text.contains(&b'\r') || text.contains(&b'\n');
            too_large |= raw.len() + line.len() > self.desk.options.largest;
            if !too_large {
                raw.extend_from_slice(line);
            }
        }
        Ok(match (bare, too_large) {
            (true, _) => Content::BareLineEnd,
            (_, true) => Content::TooLarge,
            _ => Content::Whole(raw),
        })
    }

    async fn keep(&mut self, raw: &[u8]) -> Result<()> {
        let parsed = parsed::parse(raw);
        let mail = ReceivedMail {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            received_at: (self.desk.options.clock)(),
            encrypted: self.encrypted,
            headers: parsed.headers,
            text: parsed.text,
            html: parsed.html,
            raw: String::from_utf8_lossy(raw).into_owned(),
        };
        self.desk.kept.keep_once(mail, |_| false).await?;
        Ok(())
    }
}

/// Reads `FROM:<address> PARAMETERS`.
fn path(text: &str, keyword: &str) -> Option<(String, Vec<String>)> {
    let head = text.get(..keyword.len()).filter(|head| head.eq_ignore_ascii_case(keyword))?;
    let (address, rest) =
        text.get(head.len()..)?.trim_start().strip_prefix('<')?.split_once('>')?;
    if address.contains(char::is_control) || address.len() > 254 {
        return None;
    }
    Some((address.to_owned(), rest.split_whitespace().map(str::to_ascii_uppercase).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_with_their_parameters() {
        let read = |text| path(text, "FROM:");
        assert_eq!(read("FROM:<a@b.be>"), Some(("a@b.be".to_owned(), vec![])));
        assert_eq!(
            read("from: <> size=10 BODY=8BITMIME"),
            Some((String::new(), vec!["SIZE=10".to_owned(), "BODY=8BITMIME".to_owned()]))
        );
        for text in ["", "FROM", "FROM:a@b.be", "FROM:<a@b.be", "TO:<a@b.be>", "é:<a@b.be>"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
