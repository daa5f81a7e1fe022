//! An authority for time-stamps (RFC 3161) over HTTP: `openssl ts` behind a small server, as authorities
//! are asked everywhere. It can refuse, and answer with what it said before.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::kept::locked;

const SETTINGS: &str = "
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test
[root]
basicConstraints = critical,CA:true
[stamping]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = config
[config]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 3
ess_cert_id_alg = sha256
";

/// What the authority does from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampBehaviour {
    /// Stamps what it is asked for.
    Stamp,
    /// Answers with this status.
    Status(u16),
    /// Answers as it did the time before, whatever it is asked.
    AsBefore,
}

struct Desk {
    folder: TempDir,
    behaviour: Mutex<StampBehaviour>,
    asked: Mutex<u32>,
}

/// A running authority; it stops when it is dropped.
pub struct TimeStampAuthority {
    addr: SocketAddr,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

impl TimeStampAuthority {
    /// Makes a root and an authority below it, takes a free port and begins to answer.
    pub async fn start() -> Result<Self> {
        let folder = TempDir::new()?;
        certificates(folder.path())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port")?;
        let addr = listener.local_addr()?;
        let behaviour = Mutex::new(StampBehaviour::Stamp);
        let desk = Arc::new(Desk { folder, behaviour, asked: Mutex::default() });
        let router = Router::new().route("/tsr", post(answer)).with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move {
            // It ends only by being aborted.
            drop(axum::serve(listener, router).await);
        });
        Ok(Self { addr, desk, serving })
    }

    /// Where it is asked.
    pub fn url(&self) -> String {
        format!("http://{}/tsr", self.addr)
    }

    /// The certificate of its root, PEM.
    pub fn root(&self) -> PathBuf {
        self.desk.folder.path().join("root.pem")
    }

    /// Does this from now on.
    pub fn behave(&self, behaviour: StampBehaviour) {
        *locked(&self.desk.behaviour) = behaviour;
    }

    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        *locked(&self.desk.asked)
    }

    /// Whether `openssl ts -verify` accepts a response over a text, under the root of this authority.
    pub fn verifies(&self, response: &[u8], text: &[u8]) -> Result<bool> {
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("response"), response)?;
        std::fs::write(folder.path().join("text"), text)?;
        let root = self.root();
        let arguments = ["ts", "-verify", "-in", "response", "-data", "text", "-CAfile"];
        let output = Command::new("openssl")
            .args(arguments)
            .arg(root)
            .current_dir(folder.path())
            .output()?;
        Ok(output.status.success())
    }
}

impl Drop for TimeStampAuthority {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn openssl(folder: &Path, arguments: &str) -> Result<Output> {
    let output = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .context("openssl, as tools/setup installs it")?;
    ensure!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

fn certificates(folder: &Path) -> Result<()> {
    std::fs::write(folder.join("settings"), SETTINGS)?;
    for arguments in [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 30 -config settings -extensions root",
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamper -config settings",
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile settings -extensions stamping -out tsa.pem",
    ] {
        openssl(folder, arguments)?;
    }
    Ok(())
}

fn stamp(folder: &Path, request: &[u8]) -> Result<Vec<u8>> {
    std::fs::write(folder.join("request"), request)?;
    openssl(
        folder,
        "ts -reply -config settings -queryfile request -signer tsa.pem -inkey tsa.key -out response",
    )?;
    Ok(std::fs::read(folder.join("response"))?)
}

async fn answer(State(desk): State<Arc<Desk>>, headers: HeaderMap, request: Bytes) -> Response {
    *locked(&desk.asked) += 1;
    let of = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if of != Some("application/timestamp-query") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let behaviour = *locked(&desk.behaviour);
    let folder = desk.folder.path();
    let stamped = match behaviour {
        StampBehaviour::Status(status) => {
            return StatusCode::from_u16(status).unwrap_or_default().into_response();
        }
        StampBehaviour::Stamp => stamp(folder, &request),
        StampBehaviour::AsBefore => Ok(std::fs::read(folder.join("response")).unwrap_or_default()),
    };
    match stamped {
        Ok(response) => {
            ([(header::CONTENT_TYPE, "application/timestamp-reply")], response).into_response()
        }
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}
