//! Notifications by D-Bus, as the Desktop Notifications Specification 1.2 has them
//! (<https://specifications.freedesktop.org/notification-spec/>).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use zbus::MatchRule;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::Type;
use zbus::zvariant::Value;

use super::super::APP_ID;
use super::{Clicks, Notification, Slot};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// A service that does not answer by then is taken for broken.
const PATIENCE: Duration = Duration::from_secs(5);
/// The name that the specification gives to a click on the notification itself.
const CLICK: &str = "default";
/// As the .desktop file names it.
const ICON: &str = "onehop";
const NORMAL_URGENCY: u8 = 1;
/// As long as the desktop likes.
const DEFAULT_TIMEOUT: i32 = -1;
/// More signals than people click.
const MAX_WAITING_SIGNALS: usize = 16;

/// One for each [`Slot`].
const SLOTS: usize = 2;

type Ids = Arc<Mutex<[Option<u32>; SLOTS]>>;

/// The connection to the session's bus.
#[derive(Debug)]
pub(super) struct Service {
    connection: Connection,
    /// Whether what looks like markup has to be made harmless.
    takes_markup: bool,
    ids: Ids,
}

impl Service {
    pub(super) fn connect(clicks: Clicks) -> zbus::Result<Self> {
        let connection = connection::Builder::session()?
            .method_timeout(PATIENCE)
            .build()?;
        let ids = Ids::default();
        listen(&connection, ids.clone(), clicks)?;
        let mut service = Self {
            connection,
            takes_markup: true,
            ids,
        };
        let can: Vec<String> = service.call("GetCapabilities", &())?.body().deserialize()?;
        service.takes_markup = can.iter().any(|can| can == "body-markup");
        Ok(service)
    }

    pub(super) fn show(&mut self, slot: Slot, notification: &Notification) -> zbus::Result<()> {
        let body = if self.takes_markup {
            escaped(&notification.body)
        } else {
            notification.body.clone()
        };
        let replaced = lock(&self.ids)[slot as usize].unwrap_or(0);
        let hints = HashMap::from([
            // From that file the desktop takes the name, and there its user sets what this program may
            // show.
            ("desktop-entry", Value::from(APP_ID)),
            ("urgency", Value::from(NORMAL_URGENCY)),
        ]);
        let message = (
            "Onehop",
            replaced,
            ICON,
            notification.headline.as_str(),
            body.as_str(),
            [CLICK, "Show"].as_slice(),
            hints,
            DEFAULT_TIMEOUT,
        );
        let id: u32 = self.call("Notify", &message)?.body().deserialize()?;
        lock(&self.ids)[slot as usize] = Some(id);
        Ok(())
    }

    pub(super) fn withdraw(&mut self, slot: Slot) -> zbus::Result<()> {
        let Some(id) = lock(&self.ids)[slot as usize].take() else {
            return Ok(());
        };
        match self.call("CloseNotification", &(id,)) {
            // It may be gone already, which some services call an error.
            Ok(_) | Err(zbus::Error::MethodError(..)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn call<B>(&self, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.connection
            .call_method(Some(NAME), PATH, Some(NAME), method, body)
    }
}

impl Drop for Service {
    /// Ends the thread that listens, too.
    fn drop(&mut self) {
        self.connection.clone().close().ok();
    }
}

/// Listens for clicks until the connection is closed.
fn listen(connection: &Connection, ids: Ids, clicks: Clicks) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(NAME)?
        .path(PATH)?
        .interface(NAME)?
        .member("ActionInvoked")?
        .build();
    let signals = MessageIterator::for_match_rule(rule, connection, Some(MAX_WAITING_SIGNALS))?;
    thread::Builder::new()
        .name("notification clicks".to_owned())
        .spawn(move || {
            for signal in signals.map_while(Result::ok) {
                let invoked = signal.body().deserialize::<(u32, String)>();
                // The signal goes to all programs, whosever notification it was.
                if let Ok((id, action)) = invoked
                    && action == CLICK
                    && lock(&ids).contains(&Some(id))
                {
                    clicks.click();
                }
            }
        })?;
    Ok(())
}

fn lock(ids: &Ids) -> std::sync::MutexGuard<'_, [Option<u32>; SLOTS]> {
    ids.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of another computer is never taken for markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
