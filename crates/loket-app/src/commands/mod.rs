//! Everything that the office does, one command a file. Each says in `apply` what changes and
//! which event tells it; who may do it stands in `loket_domain::policy`.

pub mod accept_terms;
pub mod allow_procedure;
pub mod answer_second_check;
pub mod ask_register;
pub mod ask_release;
pub mod call_second_officer;
pub mod choose_hit;
pub mod choose_procedure;
pub mod close_question;
pub mod confirm_contact_point;
pub mod create_key;
pub mod create_organisation;
pub mod end_agreement;
pub mod end_authorisation;
pub mod end_session;
pub mod enter_activation_code;
pub mod enter_contact;
pub mod expire_registration;
pub mod explain_delay;
pub mod explain_difference;
pub mod follow_replacement;
pub mod grant_role;
pub mod hand_over_registration;
pub mod identify_person;
pub mod inscribe_person;
pub mod note_circumstances;
pub mod open_registration;
pub mod print_letter;
pub mod print_slip;
pub mod read_fraud_reports;
pub mod read_review;
pub mod reconstruct_registration;
pub mod record_agreement;
pub mod record_answer;
pub mod record_authorisation;
pub mod record_check;
pub mod record_delivery;
pub mod record_document;
pub mod record_inscription;
pub mod record_refused_cards;
pub mod record_release;
pub mod record_search;
pub mod record_server;
pub mod record_verification;
pub mod refuse_identification;
pub mod report_fraud;
pub mod resend_contact_code;
pub mod search_register;
pub mod send_invitation;
pub mod show_card_again;
pub mod sign_in;
pub mod sign_out;
pub mod take_second_check;
pub mod use_key;
pub mod verify_document;
pub mod view_registration;
pub mod view_second_check;
pub mod withdraw_registration;
pub mod withdraw_role;

use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use loket_domain::registration::{Opened, Registration};
use loket_store::{Failure, Tx, tables};

/// The registration, or "not found".
pub(crate) async fn registration(
    tx: &mut Tx<'_>,
    id: RegistrationId,
) -> Result<Registration, Failure> {
    Ok(tables::registration::load(&mut tx.view(), id).await?.ok_or(Refusal::NotFound)?)
}

/// The registration while it is opened; any later state means an old page or a step skipped.
pub(crate) async fn opened(tx: &mut Tx<'_>, id: RegistrationId) -> Result<Opened, Failure> {
    match registration(tx, id).await? {
        Registration::Opened(opened) => Ok(opened),
        Registration::Identified(_)
        | Registration::Contactable(_)
        | Registration::Invited(_)
        | Registration::Activated(_)
        | Registration::Ended(_) => Err(Refusal::WrongStep.into()),
    }
}
