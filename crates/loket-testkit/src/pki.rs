//! A certificate authority shaped like the Belgian one: root, citizen CA, card certificates, and
//! an OCSP responder with a delegated certificate. For the demonstration and for tests: its keys
//! lie unprotected in a folder, so that nothing but a demonstration may ever pin its root.

mod responder;

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use loket_domain::ssin::{Ssin, Synthetic};
use loket_domain::time::Timestamp;
use loket_eid::certificate::CardCertificate;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384,
};
use x509_cert::Certificate;
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies};

pub use responder::{Clock, OcspResponder, Status, ocsp_router};

/// Policy of the authentication certificate of a Belgian citizen's card below Root CA6.
pub const AUTHENTICATION_POLICY: &str = "2.16.56.13.6.1.1.1000";
/// Policy of the signing certificate of such a card.
pub const SIGNATURE_POLICY: &str = "2.16.56.13.6.1.2.1000";

const ANY_POLICY: &str = "2.5.29.32.0";
const POLICIES_EXTENSION: [u64; 4] = [2, 5, 29, 32];
const AIA_EXTENSION: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 1];
const NO_CHECK_EXTENSION: [u64; 10] = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
const AIA_OCSP: &str = "1.3.6.1.5.5.7.48.1";
const DER_NULL: [u8; 2] = [5, 0];
const SURNAME: [u64; 4] = [2, 5, 4, 4];
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
const GIVEN_NAME: [u64; 4] = [2, 5, 4, 42];
/// 9999-12-31T23:59:59Z, the last moment that a certificate can state.
const LAST_SECOND: u64 = 253_402_300_799;

/// From when until when a certificate is valid, both seconds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub from: Timestamp,
    /// Last second.
    pub until: Timestamp,
}

/// Whom a card is for.
#[derive(Clone)]
pub struct Holder {
    /// All given names, separated by spaces; may be empty.
    pub given_names: String,
    /// Surname.
    pub surname: String,
    /// Number, which becomes the subject's serialNumber.
    pub ssin: Ssin,
}

/// The two certificates of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Key usage digitalSignature: signing in.
    Authentication,
    /// Key usage nonRepudiation: signing documents, never for signing in.
    Signature,
}

/// A certificate with its private key.
#[derive(Clone)]
pub struct Credential {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The key, PKCS#8 in DER.
    pub key: Vec<u8>,
}

/// Root, citizen CA and OCSP responder with their keys.
pub struct DemoAuthority {
    root: Credential,
    citizen_ca: Credential,
    responder: Credential,
}

impl DemoAuthority {
    /// Makes three keys and their certificates.
    pub fn make(validity: Validity) -> Result<Self> {
        let root_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let root = ca_params("Loket Demo Root CA", None, 1, validity)?;
        let root_certificate = root.self_signed(&root_key)?;
        let root_issuer = Issuer::from_params(&root, &root_key);

        let ca_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let ca = citizen_ca_params(validity)?;
        let ca_certificate = ca.signed_by(&ca_key, &root_issuer)?;
        let ca_issuer = Issuer::from_params(&ca, &ca_key);

        let responder_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let responder = responder_params(validity)?.signed_by(&responder_key, &ca_issuer)?;
        Ok(Self {
            root: credential(root_certificate.der(), &root_key),
            citizen_ca: credential(ca_certificate.der(), &ca_key),
            responder: credential(responder.der(), &responder_key),
        })
    }

    /// The authority kept in a folder, or a new one, kept there, when the folder has none that is
    /// valid at `now`.
    pub fn load_or_make(folder: &Path, validity: Validity, now: Timestamp) -> Result<Self> {
        if folder.join("root.der").exists() {
            let kept = Self {
                root: Credential::load(folder, "root")?,
                citizen_ca: Credential::load(folder, "citizen-ca")?,
                responder: Credential::load(folder, "ocsp-responder")?,
            };
            if kept.all().iter().all(|one| one.is_valid_at(now)) {
                return Ok(kept);
            }
        }
        let made = Self::make(validity)?;
        // The root comes last: whoever was stopped half-way makes all three again.
        made.citizen_ca.save(folder, "citizen-ca")?;
        made.responder.save(folder, "ocsp-responder")?;
        made.root.save(folder, "root")?;
        Ok(made)
    }

    /// The root, DER: what to pin.
    pub fn root(&self) -> &[u8] {
        &self.root.certificate
    }

    /// The citizen CA, DER: what to give as issuing authority.
    pub fn citizen_ca(&self) -> &[u8] {
        &self.citizen_ca.certificate
    }

    /// A card certificate with a new P-384 key. `ocsp_url` stands in it as the responder's address.
    pub fn issue(
        &self,
        holder: &Holder,
        purpose: Purpose,
        validity: Validity,
        ocsp_url: &str,
    ) -> Result<Credential> {
        let ca_key = key_pair(&self.citizen_ca.key)?;
        // Only name and key of the issuer go into what it signs.
        let ca = citizen_ca_params(validity)?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let certificate = card_params(holder, purpose, validity, ocsp_url)?
            .signed_by(&key, &Issuer::from_params(&ca, &ca_key))?;
        Ok(credential(certificate.der(), &key))
    }

    /// The authentication certificate kept in a folder under a name, or a new one, kept there,
    /// when that is for another number, address or authority, or not valid at `now`.
    pub fn load_or_issue(
        &self,
        folder: &Path,
        name: &str,
        holder: &Holder,
        (validity, now): (Validity, Timestamp),
        ocsp_url: &str,
    ) -> Result<Credential> {
        if folder.join(format!("{name}.der")).exists() {
            let kept = Credential::load(folder, name)?;
            if self.fits(&kept, holder, ocsp_url)? && kept.is_valid_at(now) {
                return Ok(kept);
            }
        }
        let issued = self.issue(holder, Purpose::Authentication, validity, ocsp_url)?;
        issued.save(folder, name)?;
        Ok(issued)
    }

    fn fits(&self, kept: &Credential, holder: &Holder, ocsp_url: &str) -> Result<bool> {
        let authorities = loket_eid::path::Authorities::new(
            &[self.root().to_vec()],
            &[self.citizen_ca().to_vec()],
        )?;
        let card = CardCertificate::from_der(kept.certificate.clone())?;
        let from = card.parsed().tbs_certificate.validity.not_before.to_unix_duration();
        let at = Timestamp::from_seconds(i64::try_from(from.as_secs())?);
        let same_number =
            card.subject(Synthetic::Accepted).is_ok_and(|subject| subject.ssin == holder.ssin);
        let same_address = card.ocsp_address().is_some_and(|url| url.as_str() == ocsp_url);
        Ok(same_number && same_address && authorities.issuer_of(&card, &[], at).is_ok())
    }

    fn all(&self) -> [&Credential; 3] {
        [&self.root, &self.citizen_ca, &self.responder]
    }
}

impl Credential {
    fn load(folder: &Path, name: &str) -> Result<Self> {
        let certificate = fs::read(folder.join(format!("{name}.der")))?;
        let pem = fs::read_to_string(folder.join(format!("{name}.key.pem")))?;
        let key = KeyPair::from_pem(&pem).with_context(|| format!("the key of {name}"))?;
        Ok(Self { certificate, key: key.serialize_der() })
    }

    fn save(&self, folder: &Path, name: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        let key_file = folder.join(format!("{name}.key.pem"));
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(key_file)?
            .write_all(key_pair(&self.key)?.serialize_pem().as_bytes())?;
        // The certificate comes last: `load` looks for it first.
        fs::write(folder.join(format!("{name}.der")), &self.certificate)?;
        Ok(())
    }

    fn is_valid_at(&self, now: Timestamp) -> bool {
        CardCertificate::from_der(self.certificate.clone())
            .is_ok_and(|certificate| certificate.check_dates(now).is_ok())
    }

    fn parsed(&self) -> Result<Certificate> {
        Ok(Certificate::from_der(&self.certificate)?)
    }
}

/// A certificate of a server that vouches for itself.
pub fn self_signed(names: &[&str]) -> Result<Credential> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names)?;
    Ok(credential(made.cert.der(), &made.signing_key))
}

fn credential(certificate: &[u8], key: &KeyPair) -> Credential {
    Credential { certificate: certificate.to_vec(), key: key.serialize_der() }
}

fn key_pair(pkcs8: &[u8]) -> Result<KeyPair> {
    Ok(KeyPair::try_from(pkcs8)?)
}

fn params(validity: Validity) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_1970(validity.from)?;
    params.not_after = epoch + since_1970(validity.until)?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn since_1970(moment: Timestamp) -> Result<Duration> {
    let seconds = u64::try_from(moment.seconds()).context("certificates begin in 1970")?;
    if seconds > LAST_SECOND {
        bail!("certificates end in 9999");
    }
    Ok(Duration::from_secs(seconds))
}

fn named(common_name: &str) -> Result<DistinguishedName> {
    let mut name = DistinguishedName::new();
    let country = "BE".try_into().map_err(|_| anyhow!("BE is printable"))?;
    name.push(DnType::CountryName, DnValue::PrintableString(country));
    name.push(DnType::CommonName, common_name);
    Ok(name)
}

fn ca_params(
    common_name: &str,
    batch: Option<&str>,
    path_length: u8,
    validity: Validity,
) -> Result<CertificateParams> {
    let mut params = params(validity)?;
    params.distinguished_name = named(common_name)?;
    if let Some(batch) = batch {
        params.distinguished_name.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), batch);
    }
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn citizen_ca_params(validity: Validity) -> Result<CertificateParams> {
    let mut params = ca_params("Loket Demo Citizen CA", Some("202611"), 0, validity)?;
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection];
    params.custom_extensions.push(policy_extension(ANY_POLICY)?);
    Ok(params)
}

fn responder_params(validity: Validity) -> Result<CertificateParams> {
    let mut params = params(validity)?;
    params.distinguished_name = named("Loket Demo OCSP Responder")?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
    let no_check = CustomExtension::from_oid_content(&NO_CHECK_EXTENSION, DER_NULL.to_vec());
    params.custom_extensions.push(no_check);
    Ok(params)
}

fn card_params(
    holder: &Holder,
    purpose: Purpose,
    validity: Validity,
    ocsp_url: &str,
) -> Result<CertificateParams> {
    let (suffix, policy) = match purpose {
        Purpose::Authentication => ("Authentication", AUTHENTICATION_POLICY),
        Purpose::Signature => ("Signature", SIGNATURE_POLICY),
    };
    let mut params = params(validity)?;
    let first_name = holder.given_names.split_whitespace().next().unwrap_or_default();
    let called = format!("{first_name} {} ({suffix})", holder.surname);
    let mut subject = named(called.trim_start())?;
    subject.push(DnType::CustomDnType(SURNAME.to_vec()), holder.surname.as_str());
    if !holder.given_names.is_empty() {
        subject.push(DnType::CustomDnType(GIVEN_NAME.to_vec()), holder.given_names.as_str());
    }
    subject.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), holder.ssin.digits());
    params.distinguished_name = subject;
    match purpose {
        Purpose::Authentication => {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
        Purpose::Signature => {
            params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        }
    }
    params.custom_extensions = vec![policy_extension(policy)?, aia_extension(ocsp_url)?];
    Ok(params)
}

fn policy_extension(policy: &str) -> Result<CustomExtension> {
    let policy_identifier = oid(policy)?;
    let policies =
        CertificatePolicies(vec![PolicyInformation { policy_identifier, policy_qualifiers: None }]);
    Ok(CustomExtension::from_oid_content(&POLICIES_EXTENSION, policies.to_der()?))
}

fn aia_extension(ocsp_url: &str) -> Result<CustomExtension> {
    let places = AuthorityInfoAccessSyntax(vec![AccessDescription {
        access_method: oid(AIA_OCSP)?,
        access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(ocsp_url)?),
    }]);
    Ok(CustomExtension::from_oid_content(&AIA_EXTENSION, places.to_der()?))
}

fn oid(text: &str) -> Result<ObjectIdentifier> {
    ObjectIdentifier::new(text).map_err(|_| anyhow!("{text} is no object identifier"))
}
