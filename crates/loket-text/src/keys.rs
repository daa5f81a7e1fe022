//! The identifiers of the messages as the build found them, and the texts themselves.

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
