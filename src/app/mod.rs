//! The window's state: drains what the workers tell, draws the screens, performs what the user
//! asked for.
//!
//! In scope: settings, native dialogs, feeding and steering transfers. Out of scope: what a transfer
//! is ([`crate::session`]), how anything looks ([`crate::ui`]) and how bytes move
//! ([`crate::transfer`]).
//!
//! Each pass goes the same way: `logic` drains events and reports, `ui` draws a [`View`] of the
//! state and performs the one [`Action`](crate::ui::Action) that comes back. An idle window does
//! not pass at all: workers wake it.

mod background;
mod banners;
mod calls;
mod dialogs;
mod history;
mod input;
mod keys;
mod leftovers;
mod nearby;
mod notifications;
mod opening;
mod pasted;
mod perform;
mod quit;
mod reach;
mod receiving;
mod reports;
mod sending;
mod settings;
mod settings_file;
mod system_theme;
mod waker;

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::task::Waker;
use std::time::{Instant, SystemTime};

use eframe::egui::{self, Context, ThemePreference, ViewportCommand};

pub use self::settings::Settings;
pub use self::settings_file::{SettingsFile, window_size};
pub use self::system_theme::SystemTheme;

use self::background::Background;
use self::banners::Messages;
use self::history::SavedHistory;
use self::keys::Keys;
use self::leftovers::Leftovers;
use self::nearby::Nearby;
use self::notifications::UserNotifier;
use self::quit::QuitQuestion;
use self::reach::Reach;
use self::receiving::Receiving;
use self::sending::Sending;
use crate::desktop::Awake;
use crate::discovery::Announcing;
use crate::identity::{Devices, Fingerprint};
use crate::instance::Instance;
use crate::messages::window::top_bar;
use crate::protocol::greeting;
use crate::session::Progress;
use crate::ui::{
    HistoryView, Mode, ReceiveView, Screens, SendView, SettingsView, ThemeChoice, TransferView,
    View, theme,
};

/// What the window is started with.
#[derive(Debug, Default)]
pub struct Start {
    /// The files and folders to send; with any, the window starts in Send mode.
    pub files: Vec<PathBuf>,
    /// The folder that keeps the settings, the key and the known devices; without one, nothing is
    /// kept.
    pub settings_folder: Option<PathBuf>,
    /// Tells whether the system is dark or light.
    pub system_theme: Option<SystemTheme>,
    /// Whether to look for others on the network, and to be found there.
    pub discovery: bool,
    /// Whether files that are dropped on the window do not get to it, so that nobody is invited to.
    pub drops_are_lost: bool,
    /// Brings the files of later starts, if this is the first window of its folder.
    pub instance: Option<Instance>,
}

/// The window.
pub struct App {
    screens: Screens,
    mode: Mode,
    settings: Settings,
    file: SettingsFile,
    keys: Keys,
    receiving: Receiving,
    reach: Reach,
    leftovers: Leftovers,
    sending: Sending,
    nearby: Nearby,
    announcing: Announcing,
    messages: Messages,
    background: Background,
    waker: Waker,
    system_theme: Option<SystemTheme>,
    greeting: String,
    dialog_open: bool,
    /// Opening it may run something; the user is asked.
    asked_to_open: Option<PathBuf>,
    drops_are_lost: bool,
    quit_question: QuitQuestion,
    instance: Option<Instance>,
    attention: UserNotifier,
    saved_history: SavedHistory,
    awake: Awake,
    /// In per cent, as the title shows it.
    share: Option<u64>,
    /// In points, width before height.
    size: Option<[u16; 2]>,
}

impl App {
    /// The window as it was left the last time.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, start: Start) -> Self {
        let folder = start.settings_folder.as_deref();
        let (file, problem) = SettingsFile::open(folder);
        let mut app = Self::assembled(&cc.egui_ctx, file, folder, start.system_theme);
        if start.discovery {
            app.nearby = Nearby::on_the_network();
        }
        app.drops_are_lost = start.drops_are_lost;
        if let Some(problem) = problem {
            app.messages.tell(problem);
        }
        if !start.files.is_empty() {
            app.choose_sources(start.files);
        }
        if let Some(instance) = start.instance {
            instance.wake(app.waker.clone());
            app.instance = Some(instance);
        }
        app
    }

    /// A window with these settings and a key of its own, which are not kept: for tests.
    #[must_use]
    pub fn with_settings(cc: &eframe::CreationContext<'_>, settings: Settings) -> Self {
        Self::assembled(&cc.egui_ctx, SettingsFile::unkept(settings), None, None)
    }

    fn assembled(
        ctx: &Context,
        file: SettingsFile,
        folder: Option<&Path>,
        system_theme: Option<SystemTheme>,
    ) -> Self {
        let (keys, problems) = Keys::open(folder);
        let waker = waker::repaint_waker(ctx);
        theme::apply(ctx);
        // Until the system says otherwise: what systems without a say look like.
        ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
        if let Some(system_theme) = &system_theme {
            system_theme.wake(waker.clone());
        }
        let mut app = Self {
            screens: Screens::default(),
            mode: file.settings().mode,
            settings: file.settings().clone(),
            file,
            keys,
            receiving: Receiving::default(),
            reach: Reach::default(),
            leftovers: Leftovers::default(),
            sending: Sending::default(),
            nearby: Nearby::default(),
            announcing: Announcing::default(),
            messages: Messages::default(),
            background: Background::new(waker.clone()),
            system_theme,
            greeting: sample_greeting(),
            dialog_open: false,
            asked_to_open: None,
            drops_are_lost: false,
            quit_question: QuitQuestion::default(),
            instance: None,
            attention: UserNotifier::new(waker.clone()),
            saved_history: SavedHistory::new(folder),
            awake: Awake::default(),
            share: None,
            size: None,
            waker,
        };
        ctx.set_theme(theme_preference(app.settings.theme));
        app.read_history();
        for problem in problems {
            app.messages.tell(problem);
        }
        if app.settings.receiving {
            app.start_receiving();
        } else {
            app.look_for_leftovers();
        }
        app
    }

    /// The port that is listened on, if any.
    #[must_use]
    pub fn listening_port(&self) -> Option<u16> {
        self.receiving.listening_port()
    }

    /// The settings as they stand.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The devices that this one knows.
    #[must_use]
    pub fn devices(&self) -> &Devices {
        self.keys.devices()
    }

    /// This device's own identity, if it has a key that can be used.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.keys.fingerprint()
    }

    /// Takes in what has happened since the last pass.
    fn drain(&mut self, ctx: &Context) {
        let now = Instant::now();
        let mut news = self.receiving.drain(&self.settings, now);
        if news.ended {
            self.look_for_leftovers();
        }
        if news.moved {
            self.check_reach();
        }
        for receiver in self.sending.drain(now) {
            self.settings.remember(&receiver.host, receiver.port);
        }
        news.over.extend(self.sending.take_over());
        self.draw_attention(ctx, news.requested, &news.over);
        self.remember_transfers(news.over);
        let moving = self.receiving.moving() || self.sending.running() > 0;
        self.awake.keep(moving);
        if let Some(theme) = self.system_theme.as_ref().and_then(SystemTheme::change) {
            ctx.options_mut(|options| options.fallback_theme = theme);
        }
    }

    /// The size is kept when the window closes, and not at each step of being resized.
    fn note_size(&mut self, ctx: &Context) {
        let (size, is_usual) = ctx.input(|input| {
            let viewport = input.viewport();
            let is_usual = viewport.maximized != Some(true) && viewport.fullscreen != Some(true);
            (viewport.inner_rect.map(|rect| rect.size()), is_usual)
        });
        if let Some(size) = size.filter(|_| is_usual) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates, and no screen has so many points"
            )]
            let points = [size.x.round() as u16, size.y.round() as u16];
            self.size = Some(points);
        }
    }

    /// The share of what is under way stands in the title, for when the window is not in front.
    fn show_share(&mut self, ctx: &Context) {
        let percent = {
            let all = all_transfers(&self.receiving, &self.sending);
            let moving = all.iter().filter_map(|transfer| match transfer {
                TransferView::Incoming(one) => one.moving().then(|| one.progress()),
                TransferView::Outgoing(_, one) => one.moving().then(|| one.progress()),
            });
            Progress::percent_of_all(moving)
        };
        if self.share != percent {
            self.share = percent;
            ctx.send_viewport_cmd(ViewportCommand::Title(top_bar::title(percent)));
        }
    }

    fn save_settings(&mut self) {
        if let Err(problem) = self.file.save(&self.settings) {
            self.messages.tell(problem);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.drain(ctx);
        self.take_calls(ctx);
        for report in self.background.reports() {
            self.take_report(report);
        }
        self.ask_before_closing(ctx);
        self.follow_network(ctx);
        self.show_share(ctx);
        self.note_size(ctx);
        self.save_settings();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.take_input(ui, frame);
        let files_hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
        let saves_to = receiving::destination(&self.settings).path();
        let view = View {
            // Files that are held over the window show where they would go.
            mode: if files_hovered { Mode::Send } else { self.mode },
            listening_port: self.receiving.listening_port(),
            asks_to_be_found: !self.settings.asked_to_receive && !self.settings.receiving,
            transfers: all_transfers(&self.receiving, &self.sending),
            messages: self.messages.shown(),
            receive: ReceiveView {
                listening_port: self.receiving.listening_port(),
                port: self.settings.port,
                addresses: self.receiving.addresses(),
                saves_to: &saves_to,
                greeting: &self.greeting,
                save_without_asking: self.settings.save_without_asking,
                any_address: self.settings.any_address,
                problem: self.receiving.problem(),
                reach: self.reach.view(),
                turned_away: self.receiving.turned_away(),
                unfinished: self.receiving.unfinished_contacts(),
                leftovers: self.leftovers.shown(),
                classic_only: self.keys.fingerprint().is_none(),
            },
            send: SendView {
                drops_are_lost: self.drops_are_lost,
                nearby: self.nearby.view(self.keys.devices()),
                ..self.sending.view(&self.settings.recent)
            },
            settings: SettingsView {
                theme: self.settings.theme,
                announce: self.settings.announce,
                notifications: self.settings.notifications,
                file: self.file.path(),
                device_name: self.keys.devices().name(),
                fingerprint: self.keys.fingerprint(),
                devices: self.keys.devices().all(),
                classic_hosts: self.keys.devices().classic_hosts(),
            },
            history: HistoryView {
                history: self.saved_history.history(),
                is_kept: self.settings.history,
                file: self.saved_history.path(),
                now: SystemTime::now(),
            },
            quit_question: self.quit_question.transfers(),
            opening_question: self.asked_to_open.as_deref(),
            dialog_open: self.dialog_open,
        };
        let action = self.screens.ui(ui, &view);
        if ui.cumulative_pass_nr() == 0 {
            // The measurements wait for this line.
            log::debug!("first frame");
        }
        if let Some(action) = action {
            self.perform(action, ui, frame);
            self.save_settings();
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(instance) = &self.instance {
            // Whoever starts Onehop from now on gets a window of its own when this one is gone.
            instance.close();
        }
        self.settings.window_size = self.size.or(self.settings.window_size);
        self.save_settings();
        self.end_transfers();
        self.announcing.end();
        self.saved_history.finish();
    }
}

/// Everything under way or over, the newest first.
fn all_transfers<'a>(receiving: &'a Receiving, sending: &'a Sending) -> Vec<TransferView<'a>> {
    let incoming = receiving.transfers();
    let incoming = incoming.map(|(since, one)| (since, TransferView::Incoming(one)));
    let outgoing = sending.transfers();
    let outgoing = outgoing.map(|(since, id, one)| (since, TransferView::Outgoing(id, one)));
    let mut all: Vec<_> = incoming.chain(outgoing).collect();
    all.sort_by_key(|(since, _)| Reverse(*since));
    all.into_iter().map(|(_, one)| one).collect()
}

fn theme_preference(choice: ThemeChoice) -> ThemePreference {
    match choice {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark => ThemePreference::Dark,
    }
}

/// What peers are greeted with, but for the address, which is each peer's own.
fn sample_greeting() -> String {
    let nobody = Ipv4Addr::UNSPECIFIED;
    greeting::banner(IpAddr::V4(nobody)).replace(&nobody.to_string(), "…")
}
