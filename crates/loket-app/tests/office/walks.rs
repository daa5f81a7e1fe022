//! Random commands in random order through the whole office: whatever is tried, no code without an
//! identification before it, no invitation without consent and a confirmed address (SEED-17, SEED-19,
//! SEED-56, SEED-76).

use anyhow::{Context, Result};
use loket_app::commands::call_back_invitation::CallBackInvitation;
use loket_app::commands::confirm_contact_point::ConfirmContactPoint;
use loket_app::commands::record_check::CheckAnswer;
use loket_app::commands::resend_contact_code::ResendContactCode;
use loket_app::commands::view_registration::Page;
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_app::{Failure, jobs};
use loket_domain::contact::{Channel, SharedReason};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::procedure::ExternalAnswer;
use loket_store::soundness;
use loket_testkit::house::House;

use crate::journey::{
    at_work, card, check, choose, contact, identify, opened, record_document, view,
};
use crate::on_both;

/// Numbers that look random and are the same in each run (splitmix64).
struct Dice {
    state: u64,
    /// How far along the right way the walk has tried to go.
    along: usize,
    /// Whose walk it is: each person has an address, or the messages to one would soon be too many.
    person: u64,
}

/// The right way, as far as one step after the other: half of all steps follow it, or no walk would
/// ever come near a code.
const WAY: [u64; 13] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 16];

impl Dice {
    /// The next thing to try.
    fn step(&mut self) -> u64 {
        if self.below(2) == 0 {
            return self.below(22);
        }
        self.along += 1;
        WAY[(self.along - 1) % WAY.len()]
    }

    fn below(&mut self, most: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }
}

/// A refusal is an answer; anything else is a failure of the test.
fn tried<T>(result: Result<T, Failure>) -> Result<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// One step of a walk; tells whether it was let through.
async fn step(
    house: &House,
    session: SessionId,
    id: RegistrationId,
    dice: &mut Dice,
) -> Result<bool> {
    let office = &house.office;
    let call = || house.call(session);
    let yes_no = if dice.below(20) == 0 { CheckAnswer::No } else { CheckAnswer::Yes };
    match dice.step() {
        0 => Ok(choose(house, session, id).await.is_ok()),
        1 => tried(check(house, session, id, "presence", yes_no).await),
        2 => tried(check(house, session, id, "in-hand", yes_no).await),
        3 => tried(record_document(house, session, id, card()?).await),
        4 => tried(check(house, session, id, "comparison", CheckAnswer::ComparisonRead).await),
        5 => tried(check(house, session, id, "features", yes_no).await),
        6 => tried(check(house, session, id, "photo", yes_no).await),
        7 => {
            let service = CheckAnswer::Service(ExternalAnswer::NoHit, None);
            tried(check(house, session, id, "document-status", service).await)
        }
        8 | 9 => tried(identify(house, session, id).await),
        10 | 11 => {
            let mut mine = contact(id, dice.below(2) == 0)?;
            mine.shared = Some(SharedReason::Household);
            mine.email = format!("person{}@example.be", dice.person).parse()?;
            if mine.mobile.is_some() {
                mine.mobile = Some(format!("0470 12 34 {}", 10 + dice.person).parse()?);
            }
            tried(office.run(call()?, mine).await)
        }
        12 => {
            let mut other = contact(id, false)?;
            other.shared = Some(SharedReason::Household);
            other.email = format!("other{}@example.be", dice.below(3)).parse()?;
            tried(office.run(call()?, other).await)
        }
        13 | 14 => confirm(house, session, id, dice).await,
        15 => {
            let points = view(house, session, id, Page::Status).await?.0.contacts;
            let Some(point) = points.first() else { return Ok(false) };
            let command = ResendContactCode { registration: id, contact_point: point.id };
            tried(office.run(call()?, command).await)
        }
        16 | 17 => tried(office.send_invitation(call()?, id).await),
        18 => tried(office.resend_activation_code(call()?, id).await),
        19 => {
            let person_here = dice.below(2) == 0;
            tried(office.run(call()?, CallBackInvitation { registration: id, person_here }).await)
        }
        20 => tried(office.print_slip(call()?, id).await),
        _ if dice.below(4) == 0 => tried(office.withdraw_consent(call()?, id).await),
        _ if dice.below(6) == 0 => {
            let command = WithdrawRegistration { registration: id, reason: StopReason::PersonLeft };
            tried(office.run(call()?, command).await)
        }
        _ => {
            jobs::keep_house(office).await?;
            Ok(true)
        }
    }
}

/// Confirms an address with the newest code that was sent by its channel, right or not.
async fn confirm(
    house: &House,
    session: SessionId,
    id: RegistrationId,
    dice: &mut Dice,
) -> Result<bool> {
    house.send_messages().await?;
    let points = view(house, session, id, Page::Status).await?.0.contacts;
    let Some(point) = points.get(usize::try_from(dice.below(2))?).or(points.first()) else {
        return Ok(false);
    };
    let post = if point.channel == Channel::Email { &house.mail } else { &house.sms };
    let code = post.messages().last().context("a code was sent")?.text.clone();
    let command = ConfirmContactPoint { registration: id, contact_point: point.id, code };
    tried(house.office.run(house.call(session)?, command).await)
}

/// Whether `early` stands before each `late` in the events of a registration.
fn comes_before(kinds: &[&str], early: &str, late: &str) -> bool {
    let first = kinds.iter().position(|kind| *kind == early);
    let lates = kinds.iter().enumerate().filter(|(_, kind)| **kind == late);
    lates.into_iter().all(|(at, _)| first.is_some_and(|first| first < at))
}

on_both! {
    async fn no_sequence_of_commands_gives_a_code_without_an_identification(house) {
        let session = at_work(&house).await?;
        let mut dice = Dice { state: 76, along: 0, person: 0 };
        let (mut invited, mut done) = (0, 0);
        for person in 0..12_u64 {
            let id = opened(&house, session, 10 + person).await?;
            (dice.along, dice.person) = (0, person);
            for _ in 0..70 {
                done += usize::from(step(&house, session, id, &mut dice).await?);
            }
            let mut reader = house.store.reader().await?;
            let kinds = soundness::kinds_of(&mut reader.view(), id).await?;
            for needed in ["person_identified", "consent_given", "contact_point_confirmed"] {
                assert!(comes_before(&kinds, needed, "invitation_issued"), "{needed}: {kinds:?}");
            }
            for code in ["slip_printed", "activation_code_resent"] {
                assert!(comes_before(&kinds, "invitation_issued", code), "{code}: {kinds:?}");
            }
            invited += usize::from(kinds.contains(&"invitation_issued"));
        }
        // Walks that never get anywhere would show nothing.
        assert!(invited >= 2 && done > 150, "{invited} invitations, {done} steps let through");
        let mut reader = house.store.reader().await?;
        assert_eq!(soundness::look(&mut reader.view()).await?.unsound, Vec::new());
    }
}
