//! Any text as a note, a checkpoint, a request to a witness and a policy.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_tlog::{AddCheckpoint, Checkpoint, Note, Policy};

fuzz_target!(|text: &str| {
    if let Ok(note) = Note::parse(text) {
        assert_eq!(note.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(request) = text.parse::<AddCheckpoint>() {
        assert_eq!(request.to_string(), text);
    }
    drop(Policy::parse(text));
});
