//! How much may be looked up: in one registration, and by one officer (DESIGN section 8, SEED-40,
//! SEED-80). What no register answered, or answered unreadably, uses none of it up, but for the
//! number of calls that one registration may lead to in all.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::id::{RegistrationId, StaffId};
use loket_store::{Failure, Tx, tables};

/// Look-ups an hour and officer before a reason is asked.
pub const LOOK_UPS_AN_HOUR: u32 = 60;
/// The time over which they are counted.
const AN_HOUR: Duration = Duration::from_hours(1);
/// Searches by name that one registration may make.
pub const SEARCHES: u32 = 5;
/// Verifications that one registration may make: typing slips, not guesses.
pub const VERIFICATIONS: u32 = 3;
/// People whom one registration may ask for by number, the choices from a list included: enough for
/// a number that was replaced, an inscription, and one wrong choice.
pub const QUESTIONS: u32 = 5;
/// Calls of every kind that one registration may lead to, answered or not: nobody presses a button
/// all day while a register is down.
pub const CALLS: u32 = 30;
/// The time over which an officer's speed is measured.
pub const PACE: Duration = Duration::from_mins(10);
/// Look-ups within that time before each further one waits.
pub const SLOWED_FROM: u32 = 30;
/// Look-ups within that time before all further ones are refused, whatever the reason.
pub const REFUSED_FROM: u32 = 50;

/// A call that may go out.
pub(crate) struct Admitted {
    /// After how many steps of waiting.
    pub(crate) slowed: u32,
    /// How many people the registration asked for by number before.
    pub(crate) questions: u32,
    /// How much the officer looked up within the hour before.
    pub(crate) look_ups: u32,
}

/// Whether one more call may go out.
pub(crate) async fn admit(
    tx: &mut Tx<'_>,
    staff: StaffId,
    registration: RegistrationId,
) -> Result<Admitted, Failure> {
    let since = (tx.now().minus(PACE), tx.now().minus(AN_HOUR));
    let before = tables::question::asked_before(&mut tx.view(), registration, staff, since).await?;
    if before.calls >= CALLS {
        return Err(Refusal::TooManyQuestions.into());
    }
    let slowed = steps(before.pace).ok_or(Refusal::LookUpsTooFast)?;
    Ok(Admitted { slowed, questions: before.questions, look_ups: before.look_ups })
}

/// Steps of waiting after so many look-ups; `None` refuses.
const fn steps(made: u32) -> Option<u32> {
    if made >= REFUSED_FROM { None } else { Some(made.saturating_sub(SLOWED_FROM - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haste_is_slowed_first_and_refused_then() {
        assert_eq!(steps(0), Some(0));
        assert_eq!(steps(SLOWED_FROM - 1), Some(0));
        assert_eq!(steps(SLOWED_FROM), Some(1));
        assert_eq!(steps(REFUSED_FROM - 1), Some(REFUSED_FROM - SLOWED_FROM));
        assert_eq!(steps(REFUSED_FROM), None);
    }
}
