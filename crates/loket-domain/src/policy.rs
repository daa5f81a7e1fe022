//! The rights matrix: which caller may do what, under which conditions. Pure, closed, deny by
//! default. Pages ask the same [`decide`] to hide what would be refused; `docs/generated/rights.txt`
//! is this table printed by a test.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{OrganisationId, StaffId};
use crate::office::{RoleKind, StaffFacts};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// How long a card that was shown counts as fresh (DESIGN section 8).
pub const CARD_FRESH: Duration = Duration::from_mins(5);

/// How long a training counts (SEED-45).
pub const TRAINING_COUNTS: Duration = Duration::from_hours(366 * 24);

/// Classes of callers that a row of the matrix can admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Somebody who has just proved to hold a card.
    CardHolder,
    /// Staff with any role, valid or not: for accepting terms and signing out.
    AnyStaff,
    /// Staff with this role, valid now.
    Role(RoleKind),
    /// The person with an activation link.
    Applicant,
    /// Who reads the mail of a contact point.
    AddressHolder,
    /// The person with a digital key.
    KeyHolder,
    /// The server of a relying party.
    RelyingParty,
    /// The operator at the command line.
    Operator,
    /// A job of the program.
    Job,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $who:expr;)+) => {
        /// Everything that can be done; one command each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action { $($(#[$doc])* $name),+ }

        impl Action {
            /// Every action, in the order of the printed matrix.
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// Stable code, as stored with refusals.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }
            /// Who may do it.
            pub const fn who(self) -> &'static [Who] { match self { $(Self::$name => $who),+ } }
        }
    };
}

use RoleKind::{Auditor, Officer};
use Who::{
    AddressHolder, AnyStaff, Applicant, CardHolder, Job, KeyHolder, Operator, RelyingParty, Role,
};

actions! {
    /// Open a session with a proved card.
    SignIn = "sign_in", &[CardHolder];
    /// Accept the terms of use.
    AcceptTerms = "accept_terms", &[AnyStaff];
    /// End the own session.
    SignOut = "sign_out", &[AnyStaff];
    /// End a session: another one of one's own, or one whose card or role is lost.
    EndSession = "end_session", &[AnyStaff, Job];
    /// Show the card again.
    ShowCardAgain = "show_card_again", &[AnyStaff];
    /// Record how many cards were refused at the door.
    RecordRefusedCards = "record_refused_cards", &[Job];
    /// Enter an organisation.
    CreateOrganisation = "create_organisation", &[Operator];
    /// Record an agreement and its signatures.
    RecordAgreement = "record_agreement", &[Operator];
    /// End an agreement.
    EndAgreement = "end_agreement", &[Operator];
    /// Record an authorisation for a register.
    RecordAuthorisation = "record_authorisation", &[Operator];
    /// End an authorisation.
    EndAuthorisation = "end_authorisation", &[Operator];
    /// Give a role for a period.
    GrantRole = "grant_role", &[Operator, Role(RoleKind::AccessManager)];
    /// Withdraw a role.
    WithdrawRole = "withdraw_role", &[Operator, Role(RoleKind::AccessManager)];
    /// Open a registration.
    OpenRegistration = "open_registration", &[Role(Officer)];
    /// Ask a register about the person of an open registration.
    AskRegister = "ask_register", &[Role(Officer)];
    /// Keep what the register answered.
    RecordAnswer = "record_answer", &[Role(Officer)];
    /// Close a question that got no answer.
    CloseQuestion = "close_question", &[Job];
    /// Go on with the number that replaced the one asked for.
    FollowReplacement = "follow_replacement", &[Role(Officer)];
    /// Search the registers by name in an open registration.
    SearchRegister = "search_register", &[Role(Officer)];
    /// Keep what a search found.
    RecordSearch = "record_search", &[Role(Officer)];
    /// Choose one of the people that were found.
    ChooseHit = "choose_hit", &[Role(Officer)];
    /// Ask whether a document belongs to a number.
    VerifyDocument = "verify_document", &[Role(Officer)];
    /// Keep what the verification said.
    RecordVerification = "record_verification", &[Role(Officer)];
    /// Inscribe the organisation as dealing with the person.
    InscribePerson = "inscribe_person", &[Role(Officer)];
    /// Keep what became of the inscription.
    RecordInscription = "record_inscription", &[Role(Officer)];
    /// Release the organisation for a person about whom none of its dossiers asks any more.
    AskRelease = "ask_release", &[Job];
    /// Keep what became of the release.
    RecordRelease = "record_release", &[Job];
    /// Say why a registration has had no result for half an hour.
    ExplainDelay = "explain_delay", &[Role(Officer)];
    /// Hand a registration to a colleague, or take one over.
    HandOverRegistration = "hand_over_registration", &[Role(Officer)];
    /// Note an interpreter or a companion.
    NoteCircumstances = "note_circumstances", &[Role(Officer)];
    /// Call a second officer.
    CallSecondOfficer = "call_second_officer", &[Role(Officer)];
    /// Take on a call for a second officer.
    TakeSecondCheck = "take_second_check", &[Role(Officer)];
    /// See what the second officer has to look at.
    ViewSecondCheck = "view_second_check", &[Role(Officer)];
    /// Answer as second officer.
    AnswerSecondCheck = "answer_second_check", &[Role(Officer)];
    /// Print the letter to a person who was not identified.
    PrintLetter = "print_letter", &[Role(Officer)];
    /// Report a possible fraud to the operator.
    ReportFraud = "report_fraud", &[Role(Officer)];
    /// Read the fraud reports.
    ReadFraudReports = "read_fraud_reports", &[Operator];
    /// Read the points for review.
    ReadReview = "read_review", &[Role(RoleKind::Reviewer)];
    /// Allow a procedure to an organisation that is not offered to all.
    AllowProcedure = "allow_procedure", &[Operator];
    /// See where a registration stands.
    ViewRegistration = "view_registration", &[Role(Officer)];
    /// Choose the identification procedure.
    ChooseProcedure = "choose_procedure", &[Role(Officer)];
    /// Record what stands on the document.
    RecordDocument = "record_document", &[Role(Officer)];
    /// Explain a difference.
    ExplainDifference = "explain_difference", &[Role(Officer)];
    /// Record the outcome of a check.
    RecordCheck = "record_check", &[Role(Officer)];
    /// Decide that the person is identified.
    IdentifyPerson = "identify_person", &[Role(Officer)];
    /// Decide that the person is not identified.
    RefuseIdentification = "refuse_identification", &[Role(Officer)];
    /// Stop a registration.
    WithdrawRegistration = "withdraw_registration", &[Role(Officer)];
    /// End registrations and invitations that ran out of time.
    ExpireRegistration = "expire_registration", &[Job];
    /// Record consent, language and the contact points to confirm.
    EnterContact = "enter_contact", &[Role(Officer)];
    /// Send a confirmation code again.
    ResendContactCode = "resend_contact_code", &[Role(Officer)];
    /// Confirm a contact point with the code that the person reads out.
    ConfirmContactPoint = "confirm_contact_point", &[Role(Officer)];
    /// Send a link instead of a code, to be confirmed at home.
    SendContactLink = "send_contact_link", &[Role(Officer)];
    /// Confirm a contact point with the link that was mailed to it.
    ConfirmContactByLink = "confirm_contact_by_link", &[AddressHolder];
    /// Withdraw the consent to be contacted.
    WithdrawConsent = "withdraw_consent", &[Role(Officer), AddressHolder, Job];
    /// Send the link by which consent is withdrawn.
    SendConsentLink = "send_consent_link", &[Job];
    /// Send link and code.
    SendInvitation = "send_invitation", &[Role(Officer)];
    /// Send a new activation code for the same link.
    ResendActivationCode = "resend_activation_code", &[Role(Officer)];
    /// Call an invitation back, to correct how the person is reached.
    CallBackInvitation = "call_back_invitation", &[Role(Officer)];
    /// Print the slip with the code.
    PrintSlip = "print_slip", &[Role(Officer)];
    /// Enter the activation code.
    EnterActivationCode = "enter_activation_code", &[Applicant];
    /// Make a passkey.
    CreatePasskey = "create_passkey", &[Applicant];
    /// Make a password with an authenticator app.
    CreatePasswordKey = "create_password_key", &[Applicant];
    /// Choose the password of a key that is being made.
    ChoosePassword = "choose_password", &[Applicant, KeyHolder];
    /// Use a key.
    UseKey = "use_key", &[KeyHolder];
    /// Record a wrong code of the app beside the right password.
    RecordWrongCode = "record_wrong_code", &[Job];
    /// See one's own keys.
    ViewKeys = "view_keys", &[KeyHolder];
    /// Name one of one's own keys.
    NameKey = "name_key", &[KeyHolder];
    /// Make a further passkey.
    AddPasskey = "add_passkey", &[KeyHolder];
    /// Make a further password with an authenticator app.
    AddPasswordKey = "add_password_key", &[KeyHolder];
    /// Withdraw one of one's own keys.
    WithdrawKey = "withdraw_key", &[KeyHolder];
    /// Make a new set of recovery codes.
    MakeRecoveryCodes = "make_recovery_codes", &[KeyHolder];
    /// Use a recovery code in place of the app.
    UseRecoveryCode = "use_recovery_code", &[KeyHolder];
    /// Withdraw every key of the person at the counter.
    WithdrawKeysAtCounter = "withdraw_keys_at_counter", &[Role(Officer)];
    /// Withdraw every key of a person, at the service desk.
    WithdrawKeysOfPerson = "withdraw_keys_of_person", &[Operator, Role(RoleKind::Support)];
    /// End a key that is past its validity.
    EndKey = "end_key", &[Job];
    /// Tell the holder that a key will end.
    TellKeyEnd = "tell_key_end", &[Job];
    /// Register a relying party, or change what it is registered for.
    RegisterRelyingParty = "register_relying_party", &[Operator];
    /// End a relying party.
    EndRelyingParty = "end_relying_party", &[Operator];
    /// Agree that a relying party learns something of oneself.
    AgreeToClaims = "agree_to_claims", &[KeyHolder];
    /// Withdraw that.
    WithdrawClaims = "withdraw_claims", &[KeyHolder];
    /// See what one agreed to.
    ViewServices = "view_services", &[KeyHolder];
    /// Sign in at a relying party.
    GrantSignIn = "grant_sign_in", &[KeyHolder];
    /// Sign out among the own keys, or at the services of one browser.
    SignOutHolder = "sign_out_holder", &[KeyHolder];
    /// Exchange the code of a sign-in.
    ExchangeCode = "exchange_code", &[RelyingParty];
    /// Learn what a person agreed to tell.
    ReleaseClaims = "release_claims", &[RelyingParty];
    /// Make the key with which sign-ins are signed.
    MakeSigningKey = "make_signing_key", &[Operator, Job];
    /// Record what became of handing over the state of a key.
    RecordKeyHandOver = "record_key_hand_over", &[Job];
    /// Hand over again, or not at all, what was set apart.
    SettleKeyHandOver = "settle_key_hand_over", &[Operator];
    /// Turn the screen to the person.
    TurnScreen = "turn_screen", &[Role(Officer)];
    /// Record what became of a message.
    RecordDelivery = "record_delivery", &[Job];
    /// Read the messages that were set apart.
    ReadSetApart = "read_set_apart", &[Operator, Role(RoleKind::Support)];
    /// Send a message that was set apart again.
    SendMessageAgain = "send_message_again", &[Operator, Role(RoleKind::Support)];
    /// Drop a message that was set apart.
    DropMessage = "drop_message", &[Operator, Role(RoleKind::Support)];
    /// Reconstruct a registration.
    ReconstructRegistration = "reconstruct_registration", &[Role(Auditor)];
    /// Search the journal.
    SearchJournal = "search_journal", &[Role(Auditor)];
    /// Find who was signed in at a moment.
    FindSessions = "find_sessions", &[Role(Auditor)];
    /// Export events with their proofs.
    ExportEvidence = "export_evidence", &[Role(Auditor), Operator];
    /// Record what a check of the whole log found.
    RecordLogCheck = "record_log_check", &[Job];
    /// Read whether the log is whole.
    ReadLogState = "read_log_state", &[Role(Auditor)];
    /// Destroy the events of the trail that are older than ten years.
    PurgeAuditLog = "purge_audit_log", &[Operator, Job];
    /// Place a hold over events of the trail.
    PlaceAuditHold = "place_audit_hold", &[Operator];
    /// Lift a hold.
    LiftAuditHold = "lift_audit_hold", &[Operator];
    /// Record that the events of a hold were exported.
    RecordHoldExport = "record_hold_export", &[Operator];
    /// Begin a new log of the trail.
    BeginAuditOrigin = "begin_audit_origin", &[Operator];
    /// Record start and stop of a server.
    RecordServer = "record_server", &[Job];
}

impl Action {
    /// Whether a member of staff must have shown the card within the last minutes (DESIGN section
    /// 8). The command line and jobs have no card and are let in by other means.
    pub const fn wants_fresh_card(self) -> bool {
        matches!(
            self,
            Self::GrantRole
                | Self::WithdrawRole
                | Self::RecordAgreement
                | Self::EndAgreement
                | Self::RecordAuthorisation
                | Self::EndAuthorisation
                | Self::CreateOrganisation
                | Self::AnswerSecondCheck
                | Self::WithdrawKeysOfPerson
                | Self::ExportEvidence
        )
    }

    /// Whether only the officer who has the registration may do it: what stands in a dossier before
    /// link and code are out is one officer's work, and goes to a colleague by a hand-over.
    pub const fn wants_own_registration(self) -> bool {
        matches!(
            self,
            Self::AskRegister
                | Self::SearchRegister
                | Self::ChooseHit
                | Self::VerifyDocument
                | Self::InscribePerson
                | Self::FollowReplacement
                | Self::ChooseProcedure
                | Self::RecordDocument
                | Self::ExplainDifference
                | Self::RecordCheck
                | Self::NoteCircumstances
                | Self::CallSecondOfficer
                | Self::IdentifyPerson
                | Self::RefuseIdentification
                | Self::EnterContact
                | Self::ResendContactCode
                | Self::ConfirmContactPoint
                | Self::WithdrawKeysAtCounter
                | Self::SendContactLink
                | Self::CallBackInvitation
        )
    }
}

impl Action {
    /// Whether a member of staff may do it in a registration about himself or herself: keep what came
    /// back from outside, account for a delay, and let the registration go to a colleague (the command
    /// looks at who gets it). Everything else there is somebody else's to see and to decide.
    pub const fn may_be_about_oneself(self) -> bool {
        matches!(
            self,
            Self::RecordAnswer
                | Self::RecordSearch
                | Self::RecordVerification
                | Self::RecordInscription
                | Self::ExplainDelay
                | Self::HandOverRegistration
        )
    }
}

/// What the decision must know of the thing acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeFacts {
    /// The organisation whose thing it is.
    pub organisation: Option<OrganisationId>,
    /// The officer who has the registration.
    pub officer: Option<StaffId>,
    /// The registration is about the caller: one of the numbers of its person is the caller's.
    pub is_about_caller: bool,
}

/// The caller as the decision sees it.
#[derive(Debug, Clone, Copy)]
pub enum CallerFacts<'a> {
    /// A proved card.
    CardHolder,
    /// Staff in a session.
    Staff(&'a StaffFacts),
    /// The person with a link whose invitation exists.
    Applicant,
    /// Who reads the mail of a contact point that exists.
    AddressHolder,
    /// The person with a key that exists.
    KeyHolder,
    /// The server of a relying party that is registered.
    RelyingParty,
    /// The operator's command line.
    Operator,
    /// A job.
    Job,
}

/// Decides. `Ok` only where a row of the matrix admits the caller and every condition holds; the
/// first condition that fails names what is missing (SEED-14: a page of its own for each).
pub fn decide(
    action: Action,
    caller: CallerFacts<'_>,
    scope: ScopeFacts,
    now: Timestamp,
) -> Result<(), Refusal> {
    let admits = |wanted: Who| action.who().contains(&wanted);
    let admitted = match caller {
        CallerFacts::Staff(staff) => return decide_staff(action, staff, scope, now),
        CallerFacts::CardHolder => admits(CardHolder),
        CallerFacts::Applicant => admits(Applicant),
        CallerFacts::AddressHolder => admits(AddressHolder),
        CallerFacts::KeyHolder => admits(KeyHolder),
        CallerFacts::RelyingParty => admits(RelyingParty),
        CallerFacts::Operator => admits(Operator),
        CallerFacts::Job => admits(Job),
    };
    if admitted { Ok(()) } else { Err(Refusal::NotAllowed) }
}

fn decide_staff(
    action: Action,
    staff: &StaffFacts,
    scope: ScopeFacts,
    now: Timestamp,
) -> Result<(), Refusal> {
    let wanted = action.who().iter().filter_map(|who| match who {
        Role(kind) => Some(*kind),
        CardHolder | AnyStaff | Applicant | AddressHolder | KeyHolder | RelyingParty | Operator
        | Job => None,
    });
    let wanted: Vec<RoleKind> = wanted.collect();
    if staff.session_ended || now >= staff.session_ends_at {
        // A withdrawal ends the session with the role: who goes on all the same is told why.
        return match role(staff, &wanted, now) {
            Err(refusal @ Refusal::RoleWithdrawn) => Err(refusal),
            Ok(_) | Err(_) => Err(Refusal::SessionEnded),
        };
    }
    if action.who().contains(&AnyStaff) {
        return Ok(());
    }
    if wanted.is_empty() {
        return Err(Refusal::NotAllowed);
    }
    agreement(staff, now)?;
    let role = role(staff, &wanted, now)?;
    if !staff.terms_accepted {
        return Err(Refusal::TermsNotAccepted);
    }
    if role == Officer && staff.open_registers(now).is_empty() {
        return Err(Refusal::AuthorisationMissing);
    }
    // The auditor works over all organisations; everybody else sees the own one only, and of
    // others not even that the thing exists.
    if role != Auditor && scope.organisation.is_some_and(|owner| owner != staff.organisation) {
        return Err(Refusal::NotFound);
    }
    if scope.is_about_caller && !action.may_be_about_oneself() {
        return Err(Refusal::OwnDossier);
    }
    let owner = scope.officer.filter(|_| action.wants_own_registration());
    if owner.is_some_and(|owner| owner != staff.staff) {
        return Err(Refusal::OtherOfficer);
    }
    if action.wants_fresh_card() && now >= staff.card_shown_at.plus(CARD_FRESH) {
        return Err(Refusal::CardAgain);
    }
    Ok(())
}

/// Whether a member of staff may enter at all: an agreement in force and a role that is valid now;
/// for officers also training and an authorisation (SEED-14). The terms come after sign-in.
pub fn may_enter(staff: &StaffFacts, now: Timestamp) -> Result<(), Refusal> {
    agreement(staff, now)?;
    if role(staff, &RoleKind::ALL, now)? == Officer && staff.open_registers(now).is_empty() {
        return Err(Refusal::AuthorisationMissing);
    }
    Ok(())
}

fn agreement(staff: &StaffFacts, now: Timestamp) -> Result<(), Refusal> {
    if staff.at_operator {
        return Ok(());
    }
    let agreement = staff.agreement.as_ref().ok_or(Refusal::AgreementMissing)?;
    match agreement.in_force_from {
        Some(from) if from <= now => {}
        _ => return Err(Refusal::AgreementMissing),
    }
    match agreement.ends_at {
        Some(end) if end <= now => Err(Refusal::AgreementEnded),
        _ => Ok(()),
    }
}

fn role(staff: &StaffFacts, wanted: &[RoleKind], now: Timestamp) -> Result<RoleKind, Refusal> {
    let mut best = if staff.grants.is_empty() { Refusal::RoleMissing } else { Refusal::NotAllowed };
    for grant in staff.grants.iter().filter(|g| wanted.contains(&g.kind)) {
        best = if grant.withdrawn_at.is_some_and(|at| at <= now) {
            Refusal::RoleWithdrawn
        } else if grant.until <= now {
            Refusal::RoleExpired
        } else if grant.from > now {
            Refusal::RoleMissing
        } else if grant.kind == Officer
            && grant.trained_at.is_none_or(|at| at.plus(TRAINING_COUNTS) <= now)
        {
            Refusal::TrainingExpired
        } else {
            return Ok(grant.kind);
        };
    }
    Err(best)
}

#[cfg(test)]
mod tests;
