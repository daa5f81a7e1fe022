//! The card's certificate: what it may be used for, under which policy, when, and whom it names.
//! Refuses a signing certificate, and a subject without exactly one valid number.

use std::fmt;

use loket_domain::caller::CardRefusal;
use loket_domain::ssin::{Ssin, Synthetic};
use loket_domain::time::Timestamp;
use ring::digest::{SHA256, digest};
use url::Url;
use x509_cert::Certificate;
use x509_cert::attr::AttributeValue;
use x509_cert::der::asn1::{PrintableStringRef, Utf8StringRef};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{self, Decode, Tag, Tagged};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, CertificatePolicies, ExtendedKeyUsage, KeyUsage,
};

const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
const AIA_OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");

/// A certificate as it came from a card. Names a person, so that it does not print.
pub struct CardCertificate {
    der: Vec<u8>,
    parsed: Certificate,
}

/// Which certificate policies a card must and may not have.
#[derive(Debug, Clone, Default)]
pub struct PolicyRule {
    /// At least one of these; `None` asks for none. Sign-in always has a list.
    pub required: Option<Vec<ObjectIdentifier>>,
    /// None of these.
    pub forbidden: Vec<ObjectIdentifier>,
}

/// The person whom a certificate names.
pub struct Subject {
    /// From the one serialNumber attribute.
    pub ssin: Ssin,
    /// All given names; empty for persons who have none.
    pub given_names: String,
    /// Surname.
    pub surname: String,
}

impl CardCertificate {
    /// Reads one certificate and nothing after it.
    pub fn from_der(der: Vec<u8>) -> Result<Self, CardRefusal> {
        let parsed = Certificate::from_der(&der).map_err(|_| CardRefusal::CertificateUnreadable)?;
        Ok(Self { der, parsed })
    }

    /// The bytes as they came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The fields of the certificate.
    pub fn parsed(&self) -> &Certificate {
        &self.parsed
    }

    /// SHA-256 of the bytes.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut fingerprint = [0; 32];
        for (to, from) in fingerprint.iter_mut().zip(digest(&SHA256, &self.der).as_ref()) {
            *to = *from;
        }
        fingerprint
    }

    /// Key usage present with digitalSignature and without nonRepudiation; clientAuth where an
    /// extended key usage is present (older Belgian cards have none).
    pub fn check_purpose(&self) -> Result<(), CardRefusal> {
        let usage = extension::<KeyUsage>(&self.parsed)
            .map_err(|_| CardRefusal::CertificatePurpose)?
            .ok_or(CardRefusal::CertificatePurpose)?;
        let extended = extension::<ExtendedKeyUsage>(&self.parsed)
            .map_err(|_| CardRefusal::CertificatePurpose)?;
        let for_clients = extended.is_none_or(|purposes| purposes.0.contains(&CLIENT_AUTH));
        if usage.digital_signature() && !usage.non_repudiation() && for_clients {
            Ok(())
        } else {
            Err(CardRefusal::CertificatePurpose)
        }
    }

    /// The certificate has one of the required policies and none of the forbidden ones.
    pub fn check_policies(&self, rule: &PolicyRule) -> Result<(), CardRefusal> {
        let policies = extension::<CertificatePolicies>(&self.parsed)
            .map_err(|_| CardRefusal::CertificatePolicy)?
            .map_or_else(Vec::new, |policies| policies.0);
        let has = |list: &[ObjectIdentifier]| {
            policies.iter().any(|policy| list.contains(&policy.policy_identifier))
        };
        if rule.required.as_deref().is_none_or(has) && !has(&rule.forbidden) {
            Ok(())
        } else {
            Err(CardRefusal::CertificatePolicy)
        }
    }

    /// Valid now, first and last second included.
    pub fn check_dates(&self, now: Timestamp) -> Result<(), CardRefusal> {
        if in_date(&self.parsed, now) { Ok(()) } else { Err(CardRefusal::CertificateDates) }
    }

    /// Whom the certificate names. The number must stand there as eleven plain digits, once.
    pub fn subject(&self, synthetic: Synthetic) -> Result<Subject, CardRefusal> {
        let number = self.only(SERIAL_NUMBER)?.ok_or(CardRefusal::CertificateSubject)?;
        if number.len() != 11 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CardRefusal::CertificateSubject);
        }
        let ssin = Ssin::parse(&number, synthetic).map_err(|_| CardRefusal::CertificateSubject)?;
        let surname = self.only(SURNAME)?.ok_or(CardRefusal::CertificateSubject)?;
        let given_names = self.only(GIVEN_NAME)?.unwrap_or_default();
        Ok(Subject { ssin, given_names, surname })
    }

    /// Address of the responder that the certificate names first.
    pub fn ocsp_address(&self) -> Option<Url> {
        ocsp_address(&self.parsed)
    }

    /// The attribute's text when it is there once; an attribute that comes twice is refused.
    fn only(&self, attribute: ObjectIdentifier) -> Result<Option<String>, CardRefusal> {
        let mut found = self
            .parsed
            .tbs_certificate
            .subject
            .0
            .iter()
            .flat_map(|names| names.0.iter())
            .filter(|name| name.oid == attribute);
        let Some(first) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(CardRefusal::CertificateSubject);
        }
        text(&first.value).map(Some).ok_or(CardRefusal::CertificateSubject)
    }
}

impl fmt::Debug for CardCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCertificate(***)")
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(***)")
    }
}

fn text(value: &AttributeValue) -> Option<String> {
    let text = match value.tag() {
        Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned(),
        Tag::PrintableString => {
            value.decode_as::<PrintableStringRef<'_>>().ok()?.as_str().to_owned()
        }
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The extension when it is there; one that comes twice or cannot be read is an error.
pub(crate) fn extension<'a, T>(certificate: &'a Certificate) -> der::Result<Option<T>>
where
    T: Decode<'a> + der::oid::AssociatedOid,
{
    Ok(certificate.tbs_certificate.get::<T>()?.map(|(_critical, value)| value))
}

/// Whether the moment lies in the certificate's validity, both ends included.
pub(crate) fn in_date(certificate: &Certificate, now: Timestamp) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    let Ok(now) = u64::try_from(now.seconds()) else { return false };
    (validity.not_before.to_unix_duration().as_secs()
        ..=validity.not_after.to_unix_duration().as_secs())
        .contains(&now)
}

/// Whether the certificate says that its key may sign OCSP answers for its issuer.
pub(crate) fn may_sign_ocsp(certificate: &Certificate) -> bool {
    matches!(extension::<ExtendedKeyUsage>(certificate),
        Ok(Some(purposes)) if purposes.0.contains(&OCSP_SIGNING))
}

fn ocsp_address(certificate: &Certificate) -> Option<Url> {
    let places = extension::<AuthorityInfoAccessSyntax>(certificate).ok()??;
    places.0.iter().find_map(|place| match &place.access_location {
        GeneralName::UniformResourceIdentifier(address) if place.access_method == AIA_OCSP => {
            Url::parse(address.as_str()).ok()
        }
        _ => None,
    })
}
