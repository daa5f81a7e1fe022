//! How the log reads the answer of a witness.

use super::request::AddCheckpoint;
use crate::checkpoint::{Checkpoint, decimal};
use crate::cosignature::WitnessKey;
use crate::note::{Note, Signature};

/// Most bytes of an answer that are read.
const MAX_ANSWER_BYTES: usize = 1 << 16;

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It cosigned: its line, checked, to be added to the checkpoint by [`Note::add_cosignature`].
    Cosigned(Signature),
    /// It has cosigned this size last, which is not the one that was asked from: ask again from there.
    From(u64),
    /// It has cosigned a larger size of this log. When the log itself is smaller than that, an old
    /// state was restored here, or there are two histories: nothing may be signed any more.
    Ahead(u64),
    /// It has cosigned another root at the size that was asked from, or a root there from which the
    /// proof does not lead: two histories.
    Forked,
}

/// Why an answer is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// Refused, with this status of HTTP.
    #[error("the witness refused with status {0}")]
    Refused(u16),
    /// Not of the form of an answer.
    #[error("the witness answered something that is no answer")]
    Form,
    /// No line of this witness that is right for the checkpoint.
    #[error("the witness answered without a right cosignature of its key")]
    Unsigned,
}

/// Reads the answer to a request, whose proof the caller has checked, from its status and body. Lines
/// of other keys are ignored.
pub fn read_answer(
    status: u16,
    body: &str,
    asked: &AddCheckpoint,
    witness: &WitnessKey,
) -> Result<Answered, AnswerFault> {
    if body.len() > MAX_ANSWER_BYTES {
        return Err(AnswerFault::Form);
    }
    let note = &asked.checkpoint;
    let size = note.text().parse::<Checkpoint>().map_err(|_| AnswerFault::Form)?.size;
    match status {
        200 => cosignature(body, note, witness),
        409 => {
            let line = body.strip_suffix('\n').ok_or(AnswerFault::Form)?;
            let theirs = decimal(line).ok_or(AnswerFault::Form)?;
            Ok(match theirs {
                ahead if ahead > size => Answered::Ahead(ahead),
                // The size that was asked from is the one it has, and still it does not agree.
                same if same == asked.old && same == size => Answered::Forked,
                same if same == asked.old => return Err(AnswerFault::Form),
                other => Answered::From(other),
            })
        }
        422 => Ok(Answered::Forked),
        other => Err(AnswerFault::Refused(other)),
    }
}

fn cosignature(body: &str, asked: &Note, witness: &WitnessKey) -> Result<Answered, AnswerFault> {
    let lines = body.strip_suffix('\n').ok_or(AnswerFault::Form)?;
    let signatures: Vec<Signature> = lines
        .split('\n')
        .map(Signature::parse)
        .collect::<Result<_, _>>()
        .map_err(|_| AnswerFault::Form)?;
    signatures
        .into_iter()
        .find(|line| witness.is_of(line) && witness.time_of(asked.text(), line).is_some())
        .map(Answered::Cosigned)
        .ok_or(AnswerFault::Unsigned)
}

impl Note {
    /// Adds the line of a witness that [`read_answer`] has checked for this note.
    pub fn add_cosignature(&mut self, cosignature: Signature) {
        self.add(cosignature);
    }
}
