use loket_domain::Timestamp;
use loket_store::{Call, Permit};

fn forge(call: &Call) -> Permit<'_, ()> {
    Permit::new(call, None, Timestamp::from_seconds(0))
}

fn main() {
    let _ = forge;
}
