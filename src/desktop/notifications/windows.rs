//! Notifications as Windows has them: toasts. Windows shows those of programs that are registered
//! under an id, which the installer does; of others it shows none.

use tauri_winrt_notification::Toast;

use super::super::APP_ID;
use super::{Clicks, Notification, Slot};

/// The notifications of this program.
#[derive(Debug)]
pub(super) struct Service {
    clicks: Clicks,
}

impl Service {
    #[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
    pub(super) fn connect(clicks: Clicks) -> tauri_winrt_notification::Result<Self> {
        Ok(Self { clicks })
    }

    pub(super) fn show(
        &mut self,
        _: Slot,
        notification: &Notification,
    ) -> tauri_winrt_notification::Result<()> {
        let clicks = self.clicks.clone();
        Toast::new(APP_ID)
            .title(&notification.headline)
            .text1(&notification.body)
            .sound(None)
            .on_activated(move |_| {
                clicks.click();
                Ok(())
            })
            .show()
    }

    /// Windows moves them to its notification centre by itself.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "on Linux it does"
    )]
    pub(super) fn withdraw(&mut self, _: Slot) -> tauri_winrt_notification::Result<()> {
        Ok(())
    }
}
