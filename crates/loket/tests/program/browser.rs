//! A browser without a screen: cookies, forms, and the patience to try again when the server was
//! killed under it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::server::Server;

/// The connection broke before the whole answer was there: nobody was told anything.
#[derive(Debug)]
pub(crate) struct Gone;

pub(crate) struct Page {
    pub(crate) status: u16,
    /// Where a redirect leads, without the origin.
    pub(crate) to: String,
    pub(crate) body: String,
    cookies: Vec<String>,
}

impl Page {
    /// Reads a whole answer; one that was cut off says nothing.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = headers(head, "content-length").first().and_then(|length| length.parse().ok());
        if length.is_some_and(|length: usize| length != body.len()) {
            return None;
        }
        Some(Self {
            status: head.split(' ').nth(1)?.parse().ok()?,
            to: headers(head, "location").first().copied().unwrap_or_default().to_owned(),
            body: body.to_owned(),
            cookies: headers(head, "set-cookie").into_iter().map(str::to_owned).collect(),
        })
    }

    /// What stands between two texts, the first time.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<&str> {
        let rest = self.body.split_once(before)?.1;
        Some(rest.split_once(after)?.0)
    }
    pub(crate) fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }
    /// The names of the fields that begin like this, each once.
    pub(crate) fn names_of(&self, prefix: &str) -> Vec<&str> {
        let begin = format!("name=\"{prefix}");
        let mut names: Vec<&str> = self
            .body
            .match_indices(&begin)
            .filter_map(|(at, _)| self.body.get(at + "name=\"".len()..)?.split('"').next())
            .collect();
        names.dedup();
        names
    }
    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> &str {
        self.between(&format!("name=\"{name}\" value=\""), "\"").unwrap_or_default()
    }
}

pub(crate) struct Browser<'s> {
    pub(crate) server: &'s Server,
    cookies: BTreeMap<String, String>,
}

impl<'s> Browser<'s> {
    pub(crate) const fn new(server: &'s Server) -> Self {
        Self { server, cookies: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Page, Gone> {
        self.ask("GET", path, "", "")
    }

    /// Sends a form.
    pub(crate) fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page, Gone> {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.ask("POST", path, "application/x-www-form-urlencoded", &body.finish())
    }

    pub(crate) fn send_json(&mut self, path: &str, body: &str) -> Result<Page, Gone> {
        self.ask("POST", path, "application/json", body)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.server.port)
    }

    fn ask(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<Page, Gone> {
        let text = self.exchange(method, path, kind, body).ok_or(Gone)?;
        let page = Page::read(&text).ok_or(Gone)?;
        for cookie in &page.cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Ok(page)
    }

    fn exchange(&self, method: &str, path: &str, kind: &str, body: &str) -> Option<String> {
        let mut stream = self.connect();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {}\r\n\
             Cookie: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.origin(),
            cookies.join("; "),
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// Waits for the server to be there again.
    fn connect(&self) -> TcpStream {
        for _ in 0..2000 {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.server.port)) {
                return stream;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not come back");
    }
}

/// The values of a header, by its name.
fn headers<'h>(head: &'h str, name: &str) -> Vec<&'h str> {
    let all = head.lines().filter_map(|line| line.split_once(": "));
    all.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}
