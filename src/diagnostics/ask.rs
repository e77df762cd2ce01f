//! Programs of the system that are asked for something, each with a deadline.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(3);
/// How often a cancel is looked for meanwhile.
const CANCEL_LOOK: Duration = Duration::from_millis(50);
/// More than any of them says.
const MAX_OUTPUT_BYTES: u64 = 1024 * 1024;

/// What the program prints; nothing if it is not there, fails or takes too long.
pub(super) fn output_of(command: &mut Command, cancelled: &dyn Fn() -> bool) -> Option<String> {
    without_a_console(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let output = read_within(&mut child, ANSWER_TIME, cancelled);
    if output.is_none() {
        log::info!("{command:?} did not answer");
        child.kill().ok();
    }
    let status = child.wait().ok()?;
    output.filter(|_| status.success())
}

fn read_within(child: &mut Child, time: Duration, cancelled: &dyn Fn() -> bool) -> Option<String> {
    let stdout = child.stdout.take()?;
    let (sender, answer) = mpsc::channel();
    thread::Builder::new()
        .name("answer of a program".into())
        .spawn(move || {
            let mut output = Vec::new();
            if stdout
                .take(MAX_OUTPUT_BYTES)
                .read_to_end(&mut output)
                .is_ok()
            {
                sender.send(output).ok();
            }
        })
        .ok()?;
    let deadline = Instant::now() + time;
    let output = loop {
        match answer.recv_timeout(CANCEL_LOOK) {
            Ok(output) => break output,
            Err(mpsc::RecvTimeoutError::Timeout) if Instant::now() < deadline && !cancelled() => {}
            Err(_) => return None,
        }
    };
    Some(String::from_utf8_lossy(&output).into_owned())
}

/// On Windows a program of the terminal would open one on the screen.
#[cfg(windows)]
fn without_a_console(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    /// `CREATE_NO_WINDOW` of `processthreadsapi.h`.
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
}

#[cfg(not(windows))]
fn without_a_console(_command: &mut Command) {}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_program_is_asked() {
        let said = output_of(Command::new("echo").arg("running"), &|| false);
        assert_eq!(said.as_deref(), Some("running\n"));
        assert_eq!(output_of(&mut Command::new("false"), &|| false), None);
        assert_eq!(
            output_of(&mut Command::new("no-such-program"), &|| false),
            None
        );
    }

    #[test]
    fn a_cancel_ends_the_wait_for_an_answer() {
        let cancelled = || true;
        let mut sleep = Command::new("sleep");
        let began = Instant::now();
        assert_eq!(output_of(sleep.arg("600"), &cancelled), None);
        assert!(began.elapsed() < ANSWER_TIME);
    }

    #[test]
    fn one_that_does_not_answer_is_ended() {
        let mut child = Command::new("sleep")
            .arg("600")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let short = Duration::from_millis(20);
        assert_eq!(read_within(&mut child, short, &|| false), None);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
