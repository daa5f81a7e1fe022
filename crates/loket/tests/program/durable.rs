//! An answer that says that something was done leaves after a completed sync of what was done: seen by strace
//! in the system calls of a server, over a whole visit.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::counter::{Officer, Visit};
use crate::server::Server;

/// What was seen of one connection since its request came.
#[derive(Default)]
struct Asked {
    line: String,
    /// The write-ahead log was written since.
    written: bool,
    /// And a sync that began after that is complete.
    synced: bool,
}

/// What strace saw, in its order.
#[derive(Default)]
struct Seen {
    asked: HashMap<String, Asked>,
    /// Files from which threads are reading while others go on.
    reading: HashMap<String, String>,
    /// Syncs of the write-ahead log that are under way, by thread, with the requests that they cover.
    under_way: HashMap<String, Vec<String>>,
    answered: usize,
    too_early: Vec<String>,
}

impl Seen {
    fn line(&mut self, line: &str) {
        let Some((thread, call)) = line.split_once(' ') else { return };
        let call = call.trim_start();
        if call.starts_with("<... fdatasync resumed>") || call.starts_with("<... fsync resumed>") {
            self.sync_ended(thread, call);
            return;
        }
        if let Some(rest) = resumed_read(call) {
            if let Some(file) = self.reading.remove(thread) {
                self.read(&file, rest);
            }
            return;
        }
        // As in `recvfrom(15<socket:[4711]>, "POST / HTTP/1.1...`
        let Some((name, rest)) = call.split_once('(') else { return };
        let Some((file, rest)) = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'))
        else {
            return;
        };
        match name {
            "recvfrom" | "read" if rest.contains("<unfinished") => {
                self.reading.insert(thread.to_owned(), file.to_owned());
            }
            "recvfrom" | "read" => self.read(file, rest),
            "pwrite64" | "write" if file.ends_with("loket.db-wal") => {
                self.asked.values_mut().for_each(|asked| asked.written = true);
            }
            "fdatasync" | "fsync" if file.ends_with("loket.db-wal") => {
                let covers = self.asked.iter().filter(|(_, asked)| asked.written);
                let covers = covers.map(|(socket, _)| socket.clone()).collect();
                self.under_way.insert(thread.to_owned(), covers);
                if !rest.contains("<unfinished") {
                    self.sync_ended(thread, call);
                }
            }
            "sendto" | "write" | "writev" if rest.contains("\"HTTP/1.1 ") => {
                self.answer(file, rest);
            }
            _ => {}
        }
    }

    /// A request, as in `, "POST / HTTP/1.1...`
    fn read(&mut self, file: &str, rest: &str) {
        let Some(text) = rest.trim_start_matches([',', ' ']).strip_prefix('"') else { return };
        if text.starts_with("POST ") {
            let line = text.split(" HTTP").next().unwrap_or_default().to_owned();
            self.asked.insert(file.to_owned(), Asked { line, ..Asked::default() });
        }
    }

    fn sync_ended(&mut self, thread: &str, call: &str) {
        let covered = self.under_way.remove(thread).unwrap_or_default();
        if !call.ends_with("= 0") {
            return;
        }
        for socket in covered {
            if let Some(asked) = self.asked.get_mut(&socket) {
                asked.synced = true;
            }
        }
    }

    /// An answer that goes on, or has what was asked for, says that it was done.
    fn answer(&mut self, socket: &str, rest: &str) {
        let Some(asked) = self.asked.remove(socket) else { return };
        // The card reader and the registers of the demonstration keep nothing.
        if ["POST /demo/", "POST /national/"].iter().any(|of| asked.line.starts_with(of)) {
            return;
        }
        if rest.contains("HTTP/1.1 303") || rest.contains("HTTP/1.1 200") {
            self.answered += 1;
            if !asked.synced {
                self.too_early.push(asked.line);
            }
        }
    }
}

/// What a read brought that had let others go on.
fn resumed_read(call: &str) -> Option<&str> {
    let rest = call.strip_prefix("<... recvfrom resumed>");
    rest.or_else(|| call.strip_prefix("<... read resumed>"))
}

/// The trace, once strace has written the end of it.
fn whole(trace: &Path) -> String {
    for _ in 0..600 {
        let text = fs::read_to_string(trace).unwrap();
        if text.ends_with("+++ exited with 0 +++\n") {
            return text;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the trace has no end");
}

#[test]
fn every_answer_leaves_after_a_completed_sync() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let server = Server::traced(folder.path(), &trace);
    let visit = Visit::new("lotte", "Janssens", "Lotte", ["18", "5", "1993"], "female");
    let (_, told) = Officer::new(&server, "officer-nl").serve(&visit.of_journey(1));
    server.stop();
    let mut seen = Seen::default();
    whole(&trace).lines().for_each(|line| seen.line(line));
    // Where threads overlap strace breaks its lines, and an answer may not be recognised; most must be.
    assert!(seen.answered * 4 >= told.len() * 3, "{} answers to {told:?}", seen.answered);
    assert_eq!(seen.too_early, Vec::<String>::new());
}

#[test]
fn an_answer_before_the_sync_would_be_seen() {
    let asked = "7 recvfrom(15<socket:[1]>, \"POST /desk HTTP/1.1\", 99) = 80";
    let written = "8 pwrite64(9</data/loket.db-wal>, \"x\", 24, 0) = 24";
    let begun = "8 fdatasync(9</data/loket.db-wal> <unfinished ...>";
    let ended = "8 <... fdatasync resumed>) = 0";
    let failed = "8 <... fdatasync resumed>) = -1 EIO (Input/output error)";
    let answered = "7 sendto(15<socket:[1]>, \"HTTP/1.1 303 See Other\", 99) = 99";
    let early = |lines: &[&str]| {
        let mut seen = Seen::default();
        for line in lines {
            seen.line(line);
        }
        assert_eq!(seen.answered, 1);
        !seen.too_early.is_empty()
    };
    assert!(!early(&[asked, written, begun, ended, answered]));
    assert!(early(&[asked, answered]));
    assert!(early(&[asked, written, answered]));
    assert!(early(&[asked, written, begun, answered]));
    assert!(early(&[asked, begun, written, ended, answered]), "a sync that began before");
    assert!(early(&[asked, written, begun, failed, answered]));
    let reading = "7 recvfrom(15<socket:[1]> <unfinished ...>";
    let asked = "7 <... recvfrom resumed>, \"POST /desk HTTP/1.1\", 99, 0, NULL, NULL) = 80";
    assert!(early(&[reading, asked, written, answered]));
    assert!(!early(&[reading, asked, written, begun, ended, answered]));
}
