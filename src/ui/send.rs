//! The send screen: to whom, what, and how it goes.

use eframe::egui::{Id, Key, Label, Margin, TextEdit, Ui, Vec2};

use super::action::{Action, SendAction};
use super::questions::QuestionCard;
use super::theme::space;
use super::view::{NearbyView, SendView, View};
use super::widgets::{
    Emphasis, Tone, button, card_ui, chip, divider_ui, field_row_ui, is_narrow, muted,
    notice_box_ui, page_ui, segmented_ui, small_muted, text_field, trailing_row_ui,
};
use super::{chosen, help, messages_ui, nearby, outgoing};
use crate::discovery::Neighbour;
use crate::error::OurFault;
use crate::identity::Fingerprint;
use crate::messages::UserMessage;
use crate::messages::nearby::host_and_port;
use crate::messages::window::send as say;
use crate::net::{DEFAULT_PORT, parse_port, parse_target};
use crate::protocol::message::MAX_TEXT_BYTES;
use crate::session::Receiver;

/// The width of the port field.
const PORT_WIDTH: f32 = 84.0;
/// The same with its label and the distances around both.
const PORT_AND_LABEL_WIDTH: f32 = PORT_WIDTH + 44.0;

/// The height of the field for a text.
const TEXT_LINES: usize = 4;

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum What {
    #[default]
    Files,
    Text,
}

/// The send screen, with what is being typed.
#[derive(Debug)]
pub(super) struct SendScreen {
    host: String,
    port: String,
    what: What,
    text: String,
    /// How often files had been chosen when the screen was last drawn.
    choices: u64,
    question: QuestionCard,
    /// The remembered device that was picked, and what that filled in.
    picked: Option<(Fingerprint, String, String)>,
}

impl Default for SendScreen {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: DEFAULT_PORT.to_string(),
            what: What::Files,
            text: String::new(),
            choices: 0,
            question: QuestionCard::default(),
            picked: None,
        }
    }
}

impl SendScreen {
    /// Draws the screen.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        self.follow(&view.send);
        page_ui(ui, "send", space::COLUMN, |ui| {
            let mut action = messages_ui(ui, view.messages);
            action = action.or(self.form_ui(ui, view).map(Action::Send));
            if let Some(transfer) = &view.send.transfer {
                let sent = outgoing::ui(ui, transfer, &mut self.question);
                if sent == Some(SendAction::Another) {
                    self.text.clear();
                }
                action = action.or(sent.map(Action::Send));
            }
            help::receiving_there_ui(ui, parse_port(&self.port).unwrap_or(DEFAULT_PORT));
            action
        })
    }

    /// Whoever chooses files wants to see them.
    fn follow(&mut self, view: &SendView<'_>) {
        if self.choices != view.choices {
            (self.choices, self.what) = (view.choices, What::Files);
        }
    }

    fn form_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
        card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            self.receiver_ui(ui, view.send.recent);
            self.nearby_ui(ui, view.send.nearby.as_ref());
            let action = self.what_ui(ui, view);
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
            field_row_ui(ui, say::TO, |ui, label| self.host_ui(ui, label, 0.0));
            field_row_ui(ui, say::PORT, |ui, label| self.port_ui(ui, label));
            self.recent_ui(ui, recent);
            return;
        }
        field_row_ui(ui, say::TO, |ui, label| {
            ui.horizontal(|ui| {
                self.host_ui(ui, label, PORT_AND_LABEL_WIDTH);
                let text = muted(ui, say::PORT);
                let label = ui.add(Label::new(text).selectable(false)).id;
                self.port_ui(ui, label);
            });
            self.recent_ui(ui, recent);
        });
    }

    fn host_ui(&mut self, ui: &mut Ui, label: Id, width_kept_free: f32) {
        let width = ui.available_width() - width_kept_free;
        let field = text_field(&mut self.host, width).hint_text(say::ADDRESS_HINT);
        if ui.add(field).labelled_by(label).lost_focus() {
            self.take_apart();
        }
    }

    /// A port that was typed or pasted with the address belongs into the field of its own.
    fn take_apart(&mut self) {
        if let Ok(target) = parse_target(&self.host) {
            self.host = target.host;
            if let Some(port) = target.port {
                self.port = port.to_string();
            }
        }
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
            let text = small_muted(ui, say::RECENT);
            ui.label(text);
            for receiver in recent {
                if chip(
                    ui,
                    &host_and_port(&receiver.host, receiver.port, DEFAULT_PORT),
                )
                .clicked()
                {
                    self.host.clone_from(&receiver.host);
                    self.port = receiver.port.to_string();
                }
            }
        });
    }

    fn nearby_ui(&mut self, ui: &mut Ui, view: Option<&NearbyView<'_>>) {
        let Some(view) = view else {
            return;
        };
        let pressed = field_row_ui(ui, say::NEARBY, |ui, _| {
            nearby::ui(ui, view, |neighbour| self.is_filled_in(neighbour))
        });
        if let Some(neighbour) = pressed
            && let Some((host, port)) = &neighbour.place
        {
            (self.host, self.port) = (host.clone(), port.to_string());
            self.picked = neighbour
                .claim
                .device()
                .map(|device| (device, self.host.clone(), self.port.clone()));
        }
    }

    fn is_filled_in(&self, neighbour: &Neighbour) -> bool {
        let place = neighbour.place.as_ref();
        place.is_some_and(|(host, port)| *host == self.host && port.to_string() == self.port)
            && neighbour.claim.device() == self.picked()
    }

    /// Whoever types another address means somebody else.
    fn picked(&self) -> Option<Fingerprint> {
        let (device, host, port) = self.picked.as_ref()?;
        (*host == self.host && *port == self.port).then_some(*device)
    }

    fn send_row_ui(&mut self, ui: &mut Ui, view: &SendView<'_>) -> Option<SendAction> {
        let missing = self.what_is_missing(view);
        let ((), clicked) = trailing_row_ui(
            ui,
            |ui| honest_words_ui(ui, missing.as_deref()),
            |ui| send_button_ui(ui, missing.as_deref()),
        );
        let wanted = missing.is_none() && (clicked || enter_sends(ui));
        if wanted {
            self.take_apart();
        }
        wanted.then(|| SendAction::Start {
            host: self.host.clone(),
            port: self.port.clone(),
            text: (self.what == What::Text).then(|| self.text.clone()),
            picked: self.picked(),
        })
    }

    /// Why Send cannot be pressed, in the order in which the form is filled in.
    fn what_is_missing(&self, view: &SendView<'_>) -> Option<String> {
        if let Some(transfer) = &view.transfer
            && transfer.running()
        {
            return Some(say::ALREADY_SENDING.to_owned());
        }
        let port = match parse_target(&self.host) {
            Ok(target) => target.port.map_or_else(|| parse_port(&self.port), Ok),
            Err(OurFault::NoAddress) => {
                return Some(say::NO_ADDRESS.to_owned());
            }
            Err(fault) => Err(fault),
        };
        if let Err(fault) = port {
            return Some(UserMessage::from(&fault).headline);
        }
        let nothing = match self.what {
            What::Text if self.text.len() as u64 > MAX_TEXT_BYTES => {
                let bytes = self.text.len();
                return Some(UserMessage::from(&OurFault::TextTooLong { bytes }).headline);
            }
            What::Text => self.text.trim().is_empty().then_some(say::NO_TEXT),
            What::Files if view.gathering => Some(say::LOOKING_AT_FILES),
            What::Files => view.chosen.is_empty().then_some(say::NO_FILES),
        };
        nothing.map(str::to_owned)
    }

    fn what_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
        let hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
        let segments = [
            (What::Files, say::FILES, say::SEND_FILES),
            (What::Text, say::TEXT, say::SEND_TEXT),
        ];
        field_row_ui(ui, say::WHAT, |ui, _| {
            ui.spacing_mut().item_spacing.y = space::S;
            if let Some(what) = segmented_ui(ui, &segments, self.what) {
                self.what = what;
            }
            if self.what == What::Text && !hovered {
                self.text_ui(ui);
                return None;
            }
            let action = chosen::ui(ui, view);
            chosen::skipped_ui(ui, view.send.chosen);
            action
        })
    }

    fn text_ui(&mut self, ui: &mut Ui) {
        let field = TextEdit::multiline(&mut self.text)
            .desired_width(f32::INFINITY)
            .desired_rows(TEXT_LINES)
            .margin(Margin::symmetric(10, 8))
            .hint_text(say::TEXT_HINT);
        ui.add(field).accessible_name(say::TEXT_TO_SEND);
        let text = small_muted(ui, say::TEXT_NEEDS_ONEHOP);
        ui.add(Label::new(text).wrap());
    }
}

/// Why the button is disabled, and what is protected.
fn honest_words_ui(ui: &mut Ui, missing: Option<&str>) {
    let honest = small_muted(ui, say::PROTECTION);
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
        let response = button(ui, Emphasis::Primary, say::SEND);
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
