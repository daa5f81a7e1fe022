use loket_store::Audited;

fn main() {
    // No event, no result.
    let _ = Audited::<()>::new(());
    let _ = Audited { output: () };
}
