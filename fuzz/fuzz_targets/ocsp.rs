//! Any bytes as an answer of a responder: never good.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_domain::time::Timestamp;
use loket_eid::certificate::CardCertificate;
use loket_eid::ocsp::Question;
use loket_eid::{OcspSettings, Reply};

const ISSUER: &[u8] =
    include_bytes!("../../crates/loket-eid/tests/vectors/certs/be-eid-test-ec-citizen-ca.der");

fuzz_target!(|bytes: &[u8]| {
    let Ok(issuer) = CardCertificate::from_der(ISSUER.to_vec()) else { return };
    let Ok(question) = Question::new(issuer.parsed(), issuer.parsed(), Some(&[3; 32])) else {
        return;
    };
    let reply = Reply {
        status: 200,
        content_type: "application/ocsp-response".to_owned(),
        body: bytes.to_vec(),
    };
    let now = Timestamp::from_seconds(1_780_000_000);
    let judged = question.judge(&reply, issuer.parsed(), &OcspSettings::default(), now);
    assert!(judged.is_err(), "nobody could have signed this");
});
