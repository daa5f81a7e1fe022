//! Any bytes as a certificate: every question that the sign-in asks of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_domain::ssin::Synthetic;
use loket_domain::time::Timestamp;
use loket_eid::certificate::{CardCertificate, PolicyRule};
use loket_eid::path::Authorities;

const ROOT: &[u8] =
    include_bytes!("../../crates/loket-eid/tests/vectors/certs/belgium/belgium-root-ca6.der");

fuzz_target!(|bytes: &[u8]| {
    let Ok(card) = CardCertificate::from_der(bytes.to_vec()) else { return };
    let now = Timestamp::from_seconds(1_780_000_000);
    let _ = card.check_purpose();
    let _ = card.check_dates(now);
    let _ = card.check_forbidden(&PolicyRule::default());
    let _ = card.subject(Synthetic::Accepted);
    let _ = card.ocsp_address();
    if let Ok(authorities) = Authorities::new(&[ROOT.to_vec()], &[bytes.to_vec()]) {
        let _ = authorities.issuer_of(&card, &[bytes.to_vec()], now);
        let _ = authorities.vouch_for(&card, now);
    }
});
