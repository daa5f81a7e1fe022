//! Asking whether a document and a number belong together. Nothing of the person comes back.

use loket_domain::person::GivenName;
use loket_domain::register::{
    RegisterName, Shown, Ticket, Verification, VerificationAnswer, VerificationOutcome,
};
use tokio::time::Instant;

use super::reading::{Kind, Read};
use super::{Client, Exchange, tell};
use crate::wire::{Issue, Verdict, VerificationContent, VerificationRequest, urn};

impl Client {
    pub(super) async fn verify_all(&self, verification: &Verification) -> VerificationAnswer {
        let mut last =
            VerificationAnswer { outcome: VerificationOutcome::Down, register: None, ticket: None };
        let Some((until, _place)) = self.begin().await else { return last };
        for register in &verification.question.registers {
            last = self.verify_one(*register, verification, until).await;
            tell(verification.question.id, *register, last.outcome.code());
            if last.outcome != VerificationOutcome::Unknown {
                return last;
            }
        }
        last
    }

    async fn verify_one(
        &self,
        register: RegisterName,
        verification: &Verification,
        until: Instant,
    ) -> VerificationAnswer {
        let request = self.request(verification);
        let exchange = self.exchange(register, "/identityVerifications", &request, until).await;
        let (outcome, ticket) = match exchange {
            Exchange::Answered(answer) => read(&answer, &request),
            Exchange::CutOff => (VerificationOutcome::Unreadable, None),
            Exchange::Down => (VerificationOutcome::Down, None),
        };
        VerificationAnswer { outcome, register: Some(register), ticket }
    }

    fn request(&self, verification: &Verification) -> VerificationRequest {
        let mut request = VerificationRequest {
            asking: self.asking_about(&verification.question),
            ssin: verification.question.ssin.digits(),
            last_name: None,
            given_names: None,
            birth_date: None,
            document_number: None,
        };
        match &verification.shown {
            Shown::Card { number } => request.document_number = Some(number.digits().to_owned()),
            Shown::Holder { surname, given_names, birth_date } => {
                let given = given_names.iter().map(GivenName::as_str).map(str::to_owned);
                request.last_name = Some(surname.as_str().to_owned());
                request.given_names = Some(given.collect());
                request.birth_date = Some(birth_date.text());
            }
        }
        request
    }
}

/// What an answer means: a match only when every field that was asked has its verdict and all of
/// them say so.
pub(super) fn read(
    answer: &Read,
    asked: &VerificationRequest,
) -> (VerificationOutcome, Option<Ticket>) {
    let content = match answer.kind::<VerificationContent>() {
        Kind::Content(content) => content,
        Kind::Forbidden { not_inscribed: true } => {
            return (VerificationOutcome::NotInscribed, None);
        }
        Kind::Forbidden { not_inscribed: false } => return (VerificationOutcome::NotAllowed, None),
        Kind::Bad(issues) => return (bad(&issues), None),
        Kind::TooWide | Kind::Unreadable => return (VerificationOutcome::Unreadable, None),
    };
    let verdicts = &content.verdicts;
    let pairs = [
        (asked.last_name.is_some(), verdicts.last_name),
        (asked.given_names.is_some(), verdicts.given_names),
        (asked.birth_date.is_some(), verdicts.birth_date),
        (asked.document_number.is_some(), verdicts.document_number),
    ];
    let ticket = Some(Ticket::new(&content.ticket));
    if pairs.iter().any(|(asked, verdict)| *asked != verdict.is_some()) {
        return (VerificationOutcome::Unreadable, ticket);
    }
    let all = pairs.iter().filter_map(|(_, verdict)| *verdict).all(|v| v == Verdict::Match);
    (if all { VerificationOutcome::Match } else { VerificationOutcome::NoMatch }, ticket)
}

fn bad(issues: &[Issue]) -> VerificationOutcome {
    let outcome = issues.iter().find_map(|issue| match issue.kind.as_str() {
        urn::NOT_KNOWN => Some(VerificationOutcome::Unknown),
        urn::CANCELLED => Some(VerificationOutcome::Cancelled),
        urn::REPLACED => Some(VerificationOutcome::Replaced),
        _ => None,
    });
    outcome.unwrap_or(VerificationOutcome::Unreadable)
}
