//! Every address once: the pattern for the router and the address for links and redirects.

use loket_domain::id::{ContactPointId, KeyId, MessageId, RegistrationId, SecondCheckId};

/// Addresses without parameters.
macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $path;)+
    };
}

fixed! {
    /// Start page.
    START = "/";
    /// Signing in with the card.
    SIGN_IN = "/sign-in";
    /// The challenge for the card, as JSON.
    SIGN_IN_CHALLENGE = "/sign-in/challenge";
    /// What went wrong while signing in.
    SIGN_IN_FAILED = "/sign-in/failed";
    /// The same by an address without a query, to which a choice of language comes back.
    SIGN_IN_FAILED_BY = "/sign-in/failed/{code}";
    /// The way to the host that asks for the card's certificate, and the form of the way back.
    CARD_HOST = "/sign-in/card";
    /// The way back from there.
    CARD_HOST_RETURN = "/sign-in/card/return";
    /// The way to the federal authentication service.
    FEDERAL = "/sign-in/federal";
    /// The way back from there.
    FEDERAL_RETURN = "/sign-in/federal/return";
    /// Showing the card again within a session.
    SIGN_IN_AGAIN = "/sign-in/again";
    /// One's own sessions.
    SESSIONS = "/sessions";
    /// Ends one of them.
    SESSIONS_END = "/sessions/end";
    /// Ends the session.
    SIGN_OUT = "/sign-out";
    /// Terms of use.
    TERMS = "/terms";
    /// The officer's start.
    DESK = "/desk";
    /// Opening a dossier with the document in hand.
    DESK_DOCUMENT = "/desk/document";
    /// Opening a dossier by name and date of birth.
    DESK_NAME = "/desk/name";
    /// Why a dossier has had no result.
    DESK_DELAY = "/desk/delay";
    /// The calls for a second officer.
    SECOND_CHECKS = "/second-checks";
    /// The reviewer's start.
    REVIEW_POINTS = "/review";
    /// The messages that were set apart.
    DELIVERY = "/delivery";
    /// The auditor's start.
    AUDIT = "/audit";
    /// Who was signed in at a moment.
    AUDIT_SESSIONS = "/audit/sessions";
    /// Taking events along as evidence.
    AUDIT_EVIDENCE = "/audit/evidence";
    /// Whether the log is whole.
    AUDIT_LOG = "/audit/log";
    /// Choice of language.
    LANGUAGE = "/language";
    /// Help.
    HELP = "/help";
    /// Privacy notice.
    PRIVACY = "/privacy";
    /// Accessibility statement.
    ACCESSIBILITY = "/accessibility";
    /// State of the service.
    STATUS = "/status";
    /// Whom to tell of a weakness.
    SECURITY = "/.well-known/security.txt";
    /// The person types the code.
    ACTIVATE = "/activate";
    /// The person chooses the kind of key.
    ACTIVATE_CHOOSE = "/activate/choose";
    /// Making a passkey.
    ACTIVATE_PASSKEY = "/activate/passkey";
    /// Options for making a passkey, as JSON.
    ACTIVATE_PASSKEY_OPTIONS = "/activate/passkey/options";
    /// The same for a browser without passkeys.
    ACTIVATE_PASSKEY_WITHOUT = "/activate/passkey/without";
    /// Choosing a password.
    ACTIVATE_PASSWORD = "/activate/password";
    /// Setting up the authenticator app.
    ACTIVATE_APP = "/activate/app";
    /// The key exists.
    ACTIVATE_DONE = "/activate/done";
    /// The holder of an address confirms it.
    ADDRESS_CONFIRM = "/confirm-address";
    /// Asking for the link by which consent is withdrawn.
    CONSENT_ASK = "/consent";
    /// Withdrawing consent.
    CONSENT_WITHDRAW = "/consent/withdraw";
    /// Trying a key.
    KEY_CHECK = "/key-check";
    /// Options for trying a passkey, as JSON.
    KEY_CHECK_OPTIONS = "/key-check/options";
    /// The browser's answer for a passkey, as JSON.
    KEY_CHECK_PASSKEY = "/key-check/passkey";
    /// Address, password and code.
    KEY_CHECK_PASSWORD = "/key-check/password";
    /// Which key was tried with success.
    KEY_CHECK_RESULT = "/key-check/result";
    /// One's own keys.
    MY_KEYS = "/my-keys";
    /// Showing a key to get there.
    MY_KEYS_SIGN_IN = "/my-keys/sign-in";
    /// Options for showing a passkey, as JSON.
    MY_KEYS_OPTIONS = "/my-keys/sign-in/options";
    /// The browser's answer for a passkey, as JSON.
    MY_KEYS_PASSKEY = "/my-keys/sign-in/passkey";
    /// The app is lost: a recovery code in its place.
    MY_KEYS_RECOVER = "/my-keys/recover";
    /// Recovery codes.
    MY_KEYS_CODES = "/my-keys/recovery-codes";
    /// Leaving.
    MY_KEYS_LEAVE = "/my-keys/leave";
    /// A further key: which kind.
    MY_KEYS_ADD = "/my-keys/add";
    /// Making a further passkey.
    MY_KEYS_ADD_PASSKEY = "/my-keys/add/passkey";
    /// The same for a browser without passkeys.
    MY_KEYS_ADD_PASSKEY_WITHOUT = "/my-keys/add/passkey/without";
    /// Options for making it, as JSON.
    MY_KEYS_ADD_PASSKEY_OPTIONS = "/my-keys/add/passkey/options";
    /// Choosing a further password.
    MY_KEYS_ADD_PASSWORD = "/my-keys/add/password";
    /// Setting up its app.
    MY_KEYS_ADD_APP = "/my-keys/add/app";
    /// The services to which the holder agreed to tell something.
    MY_SERVICES = "/my-keys/services";
    /// Where relying parties send people.
    AUTHORIZE = "/authorize";
    /// Where they send people to sign out.
    END_SESSION = "/end-session";
    /// The person is sure.
    END_SESSION_SURE = "/end-session/sure";
    /// What a relying party asked.
    PARTY_REQUEST = "/authorize/{request}";
    /// Address, password and code for it.
    PARTY_PASSWORD = "/authorize/{request}/password";
    /// Options for showing a passkey for it, as JSON.
    PARTY_OPTIONS = "/authorize/{request}/options";
    /// The browser's answer for a passkey, as JSON.
    PARTY_PASSKEY = "/authorize/{request}/passkey";
    /// The person agrees.
    PARTY_CONSENT = "/authorize/{request}/consent";
    /// The person says no.
    PARTY_REFUSE = "/authorize/{request}/refuse";
    /// The screen that is turned to the person.
    GUIDE = "/guide";
    /// Withdrawing a person's keys at the service desk.
    SUPPORT = "/support";
}

/// What a relying party asked.
pub(crate) fn party_request(name: &str) -> String {
    format!("{AUTHORIZE}/{name}")
}

/// One of one's own keys.
pub(crate) const MY_KEY: &str = "/my-keys/key/{key}";
/// One of one's own keys.
pub(crate) fn my_key(key: KeyId) -> String {
    format!("/my-keys/key/{key}")
}
/// Withdraws one of one's own keys.
pub(crate) const MY_KEY_WITHDRAW: &str = "/my-keys/key/{key}/withdraw";

/// Pattern of the activation link.
pub(crate) const LINK: &str = "/a/{token}";
/// Pattern of the link that confirms an address.
pub(crate) const CONTACT_LINK: &str = "/c/{token}";
/// Pattern of the link by which consent is withdrawn.
pub(crate) const CONSENT_LINK: &str = "/w/{token}";

macro_rules! of_registration {
    ($($(#[$doc:meta])* $pattern:ident, $address:ident = $tail:literal;)+) => {$(
        $(#[$doc])*
        pub(crate) const $pattern: &str = concat!("/registrations/{registration}", $tail);
        $(#[$doc])*
        pub(crate) fn $address(id: RegistrationId) -> String {
            format!(concat!("/registrations/{}", $tail), id)
        }
    )+};
}

of_registration! {
    /// Leads to the step where a registration stands.
    REGISTRATION, registration = "";
    /// What the register answered.
    PERSON, person = "/person";
    /// Asks the register again.
    ASK_AGAIN, ask_again = "/ask-again";
    /// Goes on with the number that replaced the one asked for.
    FOLLOW, follow = "/follow";
    /// Inscribes the organisation for the person and asks again.
    INSCRIBE, inscribe = "/inscribe";
    /// Number and document do not belong together, or not yet.
    VERIFIED, verified = "/verified";
    /// The short list of a search by name.
    HITS, hits = "/hits";
    /// Searches by name once more.
    SEARCH, search = "/search";
    /// Notes an interpreter and a companion.
    CIRCUMSTANCES, circumstances = "/circumstances";
    /// Hands the dossier to a colleague, or takes it over.
    HAND_OVER, hand_over = "/hand-over";
    /// Calls a second officer.
    CALL_SECOND, call_second = "/call-second-officer";
    /// How far the call is.
    SECOND_WAITING, second_waiting = "/second-officer";
    /// The letter to a person who was not identified, as PDF.
    LETTER, letter = "/letter";
    /// Reports a possible fraud.
    FRAUD, fraud = "/fraud";
    /// Choice of the procedure.
    PROCEDURE, procedure = "/procedure";
    /// The checks one by one, and the decision.
    CHECKS, checks = "/checks";
    /// What stands on the document.
    DOCUMENT, document = "/document";
    /// Document and register side by side.
    COMPARISON, comparison = "/comparison";
    /// Explains one difference.
    EXPLAIN, explain = "/comparison/explain";
    /// Decides that this is the person.
    IDENTIFY, identify = "/identify";
    /// Decides that the person is not identified.
    REFUSE, refuse = "/refuse";
    /// Stops the registration.
    STOP, stop = "/stop";
    /// Consent, language and addresses.
    CONTACT, contact = "/contact";
    /// The codes that the person reads out.
    CONFIRM, confirm = "/confirm";
    /// Check your answers.
    REVIEW, review = "/review";
    /// What was sent, and how far it is; also how an ended registration ended.
    STANDING, standing = "/standing";
    /// Nothing received, or something to correct.
    AGAIN, again = "/again";
    /// The proof of consent, and its withdrawal.
    CONSENT, consent = "/consent";
    /// The slip with the code, as PDF.
    SLIP, slip = "/slip";
    /// Withdraws every key of the person.
    WITHDRAW_KEYS, withdraw_keys = "/withdraw-keys";
    /// Turns the screen to the person.
    TURN_SCREEN, turn_screen = "/turn-screen";
}

/// What stands between the address of the checks and the name of one that is answered anew.
pub(crate) const CHECK_ANEW: &str = "?check=";
/// The checks, with the one that is answered anew.
pub(crate) fn check_anew(id: RegistrationId, check: &str) -> String {
    format!("{}{CHECK_ANEW}{check}", checks(id))
}

/// The dossier to which an address belongs.
pub(crate) fn dossier_of(path: &str) -> Option<String> {
    let id = path.strip_prefix("/registrations/")?.split('/').next()?;
    id.parse().ok().map(registration)
}

/// Whether an address is a colleague's call, which leads back to the queue and not into the dossier.
pub(crate) fn is_second_check(path: &str) -> bool {
    path.split('/').nth(3) == Some("second-checks")
}

/// Sends a code again.
pub(crate) const RESEND: &str = "/registrations/{registration}/contacts/{contact}/resend";
/// Sends a code again.
pub(crate) fn resend(registration: RegistrationId, contact: ContactPointId) -> String {
    format!("/registrations/{registration}/contacts/{contact}/resend")
}

/// Sends a link instead of a code.
pub(crate) const CONTACT_LINK_SEND: &str = "/registrations/{registration}/contacts/{contact}/link";
/// Sends a link instead of a code.
pub(crate) fn contact_link_send(registration: RegistrationId, contact: ContactPointId) -> String {
    format!("/registrations/{registration}/contacts/{contact}/link")
}

/// What a second officer looks at.
pub(crate) const SECOND_CHECK: &str = "/registrations/{registration}/second-checks/{second}";
/// What a second officer looks at.
pub(crate) fn second_check(registration: RegistrationId, second: SecondCheckId) -> String {
    format!("/registrations/{registration}/second-checks/{second}")
}
/// Takes on a call for a second officer.
pub(crate) const SECOND_CHECK_TAKE: &str =
    "/registrations/{registration}/second-checks/{second}/take";
/// Takes on a call for a second officer.
pub(crate) fn second_check_take(registration: RegistrationId, second: SecondCheckId) -> String {
    format!("{}/take", second_check(registration, second))
}

/// Pattern of [`delivery_again`].
pub(crate) const DELIVERY_AGAIN: &str = "/delivery/{message}/again";
/// Sends a message that was set apart again.
pub(crate) fn delivery_again(message: MessageId) -> String {
    format!("{DELIVERY}/{message}/again")
}

/// Pattern of [`delivery_drop`].
pub(crate) const DELIVERY_DROP: &str = "/delivery/{message}/drop";
/// Drops a message that was set apart.
pub(crate) fn delivery_drop(message: MessageId) -> String {
    format!("{DELIVERY}/{message}/drop")
}

/// Pattern of [`reconstruction`].
pub(crate) const RECONSTRUCTION: &str = "/audit/registrations/{registration}";
/// Reconstruction of a registration.
pub(crate) fn reconstruction(id: RegistrationId) -> String {
    format!("/audit/registrations/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_dossier_leads_to_it_and_no_other_does() {
        let id = "0190b8c4-7a3c-7000-8000-000000000001";
        let dossier = format!("/registrations/{id}");
        for tail in ["", "/ask-again", "/second-checks/x/take"] {
            assert_eq!(dossier_of(&format!("{dossier}{tail}")), Some(dossier.clone()));
        }
        for other in ["/desk", "/registrations/", "/registrations/nobody/follow", ""] {
            assert_eq!(dossier_of(other), None, "{other}");
        }
    }
}
