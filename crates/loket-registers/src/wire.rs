//! The wire protocol of DESIGN section 5, under the Belgif rules: names in lowerCamelCase, problems
//! after RFC 9457, a number never in a path, a query or a header.

mod problem;

use loket_domain::Ssin;
use loket_domain::person::{
    Address, BirthPlace, GivenName, IncompleteDate, PlaceText, RegisterPerson, Sex, Standing,
    Surname,
};
use loket_domain::register::{Hit, RegisterName};
use loket_domain::ssin::Synthetic;
use serde::{Deserialize, Serialize};

pub use problem::{Issue, Problem, urn};

/// Who asks, for whom, why and for what right: in every request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asking {
    /// Our ticket.
    pub ticket: String,
    /// For what right the organisation may ask.
    pub legal_context: String,
    /// The dossier that is the purpose.
    pub purpose: String,
    /// The asking officer, by our own identifier.
    pub requesting_user: String,
    /// The organisation's enterprise number.
    pub enterprise_number: String,
}

/// `POST /persons/get`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetRequest {
    /// Who asks and why.
    #[serde(flatten)]
    pub asking: Asking,
    /// The number asked for.
    pub ssin: String,
    /// The fields that are asked for.
    pub fields: Vec<String>,
}

/// `POST /persons/query`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryRequest {
    /// Who asks and why.
    #[serde(flatten)]
    pub asking: Asking,
    /// Whom.
    pub name: NameWanted,
    /// Born when.
    pub birth: BirthWanted,
    /// 1 male, 2 female.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<u8>,
    /// Five digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality_code: Option<String>,
    /// Most hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_result_count: Option<usize>,
}

/// A name that is looked for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NameWanted {
    /// Surname.
    pub last_name: String,
    /// Given names, three at most.
    #[serde(default)]
    pub given_names: Vec<String>,
    /// How they are compared.
    #[serde(default)]
    pub given_name_matching: WireMatching,
}

/// How the asked given names are compared with those of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WireMatching {
    /// The first letter of the first one.
    FirstLetterFirstGivenName,
    /// The whole first one.
    CompleteFirstGivenName,
    /// All of them.
    #[default]
    AllGivenNames,
    /// Not at all.
    IgnoreGivenNames,
}

/// A date of birth that is looked for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BirthWanted {
    /// `YYYY-MM-DD` with `00` for unknown parts.
    pub birth_date: String,
}

/// The answer of `POST /persons/query`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueryAnswer {
    pub(crate) ticket: String,
    pub(crate) items: Vec<WireHit>,
    pub(crate) truncated: bool,
}

/// One person of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireHit {
    ssin: String,
    #[serde(default)]
    given_names: Vec<String>,
    last_name: String,
    birth_date: String,
    #[serde(default)]
    gender: Option<u8>,
    #[serde(default)]
    municipality: Option<String>,
}

impl WireHit {
    pub(crate) fn read(self, register: RegisterName) -> Result<Hit, Unfit> {
        Ok(Hit {
            ssin: Ssin::parse(&self.ssin, Synthetic::Accepted).map_err(|_| Unfit)?,
            register,
            given_names: names(&self.given_names)?,
            surname: Surname::new(&self.last_name).map_err(|_| Unfit)?,
            birth_date: IncompleteDate::parse(&self.birth_date).ok_or(Unfit)?,
            sex: sex(self.gender),
            municipality: self.municipality.as_deref().map(place).transpose()?,
        })
    }
}

/// `POST /identityVerifications`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationRequest {
    /// Who asks and why.
    #[serde(flatten)]
    pub asking: Asking,
    /// The number.
    pub ssin: String,
    /// Surname on the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Given names on the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_names: Option<Vec<String>>,
    /// Date of birth on the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Number of a Belgian card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
}

/// A verdict on one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The same.
    Match,
    /// Not the same.
    NoMatch,
}

/// The answer of `POST /identityVerifications`.
#[derive(Deserialize)]
pub(crate) struct VerificationContent {
    pub(crate) ticket: String,
    pub(crate) verdicts: Verdicts,
}

/// The verdicts on what was asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdicts {
    #[serde(default)]
    pub(crate) last_name: Option<Verdict>,
    #[serde(default)]
    pub(crate) given_names: Option<Verdict>,
    #[serde(default)]
    pub(crate) birth_date: Option<Verdict>,
    #[serde(default)]
    pub(crate) document_number: Option<Verdict>,
}

/// `POST /inscriptions/update` and `/inscriptions/delete`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InscriptionRequest {
    /// Who asks and why.
    #[serde(flatten)]
    pub asking: Asking,
    /// The number.
    pub ssin: String,
}

/// The fields that the agreement allows (SEED-55).
pub const FIELDS: &[&str] = &[
    "givenNames",
    "lastName",
    "birthDate",
    "birthPlace",
    "gender",
    "address",
    "status",
    "underGuardianship",
];

/// The answer of `POST /persons/get`. What a register adds is not read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAnswer {
    pub(crate) ticket: String,
    pub(crate) register: WireRegister,
    #[serde(default)]
    pub(crate) incomplete: bool,
    pub(crate) person: WirePerson,
}

/// Which register answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WireRegister {
    NationalRegister,
    BisRegister,
}

impl From<WireRegister> for RegisterName {
    fn from(register: WireRegister) -> Self {
        match register {
            WireRegister::NationalRegister => Self::NationalRegister,
            WireRegister::BisRegister => Self::BisRegister,
        }
    }
}

/// A person as a register tells it, reduced to the allowed fields by reading nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WirePerson {
    ssin: String,
    #[serde(default)]
    given_names: Vec<String>,
    last_name: String,
    birth_date: String,
    #[serde(default)]
    birth_place: Option<WirePlace>,
    #[serde(default)]
    gender: Option<u8>,
    #[serde(default)]
    address: Option<WireAddress>,
    /// Compulsory: an answer that does not say it is never taken for "nothing in the way".
    status: WireStatus,
    #[serde(default)]
    decease_date: Option<String>,
    #[serde(default)]
    under_guardianship: bool,
}

impl std::fmt::Debug for WirePerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WirePerson(***)")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlace {
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    country: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum WireAddress {
    Residential {
        street: String,
        house_number: String,
        #[serde(default)]
        box_number: Option<String>,
        postal_code: String,
        municipality: String,
    },
    Abroad {
        lines: Vec<String>,
        country: String,
    },
    Reference {
        #[serde(default)]
        care_of: Option<String>,
        postal_code: String,
        municipality: String,
    },
    DiplomaticPost {
        post: String,
    },
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WireStatus {
    Active,
    Deceased,
    StruckOff,
    NoLongerManaged,
}

/// The register's words do not fit our types: unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit;

fn place(text: &str) -> Result<PlaceText, Unfit> {
    PlaceText::new(text).map_err(|_| Unfit)
}

fn names(names: &[String]) -> Result<Vec<GivenName>, Unfit> {
    if names.len() > 30 {
        return Err(Unfit);
    }
    names.iter().map(|name| GivenName::new(name).map_err(|_| Unfit)).collect()
}

/// Belgif `GenderCode`.
const fn sex(gender: Option<u8>) -> Sex {
    match gender {
        Some(1) => Sex::Male,
        Some(2) => Sex::Female,
        _ => Sex::Unknown,
    }
}

impl WirePerson {
    /// The person as our own types; anything that does not fit makes the whole answer unreadable.
    pub(crate) fn read(self, register: RegisterName) -> Result<RegisterPerson, Unfit> {
        let standing = match self.status {
            WireStatus::Active => Standing::Active,
            WireStatus::Deceased => Standing::Deceased {
                on: self.decease_date.as_deref().and_then(IncompleteDate::parse),
            },
            WireStatus::StruckOff => Standing::StruckOff,
            WireStatus::NoLongerManaged => Standing::NoLongerManaged,
        };
        Ok(RegisterPerson {
            // Whether synthetic numbers may be asked for is decided where a number is typed.
            ssin: Ssin::parse(&self.ssin, Synthetic::Accepted).map_err(|_| Unfit)?,
            register,
            given_names: names(&self.given_names)?,
            surname: Surname::new(&self.last_name).map_err(|_| Unfit)?,
            birth_date: IncompleteDate::parse(&self.birth_date).ok_or(Unfit)?,
            birth_place: match self.birth_place {
                Some(found) => BirthPlace {
                    place: found.place.as_deref().map(place).transpose()?,
                    country: found.country.as_deref().map(place).transpose()?,
                },
                None => BirthPlace { place: None, country: None },
            },
            sex: sex(self.gender),
            address: self.address.map_or(Ok(Address::None), WireAddress::read)?,
            standing,
            under_guardianship: self.under_guardianship,
        })
    }
}

impl WireAddress {
    fn read(self) -> Result<Address, Unfit> {
        Ok(match self {
            Self::Residential { street, house_number, box_number, postal_code, municipality } => {
                Address::Belgian {
                    street: place(&street)?,
                    number: place(&house_number)?,
                    bus: box_number.as_deref().map(place).transpose()?,
                    postal_code: place(&postal_code)?,
                    municipality: place(&municipality)?,
                }
            }
            Self::Abroad { lines, country } => Address::Abroad {
                lines: lines.iter().take(6).map(|l| place(l)).collect::<Result<_, _>>()?,
                country: place(&country)?,
            },
            Self::Reference { care_of, postal_code, municipality } => Address::Reference {
                care_of: care_of.as_deref().map(place).transpose()?,
                postal_code: place(&postal_code)?,
                municipality: place(&municipality)?,
            },
            Self::DiplomaticPost { post } => Address::DiplomaticPost { post: place(&post)? },
        })
    }
}
