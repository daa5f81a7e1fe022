//! Invitations after they were sent: a new code, a new link, a corrected address, a lock, and what
//! each of them needs (SEED-13, SEED-18, SEED-19).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::commands::call_back_invitation::CallBackInvitation;
use loket_app::commands::enter_contact::Sharing;
use loket_app::commands::reconstruct_registration::ReconstructRegistration;
use loket_app::commands::view_registration::Page;
use loket_app::office::CodeEntry;
use loket_app::tables::invitation::InvitationState;
use loket_app::{Failure, jobs};
use loket_domain::Refusal;
use loket_domain::contact::SharedReason;
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::office::RoleKind;
use loket_domain::registration::StateCode;
use loket_testkit::house::House;

use crate::journey::{
    Invitation, at_work, browser, contact, contactable, identified, invited, state, view,
};
use crate::on_both;

/// Five wrong codes that pass the check character.
pub(crate) async fn lock(house: &House, invitation: &Invitation) -> Result<()> {
    let pass = browser(house, &invitation.link)?;
    for wrong in ["222222222", "333333337", "44444444C", "55555555H", "66666666P"] {
        let entry = house.office.enter_code(&pass, wrong, None).await?;
        assert!(matches!(entry, CodeEntry::Wrong { .. }), "{wrong}: {entry:?}");
    }
    Ok(())
}

async fn call_back(
    house: &House,
    session: SessionId,
    registration: RegistrationId,
    person_here: bool,
) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    house.office.run(call, CallBackInvitation { registration, person_here }).await
}

fn newest_code(house: &House) -> Result<String> {
    Ok(house.sms.messages().last().context("a code was sent")?.text.expose().to_owned())
}

on_both! {
    async fn a_new_code_works_with_the_old_link_and_the_old_code_does_not(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        // The code by SMS has a day; the link has two weeks.
        house.clock.advance(Duration::from_secs(24 * 3600 + 1));
        let pass = browser(&house, &invitation.link)?;
        let late = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(late, Err(Failure::Refused(Refusal::ActivationCodeExpired))));
        let session = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        house.office.resend_activation_code(house.call(session)?, invitation.registration).await?;
        house.send_messages().await?;
        assert_eq!(house.office.enter_code(&pass, &invitation.code, None).await?, CodeEntry::Wrong { tries_left: 4 });
        let entry = house.office.enter_code(&pass, &newest_code(&house)?, None).await?;
        assert_eq!(entry, CodeEntry::Right);
    }

    /// Otherwise a friendly voice on the telephone would buy five more tries each time.
    async fn new_codes_are_three_an_hour_and_none_once_locked(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let id = invitation.registration;
        // The confirmation code was the first message to this number this hour.
        for _ in 0..2 {
            house.office.resend_activation_code(house.call(session)?, id).await?;
        }
        let third = house.office.resend_activation_code(house.call(session)?, id).await;
        assert!(matches!(third, Err(Failure::Refused(Refusal::TooManySends))));
        lock(&house, &invitation).await?;
        house.clock.advance(Duration::from_secs(3601));
        let session = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        let locked = house.office.resend_activation_code(house.call(session)?, id).await;
        assert!(matches!(locked, Err(Failure::Refused(Refusal::InvitationLocked))));
    }

    async fn a_locked_invitation_needs_officer_and_person_again(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let id = invitation.registration;
        lock(&house, &invitation).await?;
        let pass = browser(&house, &invitation.link)?;
        let right = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(right, Err(Failure::Refused(Refusal::InvitationLocked))));
        let alone = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(alone, Err(Failure::Refused(Refusal::PersonNotHere))));
        house.office.send_invitation_to_person_here(house.call(session)?, id).await?;
        house.send_messages().await?;
        let link = house.mail.messages().last().context("a link")?.text.expose().to_owned();
        let fresh = browser(&house, &link)?;
        let entry = house.office.enter_code(&fresh, &newest_code(&house)?, None).await?;
        assert_eq!(entry, CodeEntry::Right);
        let old = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(old, Err(Failure::Refused(Refusal::LinkInvalid))));
    }

    async fn an_address_is_corrected_with_the_person_here_and_confirmed_anew(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let id = invitation.registration;
        let alone = call_back(&house, session, id, false).await;
        assert!(matches!(alone, Err(Failure::Refused(Refusal::PersonNotHere))));
        call_back(&house, session, id, true).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
        let pass = browser(&house, &invitation.link)?;
        let dead = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(dead, Err(Failure::Refused(Refusal::LinkInvalid))));
        let mut corrected = contact(id, true)?;
        corrected.email = "right@example.be".parse()?;
        house.office.run(house.call(session)?, corrected).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Identified);
        let early = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(early, Err(Failure::Refused(Refusal::EmailUnconfirmed))));
        house.send_messages().await?;
        let (shown, _) = view(&house, session, id, Page::Contact).await?;
        let point = shown.contacts.iter().find(|c| c.channel == loket_domain::contact::Channel::Email);
        let code = house.mail.messages().last().context("a code")?.text.clone();
        let command = loket_app::commands::confirm_contact_point::ConfirmContactPoint {
            registration: id, contact_point: point.context("an address")?.id, code,
        };
        house.office.run(house.call(session)?, command).await?;
        house.office.send_invitation(house.call(session)?, id).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Invited);
    }

    /// The evening that ends what was left counts from the call-back, not from the first visit.
    async fn a_dossier_called_back_days_later_lives_until_its_own_evening(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        house.clock.advance(Duration::from_secs(3 * 24 * 3600));
        let session = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        call_back(&house, session, invitation.registration, true).await?;
        jobs::keep_house(&house.office).await?;
        assert_eq!(state(&house, session, invitation.registration).await?, StateCode::Contactable);
        house.clock.advance(Duration::from_secs(12 * 3600));
        jobs::keep_house(&house.office).await?;
        let session = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        assert_eq!(state(&house, session, invitation.registration).await?, StateCode::Expired);
    }

    async fn one_address_of_many_persons_needs_a_reason(house) {
        let session = at_work(&house).await?;
        contactable(&house, session, 10, true).await?;
        contactable(&house, session, 11, true).await?;
        // The same person again is nobody new.
        contactable(&house, session, 11, true).await?;
        house.clock.advance(Duration::from_secs(3601));
        let session = house.sign_in(loket_testkit::house::ssin(1)?).await?;
        let third = identified(&house, session, 12).await?;
        let asked = house.office.run(house.call(session)?, contact(third, true)?).await;
        assert!(matches!(asked, Err(Failure::Refused(Refusal::SharedContactUnexplained))));
        assert!(view(&house, session, third, Page::Contact).await?.0.contacts.is_empty());
        let mut explained = contact(third, true)?;
        explained.shared = Some(SharedReason::Helper);
        house.office.run(house.call(session)?, explained).await?;
        let mut reader = house.store.reader().await?;
        let kinds = loket_store::soundness::kinds_of(&mut reader.view(), third).await?;
        assert_eq!(kinds.iter().filter(|k| **k == "shared_contact_explained").count(), 2);
    }

    /// Entered for all before it is confirmed by any, an address once served any number without a word.
    async fn an_address_that_is_not_confirmed_yet_counts_too(house) {
        let session = at_work(&house).await?;
        for person in 10..12 {
            let id = identified(&house, session, person).await?;
            house.office.run(house.call(session)?, contact(id, true)?).await?;
        }
        let third = identified(&house, session, 12).await?;
        let asked = house.office.run(house.call(session)?, contact(third, true)?).await;
        assert!(matches!(asked, Err(Failure::Refused(Refusal::SharedContactUnexplained))));
    }

    async fn a_stricter_house_asks_from_the_second_person_on_or_refuses_key_holders(house) {
        let session = at_work(&house).await?;
        crate::journey::with_key(&house, session, 10).await?;
        let second = identified(&house, session, 11).await?;
        let with = |sharing| contact(second, true).map(|command| {
            loket_app::commands::enter_contact::EnterContact { sharing, ..command }
        });
        let one = Sharing { persons_without_reason: 1, one_key_holder: false };
        let asked = house.office.run(house.call(session)?, with(one)?).await;
        assert!(matches!(asked, Err(Failure::Refused(Refusal::SharedContactUnexplained))));
        let unique = Sharing { persons_without_reason: 2, one_key_holder: true };
        let refused = house.office.run(house.call(session)?, with(unique)?).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ContactInUse))));
        house.office.run(house.call(session)?, with(Sharing::default())?).await?;
    }

    async fn an_address_is_confirmed_by_a_link_and_only_by_its_button(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        house.office.run(house.call(session)?, contact(id, false)?).await?;
        house.send_messages().await?;
        let code = house.mail.messages()[0].text.clone();
        let point = view(&house, session, id, Page::Contact).await?.0.contacts[0].id;
        house.office.send_contact_link(house.call(session)?, id, point).await?;
        house.send_messages().await?;
        // The code is void from then on.
        let command = loket_app::commands::confirm_contact_point::ConfirmContactPoint {
            registration: id, contact_point: point, code,
        };
        let spent = house.office.run(house.call(session)?, command).await;
        assert!(matches!(spent, Err(Failure::Refused(Refusal::ContactCodeSpent))));
        let link = house.mail.messages().last().context("a link")?.text.expose().to_owned();
        let open = || -> Result<_> {
            let token = link.rsplit('/').next().context("a token")?;
            let cookie = house.office.open_address_link(token)?;
            house.office.read_address_pass(&cookie).context("reads")
        };
        for _ in 0..3 {
            let seen = house.office.contact_link(&open()?).await?;
            assert_eq!((seen.masked.as_str(), seen.confirmed), ("l…@example.be", false));
        }
        assert_eq!(state(&house, session, id).await?, StateCode::Identified);
        house.office.confirm_by_link(&open()?, None).await?;
        house.office.confirm_by_link(&open()?, None).await?;
        assert!(house.office.contact_link(&open()?).await?.confirmed);
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
        house.office.send_invitation(house.call(session)?, id).await?;
    }

    async fn a_replaced_address_takes_its_link_along(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        house.office.run(house.call(session)?, contact(id, false)?).await?;
        let point = view(&house, session, id, Page::Contact).await?.0.contacts[0].id;
        house.office.send_contact_link(house.call(session)?, id, point).await?;
        house.send_messages().await?;
        let link = house.mail.messages().last().context("a link")?.text.expose().to_owned();
        let mut other = contact(id, false)?;
        other.email = "other@example.be".parse()?;
        house.office.run(house.call(session)?, other).await?;
        let cookie = house.office.open_address_link(link.rsplit('/').next().context("a token")?)?;
        let pass = house.office.read_address_pass(&cookie).context("reads")?;
        let dead = house.office.confirm_by_link(&pass, None).await;
        assert!(matches!(dead, Err(Failure::Refused(Refusal::AddressLinkInvalid))));
    }

    /// A hundred openings by scanners and previews, and the link still works.
    async fn opening_a_link_uses_nothing_up(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let size = async || -> Result<u64> {
            let mut reader = house.store.reader().await?;
            Ok(loket_store::journal::size(&mut reader.view()).await?)
        };
        let before = size().await?;
        for _ in 0..100 {
            house.office.progress(&browser(&house, &invitation.link)?).await?;
        }
        assert_eq!(size().await?, before);
        let (shown, _) = view(&house, session, invitation.registration, Page::Status).await?;
        let kept = shown.invitation.context("an invitation")?;
        assert_eq!((kept.state, kept.tries_left), (InvitationState::Open, 5));
    }

    async fn the_addresses_in_the_trail_are_masked(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let operator = house.bare_organisation("Operator", "0400378485", true).await?;
        let auditor = house
            .staff(operator, loket_testkit::house::ssin(3)?, RoleKind::Auditor)
            .await?;
        let command = ReconstructRegistration { registration: id, purpose: "complaint 2026/12".to_owned() };
        let (found, disclosure) = house.office.disclose(house.call(auditor)?, command).await?;
        let events: Vec<_> = found.timeline.iter().map(|e| disclosure.open(e).event.clone()).collect();
        let told = format!("{events:?}");
        assert!(told.contains("l…@example.be") && told.contains("…56"), "{told}");
        assert!(!told.contains("lotte@") && !told.contains("+32470123456"));
    }
}
