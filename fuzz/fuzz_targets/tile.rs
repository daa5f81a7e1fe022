//! Any text as the address of a tile, and any bytes as tile and as bundle of entries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loket_tlog::{TileAddress, decode_entries, decode_tile, encode_entries, encode_tile};

fuzz_target!(|input: (&str, u16, &[u8])| {
    let (text, width, bytes) = input;
    if let Ok(address) = text.parse::<TileAddress>() {
        assert_eq!(address.to_string(), text);
    }
    if let Some(hashes) = decode_tile(bytes, width) {
        assert_eq!(encode_tile(&hashes), bytes);
    }
    if let Ok(entries) = decode_entries(bytes, width) {
        assert_eq!(entries.len(), usize::from(width));
        assert_eq!(encode_entries(&entries).unwrap_or_default(), bytes);
    }
});
