//! What must not compile: a change without an event, a commit of one's own, a forged permit, a
//! name shown without its access event.

#[test]
fn the_ways_around_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
