//! Looking a person up: the intent, the call, the answer.

use loket_domain::comparison::Explanation;
use loket_domain::id::RegistrationId;
use loket_domain::register::{Criteria, InscriptionOutcome, RegisterOutcome, Shown};
use loket_domain::registration::VisitReason;
use loket_domain::ssin::SsinFault;
use loket_domain::{Refusal, Ssin};
use loket_store::{Call, Failure};

use super::Office;
use crate::commands::ask_register::{AskRegister, Asked};
use crate::commands::choose_hit::ChooseHit;
use crate::commands::follow_replacement::FollowReplacement;
use crate::commands::inscribe_person::InscribePerson;
use crate::commands::open_registration::{OpenRegistration, ToAsk, Wanted};
use crate::commands::record_answer::RecordAnswer;
use crate::commands::record_inscription::RecordInscription;
use crate::commands::record_search::RecordSearch;
use crate::commands::record_verification::RecordVerification;
use crate::commands::search_register::{AskedSearch, SearchRegister};
use crate::commands::verify_document::{AskedVerification, VerifyDocument};

impl Office {
    /// Reads a typed number; numbers that no living person can have only where the settings allow.
    pub fn read_ssin(&self, typed: &str) -> Result<Ssin, SsinFault> {
        let ssin = Ssin::parse(typed, self.settings().synthetic)?;
        if ssin.is_born_after(self.now().belgian_day()) {
            return Err(SsinFault::Future);
        }
        Ok(ssin)
    }

    /// Who asks faster than a counter can need waits before each call (SEED-80).
    async fn slow_down(&self, steps: u32) {
        if steps > 0 {
            tokio::time::sleep(self.settings().slow_step * steps).await;
        }
    }

    /// Opens a registration and looks the person up by number.
    pub async fn open_registration(
        &self,
        call: Call,
        ssin: Ssin,
        reason: VisitReason,
    ) -> Result<RegistrationId, Failure> {
        self.open_with(call, Wanted::Number(ssin), reason, None).await
    }

    /// Opens a registration and looks the person up in one of the three ways. `many` says why there
    /// are so many look-ups this hour, once that was asked.
    pub async fn open_with(
        &self,
        call: Call,
        wanted: Wanted,
        reason: VisitReason,
        many: Option<Explanation>,
    ) -> Result<RegistrationId, Failure> {
        let begun = self.run(call.clone(), OpenRegistration { wanted, reason, many }).await?;
        let registration = begun.registration;
        match begun.ask {
            ToAsk::Person(asked) => self.ask(&call, registration, asked).await?,
            ToAsk::Verification(asked) => self.make_sure(&call, registration, asked).await?,
            ToAsk::Search(asked) => self.look_for(&call, registration, asked).await?,
        }
        Ok(registration)
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

    /// Inscribes the organisation for the person, and looks up again.
    pub async fn inscribe(&self, call: Call, registration: RegistrationId) -> Result<(), Failure> {
        let asked = self.run(call.clone(), InscribePerson { registration }).await?;
        let question = asked.question();
        let outcome = self.ports().register.inscribe(&question).await;
        let record =
            RecordInscription { registration, question: asked.id, ssin: question.ssin, outcome };
        self.keep(&call, record).await?;
        let failed = match outcome {
            InscriptionOutcome::Done => return self.ask(&call, registration, asked).await,
            InscriptionOutcome::Unknown => RegisterOutcome::Unknown,
            InscriptionOutcome::NotAllowed => RegisterOutcome::NotAllowed,
            InscriptionOutcome::Down => RegisterOutcome::Down,
            InscriptionOutcome::Unreadable => RegisterOutcome::Unreadable,
        };
        let record = RecordAnswer {
            registration,
            question: asked.id,
            outcome: failed,
            register: None,
            ticket: None,
        };
        self.keep(&call, record).await
    }

    /// Searches by name once more.
    pub async fn search_again(
        &self,
        call: Call,
        registration: RegistrationId,
        criteria: Criteria,
    ) -> Result<(), Failure> {
        let asked = self.run(call.clone(), SearchRegister { registration, criteria }).await?;
        self.look_for(&call, registration, asked).await
    }

    /// Goes on with one of the people that were found.
    pub async fn choose_hit(
        &self,
        call: Call,
        registration: RegistrationId,
        hit: usize,
    ) -> Result<(), Failure> {
        let asked = self.run(call.clone(), ChooseHit { registration, hit }).await?;
        self.ask(&call, registration, asked).await
    }

    /// Verifies number and document once more.
    pub async fn verify_again(
        &self,
        call: Call,
        registration: RegistrationId,
        ssin: Ssin,
        shown: Shown,
    ) -> Result<(), Failure> {
        let command = VerifyDocument { registration, ssin, shown };
        let asked = self.run(call.clone(), command).await?;
        self.make_sure(&call, registration, asked).await
    }

    /// Calls the register and keeps the answer.
    async fn ask(
        &self,
        call: &Call,
        registration: RegistrationId,
        asked: Asked,
    ) -> Result<(), Failure> {
        self.slow_down(asked.slowed()).await;
        let answer = self.ports().register.get(&asked.question()).await;
        let record = RecordAnswer {
            registration,
            question: asked.id,
            outcome: answer.outcome,
            register: answer.register,
            ticket: answer.ticket,
        };
        self.keep(call, record).await
    }

    async fn look_for(
        &self,
        call: &Call,
        registration: RegistrationId,
        asked: AskedSearch,
    ) -> Result<(), Failure> {
        self.slow_down(asked.slowed()).await;
        let answer = self.ports().register.query(&asked.search()).await;
        let record = RecordSearch {
            registration,
            question: asked.id,
            outcome: answer.outcome,
            tickets: answer.tickets,
        };
        self.keep(call, record).await
    }

    /// Verifies; the person is asked for only when number and document belong together.
    async fn make_sure(
        &self,
        call: &Call,
        registration: RegistrationId,
        asked: AskedVerification,
    ) -> Result<(), Failure> {
        self.slow_down(asked.asked.slowed()).await;
        let answer = self.ports().register.verify(&asked.verification()).await;
        let matched = answer.outcome == loket_domain::register::VerificationOutcome::Match;
        let record = RecordVerification {
            registration,
            question: asked.asked.id,
            outcome: answer.outcome,
            register: answer.register,
            ticket: answer.ticket,
        };
        self.keep(call, record).await?;
        if matched {
            let call = Call { request: self.new_request()?, ..call.clone() };
            let again = self.ask_again(call, registration).await;
            return settled(again);
        }
        Ok(())
    }

    /// Keeps an answer. A question that was answered before (a double click) finds its answer
    /// recorded, which is not a failure.
    async fn keep<C: loket_store::Command<Output = ()>>(
        &self,
        call: &Call,
        command: C,
    ) -> Result<(), Failure> {
        let call = Call { request: self.new_request()?, ..call.clone() };
        settled(self.run(call, command).await)
    }
}

fn settled(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::Refused(Refusal::WrongStep)) => Ok(()),
        other => other,
    }
}
