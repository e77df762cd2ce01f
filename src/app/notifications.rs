//! Tells the user what happens while the window is not in front.

use std::task::Waker;
use std::time::{Duration, Instant};

use eframe::egui::{Context, UserAttentionType, ViewportCommand};

use super::{App, calls};
use crate::desktop::{Notification, Notifier, Slot};
use crate::history::Record;
use crate::messages::history;
use crate::messages::window::notifications;

/// Whoever asks again and again does not make the desktop flicker: requests that come sooner than
/// this after a notification are told when it is over, together.
const REQUEST_PAUSE: Duration = Duration::from_secs(5);

/// What the user has been told and has not looked at yet.
#[derive(Debug)]
pub(super) struct UserNotifier {
    notifier: Notifier,
    /// A request came that no notification has told of yet.
    request_untold: bool,
    /// A notification about requests stands.
    request_shown: bool,
    /// When the last one was shown.
    request_told: Option<Instant>,
    /// Transfers that ended since the user last looked.
    ended: usize,
    /// The taskbar or dock is asking for a look.
    asking: bool,
}

impl UserNotifier {
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            notifier: Notifier::new(waker),
            request_untold: false,
            request_shown: false,
            request_told: None,
            ended: 0,
            asking: false,
        }
    }

    /// The user has come, so nothing needs to be told any more.
    fn looked(&mut self, ctx: &Context) {
        if std::mem::take(&mut self.asking) {
            request_attention(ctx, UserAttentionType::Reset);
        }
        self.withdraw_request();
        if std::mem::take(&mut self.ended) > 0 {
            self.notifier.withdraw(Slot::Ended);
        }
    }

    /// Nobody waits any more, or the user sees who does.
    fn withdraw_request(&mut self) {
        self.request_untold = false;
        if std::mem::take(&mut self.request_shown) {
            self.notifier.withdraw(Slot::Request);
        }
    }

    /// How long the next notification about requests has to wait, if there is one to come.
    fn request_pause(&self, now: Instant) -> Option<Duration> {
        let ends = self.request_told.map_or(now, |told| told + REQUEST_PAUSE);
        self.request_untold
            .then(|| ends.saturating_duration_since(now))
    }

    fn ask(&mut self, ctx: &Context) {
        self.asking = true;
        request_attention(ctx, UserAttentionType::Informational);
    }

    /// `headline` is about the latest of `requests`.
    fn tell_requests(&mut self, headline: String, requests: usize, now: Instant) {
        (self.request_untold, self.request_shown) = (false, true);
        self.request_told = Some(now);
        let body = notifications::waiting_for_you(requests);
        self.notifier
            .show(Slot::Request, Notification { headline, body });
    }

    fn tell_end(&mut self, last: &Record) {
        let mut body = last.reason.clone().unwrap_or_else(|| history::facts(last));
        if let Some(more) = notifications::more_ended(self.ended.saturating_sub(1)) {
            body = format!("{body}\n{more}");
        }
        let notification = Notification {
            headline: history::headline(last),
            body,
        };
        self.notifier.show(Slot::Ended, notification);
    }
}

fn request_attention(ctx: &Context, kind: UserAttentionType) {
    ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(kind));
}

impl App {
    /// Tells what just happened, unless the user sees it anyway.
    pub(super) fn draw_attention(&mut self, ctx: &Context, requested: bool, over: &[Record]) {
        if self.attention.notifier.clicked() {
            calls::bring_up(ctx);
        }
        if ctx.input(|input| input.focused) {
            self.attention.looked(ctx);
            return;
        }
        if self.receiving.requests() == 0 {
            self.attention.withdraw_request();
        }
        // What nobody here agreed to is no transfer; its end is no news.
        let over: Vec<&Record> = over.iter().filter(|record| record.agreed).collect();
        if requested || !over.is_empty() {
            self.attention.ask(ctx);
        }
        if !self.settings.notifications {
            return;
        }
        self.attention.request_untold |= requested;
        self.tell_requests(ctx);
        if let Some(last) = over.last() {
            self.attention.ended += over.len();
            self.attention.tell_end(last);
        }
    }

    /// Tells of the requests that came, now or when the pause is over.
    fn tell_requests(&mut self, ctx: &Context) {
        let now = Instant::now();
        match (self.attention.request_pause(now), self.receiving.request()) {
            (Some(Duration::ZERO), Some(headline)) => {
                let requests = self.receiving.requests();
                self.attention.tell_requests(headline, requests, now);
            }
            (Some(pause), Some(_)) => ctx.request_repaint_after(pause),
            _ => {}
        }
    }
}
