//! What the desktop shows while the window is not in front.

use super::super::quantity::count;

/// Somebody waits for an answer.
#[must_use]
pub fn waiting_for_you(requests: usize) -> String {
    match requests {
        0 | 1 => "Onehop is waiting for your answer.".to_owned(),
        more => format!(
            "{} requests are waiting for your answer.",
            count(more as u64)
        ),
    }
}

/// So many transfers ended besides the one that is told of.
#[must_use]
pub fn more_ended(more: usize) -> Option<String> {
    match more {
        0 => None,
        1 => Some("And one more since you last looked.".to_owned()),
        more => Some(format!(
            "And {} more since you last looked.",
            count(more as u64)
        )),
    }
}
