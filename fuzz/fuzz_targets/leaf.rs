//! Any bytes as a leaf: one form only, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_tlog::Leaf;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaf) = Leaf::decode(bytes) {
        assert_eq!(leaf.encode(), bytes);
    }
});
