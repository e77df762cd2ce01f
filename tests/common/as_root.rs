//! The one exception: what root may and others may not, `.ci/as-a-user` tries again without that.

/// Tells plainly that `test`, as in `suite module::name`, is nothing for root.
#[track_caller]
pub(crate) fn skipped_as_root(test: &str) {
    use std::io::Write as _;
    let again = include_str!("../../.ci/as-a-user");
    let is_tried_again = again.lines().any(|line| line == format!("try {test}"));
    assert!(is_tried_again, "nobody tries {test}");
    let line = format!("skipped: {test}: this user may do everything\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
