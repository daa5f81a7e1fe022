//! For fuzzing: any bytes as the answer to each call, without a network.

use loket_domain::register::{Question, RegisterOutcome};
use reqwest::StatusCode;

use super::reading::{Form, Read};
use super::{get, inscribe, query, verify};
use crate::wire::VerificationRequest;

/// Reads an answer as that of every call; gives what it would show as a person.
#[doc(hidden)]
pub fn read_any_answer(
    status: u16,
    is_problem: bool,
    body: &[u8],
    question: &Question,
    asked: &VerificationRequest,
) -> RegisterOutcome {
    let form = if is_problem { Form::Problem } else { Form::Answer };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let answer = Read { status, form, body: body.to_vec() };
    for register in &question.registers {
        let _ = query::read(&answer, *register);
    }
    let _ = verify::read(&answer, asked);
    let _ = inscribe::read(&answer);
    get::read(&answer, question).0
}
