//! Generated documents under `docs/generated`: a test writes what it would be and fails when the
//! committed file differs; `LOKET_WRITE_GENERATED=1` (set by `make generated`) rewrites it.

/// Compares `text` with `docs/generated/NAME`, or writes it when asked to.
pub(crate) fn assert_same(name: &str, text: &str) {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated").join(name);
    if std::env::var_os("LOKET_WRITE_GENERATED").is_some() {
        std::fs::write(&path, text).expect("the generated file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, text, "docs/generated/{name} is stale: run `make generated`");
}
