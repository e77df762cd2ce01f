//! By `MessageBoxW`, which is there whatever else is missing.

use std::io;

use rfd::{MessageDialog, MessageLevel};

/// Waits until it has been read.
#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
pub(super) fn show(title: &str, text: &str) -> io::Result<()> {
    MessageDialog::new()
        .set_level(MessageLevel::Error)
        .set_title(title)
        .set_description(text)
        .show();
    Ok(())
}
