//! The real window on a desktop of its own: a virtual screen, a window manager, and a bus with a
//! notification service and a login service that write down what they are asked.
//!
//! Without Xvfb, openbox, xdotool and dbus-daemon these tests say so and do nothing; in the checks of
//! the project they have to be there.
#![cfg(all(target_os = "linux", feature = "window"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bus;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "more is needed elsewhere")]
mod common;
mod screen;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::bus::{Bus, Told};
use crate::common::guard::{GUARD, soon, wait_until};
use crate::common::programs::are_installed;
use crate::common::sockets::{free_port, reset};
use crate::screen::{Program, Screen};

/// A desktop with windows on it.
struct Desktop {
    screen: Screen,
    bus: Bus,
}

/// One Onehop with settings of its own.
struct Window {
    program: Program,
    folder: TempDir,
    port: u16,
}

impl Desktop {
    /// Without the programs that it takes there is none.
    fn start() -> Option<Self> {
        let programs = [
            ("Xvfb", "xvfb"),
            ("openbox", "openbox"),
            ("xdotool", "xdotool"),
            ("dbus-daemon", "dbus-daemon"),
        ];
        are_installed("a desktop", &programs).then(|| Self {
            screen: Screen::start(),
            bus: Bus::start(),
        })
    }

    /// A window that is in front, as new windows are.
    fn open(&self, settings: &str) -> Window {
        self.open_with_bus(settings, &self.bus.address)
    }

    fn open_with_bus(&self, settings: &str, address: &str) -> Window {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let text = format!(
            "listen_on = \"127.0.0.1\"\nport = {port}\nreceiving = true\nfolder = '{}'\n{settings}\n",
            folder.path().display()
        );
        let settings = folder.path().join("settings.toml");
        fs::write(&settings, text).unwrap();
        // Whatever others may write to here: then they would not be believed.
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(settings, private).unwrap();
        let program = self.run(folder.path(), address);
        self.screen.wait_until_in_front(program.id());
        Window {
            program,
            folder,
            port,
        }
    }

    fn run(&self, settings: &Path, bus: &str) -> Program {
        let mut command = self.screen.command(env!("CARGO_BIN_EXE_onehop"));
        command
            .env("ONEHOP_CONFIG_DIR", settings)
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("DBUS_SYSTEM_BUS_ADDRESS", bus)
            .env("RUST_LOG", "error");
        Program::start(command)
    }
}

impl Window {
    /// A peer that has connected and read the greeting.
    fn connect(&self) -> TcpStream {
        let mut peer = soon("the window listens", || {
            TcpStream::connect(("127.0.0.1", self.port)).ok()
        });
        peer.set_read_timeout(Some(GUARD)).unwrap();
        assert!(peer.read(&mut [0; 1024]).unwrap() > 0);
        peer
    }

    /// A peer that has sent a whole file and waits to be told.
    fn send_to_it(&self, file: &[u8]) -> TcpStream {
        let mut peer = self.connect();
        peer.write_all(file).unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        peer
    }
}

const SAVES: &str = "save_without_asking = true";

#[test]
fn a_request_out_of_sight_is_notified_and_a_click_brings_the_window_up() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let asked = desktop.open("");
    let in_front = desktop.open("");
    let _peer = asked.send_to_it(b"hello");
    let told = desktop.bus.notification();
    assert_eq!(told.headline, "127.0.0.1 is sending a file.");
    assert_eq!(told.body, "Onehop is waiting for your answer.");
    assert_eq!(told.actions, ["default", "Show"]);
    assert_eq!(told.desktop_entry, onehop::desktop::APP_ID);
    desktop.bus.click(told.id + 1_000);
    desktop.screen.wait_until_in_front(in_front.program.id());
    desktop.bus.click(told.id);
    desktop.screen.wait_until_in_front(asked.program.id());
    assert_eq!(desktop.bus.next(), Told::Closed(told.id), "it is seen now");
}

#[test]
fn a_second_request_right_after_the_first_is_notified_too() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let asked = desktop.open("");
    let _in_front = desktop.open("");
    let _first_peer = asked.send_to_it(b"hello");
    let first = desktop.bus.notification();
    let _second_peer = asked.send_to_it(b"hello");
    let second = desktop.bus.notification();
    assert_eq!(second.replaces, first.id);
    assert_eq!(second.body, "2 requests are waiting for your answer.");
}

#[test]
fn the_end_of_a_transfer_out_of_sight_is_notified_each_in_the_place_of_the_one_before() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let saves = desktop.open(SAVES);
    let silent = desktop.open(&format!("{SAVES}\nnotifications = false"));
    let _in_front = desktop.open("");
    drop(silent.send_to_it(b"hello"));
    let history = silent.folder.path().join("history.jsonl");
    wait_until("the silent window has it", || history.exists());
    drop(saves.send_to_it(b"hello"));
    let first = desktop.bus.notification();
    assert_eq!(first.headline, "Saved recv.txt from 127.0.0.1");
    assert!(first.body.contains("5 B"), "{}", first.body);
    let mut peer = saves.connect();
    peer.write_all(&[1; 3_000]).unwrap();
    let partial = || {
        let entries = fs::read_dir(saves.folder.path()).unwrap();
        let mut names = entries.map(|entry| entry.unwrap().file_name());
        names.any(|name| name.to_string_lossy().contains("part"))
    };
    wait_until("some of it is on the disk", partial);
    reset(peer);
    let second = desktop.bus.notification();
    assert!(
        second.headline.starts_with("Interrupted: "),
        "{}",
        second.headline
    );
    assert!(second.body.ends_with("And one more since you last looked."));
    assert_eq!(second.replaces, first.id);
}

#[test]
fn the_computer_stays_awake_as_long_as_something_arrives() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let window = desktop.open(SAVES);
    let mut peer = window.connect();
    peer.write_all(&[1; 3_000]).unwrap();
    let lock = desktop.bus.lock();
    assert_eq!(lock.what, "sleep:idle");
    assert_eq!((lock.who.as_str(), lock.mode.as_str()), ("Onehop", "block"));
    assert!(!lock.is_released());
    peer.shutdown(Shutdown::Write).unwrap();
    wait_until("the computer may sleep", || lock.is_released());
    assert_eq!(
        fs::read(window.folder.path().join("recv.txt")).unwrap(),
        [1; 3_000]
    );
}

#[test]
fn a_second_start_brings_the_first_window_up() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let first = desktop.open("");
    let other = desktop.open("");
    desktop.screen.wait_until_in_front(other.program.id());
    let mut again = desktop.run(first.folder.path(), &desktop.bus.address);
    assert!(again.wait().success());
    desktop.screen.wait_until_in_front(first.program.id());
}

/// A stand-in for the program that shows messages; it keeps what it is told.
struct Messages(TempDir);

impl Messages {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (program, told) = (folder.path().join("zenity"), folder.path().join("told"));
        // Renamed when it is whole.
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}.new'\nmv '{0}.new' '{0}'\n",
            told.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn told(&self) -> Option<String> {
        fs::read_to_string(self.0.path().join("told")).ok()
    }

    /// What is written to stderr by a `command` that can open no window.
    fn errors_of(&self, mut command: Command) -> String {
        let path = std::env::var("PATH").unwrap();
        let errors = self.0.path().join("errors");
        command
            .env("PATH", format!("{}:{path}", self.0.path().display()))
            .env("ONEHOP_CONFIG_DIR", self.0.path())
            .env("RUST_LOG", "off")
            .stderr(fs::File::create(&errors).unwrap());
        let status = Program::start(command).wait();
        assert_eq!(status.code(), Some(1));
        fs::read_to_string(errors).unwrap()
    }
}

const NO_WINDOW: &str = "Onehop cannot open a window here: there is no display";

#[test]
fn without_opengl_the_user_is_told_on_the_desktop_too() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let messages = Messages::new();
    let mut command = desktop.screen.command(env!("CARGO_BIN_EXE_onehop"));
    // What Windows has without a driver.
    command
        .env("MESA_GL_VERSION_OVERRIDE", "1.1")
        .env("MESA_GLES_VERSION_OVERRIDE", "1.1");
    let errors = messages.errors_of(command);
    assert!(errors.starts_with(NO_WINDOW), "{errors}");
    wait_until("the message is shown", || messages.told().is_some());
    let told = messages.told().unwrap();
    assert!(told.contains("It needs OpenGL 2."), "{told}");
}

#[test]
fn without_a_display_the_terminal_is_told_alone() {
    let messages = Messages::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_onehop"));
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    let errors = messages.errors_of(command);
    assert!(errors.starts_with(NO_WINDOW), "{errors}");
    assert!(errors.contains("onehop-cli"), "{errors}");
    assert_eq!(messages.told(), None);
}

#[test]
fn without_a_bus_there_are_no_notifications_and_transfers_go_on() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let nowhere = tempfile::tempdir().unwrap();
    let address = format!("unix:path={}/bus", nowhere.path().display());
    let mut window = desktop.open_with_bus(SAVES, &address);
    let _in_front = desktop.open("");
    for name in ["recv.txt", "recv (2).txt"] {
        let mut peer = window.connect();
        peer.write_all(b"hello").unwrap();
        // Longer than it takes until the computer would be kept awake.
        std::thread::sleep(Duration::from_millis(1_500));
        drop(peer);
        let saved = window.folder.path().join(name);
        wait_until("the file is saved", || saved.exists());
    }
    assert!(window.program.runs());
}
