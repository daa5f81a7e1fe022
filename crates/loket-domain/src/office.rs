//! Organisations, agreements, authorisations and roles: who may work, from when until when.

use serde::{Deserialize, Serialize};

use crate::id::{AgreementId, OrganisationId, RoleId, StaffId};
use crate::register::RegisterName;
use crate::time::Timestamp;

/// Enterprise number of the Crossroads Bank for Enterprises: ten digits, the last two 97 minus the
/// first eight modulo 97. Not personal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnterpriseNumber(String);

/// Not an enterprise number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enterprise number: ten digits, first 0 or 1, with right check digits")]
pub struct NotAnEnterpriseNumber;

impl EnterpriseNumber {
    /// Reads digits with or without dots; a leading `BE` is ignored.
    pub fn parse(text: &str) -> Result<Self, NotAnEnterpriseNumber> {
        let text = text.trim().trim_start_matches("BE");
        let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
        let number: u64 = digits.parse().map_err(|_| NotAnEnterpriseNumber)?;
        let shape = digits.len() == 10 && digits.starts_with(['0', '1']);
        if !shape || 97 - (number / 100) % 97 != number % 100 {
            return Err(NotAnEnterpriseNumber);
        }
        Ok(Self(digits))
    }
    /// Ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a number of the Crossroads Bank for Enterprises stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CbeKind {
    /// An enterprise: the first digit is 0 or 1.
    Enterprise,
    /// An establishment unit: the first digit is 2 to 8.
    Establishment,
}

/// A number of the Crossroads Bank for Enterprises: an enterprise or one of its establishments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CbeNumber(String);

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACbeNumber {
    /// Something else than digits and separators.
    #[error("a number of the Crossroads Bank has digits only, after BE if that stands before it")]
    Characters,
    /// Not ten digits.
    #[error("a number of the Crossroads Bank has ten digits")]
    Length,
    /// Enterprises begin with 0 or 1, establishments with 2 to 8.
    #[error("a number of the Crossroads Bank begins with 0 to 8")]
    FirstDigit,
    /// The last two digits do not match the first eight.
    #[error("the check digits are wrong")]
    CheckDigits,
}

impl CbeNumber {
    /// Reads digits with or without separators; a leading `BE` is ignored.
    pub fn parse(text: &str) -> Result<Self, NotACbeNumber> {
        let text = text.trim();
        let bare = text.strip_prefix("BE").or_else(|| text.strip_prefix("be")).unwrap_or(text);
        let separator = |c: &char| c.is_whitespace() || matches!(c, '.' | '-' | '/');
        let digits: String = bare.chars().filter(|c| !separator(c)).collect();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACbeNumber::Characters);
        }
        if digits.len() != 10 {
            return Err(NotACbeNumber::Length);
        }
        if digits.starts_with('9') {
            return Err(NotACbeNumber::FirstDigit);
        }
        let number: u64 = digits.parse().map_err(|_| NotACbeNumber::Length)?;
        // The remainder of the first eight is at most 96, so the check digits are 01 to 97.
        if 97 - (number / 100) % 97 != number % 100 {
            return Err(NotACbeNumber::CheckDigits);
        }
        Ok(Self(digits))
    }
    /// What it stands for.
    pub fn kind(&self) -> CbeKind {
        if self.0.starts_with(['0', '1']) { CbeKind::Enterprise } else { CbeKind::Establishment }
    }
    /// Ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// As printed: `0884.303.369` for an enterprise, `2.297.964.444` for an establishment.
    pub fn grouped(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        match self.kind() {
            CbeKind::Enterprise => format!("{}.{}.{}", part(0, 4), part(4, 7), part(7, 10)),
            CbeKind::Establishment => {
                format!("{}.{}.{}.{}", part(0, 1), part(1, 4), part(4, 7), part(7, 10))
            }
        }
    }
}

impl TryFrom<String> for EnterpriseNumber {
    type Error = NotAnEnterpriseNumber;
    fn try_from(text: String) -> Result<Self, NotAnEnterpriseNumber> {
        Self::parse(&text)
    }
}

impl From<EnterpriseNumber> for String {
    fn from(number: EnterpriseNumber) -> Self {
        number.0
    }
}

/// What a member of staff may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Local registration officer: identifies, registers, provides link and code (SEED-35).
    Officer,
    /// Grants and withdraws roles in an organisation.
    AccessManager,
    /// Reads the audit trail; at the operator.
    Auditor,
    /// Data-protection officer.
    DataProtectionOfficer,
    /// Reviews samples of the work.
    Reviewer,
    /// Service desk.
    Support,
}

impl RoleKind {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::Officer,
        Self::AccessManager,
        Self::Auditor,
        Self::DataProtectionOfficer,
        Self::Reviewer,
        Self::Support,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::AccessManager => "access_manager",
            Self::Auditor => "auditor",
            Self::DataProtectionOfficer => "data_protection_officer",
            Self::Reviewer => "reviewer",
            Self::Support => "support",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// How a member of staff is employed (SEED-21, SEED-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    /// In permanent service of the organisation.
    Permanent,
    /// At a subcontractor; needs the operator's prior approval, which comes in a later issue.
    Subcontractor,
    /// Anything else: temporary, volunteer, student.
    Other,
}

impl Employment {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Subcontractor => "subcontractor",
            Self::Other => "other",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Permanent, Self::Subcontractor, Self::Other].into_iter().find(|e| e.code() == code)
    }
}

/// One role given for one period, as the decision needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its row.
    pub id: RoleId,
    /// The role.
    pub kind: RoleKind,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive (SEED-31).
    pub until: Timestamp,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Timestamp>,
    /// Last training of the holder, for officers (SEED-45).
    pub trained_at: Option<Timestamp>,
}

/// The agreement of an organisation, as the decision needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementState {
    /// Its row.
    pub id: AgreementId,
    /// From when, once both signatures are there (SEED-02).
    pub in_force_from: Option<Timestamp>,
    /// From when it no longer holds.
    pub ends_at: Option<Timestamp>,
}

/// An authorisation for one register (SEED-85, SEED-86).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorisationState {
    /// The register it opens.
    pub register: RegisterName,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; `None` for no end.
    pub until: Option<Timestamp>,
}

/// What is known of a signed-in member of staff when a command is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffFacts {
    /// Who.
    pub staff: StaffId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Its number, under which registers are asked.
    pub enterprise_number: EnterpriseNumber,
    /// Whether that organisation is the operator, which needs no agreement with itself.
    pub at_operator: bool,
    /// The last request that was noted in this session.
    pub seen_at: Timestamp,
    /// When the session ends by itself at the latest, idle limit included.
    pub session_ends_at: Timestamp,
    /// Whether the session was ended by an act.
    pub session_ended: bool,
    /// When the card was last shown in this session.
    pub card_shown_at: Timestamp,
    /// SHA-256 of the certificate of the card that signed in.
    pub card_fingerprint: [u8; 32],
    /// SHA-256 of the mark of the post where the session was opened; `None` for a session from
    /// before posts were kept.
    pub post: Option<[u8; 32]>,
    /// All roles at that organisation, also past and withdrawn ones.
    pub grants: Vec<Grant>,
    /// The latest agreement of the organisation.
    pub agreement: Option<AgreementState>,
    /// Its authorisations.
    pub authorisations: Vec<AuthorisationState>,
    /// Whether the terms in force were accepted.
    pub terms_accepted: bool,
}

impl StaffFacts {
    /// The registers that are open to the organisation now, in the order of asking.
    pub fn open_registers(&self, now: Timestamp) -> Vec<RegisterName> {
        RegisterName::ALL
            .into_iter()
            .filter(|register| {
                self.authorisations.iter().any(|a| {
                    a.register == *register && a.from <= now && a.until.is_none_or(|end| now < end)
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enterprise_numbers() {
        assert_eq!(EnterpriseNumber::parse("0884.303.369").unwrap().as_str(), "0884303369");
        for bad in ["0884303370", "2111111111", "", "884303369", "0884303369x"] {
            assert!(EnterpriseNumber::parse(bad).is_err(), "{bad}");
        }
    }
}
