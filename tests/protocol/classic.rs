use onehop::protocol::classic::{ANSWER, Lockstep, StreamEnd, Verdict};
use proptest::prelude::*;

/// What happens to a stream, in order.
#[derive(Debug, Clone, Copy)]
enum Step {
    Bytes(usize),
    Pause,
}
use Step::{Bytes, Pause};

/// Runs the steps and tells after which of them an answer is due.
fn answers(steps: &[Step]) -> Vec<bool> {
    let mut lockstep = Lockstep::new();
    steps
        .iter()
        .map(|step| match step {
            Bytes(bytes) => lockstep.on_bytes(*bytes),
            Pause => lockstep.on_pause(),
        })
        .collect()
}

fn after(steps: &[Step]) -> Lockstep {
    let mut lockstep = Lockstep::new();
    for step in steps {
        let _answer_due = match step {
            Bytes(bytes) => lockstep.on_bytes(*bytes),
            Pause => lockstep.on_pause(),
        };
    }
    lockstep
}

#[test]
fn answers_are_short_ascii_lines() {
    assert!(ANSWER.is_ascii());
    assert!(ANSWER.len() < 80);
    assert_eq!(ANSWER.last(), Some(&b'\n'));
}

#[test]
fn lockstep_arms_and_disarms_as_the_table_says() {
    let table: &[(&str, &[Step], &[bool])] = &[
        (
            "a pause at 1024 arms",
            &[Bytes(1024), Pause],
            &[false, true],
        ),
        (
            "a pause at 2048 arms",
            &[Bytes(2048), Pause],
            &[false, true],
        ),
        (
            "split chunks arm too",
            &[Bytes(1), Bytes(1023), Pause],
            &[false, false, true],
        ),
        (
            "a pause elsewhere does not",
            &[Bytes(1023), Pause],
            &[false, false],
        ),
        ("nor at 3072", &[Bytes(3072), Pause], &[false, false]),
        (
            "nor before the first byte",
            &[Pause, Bytes(1024), Pause],
            &[false, false, true],
        ),
        (
            "only the first pause counts",
            &[Bytes(1000), Pause, Bytes(24), Pause],
            &[false; 4],
        ),
        (
            "armed, every full chunk is answered at once",
            &[Bytes(1024), Pause, Bytes(1024), Bytes(1024)],
            &[false, true, true, true],
        ),
        (
            "armed, half a chunk is not answered",
            &[Bytes(1024), Pause, Bytes(500), Pause, Bytes(524)],
            &[false, true, false, false, true],
        ),
        (
            "a byte beyond the lockstep disarms for good",
            &[Bytes(1024), Pause, Bytes(1025), Bytes(1023), Pause],
            &[false, true, false, false, false],
        ),
        (
            "a fast stream is never answered",
            &[Bytes(1024), Bytes(1025), Pause, Bytes(1023), Pause],
            &[false; 5],
        ),
    ];
    for (what, steps, expected) in table {
        assert_eq!(answers(steps), *expected, "{what}");
    }
}

#[test]
fn a_pause_matters_only_until_the_first_one() {
    assert!(!Lockstep::new().watches_for_pause());
    assert!(after(&[Bytes(10)]).watches_for_pause());
    assert!(!after(&[Bytes(10), Pause]).watches_for_pause());
    assert!(!after(&[Bytes(1024), Pause]).watches_for_pause());
    assert!(!after(&[Bytes(4096)]).watches_for_pause());
}

#[test]
fn every_end_has_its_verdict() {
    use StreamEnd::{Orderly, Reset};
    use Verdict::{Complete, Interrupted, SentNothing};
    let table: &[(&[Step], StreamEnd, Verdict)] = &[
        (&[], Orderly, SentNothing),
        (&[], Reset, SentNothing),
        (&[Bytes(18)], Orderly, Complete),
        (&[Bytes(18)], Reset, Interrupted),
        (&[Bytes(1024)], Orderly, Complete),
        // Not armed: nothing of ours can have been unread but the greeting.
        (&[Bytes(1024)], Reset, Interrupted),
        (&[Bytes(1024), Pause], Reset, Complete),
        (&[Bytes(1024), Pause, Bytes(1024)], Reset, Complete),
        (&[Bytes(1024), Pause, Bytes(1023)], Reset, Interrupted),
        (&[Bytes(1024), Pause, Bytes(1023)], Orderly, Complete),
        (&[Bytes(1024), Pause, Bytes(2048)], Reset, Interrupted),
        (&[Bytes(4096)], Reset, Interrupted),
    ];
    for (steps, end, expected) in table {
        assert_eq!(end.verdict(&after(steps)), *expected, "{steps:?} {end:?}");
    }
}

/// The tutorial's client as the protocol describes it: one read before each chunk.
/// Returns how many answers it had unread when it closed, or `None` if it would wait for ever.
fn run_client(mut file_bytes: usize, greeting_reads: usize) -> Option<(Lockstep, usize)> {
    let mut lockstep = Lockstep::new();
    let mut readable = greeting_reads;
    while file_bytes > 0 {
        if readable == 0 && lockstep.on_pause() {
            readable += 1;
        }
        readable = readable.checked_sub(1)?;
        let chunk = file_bytes.min(1024);
        file_bytes -= chunk;
        // A short last chunk is followed by the close at once, a full one by the next read.
        if lockstep.on_bytes(chunk) {
            readable += 1;
        }
    }
    Some((lockstep, readable))
}

proptest! {
    #[test]
    fn the_tutorials_client_gets_files_of_any_size_through(
        file_bytes in 0_usize..200_000,
        greeting_reads in 1_usize..=2,
    ) {
        let (lockstep, unread) = run_client(file_bytes, greeting_reads).unwrap();
        prop_assert_eq!(lockstep.total_bytes(), file_bytes as u64);
        // Closing with something unread resets the connection; that must still be a good end.
        let end = if unread > 0 { StreamEnd::Reset } else { StreamEnd::Orderly };
        let single = file_bytes <= 1024 * greeting_reads;
        let expected = match file_bytes {
            0 => Verdict::SentNothing,
            _ if single && unread > 0 => return Ok(()),
            _ => Verdict::Complete,
        };
        prop_assert_eq!(end.verdict(&lockstep), expected);
    }

    #[test]
    fn no_stream_ever_has_two_answers_outstanding(
        steps in prop::collection::vec(
            prop_oneof![(1_usize..3000).prop_map(Bytes), Just(Bytes(1024)), Just(Pause)],
            0..60,
        )
    ) {
        let mut lockstep = Lockstep::new();
        let mut answered_at = None;
        for step in steps {
            let answer_due = match step {
                Bytes(bytes) => lockstep.on_bytes(bytes),
                Pause => lockstep.on_pause(),
            };
            if answer_due {
                let total = lockstep.total_bytes();
                prop_assert_eq!(total % 1024, 0);
                if let Some(before) = answered_at {
                    prop_assert_eq!(total, before + 1024);
                }
                answered_at = Some(total);
            }
        }
    }
}
