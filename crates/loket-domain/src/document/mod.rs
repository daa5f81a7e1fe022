//! Identity documents: kinds, issuers, numbers, and what an officer typed or scanned of one.
//! What is read from a document stays with the identification; no image of it is ever kept. Of the
//! optional data of a machine-readable zone only the national number of a Belgian card is taken, to
//! be compared with the register's.

pub mod card;
pub mod country;
pub mod kind;
pub mod mrz;
#[cfg(test)]
mod tests;
mod zone_number;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use country::IssuerCode;
pub use kind::DocumentKind;
pub use mrz::{Mrz, MrzFault, MrzFormat};
pub use zone_number::ZoneNumber;

use crate::person::{GivenName, IncompleteDate, Sex, Surname};
use crate::time::Day;
use card::{CardNumber, CardNumberFault};

/// Number of a document: 1 to 25 letters and digits, upper case, without separators. Does not
/// print.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

/// The text is not a document number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 25 letters and digits")]
pub struct NotADocumentNumber;

impl DocumentNumber {
    /// Most characters: the nine of a zone and an overflow of fifteen, with room for one more.
    pub const MAX: usize = 25;

    /// Reads what is printed or typed; spaces, hyphens, dots and slashes are left out.
    pub fn new(text: &str) -> Result<Self, NotADocumentNumber> {
        let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '\u{2011}');
        let number: String = text.chars().take(4 * Self::MAX).filter(|c| !separator(*c)).collect();
        let number = number.to_ascii_uppercase();
        let fits = (1..=Self::MAX).contains(&number.len());
        if fits && number.chars().all(|c| c.is_ascii_alphanumeric()) {
            Ok(Self(number))
        } else {
            Err(NotADocumentNumber)
        }
    }
    /// The number, for sealed columns and the status query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = NotADocumentNumber;
    fn try_from(text: String) -> Result<Self, NotADocumentNumber> {
        Self::new(&text)
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentNumber(***)")
    }
}

/// How the data of a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum DocumentSource {
    /// Typed over from the print.
    Typed,
    /// Read from the machine-readable zone.
    Zone {
        /// Size of the zone; says how many characters the name field has.
        format: MrzFormat,
        /// The name field is full, so that names may have been cut.
        names_full: bool,
        /// Whether all check digits are right.
        checks_hold: bool,
    },
}

impl DocumentSource {
    /// Stable code, as stored in events.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Zone { .. } => "zone",
        }
    }
}

/// The fields of the form, before they are checked.
#[derive(Clone)]
pub struct DocumentEntry {
    /// Kind of document.
    pub kind: DocumentKind,
    /// Number as typed.
    pub number: String,
    /// ISO alpha-3 code as typed or chosen.
    pub issuer: String,
    /// Surname as printed.
    pub surname: String,
    /// Given names as printed, in one text; may be blank.
    pub given_names: String,
    /// Date of birth as printed.
    pub birth_date: IncompleteDate,
    /// Sex as printed.
    pub sex: Sex,
    /// Last day of validity.
    pub valid_until: Day,
}

impl fmt::Debug for DocumentEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentEntry({:?}, ***)", self.kind)
    }
}

/// Why the data of a document cannot be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// Empty, too long, or with other characters than letters and digits.
    #[error("the document number is not possible")]
    Number,
    /// The number of a Belgian identity card does not have twelve digits.
    #[error("a card number has twelve digits")]
    CardNumberLength,
    /// The last two digits of a Belgian card number are wrong.
    #[error("the check digits of the card number are wrong")]
    CardNumberCheckDigits,
    /// Not a known code of an issuer.
    #[error("the issuer is not known")]
    IssuerUnknown,
    /// This issuer does not issue, or Loket does not accept from it, this kind of document.
    #[error("this issuer does not fit the kind of document")]
    IssuerNotAccepted,
    /// Empty, too long, or with a control character.
    #[error("the surname is not possible")]
    Surname,
    /// Too long, or with a control character.
    #[error("the given names are not possible")]
    GivenNames,
    /// The zone does not even state the year of birth.
    #[error("the document states no year of birth")]
    BirthYear,
    /// The zone is not that of this kind of document.
    #[error("the zone does not belong to this kind of document")]
    ZoneOfOtherKind,
}

impl DocumentFault {
    /// Name of the form field that the fault is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Number | Self::CardNumberLength | Self::CardNumberCheckDigits => "number",
            Self::IssuerUnknown | Self::IssuerNotAccepted => "issuer",
            Self::Surname => "surname",
            Self::GivenNames => "given_names",
            Self::BirthYear => "birth_date",
            Self::ZoneOfOtherKind => "zone",
        }
    }
    /// Message id of the sentence for the officer.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Number => "document-fault-number",
            Self::CardNumberLength => "document-fault-card-number-length",
            Self::CardNumberCheckDigits => "document-fault-card-number-check-digits",
            Self::IssuerUnknown => "document-fault-issuer-unknown",
            Self::IssuerNotAccepted => "document-fault-issuer-not-accepted",
            Self::Surname => "document-fault-surname",
            Self::GivenNames => "document-fault-given-names",
            Self::BirthYear => "document-fault-birth-year",
            Self::ZoneOfOtherKind => "document-fault-zone-of-other-kind",
        }
    }
}

/// What stands on a document, checked for form. Whether it is valid, accepted and the person's is
/// for the comparison and the procedure to say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct TypedDocument(Fields);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fields {
    kind: DocumentKind,
    number: DocumentNumber,
    issuer: IssuerCode,
    surname: Surname,
    given_names: Option<GivenName>,
    birth_date: IncompleteDate,
    sex: Sex,
    valid_until: Day,
    source: DocumentSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    national_number: Option<ZoneNumber>,
}

impl TypedDocument {
    /// Checks what was typed; names every fault, so that the page can mark every field at once.
    pub fn new(entry: &DocumentEntry) -> Result<Self, Vec<DocumentFault>> {
        let number = DocumentNumber::new(&entry.number).map_err(|_| DocumentFault::Number);
        let issuer = IssuerCode::parse(&entry.issuer).map_err(|_| DocumentFault::IssuerUnknown);
        let surname = Surname::new(&entry.surname).map_err(|_| DocumentFault::Surname);
        let given_names = match entry.given_names.trim() {
            "" => Ok(None),
            names => GivenName::new(names).map(Some).map_err(|_| DocumentFault::GivenNames),
        };
        match (number, issuer, surname, given_names) {
            (Ok(number), Ok(issuer), Ok(surname), Ok(given_names)) => Self::checked(Fields {
                kind: entry.kind,
                number,
                issuer,
                surname,
                given_names,
                birth_date: entry.birth_date,
                sex: entry.sex,
                valid_until: entry.valid_until,
                source: DocumentSource::Typed,
                national_number: None,
            }),
            (number, issuer, surname, given_names) => {
                Err([number.err(), issuer.err(), surname.err(), given_names.err()]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }

    /// Takes over what a zone says. Wrong check digits are kept and told by the comparison.
    pub fn from_mrz(kind: DocumentKind, zone: &Mrz) -> Result<Self, Vec<DocumentFault>> {
        let passport = zone.format == MrzFormat::Td3;
        if !kind.may_have_zone() || passport != (kind == DocumentKind::ForeignPassport) {
            return Err(vec![DocumentFault::ZoneOfOtherKind]);
        }
        let issuer =
            IssuerCode::parse(&zone.issuer).map_err(|_| vec![DocumentFault::IssuerUnknown])?;
        Self::checked(Fields {
            kind,
            number: zone.document_number.clone(),
            issuer,
            surname: zone.surname.clone(),
            given_names: zone.given_names.clone(),
            birth_date: zone.birth_date.ok_or_else(|| vec![DocumentFault::BirthYear])?,
            sex: zone.sex,
            valid_until: zone.expiry,
            source: DocumentSource::Zone {
                format: zone.format,
                names_full: zone.surname_truncated || zone.given_truncated,
                checks_hold: zone.checks_hold(),
            },
            national_number: ZoneNumber::of(zone),
        })
    }

    fn checked(fields: Fields) -> Result<Self, Vec<DocumentFault>> {
        let mut faults = Vec::new();
        if let Err(fault) = check_number(&fields) {
            faults.push(fault);
        }
        if !fields.kind.admits_issuer(fields.issuer) {
            faults.push(DocumentFault::IssuerNotAccepted);
        }
        if faults.is_empty() { Ok(Self(fields)) } else { Err(faults) }
    }

    /// Kind of document.
    pub const fn kind(&self) -> DocumentKind {
        self.0.kind
    }
    /// Number of the document.
    pub const fn number(&self) -> &DocumentNumber {
        &self.0.number
    }
    /// Issuer.
    pub const fn issuer(&self) -> IssuerCode {
        self.0.issuer
    }
    /// Surname as on the document.
    pub const fn surname(&self) -> &Surname {
        &self.0.surname
    }
    /// Given names as on the document, in one text; empty when it states none.
    pub fn given_names(&self) -> &str {
        self.0.given_names.as_ref().map_or("", GivenName::as_str)
    }
    /// Date of birth as on the document.
    pub const fn birth_date(&self) -> IncompleteDate {
        self.0.birth_date
    }
    /// Sex as on the document.
    pub const fn sex(&self) -> Sex {
        self.0.sex
    }
    /// Last day of validity.
    pub const fn valid_until(&self) -> Day {
        self.0.valid_until
    }
    /// The national number, when its zone states one.
    pub const fn national_number(&self) -> Option<&ZoneNumber> {
        self.0.national_number.as_ref()
    }
    /// How the data came in.
    pub const fn source(&self) -> DocumentSource {
        self.0.source
    }
    /// Whether the document is still valid on that day; its last day counts (requirement ID-05).
    pub fn is_valid_on(&self, day: Day) -> bool {
        day <= self.0.valid_until
    }
}

/// The number printed on a Belgian identity card ends in check digits. Its zone has but the first
/// nine characters, under a check digit of the zone, so that the rule is for typed numbers only.
fn check_number(fields: &Fields) -> Result<(), DocumentFault> {
    if fields.kind != DocumentKind::BelgianIdentityCard || fields.source != DocumentSource::Typed {
        return Ok(());
    }
    match CardNumber::parse(fields.number.as_str()) {
        Ok(_) => Ok(()),
        Err(CardNumberFault::CheckDigits) => Err(DocumentFault::CardNumberCheckDigits),
        Err(CardNumberFault::Characters | CardNumberFault::Length) => {
            Err(DocumentFault::CardNumberLength)
        }
    }
}

impl TryFrom<Fields> for TypedDocument {
    type Error = DocumentFault;
    fn try_from(fields: Fields) -> Result<Self, DocumentFault> {
        Self::checked(fields)
            .map_err(|faults| faults.first().copied().unwrap_or(DocumentFault::Number))
    }
}

impl From<TypedDocument> for Fields {
    fn from(document: TypedDocument) -> Self {
        document.0
    }
}

impl fmt::Debug for TypedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedDocument({:?}, {:?}, ***)", self.0.kind, self.0.source)
    }
}
