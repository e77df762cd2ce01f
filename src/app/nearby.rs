//! What is nearby, looked for while Send mode is shown; and announcing this computer while it
//! receives.

use std::sync::Arc;
use std::task::Waker;

use super::App;
use crate::discovery::{Announced, Announcer, Browser, Found, Hint, neighbours};
use crate::identity::{Devices, Fingerprint};
use crate::ui::{Mode, NearbyView};

/// Whom the window knows nearby.
#[derive(Debug, Default)]
pub(super) struct Nearby {
    source: Source,
    browser: Option<Browser>,
    /// Why there is no browser, in the system's words.
    failed: Option<String>,
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
            ..Self::default()
        }
    }

    /// Looks around, or ceases to.
    fn follow(&mut self, wanted: bool, own: Option<Hint>, devices: &Arc<Devices>, waker: &Waker) {
        if !wanted || !matches!(self.source, Source::Network) {
            (self.browser, self.failed) = (None, None);
            return;
        }
        if self.browser.is_some() || self.failed.is_some() {
            return;
        }
        match Browser::start(own, devices.clone(), waker.clone()) {
            Ok(browser) => self.browser = Some(browser),
            Err(fault) => {
                log::warn!("{fault}");
                self.failed = Some(fault.to_string());
            }
        }
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

/// The announcement of this computer.
#[derive(Debug, Default)]
pub(super) struct Announcing {
    announcer: Option<Announcer>,
    /// What is announced, or could not be.
    announced: Option<Announced>,
}

impl Announcing {
    /// Announces what is wanted; whatever that is, it is tried once.
    fn follow(&mut self, wanted: Option<Announced>) {
        if self.announced == wanted {
            return;
        }
        if let (Some(now), Some(wanted)) = (&mut self.announced, &wanted)
            && let Some(announcer) = &self.announcer
        {
            let name = std::mem::replace(&mut now.name, wanted.name.clone());
            if now == wanted {
                announcer.rename(&wanted.name);
                return;
            }
            now.name = name;
        }
        self.announcer = None;
        self.announced.clone_from(&wanted);
        match wanted.map(Announcer::start) {
            None => {}
            Some(Ok(announcer)) => self.announcer = Some(announcer),
            Some(Err(fault)) => log::warn!("not announced: {fault}"),
        }
    }

    /// Says goodbye before the program ends.
    pub(super) fn end(&mut self) {
        self.announced = None;
        if let Some(announcer) = self.announcer.take() {
            announcer.end();
        }
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
            port: self.receiving.listening_port()?,
            address: self.settings.listen_on,
        };
        let wanted = self.settings.announce && announced.reaches_others();
        wanted.then_some(announced)
    }

    /// Brings discovery up to date with the window's state.
    pub(super) fn follow_network(&mut self) {
        let own = self.keys.fingerprint().map(Hint::of);
        // Who keeps receiving to this computer alone has no business with others.
        let local = self.settings.listen_on.is_some_and(|ip| ip.is_loopback());
        let wanted = self.mode == Mode::Send && !local;
        self.nearby
            .follow(wanted, own, self.keys.devices(), &self.waker);
        let network = matches!(self.nearby.source, Source::Network);
        let announced = self.wants_to_announce().filter(|_| network);
        self.announcing.follow(announced);
    }

    /// The device at an address that was picked from the list, if it is remembered.
    pub(super) fn means_to(&self, picked: Option<Fingerprint>) -> super::sending::Means {
        super::sending::Means {
            trust: self.keys.trust(),
            waker: self.waker.clone(),
            picked,
        }
    }
}
