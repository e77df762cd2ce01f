//! Whether the system is dark or light, where the window system does not say so itself.

use std::sync::{Arc, OnceLock, mpsc};
use std::task::Waker;
use std::thread;

use dark_light::Mode;
use eframe::egui::Theme;

/// Follows the system's theme on a thread of its own: asking may take as long as it likes.
#[derive(Debug)]
pub struct SystemTheme {
    themes: mpsc::Receiver<Theme>,
    waker: Arc<OnceLock<Waker>>,
}

impl SystemTheme {
    /// Starts to ask. On Windows the window system tells by itself, so nobody is asked.
    #[must_use]
    pub fn follow() -> Self {
        let (sender, themes) = mpsc::channel();
        let waker = Arc::new(OnceLock::new());
        if cfg!(not(windows)) {
            let worker = Worker {
                sender,
                waker: waker.clone(),
            };
            let started = thread::Builder::new()
                .name("system-theme".to_owned())
                .spawn(move || worker.run());
            if let Err(error) = started {
                log::warn!("cannot follow the system's theme: {error}");
            }
        }
        Self { themes, waker }
    }

    /// Wakes `waker` from now on when the theme changed.
    pub(super) fn wake(&self, waker: Waker) {
        self.waker.set(waker).ok();
    }

    /// The latest theme, if it has changed since the last time.
    pub(super) fn change(&self) -> Option<Theme> {
        self.themes.try_iter().last()
    }
}

struct Worker {
    sender: mpsc::Sender<Theme>,
    waker: Arc<OnceLock<Waker>>,
}

impl Worker {
    /// Ends when the window is gone or the system has nothing to tell.
    fn run(self) {
        let Ok(mode) = dark_light::detect() else {
            log::info!("the system tells no theme");
            return;
        };
        if !self.tell(mode) {
            return;
        }
        match dark_light::subscribe() {
            Ok(changes) => {
                changes.iter().all(|mode| self.tell(mode));
            }
            Err(error) => log::info!("the system tells no changes of its theme: {error}"),
        }
    }

    fn tell(&self, mode: Mode) -> bool {
        let theme = match mode {
            Mode::Dark => Theme::Dark,
            Mode::Light | Mode::Unspecified => Theme::Light,
        };
        let told = self.sender.send(theme).is_ok();
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
        told
    }
}
