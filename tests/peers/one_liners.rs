//! The one-liners that Onehop shows for a computer without it, run as they are quoted.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use onehop::messages::without_onehop::{
    FILE, Interpreter, RECEIVED, Recipe, receiving_there, sending_here,
};
use tempfile::TempDir;

use crate::cli::{Receiver, Running, file_of, send};
use crate::common::noise::noise;
use crate::common::skipped::not_on_this_system;
use crate::common::sockets::free_port;

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Sizes with which something might go wrong: nothing, what client.py sends at once, and more than
/// any buffer on the way holds.
const SIZES: [usize; 5] = [0, 1, 1024, 2048, 20_000_000];

fn command(recipes: Vec<Recipe>, interpreter: Interpreter) -> String {
    let fitting = |recipe: &Recipe| recipe.interpreter == interpreter;
    recipes.into_iter().find(fitting).unwrap().command
}

/// The command as a person would give it to a shell, in this folder.
fn in_shell(interpreter: Interpreter, text: &str, folder: &Path) -> Option<Command> {
    let mut shell = match interpreter {
        Interpreter::PowerShell => {
            let mut powershell = Command::new(powershell()?);
            powershell.args(["-NoProfile", "-NonInteractive", "-Command"]);
            powershell
        }
        Interpreter::Python | Interpreter::Netcat => {
            let mut sh = Command::new("sh");
            sh.arg("-c");
            sh
        }
    };
    shell.arg(text).current_dir(folder).stdin(Stdio::null());
    Some(shell)
}

fn powershell() -> Option<&'static str> {
    let works = |name: &&str| {
        Command::new(name)
            .args(["-NoProfile", "-Command", "1"])
            .output()
            .is_ok_and(|output| output.status.success())
    };
    ["pwsh", "powershell"].into_iter().find(works)
}

/// Runs the command that sends `bytes` of noise from there to a receiver here.
fn send_from_there(interpreter: Interpreter, bytes: usize) {
    let receiver = Receiver::start(&["--yes", "--once", "--empty"]);
    let (folder, file) = file_of(bytes);
    let text = command(sending_here(Some(LOCALHOST), receiver.port), interpreter)
        .replace(FILE, file.file_name().unwrap().to_str().unwrap());
    let Some(mut shell) = in_shell(interpreter, &text, folder.path()) else {
        panic!("{interpreter:?} is not there");
    };
    let ended = Running::start(&mut shell).finish().with_code(0);
    if interpreter != Interpreter::Netcat {
        assert_eq!(ended.stdout.trim(), "delivered");
    }
    let path = receiver.path("recv.txt");
    let (_ended, _folder) = receiver.finish();
    assert!(fs::read(path).unwrap() == noise(bytes), "{bytes} bytes");
}

/// Runs the command that receives there, and sends `bytes` of noise to it. Gives the folder where
/// it runs and how sending ended.
fn receive_there(interpreter: Interpreter, bytes: usize) -> Option<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let text = command(receiving_there(port), interpreter);
    let mut shell = in_shell(interpreter, &text, folder.path())?;
    let there = Running::start(&mut shell);
    let (_kept, file) = file_of(bytes);
    let ended = (0..10_000)
        .map(|_| send(port, &file))
        .find(|ended| !ended.stderr.contains("Nothing is listening"))
        .unwrap();
    ended.with_code(0).saying("elivered");
    let said = there.finish().with_code(0).stdout;
    if interpreter != Interpreter::Netcat {
        assert_eq!(said.trim(), "saved");
    }
    let received = folder.path().join(RECEIVED);
    assert!(
        fs::read(&received).unwrap() == noise(bytes),
        "{bytes} bytes"
    );
    Some((folder, received))
}

#[cfg(unix)]
#[test]
fn python_sends_a_file_of_any_size() {
    if !crate::python::is_installed() {
        return;
    }
    for bytes in SIZES {
        send_from_there(Interpreter::Python, bytes);
    }
}

#[cfg(unix)]
#[test]
fn python_receives_a_file_of_any_size() {
    if !crate::python::is_installed() {
        return;
    }
    for bytes in SIZES {
        receive_there(Interpreter::Python, bytes).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn python_says_nothing_of_delivered_if_the_file_was_declined() {
    if !crate::python::is_installed() {
        return;
    }
    // Nobody can be asked there, so everything is declined.
    let receiver = Receiver::start(&[]);
    let (folder, file) = file_of(300_000);
    let text = command(
        sending_here(Some(LOCALHOST), receiver.port),
        Interpreter::Python,
    )
    .replace(FILE, file.to_str().unwrap());
    let mut shell = in_shell(Interpreter::Python, &text, folder.path()).unwrap();
    let ended = Running::start(&mut shell).finish().with_code(1);
    assert_eq!(ended.stdout, "");
}

#[cfg(unix)]
#[test]
fn python_replaces_no_file_that_is_there_already() {
    if !crate::python::is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(RECEIVED), "precious").unwrap();
    let text = command(receiving_there(free_port()), Interpreter::Python);
    let mut shell = in_shell(Interpreter::Python, &text, folder.path()).unwrap();
    Running::start(&mut shell).finish().with_code(1);
    let kept = fs::read_to_string(folder.path().join(RECEIVED)).unwrap();
    assert_eq!(kept, "precious");
}

#[cfg(unix)]
#[test]
fn netcat_sends_and_receives_a_file_of_any_size() {
    if !crate::common::programs::nc_is_installed() {
        return;
    }
    for bytes in SIZES.into_iter().filter(|bytes| *bytes > 0) {
        send_from_there(Interpreter::Netcat, bytes);
        receive_there(Interpreter::Netcat, bytes).unwrap();
    }
}

#[test]
fn powershell_sends_and_receives_a_file_of_any_size() {
    if powershell().is_none() {
        not_on_this_system("the one-liners for PowerShell: it is not installed");
        return;
    }
    for bytes in SIZES {
        send_from_there(Interpreter::PowerShell, bytes);
        receive_there(Interpreter::PowerShell, bytes).unwrap();
    }
}
