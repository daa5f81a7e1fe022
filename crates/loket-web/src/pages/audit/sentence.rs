//! What an event says, in a sentence. Every kind has its own; a new kind does not compile without.

use loket_domain::audit::Event;
use loket_text::Text;

use crate::fault::sentences;

/// The sentence of an event.
pub(super) fn sentence(t: Text, event: &Event) -> String {
    match event {
        Event::SignedIn { .. } => t.event_signed_in(),
        Event::SignedOut { .. } => t.event_signed_out(),
        Event::SessionEnded { .. } => t.event_session_ended(),
        Event::CardShownAgain { .. } => t.event_card_shown_again(),
        Event::CardsRefused { .. } => t.event_cards_refused(),
        Event::TermsAccepted { .. } => t.event_terms_accepted(),
        Event::OrganisationCreated { .. } => t.event_organisation_created(),
        Event::AgreementRecorded { .. } => t.event_agreement_recorded(),
        Event::AgreementEnded { .. } => t.event_agreement_ended(),
        Event::AuthorisationRecorded { .. } => t.event_authorisation_recorded(),
        Event::AuthorisationEnded { .. } => t.event_authorisation_ended(),
        Event::RoleGranted { .. } => t.event_role_granted(),
        Event::RoleWithdrawn { .. } => t.event_role_withdrawn(),
        Event::RegistrationOpened { .. } => t.event_registration_opened(),
        Event::RegisterAsked { .. } => t.event_register_asked(),
        Event::RegisterAnswered { .. } => t.event_register_answered(),
        Event::ReplacementFollowed { .. } => t.event_replacement_followed(),
        Event::PersonShown { .. } => t.event_person_shown(),
        Event::RegistrationViewed { .. } => t.event_registration_viewed(),
        Event::ProcedureChosen { .. } => t.event_procedure_chosen(),
        Event::DocumentRecorded { .. } => t.event_document_recorded(),
        Event::DifferenceExplained { .. } => t.event_difference_explained(),
        Event::CheckRecorded { .. } => t.event_check_recorded(),
        Event::PersonIdentified { .. } => t.event_person_identified(),
        Event::IdentificationRefused { .. } => t.event_identification_refused(),
        Event::RegistrationWithdrawn { .. } => t.event_registration_withdrawn(),
        Event::RegistrationExpired { .. } => t.event_registration_expired(),
        Event::ConsentGiven { .. } => t.event_consent_given(),
        Event::ContactPointEntered { .. } => t.event_contact_point_entered(),
        Event::ContactCodeSent { .. } => t.event_contact_code_sent(),
        Event::ContactCodeRefused { .. } => t.event_contact_code_refused(),
        Event::ContactPointConfirmed { .. } => t.event_contact_point_confirmed(),
        Event::InvitationIssued { .. } => t.event_invitation_issued(),
        Event::SlipPrinted { .. } => t.event_slip_printed(),
        Event::InvitationCancelled { .. } => t.event_invitation_cancelled(),
        Event::ActivationCodeAccepted { .. } => t.event_activation_code_accepted(),
        Event::ActivationCodeRefused { .. } => t.event_activation_code_refused(),
        Event::InvitationLocked { .. } => t.event_invitation_locked(),
        Event::DigitalKeyCreated { .. } => t.event_digital_key_created(),
        Event::DigitalKeyUsed { .. } => t.event_digital_key_used(),
        Event::MessageHandedOver { .. } => t.event_message_handed_over(),
        Event::MessageDelayed { .. } => t.event_message_delayed(),
        Event::MessageFailed { .. } => t.event_message_failed(),
        Event::MessageDelivered { .. } => t.event_message_delivered(),
        Event::RegistrationReconstructed { .. } => t.event_registration_reconstructed(),
        Event::ServerStarted { .. } => t.event_server_started(),
        Event::ServerStopped { .. } => t.event_server_stopped(),
        Event::CommandRefused { refusal, .. } => t.event_command_refused(&sentences(t, *refusal).0),
    }
}
