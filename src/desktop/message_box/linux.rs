//! By whichever program for it the desktop brings along.

use std::env;
use std::io;
use std::process::{Command, Stdio};

/// Does not wait until it has been read.
pub(super) fn show(title: &str, text: &str) -> io::Result<()> {
    let is_set = |name| env::var_os(name).is_some_and(|display| !display.is_empty());
    if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
        return Err(io::Error::other("there is no display"));
    }
    // GNOME's, KDE's, and the one that every X server's utilities have.
    let programs: [(&str, &[&str]); 3] = [
        (
            "zenity",
            &["--error", "--no-markup", "--title", title, "--text", text],
        ),
        ("kdialog", &["--title", title, "--error", text]),
        ("xmessage", &["-center", "-title", title, text]),
    ];
    let mut failed = io::ErrorKind::NotFound.into();
    for (program, arguments) in programs {
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(_) => return Ok(()),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}
