//! The send screen: to whom, which file, and how it goes.

use eframe::egui::{Id, Key, Label, Ui, Vec2};

use super::action::{Action, SendAction};
use super::theme::{Tokens, space};
use super::view::{ChosenFile, Receiver, SendView, View};
use super::widgets::{
    Emphasis, Tone, button, card_ui, chip, divider_ui, drop_zone_ui, field_row_ui, is_narrow,
    muted, notice_box_ui, page_ui, small_button, small_muted, text_field, trailing_row_ui,
};
use super::{messages_ui, outgoing};
use crate::transfer::{DEFAULT_PORT, parse_host, parse_port};
use crate::words::{self, Notice};

/// The width of the port field.
const PORT_WIDTH: f32 = 84.0;
/// The same with its label and the distances around both.
const PORT_AND_LABEL_WIDTH: f32 = PORT_WIDTH + 44.0;

/// The height of one line of text.
const LINE_HEIGHT: f32 = 18.0;
/// The height of the file's name and its folder.
const TWO_LINES_HEIGHT: f32 = 36.0;
/// The height of the button that chooses a file and the line below it.
const NO_FILE_HEIGHT: f32 = space::CONTROL + space::S + LINE_HEIGHT;

/// The send screen, with what is being typed.
#[derive(Debug)]
pub(super) struct SendScreen {
    host: String,
    port: String,
}

impl Default for SendScreen {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: DEFAULT_PORT.to_string(),
        }
    }
}

impl SendScreen {
    /// Draws the screen.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        page_ui(ui, "send", space::COLUMN, |ui| {
            let mut action = messages_ui(ui, view.messages);
            action = action.or(self.form_ui(ui, view).map(Action::Send));
            if let Some(transfer) = &view.send.transfer {
                let file_chosen = view.send.file.is_some();
                action = action.or(outgoing::ui(ui, transfer, file_chosen).map(Action::Send));
            }
            action
        })
    }

    fn form_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
        card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            self.receiver_ui(ui, view.send.recent);
            let action = file_ui(ui, view);
            if let Some(problem) = view.send.problem {
                notice_box_ui(ui, problem);
            }
            divider_ui(ui);
            action.or(self.send_row_ui(ui, &view.send))
        })
        .inner
    }

    fn receiver_ui(&mut self, ui: &mut Ui, recent: &[Receiver]) {
        if is_narrow(ui) {
            field_row_ui(ui, "To", |ui, label| self.host_ui(ui, label, 0.0));
            field_row_ui(ui, "Port", |ui, label| self.port_ui(ui, label));
            self.recent_ui(ui, recent);
            return;
        }
        field_row_ui(ui, "To", |ui, label| {
            ui.horizontal(|ui| {
                self.host_ui(ui, label, PORT_AND_LABEL_WIDTH);
                let text = muted(ui, "Port");
                let label = ui.add(Label::new(text).selectable(false)).id;
                self.port_ui(ui, label);
            });
            self.recent_ui(ui, recent);
        });
    }

    fn host_ui(&mut self, ui: &mut Ui, label: Id, width_kept_free: f32) {
        let width = ui.available_width() - width_kept_free;
        let field = text_field(&mut self.host, width).hint_text("192.168.1.102, or a name");
        ui.add(field).labelled_by(label);
    }

    fn port_ui(&mut self, ui: &mut Ui, label: Id) {
        ui.add(text_field(&mut self.port, PORT_WIDTH))
            .labelled_by(label);
    }

    fn recent_ui(&mut self, ui: &mut Ui, recent: &[Receiver]) {
        if recent.is_empty() {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
            let text = small_muted(ui, "Recent");
            ui.label(text);
            for receiver in recent {
                if chip(ui, &shown(receiver)).clicked() {
                    self.host.clone_from(&receiver.host);
                    self.port = receiver.port.to_string();
                }
            }
        });
    }

    fn send_row_ui(&mut self, ui: &mut Ui, view: &SendView<'_>) -> Option<SendAction> {
        let missing = self.what_is_missing(view);
        let ((), clicked) = trailing_row_ui(
            ui,
            |ui| honest_words_ui(ui, missing.as_deref()),
            |ui| send_button_ui(ui, missing.as_deref()),
        );
        let wanted = missing.is_none() && (clicked || enter_sends(ui));
        wanted.then(|| SendAction::Start {
            host: self.host.clone(),
            port: self.port.clone(),
        })
    }

    /// Why Send cannot be pressed, in the order in which the form is filled in.
    fn what_is_missing(&self, view: &SendView<'_>) -> Option<String> {
        if let Some(transfer) = &view.transfer
            && transfer.stage.running()
        {
            return Some("A file is being sent already.".to_owned());
        }
        if parse_host(&self.host).is_err() {
            return Some("Enter the address of the receiving computer.".to_owned());
        }
        if let Err(fault) = parse_port(&self.port) {
            return Some(Notice::from(&fault).headline);
        }
        let missing = view.file.is_none();
        missing.then(|| "Choose a file to send.".to_owned())
    }
}

/// Why the button is disabled, and what classic does not protect.
fn honest_words_ui(ui: &mut Ui, missing: Option<&str>) {
    let honest = small_muted(ui, "Classic transfer: not encrypted, not verified.");
    let Some(missing) = missing else {
        ui.add(Label::new(honest).wrap());
        return;
    };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add(Label::new(missing).wrap());
        ui.add(Label::new(honest).wrap());
    });
}

fn send_button_ui(ui: &mut Ui, missing: Option<&str>) -> bool {
    ui.add_enabled_ui(missing.is_none(), |ui| {
        let response = button(ui, Emphasis::Primary, "Send");
        match missing {
            Some(missing) => response.on_disabled_hover_text(missing).clicked(),
            None => response.clicked(),
        }
    })
    .inner
}

/// Enter sends from the text fields, and from nowhere in particular; on a focused button it
/// presses that button.
fn enter_sends(ui: &Ui) -> bool {
    let nothing_focused =
        ui.memory(|memory| memory.focused().is_none() && memory.top_modal_layer().is_none());
    nothing_focused && ui.input(|input| input.key_pressed(Key::Enter))
}

fn file_ui(ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
    field_row_ui(ui, "File", |ui, _| {
        let hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
        match view.send.file {
            _ if hovered => drop_zone_ui(ui, hovered, LINE_HEIGHT, drop_hint_ui),
            Some(file) => {
                drop_zone_ui(ui, hovered, TWO_LINES_HEIGHT, |ui| chosen_file_ui(ui, file))
            }
            None => drop_zone_ui(ui, hovered, NO_FILE_HEIGHT, |ui| {
                no_file_ui(ui, view.dialog_open)
            }),
        }
    })
}

fn drop_hint_ui(ui: &mut Ui) -> Option<SendAction> {
    ui.vertical_centered(|ui| {
        ui.colored_label(Tokens::of(ui).accent, "Drop it to choose it.");
    });
    None
}

fn no_file_ui(ui: &mut Ui, dialog_open: bool) -> Option<SendAction> {
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        let pressed = ui
            .add_enabled_ui(!dialog_open, |ui| {
                button(ui, Emphasis::Secondary, "Choose file…").clicked()
            })
            .inner;
        let text = small_muted(ui, "or drop one here");
        ui.label(text);
        pressed.then_some(SendAction::ChooseFile)
    })
    .inner
}

fn chosen_file_ui(ui: &mut Ui, file: ChosenFile<'_>) -> Option<SendAction> {
    let name = words::file_name(file.path);
    let ((), removed) = trailing_row_ui(
        ui,
        |ui| {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 3.0;
                ui.add(Label::new(name.as_str()).truncate());
                let folder = file.path.parent().unwrap_or(file.path);
                let folder = small_muted(ui, folder.display().to_string());
                ui.add(Label::new(folder).truncate());
            });
        },
        |ui| {
            let removed = small_button(ui, Emphasis::Secondary, "Remove")
                .accessible_name(format!("Remove {name}"))
                .clicked();
            let size = muted(ui, words::bytes(file.bytes));
            ui.label(size);
            removed
        },
    );
    removed.then_some(SendAction::RemoveFile)
}

/// The usual port goes without saying.
fn shown(receiver: &Receiver) -> String {
    if receiver.port == DEFAULT_PORT {
        receiver.host.clone()
    } else {
        format!("{} port {}", receiver.host, receiver.port)
    }
}
