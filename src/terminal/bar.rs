//! A progress bar for one transfer.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::screen::Screen;
use crate::messages;
use crate::transfer::{RateMeter, Snapshot};

/// Shown once everything has crossed: what is left are disks and the other side's word.
const FINISHING: &str = "finishing";
/// Shown while nothing has moved for a while although it could have.
const STALLED: &str = "stalled";

/// One transfer's line at the end of the screen.
#[derive(Debug)]
pub(super) struct Bar {
    line: ProgressBar,
    label: String,
    rate: RateMeter,
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
            rate: RateMeter::default(),
        }
    }

    /// Shows how far the transfer is as of `now`.
    pub(super) fn update(&mut self, snapshot: &Snapshot, now: Instant) {
        self.rate.update(snapshot, now);
        let text = match snapshot.total_bytes {
            Some(total_bytes) => {
                self.line.set_length(total_bytes);
                self.line.set_position(snapshot.bytes);
                with_total(snapshot, total_bytes, &self.rate)
            }
            None => without_total(&self.label, snapshot, &self.rate),
        };
        self.line.set_message(text);
        self.line.tick();
    }

    /// Takes it off the screen.
    pub(super) fn remove(&self, screen: &Screen) {
        screen.remove(&self.line);
    }
}

/// Columns of fixed width, so that the bar beside them does not jump.
fn with_total(snapshot: &Snapshot, total_bytes: u64, rate: &RateMeter) -> String {
    let percent = percent(snapshot.bytes, total_bytes);
    let bytes = messages::bytes(snapshot.bytes);
    if snapshot.stalled {
        return format!("{percent:>3} % {bytes:>7}  {STALLED}");
    }
    if snapshot.bytes >= total_bytes {
        return format!("{percent:>3} % {bytes:>7}  {FINISHING}");
    }
    let speed = speed(rate);
    let left = rate
        .time_left(snapshot)
        .map(messages::duration_left)
        .unwrap_or_default();
    format!("{percent:>3} % {bytes:>7} {speed:>9} {left:>11}")
}

fn without_total(label: &str, snapshot: &Snapshot, rate: &RateMeter) -> String {
    let bytes = messages::bytes(snapshot.bytes);
    if snapshot.stalled {
        return format!("{label}  {bytes:>7}  {STALLED}");
    }
    let speed = speed(rate);
    format!("{label}  {bytes:>7}  {speed:>9}")
}

/// Nothing until a speed is known: a transfer does not begin at 0 B/s.
fn speed(rate: &RateMeter) -> String {
    let bytes_per_second = rate.bytes_per_second();
    if bytes_per_second > 0.0 {
        messages::speed(bytes_per_second)
    } else {
        String::new()
    }
}

/// Rounded down, so that 100 means everything. Nothing of nothing is everything.
pub(super) fn percent(bytes: u64, total_bytes: u64) -> u128 {
    if total_bytes == 0 {
        return 100;
    }
    u128::from(bytes) * 100 / u128::from(total_bytes)
}

fn style(template: &str) -> ProgressStyle {
    // Only a mistyped template fails, and then a plain bar is better than none.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use super::*;

    fn snapshot(bytes: u64, total_bytes: Option<u64>, stalled: bool) -> Snapshot {
        Snapshot {
            bytes,
            held_bytes: 0,
            total_bytes,
            stalled,
            complete: false,
        }
    }

    fn megabyte_each_second() -> RateMeter {
        let mut rate = RateMeter::default();
        let start = Instant::now();
        rate.update(&snapshot(0, None, false), start);
        rate.update(
            &snapshot(1_000_000, None, false),
            start + Duration::from_secs(1),
        );
        rate
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
        let snapshot = snapshot(62_000_000, Some(100_000_000), false);
        let text = with_total(&snapshot, 100_000_000, &megabyte_each_second());
        assert_eq!(text, " 62 %   62 MB  1.0 MB/s   38 s left");
    }

    #[test]
    fn when_everything_has_crossed_no_time_is_left() {
        let snapshot = snapshot(100_000_000, Some(100_000_000), false);
        let text = with_total(&snapshot, 100_000_000, &megabyte_each_second());
        assert_eq!(text, "100 %  100 MB  finishing");
    }

    #[test]
    fn an_unknown_size_gives_neither() {
        let snapshot = snapshot(61_000_000, None, false);
        let text = without_total("192.168.1.101", &snapshot, &megabyte_each_second());
        assert_eq!(text, "192.168.1.101    61 MB   1.0 MB/s");
    }

    #[test]
    fn a_stalled_transfer_shows_no_speed() {
        let snapshot = snapshot(61_000_000, None, true);
        let text = without_total("192.168.1.101", &snapshot, &megabyte_each_second());
        assert_eq!(text, "192.168.1.101    61 MB  stalled");
    }

    #[test]
    fn a_hundred_per_cent_means_everything() {
        assert_eq!(percent(999_999, 1_000_000), 99);
        assert_eq!(percent(1_000_000, 1_000_000), 100);
        assert_eq!(percent(0, 0), 100);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
    }
}
