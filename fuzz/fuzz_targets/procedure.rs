//! Any text as a procedure file: what is read has what every procedure must have.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_domain::procedure::{CheckKind, Procedure};

fuzz_target!(|text: &str| {
    let Ok(procedure) = Procedure::parse(text) else { return };
    let compares = procedure.checks.iter().filter(|check| check.kind == CheckKind::Compare);
    assert_eq!(compares.count(), 1);
    assert!(procedure.version > 0 && !procedure.documents.is_empty());
});
