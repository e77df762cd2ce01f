//! How to send to or from a computer that has no Onehop.

use eframe::egui::{Label, Ui};

use super::theme::space;
use super::view::ReceiveView;
use super::widgets::{Tone, card_ui, collapsible_ui, command_ui, muted};
use crate::messages::without_onehop::{FILE, RECEIVED, Recipe, receiving_there, sending_here};
use crate::net::{DEFAULT_PORT, is_link_local};

const HEADLINE: &str = "No Onehop on the other computer?";

/// For the receive screen. Folded away until it is wanted.
pub(super) fn sending_here_ui(ui: &mut Ui, view: &ReceiveView<'_>) {
    folded_ui(ui, |ui| {
        if view.listening_port.is_none() {
            line_ui(ui, "Press Start first.");
        }
        let addresses = view.addresses.unwrap_or_default().iter();
        // A link-local IPv6 address needs the interface of the other computer behind it.
        let mut plain =
            addresses.filter(|address| address.ip.is_ipv4() || !is_link_local(address.ip));
        let ip = plain.next().map(|address| address.ip);
        let port = view.listening_port.unwrap_or(view.port);
        line_ui(
            ui,
            &format!("Run one of these there, with the name of the file instead of {FILE}:"),
        );
        recipes_ui(ui, &sending_here(ip, port));
        if let (DEFAULT_PORT, Some(ip)) = (port, ip) {
            command_ui(
                ui,
                "With Python and the tutorial's client.py, beside the file sample.txt:",
                &format!("python3 client.py {ip}"),
            );
        }
        line_ui(
            ui,
            "Anything that opens a connection and writes the file's bytes will do. None of it is \
             encrypted or verified.",
        );
    });
}

/// For the send screen.
pub(super) fn receiving_there_ui(ui: &mut Ui, port: u16) {
    folded_ui(ui, |ui| {
        line_ui(
            ui,
            &format!(
                "Run one of these there, then enter that computer's address above and send. It \
                 takes one file and saves it as {RECEIVED} in the folder where it runs:"
            ),
        );
        recipes_ui(ui, &receiving_there(port));
        command_ui(ui, "Its address, on Linux:", "hostname -I");
        command_ui(ui, "Its address, on Windows:", "ipconfig");
        line_ui(
            ui,
            &format!(
                "A firewall there has to let port {port} in. None of it is encrypted or verified."
            ),
        );
    });
}

fn folded_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let headline = muted(ui, HEADLINE);
    collapsible_ui(ui, headline, "no Onehop there", |ui| {
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
