//! By `SetThreadExecutionState`, which a thread calls for itself
//! (<https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate>).

use keepawake::KeepAwake;

/// It lasts as long as the answer lives, which must stay on this thread. The display may go dark.
pub(super) fn hold() -> Result<KeepAwake, keepawake::Error> {
    keepawake::Builder::default()
        .idle(true)
        .reason("Files are being transferred")
        .app_name("Onehop")
        .app_reverse_domain("io.github.onehop")
        .create()
}
