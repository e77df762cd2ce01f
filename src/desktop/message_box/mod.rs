//! A message of the system's own, for when there is no window to say something in.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux::show;
#[cfg(windows)]
use self::windows::show;

/// Shows `text` below `title`, if the desktop can; on Windows, until it has been read.
pub fn message_box(title: &str, text: &str) {
    if let Err(error) = show(title, text) {
        log::info!("no message could be shown: {error}");
    }
}
