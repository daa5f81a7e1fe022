//! Questions to registers: the intent stands before the call, the answer after it.

use loket_domain::Timestamp;
use loket_domain::id::{OrganisationId, QuestionId, RegistrationId, StaffId};
use loket_domain::register::{RegisterAnswer, RegisterOutcome};
use loket_domain::ssin::Ssin;
use serde::{Deserialize, Serialize};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, number_token, sql};
use crate::tx::Tx;

const NUMBER: &str = "question.number";
const ANSWER: &str = "question.answer";

/// A question as kept.
#[derive(Debug, Clone)]
pub struct AskedQuestion {
    /// Its row.
    pub id: QuestionId,
    /// The registration that is its purpose.
    pub registration: RegistrationId,
    /// The number asked for.
    pub number: Personal<Ssin>,
    /// When.
    pub asked_at: Timestamp,
    /// What came back; `None` while open or lost.
    pub answer: Option<Personal<RegisterOutcome>>,
    /// Stable code of what came back, `lost` when no answer came; `None` while open.
    pub outcome: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Sealed(RegisterOutcome);

fn read(view: &View<'_>, row: &Row) -> Result<AskedQuestion, StoreError> {
    let answer = match row.opt_bytes("answer")? {
        Some(sealed) => {
            let Sealed(outcome) = view.vault.open_value(ANSWER, &sealed)?;
            Some(Personal::new(outcome))
        }
        None => None,
    };
    Ok(AskedQuestion {
        id: row.id("id")?,
        registration: row.id("registration_id")?,
        number: Personal::new(view.vault.open_value(NUMBER, &row.bytes("number")?)?),
        asked_at: row.moment("asked_at")?,
        answer,
        outcome: row.opt_text("outcome")?,
    })
}

/// Keeps the intent to ask.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: QuestionId,
    registration: RegistrationId,
    officer: StaffId,
    ssin: &Ssin,
) -> Result<(), StoreError> {
    let sealed = tx.seal(NUMBER, ssin)?;
    let token = number_token(tx.vault(), ssin);
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO question (id, registration_id, officer_id, number, number_token, asked_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![id, registration, officer, sealed, token, now, event],
    )
    .await
}

/// The newest question of a registration.
pub async fn latest(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<AskedQuestion>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, registration_id, number, asked_at, outcome, answer FROM question
                 WHERE registration_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1"
            ),
            args![registration],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}

/// The numbers that a register said were replaced, in this registration, each with the number that
/// took its place.
pub async fn replacements(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<(Personal<Ssin>, Personal<RegisterOutcome>)>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, registration_id, number, asked_at, outcome, answer FROM question
                 WHERE registration_id = $1 AND outcome = 'replaced' ORDER BY asked_at"
            ),
            args![registration],
        )
        .await?;
    let asked = rows.iter().map(|row| read(view, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(asked.into_iter().filter_map(|asked| Some((asked.number, asked.answer?))).collect())
}

/// Keeps the answer to an open question. An answer that comes after the question was closed
/// changes nothing (fault row F19): tells whether it was still open.
pub async fn answer(
    tx: &mut Tx<'_>,
    id: QuestionId,
    answer: &RegisterAnswer,
) -> Result<bool, StoreError> {
    let sealed = tx.seal(ANSWER, &Sealed(answer.outcome.clone()))?;
    let (now, event) = (tx.now(), tx.event());
    let ticket = answer.ticket.as_ref().map(|t| t.as_str().to_owned());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE question SET answered_at = $1, outcome = $2, register = $3, ticket = $4, answer = $5, event_id = $6
                 WHERE id = $7 AND answered_at IS NULL"
            ),
            args![
                now, answer.outcome.code(), answer.register.map(|r| r.code().to_owned()), ticket,
                sealed, event, id
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Closes a question that got no answer.
pub async fn close_lost(tx: &mut Tx<'_>, id: QuestionId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE question SET answered_at = $1, outcome = 'lost', event_id = $2 WHERE id = $3 AND answered_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Questions asked before `before` that are still open.
pub async fn open_before(
    view: &mut View<'_>,
    before: Timestamp,
) -> Result<Vec<(QuestionId, RegistrationId)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, registration_id FROM question WHERE answered_at IS NULL AND asked_at < $1 ORDER BY asked_at LIMIT 100"),
            args![before],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.id("registration_id")?))).collect()
}

/// How many questions of a registration were answered or wait for their answer. What no register
/// answered, or answered unreadably, does not count.
pub async fn count(view: &mut View<'_>, registration: RegistrationId) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(*) AS n FROM question WHERE registration_id = $1
                   AND (outcome IS NULL OR outcome NOT IN ('down', 'lost', 'unreadable'))"
            ),
            args![registration],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("question"))?.number("n")
}

/// What was asked before a question.
#[derive(Debug, Clone, Copy)]
pub struct AskedBefore {
    /// Calls of every kind that the registration led to, as [`calls`] counts them.
    pub calls: u32,
    /// Questions by number of the registration, as [`count`] counts them.
    pub questions: u32,
    /// Look-ups of the officer of every kind in the shorter time (SEED-80), but for those that no register
    /// answered.
    pub pace: u32,
    /// The same in the longer time.
    pub look_ups: u32,
}

/// What was asked before, in one statement.
pub async fn asked_before(
    view: &mut View<'_>,
    registration: RegistrationId,
    officer: StaffId,
    (pace, look_ups): (Timestamp, Timestamp),
) -> Result<AskedBefore, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT (SELECT COUNT(*) FROM question WHERE registration_id = $1)
                   + (SELECT COUNT(*) FROM search WHERE registration_id = $1)
                   + (SELECT COUNT(*) FROM verification WHERE registration_id = $1) AS calls,
                   (SELECT COUNT(*) FROM question WHERE registration_id = $1
                      AND (outcome IS NULL OR outcome NOT IN ('down', 'lost', 'unreadable'))) AS questions,
                   COUNT(*) AS look_ups, COALESCE(SUM(CASE WHEN made.asked_at > $3 THEN 1 ELSE 0 END), 0) AS pace
                 FROM (SELECT officer_id, asked_at, outcome FROM question
                       UNION ALL SELECT officer_id, asked_at, outcome FROM search
                       UNION ALL SELECT officer_id, asked_at, outcome FROM verification) made
                 WHERE made.officer_id = $2 AND made.asked_at > $4
                   AND (made.outcome IS NULL OR made.outcome NOT IN ('down', 'lost', 'unreadable'))"
            ),
            args![registration, officer, pace, look_ups],
        )
        .await?;
    let row = row.ok_or(StoreError::Unreadable("question"))?;
    Ok(AskedBefore {
        calls: row.number("calls")?,
        questions: row.number("questions")?,
        pace: row.number("pace")?,
        look_ups: row.number("look_ups")?,
    })
}

/// How many calls of every kind a registration led to, answered or not.
pub async fn calls(view: &mut View<'_>, registration: RegistrationId) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT (SELECT COUNT(*) FROM question WHERE registration_id = $1)
                   + (SELECT COUNT(*) FROM search WHERE registration_id = $1)
                   + (SELECT COUNT(*) FROM verification WHERE registration_id = $1) AS n"
            ),
            args![registration],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("question"))?.number("n")
}

/// The numbers of a registration that the register called replaced, with what replaced them, the
/// last one asked first.
pub async fn replaced(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<Personal<(Ssin, Ssin)>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, registration_id, number, asked_at, outcome, answer FROM question
                 WHERE registration_id = $1 AND outcome = 'replaced' ORDER BY asked_at DESC, id DESC"
            ),
            args![registration],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let asked = read(view, row)?;
        if let Some(RegisterOutcome::Replaced { by }) = asked.answer.as_ref().map(Personal::inner) {
            found.push(Personal::new((*asked.number.inner(), *by)));
        }
    }
    Ok(found)
}

/// Whether a registration of an organisation that is still opened asks about a number.
pub async fn is_asked_in_an_open_one(
    view: &mut View<'_>,
    organisation: OrganisationId,
    ssin: &Ssin,
) -> Result<bool, StoreError> {
    let token = number_token(view.vault, ssin);
    let row = view
        .optional(
            sql!(
                "SELECT 1 AS one FROM question q JOIN registration r ON r.id = q.registration_id
                 WHERE q.number_token = $1 AND r.organisation_id = $2 AND r.state = 'opened' LIMIT 1"
            ),
            args![token, organisation],
        )
        .await?;
    Ok(row.is_some())
}
