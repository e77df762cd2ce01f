//! Later starts of Onehop with the same settings: the window comes up, and takes their files.

use eframe::egui::{Context, UserAttentionType, ViewportCommand};

use super::App;

impl App {
    /// Takes in the calls of later starts.
    pub(super) fn take_calls(&mut self, ctx: &Context) {
        let Some(instance) = &self.instance else {
            return;
        };
        let calls: Vec<_> = instance.calls().collect();
        for call in calls {
            bring_up(ctx);
            let files = call.into_files();
            if !files.is_empty() {
                self.choose_sources(files);
            }
        }
    }
}

/// Brings the window to the front, as far as the desktop lets it. Wayland lets no window do that by
/// itself: there it can only ask for attention.
pub(super) fn bring_up(ctx: &Context) {
    ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd(ViewportCommand::Focus);
    if !ctx.input(|input| input.focused) {
        let attention = UserAttentionType::Informational;
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(attention));
    }
    ctx.request_repaint();
}
