//! Paths from a card's certificate to a pinned root. The path library checks signatures, names,
//! dates and constraints of what lies between; dates and path length of the roots and the right
//! of every authority to sign certificates are checked here, because it leaves them out.

use std::time::Duration;

use loket_domain::time::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage as Purpose, VerifiedPath, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::{CardCertificate, dates, extension, in_date};
use crate::fault::CardFault;
use crate::ocsp::is_issued_by;
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
    /// Whether it is a CA and its key usage, where it has one, includes keyCertSign.
    may_sign: bool,
    /// Most authorities that may stand between this one and a card.
    path_length: Option<u8>,
}

impl Authority {
    fn read(der: &[u8]) -> Option<Self> {
        let parsed = Certificate::from_der(der).ok()?;
        let constraints = extension::<BasicConstraints>(&parsed).ok()?;
        let usage = extension::<KeyUsage>(&parsed).ok()?;
        let may_sign = constraints.as_ref().is_some_and(|constraints| constraints.ca)
            && usage.is_none_or(|usage| usage.key_cert_sign());
        let path_length = constraints.and_then(|constraints| constraints.path_len_constraint);
        Some(Self { der: CertificateDer::from(der.to_vec()), parsed, may_sign, path_length })
    }
}

impl Authorities {
    /// Reads roots and issuing authorities, all DER. Those that may not sign certificates are read
    /// and never used.
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
        let intermediates = read(intermediates, anchors.len())?;
        Ok(Self { anchors: read(anchors, 0)?, intermediates })
    }

    /// Whether every certificate given may sign certificates: what an installation must hold to.
    pub fn check(&self) -> Result<(), SettingsFault> {
        let mut all = self.anchors.iter().chain(&self.intermediates);
        all.position(|authority| !authority.may_sign)
            .map_or(Ok(()), |at| Err(SettingsFault::Authority(at)))
    }

    /// Whether an issuing authority is one of the roots, or issued by one that is valid now.
    pub fn vouch_for(&self, issuer: &CardCertificate, now: Timestamp) -> bool {
        self.anchors.iter().any(|anchor| {
            anchor.der.as_ref() == issuer.der()
                || (anchor.may_sign
                    && in_date(&anchor.parsed, now)
                    && is_issued_by(issuer.parsed(), &anchor.parsed))
        })
    }

    /// The authority that issued the card's certificate, when a path to a root that is valid now
    /// leads over it. `helpers` are certificates in DER that came with the card: they may stand in
    /// the path and are trusted no further than that.
    pub fn issuer_of(
        &self,
        card: &CardCertificate,
        helpers: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<Certificate, CardFault> {
        let read = |der: &Vec<u8>| Authority::read(der).ok_or(CardFault::CertificateDecoding);
        let helpers: Vec<Authority> = helpers.iter().map(read).collect::<Result<_, _>>()?;
        let between: Vec<&Authority> =
            self.intermediates.iter().chain(&helpers).filter(|ca| ca.may_sign).collect();
        let signing = || self.anchors.iter().filter(|anchor| anchor.may_sign);
        let valid = signing().filter(|anchor| in_date(&anchor.parsed, now)).collect();
        let refused = match find(card, valid, &between, now) {
            Ok(issuer) => return Ok(issuer),
            Err(refused) => refused,
        };
        // The path may be right but for the dates of its root, which is another message.
        for anchor in signing() {
            let dates = dates(&anchor.parsed, now);
            if dates.is_err() && find(card, vec![anchor], &between, now).is_ok() {
                dates?;
            }
        }
        Err(refused)
    }
}

/// Looks for a path from the card over `between` to one of `anchors`; gives the card's issuer.
fn find(
    card: &CardCertificate,
    anchors: Vec<&Authority>,
    between: &[&Authority],
    now: Timestamp,
) -> Result<Certificate, CardFault> {
    let seconds = u64::try_from(now.seconds()).map_err(|_| CardFault::NotYetValid)?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let leaf_der = CertificateDer::from(card.der());
    let leaf = EndEntityCert::try_from(&leaf_der).map_err(|_| CardFault::CertificateDecoding)?;
    let anchors: Vec<(&Authority, TrustAnchor<'_>)> = anchors
        .into_iter()
        .filter_map(|anchor| Some((anchor, anchor_from_trusted_cert(&anchor.der).ok()?)))
        .collect();
    let trusted: Vec<TrustAnchor<'_>> = anchors.iter().map(|(_, t)| t.clone()).collect();
    let ders: Vec<CertificateDer<'_>> =
        between.iter().map(|ca| CertificateDer::from(ca.der.as_ref())).collect();
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
            &ders,
            time,
            Purpose::client_auth(),
            None,
            Some(&|path| root_of(path).map(|_| ()).ok_or(webpki::Error::UnknownIssuer)),
        )
        .map_err(|_| CardFault::NotTrusted)?;
    let issuer = match path.intermediate_certificates().next() {
        Some(issuer) => {
            let der = issuer.der();
            between.iter().find(|ca| ca.der == der).copied()
        }
        None => root_of(&path),
    };
    issuer.map(|issuer| issuer.parsed.clone()).ok_or(CardFault::NotTrusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_needed_and_must_be_certificates() {
        assert_eq!(Authorities::new(&[], &[]).err(), Some(SettingsFault::NoAnchor));
        let root = include_bytes!("../tests/vectors/certs/belgium/belgium-root-ca6.der").to_vec();
        let broken = root[1..].to_vec();
        assert_eq!(Authorities::new(&[root], &[broken]).err(), Some(SettingsFault::Authority(1)));
    }

    #[test]
    fn a_certificate_that_may_not_sign_is_no_authority_of_an_installation() {
        let root = include_bytes!("../tests/vectors/certs/belgium/belgium-root-ca6.der").to_vec();
        let person =
            include_bytes!("../tests/vectors/certs/ee-subject-jaak-kristjan-2018.der").to_vec();
        let good = Authorities::new(std::slice::from_ref(&root), &[]).unwrap();
        assert_eq!(good.check(), Ok(()));
        let bad = Authorities::new(&[root], &[person]).unwrap();
        assert_eq!(bad.check(), Err(SettingsFault::Authority(1)));
    }
}
