//! TLS 1.2 with an optional client certificate. TLS 1.3 is left out because it forbids the PKCS#1
//! signatures that older cards can only make; no authorities are named to the browser, since a long
//! list breaks some and a short one hides cards whose middleware does not show the chain.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, PeerIncompatible, ServerConfig, SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Longest time for a handshake: the PIN is typed in it.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(120);
/// Most handshakes at once.
const MOST_HANDSHAKES: usize = 256;
/// Pause after the operating system could not accept, such as without free descriptors.
const PAUSE: Duration = Duration::from_millis(200);

/// What cards can sign: P-384 today, P-256, and RSA PKCS#1 of the older ones.
const SCHEMES: [SignatureScheme; 5] = [
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA512,
];

/// The host cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum CardHostFault {
    /// Its certificate or key cannot be read.
    #[error("{0}: not the certificate or key of the host, as PEM")]
    File(String),
    /// Certificate and key do not fit together, or TLS cannot use them.
    #[error("certificate and key of the host: {0}")]
    Tls(#[from] rustls::Error),
}

/// Certificate and key of the host.
#[derive(Clone)]
pub struct CardHostTls(Arc<ServerConfig>);

impl CardHostTls {
    /// Reads certificate (with what stands between it and its root) and key from PEM files.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, CardHostFault> {
        let fault = |file: &Path| CardHostFault::File(file.display().to_string());
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|_| fault(certificate))?;
        let key_file = key;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|_| fault(key_file))?;
        Self::new(chain, key)
    }

    /// From certificates in their order and the key of the first.
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, CardHostFault> {
        let provider = Arc::new(ring::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS12])?
            .with_client_cert_verifier(Arc::new(AnyCard(algorithms)))
            .with_single_cert(chain, key)?;
        // Each sign-in proves the card anew.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// Takes any certificate whose key signs the handshake; what it is worth is judged afterwards, with
/// a page that can explain.
#[derive(Debug)]
struct AnyCard(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AnyCard {
    fn client_auth_mandatory(&self) -> bool {
        false
    }
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }
    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if !SCHEMES.contains(&signed.scheme) {
            return Err(PeerIncompatible::NoSignatureSchemesInCommon.into());
        }
        verify_tls12_signature(message, certificate, signed, &self.0)
    }
    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOfferedOrEnabled.into())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

/// Who is at the other end: the certificates that were shown, the card's first.
#[derive(Clone)]
pub struct Peer {
    /// Network address.
    pub address: SocketAddr,
    /// Certificates, DER; empty when none was shown.
    pub chain: Arc<[Vec<u8>]>,
}

/// The certificates name a person.
impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Peer({} certificates)", self.chain.len())
    }
}

/// Connections whose handshake is done.
pub struct CardListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, Peer)>,
}

impl CardListener {
    /// Begins to take connections.
    pub fn new(listener: TcpListener, tls: CardHostTls) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(16);
        tokio::spawn(take(listener, TlsAcceptor::from(tls.0), sender));
        Ok(Self { address, ready })
    }
}

async fn take(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, Peer)>,
) {
    let places = Arc::new(Semaphore::new(MOST_HANDSHAKES));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sender.closed() => return,
        };
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(LONGEST_HANDSHAKE, acceptor.accept(stream)).await;
            drop(place);
            if let Ok(Ok(stream)) = shaken {
                let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
                let chain = shown.iter().map(|one| one.to_vec()).collect();
                // The server may have stopped in the meantime.
                drop(sender.send((stream, Peer { address, chain })).await);
            }
        });
    }
}

impl Listener for CardListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // Nobody takes connections any more: there is nothing left to wait for.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Peer> {
        Ok(Peer { address: self.address, chain: Arc::new([]) })
    }
}

impl Connected<IncomingStream<'_, CardListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, CardListener>) -> Self {
        stream.remote_addr().clone()
    }
}
