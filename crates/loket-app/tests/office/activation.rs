//! Link and code: limits, states, and guessing (SEED-13, fault rows F26, F27).

use std::time::Duration;

use anyhow::{Context as _, Result};
use loket_app::office::CodeEntry;
use loket_app::tables::invitation::KeptCode;
use loket_app::{Failure, tables};
use loket_domain::Refusal;
use loket_domain::code::{ActivationCode, CodeCost, CodeSlip};
use loket_domain::id::RegistrationId;
use loket_domain::port::Hashing as _;
use loket_domain::registration::Registration;
use loket_testkit::house::House;
use loket_testkit::owner;

use crate::journey::{at_work, browser, contactable, invited};
use crate::on_both;

async fn kept_code(house: &House, id: RegistrationId) -> Result<KeptCode> {
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let Some(Registration::Invited(invited)) = tables::registration::load(view, id).await? else {
        anyhow::bail!("it is not invited")
    };
    let kept = tables::invitation::load(view, invited.invitation).await?;
    kept.and_then(|kept| kept.code).context("it has no code")
}

/// A code of the right form that is not `right`.
fn other_code(right: &str, n: u8) -> String {
    let mut random = [n; 32];
    random[0] = n.wrapping_add(1);
    let code = ActivationCode::from_random(&random).unwrap().grouped().expose().to_owned();
    if code == right { other_code(right, n.wrapping_add(7) % 200) } else { code }
}

on_both! {
    async fn a_slip_costs_nothing_and_five_wrong_codes_lock(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let pass = browser(&house, &invitation.link)?;
        let slip = format!("{}2", &invitation.code[..10]);
        for typed in ["K7Q", "O0O 111 III", slip.as_str()] {
            let entry = house.office.enter_code(&pass, typed, None).await?;
            let right = matches!(entry, CodeEntry::Slip(_)) || slip == invitation.code;
            assert!(right, "{typed}: {entry:?}");
        }
        assert_eq!(house.office.progress(&pass).await?.tries_left, 5);
        for left in (0..5).rev() {
            let wrong = other_code(&invitation.code, u8::try_from(left)? * 3);
            let entry = house.office.enter_code(&pass, &wrong, None).await?;
            assert_eq!(entry, CodeEntry::Wrong { tries_left: left });
        }
        let locked = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(locked, Err(Failure::Refused(Refusal::InvitationLocked))));
        assert_ne!(CodeSlip::Length, CodeSlip::Check);
    }

    /// As one on paper is, whose two weeks began before new codes cost something else.
    async fn a_code_of_the_older_cost_still_counts(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let code = ActivationCode::parse(&invitation.code).map_err(|slip| anyhow::anyhow!("{slip}"))?;
        let stretched = house.hashing.stretch_code(code.secret(), [0; 16], CodeCost::Wide)?;
        let digest = house.store.vault().token("activation_code", &stretched);
        let older = "UPDATE invitation SET code_cost = 'm19456t2', code_salt = $1, code_digest = $2";
        owner::with_bytes(&house.engine, older, [&[0; 16], &digest]).await?;
        let pass = browser(&house, &invitation.link)?;
        let wrong = house.office.enter_code(&pass, &other_code(&invitation.code, 3), None).await?;
        assert_eq!(wrong, CodeEntry::Wrong { tries_left: 4 });
        let right = house.office.enter_code(&pass, &invitation.code, None).await?;
        assert_eq!(right, CodeEntry::Right);
    }

    async fn a_code_costs_by_how_long_it_works(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let code = ActivationCode::parse(&invitation.code).map_err(|slip| anyhow::anyhow!("{slip}"))?;
        let kept = kept_code(&house, invitation.registration).await?;
        assert_eq!(kept.cost, CodeCost::Brief);
        let stretched = house.hashing.stretch_code(code.secret(), kept.salt, CodeCost::Brief)?;
        assert_eq!(house.store.vault().token("activation_code", &stretched), kept.digest);
        let on_paper = contactable(&house, session, 11, false).await?;
        house.office.send_invitation(house.call(session)?, on_paper).await?;
        house.office.print_slip(house.call(session)?, on_paper).await?;
        assert_eq!(kept_code(&house, on_paper).await?.cost, CodeCost::Deep);
    }

    async fn a_hundred_guesses_at_once_are_five_tries(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let pass = browser(&house, &invitation.link)?;
        let wrong: Vec<String> = (0..100).map(|n| other_code(&invitation.code, n)).collect();
        let tries = wrong.iter().map(|code| house.office.enter_code(&pass, code, None));
        let answers = futures_util::future::join_all(tries).await;
        let counted = answers.iter().filter(|a| matches!(a, Ok(CodeEntry::Wrong { .. }))).count();
        assert_eq!(counted, 5);
        assert!(answers.iter().all(|a| !matches!(a, Ok(CodeEntry::Right))));
    }

    async fn the_code_counts_for_the_browser_that_typed_it(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        let (mine, other) = (browser(&house, &invitation.link)?, browser(&house, &invitation.link)?);
        house.office.enter_code(&mine, &invitation.code, None).await?;
        assert!(house.office.progress(&mine).await?.code_entered);
        assert!(!house.office.progress(&other).await?.code_entered);
        let made = house.office.start_passkey(&other).await;
        assert!(matches!(made, Err(Failure::Refused(Refusal::CodeNotEntered))));
        assert!(house.office.start_passkey(&mine).await.is_ok());
    }

    async fn a_new_invitation_makes_the_old_one_worthless(house) {
        let session = at_work(&house).await?;
        let old = invited(&house, session, 10).await?;
        let pass = browser(&house, &old.link)?;
        house.office.send_invitation(house.call(session)?, old.registration).await?;
        let refused = house.office.enter_code(&pass, &old.code, None).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::LinkInvalid))));
    }

    async fn code_and_link_run_out_and_the_dossier_with_them(house) {
        let session = at_work(&house).await?;
        let invitation = invited(&house, session, 10).await?;
        house.clock.advance(Duration::from_secs(24 * 3600 + 1));
        let pass = browser(&house, &invitation.link)?;
        let late = house.office.enter_code(&pass, &invitation.code, None).await;
        assert!(matches!(late, Err(Failure::Refused(Refusal::ActivationCodeExpired))));
        house.clock.advance(Duration::from_secs(13 * 24 * 3600));
        let pass = browser(&house, &invitation.link)?;
        let gone = house.office.progress(&pass).await;
        assert!(matches!(gone, Err(Failure::Refused(Refusal::LinkExpired))));
        loket_app::jobs::keep_house(&house.office).await?;
        let gone = house.office.progress(&pass).await;
        assert!(matches!(gone, Err(Failure::Refused(Refusal::LinkExpired))));
    }

    async fn a_link_that_nobody_sent_opens_nothing(house) {
        let session = at_work(&house).await?;
        invited(&house, session, 10).await?;
        let pass = browser(&house, "http://localhost:8080/a/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")?;
        let refused = house.office.progress(&pass).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::LinkInvalid))));
    }

    async fn without_a_telephone_the_code_is_on_the_slip_and_each_slip_has_its_own(house) {
        let session = at_work(&house).await?;
        let id = contactable(&house, session, 10, false).await?;
        house.office.send_invitation(house.call(session)?, id).await?;
        house.send_messages().await?;
        assert!(house.sms.messages().is_empty());
        let link = house.mail.messages()[1].text.expose().to_owned();
        let pass = browser(&house, &link)?;
        let first = String::from_utf8(house.office.print_slip(house.call(session)?, id).await?)?;
        let second = String::from_utf8(house.office.print_slip(house.call(session)?, id).await?)?;
        assert_ne!(first, second);
        let old = house.office.enter_code(&pass, &first, None).await?;
        assert_eq!(old, CodeEntry::Wrong { tries_left: 4 });
        assert_eq!(house.office.enter_code(&pass, &second, None).await?, CodeEntry::Right);
    }
}
