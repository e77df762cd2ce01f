//! The one exception: what root may and others may not, `.ci/as-a-user` tries again without that.

use super::skipped::not_on_this_system;

/// Tells plainly that `test`, as in `suite module::name`, is nothing for root.
#[track_caller]
pub(crate) fn skipped_as_root(test: &str) {
    let again = include_str!("../../.ci/as-a-user");
    let is_tried_again = again.lines().any(|line| line == format!("try {test}"));
    assert!(is_tried_again, "nobody tries {test}");
    not_on_this_system(&format!("{test}: this user may do everything"));
}
