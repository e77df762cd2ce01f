//! How workers ask the window to look again.

use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::Duration;

use eframe::egui::Context;

/// The shortest time between two passes that workers cause: at most 30 a second.
const REPAINT_INTERVAL: Duration = Duration::from_millis(33);

struct Repaint {
    ctx: Context,
}

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    /// A delayed repaint costs one pass, an immediate one two; and all that are asked for within
    /// the delay become one.
    fn wake_by_ref(self: &Arc<Self>) {
        self.ctx.request_repaint_after(REPAINT_INTERVAL);
    }
}

/// A waker that redraws the window soon.
pub(super) fn repaint_waker(ctx: &Context) -> Waker {
    Waker::from(Arc::new(Repaint { ctx: ctx.clone() }))
}
