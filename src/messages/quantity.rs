//! Sizes, speeds and times as a person reads them.

use std::time::Duration;

/// Decimal units, as file managers and network cables count.
const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
const SECONDS_PER_MINUTE: u64 = 60;
const MINUTES_PER_HOUR: u64 = 60;
const HOURS_PER_DAY: u64 = 24;

/// A whole number such as `7` or `100,000`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Such as `1 file` or `100,000 files`.
pub(super) fn counted(number: u64, one: &str, more: &str) -> String {
    let word = if number == 1 { one } else { more };
    format!("{} {word}", count(number))
}

/// A size such as `18 B`, `61 MB` or `1.2 GB`: two to three digits, so that a row of them can be
/// taken in at a glance.
#[must_use]
pub fn bytes(count: u64) -> String {
    if count < 1_000 {
        return format!("{count} {}", UNITS[0]);
    }
    // Whole numbers keep the rounding honest: no "10.0 kB", no "1000 kB".
    let mut divisor: u64 = 1_000;
    let mut unit = 1;
    while rounded(count, divisor) >= 1_000 && unit + 1 < UNITS.len() {
        divisor *= 1_000;
        unit += 1;
    }
    let tenths = rounded(count, divisor / 10);
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", rounded(count, divisor), UNITS[unit])
    }
}

/// A speed such as `112 MB/s`, from bytes a second.
#[must_use]
pub fn speed(bytes_per_second: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and a speed is never negative"
    )]
    let whole = bytes_per_second.round() as u64;
    format!("{}/s", bytes(whole))
}

/// Such as ` at 112 MB/s`, where it took long enough for a speed to say something.
pub(super) fn pace(bytes: u64, elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a speed needs no 53 bits")]
    let per_second = bytes as f64 / elapsed.as_secs_f64();
    format!(" at {}", speed(per_second))
}

/// A time still to wait, such as `8 s left` or `3 min left`: never `0 s`, and never more exact
/// than an estimate can be.
#[must_use]
pub fn duration_left(left: Duration) -> String {
    let seconds = (left.as_millis().div_ceil(1_000)).max(1);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    if seconds < SECONDS_PER_MINUTE {
        return format!("{seconds} s left");
    }
    let minutes = seconds.saturating_add(SECONDS_PER_MINUTE / 2) / SECONDS_PER_MINUTE;
    if minutes < MINUTES_PER_HOUR {
        return format!("{minutes} min left");
    }
    let hours = minutes / MINUTES_PER_HOUR;
    if hours < HOURS_PER_DAY {
        return format!("{hours} h {} min left", minutes % MINUTES_PER_HOUR);
    }
    "more than a day left".to_owned()
}

/// How long ago something was, such as `5 min ago`.
#[must_use]
pub fn ago(age: Duration) -> String {
    let minutes = age.as_secs() / SECONDS_PER_MINUTE;
    let hours = minutes / MINUTES_PER_HOUR;
    match (hours / HOURS_PER_DAY, hours, minutes) {
        (0, 0, 0) => "just now".to_owned(),
        (0, 0, minutes) => format!("{minutes} min ago"),
        (0, hours, _) => format!("{hours} h ago"),
        (1, ..) => "a day ago".to_owned(),
        (days, ..) => format!("{days} days ago"),
    }
}

/// Such as `laptop`, `laptop and desk-pc` or `laptop, desk-pc and pi4`.
pub(super) fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The end of a list that is too long to be shown.
#[must_use]
pub fn and_more(more: usize) -> String {
    format!("and {} more", count(more as u64))
}

/// `count` divided by `divisor`, to the nearest whole number.
fn rounded(count: u64, divisor: u64) -> u64 {
    count / divisor + u64::from(count % divisor >= divisor / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_thousands() {
        for (number, text) in [
            (0, "0 files"),
            (1, "1 file"),
            (999, "999 files"),
            (1_000, "1,000 files"),
            (100_000, "100,000 files"),
            (1_234_567, "1,234,567 files"),
        ] {
            assert_eq!(counted(number, "file", "files"), text);
        }
    }

    #[test]
    fn sizes_read_like_those_of_a_file_manager() {
        for (count, text) in [
            (0, "0 B"),
            (18, "18 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_024, "1.0 kB"),
            (1_050, "1.1 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (10_500, "11 kB"),
            (61_000_000, "61 MB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (1_200_000_000, "1.2 GB"),
            (1_073_741_824, "1.1 GB"),
            (5_000_000_000_000, "5.0 TB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes(count), text, "{count}");
        }
    }

    #[test]
    fn a_speed_is_a_size_each_second() {
        assert_eq!(speed(112_000_000.0), "112 MB/s");
        assert_eq!(speed(0.4), "0 B/s");
    }

    #[test]
    fn a_speed_that_is_no_number_reads_as_none() {
        assert_eq!(speed(f64::NAN), "0 B/s");
        assert_eq!(speed(-3.0), "0 B/s");
    }

    #[test]
    fn times_get_coarser_as_they_get_longer() {
        for (seconds, text) in [
            (0.0, "1 s left"),
            (0.2, "1 s left"),
            (8.0, "8 s left"),
            (7.3, "8 s left"),
            (59.0, "59 s left"),
            (60.0, "1 min left"),
            (170.0, "3 min left"),
            (3_599.0, "1 h 0 min left"),
            (4_800.0, "1 h 20 min left"),
            (86_400.0, "more than a day left"),
        ] {
            let left = Duration::from_secs_f64(seconds);
            assert_eq!(duration_left(left), text, "{seconds}");
        }
    }

    #[test]
    fn what_was_long_ago_is_told_in_days() {
        for (seconds, text) in [
            (0, "just now"),
            (59, "just now"),
            (300, "5 min ago"),
            (7_300, "2 h ago"),
            (90_000, "a day ago"),
            (260_000, "3 days ago"),
        ] {
            assert_eq!(ago(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn the_longest_time_there_is_does_not_overflow() {
        assert_eq!(duration_left(Duration::MAX), "more than a day left");
    }
}
