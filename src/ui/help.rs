//! How to send from a computer that has no Onehop.

use eframe::egui::{Label, RichText, Ui};

use super::theme::{size, space};
use super::view::ReceiveView;
use super::widgets::{Tone, card_ui, copy_button_ui, fold_ui, muted, trailing_row_ui};
use crate::transfer::DEFAULT_PORT;

/// Folded away until it is wanted.
pub(super) fn ui(ui: &mut Ui, view: &ReceiveView<'_>) {
    let headline = muted(ui, "No Onehop on the other computer?");
    fold_ui(ui, headline, "no Onehop there", |ui| {
        card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            how_to_ui(ui, view);
        });
    });
}

fn how_to_ui(ui: &mut Ui, view: &ReceiveView<'_>) {
    let ip = view
        .addresses
        .first()
        .map_or_else(|| "ADDRESS".to_owned(), |address| address.ip.to_string());
    let port = view.listening_port.unwrap_or(view.port);
    if view.listening_port.is_none() {
        let text = muted(ui, "Press Start first.");
        ui.label(text);
    }
    if port == DEFAULT_PORT {
        command_ui(
            ui,
            "With Python and the tutorial's client.py, beside the file sample.txt:",
            &format!("python3 client.py {ip}"),
        );
    }
    command_ui(
        ui,
        "With netcat, on Linux:",
        &format!("nc -N {ip} {port} < FILE"),
    );
    let text = muted(
        ui,
        "Anything that opens a connection and writes the file's bytes will do.",
    );
    ui.add(Label::new(text).wrap());
}

fn command_ui(ui: &mut Ui, when: &str, command: &str) {
    let when = muted(ui, when);
    ui.add(Label::new(when).wrap());
    trailing_row_ui(
        ui,
        |ui| {
            let command = RichText::new(command).monospace().size(size::MONO_SMALL);
            ui.add(Label::new(command).wrap());
        },
        |ui| copy_button_ui(ui, &format!("Copy {command}"), command),
    );
}
