use loket_domain::id::EventId;
use loket_store::{Disclosure, Personal};

fn show(name: &Personal<String>) {
    println!("{name}");
    println!("{}", name.0);
    println!("{}", serde_json::to_string(name).unwrap());
}

fn forge(event: EventId) -> Disclosure {
    Disclosure { event }
}

fn main() {
    let _ = (show, forge);
    let _ = Disclosure::after_commit;
}
