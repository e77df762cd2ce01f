//! Tells the user what happens while the window is not in front.

use std::task::Waker;
use std::time::{Duration, Instant};

use eframe::egui::{Context, UserAttentionType, ViewportCommand};

use super::{App, calls};
use crate::desktop::{Notification, Notifier, Slot};
use crate::history::Record;
use crate::words::past;

/// Whoever asks again and again does not make the desktop flicker.
const REQUEST_PAUSE: Duration = Duration::from_secs(5);

/// What the user has been told and has not looked at yet.
#[derive(Debug)]
pub(super) struct Attention {
    notifier: Notifier,
    /// When the notification about a request came, while it stands.
    request_told: Option<Instant>,
    /// Transfers that ended since the user last looked.
    ended: usize,
    /// The taskbar or dock is asking for a look.
    asking: bool,
}

impl Attention {
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            notifier: Notifier::new(waker),
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

    fn withdraw_request(&mut self) {
        if self.request_told.take().is_some() {
            self.notifier.withdraw(Slot::Request);
        }
    }

    fn ask(&mut self, ctx: &Context) {
        self.asking = true;
        request_attention(ctx, UserAttentionType::Informational);
    }

    fn tell_request(&mut self, headline: String, now: Instant) {
        let just_told = |told: Instant| now.duration_since(told) < REQUEST_PAUSE;
        if self.request_told.is_some_and(just_told) {
            return;
        }
        self.request_told = Some(now);
        let notification = Notification {
            headline,
            body: "Onehop waits for your answer.".to_owned(),
        };
        self.notifier.show(Slot::Request, notification);
    }

    fn tell_end(&mut self, last: &Record) {
        let mut body = last.reason.clone().unwrap_or_else(|| past::facts(last));
        match self.ended {
            0 | 1 => {}
            2 => body.push_str("\nAnd one more since you last looked."),
            ended => {
                let more = format!("\nAnd {} more since you last looked.", ended - 1);
                body.push_str(&more);
            }
        }
        let notification = Notification {
            headline: past::headline(last),
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
        let request = self.receiving.request().filter(|_| requested);
        if request.is_some() || !over.is_empty() {
            self.attention.ask(ctx);
        }
        if !self.settings.notifications {
            return;
        }
        if let Some(headline) = request {
            self.attention.tell_request(headline, Instant::now());
        }
        if let Some(last) = over.last() {
            self.attention.ended += over.len();
            self.attention.tell_end(last);
        }
    }
}
