//! A window under test, and peers for it to talk to.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Role;
use eframe::egui::{
    DroppedFile, Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, Vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use onehop::app::{App, Settings, Start};
use tempfile::TempDir;

use crate::common::guard::{GUARD, accept};
use crate::common::sockets::reset;

/// How often a window that waits for another thread is looked at.
pub(crate) const STEP: Duration = Duration::from_millis(5);
/// So many steps may an animation take. What has not settled by then never will.
pub(crate) const MAX_STEPS: u64 = 60;
/// Taller than any screen, so that everything is in sight.
const SIZE: Vec2 = Vec2::new(720.0, 1400.0);

/// A window with a folder of its own.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) folder: TempDir,
}

/// Settings that keep a test to itself: a folder of its own, the loopback interface, a free port.
pub(crate) fn settings(folder: &Path) -> Settings {
    Settings {
        folder: Some(folder.to_owned()),
        port: 0,
        listen_on: Some(Ipv4Addr::LOCALHOST.into()),
        ..Settings::default()
    }
}

/// Settings as somebody wrote them by hand, whatever files others may write to here.
pub(crate) fn write_settings(folder: &Path, text: &str) {
    let path = folder.join("settings.toml");
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
}

impl Window {
    /// A window that receives.
    pub(crate) fn receiving() -> Self {
        Self::with(|settings| settings.receiving = true)
    }

    /// A window that does not receive.
    pub(crate) fn idle() -> Self {
        Self::with(|_| {})
    }

    /// A window with changed settings.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        change(&mut settings);
        let harness = Harness::builder()
            .with_size(SIZE)
            .with_max_steps(MAX_STEPS)
            .build_eframe(move |cc| App::with_settings(cc, settings));
        Self::opened(harness, folder)
    }

    /// A window as the program starts it.
    pub(crate) fn started(start: Start) -> Self {
        let harness = Harness::builder()
            .with_size(SIZE)
            .with_max_steps(MAX_STEPS)
            .build_eframe(move |cc| App::new(cc, start));
        Self::opened(harness, tempfile::tempdir().unwrap())
    }

    /// Classic receivers here are what a test wants, unless the question is what it is about.
    pub(crate) fn opened(harness: Harness<'static, App>, folder: TempDir) -> Self {
        let mut window = Self { harness, folder };
        let devices = window.harness.state().devices();
        devices.allow_classic("127.0.0.1").ok();
        window.harness.run();
        window
    }

    /// A window of a device of this name.
    pub(crate) fn of(name: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let window = Self::with(change);
        let devices = window.harness.state().devices();
        devices.disallow_classic("127.0.0.1").unwrap();
        devices.set_name(name).unwrap();
        window
    }

    pub(crate) fn press(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::Button, name)
            .click();
        self.harness.run();
    }

    /// Takes away the first transfer that is over.
    pub(crate) fn dismiss(&mut self) {
        let first = self.harness.query_all_by_label_contains("Dismiss").next();
        first.unwrap().click();
        self.harness.run();
    }

    pub(crate) fn unfold(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::DisclosureTriangle, name)
            .click();
        self.harness.run();
    }

    /// Shows the form or the settings that made room for a transfer.
    pub(crate) fn unfold_form(&mut self) {
        let folds = self.harness.query_all_by_role(Role::DisclosureTriangle);
        let names = folds.filter_map(|fold| fold.accesskit_node().label());
        let lines = [
            "Receiving on port",
            "Not receiving",
            "To send: ",
            "Send something else",
        ];
        let is_form = |name: &String| lines.iter().any(|line| name.starts_with(line));
        let name = names.into_iter().find(is_form).unwrap();
        self.unfold(&name);
    }

    pub(crate) fn switch(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::Switch, name)
            .click();
        self.harness.run();
    }

    /// Replaces what stands in a text field.
    pub(crate) fn fill_in(&mut self, name: &str, text: &str) {
        let field = self.harness.get_by_role_and_label(Role::TextInput, name);
        field.focus();
        self.harness.run();
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.harness.run();
        let field = self.harness.get_by_role_and_label(Role::TextInput, name);
        field.type_text(text);
        self.harness.run();
    }

    /// What stands in a field.
    pub(crate) fn value(&self, name: &str) -> String {
        let field = self.harness.get_by_role_and_label(Role::TextInput, name);
        field.value().unwrap()
    }

    pub(crate) fn drop_files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let file = Arc::new(Dropped(path.clone()));
            self.harness.input_mut().dropped_files.push(file);
        }
        self.harness.step();
        self.harness.input_mut().dropped_files.clear();
        self.harness.run();
    }

    /// As a wheel does, with the pointer in the middle.
    pub(crate) fn scroll_to_the_end(&mut self) {
        let middle = self.harness.ctx.content_rect().center();
        let input = self.harness.input_mut();
        input.events.push(Event::PointerMoved(middle));
        input.events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: Vec2::new(0.0, -1e6),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        self.harness.run();
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }

    /// Everything that is shown.
    pub(crate) fn texts(&self) -> Vec<String> {
        let labels = self.harness.query_all_by_label_contains("");
        labels
            .filter_map(|node| node.accesskit_node().value())
            .collect()
    }

    /// Steps until `text` is shown somewhere.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.step_until(text, |window| window.shows(text));
        // What has just come may still move into its place; hovered files never settle.
        self.harness.run_ok();
    }

    /// Steps until it is so.
    #[track_caller]
    pub(crate) fn step_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + GUARD;
        while !is_so(self) {
            let in_time = Instant::now() < deadline;
            assert!(in_time, "never: {what}; but {:?}", self.texts());
            thread::sleep(STEP);
            self.harness.step();
        }
    }

    /// A peer that has connected to the window and read its greeting.
    pub(crate) fn connect(&self) -> TcpStream {
        let port = self.harness.state().listening_port().unwrap();
        let mut peer = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        peer.set_read_timeout(Some(GUARD)).unwrap();
        let mut greeting = [0; 1024];
        assert!(peer.read(&mut greeting).unwrap() > 0);
        peer
    }

    /// A peer that has sent a whole file and waits to be told.
    pub(crate) fn send_to_it(&self, file: &[u8]) -> TcpStream {
        let mut peer = self.connect();
        peer.write_all(file).unwrap();
        peer.shutdown(std::net::Shutdown::Write).unwrap();
        peer
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn tick(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::CheckBox, name)
            .click();
        self.harness.run();
    }

    /// Chooses what is sent, and to whom.
    pub(crate) fn fill_in_send(&mut self, port: u16, paths: &[PathBuf]) {
        self.press("Send mode");
        if !paths.is_empty() {
            self.drop_files(paths);
            self.wait_for("Remove all");
        }
        self.fill_in("To", "127.0.0.1");
        self.fill_in("Port", &port.to_string());
    }

    /// A file for the window to send.
    pub(crate) fn file(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, contents).unwrap();
        path
    }
}

/// How a receiver ends after it has read everything.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    /// Closes in order: delivered.
    Close,
    /// Breaks the connection: not saved.
    Reset,
    /// Does not close.
    Never,
}

/// A receiver for one file. Its thread returns what came.
pub(crate) fn receiver(ending: Ending) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::Builder::new()
        .name("receiver".to_owned())
        .spawn(move || {
            let mut peer = accept(&listener);
            peer.write_all(b"\n\n Welcome, whoever you are \n\n")
                .unwrap();
            let mut received = Vec::new();
            peer.read_to_end(&mut received).unwrap();
            match ending {
                Ending::Close => {}
                Ending::Reset => reset(peer),
                Ending::Never => loop {
                    thread::park();
                },
            }
            received
        })
        .unwrap();
    (address, thread)
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}
