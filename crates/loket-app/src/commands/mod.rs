//! Everything that the office does, one command a file. Each says in `apply` what changes and
//! which event tells it; who may do it stands in `loket_domain::policy`.

pub mod accept_terms;
pub mod add_key;
pub mod agree_to_claims;
pub mod allow_procedure;
pub mod answer_second_check;
pub mod ask_register;
pub mod ask_release;
pub mod begin_audit_origin;
pub mod call_back_invitation;
pub mod call_second_officer;
pub mod choose_hit;
pub mod choose_password;
pub mod choose_procedure;
pub mod close_question;
pub mod confirm_contact_by_link;
pub mod confirm_contact_point;
pub mod create_key;
pub mod create_organisation;
pub mod drop_message;
pub mod end_agreement;
pub mod end_authorisation;
pub mod end_key;
pub mod end_relying_party;
pub mod end_session;
pub mod enter_activation_code;
pub mod enter_contact;
pub mod exchange_code;
pub mod expire_registration;
pub mod explain_delay;
pub mod explain_difference;
pub mod export_evidence;
pub mod find_sessions;
pub mod follow_replacement;
pub mod grant_role;
pub mod grant_sign_in;
pub mod hand_over_registration;
pub mod identify_person;
pub mod inscribe_person;
pub mod lift_audit_hold;
pub mod make_recovery_codes;
pub mod make_signing_key;
pub mod name_key;
pub mod note_circumstances;
pub mod open_registration;
pub mod place_audit_hold;
pub mod print_letter;
pub mod print_slip;
pub mod purge_audit_log;
pub mod read_fraud_reports;
pub mod read_log_state;
pub mod read_review;
pub mod read_set_apart;
pub mod reconstruct_registration;
pub mod record_agreement;
pub mod record_answer;
pub mod record_authorisation;
pub mod record_check;
pub mod record_delivery;
pub mod record_document;
pub mod record_hold_export;
pub mod record_inscription;
pub mod record_key_hand_over;
pub mod record_log_check;
pub mod record_refused_cards;
pub mod record_release;
pub mod record_search;
pub mod record_server;
pub mod record_verification;
pub mod record_wrong_code;
pub mod refuse_identification;
pub mod register_relying_party;
pub mod release_claims;
pub mod report_fraud;
pub mod resend_activation_code;
pub mod resend_contact_code;
pub mod search_journal;
pub mod search_register;
pub mod send_consent_link;
pub mod send_contact_link;
pub mod send_invitation;
pub mod send_message_again;
pub mod settle_key_hand_over;
pub mod show_card_again;
pub mod sign_in;
pub mod sign_out;
pub mod sign_out_holder;
pub mod take_second_check;
pub mod tell_key_end;
pub mod turn_screen;
pub mod use_key;
pub mod use_recovery_code;
pub mod verify_document;
pub mod view_keys;
pub mod view_registration;
pub mod view_second_check;
pub mod view_services;
pub mod withdraw_claims;
pub mod withdraw_consent;
pub mod withdraw_key;
pub mod withdraw_keys_at_counter;
pub mod withdraw_keys_of_person;
pub mod withdraw_registration;
pub mod withdraw_role;

use std::collections::BTreeSet;
use std::time::Duration;

use loket_domain::contact::{Channel, Destination, EmailAddress};
use loket_domain::hand_over::KeyState;
use loket_domain::id::{KeyId, MessageId, OrganisationId, PersonId, RegistrationId};
use loket_domain::key::KeyEnd;
use loket_domain::message::{KeyNews, MessageContent, QueuedMessage};
use loket_domain::office::StaffFacts;
use loket_domain::registration::{Opened, Registration};
use loket_domain::relying_party::Claim;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::contact::ContactState;
use loket_store::tables::key::DigitalKey;
use loket_store::tables::outbox::Message;
use loket_store::tables::party_sign_in::PartySignIn;
use loket_store::{Failure, Tx, VisitKind, tables};

/// The registration, or "not found".
pub(crate) async fn registration(
    tx: &mut Tx<'_>,
    id: RegistrationId,
) -> Result<Registration, Failure> {
    Ok(tables::registration::load(&mut tx.view(), id).await?.ok_or(Refusal::NotFound)?)
}

/// Before link and code are out, a dossier is one officer's work, and goes to a colleague by a
/// hand-over only; afterwards every officer of the organisation helps the person on.
pub(crate) fn own_before_sending(
    registration: &Registration,
    staff: &StaffFacts,
) -> Result<(), Refusal> {
    match registration {
        Registration::Opened(_) | Registration::Identified(_) | Registration::Contactable(_)
            if registration.dossier().officer != staff.staff =>
        {
            Err(Refusal::OtherOfficer)
        }
        Registration::Opened(_)
        | Registration::Identified(_)
        | Registration::Contactable(_)
        | Registration::Invited(_)
        | Registration::Activated(_)
        | Registration::Ended(_) => Ok(()),
    }
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

/// How long a notice to the holder of a key is worth sending.
const NOTICE_WORKS: Duration = Duration::from_secs(3 * 24 * 3600);

/// The key with which its holder calls, while it works: what was shown a quarter of an hour ago may
/// have been withdrawn since.
pub(crate) async fn holders_key(
    tx: &mut Tx<'_>,
    (person, key): (PersonId, KeyId),
) -> Result<DigitalKey, Failure> {
    let now = tx.now();
    let key = tables::key::load(&mut tx.view(), key, now).await?;
    Ok(key.filter(|key| key.person == person).ok_or(Refusal::KeySessionEnded)?)
}

/// Refuses what comes of a session at relying parties that was signed out in the same moment.
pub(crate) async fn stands(tx: &mut Tx<'_>, session: [u8; 32]) -> Result<(), Failure> {
    if tables::visitor::stands(tx, session, VisitKind::PartySession).await? {
        return Ok(());
    }
    Err(Refusal::KeySessionEnded.into())
}

/// One of the person's own keys that works; of others not even that they exist.
pub(crate) async fn own_key(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: KeyId,
) -> Result<DigitalKey, Failure> {
    let now = tx.now();
    let key = tables::key::load(&mut tx.view(), key, now).await?;
    Ok(key.filter(|key| key.person == person).ok_or(Refusal::NotFound)?)
}

/// The key with which somebody signed in at a relying party, while it works, and what the relying party
/// may learn, while it is registered and the person agrees.
pub(crate) async fn standing(
    tx: &mut Tx<'_>,
    sign_in: &PartySignIn,
) -> Result<(DigitalKey, BTreeSet<Claim>), Failure> {
    let now = tx.now();
    let view = &mut tx.view();
    let key = tables::key::load(view, sign_in.key, now).await?.ok_or(Refusal::NotFound)?;
    let party = tables::relying_party::load(view, sign_in.party).await?;
    let party = party.ok_or(Refusal::NotFound)?;
    let given = tables::claims_consent::given(view, sign_in.person, sign_in.party).await?;
    let given = given.ok_or(Refusal::NotFound)?;
    let may = given.claims.intersection(&party.registered.claims).copied().collect();
    Ok((key, may))
}

/// Writes down, in the transaction that makes or ends a key, what the federal authentication service must
/// know of it.
pub(crate) async fn announce(
    tx: &mut Tx<'_>,
    key: &DigitalKey,
    ended: Option<KeyEnd>,
) -> Result<(), Failure> {
    // Who has no number any more was erased; there is nobody to tell of.
    let Some(number) = tables::person::number(&mut tx.view(), key.person).await? else {
        return Ok(());
    };
    let state = KeyState {
        key: key.id,
        ssin: *tx.open(&number),
        kind: key.kind,
        level: key.level,
        expires_at: key.expires_at,
        ended,
        since: tx.now(),
    };
    Ok(tables::announcement::insert(tx, &state).await?)
}

/// Where and in which language the holder of a key is reached; nowhere once the consent is withdrawn.
pub(crate) async fn holders_address(
    tx: &mut Tx<'_>,
    id: RegistrationId,
) -> Result<Option<(EmailAddress, Language)>, Failure> {
    let view = &mut tx.view();
    let Some(language) = tables::contact::consent_language(view, id).await? else {
        return Ok(None);
    };
    let points = tables::contact::current(view, id).await?;
    let confirmed = points
        .iter()
        .find(|p| p.channel == Channel::Email && p.state == ContactState::Confirmed)
        .map(|point| tx.open(&point.destination));
    Ok(match confirmed {
        Some(Destination::Email(address)) => Some((address.clone(), language)),
        Some(Destination::Sms(_)) | None => None,
    })
}

/// Tells the holder what happened to a key, on the confirmed address (requirement AU-17).
pub(crate) async fn tell_holder(
    tx: &mut Tx<'_>,
    id: RegistrationId,
    news: KeyNews,
    at: Timestamp,
) -> Result<(), Failure> {
    let Some((address, language)) = holders_address(tx, id).await? else { return Ok(()) };
    let notice = QueuedMessage {
        to: Destination::Email(address),
        language,
        content: MessageContent::KeyNews { news, at },
    };
    let not_after = tx.now().plus(NOTICE_WORKS);
    tables::outbox::insert(tx, id, None, &notice, not_after).await?;
    Ok(())
}

/// The one organisation whose things the caller may see; `None` for staff of the operator and for
/// the operator's command line, who see those of all.
pub(crate) fn own_organisation(staff: Option<&StaffFacts>) -> Option<OrganisationId> {
    staff.filter(|staff| !staff.at_operator).map(|staff| staff.organisation)
}

/// A message that the caller may act on, or "not found".
pub(crate) async fn own_message(
    tx: &mut Tx<'_>,
    staff: Option<&StaffFacts>,
    id: MessageId,
) -> Result<Message, Failure> {
    let found = tables::outbox::load(&mut tx.view(), id).await?.ok_or(Refusal::NotFound)?;
    let owner = registration(tx, found.registration).await?.dossier().organisation;
    match own_organisation(staff) {
        Some(own) if own != owner => Err(Refusal::NotFound.into()),
        _ => Ok(found),
    }
}
