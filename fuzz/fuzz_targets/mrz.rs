//! Any text as a machine-readable zone: read, looked through, and the two agree on what is right.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_domain::document::mrz::Mrz;
use loket_domain::document::mrz::examine::examine;
use loket_domain::time::Day;

fuzz_target!(|text: &str| {
    let Some(today) = Day::new(2026, 11, 23) else { return };
    let found = examine(text, today);
    let _ = found.parts();
    // What the reader takes with all its digits, the examination finds nothing wrong with.
    if Mrz::parse(text, today).is_ok_and(|zone| zone.checks_hold()) {
        assert!(found.is_valid());
    }
});
