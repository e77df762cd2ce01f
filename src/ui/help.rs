//! How to send to or from a computer that has no Onehop.

use eframe::egui::{Label, Ui};

use super::theme::space;
use super::view::ReceiveView;
use super::widgets::{Tone, card_ui, collapsible_ui, command_ui, muted};
use crate::messages::window::help;
use crate::messages::without_onehop::{
    ADDRESS_ON_LINUX, ADDRESS_ON_WINDOWS, Recipe, receiving_there, sending_here, tutorial_client,
};
use crate::net::{DEFAULT_PORT, is_link_local};

/// For the receive screen. Folded away until it is wanted.
pub(super) fn sending_here_ui(ui: &mut Ui, view: &ReceiveView<'_>) {
    folded_ui(ui, |ui| {
        if view.listening_port.is_none() {
            line_ui(ui, help::PRESS_START);
        }
        let addresses = view.addresses.unwrap_or_default().iter();
        // A link-local IPv6 address needs the interface of the other computer behind it.
        let mut plain =
            addresses.filter(|address| address.ip.is_ipv4() || !is_link_local(address.ip));
        let ip = plain.next().map(|address| address.ip);
        let port = view.listening_port.unwrap_or(view.port);
        line_ui(ui, &help::run_to_send());
        recipes_ui(ui, &sending_here(ip, port));
        if let (DEFAULT_PORT, Some(ip)) = (port, ip) {
            command_ui(ui, help::TUTORIAL_CLIENT, &tutorial_client(ip));
        }
        line_ui(ui, help::ANYTHING_WILL_DO);
    });
}

/// For the send screen.
pub(super) fn receiving_there_ui(ui: &mut Ui, port: u16) {
    folded_ui(ui, |ui| {
        line_ui(ui, &help::run_to_receive());
        recipes_ui(ui, &receiving_there(port));
        command_ui(ui, help::ADDRESS_ON_LINUX, ADDRESS_ON_LINUX);
        command_ui(ui, help::ADDRESS_ON_WINDOWS, ADDRESS_ON_WINDOWS);
        line_ui(ui, &help::firewall(port));
    });
}

fn folded_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let headline = muted(ui, help::HEADLINE);
    collapsible_ui(ui, headline, "without-onehop", |ui| {
        card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            contents(ui);
        });
    });
}

fn recipes_ui(ui: &mut Ui, recipes: &[Recipe]) {
    for recipe in recipes {
        command_ui(ui, recipe.when, &recipe.command);
    }
}

fn line_ui(ui: &mut Ui, text: &str) {
    let text = muted(ui, text);
    ui.add(Label::new(text).wrap());
}
