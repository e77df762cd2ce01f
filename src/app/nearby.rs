//! What is nearby, looked for while Send mode is shown; and announcing this computer while it
//! receives.

use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use eframe::egui::Context;

use super::App;
use super::sending::SendContext;
use crate::discovery::{Announced, Backoff, Browser, DeviceKind, Found, Hint, neighbours};
use crate::identity::Devices;
use crate::ui::{Mode, NearbyView};

/// Whom the window knows nearby.
#[derive(Debug, Default)]
pub(super) struct Nearby {
    source: Source,
    browser: Option<Browser>,
    /// Why there is no browser, in the system's words.
    failed: Option<String>,
    backoff: Backoff,
    /// What this computer is.
    kind: DeviceKind,
}

/// Where it is known from.
#[derive(Debug, Default)]
enum Source {
    /// Nobody is looked for.
    #[default]
    Nowhere,
    /// The network is asked.
    Network,
    /// Somebody else says so, and whether it took long enough.
    Given(Vec<Found>, bool),
}

impl Nearby {
    pub(super) fn on_the_network() -> Self {
        Self {
            source: Source::Network,
            kind: DeviceKind::of_this_computer(true),
            ..Self::default()
        }
    }

    /// Looks around, or ceases to. Returns how soon this has to be called again at the latest:
    /// as long as looking around fails.
    fn follow(
        &mut self,
        wanted: bool,
        (own, devices): (Option<Hint>, &Arc<Devices>),
        waker: &Waker,
        now: Instant,
    ) -> Option<Duration> {
        if !wanted || !matches!(self.source, Source::Network) {
            (self.browser, self.failed) = (None, None);
            self.backoff = Backoff::default();
        } else if self.browser.is_none() && self.backoff.is_over(now) {
            match Browser::start(own, devices.clone(), waker.clone()) {
                Ok(browser) => {
                    (self.browser, self.failed) = (Some(browser), None);
                    self.backoff = Backoff::default();
                }
                Err(fault) => {
                    log::warn!("{fault}");
                    self.failed = Some(fault.to_string());
                    self.backoff.fail(now);
                }
            }
        }
        self.backoff.left(now)
    }

    /// What the send screen shows, if anybody is looked for.
    pub(super) fn view(&self, devices: &Devices) -> Option<NearbyView<'_>> {
        let listed = |found: &[Found]| neighbours(found, &devices.all());
        let (neighbours, looked) = match (&self.source, &self.browser) {
            (Source::Nowhere, _) => return None,
            // As for a window that receives from this computer alone.
            (Source::Network, None) if self.failed.is_none() => return None,
            (Source::Given(found, looked), _) => (listed(found), *looked),
            (Source::Network, Some(browser)) => (listed(&browser.found()), browser.has_looked()),
            (Source::Network, None) => (listed(&[]), false),
        };
        Some(NearbyView {
            neighbours,
            looked,
            failed: self.failed.as_deref(),
        })
    }
}

impl App {
    /// Shows these as what is nearby, instead of what the network says; `looked` if it had time
    /// enough to answer. For tests.
    pub fn pretend_nearby(&mut self, found: Vec<Found>, looked: bool) {
        self.nearby.source = Source::Given(found, looked);
    }

    /// What this computer would announce now, were it on a network.
    #[must_use]
    pub fn wants_to_announce(&self) -> Option<Announced> {
        let announced = Announced {
            name: self.keys.devices().name(),
            hint: self.keys.fingerprint().map(Hint::of),
            kind: self.nearby.kind,
            port: self.receiving.listening_port()?,
            address: self.settings.listen_on,
        };
        let wanted = self.settings.announce && announced.reaches_others();
        wanted.then_some(announced)
    }

    /// Brings discovery up to date with the window's state.
    pub(super) fn follow_network(&mut self, ctx: &Context) {
        let now = Instant::now();
        let own = self.keys.fingerprint().map(Hint::of);
        // Who keeps receiving to this computer alone has no business with others.
        let local = self.settings.listen_on.is_some_and(|ip| ip.is_loopback());
        let wanted = self.mode == Mode::Send && !local;
        let devices = self.keys.devices();
        let look_again = self.nearby.follow(wanted, (own, devices), &self.waker, now);
        let network = matches!(self.nearby.source, Source::Network);
        let announced = self.wants_to_announce().filter(|_| network);
        let announce_again = self.announcing.follow(announced, now);
        for again in [look_again, announce_again].into_iter().flatten() {
            ctx.request_repaint_after(again);
        }
    }

    /// What a transfer needs from the window.
    pub(super) fn send_context(&self) -> SendContext {
        SendContext {
            trust: self.keys.trust(),
            devices: self.keys.devices().clone(),
            waker: self.waker.clone(),
        }
    }
}
