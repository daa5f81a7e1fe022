//! Refusals: why the office says no. A closed list; each has a stable code for the trail and the
//! API and a sentence in four languages on the page. A refusal changes nothing and is journaled
//! where it touches a person or comes from a signed-in caller.

use serde::{Deserialize, Serialize};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// Why a command was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
        #[serde(rename_all = "snake_case")]
        pub enum Refusal {
            $($(#[$doc])* #[error($code)] $name),+
        }

        impl Refusal {
            /// Every reason, for tables and tests.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Stable code, as stored and sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Reads a stable code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|r| r.code() == code)
            }
        }
    };
}

refusals! {
    // Access: who may work (SEED-14, 20, 31, 34, 45, 85, 86).
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in",
    /// The session ended: signed out, idle for too long, or 12 hours old.
    SessionEnded = "session_ended",
    /// The act asks for the card to be shown again first.
    CardAgain = "card_again",
    /// Another card than the one that signed in was shown.
    OtherCard = "other_card",
    /// The card's holder is not known as staff.
    StaffUnknown = "staff_unknown",
    /// No role at all at this organisation.
    RoleMissing = "role_missing",
    /// The role has passed its end date.
    RoleExpired = "role_expired",
    /// The role was withdrawn.
    RoleWithdrawn = "role_withdrawn",
    /// The organisation has no agreement that both sides signed.
    AgreementMissing = "agreement_missing",
    /// The organisation's agreement has ended.
    AgreementEnded = "agreement_ended",
    /// The organisation has no valid authorisation for any register.
    AuthorisationMissing = "authorisation_missing",
    /// The terms of use in force were not accepted yet.
    TermsNotAccepted = "terms_not_accepted",
    /// The officer's training is older than twelve months.
    TrainingExpired = "training_expired",
    /// The role does not include this act.
    NotAllowed = "not_allowed",
    /// There is no such thing, or the caller may not know of it.
    NotFound = "not_found",
    // Any command.
    /// The same request was sent with another content.
    RequestChanged = "request_changed",
    /// The step does not fit the state: an old page, a second tab, a step skipped.
    WrongStep = "wrong_step",
    /// Events of the trail are held and were not exported yet.
    HeldEventsNotExported = "held_events_not_exported",
    /// A number of the system was given where it cannot be used (too long, empty, not a code).
    InvalidInput = "invalid_input",
    // Grants.
    /// Nobody gives himself or herself a role (SEED-30).
    OwnRole = "own_role",
    /// Only permanent staff, or a subcontractor's with prior approval (SEED-21, SEED-24).
    EmploymentNotPermanent = "employment_not_permanent",
    /// The period is empty, in the past, or longer than twelve months.
    PeriodNotPossible = "period_not_possible",
    /// One of both sides has not signed, has no contact or no data-protection officer (SEED-02, 70, 109).
    AgreementIncomplete = "agreement_incomplete",
    /// It exists already.
    AlreadyExists = "already_exists",
    // Audit.
    /// The purpose of a query is not stated.
    ReasonMissing = "reason_missing",
    /// More events, or a longer part of the log, than one bundle of evidence holds.
    ExportTooLarge = "export_too_large",
    /// No checkpoint covers the newest events yet.
    LogNotSigned = "log_not_signed",
    // Look-up.
    /// The officer looks up himself or herself.
    OwnNumber = "own_number",
    /// The registration is about the officer: nobody works on a dossier about himself or herself.
    OwnDossier = "own_dossier",
    /// More look-ups this hour than a person at a counter does: say why (SEED-80).
    TooManyLookUps = "too_many_look_ups",
    /// More look-ups within minutes than anybody at a counter can need, whatever the reason (SEED-80).
    LookUpsTooFast = "look_ups_too_fast",
    /// As many searches or verifications in this registration as there may be.
    TooManySearches = "too_many_searches",
    /// As many questions by number in this registration as there may be.
    TooManyQuestions = "too_many_questions",
    /// A registration was left without a result for half an hour: say why first.
    DelayUnexplained = "delay_unexplained",
    /// Another officer has this registration.
    OtherOfficer = "other_officer",
    /// The colleague to whom a registration is to go is no officer at work here.
    ColleagueUnknown = "colleague_unknown",
    /// The register that would have to be asked is closed to the organisation.
    RegisterClosed = "register_closed",
    /// No person has been found in this registration yet.
    PersonNotFound = "person_not_found",
    /// The register says that the person has died (requirement ID-19).
    PersonDeceased = "person_deceased",
    /// The register says that the person was struck off.
    PersonStruckOff = "person_struck_off",
    /// The person is younger than twelve.
    PersonTooYoung = "person_too_young",
    // Identification.
    /// The procedure is not in force today or not allowed for this organisation.
    ProcedureNotInForce = "procedure_not_in_force",
    /// The procedure does not accept this kind of document.
    DocumentNotAccepted = "document_not_accepted",
    /// The document is past its last day.
    DocumentExpired = "document_expired",
    /// The check does not exist in the procedure or an earlier one is open (SEED-74).
    CheckOutOfOrder = "check_out_of_order",
    /// A difference between document and register is not explained.
    DifferenceUnexplained = "difference_unexplained",
    /// The explanation is shorter than twenty characters.
    ExplanationTooShort = "explanation_too_short",
    /// A difference that no explanation can mend: another birth date, a failed check.
    DifferenceBlocks = "difference_blocks",
    /// Who made the checks cannot be the second officer too.
    SecondOfficerIsFirst = "second_officer_is_first",
    /// A second officer confirms at another post than the one that called.
    SamePost = "same_post",
    /// The officer confirmed as the second one, so that the decision is another's.
    SecondOfficerDecides = "second_officer_decides",
    /// A check stopped the identification for good: a hit, or the no of a second officer.
    IdentificationStopped = "identification_stopped",
    /// A colleague was faster, or the call for a second officer is over.
    SecondCheckGone = "second_check_gone",
    /// Not every check of the procedure has an outcome.
    ChecksIncomplete = "checks_incomplete",
    /// The person is not identified (SEED-17, SEED-76).
    NotIdentified = "not_identified",
    // Contact.
    /// The person has not consented (SEED-56).
    ConsentMissing = "consent_missing",
    /// No confirmed e-mail address.
    EmailUnconfirmed = "email_unconfirmed",
    /// The mobile number is entered and not confirmed.
    MobileUnconfirmed = "mobile_unconfirmed",
    /// Three codes were sent to this address within an hour.
    TooManySends = "too_many_sends",
    /// The confirmation code is wrong.
    ContactCodeWrong = "contact_code_wrong",
    /// The address serves several persons already: say why.
    SharedContactUnexplained = "shared_contact_unexplained",
    /// The address serves a person with a key, and this installation allows one person an address.
    ContactInUse = "contact_in_use",
    /// The link by which an address is confirmed or consent withdrawn is unknown, old or used.
    AddressLinkInvalid = "address_link_invalid",
    /// The act needs the person at the counter again.
    PersonNotHere = "person_not_here",
    /// The confirmation code has expired or its tries are used up: send a new one.
    ContactCodeSpent = "contact_code_spent",
    // Activation.
    /// The link is unknown, cancelled or used.
    LinkInvalid = "link_invalid",
    /// The link is past its end.
    LinkExpired = "link_expired",
    /// The key was made already with this link.
    LinkUsed = "link_used",
    /// The activation code is wrong.
    ActivationCodeWrong = "activation_code_wrong",
    /// The code has expired: the office can send a new one.
    ActivationCodeExpired = "activation_code_expired",
    /// Five wrong codes: the invitation is locked, the person must come back to the counter.
    InvitationLocked = "invitation_locked",
    /// The code has not been entered in this browser.
    CodeNotEntered = "code_not_entered",
    /// The authenticator's or browser's answer does not fit.
    KeyAnswerWrong = "key_answer_wrong",
    /// The six digits of the authenticator app are wrong or were used before.
    TotpWrong = "totp_wrong",
    /// E-mail address, password or code do not fit together; which one is not told.
    KeyUnknown = "key_unknown",
    /// Too many wrong tries: wait.
    TooManyTries = "too_many_tries",
    // Own keys.
    /// The key with which the person signed in works no longer, a quarter of an hour is over, or the person has
    /// signed out.
    KeySessionEnded = "key_session_ended",
    /// The person has no key that works.
    NoKeys = "no_keys",
    /// The password is little more than the person's own name or address.
    PasswordTooPersonal = "password_too_personal",
    /// There is no e-mail address any more with which a password could be used.
    AddressMissing = "address_missing",
    /// The person, or the address by which the key would sign in, has as many keys as there may be.
    TooManyKeys = "too_many_keys",
}
