//! Any text as a proof file, and any bytes as a time-stamp.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_tlog::{ProofFile, verify_time_stamp};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(proof) = text.parse::<ProofFile>()
    {
        assert_eq!(proof.to_string(), text);
    }
    assert!(verify_time_stamp(bytes, b"text", None, &[]).is_err());
});
