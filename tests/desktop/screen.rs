//! A virtual screen with a window manager, and the programs on it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::common::guard::wait_until;

/// A program that ends with its test.
pub(crate) struct Program(Child);

impl Program {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        Self(command.spawn().unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn runs(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the program has ended", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// The first line that it prints.
    pub(crate) fn first_line(&mut self) -> String {
        let mut line = String::new();
        let output = self.0.stdout.as_mut().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The screen. Its programs end before it does.
pub(crate) struct Screen {
    _manager: Program,
    _server: Program,
    display: String,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24"])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Program::start(command);
        let display = format!(":{}", server.first_line());
        let mut command = Command::new("openbox");
        command
            .env("DISPLAY", &display)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let screen = Self {
            _manager: Program::start(command),
            _server: server,
            display,
        };
        // Before that, windows that ask to come up ask nobody.
        wait_until("the window manager is there", || {
            screen.xdotool(&["get_desktop"]).is_some()
        });
        screen
    }

    /// A command that sees this screen and no other desktop.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
    }

    fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let mut command = self.command("xdotool");
        let output = command.args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        output.status.success().then(|| text.trim().to_owned())
    }

    /// Waits until the window of the process `id` is the active one.
    pub(crate) fn wait_until_in_front(&self, id: u32) {
        let id = id.to_string();
        wait_until("the window is in front", || {
            self.xdotool(&["getactivewindow", "getwindowpid"]).as_ref() == Some(&id)
        });
    }
}
