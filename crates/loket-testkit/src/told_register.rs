//! Registers that answer as a test tells them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use loket_domain::Ssin;
use loket_domain::port::Answer;
use loket_domain::register::{
    InscriptionOutcome, PersonRegister, Question, RegisterAnswer, RegisterName, RegisterOutcome,
    Search, SearchAnswer, SearchOutcome, Verification, VerificationAnswer, VerificationOutcome,
};

use crate::house::found;

/// A register that answers as told, and knows nobody else.
#[derive(Clone, Default)]
pub struct ToldRegister(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    people: HashMap<Ssin, RegisterOutcome>,
    search: Option<SearchOutcome>,
    verification: Option<VerificationOutcome>,
    inscriptions: Vec<Ssin>,
    release: Option<InscriptionOutcome>,
}

impl ToldRegister {
    /// Answers this about a number from now on.
    pub fn tell(&self, ssin: Ssin, outcome: RegisterOutcome) {
        if let Ok(mut told) = self.0.lock() {
            told.people.insert(ssin, outcome);
        }
    }
    /// Answers this to every search from now on.
    pub fn tell_search(&self, outcome: SearchOutcome) {
        if let Ok(mut told) = self.0.lock() {
            told.search = Some(outcome);
        }
    }
    /// Answers this to every verification from now on.
    pub fn tell_verification(&self, outcome: VerificationOutcome) {
        if let Ok(mut told) = self.0.lock() {
            told.verification = Some(outcome);
        }
    }
    /// Answers this to every release from now on; only what is done takes effect.
    pub fn tell_release(&self, outcome: InscriptionOutcome) {
        if let Ok(mut told) = self.0.lock() {
            told.release = Some(outcome);
        }
    }
    /// For whom an organisation is inscribed.
    pub fn inscriptions(&self) -> Vec<Ssin> {
        self.0.lock().map(|told| told.inscriptions.clone()).unwrap_or_default()
    }
}

impl PersonRegister for ToldRegister {
    fn get<'a>(&'a self, question: &'a Question) -> Answer<'a, RegisterAnswer> {
        Box::pin(async {
            let told = self.0.lock().ok().and_then(|told| {
                let outcome = told.people.get(&question.ssin).cloned();
                // Who was inscribed after a refusal is told from then on.
                match outcome {
                    Some(RegisterOutcome::NotInscribed)
                        if told.inscriptions.contains(&question.ssin) =>
                    {
                        found(question.ssin).ok()
                    }
                    other => other,
                }
            });
            RegisterAnswer {
                outcome: told.unwrap_or(RegisterOutcome::Unknown),
                register: Some(RegisterName::NationalRegister),
                ticket: None,
            }
        })
    }
    fn query<'a>(&'a self, _search: &'a Search) -> Answer<'a, SearchAnswer> {
        Box::pin(async {
            let told = self.0.lock().ok().and_then(|told| told.search.clone());
            SearchAnswer { outcome: told.unwrap_or(SearchOutcome::Nobody), tickets: Vec::new() }
        })
    }
    fn verify<'a>(&'a self, _verification: &'a Verification) -> Answer<'a, VerificationAnswer> {
        Box::pin(async {
            let told = self.0.lock().ok().and_then(|told| told.verification);
            VerificationAnswer {
                outcome: told.unwrap_or(VerificationOutcome::Unknown),
                register: Some(RegisterName::NationalRegister),
                ticket: None,
            }
        })
    }
    fn inscribe<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(async {
            if let Ok(mut told) = self.0.lock() {
                told.inscriptions.push(question.ssin);
            }
            InscriptionOutcome::Done
        })
    }
    fn release<'a>(&'a self, question: &'a Question) -> Answer<'a, InscriptionOutcome> {
        Box::pin(async {
            let Ok(mut told) = self.0.lock() else { return InscriptionOutcome::Down };
            let outcome = told.release.unwrap_or(InscriptionOutcome::Done);
            if outcome == InscriptionOutcome::Done {
                told.inscriptions.retain(|ssin| *ssin != question.ssin);
            }
            outcome
        })
    }
    fn reachable(&self) -> Answer<'_, bool> {
        Box::pin(async { true })
    }
}
