//! Typed identifiers. Each is a UUID version 7 (RFC 9562 section 5.7): sortable by time, never a
//! secret (ASVS 11.5.1): whoever knows one has gained nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an identifier of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes over a UUID made by the store's entropy or read from a row.
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// The UUID itself.
            pub const fn uuid(self) -> Uuid { self.0 }
            /// The sixteen bytes as stored.
            pub fn to_bytes(self) -> Vec<u8> { self.0.as_bytes().to_vec() }
            /// Rebuilds the identifier from its stored sixteen bytes.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAnId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| NotAnId)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.len() != 36 { return Err(NotAnId); }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )+};
}

ids! {
    /// A user organisation, designated as local registration authority by its agreement.
    OrganisationId,
    /// An agreement between the operator and an organisation.
    AgreementId,
    /// An authorisation to consult one register.
    AuthorisationId,
    /// A member of staff, at an organisation or at the operator.
    StaffId,
    /// One role given for one period.
    RoleId,
    /// A signed-in session of a member of staff.
    SessionId,
    /// A registration: one visit of one person, from look-up to activation.
    RegistrationId,
    /// A natural person known to Loket; stays the same over changes of number (SEED-07).
    PersonId,
    /// One question to a register and its answer.
    QuestionId,
    /// A request that a second officer confirms a check.
    SecondCheckId,
    /// A report of a document or person that seems false.
    FraudReportId,
    /// A contact point: an e-mail address or mobile number of one registration.
    ContactPointId,
    /// An activation link and an activation code, issued together.
    InvitationId,
    /// A hold over events of the audit log.
    HoldId,
    /// One message in the outbox.
    MessageId,
    /// A digital key of a person.
    KeyId,
    /// A service at which people sign in with their keys.
    RelyingPartyId,
    /// One sign-in at a relying party: the code, and what came of it.
    SignInId,
    /// One state of a key, to be handed over to the federal authentication service.
    AnnouncementId,
    /// One event of the audit trail.
    EventId,
    /// One wish of a caller, the same over repeated sends of the same form.
    RequestId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_round_trip() {
        let id: RegistrationId = "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap();
        assert_eq!(RegistrationId::from_bytes(&id.to_bytes()), Ok(id));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn refuses_other_shapes() {
        for text in
            ["", "0190b8c47a3c70008000000000000001", "{0190b8c4-7a3c-7000-8000-000000000001}"]
        {
            assert_eq!(text.parse::<RegistrationId>(), Err(NotAnId), "{text}");
        }
    }
}
