//! Looking a person up: the intent, the call, the answer.

use loket_domain::id::RegistrationId;
use loket_domain::registration::VisitReason;
use loket_domain::ssin::SsinFault;
use loket_domain::{Refusal, Ssin};
use loket_store::{Call, Failure};

use super::Office;
use crate::commands::ask_register::{AskRegister, Asked};
use crate::commands::follow_replacement::FollowReplacement;
use crate::commands::open_registration::OpenRegistration;
use crate::commands::record_answer::RecordAnswer;

impl Office {
    /// Reads a typed number; numbers that no living person can have only where the settings allow.
    pub fn read_ssin(&self, typed: &str) -> Result<Ssin, SsinFault> {
        Ssin::parse(typed, self.settings().synthetic)
    }

    /// Opens a registration and looks the person up.
    pub async fn open_registration(
        &self,
        call: Call,
        ssin: Ssin,
        reason: VisitReason,
    ) -> Result<RegistrationId, Failure> {
        let begun = self.run(call.clone(), OpenRegistration { ssin, reason }).await?;
        self.ask(&call, begun.registration, begun.asked).await?;
        Ok(begun.registration)
    }

    /// Looks up again after the register did not answer.
    pub async fn ask_again(&self, call: Call, registration: RegistrationId) -> Result<(), Failure> {
        let asked = self.run(call.clone(), AskRegister { registration }).await?;
        self.ask(&call, registration, asked).await
    }

    /// Looks up the number that replaced the one asked for.
    pub async fn follow_replacement(
        &self,
        call: Call,
        registration: RegistrationId,
    ) -> Result<(), Failure> {
        let asked = self.run(call.clone(), FollowReplacement { registration }).await?;
        self.ask(&call, registration, asked).await
    }

    /// Calls the register and keeps the answer. A question that was answered before (a double
    /// click) finds its answer recorded and is not a failure.
    async fn ask(
        &self,
        call: &Call,
        registration: RegistrationId,
        asked: Asked,
    ) -> Result<(), Failure> {
        let answer = self.ports().register.get(&asked.question()).await;
        let record = RecordAnswer {
            registration,
            question: asked.id,
            outcome: answer.outcome,
            register: answer.register,
            ticket: answer.ticket,
        };
        let call = Call { request: self.new_request()?, ..call.clone() };
        match self.run(call, record).await {
            Err(Failure::Refused(Refusal::WrongStep)) => Ok(()),
            other => other,
        }
    }
}
