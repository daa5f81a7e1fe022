//! Paths from a card's certificate to a pinned root. The path library checks signatures, names,
//! dates and constraints of what lies between; dates and path length of the roots and the right
//! of every authority to sign certificates are checked here, because it leaves them out.

use std::time::Duration;

use loket_domain::caller::CardRefusal;
use loket_domain::time::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage as Purpose, VerifiedPath, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::{CardCertificate, extension, in_date};
use crate::settings::SettingsFault;
use crate::signature::ALGORITHMS;

/// The pinned roots and the issuing authorities below them.
#[derive(Debug)]
pub struct Authorities {
    anchors: Vec<Authority>,
    intermediates: Vec<Authority>,
}

/// One certificate of an authority.
#[derive(Debug)]
pub struct Authority {
    der: CertificateDer<'static>,
    parsed: Certificate,
    /// Most authorities that may stand between this one and a card.
    path_length: Option<u8>,
}

impl Authority {
    fn read(der: &[u8]) -> Option<Self> {
        let parsed = Certificate::from_der(der).ok()?;
        let constraints = extension::<BasicConstraints>(&parsed).ok()??;
        let usage = extension::<KeyUsage>(&parsed).ok()?;
        let signs_certificates = usage.is_none_or(|usage| usage.key_cert_sign());
        if !constraints.ca || !signs_certificates {
            return None;
        }
        let der = CertificateDer::from(der.to_vec());
        Some(Self { der, parsed, path_length: constraints.path_len_constraint })
    }

    /// The fields of the certificate.
    pub fn parsed(&self) -> &Certificate {
        &self.parsed
    }
}

impl Authorities {
    /// Reads roots and issuing authorities, all DER; refuses what may not sign certificates.
    pub fn new(anchors: &[Vec<u8>], intermediates: &[Vec<u8>]) -> Result<Self, SettingsFault> {
        if anchors.is_empty() {
            return Err(SettingsFault::NoAnchor);
        }
        let read = |list: &[Vec<u8>], offset: usize| -> Result<Vec<Authority>, SettingsFault> {
            list.iter()
                .enumerate()
                .map(|(at, der)| Authority::read(der).ok_or(SettingsFault::Authority(offset + at)))
                .collect()
        };
        let anchors_read = read(anchors, 0)?;
        let intermediates = read(intermediates, anchors.len())?;
        Ok(Self { anchors: anchors_read, intermediates })
    }

    /// The authority that issued the card's certificate, when a path to a root that is valid now
    /// leads over it.
    pub fn issuer_of(
        &self,
        card: &CardCertificate,
        now: Timestamp,
    ) -> Result<&Authority, CardRefusal> {
        let seconds = u64::try_from(now.seconds()).map_err(|_| CardRefusal::CertificateDates)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let leaf_der = CertificateDer::from(card.der());
        let leaf =
            EndEntityCert::try_from(&leaf_der).map_err(|_| CardRefusal::CertificateUnreadable)?;
        let anchors: Vec<(&Authority, TrustAnchor<'_>)> = self
            .anchors
            .iter()
            .filter(|anchor| in_date(&anchor.parsed, now))
            .filter_map(|anchor| Some((anchor, anchor_from_trusted_cert(&anchor.der).ok()?)))
            .collect();
        let trusted: Vec<TrustAnchor<'_>> = anchors.iter().map(|(_, t)| t.clone()).collect();
        let between: Vec<CertificateDer<'_>> =
            self.intermediates.iter().map(|ca| CertificateDer::from(ca.der.as_ref())).collect();
        // Two certificates of one root share name and key: any of them that is long enough will do.
        let root_of = |path: &VerifiedPath<'_>| {
            let length = path.intermediate_certificates().count();
            anchors
                .iter()
                .filter(|(_, trust)| trust == path.anchor())
                .map(|(anchor, _)| *anchor)
                .find(|anchor| anchor.path_length.is_none_or(|most| length <= usize::from(most)))
        };
        let path = leaf
            .verify_for_usage(
                ALGORITHMS,
                &trusted,
                &between,
                time,
                Purpose::client_auth(),
                None,
                Some(&|path| root_of(path).map(|_| ()).ok_or(webpki::Error::UnknownIssuer)),
            )
            .map_err(|_| CardRefusal::CertificateUntrusted)?;
        let issuer = match path.intermediate_certificates().next() {
            Some(issuer) => {
                let der = issuer.der();
                self.intermediates.iter().find(|ca| ca.der == der)
            }
            None => root_of(&path),
        };
        issuer.ok_or(CardRefusal::CertificateUntrusted)
    }
}
