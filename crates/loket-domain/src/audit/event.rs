//! The closed list of event kinds. `personal` before a field means that it is stored sealed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::caller::{SessionEndReason, SignInMethod};
use crate::comparison::DifferenceReason;
use crate::contact::{Channel, SharedReason};
use crate::id::{
    AgreementId, AnnouncementId, AuthorisationId, ContactPointId, FraudReportId, HoldId,
    InvitationId, KeyId, MessageId, OrganisationId, QuestionId, RegistrationId, RelyingPartyId,
    RoleId, SecondCheckId, SessionId, SignInId, StaffId,
};
use crate::key::{AssuranceLevel, KeyEnd, KeyKind, KeyPurpose};
use crate::language::Language;
use crate::office::{Employment, RoleKind};
use crate::policy::Action;
use crate::refusal::Refusal;
use crate::register::{Criteria, RegisterName, Ticket};
use crate::registration::{
    Companion, DelayReason, Interpreting, NotIdentifiedReason, Reference, StateCode, VisitReason,
};
use crate::relying_party::{Claim, ClientId};
use crate::ssin::Ssin;
use crate::time::Timestamp;

macro_rules! class {
    (plain) => {
        false
    };
    (personal) => {
        true
    };
}

macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal { $($class:ident $field:ident: $type:ty),* $(,)? })+) => {
        /// Everything that the trail can tell.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "field names are the field's words; events.md lists them")]
        pub enum Event { $($(#[doc = $doc])* $name { $($field: $type),* }),+ }

        impl Event {
            /// Every kind with its sentence and its fields: name, type, whether personal.
            pub const KINDS: &[(&str, &str, &[(&str, &str, bool)])] = &[
                $(($code, concat!($($doc),*), &[$((stringify!($field), stringify!($type), class!($class))),*])),+
            ];

            /// Stable code, as stored.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code),+ }
            }

            /// Names of the fields that are stored sealed.
            pub fn personal_fields(&self) -> Vec<&'static str> {
                Self::KINDS.iter().filter(|k| k.0 == self.kind())
                    .flat_map(|k| k.2.iter().filter(|f| f.2).map(|f| f.0)).collect()
            }
        }
    };
}

events! {
    /// A session was opened with a proved card.
    SignedIn = "signed_in" { plain session: SessionId, plain method: SignInMethod, plain card: String, personal ssin_masked: String }
    /// A session was ended by its holder.
    SignedOut = "signed_out" { plain session: SessionId }
    /// A session was ended by something else than its own sign-out.
    SessionEnded = "session_ended" { plain session: SessionId, plain reason: SessionEndReason }
    /// The card was shown again within a session, before an act that asks for it.
    CardShownAgain = "card_shown_again" { plain session: SessionId, plain card: String }
    /// Cards were refused at the door; nobody was signed in.
    CardsRefused = "cards_refused" { plain code: String, plain count: u32 }
    /// The terms of use were accepted.
    TermsAccepted = "terms_accepted" { plain version: String, plain language: Language }
    /// An organisation was entered.
    OrganisationCreated = "organisation_created" { plain organisation: OrganisationId, plain name: String, plain enterprise_number: String }
    /// An agreement was recorded with its signatures.
    AgreementRecorded = "agreement_recorded" { plain agreement: AgreementId, plain organisation: OrganisationId, plain in_force_from: Timestamp }
    /// An agreement was ended.
    AgreementEnded = "agreement_ended" { plain agreement: AgreementId, plain organisation: OrganisationId, plain ends_at: Timestamp, plain reason: String }
    /// An authorisation for a register was recorded.
    AuthorisationRecorded = "authorisation_recorded" { plain authorisation: AuthorisationId, plain organisation: OrganisationId, plain register: RegisterName, plain reference: String, plain from: Timestamp, plain until: Option<Timestamp> }
    /// An authorisation was ended.
    AuthorisationEnded = "authorisation_ended" { plain organisation: OrganisationId, plain register: RegisterName, plain ends_at: Timestamp }
    /// A role was given.
    RoleGranted = "role_granted" { plain role: RoleId, plain staff: StaffId, plain organisation: OrganisationId, plain role_kind: RoleKind, plain employment: Employment, plain from: Timestamp, plain until: Timestamp }
    /// A role was withdrawn.
    RoleWithdrawn = "role_withdrawn" { plain role: RoleId, plain staff: StaffId, plain organisation: OrganisationId, plain reason: String }
    /// A registration was opened.
    RegistrationOpened = "registration_opened" { plain reference: Reference, plain reason: VisitReason }
    /// A register is being asked; the intent stands before the call.
    RegisterAsked = "register_asked" { plain question: QuestionId, plain registers: Vec<RegisterName>, plain purpose: String, personal ssin: Ssin }
    /// A register answered, or the question ended without an answer.
    RegisterAnswered = "register_answered" { plain question: QuestionId, plain outcome: String, plain register: Option<RegisterName>, plain ticket: Option<Ticket> }
    /// The registers are being searched by name; the intent stands before the call.
    RegisterSearched = "register_searched" { plain question: QuestionId, plain registers: Vec<RegisterName>, plain purpose: String, personal criteria: Criteria }
    /// The search by name ended.
    SearchAnswered = "search_answered" { plain question: QuestionId, plain outcome: String, plain hits: u32, plain tickets: Vec<Ticket> }
    /// The officer chose one of the people that were found by name.
    HitChosen = "hit_chosen" { plain question: QuestionId, personal ssin: Ssin }
    /// A register is being asked whether a document belongs to a number, without telling anything.
    VerificationAsked = "verification_asked" { plain question: QuestionId, plain registers: Vec<RegisterName>, plain purpose: String, plain shown: String, personal ssin: Ssin }
    /// The verification ended.
    VerificationAnswered = "verification_answered" { plain question: QuestionId, plain outcome: String, plain register: Option<RegisterName>, plain ticket: Option<Ticket> }
    /// The organisation is being inscribed as dealing with the person.
    InscriptionAsked = "inscription_asked" { plain question: QuestionId, personal ssin: Ssin }
    /// The inscription ended.
    InscriptionAnswered = "inscription_answered" { plain question: QuestionId, plain outcome: String }
    /// The organisation is being released for a person about whom none of its dossiers asks any more.
    ReleaseAsked = "release_asked" { plain question: QuestionId, personal ssin: Ssin }
    /// The release ended.
    ReleaseAnswered = "release_answered" { plain question: QuestionId, plain outcome: String }
    /// A search by name found the officer too, whose entry was left out.
    OwnEntryLeftOut = "own_entry_left_out" { plain question: QuestionId }
    /// More look-ups than usual were explained.
    ManyLookUpsExplained = "many_look_ups_explained" { plain look_ups: u32, personal explanation: String }
    /// A registration without a result for half an hour was accounted for.
    DelayExplained = "delay_explained" { plain reason: DelayReason, plain opened_at: Timestamp }
    /// A registration went from one officer to another.
    RegistrationHandedOver = "registration_handed_over" { plain from: StaffId, plain to: StaffId }
    /// How officer and person understood each other, and who was beside the person.
    CircumstancesNoted = "circumstances_noted" { plain interpreting: Interpreting, plain companion: Companion }
    /// A second officer was called for a check.
    SecondOfficerCalled = "second_officer_called" { plain second_check: SecondCheckId, plain check: String }
    /// A second officer took it on.
    SecondCheckTaken = "second_check_taken" { plain second_check: SecondCheckId, plain check: String }
    /// The second officer answered, with the card shown anew.
    SecondCheckAnswered = "second_check_answered" { plain second_check: SecondCheckId, plain check: String, plain outcome: String, plain card: String }
    /// The letter to a person who was not identified was printed.
    LetterPrinted = "letter_printed" { plain language: Language, plain reason: NotIdentifiedReason }
    /// A possible fraud was reported to the operator.
    FraudReported = "fraud_reported" { plain report: FraudReportId, plain reason: NotIdentifiedReason, personal explanation: String }
    /// The fraud reports were read.
    FraudReportsRead = "fraud_reports_read" { plain reports: u32 }
    /// The points for review were read.
    ReviewRead = "review_read" { plain since: Timestamp, plain points: u32 }
    /// A procedure was allowed to an organisation.
    ProcedureAllowed = "procedure_allowed" { plain organisation: OrganisationId, plain procedure: String, plain from: Timestamp, plain until: Timestamp, plain reason: String }
    /// The officer goes on with the number that replaced the one asked for.
    ReplacementFollowed = "replacement_followed" { plain question: QuestionId, personal ssin: Ssin }
    /// Personal data of the registration were shown.
    PersonShown = "person_shown" { plain fields: Vec<String>, plain page: String }
    /// The registration was shown without personal data.
    RegistrationViewed = "registration_viewed" { plain page: String }
    /// The identification procedure was chosen.
    ProcedureChosen = "procedure_chosen" { plain procedure: String, plain version: u32 }
    /// What stands on the document was recorded and compared.
    DocumentRecorded = "document_recorded" { plain document_kind: String, plain source: String, plain verdicts: BTreeMap<String, String>, personal document_number: String }
    /// A difference was explained.
    DifferenceExplained = "difference_explained" { plain field: String, plain reason: Option<DifferenceReason>, personal explanation: String }
    /// A check of the procedure got its outcome.
    CheckRecorded = "check_recorded" { plain check: String, plain outcome: String, plain points: Vec<String>, personal explanation: Option<String> }
    /// The officer decided that this is the person.
    PersonIdentified = "person_identified" { plain procedure: String, plain version: u32, plain level: AssuranceLevel, plain card: String }
    /// The officer decided that the person is not identified.
    IdentificationRefused = "identification_refused" { plain reason: String, personal explanation: String }
    /// A registration was stopped.
    RegistrationWithdrawn = "registration_withdrawn" { plain reason: String }
    /// A registration ran out of time.
    RegistrationExpired = "registration_expired" { plain state: StateCode }
    /// The person consented to the use of contact data.
    ConsentGiven = "consent_given" { plain version: String, plain language: Language, plain text_digest: Option<String> }
    /// The person withdrew the consent; contact data was erased.
    ConsentWithdrawn = "consent_withdrawn" { plain contact_points: u32, plain message: Option<MessageId> }
    /// A link by which consent can be withdrawn was sent to an address that asked for it.
    ConsentLinkSent = "consent_link_sent" { plain message: MessageId }
    /// It was said why an address serves several persons.
    SharedContactExplained = "shared_contact_explained" { plain contact_point: ContactPointId, plain channel: Channel, plain persons: u32, plain reason: SharedReason }
    /// A contact point was entered and a confirmation code sent.
    ContactPointEntered = "contact_point_entered" { plain contact_point: ContactPointId, plain channel: Channel, plain message: MessageId, personal destination: String }
    /// A confirmation code was sent again.
    ContactCodeSent = "contact_code_sent" { plain contact_point: ContactPointId, plain channel: Channel, plain message: MessageId }
    /// A link was sent instead of a confirmation code.
    ContactLinkSent = "contact_link_sent" { plain contact_point: ContactPointId, plain channel: Channel, plain message: MessageId }
    /// A wrong confirmation code was typed.
    ContactCodeRefused = "contact_code_refused" { plain contact_point: ContactPointId, plain channel: Channel, plain tries_left: u32 }
    /// A contact point was confirmed.
    ContactPointConfirmed = "contact_point_confirmed" { plain contact_point: ContactPointId, plain channel: Channel }
    /// Link and code were issued.
    InvitationIssued = "invitation_issued" { plain invitation: InvitationId, plain code_channel: Channel, plain link_until: Timestamp, plain code_until: Timestamp, plain link_message: MessageId, plain code_message: Option<MessageId> }
    /// The officer saw the person again.
    PersonSeenAgain = "person_seen_again" { plain invitation: InvitationId }
    /// A new code was sent for the same link.
    ActivationCodeResent = "activation_code_resent" { plain invitation: InvitationId, plain code_until: Timestamp, plain message: MessageId }
    /// The slip with the code was made for printing.
    SlipPrinted = "slip_printed" { plain invitation: InvitationId, plain code_until: Timestamp }
    /// An open invitation was cancelled by a newer one.
    InvitationCancelled = "invitation_cancelled" { plain invitation: InvitationId }
    /// An open invitation was called back, to correct how the person is reached.
    InvitationCalledBack = "invitation_called_back" { plain invitation: InvitationId }
    /// The activation code was right.
    ActivationCodeAccepted = "activation_code_accepted" { plain invitation: InvitationId }
    /// The activation code was wrong.
    ActivationCodeRefused = "activation_code_refused" { plain invitation: InvitationId, plain tries_left: u32 }
    /// The tries for an activation code are used up.
    InvitationLocked = "invitation_locked" { plain invitation: InvitationId }
    /// The person made a digital key.
    DigitalKeyCreated = "digital_key_created" { plain key: KeyId, plain key_kind: KeyKind, plain level: AssuranceLevel, plain invitation: InvitationId }
    /// A digital key was used.
    DigitalKeyUsed = "digital_key_used" { plain key: KeyId, plain key_kind: KeyKind, plain purpose: Option<KeyPurpose>, plain level: Option<AssuranceLevel>, plain counter_regressed: bool }
    /// The holder made a further key, signed in with another one.
    DigitalKeyAdded = "digital_key_added" { plain key: KeyId, plain key_kind: KeyKind, plain level: AssuranceLevel, plain with: KeyId }
    /// The holder named a key.
    DigitalKeyNamed = "digital_key_named" { plain key: KeyId, personal name: String }
    /// A digital key works no longer.
    DigitalKeyWithdrawn = "digital_key_withdrawn" { plain key: KeyId, plain key_kind: KeyKind, plain reason: KeyEnd }
    /// The keys of a person were to be withdrawn; how many there were.
    DigitalKeysWithdrawn = "digital_keys_withdrawn" { plain keys: u32, plain reason: KeyEnd, plain explanation: Option<String> }
    /// A wrong code of the app was typed beside the right password.
    DigitalKeyCodeRefused = "digital_key_code_refused" { plain key: KeyId, plain wrong_codes: u32 }
    /// A key was closed after too many wrong codes beside the right password.
    DigitalKeyClosed = "digital_key_closed" { plain key: KeyId }
    /// The holder was told that a key will end.
    DigitalKeyEndTold = "digital_key_end_told" { plain key: KeyId, plain expires_at: Timestamp }
    /// The holder signed out in one browser; how many sign-ins at services ended with it.
    HolderSignedOut = "holder_signed_out" { plain key: KeyId, plain purpose: KeyPurpose, plain sign_ins: u32 }
    /// The holder saw the own keys.
    KeysViewed = "keys_viewed" { plain keys: u32 }
    /// A password was chosen for a key that is being made.
    PasswordChosen = "password_chosen" { }
    /// A new set of recovery codes was made; the old one is worthless.
    RecoveryCodesMade = "recovery_codes_made" { plain codes: u32 }
    /// A recovery code was used in place of the app.
    RecoveryCodeUsed = "recovery_code_used" { plain key: KeyId, plain left: u32 }
    /// A relying party was registered, or what it is registered for was changed.
    RelyingPartyRegistered = "relying_party_registered" { plain relying_party: RelyingPartyId, plain client: ClientId, plain name: String, plain claims: BTreeSet<Claim>, plain changed: bool }
    /// A relying party was ended; nobody signs in there any more.
    RelyingPartyEnded = "relying_party_ended" { plain relying_party: RelyingPartyId, plain client: ClientId, plain reason: String }
    /// The person agreed that a relying party learns something.
    ClaimsAgreed = "claims_agreed" { plain relying_party: RelyingPartyId, plain claims: BTreeSet<Claim> }
    /// The person withdrew that; what the relying party held open is over.
    ClaimsWithdrawn = "claims_withdrawn" { plain relying_party: RelyingPartyId }
    /// The person saw where consent was given.
    ServicesViewed = "services_viewed" { plain services: u32 }
    /// The person signed in at a relying party, which got a code.
    SignInGranted = "sign_in_granted" { plain sign_in: SignInId, plain relying_party: RelyingPartyId, plain key: KeyId, plain level: AssuranceLevel, plain claims: BTreeSet<Claim> }
    /// The relying party exchanged the code for its tokens.
    SignInExchanged = "sign_in_exchanged" { plain sign_in: SignInId, plain relying_party: RelyingPartyId }
    /// A code came a second time: somebody else may have it, and everything that came of it is over.
    SignInRevoked = "sign_in_revoked" { plain sign_in: SignInId, plain relying_party: RelyingPartyId }
    /// A relying party learned what the person had agreed to tell.
    ClaimsReleased = "claims_released" { plain sign_in: SignInId, plain relying_party: RelyingPartyId, plain claims: BTreeSet<Claim> }
    /// A key was made with which sign-ins are signed; the others were withdrawn when they may be in other hands.
    SigningKeyMade = "signing_key_made" { plain kid: String, plain signs_from: Timestamp, plain others_withdrawn: bool }
    /// The federal authentication service took the state of a key.
    KeyHandedOver = "key_handed_over" { plain announcement: AnnouncementId, plain key: KeyId, plain attempts: u32 }
    /// The state of a key will be handed over later.
    KeyHandOverDelayed = "key_hand_over_delayed" { plain announcement: AnnouncementId, plain key: KeyId, plain cause: String, plain attempts: u32 }
    /// The state of a key could not be handed over; it waits for the operator.
    KeyHandOverSetApart = "key_hand_over_set_apart" { plain announcement: AnnouncementId, plain key: KeyId, plain cause: String, plain attempts: u32 }
    /// The operator decided about a state of a key that was set apart: again, or not at all.
    KeyHandOverSettled = "key_hand_over_settled" { plain announcement: AnnouncementId, plain key: KeyId, plain again: bool, plain reason: String }
    /// The screen was turned to the person, and the officer's session ended.
    ScreenTurned = "screen_turned" { plain session: SessionId }
    /// The relay or gateway took a message.
    MessageHandedOver = "message_handed_over" { plain message: MessageId, plain message_kind: String, plain channel: Channel, plain attempts: u32, plain reference: Option<String> }
    /// A message will be tried again.
    MessageDelayed = "message_delayed" { plain message: MessageId, plain message_kind: String, plain channel: Channel, plain cause: String, plain attempts: u32 }
    /// A message was given up.
    MessageFailed = "message_failed" { plain message: MessageId, plain message_kind: String, plain channel: Channel, plain cause: String }
    /// A message that keeps failing was set apart; it waits for the operator.
    MessageSetApart = "message_set_apart" { plain message: MessageId, plain message_kind: String, plain channel: Channel, plain cause: String, plain attempts: u32 }
    /// A message that was set apart is sent again.
    MessageTakenUpAgain = "message_taken_up_again" { plain message: MessageId, plain message_kind: String, plain channel: Channel }
    /// A message that was set apart is not sent any more.
    MessageDropped = "message_dropped" { plain message: MessageId, plain message_kind: String, plain channel: Channel, plain reason: String }
    /// The messages that were set apart were read.
    SetApartRead = "set_apart_read" { plain messages: u32 }
    /// The gateway reported delivery.
    MessageDelivered = "message_delivered" { plain message: MessageId, plain message_kind: String, plain channel: Channel }
    /// A registration was reconstructed for an auditor.
    RegistrationReconstructed = "registration_reconstructed" { plain reference: Reference, plain purpose: String, plain events: u64 }
    /// An auditor asked the journal.
    JournalSearched = "journal_searched" { plain by: String, plain about: Option<String>, plain kinds: String, plain from: Option<Timestamp>, plain until: Option<Timestamp>, plain purpose: String, plain after: Option<u64>, plain events: u32, personal number: Option<Ssin> }
    /// An auditor asked who was signed in at a moment.
    SessionsSearched = "sessions_searched" { plain at: Timestamp, plain purpose: String, plain sessions: u32 }
    /// Events were exported with their proofs, as evidence.
    EvidenceExported = "evidence_exported" { plain by: String, plain about: Option<String>, plain kinds: String, plain from: Option<Timestamp>, plain until: Option<Timestamp>, plain purpose: String, plain legal_basis: String, plain events: u32, plain query_sha256: String }
    /// Two people began a new log of the trail, because the former one was lost or forked.
    AuditOriginBegun = "audit_origin_begun" { plain origin: String, plain former_origin: Option<String>, plain former_size: u64, plain former_root: String, plain reason: String, personal approved_by: Vec<String> }
    /// Events older than ten years were destroyed; the log begins at the new minimum.
    AuditLogPurged = "audit_log_purged" { plain old_minimum: u64, plain new_minimum: u64, plain count: u64, plain root: String, plain secrets: Vec<String>, personal approved_by: Vec<String> }
    /// A hold was placed: its events may not be purged before they were exported.
    AuditHoldPlaced = "audit_hold_placed" { plain hold: HoldId, plain registration: Option<RegistrationId>, plain from: Option<Timestamp>, plain until: Option<Timestamp>, personal reason: String }
    /// A hold was lifted.
    AuditHoldLifted = "audit_hold_lifted" { plain hold: HoldId, personal reason: String }
    /// The events of a hold were exported up to a size of the log.
    AuditHoldExported = "audit_hold_exported" { plain hold: HoldId, plain events: u64, plain size: u64 }
    /// The whole log was checked.
    AuditLogChecked = "audit_log_checked" { plain size: u64, plain root: String, plain findings: u32, plain first: Option<String> }
    /// The state of the log was read.
    AuditLogStateRead = "audit_log_state_read" { plain size: u64 }
    /// A server started.
    ServerStarted = "server_started" { plain version: String, plain schema: i64 }
    /// A server started for the first time, or with another configuration: which settings changed, and the SHA-256 of the file.
    ConfigurationChanged = "configuration_changed" { plain settings: Vec<String>, plain sha256: String }
    /// A server stopped.
    ServerStopped = "server_stopped" { plain reason: String }
    /// A command was refused; nothing changed.
    CommandRefused = "command_refused" { plain action: Action, plain refusal: Refusal }
}
