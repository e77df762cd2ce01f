//! By systemd-logind, as `systemd-inhibit` does it
//! (<https://systemd.io/INHIBITOR_LOCKS/>). Closing the lid still puts the computer to sleep.

use std::time::Duration;

use zbus::blocking::connection;
use zbus::zvariant::OwnedFd;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
/// Without an answer by then, it is as if there were none.
const PATIENCE: Duration = Duration::from_secs(5);

/// The lock lasts as long as the answer lives, and no longer than the process.
pub(super) fn hold() -> zbus::Result<OwnedFd> {
    let connection = connection::Builder::system()?
        .method_timeout(PATIENCE)
        .build()?;
    let request = (
        "sleep:idle",
        "Onehop",
        "Files are being transferred",
        "block",
    );
    connection
        .call_method(Some(NAME), PATH, Some(MANAGER), "Inhibit", &request)?
        .body()
        .deserialize()
}
