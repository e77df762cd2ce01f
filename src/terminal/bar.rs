//! A progress bar for one transfer.

use indicatif::{ProgressBar, ProgressStyle};

use super::screen::Screen;
use crate::messages::{self, terminal};
use crate::session::Progress;

/// One transfer's line at the end of the screen.
#[derive(Debug)]
pub(super) struct Bar {
    line: ProgressBar,
    label: String,
}

impl Bar {
    /// For a transfer whose size nobody knows: who, how much, how fast.
    pub(super) fn without_total(screen: &Screen, label: String) -> Self {
        let style = style("{spinner} {wide_msg}").tick_chars("-\\|/ ");
        Self::new(screen, label, style)
    }

    /// For a transfer of known size.
    pub(super) fn with_total(screen: &Screen) -> Self {
        let style = style("[{wide_bar}] {msg}").progress_chars("=>-");
        Self::new(screen, String::new(), style)
    }

    /// For one of several transfers of known size.
    pub(super) fn of_peer(screen: &Screen, label: String) -> Self {
        let style = style("{prefix} [{wide_bar}] {msg}").progress_chars("=>-");
        let bar = Self::new(screen, String::new(), style);
        bar.line.set_prefix(label);
        bar
    }

    fn new(screen: &Screen, label: String, style: ProgressStyle) -> Self {
        Self {
            line: screen.add(ProgressBar::no_length().with_style(style)),
            label,
        }
    }

    /// Shows how far the transfer is.
    pub(super) fn update(&self, progress: &Progress) {
        let latest = progress.latest();
        if let Some(total_bytes) = latest.total_bytes {
            self.line.set_length(total_bytes);
            self.line.set_position(latest.bytes);
        }
        self.line.set_message(text(&self.label, progress));
        self.line.tick();
    }

    /// Takes it off the screen.
    pub(super) fn remove(&self, screen: &Screen) {
        screen.remove(&self.line);
    }
}

/// Columns of fixed width, so that the bar beside them does not jump.
fn text(label: &str, progress: &Progress) -> String {
    let latest = progress.latest();
    let bytes = messages::bytes(latest.bytes);
    let done = match progress.percent() {
        Some(percent) => format!("{percent:>3} % {bytes:>7}"),
        None => format!("{label}  {bytes:>7}"),
    };
    // Nothing until a speed is known: a transfer does not begin at 0 B/s.
    let speed = progress.bytes_per_second().map(messages::speed);
    let speed = speed.unwrap_or_default();
    let left = progress.time_left().map(messages::duration_left);
    match latest.total_bytes {
        _ if latest.stalled => format!("{done}  {}", terminal::STALLED),
        Some(total_bytes) if latest.bytes >= total_bytes => {
            format!("{done}  {}", terminal::FINISHING)
        }
        Some(_) => format!("{done} {speed:>9} {:>11}", left.unwrap_or_default()),
        None => format!("{done}  {speed:>9}"),
    }
}

fn style(template: &str) -> ProgressStyle {
    // Only a mistyped template fails, and then a plain bar is better than none.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::{Duration, Instant};

    use super::*;
    use crate::transfer::Snapshot;

    /// So far after two seconds, of which the second one brought a megabyte.
    fn progress(bytes: u64, total_bytes: Option<u64>, stalled: bool) -> Progress {
        let start = Instant::now();
        let mut progress = Progress::default();
        for (second, bytes) in [(1, bytes - 1_000_000), (2, bytes)] {
            let snapshot = Snapshot {
                bytes,
                total_bytes,
                stalled,
                ..Snapshot::default()
            };
            progress.observe(snapshot, true, start + Duration::from_secs(second));
        }
        progress
    }

    #[test]
    fn the_templates_are_valid() {
        for template in [
            "{spinner} {wide_msg}",
            "[{wide_bar}] {msg}",
            "{prefix} [{wide_bar}] {msg}",
        ] {
            ProgressStyle::with_template(template).unwrap();
        }
    }

    #[test]
    fn a_known_size_gives_per_cent_and_time_left() {
        let progress = progress(62_000_000, Some(100_000_000), false);
        assert_eq!(text("", &progress), " 62 %   62 MB  1.0 MB/s   38 s left");
    }

    #[test]
    fn when_everything_has_crossed_no_time_is_left() {
        let progress = progress(100_000_000, Some(100_000_000), false);
        assert_eq!(text("", &progress), "100 %  100 MB  finishing");
    }

    #[test]
    fn an_unknown_size_gives_neither() {
        let progress = progress(61_000_000, None, false);
        assert_eq!(
            text("192.168.1.101", &progress),
            "192.168.1.101    61 MB   1.0 MB/s"
        );
    }

    #[test]
    fn a_stalled_transfer_shows_no_speed() {
        let progress = progress(61_000_000, None, true);
        assert_eq!(
            text("192.168.1.101", &progress),
            "192.168.1.101    61 MB  stalled"
        );
    }
}
