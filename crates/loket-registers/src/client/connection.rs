//! How the registers are trusted, and by what certificate they know us (mutual TLS).

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::ClientFault;

/// Certificates and key of the connection.
#[derive(Clone, Default)]
pub struct TlsSettings {
    /// Roots (DER) that are trusted beside the public ones, such as the register's own authority.
    pub extra_roots: Vec<Vec<u8>>,
    /// Own certificate with what stands between it and its root (DER), and its key (DER), for
    /// registers that want mutual TLS.
    pub identity: Option<(Vec<Vec<u8>>, Vec<u8>)>,
}

impl fmt::Debug for TlsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSettings")
            .field("identity", &self.identity.is_some())
            .finish_non_exhaustive()
    }
}

/// TLS 1.2 and 1.3 by ring.
pub(super) fn tls(settings: &TlsSettings) -> Result<rustls::ClientConfig, ClientFault> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in &settings.extra_roots {
        roots.add(CertificateDer::from(root.clone())).map_err(|_| ClientFault::Tls)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ClientFault::Tls)?
        .with_root_certificates(roots);
    let Some((chain, key)) = &settings.identity else { return Ok(builder.with_no_client_auth()) };
    let chain = chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let key = PrivateKeyDer::try_from(key.clone()).map_err(|_| ClientFault::Tls)?;
    builder.with_client_auth_cert(chain, key).map_err(|_| ClientFault::Tls)
}
