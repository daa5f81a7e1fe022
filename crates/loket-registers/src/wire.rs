//! The wire protocol of DESIGN section 5, under the Belgif rules: names in lowerCamelCase, problems
//! after RFC 9457, a number never in a path, a query or a header.

use loket_domain::Ssin;
use loket_domain::person::{
    Address, BirthPlace, GivenName, IncompleteDate, PlaceText, RegisterPerson, Sex, Standing,
    Surname,
};
use loket_domain::register::RegisterName;
use loket_domain::ssin::Synthetic;
use serde::{Deserialize, Serialize};

/// `POST /persons/get`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetRequest {
    /// Our ticket.
    pub ticket: String,
    /// The number asked for.
    pub ssin: String,
    /// For what right the organisation may ask.
    pub legal_context: String,
    /// The dossier that is the purpose.
    pub purpose: String,
    /// The asking officer, by our own identifier.
    pub requesting_user: String,
    /// The organisation's enterprise number.
    pub enterprise_number: String,
    /// The fields that are asked for.
    pub fields: Vec<String>,
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

impl WirePerson {
    /// The person as our own types; anything that does not fit makes the whole answer unreadable.
    pub(crate) fn read(self, register: RegisterName) -> Result<RegisterPerson, Unfit> {
        if self.given_names.len() > 30 {
            return Err(Unfit);
        }
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
            given_names: self
                .given_names
                .iter()
                .map(|name| GivenName::new(name).map_err(|_| Unfit))
                .collect::<Result<_, _>>()?,
            surname: Surname::new(&self.last_name).map_err(|_| Unfit)?,
            birth_date: IncompleteDate::parse(&self.birth_date).ok_or(Unfit)?,
            birth_place: match self.birth_place {
                Some(found) => BirthPlace {
                    place: found.place.as_deref().map(place).transpose()?,
                    country: found.country.as_deref().map(place).transpose()?,
                },
                None => BirthPlace { place: None, country: None },
            },
            sex: match self.gender {
                Some(1) => Sex::Male,
                Some(2) => Sex::Female,
                _ => Sex::Unknown,
            },
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

/// A problem document (RFC 9457 with the Belgif fields).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable URN of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// English title.
    #[serde(default)]
    pub title: String,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What is wrong with the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}

/// One thing wrong with the input. Does not print what was typed or what replaced it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Stable URN of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// Part of the request: always `body` here, since a number stands nowhere else.
    #[serde(rename = "in", default)]
    pub part: String,
    /// The field; empty when the body as a whole is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The number that replaced the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

impl Issue {
    /// An issue with a field of the body.
    pub fn new(kind: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            part: "body".to_owned(),
            name: name.to_owned(),
            replaced_by: None,
        }
    }
}

impl std::fmt::Debug for Issue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issue").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// URNs of the problems that have a meaning of their own.
pub mod urn {
    /// The input is wrong; the issues say what.
    pub const BAD_REQUEST: &str = "urn:problem-type:belgif:badRequest";
    /// Issue: the number is not known.
    pub const NOT_KNOWN: &str =
        "urn:problem-type:belgif:input-validation:referencedResourceNotFound";
    /// Issue: a field does not fit its schema.
    pub const SCHEMA: &str = "urn:problem-type:belgif:input-validation:schemaViolation";
    /// Issue: the check digits are wrong.
    pub const STRUCTURE: &str = "urn:problem-type:belgif-ext:input-validation:invalidStructure";
    /// Issue: the number was replaced.
    pub const REPLACED: &str = "urn:problem-type:cbss:input-validation:replacedSsin";
    /// Issue: the number was cancelled.
    pub const CANCELLED: &str = "urn:problem-type:cbss:input-validation:canceledSsin";
    /// Too many persons fit the criteria.
    pub const TOO_WIDE: &str = "urn:problem-type:loket:registers:searchCriteriaTooWide";
    /// The organisation is not inscribed for the person.
    pub const NOT_INSCRIBED: &str = "urn:problem-type:loket:registers:notInscribed";
    /// Not allowed for this legal context.
    pub const NOT_ALLOWED: &str = "urn:problem-type:belgif:missingPermission";
    /// Issue: a field that the schema does not have.
    pub const UNKNOWN_INPUT: &str = "urn:problem-type:belgif:input-validation:unknownInput";
    /// No such route.
    pub const NO_RESOURCE: &str = "urn:problem-type:belgif:resourceNotFound";
    /// The question is too large.
    pub const TOO_LARGE: &str = "urn:problem-type:belgif:payloadTooLarge";
    /// Too many questions.
    pub const TOO_MANY: &str = "urn:problem-type:belgif:tooManyRequests";
    /// The register itself failed.
    pub const INTERNAL: &str = "urn:problem-type:belgif:internalServerError";
    /// The source is down.
    pub const UNAVAILABLE: &str = "urn:problem-type:belgif:serviceUnavailable";
}
