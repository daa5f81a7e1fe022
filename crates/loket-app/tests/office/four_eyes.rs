//! What one pair of eyes found or said is not undone by the same pair: explanations, a hit, the no of
//! a second officer, another number in a zone, and the decision itself.

use std::time::Duration;

use anyhow::{Context, Result};
use loket_app::commands::call_second_officer::CallSecondOfficer;
use loket_app::commands::choose_procedure::ChooseProcedure;
use loket_app::commands::record_check::CheckAnswer;
use loket_app::commands::view_registration::Page;
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_domain::Refusal;
use loket_domain::comparison::{DifferenceReason, Field};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::procedure::ExternalAnswer;
use loket_domain::registration::{LeftBehind, StateCode, Warning};
use loket_testkit::house::{House, ssin};

use crate::colleagues::{
    another_card, answer, card_by_zone, explain, hand_over, refused, take, two, up_to_the_second,
};
use crate::journey::{
    MECHELEN, check, choose, contactable, identify, opened, record_document, state, view,
};
use crate::on_both;

on_both! {
    async fn who_explained_a_difference_does_not_confirm_it(house) {
        let (one, two) = two(&house).await?;
        let id = opened(&house, two, 10).await?;
        choose(&house, two, id).await?;
        for name in ["presence", "in-hand"] {
            check(&house, two, id, name, CheckAnswer::Yes).await?;
        }
        record_document(&house, two, id, another_card()?).await?;
        hand_over(&house, one, id, one).await?;
        for field in [Field::Surname, Field::GivenNames] {
            explain(&house, one, id, field, Some(DifferenceReason::ActSeen)).await?;
        }
        hand_over(&house, two, id, two).await?;
        check(&house, two, id, "comparison", CheckAnswer::ComparisonRead).await?;
        for name in ["features", "photo"] {
            check(&house, two, id, name, CheckAnswer::Yes).await?;
        }
        let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
        check(&house, two, id, "document-status", service).await?;
        let call = CallSecondOfficer { registration: id, procedures: house.office.procedures() };
        let second = house.office.run(house.call(two)?, call).await?;
        refused(house.office.run(house.call(one)?, take(&house, id, second)).await, Refusal::SecondOfficerIsFirst)?;
    }

    async fn the_second_officer_does_not_decide_as_well(house) {
        let (one, two) = two(&house).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, true)).await?;
        hand_over(&house, two, id, two).await?;
        refused(identify(&house, two, id).await, Refusal::SecondOfficerDecides)?;
        hand_over(&house, one, id, one).await?;
        identify(&house, one, id).await?;
    }

    async fn the_no_of_a_second_officer_stands(house) {
        let (one, two) = two(&house).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        house.office.run(house.call(two)?, take(&house, id, second)).await?;
        house.office.run(house.call(two)?, answer(&house, id, second, false)).await?;
        let stop = WithdrawRegistration { registration: id, reason: StopReason::PersonLeft };
        refused(house.office.run(house.call(one)?, stop).await, Refusal::IdentificationStopped)?;
        for name in ["presence", "photo"] {
            refused(check(&house, one, id, name, CheckAnswer::Yes).await, Refusal::IdentificationStopped)?;
        }
        let other = ChooseProcedure {
            registration: id,
            procedure: "foreign-document".to_owned(),
            procedures: house.office.procedures(),
        };
        refused(house.office.run(house.call(one)?, other).await, Refusal::IdentificationStopped)?;
    }

    /// Two cards in one reader are no two officers.
    async fn at_the_post_that_called_nobody_is_the_second(house) {
        two(&house).await?;
        let (desk, other_desk) = ([1; 32], [2; 32]);
        let one = house.sign_in_at(ssin(1)?, desk).await?;
        let (id, second) = up_to_the_second(&house, one).await?;
        let beside = house.sign_in_at(ssin(2)?, desk).await?;
        refused(house.office.run(house.call(beside)?, take(&house, id, second)).await, Refusal::SamePost)?;
        let elsewhere = house.sign_in_at(ssin(2)?, other_desk).await?;
        house.office.run(house.call(elsewhere)?, take(&house, id, second)).await?;
        // Taken on elsewhere, and answered back at the desk.
        let answered = house.office.run(house.call(beside)?, answer(&house, id, second, true)).await;
        refused(answered, Refusal::SamePost)?;
        house.office.run(house.call(elsewhere)?, answer(&house, id, second, true)).await?;
    }

    async fn a_hit_is_not_answered_until_it_is_none(house) {
        let (one, _) = two(&house).await?;
        let id = up_to_a_hit(&house, one).await?;
        let no_hit = CheckAnswer::Service(ExternalAnswer::NoHit, None);
        let again = check(&house, one, id, "document-status", no_hit).await;
        refused(again, Refusal::IdentificationStopped)?;
        let other = record_document(&house, one, id, card_by_zone(&ssin(10)?.digits())?).await;
        assert!(other.is_err());
        // Nor does the dossier end quietly, so that no colleague is warned.
        let stop = WithdrawRegistration { registration: id, reason: StopReason::PersonLeft };
        refused(house.office.run(house.call(one)?, stop).await, Refusal::IdentificationStopped)?;
    }

    /// Left open until the evening, it ended as one in which nothing was found.
    async fn a_dossier_that_is_left_with_a_hit_warns_colleagues(house) {
        let organisation = house.organisation("Stad Mechelen", MECHELEN).await?;
        let one = house.officer(organisation, ssin(1)?).await?;
        up_to_a_hit(&house, one).await?;
        house.clock.advance(Duration::from_hours(23));
        loket_app::jobs::keep_house(&house.office).await?;
        let colleague = house.officer(organisation, ssin(4)?).await?;
        let id = opened(&house, colleague, 10).await?;
        let before = view(&house, colleague, id, Page::Person).await?.0.refused_before;
        assert_eq!(before.context("warned")?.warning, Warning::Left(LeftBehind::Hit));
    }

    /// Typed over without its zone, a card with somebody else's number once passed.
    async fn another_number_in_the_zone_is_not_typed_away(house) {
        let (one, _) = two(&house).await?;
        let id = opened(&house, one, 10).await?;
        choose(&house, one, id).await?;
        for name in ["presence", "in-hand"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        record_document(&house, one, id, card_by_zone(&ssin(11)?.digits())?).await?;
        record_document(&house, one, id, crate::journey::card()?).await?;
        check(&house, one, id, "comparison", CheckAnswer::ComparisonRead).await?;
        for name in ["features", "photo"] {
            check(&house, one, id, name, CheckAnswer::Yes).await?;
        }
        let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
        check(&house, one, id, "document-status", service).await?;
        assert!(identify(&house, one, id).await.is_err());
        // The zone read again, rightly this time.
        record_document(&house, one, id, card_by_zone(&ssin(10)?.digits())?).await?;
    }

    async fn a_colleague_does_not_end_what_is_not_sent_yet(house) {
        let (one, two) = two(&house).await?;
        let stop = |id| WithdrawRegistration { registration: id, reason: StopReason::PersonLeft };
        let id = opened(&house, one, 10).await?;
        refused(house.office.run(house.call(two)?, stop(id)).await, Refusal::OtherOfficer)?;
        let ready = contactable(&house, one, 11, true).await?;
        refused(house.office.run(house.call(two)?, stop(ready)).await, Refusal::OtherOfficer)?;
        let sent = house.office.send_invitation(house.call(two)?, ready).await;
        refused(sent.map(drop), Refusal::OtherOfficer)?;
        // Once link and code are out, whoever is there helps the person on.
        house.office.send_invitation(house.call(one)?, ready).await?;
        house.office.run(house.call(two)?, stop(ready)).await?;
        assert_eq!(state(&house, two, ready).await?, StateCode::Withdrawn);
    }
}

/// A dossier whose document the service says is reported.
async fn up_to_a_hit(house: &House, officer: SessionId) -> Result<RegistrationId> {
    let id = opened(house, officer, 10).await?;
    choose(house, officer, id).await?;
    for name in ["presence", "in-hand"] {
        check(house, officer, id, name, CheckAnswer::Yes).await?;
    }
    record_document(house, officer, id, card_by_zone(&ssin(10)?.digits())?).await?;
    check(house, officer, id, "comparison", CheckAnswer::ComparisonRead).await?;
    // A no of the officer's own eyes may be a slip, and is answered anew.
    check(house, officer, id, "features", CheckAnswer::No).await?;
    for name in ["features", "photo"] {
        check(house, officer, id, name, CheckAnswer::Yes).await?;
    }
    let hit = CheckAnswer::Service(ExternalAnswer::Hit, None);
    check(house, officer, id, "document-status", hit).await?;
    Ok(id)
}
