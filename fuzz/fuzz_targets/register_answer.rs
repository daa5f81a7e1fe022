//! Any bytes as a register's answer: never another person than the one asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_domain::Ssin;
use loket_domain::register::{Question, RegisterName, RegisterOutcome};
use loket_domain::ssin::Synthetic;
use loket_registers::read_any_answer;
use loket_registers::wire::{Asking, VerificationRequest};

fuzz_target!(|input: (u16, bool, &[u8])| {
    let (status, is_problem, body) = input;
    let Ok(ssin) = Ssin::parse("81050103522", Synthetic::Refused) else { return };
    let id = uuid::Uuid::from_u128;
    let question = Question {
        id: id(1).into(),
        registration: id(2).into(),
        officer: id(3).into(),
        organisation: id(4).into(),
        enterprise_number: "0884303369".to_owned(),
        registers: RegisterName::ALL.to_vec(),
        ssin,
    };
    let asked = VerificationRequest {
        asking: Asking {
            ticket: String::new(),
            legal_context: String::new(),
            purpose: String::new(),
            requesting_user: String::new(),
            enterprise_number: String::new(),
        },
        ssin: ssin.digits(),
        last_name: None,
        given_names: None,
        birth_date: None,
        document_number: Some("591191706458".to_owned()),
    };
    let status = [200, 204, 400, 403, status][usize::from(status % 5)];
    let outcome = read_any_answer(status, is_problem, body, &question, &asked);
    if let RegisterOutcome::Found { person, .. } = outcome {
        assert_eq!(person.ssin, question.ssin);
    }
});
