//! What the office does by itself: sends messages, closes questions without an answer, ends what
//! ran out of time. Every job can stop at any point and go on elsewhere.

use std::time::Duration;

use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::{Refusal, Timestamp};
use loket_store::{Failure, StoreError, tables};
use tokio::sync::watch;

use crate::commands::ask_release::AskRelease;
use crate::commands::close_question::{CloseQuestion, Lost};
use crate::commands::end_key::EndKey;
use crate::commands::expire_registration::ExpireRegistration;
use crate::commands::record_release::RecordRelease;
use crate::commands::tell_key_end::{BEFORE_THE_END, TellKeyEnd};
use crate::commands::withdraw_consent::WithdrawConsent;
use crate::office::Office;
use crate::sending;

/// Between two rounds of the slow jobs.
const ROUND: Duration = Duration::from_secs(20);
/// Between two looks at the door: cards of sessions, and cards that were refused.
const WATCH: Duration = Duration::from_mins(2);
/// A question without an answer after this is lost; far above the client's deadline.
const QUESTION_LOST: Duration = Duration::from_secs(60);

/// Runs every job until `stop` changes.
pub async fn run(office: Office, mut stop: watch::Receiver<bool>) {
    if let Err(error) = office.store().release_leases().await {
        tracing::error!(%error, "messages taken by an earlier run wait for the end of their lease");
    }
    let keeper = async {
        loop {
            if let Err(error) = keep_house(&office).await {
                tracing::error!(%error, "house-keeping failed");
            }
            tokio::time::sleep(ROUND).await;
        }
    };
    let watcher = async {
        loop {
            tokio::time::sleep(WATCH).await;
            if let Err(error) = watch_the_door(&office).await {
                tracing::error!(%error, "the cards of sessions could not be looked at");
            }
        }
    };
    // By itself: a register that is down must not hold up what else is due.
    let releaser = async {
        loop {
            if let Err(error) = release_inscriptions(&office).await {
                tracing::error!(%error, "organisations could not be released");
            }
            tokio::time::sleep(ROUND).await;
        }
    };
    let sender = sending::run(&office, stop.clone());
    let others = async {
        tokio::select! {
            _ = stop.changed() => {}
            () = async { tokio::join!(keeper, watcher, releaser); } => {}
        }
    };
    tokio::join!(sender, others);
    if let Err(error) = office.record_refused_cards().await {
        tracing::error!(%error, "refused cards could not be recorded");
    }
}

/// Looks again at the cards behind open sessions, ends those without a role, and records how many cards were refused.
pub async fn watch_the_door(office: &Office) -> Result<(), Failure> {
    office.look_at_cards_again().await?;
    office.sign_out_without_role().await?;
    office.record_refused_cards().await
}

/// Closes lost questions, ends what ran out of time, sweeps expired visitors.
pub async fn keep_house(office: &Office) -> Result<(), Failure> {
    let now = office.now();
    let (lost, stale, past) = {
        let mut reader = office.store().reader().await?;
        let view = &mut reader.view();
        (
            lost(view, now.minus(QUESTION_LOST)).await?,
            tables::registration::stale(view, last_evening(now)).await?,
            tables::invitation::past_end(view, now).await?,
        )
    };
    for (asked, question, registration) in lost {
        let call = office.job_call("close_questions")?;
        settled(office.store().run(call, CloseQuestion { registration, question, asked }).await)?;
    }
    let ended = stale.into_iter().chain(past.into_iter().map(|(_, registration)| registration));
    for registration in ended {
        let call = office.job_call("expire_registrations")?;
        settled(office.store().run(call, ExpireRegistration { registration }).await)?;
    }
    look_after_keys(office).await?;
    sending::drop_out_of_time(office).await?;
    follow_withdrawals(office).await?;
    office.rotate_signing_keys().await?;
    office.store().sweep().await?;
    Ok(())
}

/// Releases organisations for people about whom none of their open registrations asks any more; what
/// no register answers is tried again later.
pub async fn release_inscriptions(office: &Office) -> Result<(), Failure> {
    let due = {
        let mut reader = office.store().reader().await?;
        tables::inscription::to_release(&mut reader.view(), office.now()).await?
    };
    for registration in due {
        let call = office.job_call("release_inscriptions")?;
        let question = match office.store().run(call, AskRelease { registration }).await {
            Ok(question) => question,
            Err(failure) => {
                settled(Err(failure))?;
                continue;
            }
        };
        let outcome = office.ports().register.release(&question).await;
        let record = RecordRelease { registration, question: question.id, outcome };
        office.store().run(office.job_call("release_inscriptions")?, record).await?;
    }
    Ok(())
}

/// Ends keys that are past their validity, and tells holders of keys that will end.
async fn look_after_keys(office: &Office) -> Result<(), Failure> {
    let now = office.now();
    let (past, ending) = {
        let mut reader = office.store().reader().await?;
        let view = &mut reader.view();
        (
            tables::key::past_end(view, now).await?,
            tables::key::ending(view, now, now.plus(BEFORE_THE_END)).await?,
        )
    };
    for key in past {
        settled(office.store().run(office.job_call("keys")?, EndKey { key }).await)?;
    }
    for key in ending {
        settled(office.store().run(office.job_call("keys")?, TellKeyEnd { key }).await)?;
    }
    Ok(())
}

/// Carries the withdrawal of a consent over to the other visits of the same person, at whatever
/// counter they were.
pub async fn follow_withdrawals(office: &Office) -> Result<(), Failure> {
    let standing = {
        let mut reader = office.store().reader().await?;
        tables::consent::to_follow(&mut reader.view()).await?
    };
    withdraw_each(office, standing).await
}

/// Withdraws the consent of each; one that was withdrawn in the meantime is done.
pub(crate) async fn withdraw_each(
    office: &Office,
    registrations: Vec<RegistrationId>,
) -> Result<(), Failure> {
    for registration in registrations {
        let call = office.job_call("withdrawals")?;
        match office.store().run(call, WithdrawConsent { registration }).await {
            Err(Failure::Refused(Refusal::ConsentMissing)) => {}
            other => settled(other)?,
        }
    }
    Ok(())
}

/// The last evening at which registrations without an invitation ended, ten o'clock in Belgium: what
/// was opened before and left ends by itself the same evening (SEED-75).
fn last_evening(now: Timestamp) -> Timestamp {
    let today = now.belgian_day();
    let evening = today.evening_in_belgium();
    if evening <= now { evening } else { today.yesterday().evening_in_belgium() }
}

/// What got no answer.
async fn lost(
    view: &mut tables::View<'_>,
    before: Timestamp,
) -> Result<Vec<(Lost, QuestionId, RegistrationId)>, StoreError> {
    let with = |asked, found: Vec<(QuestionId, RegistrationId)>| {
        found.into_iter().map(move |(question, registration)| (asked, question, registration))
    };
    let questions = tables::question::open_before(view, before).await?;
    let searches = tables::search::open_before(view, before).await?;
    let verifications = tables::verification::open_before(view, before).await?;
    Ok(with(Lost::Question, questions)
        .chain(with(Lost::Search, searches))
        .chain(with(Lost::Verification, verifications))
        .collect())
}

/// Somebody else was faster: nothing to do.
fn settled(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::Refused(Refusal::WrongStep | Refusal::NotFound)) => Ok(()),
        other => other,
    }
}
