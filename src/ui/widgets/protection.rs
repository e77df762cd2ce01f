//! What a transfer protects, said wherever one is shown.

use eframe::egui::{TextStyle, Ui};

use super::badge::badge_ui;
use crate::messages::outcome::{CLASSIC, SECURE};
use crate::messages::window::requests::{CONFIRMED, UNCONFIRMED};
use crate::transfer::PeerDevice;
use crate::ui::theme::Tokens;

/// How far the other side and the content can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Protection {
    /// From or to another Onehop, and compared to the last bit.
    Secure,
    /// Another Onehop that is known, or whose code was compared; the content is under way.
    Confirmed,
    /// Another Onehop whose code is yet to be compared.
    Unconfirmed,
    /// Anything else.
    Classic,
}

impl From<Option<&PeerDevice>> for Protection {
    /// Of a transfer that its users have agreed to, and that is under way.
    fn from(device: Option<&PeerDevice>) -> Self {
        device.map_or(Self::Classic, |_| Self::Confirmed)
    }
}

/// A dot and the words.
pub(in crate::ui) fn protection_ui(ui: &mut Ui, protection: Protection) {
    let tokens = Tokens::of(ui);
    let (color, text) = match protection {
        Protection::Secure => (tokens.success, SECURE),
        Protection::Confirmed => (tokens.success, CONFIRMED),
        Protection::Unconfirmed => (tokens.warning, UNCONFIRMED),
        Protection::Classic => (tokens.warning, CLASSIC),
    };
    ui.scope(|ui| {
        // No higher than the words.
        ui.spacing_mut().interact_size.y = ui.text_style_height(&TextStyle::Body);
        ui.horizontal(|ui| badge_ui(ui, color, text, true));
    });
}
