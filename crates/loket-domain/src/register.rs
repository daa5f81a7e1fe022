//! The registers: what may be asked and what can come back (DESIGN section 5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::card::CardNumber;
use crate::id::{OrganisationId, QuestionId, RegistrationId, StaffId};
use crate::person::{GivenName, IncompleteDate, PlaceText, RegisterPerson, Sex, Surname};
use crate::port::Answer;
use crate::ssin::Ssin;

/// Which register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterName {
    /// The National Register of natural persons.
    NationalRegister,
    /// The BIS register of the Crossroads Bank for Social Security.
    BisRegister,
}

impl RegisterName {
    /// Both, in the order in which they are asked.
    pub const ALL: [Self; 2] = [Self::NationalRegister, Self::BisRegister];

    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NationalRegister => "national_register",
            Self::BisRegister => "bis_register",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// A ticket that identifies one exchange at a register; stored beside ours in the event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket(String);

impl Ticket {
    /// At most 64 printable characters; anything else is cut out.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(char::is_ascii_graphic).take(64).collect())
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One question by number: who asks, for whom, why, and for what right.
#[derive(Debug, Clone)]
pub struct Question {
    /// Our ticket.
    pub id: QuestionId,
    /// The open registration that is the purpose (SEED-39).
    pub registration: RegistrationId,
    /// The officer who asks.
    pub officer: StaffId,
    /// The organisation on whose behalf.
    pub organisation: OrganisationId,
    /// Its enterprise number, ten digits.
    pub enterprise_number: String,
    /// The registers that its authorisations open (SEED-85, SEED-86), in the order of asking.
    pub registers: Vec<RegisterName>,
    /// The number asked for.
    pub ssin: Ssin,
}

/// What came back. Each has its own sentence in four languages and its own event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RegisterOutcome {
    /// The person; `incomplete` when the register itself says that data is missing.
    Found {
        /// The person, reduced to the allowed data.
        person: Box<RegisterPerson>,
        /// The register marked its answer as incomplete.
        incomplete: bool,
    },
    /// No register that was asked knows the number.
    Unknown,
    /// The number was replaced; followed only when the officer confirms.
    Replaced {
        /// The number that took its place.
        by: Ssin,
    },
    /// The number was cancelled.
    Cancelled,
    /// The organisation is not inscribed for this person.
    NotInscribed,
    /// Not allowed for this legal context.
    NotAllowed,
    /// The register does not answer or is closed.
    Down,
    /// The register answered something that cannot be read or is about another person.
    Unreadable,
}

impl RegisterOutcome {
    /// Stable code, as stored in events.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Found { incomplete: false, .. } => "found",
            Self::Found { incomplete: true, .. } => "found_incomplete",
            Self::Unknown => "unknown",
            Self::Replaced { .. } => "replaced",
            Self::Cancelled => "cancelled",
            Self::NotInscribed => "not_inscribed",
            Self::NotAllowed => "not_allowed",
            Self::Down => "down",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The register's answer with what the trail needs of the exchange.
#[derive(Debug, Clone)]
pub struct RegisterAnswer {
    /// What came back.
    pub outcome: RegisterOutcome,
    /// The register that gave the deciding answer, when one did.
    pub register: Option<RegisterName>,
    /// The register's own ticket, when it gave one.
    pub ticket: Option<Ticket>,
}

/// How the asked given names are held against those of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenNameMatching {
    /// Only the first letter of the first one.
    FirstLetter,
    /// The whole first one.
    FirstName,
    /// All that were asked.
    All,
    /// Not at all.
    Ignored,
}

/// What a search by name looks for. Surname and date of birth are compulsory, so that nobody can
/// leaf through a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    /// Surname, by sound.
    pub surname: Surname,
    /// Given names, three at most.
    pub given_names: Vec<GivenName>,
    /// How they are held against those of a person.
    pub matching: GivenNameMatching,
    /// Date of birth; at least the year.
    pub birth_date: IncompleteDate,
    /// Sex, when it narrows the search.
    pub sex: Sex,
}

/// Why registers cannot search for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSearchable {
    /// The surname has no letter of the Latin alphabet, in which the registers write all names.
    #[error("the surname has no Latin letter")]
    SurnameNotLatin,
    /// A given name has no such letter.
    #[error("a given name has no Latin letter")]
    GivenNameNotLatin,
    /// A surname of one letter sounds like too many: it needs a given name and the whole date of
    /// birth.
    #[error("a surname of one letter needs a given name and the whole date of birth")]
    SurnameTooShort,
}

impl Criteria {
    /// Whether registers can search for this at all; asked before any question leaves, since a
    /// register answers a name without sound with an error that tells nobody what to do. Surnames of
    /// one letter exist (O in Korea and Burma): they are searched when enough else is known.
    pub fn searchable(&self) -> Result<(), NotSearchable> {
        let latin = |text: &str| text.chars().filter(|c| is_latin(*c)).count();
        match latin(self.surname.as_str()) {
            0 => return Err(NotSearchable::SurnameNotLatin),
            1 if self.given_names.is_empty() || self.birth_date.complete().is_none() => {
                return Err(NotSearchable::SurnameTooShort);
            }
            _ => {}
        }
        if self.given_names.iter().any(|name| latin(name.as_str()) == 0) {
            return Err(NotSearchable::GivenNameNotLatin);
        }
        Ok(())
    }
}

/// Letters of the blocks Basic Latin to Latin Extended-B and Latin Extended Additional, in which
/// every name of a European register can be written.
fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(c, '\u{41}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// One search by name: who asks, for whom, why, for what right, and whom.
#[derive(Debug, Clone)]
pub struct Search {
    /// Our ticket.
    pub id: QuestionId,
    /// The open registration that is the purpose (SEED-39).
    pub registration: RegistrationId,
    /// The officer who asks.
    pub officer: StaffId,
    /// The organisation on whose behalf.
    pub organisation: OrganisationId,
    /// Its enterprise number, ten digits.
    pub enterprise_number: String,
    /// The registers that its authorisations open; all of them are searched.
    pub registers: Vec<RegisterName>,
    /// Whom.
    pub criteria: Criteria,
}

/// Most hits of a search that are shown (DESIGN section 8).
pub const MOST_HITS: usize = 10;

/// One person of a short list: what tells people apart, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The number, with which the details are asked for after a choice.
    pub ssin: Ssin,
    /// Which register has the person.
    pub register: RegisterName,
    /// Given names in order.
    pub given_names: Vec<GivenName>,
    /// Surname.
    pub surname: Surname,
    /// Date of birth.
    pub birth_date: IncompleteDate,
    /// Sex.
    pub sex: Sex,
    /// Municipality of residence, when there is one.
    pub municipality: Option<PlaceText>,
}

/// What came back of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SearchOutcome {
    /// A short list, at most [`MOST_HITS`] long.
    Found {
        /// The people.
        hits: Vec<Hit>,
        /// There are more than are listed.
        truncated: bool,
    },
    /// Nobody fits.
    Nobody,
    /// The only one who fits is the officer who searches; the entry is not shown. No register says
    /// this: it is what is kept of such an answer.
    OnlyOneself,
    /// Too many fit to list any: search more narrowly.
    TooWide,
    /// Not allowed for this legal context.
    NotAllowed,
    /// A register does not answer; nothing of the others is shown, since the list would lack people.
    Down,
    /// A register answered something that cannot be read.
    Unreadable,
}

impl SearchOutcome {
    /// Stable code, as stored in events.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Found { .. } => "found",
            Self::Nobody => "nobody",
            Self::OnlyOneself => "only_oneself",
            Self::TooWide => "too_wide",
            Self::NotAllowed => "not_allowed",
            Self::Down => "down",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The answer to a search, with what the trail needs of the exchange.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    /// What came back.
    pub outcome: SearchOutcome,
    /// The registers' own tickets, in the order of asking.
    pub tickets: Vec<Ticket>,
}

/// What an officer holds in hand before anything is known of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shown", rename_all = "snake_case")]
pub enum Shown {
    /// A Belgian card, by its number.
    Card {
        /// Twelve digits with right check digits.
        number: CardNumber,
    },
    /// Another document, by the names and the date of birth that stand on it.
    Holder {
        /// Surname.
        surname: Surname,
        /// Given names in one text; may be empty.
        given_names: Vec<GivenName>,
        /// Date of birth.
        birth_date: IncompleteDate,
    },
}

impl Shown {
    /// Stable code, as stored in events.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Card { .. } => "card",
            Self::Holder { .. } => "holder",
        }
    }
}

/// One verification: does what is in hand belong to this number? Nothing else is told.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Our ticket, the open registration, the officer, the right, the registers, the number.
    pub question: Question,
    /// What the officer holds in hand.
    pub shown: Shown,
}

/// What came back of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum VerificationOutcome {
    /// Number and document belong together.
    Match,
    /// They do not; what differs is not told.
    NoMatch,
    /// No register that was asked knows the number.
    Unknown,
    /// The number was replaced; by which is not told before a match.
    Replaced,
    /// The number was cancelled.
    Cancelled,
    /// The organisation is not inscribed for this person.
    NotInscribed,
    /// Not allowed for this legal context.
    NotAllowed,
    /// The register does not answer or is closed.
    Down,
    /// The register answered something that cannot be read.
    Unreadable,
}

impl VerificationOutcome {
    /// Stable code, as stored in events.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NoMatch => "no_match",
            Self::Unknown => "unknown",
            Self::Replaced => "replaced",
            Self::Cancelled => "cancelled",
            Self::NotInscribed => "not_inscribed",
            Self::NotAllowed => "not_allowed",
            Self::Down => "down",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The answer to a verification, with what the trail needs of the exchange.
#[derive(Debug, Clone)]
pub struct VerificationAnswer {
    /// What came back.
    pub outcome: VerificationOutcome,
    /// The register that gave the deciding answer, when one did.
    pub register: Option<RegisterName>,
    /// The register's own ticket, when it gave one.
    pub ticket: Option<Ticket>,
}

/// What came back of an inscription or a release. Both are the same every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InscriptionOutcome {
    /// The organisation is now inscribed, or released, for this person.
    Done,
    /// No register that was asked knows the number.
    Unknown,
    /// Not allowed for this legal context.
    NotAllowed,
    /// The register does not answer.
    Down,
    /// The register answered something that cannot be read.
    Unreadable,
}

impl InscriptionOutcome {
    /// Stable code, as stored in events.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unknown => "unknown",
            Self::NotAllowed => "not_allowed",
            Self::Down => "down",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A client of the registers. Implementations never cache personal data, answer within their
/// deadline (3 s by default, one retry included), and turn every failure into an outcome.
pub trait PersonRegister: Send + Sync + 'static {
    /// Asks for one person by number: the registers in their order, until one knows the number.
    fn get<'a>(&'a self, question: &'a Question) -> Answer<'a, RegisterAnswer>;
    /// Searches all registers by name and date of birth.
    fn query<'a>(&'a self, search: &'a Search) -> Answer<'a, SearchAnswer>;
    /// Asks whether a document and a number belong together: the registers in their order.
    fn verify<'a>(&'a self, verification: &'a Verification) -> Answer<'a, VerificationAnswer>;
    /// Records that the organisation deals with the person.
    fn inscribe<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome>;
    /// Records that it no longer does.
    fn release<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome>;
    /// Whether the register service answers at all, for readiness and the status page.
    fn reachable(&self) -> Answer<'_, bool>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searchable(surname: &str, given: &str, birth: &str) -> Result<(), NotSearchable> {
        let given_names = given.split_whitespace().map(|name| GivenName::new(name).unwrap());
        Criteria {
            surname: Surname::new(surname).unwrap(),
            given_names: given_names.collect(),
            matching: GivenNameMatching::All,
            birth_date: IncompleteDate::parse(birth).unwrap(),
            sex: Sex::Unknown,
        }
        .searchable()
    }

    #[test]
    fn a_name_that_registers_cannot_sound_out_is_not_searched() {
        for name in ["Иванов", "محمد", "王", "Παπαδόπουλος", "--", "12"] {
            let told = searchable(name, "", "1970-00-00");
            assert_eq!(told, Err(NotSearchable::SurnameNotLatin), "{name}");
        }
        for name in ["Peeters", "Łukasiewicz", "Nguyễn", "D’hondt", "Ng", "Åž"] {
            assert_eq!(searchable(name, "", "1970-00-00"), Ok(()), "{name}");
        }
        let given = searchable("Ivanov", "Иван", "1970-00-00");
        assert_eq!(given, Err(NotSearchable::GivenNameNotLatin));
    }

    #[test]
    fn a_surname_of_one_letter_needs_a_given_name_and_the_whole_birth_date() {
        assert_eq!(searchable("O", "", "1970-03-04"), Err(NotSearchable::SurnameTooShort));
        assert_eq!(searchable("O", "Min", "1970-03-00"), Err(NotSearchable::SurnameTooShort));
        assert_eq!(searchable("O", "Min", "1970-03-04"), Ok(()));
        assert_eq!(searchable("O.", "Min", "1970-03-04"), Ok(()));
    }
}
