//! The real program as its own process, killed without warning and started again on its data.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

pub(crate) struct Server {
    folder: PathBuf,
    pub(crate) port: u16,
    child: Mutex<Child>,
}

fn spawn(folder: &Path, port: u16) -> (Child, u16) {
    start(&mut Command::new(env!("CARGO_BIN_EXE_loket")), folder, port)
}

fn start(program: &mut Command, folder: &Path, port: u16) -> (Child, u16) {
    let mut child = program
        .args(["demo", "--port", &port.to_string(), "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.nth(1).expect("the server starts again after a kill").unwrap();
    let port = ready.strip_prefix("Loket is ready: http://localhost:").unwrap();
    let port = port.parse().unwrap();
    (child, port)
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        let (child, port) = spawn(folder, 0);
        Self { folder: folder.to_owned(), port, child: Mutex::new(child) }
    }

    /// The same under strace, which writes what it sees of requests, writes and syncs into a file. The
    /// program itself is our child, so that signals reach it.
    pub(crate) fn traced(folder: &Path, trace: &Path) -> Self {
        let mut strace = Command::new("strace");
        let calls = "trace=recvfrom,read,sendto,write,writev,pwrite64,fdatasync,fsync";
        strace.args(["-D", "-f", "-y", "-s", "80", "-e", calls, "-o"]).arg(trace);
        strace.arg(env!("CARGO_BIN_EXE_loket"));
        let (child, port) = start(&mut strace, folder, 0);
        Self { folder: folder.to_owned(), port, child: Mutex::new(child) }
    }

    /// Lets it work for a while, kills it, and starts it again.
    pub(crate) fn kill_at_a_random_moment(&self) {
        let mut byte = [0; 2];
        getrandom(&mut byte);
        std::thread::sleep(Duration::from_millis(200 + u64::from(u16::from_le_bytes(byte)) % 1600));
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        *child = spawn(&self.folder, self.port).0;
    }

    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(&self) {
        let mut child = self.child.lock().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
        assert!(child.wait().unwrap().success());
    }

    /// The newest message to an address that a test of its text accepts, once the receiver has it.
    pub(crate) fn message<T>(
        &self,
        channel: &str,
        to: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> T {
        let folder = self.folder.join(channel);
        // A lease or a retry may take its time; a lost message never comes.
        for _ in 0..1200 {
            let mut names: Vec<PathBuf> = std::fs::read_dir(&folder)
                .map(|all| all.filter_map(|entry| Some(entry.ok()?.path())).collect())
                .unwrap_or_default();
            names.sort_by_key(|name| std::cmp::Reverse(number(name)));
            for name in names.iter().filter(|name| number(name) > 0) {
                let text = std::fs::read_to_string(name).unwrap_or_default();
                let message: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                if message["to"].to_string().contains(to)
                    && let Some(found) = message["text"].as_str().and_then(&read)
                {
                    return found;
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no message to {to} after a minute");
    }
}

/// Messages are numbered files; anything else counts as none.
fn number(name: &Path) -> usize {
    let json = name.extension().is_some_and(|ending| ending == "json");
    let stem = name.file_stem().and_then(|stem| stem.to_str()).filter(|_| json);
    stem.and_then(|stem| stem.parse().ok()).unwrap_or(0)
}

fn getrandom(bytes: &mut [u8]) {
    use ring::rand::SecureRandom as _;
    ring::rand::SystemRandom::new().fill(bytes).unwrap();
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.get_mut().unwrap().kill().ok();
    }
}
