//! Signing in by the card's certificate in a TLS handshake: the whole way, and what is turned away.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use loket_testkit::pki::{Credential, DemoAuthority, Holder, Purpose, Validity};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme,
    StreamOwned, SupportedProtocolVersion,
};

use crate::browser::{Browser, Page};
use crate::server::Server;

/// The demonstration's host vouches for itself; what is tested is what it asks for.
#[derive(Debug)]
struct AnyHost;

impl ServerCertVerifier for AnyHost {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::ECDSA_NISTP384_SHA384]
    }
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

/// A card that the demonstration keeps in its folder.
fn card(folder: &Path, key: &str) -> Credential {
    let eid = folder.join("eid");
    let pem = eid.join(format!("card-{key}.key.pem"));
    Credential {
        certificate: std::fs::read(eid.join(format!("card-{key}.der"))).unwrap(),
        key: PrivateKeyDer::from_pem_file(pem).unwrap().secret_der().to_vec(),
    }
}

/// Asks for an address of the other host; gives the version that was spoken, and the answer.
fn visit(
    address: &str,
    card: Option<&Credential>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<(Option<ProtocolVersion>, Page)> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyHost));
    let config = match card {
        Some(card) => {
            let key = PrivateKeyDer::try_from(card.key.clone()).unwrap();
            config.with_client_auth_cert(vec![card.certificate.clone().into()], key).unwrap()
        }
        None => config.with_no_client_auth(),
    };
    let (host, path) = address.strip_prefix("https://").unwrap().split_once('/').unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(host)?);
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    // A server that closes without saying so at the end of its answer is no fault of this test.
    if let Err(cause) = stream.read_to_string(&mut answer)
        && answer.is_empty()
    {
        return Err(cause);
    }
    let version = stream.conn.protocol_version();
    Ok((version, Page::read(&answer).expect("a whole answer")))
}

/// From the page of signing in to the address of the other host.
fn sent(browser: &mut Browser<'_>) -> String {
    let away = browser.get("/sign-in/card").unwrap();
    assert_eq!(away.status, 303);
    away.to
}

/// What a card comes back with: the path on the main host.
fn proved(browser: &Browser<'_>, there: &str, card: &Credential) -> String {
    let (version, page) = visit(there, Some(card), BOTH).unwrap();
    assert_eq!(version, Some(ProtocolVersion::TLSv1_2), "newer than older cards can do");
    assert_eq!(page.status, 303, "{}", page.body);
    page.to.strip_prefix(&browser.origin()).unwrap().to_owned()
}

fn code_of(back: &str) -> &str {
    back.strip_prefix("/sign-in/card/return?code=").unwrap_or_else(|| panic!("{back}"))
}

#[test]
fn the_card_in_the_handshake_signs_in_once_and_in_one_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let officer = card(folder.path(), "officer-nl");
    let mut browser = Browser::new(&server);
    let there = sent(&mut browser);
    let back = proved(&browser, &there, &officer);
    let page = browser.get(&back).unwrap();
    assert_eq!((page.status, page.hidden("code")), (200, code_of(&back)));

    // Somebody else's browser cannot use the code, and it is gone afterwards.
    let mut stranger = Browser::new(&server);
    sent(&mut stranger);
    let stolen = stranger.send("/sign-in/card", &[("code", code_of(&back))]).unwrap();
    assert_eq!(stolen.to, "/sign-in/failed?code=challenge");
    let late = browser.send("/sign-in/card", &[("code", code_of(&back))]).unwrap();
    assert_eq!(late.to, "/sign-in/failed?code=challenge");

    let there = sent(&mut browser);
    let back = proved(&browser, &there, &officer);
    let entered = browser.send("/sign-in/card", &[("code", code_of(&back))]).unwrap();
    assert_eq!(entered.to, "/terms");
    assert_eq!(browser.get("/terms").unwrap().status, 200);
    let used = proved(&browser, &there, &officer);
    assert_eq!(used, "/sign-in/failed?code=challenge", "a ticket works once");
}

#[test]
fn what_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut browser = Browser::new(&server);

    // Nobody without a card; the ticket is still good when the card is found.
    let there = sent(&mut browser);
    let (_, page) = visit(&there, None, BOTH).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.has("<ol>"), "{}", page.body);
    let unknown = proved(&browser, &there, &card(folder.path(), "no-role"));
    let entered = browser.send("/sign-in/card", &[("code", code_of(&unknown))]).unwrap();
    assert_eq!(entered.to, "/sign-in/failed?code=staff_unknown");

    // A card of an authority with the same names, and a signing certificate of the right one.
    let now = loket_domain::Timestamp::from_seconds(1_780_000_000);
    let long = std::time::Duration::from_secs(20 * 365 * 24 * 3600);
    let validity = Validity { from: now.minus(long), until: now.plus(long) };
    let holder = Holder {
        given_names: "An".to_owned(),
        surname: "Peeters".to_owned(),
        ssin: loket_registers::service::personas()[0].ssin().unwrap(),
    };
    let other = DemoAuthority::make(validity).unwrap();
    let own = DemoAuthority::load_or_make(&folder.path().join("eid"), validity, now).unwrap();
    let ocsp = format!("http://127.0.0.1:{}/demo/ocsp", server.port);
    for (authority, purpose) in [(&other, Purpose::Authentication), (&own, Purpose::Signature)] {
        let there = sent(&mut browser);
        let forged = authority.issue(&holder, purpose, validity, &ocsp).unwrap();
        assert_eq!(proved(&browser, &there, &forged), "/sign-in/failed?code=card");
    }

    let there = sent(&mut browser);
    let officer = card(folder.path(), "officer-nl");
    assert!(visit(&there, Some(&officer), &[&rustls::version::TLS13]).is_err());
}
