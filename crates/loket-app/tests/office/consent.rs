//! Consent: proved by its words, withdrawn as easily as it was given, at any counter or by a link
//! (SEED-56).

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::Failure;
use loket_app::commands::view_registration::Page;
use loket_app::office::AddressPass;
use loket_app::tables;
use loket_domain::consent::NEWEST;
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::port::HandOver;
use loket_domain::registration::StateCode;
use loket_domain::{Language, Refusal};
use loket_testkit::house::{House, ssin};

use crate::journey::{
    at_work, browser, confirm_all, contact, contactable, identified, invited, state, view,
};
use crate::on_both;

/// What is left of the addresses of a registration, whatever their state.
async fn addresses(house: &House, session: SessionId, id: RegistrationId) -> Result<usize> {
    let (shown, _) = view(house, session, id, Page::Contact).await?;
    Ok(shown.contacts.len())
}

async fn proof(house: &House, id: RegistrationId) -> Result<tables::consent::Consent> {
    let mut reader = house.store.reader().await?;
    tables::consent::load(&mut reader.view(), id).await?.context("there is a proof")
}

async fn withdraw(house: &House, session: SessionId, id: RegistrationId) -> Result<(), Failure> {
    let call = house.call(session).map_err(|_| Refusal::NotSignedIn)?;
    house.office.withdraw_consent(call, id).await
}

/// The browser of somebody who opened the newest link that was mailed.
fn opened(house: &House) -> Result<AddressPass> {
    let link = house.mail.messages().last().context("a link was mailed")?.text.clone();
    let token = link.expose().rsplit('/').next().context("a token")?.to_owned();
    let cookie = house.office.open_address_link(&token)?;
    house.office.read_address_pass(&cookie).context("the cookie reads")
}

on_both! {
    async fn the_proof_says_which_words_when_and_to_whom(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        let kept = proof(&house, id).await?;
        assert_eq!(kept.version, NEWEST.version);
        assert_eq!(kept.text_digest, Some(NEWEST.digest(Language::Nl)));
        assert!(kept.officer.is_some() && kept.withdrawn.is_none());
        let (shown, disclosure) = view(&house, session, id, Page::Consent).await?;
        let officer = shown.consent_officer.as_ref().context("who heard it")?;
        assert_eq!(disclosure.open(officer).surname, "Peeters");
        // An address that is corrected leaves the consent its time; another language does not.
        house.clock.advance(Duration::from_secs(60));
        let mut again = contact(id, true)?;
        again.email = "other@example.be".parse()?;
        house.office.run(house.call(session)?, again).await?;
        assert_eq!(proof(&house, id).await?.given_at, kept.given_at);
        let mut french = contact(id, true)?;
        french.language = Language::Fr;
        house.office.run(house.call(session)?, french).await?;
        let later = proof(&house, id).await?;
        assert!(later.given_at > kept.given_at);
        assert_eq!(later.text_digest, Some(NEWEST.digest(Language::Fr)));
    }

    async fn a_version_that_never_was_is_no_consent(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 10).await?;
        let mut command = contact(id, true)?;
        command.consent = Some("1999-01".to_owned());
        let refused = house.office.run(house.call(session)?, command).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ConsentMissing))));
    }

    async fn withdrawn_before_sending_the_addresses_go_and_the_proof_stays(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, true).await?;
        withdraw(&house, session, id).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Identified);
        assert_eq!(addresses(&house, session, id).await?, 0);
        assert!(proof(&house, id).await?.withdrawn.is_some());
        let send = house.office.send_invitation(house.call(session)?, id).await;
        assert!(matches!(send, Err(Failure::Refused(Refusal::EmailUnconfirmed))));
        // One last message, and nothing more.
        let before = house.mail.messages().len();
        house.send_messages().await?;
        let mails = house.mail.messages();
        assert_eq!(mails.len(), before + 1);
        assert_eq!(mails.last().context("the last one")?.subject, "consent_withdrawn");
        // Withdrawn twice is withdrawn once.
        let twice = withdraw(&house, session, id).await;
        assert!(matches!(twice, Err(Failure::Refused(Refusal::ConsentMissing))));
        // The person may consent anew.
        house.office.run(house.call(session)?, contact(id, true)?).await?;
        confirm_all(&house, session, id).await?;
        assert_eq!(state(&house, session, id).await?, StateCode::Contactable);
    }

    async fn withdrawn_with_an_open_invitation_link_and_code_die(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let pass = browser(&house, &invitation.link)?;
        withdraw(&house, session, invitation.registration).await?;
        assert_eq!(state(&house, session, invitation.registration).await?, StateCode::Withdrawn);
        let refused = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::LinkInvalid))));
        let report = {
            let mut reader = house.store.reader().await?;
            loket_store::soundness::look(&mut reader.view()).await?
        };
        assert_eq!(report.unsound, Vec::new());
    }

    async fn what_waits_is_not_sent_any_more(house) {
        let session = at_work(&house).await?;
        house.mail.answer(Some(HandOver::TryLater { cause: "greylisted".to_owned() }));
        let id = identified(&house, session, 10).await?;
        house.office.run(house.call(session)?, contact(id, true)?).await?;
        house.send_messages().await?;
        withdraw(&house, session, id).await?;
        house.mail.answer(None);
        let tried = house.mail.messages().len();
        house.clock.advance(Duration::from_secs(9 * 60));
        house.send_messages().await?;
        // The address was never confirmed: nothing goes there, not even a last word.
        assert_eq!(house.mail.messages().len(), tried);
    }

    async fn one_withdrawal_counts_for_all_visits_of_the_person_and_for_nobody_else(house) {
        let session = at_work(&house).await?;
        let stranger = identified(&house, session, 11).await?;
        let mut own = contact(stranger, false)?;
        own.email = "stranger@example.be".parse()?;
        house.office.run(house.call(session)?, own).await?;
        confirm_all(&house, session, stranger).await?;
        let first = contactable(&house, session, 10, true).await?;
        let second = contactable(&house, session, 10, true).await?;
        let elsewhere = house.organisation("Stad Gent", "0400378485").await?;
        let colleague = house.officer(elsewhere, ssin(2)?).await?;
        let third = contactable(&house, colleague, 10, true).await?;
        house.clock.advance(Duration::from_secs(5));
        withdraw(&house, session, first).await?;
        assert!(proof(&house, second).await?.withdrawn.is_some());
        assert!(proof(&house, third).await?.withdrawn.is_some());
        assert_eq!(addresses(&house, colleague, third).await?, 0);
        assert!(proof(&house, stranger).await?.withdrawn.is_none());
        assert_eq!(addresses(&house, session, stranger).await?, 1);
    }

    /// "At any counter" includes one where the person was never before, once identified there.
    async fn another_counter_withdraws_once_it_knows_who_it_is(house) {
        let session = at_work(&house).await?;
        let first = contactable(&house, session, 10, true).await?;
        let elsewhere = house.organisation("Stad Gent", "0400378485").await?;
        let colleague = house.officer(elsewhere, ssin(2)?).await?;
        let unknown = crate::journey::opened(&house, colleague, 10).await?;
        let refused = withdraw(&house, colleague, unknown).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::ConsentMissing))));
        let there = identified(&house, colleague, 10).await?;
        assert!(view(&house, colleague, there, Page::Consent).await?.0.consent_stands);
        withdraw(&house, colleague, there).await?;
        assert!(proof(&house, first).await?.withdrawn.is_some());
        assert!(!view(&house, colleague, there, Page::Consent).await?.0.consent_stands);
    }

    async fn the_holder_of_the_address_withdraws_by_a_link(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        house.office.send_consent_link("Lotte@EXAMPLE.be".parse()?).await?;
        house.send_messages().await?;
        let pass = opened(&house)?;
        // Opened by a scanner, three times: nothing happens.
        for _ in 0..3 {
            assert_eq!(house.office.consents(&opened(&house)?).await?.len(), 1);
        }
        let lines = house.office.consents(&pass).await?;
        assert_eq!(lines[0].organisation, "Stad Mechelen");
        house.office.withdraw_by_link(&pass, lines[0].registration, None).await?;
        house.office.withdraw_by_link(&pass, lines[0].registration, None).await?;
        assert!(house.office.consents(&pass).await?.is_empty());
        assert_eq!(state(&house, session, invitation.registration).await?, StateCode::Withdrawn);
        let (_, by) = proof(&house, invitation.registration).await?.withdrawn.context("withdrawn")?;
        assert_eq!(by, tables::consent::WithdrawnBy::Person);
    }

    /// Two persons with one mailbox, on one day at one counter: each line has its dossier number.
    async fn two_persons_with_one_mailbox_are_told_apart(house) {
        let session = at_work(&house).await?;
        for n in [10, 11] {
            contactable(&house, session, n, true).await?;
        }
        house.office.send_consent_link("lotte@example.be".parse()?).await?;
        house.send_messages().await?;
        let lines = house.office.consents(&opened(&house)?).await?;
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].given_on, &lines[0].organisation), (lines[1].given_on, &lines[1].organisation));
        assert_ne!(lines[0].reference, lines[1].reference);
        for line in lines {
            let mut reader = house.store.reader().await?;
            let kept = tables::registration::load(&mut reader.view(), line.registration).await?;
            assert_eq!(kept.context("a dossier")?.dossier().reference, line.reference);
        }
    }

    async fn the_link_opens_no_consent_of_another_address_and_ends_after_a_day(house) {
        let session = at_work(&house).await?;
        let id = identified(&house, session, 11).await?;
        let mut command = contact(id, false)?;
        command.email = "somebody@example.be".parse()?;
        house.office.run(house.call(session)?, command).await?;
        confirm_all(&house, session, id).await?;
        contactable(&house, session, 10, true).await?;
        house.office.send_consent_link("lotte@example.be".parse()?).await?;
        house.send_messages().await?;
        let pass = opened(&house)?;
        house.office.withdraw_by_link(&pass, id, None).await?;
        assert!(proof(&house, id).await?.withdrawn.is_none());
        let old = house.mail.messages().last().context("a link")?.text.clone();
        house.clock.advance(Duration::from_secs(24 * 3600 + 1));
        let token = old.expose().rsplit('/').next().context("a token")?.to_owned();
        let cookie = house.office.open_address_link(&token)?;
        let late = house.office.read_address_pass(&cookie).context("reads")?;
        let refused = house.office.consents(&late).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::AddressLinkInvalid))));
    }

    async fn an_unknown_address_and_the_fourth_request_get_no_mail(house) {
        let session = at_work(&house).await?;
        contactable(&house, session, 10, true).await?;
        let before = house.mail.messages().len();
        house.office.send_consent_link("nobody@example.be".parse()?).await?;
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len(), before);
        // The confirmation code that went there this hour is not counted: an officer asked for it.
        for _ in 0..5 {
            house.office.send_consent_link("lotte@example.be".parse()?).await?;
        }
        house.send_messages().await?;
        assert_eq!(house.mail.messages().len(), before + 3);
    }

    /// Whoever knows an address could once stop the codes that an officer sends there.
    async fn requests_of_strangers_use_up_nothing_of_the_counter(house) {
        let session = at_work(&house).await?;
        contactable(&house, session, 10, true).await?;
        for _ in 0..5 {
            house.office.send_consent_link("lotte@example.be".parse()?).await?;
        }
        let other = identified(&house, session, 11).await?;
        house.office.run(house.call(session)?, contact(other, true)?).await?;
    }

    async fn a_key_that_exists_outlives_the_addresses(house) {
        let session = at_work(&house).await?;
        let made = crate::journey::with_key(&house, session, 10).await?;
        withdraw(&house, session, made).await?;
        assert_eq!(state(&house, session, made).await?, StateCode::Activated);
        assert_eq!(addresses(&house, session, made).await?, 0);
    }
}
