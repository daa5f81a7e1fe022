//! The card's certificate: what it may be used for, under which policy, when, and whom it names.
//! Refuses a signing certificate, and a subject without exactly one valid number.

use std::fmt;

use loket_domain::ssin::{Ssin, Synthetic};
use loket_domain::time::Timestamp;
use ring::digest::{SHA256, digest};
use url::Url;
use x509_cert::Certificate;
use x509_cert::attr::AttributeValue;
use x509_cert::der::asn1::{PrintableStringRef, Utf8StringRef};
pub use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{self, Decode, Tag, Tagged};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, CertificatePolicies, ExtendedKeyUsage,
    KeyUsage,
};

use crate::fault::CardFault;

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
    pub fn from_der(der: Vec<u8>) -> Result<Self, CardFault> {
        let parsed = Certificate::from_der(&der).map_err(|_| CardFault::CertificateDecoding)?;
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
    pub fn check_purpose(&self) -> Result<(), CardFault> {
        let usage = extension::<KeyUsage>(&self.parsed)
            .map_err(|_| CardFault::WrongPurpose)?
            .ok_or(CardFault::KeyUsageMissing)?;
        let extended =
            extension::<ExtendedKeyUsage>(&self.parsed).map_err(|_| CardFault::WrongPurpose)?;
        let for_clients = extended.is_none_or(|purposes| purposes.0.contains(&CLIENT_AUTH));
        if usage.digital_signature() && !usage.non_repudiation() && for_clients {
            Ok(())
        } else {
            Err(CardFault::WrongPurpose)
        }
    }

    /// None of the forbidden policies.
    pub fn check_forbidden(&self, rule: &PolicyRule) -> Result<(), CardFault> {
        if self.has_policy(&rule.forbidden)? { Err(CardFault::DisallowedPolicy) } else { Ok(()) }
    }

    /// One of the required policies.
    pub fn check_required(&self, rule: &PolicyRule) -> Result<(), CardFault> {
        match &rule.required {
            Some(required) if !self.has_policy(required)? => Err(CardFault::PolicyNotAllowed),
            Some(_) | None => Ok(()),
        }
    }

    fn has_policy(&self, list: &[ObjectIdentifier]) -> Result<bool, CardFault> {
        let policies = extension::<CertificatePolicies>(&self.parsed)
            .map_err(|_| CardFault::PolicyNotAllowed)?
            .map_or_else(Vec::new, |policies| policies.0);
        Ok(policies.iter().any(|policy| list.contains(&policy.policy_identifier)))
    }

    /// Whether both certificates are of one person: by the number where both have one, since the
    /// names of a Belgian card's two certificates end differently; else by the same attributes in
    /// any order.
    pub fn names_the_same_as(&self, other: &Self) -> bool {
        match (self.subject_text(SERIAL_NUMBER), other.subject_text(SERIAL_NUMBER)) {
            (Some(one), Some(another)) => one == another,
            (None, None) => self.attributes() == other.attributes(),
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn attributes(&self) -> Vec<(ObjectIdentifier, Vec<u8>)> {
        let names = self.parsed.tbs_certificate.subject.0.iter().flat_map(|names| names.0.iter());
        let mut all: Vec<_> = names.map(|name| (name.oid, name.value.value().to_vec())).collect();
        all.sort();
        all
    }

    /// Valid now, first and last second included.
    pub fn check_dates(&self, now: Timestamp) -> Result<(), CardFault> {
        dates(&self.parsed, now)
    }

    /// Whom the certificate names. The number must stand there as eleven plain digits, once.
    pub fn subject(&self, synthetic: Synthetic) -> Result<Subject, CardFault> {
        let number = self.only(SERIAL_NUMBER)?.ok_or(CardFault::Subject)?;
        if number.len() != 11 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CardFault::Subject);
        }
        let ssin = Ssin::parse(&number, synthetic).map_err(|_| CardFault::Subject)?;
        let surname = self.only(SURNAME)?.ok_or(CardFault::Subject)?;
        let given_names = self.only(GIVEN_NAME)?.unwrap_or_default();
        Ok(Subject { ssin, given_names, surname })
    }

    /// The text of an attribute of the subject, by its dotted OID, when it is there once.
    pub fn subject_text(&self, attribute: ObjectIdentifier) -> Option<String> {
        self.only(attribute).ok().flatten()
    }

    /// Address of the responder that the certificate names first.
    pub fn ocsp_address(&self) -> Option<Url> {
        ocsp_address(&self.parsed)
    }

    /// The attribute's text when it is there once; an attribute that comes twice is refused.
    fn only(&self, attribute: ObjectIdentifier) -> Result<Option<String>, CardFault> {
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
            return Err(CardFault::Subject);
        }
        text(&first.value).map(Some).ok_or(CardFault::Subject)
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

/// Whether the moment lies in the certificate's validity, both ends included, and if not, on
/// which side.
pub(crate) fn dates(certificate: &Certificate, now: Timestamp) -> Result<(), CardFault> {
    let validity = &certificate.tbs_certificate.validity;
    let now = u64::try_from(now.seconds()).map_err(|_| CardFault::NotYetValid)?;
    if now < validity.not_before.to_unix_duration().as_secs() {
        return Err(CardFault::NotYetValid);
    }
    if now > validity.not_after.to_unix_duration().as_secs() {
        return Err(CardFault::Expired);
    }
    Ok(())
}

/// The same as yes or no.
pub(crate) fn in_date(certificate: &Certificate, now: Timestamp) -> bool {
    dates(certificate, now).is_ok()
}

/// The key identifier of the authority that a certificate names, when it names one.
pub(crate) fn authority_key(certificate: &Certificate) -> Option<Vec<u8>> {
    let found = extension::<AuthorityKeyIdentifier>(certificate).ok()??;
    Some(found.key_identifier?.as_bytes().to_vec())
}

/// Whether the key of a certificate may sign documents in its holder's name.
pub(crate) fn may_sign_documents(certificate: &Certificate) -> bool {
    matches!(extension::<KeyUsage>(certificate), Ok(Some(usage)) if usage.non_repudiation())
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
