//! The one rule for what cannot be tried here.

/// Tells plainly that it could not be tried. Where `ONEHOP_CI` is set, everything that the tests need
/// has been put there, and so it is a failure.
#[track_caller]
pub(crate) fn skipped(why: &str) {
    let is_ci = std::env::var_os("ONEHOP_CI").is_some();
    assert!(!is_ci, "could not be tried: {why}");
    not_on_this_system(why);
}

/// Tells plainly that something cannot be tried on this system, whatever is installed.
pub(crate) fn not_on_this_system(why: &str) {
    note(&format!("skipped: {why}"));
}

/// Past the test runner's capture of what is printed.
pub(crate) fn note(line: &str) {
    use std::io::Write as _;
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}

/// Whether Wine plays Windows here. The scripts that start the tests there say so.
pub(crate) fn on_wine() -> bool {
    std::env::var_os("ONEHOP_TEST_WINE").is_some()
}
