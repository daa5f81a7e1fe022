//! TLS for the service, with a client certificate of one authority where that is wanted.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Longest time for a handshake.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);

/// Certificate, key, and whose clients are let in.
#[derive(Clone)]
pub struct ServiceTls(Arc<ServerConfig>);

/// The certificate, the key or the authority cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("certificate, key or authority of the clients cannot be used")]
pub struct ServiceTlsFault;

impl ServiceTls {
    /// From certificates (DER, the own first), the key (DER), and the authority of the clients, when
    /// only those with a certificate of it may come.
    pub fn new(
        chain: Vec<Vec<u8>>,
        key: Vec<u8>,
        clients: Option<Vec<u8>>,
    ) -> Result<Self, ServiceTlsFault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|_| ServiceTlsFault)?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from(authority)).map_err(|_| ServiceTlsFault)?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                        .build()
                        .map_err(|_| ServiceTlsFault)?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let chain = chain.into_iter().map(CertificateDer::from).collect();
        let key = PrivateKeyDer::try_from(key).map_err(|_| ServiceTlsFault)?;
        let mut config = builder.with_single_cert(chain, key).map_err(|_| ServiceTlsFault)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// Accepts TLS connections one handshake at a time each in a task of its own.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: tokio::sync::mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    pub(crate) fn new(listener: TcpListener, tls: &ServiceTls) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(Arc::clone(&tls.0));
        let (send, ready) = tokio::sync::mpsc::channel(64);
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let (acceptor, send) = (acceptor.clone(), send.clone());
                tokio::spawn(async move {
                    let shaken =
                        tokio::time::timeout(LONGEST_HANDSHAKE, acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = shaken {
                        // A closed channel means that the service stops.
                        drop(send.send((stream, peer)).await);
                    }
                });
            }
        });
        Ok(Self { address, ready })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
