//! Recording that the organisation deals with a person, or no longer does.

use loket_domain::register::{InscriptionOutcome, Question};
use reqwest::StatusCode;

use super::reading::{Kind, Read};
use super::{Client, Exchange, tell};
use crate::wire::{InscriptionRequest, urn};

impl Client {
    pub(super) async fn inscription(&self, question: &Question, path: &str) -> InscriptionOutcome {
        let Some((until, _place)) = self.begin().await else { return InscriptionOutcome::Down };
        let request = InscriptionRequest {
            asking: self.asking_about(question),
            ssin: question.ssin.digits(),
        };
        let mut last = InscriptionOutcome::Down;
        for register in &question.registers {
            last = match self.exchange(*register, path, &request, until).await {
                Exchange::Answered(answer) => read(&answer),
                Exchange::CutOff => InscriptionOutcome::Unreadable,
                Exchange::Down => InscriptionOutcome::Down,
            };
            tell(question.id, *register, last.code());
            if last != InscriptionOutcome::Unknown {
                return last;
            }
        }
        last
    }
}

pub(super) fn read(answer: &Read) -> InscriptionOutcome {
    if answer.status == StatusCode::NO_CONTENT && answer.body.is_empty() {
        return InscriptionOutcome::Done;
    }
    match answer.kind::<serde_json::Value>() {
        Kind::Forbidden { .. } => InscriptionOutcome::NotAllowed,
        Kind::Bad(issues) if issues.iter().any(|issue| issue.kind == urn::NOT_KNOWN) => {
            InscriptionOutcome::Unknown
        }
        Kind::Content(_) | Kind::Bad(_) | Kind::TooWide | Kind::Unreadable => {
            InscriptionOutcome::Unreadable
        }
    }
}
