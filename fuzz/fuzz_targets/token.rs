//! Any text as a token: read, and looked at as far as it goes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_eid::certificate::CardCertificate;
use loket_eid::token::AuthToken;
use loket_eid::verifier::check_signature;

fuzz_target!(|text: &str| {
    let Ok(token) = AuthToken::read(text) else { return };
    let _ = token.intermediates();
    let _ = token.signing_certificates();
    let Ok(card) = token.certificate().and_then(CardCertificate::from_der) else { return };
    let _ = check_signature(&token, &card, "https://loket.example.be", "challenge");
});
