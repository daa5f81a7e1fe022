//! The demonstration as `make demo` starts it: ready within a second, cards that sign when the PIN
//! is right, and everything still there at the next start.
#![cfg(feature = "demo")]

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use serde_json::{Value, json};

    struct Demonstration {
        child: Child,
        port: u16,
    }

    impl Demonstration {
        fn start(folder: &Path, port: u16) -> Self {
            let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
                .args(["demo", "--port", &port.to_string(), "--data"])
                .arg(folder)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let named = lines.next().unwrap().unwrap();
            assert!(named.contains(&*folder.canonicalize().unwrap().to_string_lossy()), "{named}");
            let ready = lines.next().unwrap().unwrap();
            let port = ready.strip_prefix("Loket is ready: http://localhost:").unwrap();
            Self { child, port: port.parse().unwrap() }
        }

        /// Status and body of one request.
        fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
            let length = body.len();
            write!(
                stream,
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                 Accept-Language: nl\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            )
            .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            (status, body.to_owned())
        }

        fn sign(&self, key: &str, pin: &str) -> (u16, Value) {
            let origin = format!("http://localhost:{}", self.port);
            let wanted = json!({ "challenge": "x", "origin": origin, "pin": pin }).to_string();
            let path = format!("/demo/cards/{key}/authenticate");
            let (status, body) = self.ask("POST", &path, &wanted);
            (status, serde_json::from_str(&body).unwrap())
        }

        fn stop(mut self) {
            let pid = self.child.id().to_string();
            assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
            assert!(self.child.wait().unwrap().success());
        }
    }

    impl Drop for Demonstration {
        fn drop(&mut self) {
            // Only matters when an assertion has failed before the stop.
            self.child.kill().ok();
        }
    }

    #[test]
    fn cards_sign_with_the_right_pin_only_and_can_be_unblocked() {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demonstration::start(folder.path(), 0);
        let (status, list) = demo.ask("GET", "/demo/cards?language=de", "");
        assert_eq!(status, 200);
        let list: Value = serde_json::from_str(&list).unwrap();
        assert_eq!(list["cards"].as_array().unwrap().len(), 11);
        assert_eq!(list["texts"]["cancel"], "Abbrechen");

        let (status, token) = demo.sign("officer-nl", "1234");
        assert_eq!((status, token["format"].as_str()), (200, Some("web-eid:1.0")));
        for left in [2, 1] {
            let (status, body) = demo.sign("officer-fr", "0000");
            assert_eq!((status, body["left"].as_i64()), (403, Some(left)));
        }
        assert_eq!(demo.sign("officer-fr", "0000").0, 423);
        assert_eq!(demo.sign("officer-fr", "1234").0, 423, "blocked, also for the right PIN");
        assert_eq!(demo.ask("POST", "/demo/cards/officer-fr/unblock", "").0, 303);
        assert_eq!(demo.sign("officer-fr", "1234").0, 200);
        demo.stop();
    }

    #[test]
    fn everything_is_kept_between_runs() {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demonstration::start(folder.path(), 0);
        let port = demo.port;
        let certificate = demo.sign("auditor", "1234").1["unverifiedCertificate"].clone();
        demo.stop();
        let demo = Demonstration::start(folder.path(), port);
        assert_eq!(demo.sign("auditor", "1234").1["unverifiedCertificate"], certificate);
        for path in ["/", "/demo", "/demo/messages"] {
            let (status, page) = demo.ask("GET", path, "");
            assert_eq!(status, 200, "{path}");
            assert!(page.contains("Demonstratie"), "{path} has no banner");
        }
        demo.stop();
    }
}
