//! What must not compile: a change without an event, a commit of one's own, a forged permit, a
//! name shown without its access event.

use std::process::Command;

const WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

#[test]
fn the_ways_around_do_not_compile() -> std::io::Result<()> {
    // The compiler that lints on the way writes types with their whole paths, the plain one does
    // not: the words are compared as the plain one says them.
    if std::env::var_os(WRAPPER).is_some() {
        let again = Command::new(std::env::current_exe()?)
            .args(["--exact", "the_ways_around_do_not_compile", "--nocapture"])
            .env_remove(WRAPPER)
            .status()?;
        assert!(again.success(), "see what is printed above");
        return Ok(());
    }
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
    Ok(())
}
