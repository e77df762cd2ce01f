//! Closing the window: asks first if something would be broken off, then ends it in order.

use std::thread;
use std::time::{Duration, Instant};

use eframe::egui::{Context, ViewportCommand};

use super::App;

/// How long closing waits for the transfers to end in order.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(10);

/// Whether the user is being asked, or has said yes.
#[derive(Debug, Default)]
pub(super) struct QuitQuestion {
    transfers: Option<usize>,
    confirmed: bool,
}

impl QuitQuestion {
    /// The transfers that quitting would stop, while that is being asked.
    pub(super) fn transfers(&self) -> Option<usize> {
        self.transfers
    }
}

impl App {
    /// A window that is about to close with something unfinished stays open and asks.
    pub(super) fn ask_before_closing(&mut self, ctx: &Context) {
        let closing = ctx.input(|input| input.viewport().close_requested());
        let unfinished = self.receiving.unfinished() + self.sending.running();
        if closing && unfinished > 0 && !self.quit_question.confirmed {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.quit_question.transfers = Some(unfinished);
        }
        // What ends while the question stands need not be asked about any more.
        if unfinished == 0 {
            self.quit_question.transfers = None;
        }
    }

    pub(super) fn stay_open(&mut self) {
        self.quit_question.transfers = None;
    }

    pub(super) fn quit(&mut self, ctx: &Context) {
        self.quit_question.confirmed = true;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    /// Every transfer is told to end, and gets a moment to do it without leaving anything
    /// half-written behind.
    pub(super) fn end_transfers(&mut self) {
        self.receiving.cancel_all();
        self.sending.cancel_all();
        let deadline = Instant::now() + PATIENCE;
        while self.receiving.running() || self.sending.running() > 0 {
            if Instant::now() >= deadline {
                log::warn!("some transfers did not end in time");
                return;
            }
            thread::sleep(LOOK);
            let news = self.receiving.drain(&self.settings, Instant::now());
            self.sending.drain(Instant::now());
            self.remember_transfers(news.over);
            let over = self.sending.take_over();
            self.remember_transfers(over);
        }
    }
}
