//! Names the static files by a hash of their content.

use std::hash::{DefaultHasher, Hash, Hasher};

fn main() {
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=templates");
    let mut hash = DefaultHasher::new();
    for file in ["loket.css", "icon.svg", "card.js", "passkey.js"] {
        if let Ok(bytes) = std::fs::read(format!("static/{file}")) {
            bytes.hash(&mut hash);
        }
    }
    println!("cargo::rustc-env=LOKET_STATIC_HASH={:016x}", hash.finish());
}
