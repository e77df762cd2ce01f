//! The send screen: to whom, what, and how it goes.

use eframe::egui::{Id, Key, Label, Margin, TextEdit, Ui, Vec2};

use super::action::{Action, OutgoingId, SendAction, To};
use super::fold::Fold;
use super::nearby::{Pressed, Standing};
use super::theme::space;
use super::view::{SendView, TransferView, View};
use super::widgets::{
    Emphasis, Tone, button, card_ui, chip, divider_ui, field_row_ui, is_narrow, muted,
    notice_box_ui, segmented_ui, small_muted, text_field, trailing_row_ui,
};
use super::{chosen, help, nearby};
use crate::discovery::{Chosen, Neighbour, choose};
use crate::error::OurFault;
use crate::history::Ending;
use crate::messages::UserMessage;
use crate::messages::nearby::{host_and_port, several};
use crate::messages::window::send as say;
use crate::net::{DEFAULT_PORT, parse_port, parse_target};
use crate::protocol::message::MAX_TEXT_BYTES;
use crate::session::Receiver;
use crate::transfer::Payload;

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

/// A receiver that was picked from the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picked {
    name: String,
    to: To,
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
    /// The one that filled in the fields.
    picked: Option<Picked>,
    /// Those that were ticked: each gets it, whatever stands in the fields.
    ticked: Vec<Picked>,
    /// The last transfer that was known to have delivered a text.
    delivered: Option<OutgoingId>,
    fold: Fold,
}

impl Default for SendScreen {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: DEFAULT_PORT.to_string(),
            what: What::Files,
            text: String::new(),
            choices: 0,
            picked: None,
            ticked: Vec::new(),
            delivered: None,
            fold: Fold::default(),
        }
    }
}

impl SendScreen {
    /// Draws the screen; the form folds away while it is `busy`.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>, busy: bool) -> Option<Action> {
        self.follow(view);
        let hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
        let mut fold = std::mem::take(&mut self.fold);
        let headline = match &view.send {
            form if form.is_on_its_way || form.chosen.is_empty() => say::SOMETHING_ELSE.to_owned(),
            form => say::to_send(form.files, form.bytes),
        };
        let action = fold.ui(ui, busy && !hovered, &headline, |ui| {
            let action = self.form_ui(ui, view);
            help::receiving_there_ui(ui, parse_port(&self.port).unwrap_or(DEFAULT_PORT));
            action
        });
        self.fold = fold;
        action.map(Action::Send)
    }

    /// Behind what is there already, on a line of its own.
    pub(super) fn write_message(&mut self, text: &str) {
        self.what = What::Text;
        self.fold.unfold();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    /// Whoever chooses files wants to see them; a text that has been delivered leaves the form.
    fn follow(&mut self, view: &View<'_>) {
        if self.choices != view.send.choices {
            (self.choices, self.what) = (view.send.choices, What::Files);
            self.fold.unfold();
        }
        let delivered = view.transfers.iter().filter_map(|transfer| match transfer {
            TransferView::Outgoing(id, outgoing) => match outgoing.payload() {
                Payload::Text(text) if outgoing.ending() == Some(Ending::Delivered) => {
                    Some((*id, text))
                }
                _ => None,
            },
            TransferView::Incoming(_) => None,
        });
        for (id, text) in delivered {
            if Some(id) > self.delivered {
                self.delivered = Some(id);
                if self.text == *text {
                    self.text.clear();
                }
            }
        }
    }

    fn form_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<SendAction> {
        card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            let action = self.what_ui(ui, view);
            divider_ui(ui);
            self.receiver_ui(ui, view.send.recent);
            let pressed = self.nearby_ui(ui, &view.send);
            if let Some(problem) = view.send.problem {
                notice_box_ui(ui, problem);
            }
            let sent = self.send_row_ui(ui, &view.send);
            action.or(pressed).or(sent)
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

    /// A press on a card sends what there is to send; without anything it fills in the fields.
    fn nearby_ui(&mut self, ui: &mut Ui, view: &SendView<'_>) -> Option<SendAction> {
        let nearby = view.nearby.as_ref()?;
        let shown = self.matching(&nearby.neighbours);
        let (neighbour, how) = field_row_ui(ui, say::NEARBY, |ui, _| {
            nearby::ui(ui, nearby, &shown, |neighbour| self.standing(neighbour))
        })?;
        let picked = picked(neighbour)?;
        match how {
            Pressed::Tick => {
                if let Some(place) = self.ticked.iter().position(|it| *it == picked) {
                    self.ticked.remove(place);
                } else {
                    self.ticked.push(picked);
                }
                None
            }
            Pressed::Card if self.nothing_to_send(view).is_none() => {
                self.ticked.clear();
                Some(self.start(vec![picked.to]))
            }
            Pressed::Card => {
                (self.host, self.port) = (picked.to.host.clone(), picked.to.port.clone());
                self.picked = Some(picked);
                None
            }
        }
    }

    /// Those whose name or address has in it what is typed; if it is in none, all.
    fn matching<'a>(&self, neighbours: &'a [Neighbour]) -> Vec<&'a Neighbour> {
        let typed = self.host.trim().to_lowercase();
        let matches = |one: &&Neighbour| {
            let at = one
                .place
                .as_ref()
                .is_some_and(|(host, _)| host.contains(&typed));
            one.name.to_lowercase().contains(&typed) || at
        };
        let all = neighbours.iter();
        if typed.is_empty() || self.picked().is_some() {
            return all.collect();
        }
        let found: Vec<&Neighbour> = all.clone().filter(matches).collect();
        if found.is_empty() {
            all.collect()
        } else {
            found
        }
    }

    fn standing(&self, neighbour: &Neighbour) -> Standing {
        let picked = picked(neighbour);
        let is_ticked = picked.as_ref().is_some_and(|it| self.ticked.contains(it));
        Standing {
            chosen: is_ticked || (self.ticked.is_empty() && picked == self.picked().cloned()),
            tickable: picked.is_some(),
        }
    }

    /// Whoever types another address means somebody else.
    fn picked(&self) -> Option<&Picked> {
        let picked = self.picked.as_ref()?;
        (picked.to.host == self.host && picked.to.port == self.port).then_some(picked)
    }

    /// Who gets it: those that are ticked, else who stands in the fields. The name of a device that
    /// is nearby is that device.
    fn receivers(&self, view: &SendView<'_>) -> Vec<To> {
        if !self.ticked.is_empty() {
            return self.ticked.iter().map(|picked| picked.to.clone()).collect();
        }
        if let Some(picked) = self.picked() {
            return vec![picked.to.clone()];
        }
        let to = match self.named(view) {
            Chosen::One {
                host,
                port,
                expected,
            } => To {
                host,
                port: port.to_string(),
                picked: expected,
            },
            _ => To {
                host: self.host.clone(),
                port: self.port.clone(),
                picked: None,
            },
        };
        vec![to]
    }

    fn named(&self, view: &SendView<'_>) -> Chosen {
        let nearby = view.nearby.as_ref();
        let neighbours = nearby.map(|nearby| nearby.neighbours.as_slice());
        choose(&self.host, neighbours.unwrap_or_default())
    }

    fn send_row_ui(&mut self, ui: &mut Ui, view: &SendView<'_>) -> Option<SendAction> {
        let missing = self.what_is_missing(view);
        let label = self.send_label(view);
        let ((), clicked) = trailing_row_ui(
            ui,
            |ui| honest_words_ui(ui, missing.as_deref()),
            |ui| send_button_ui(ui, &label, missing.as_deref()),
        );
        if missing.is_some() || !(clicked || enter_sends(ui)) {
            return None;
        }
        self.take_apart();
        let to = self.receivers(view);
        self.ticked.clear();
        Some(self.start(to))
    }

    fn start(&self, to: Vec<To>) -> SendAction {
        SendAction::Start {
            to,
            text: (self.what == What::Text).then(|| self.text.clone()),
        }
    }

    /// Names who gets it, where they were picked by name.
    fn send_label(&self, view: &SendView<'_>) -> String {
        let names: Vec<&str> = self.ticked.iter().map(|picked| &*picked.name).collect();
        let picked = self.picked().map(|picked| &*picked.name);
        let files = (self.what == What::Files).then_some(view.files);
        match (names.as_slice(), picked) {
            ([], Some(name)) => say::send_to(files, &[name]),
            (names, _) => say::send_to(files, names),
        }
    }

    /// Why Send cannot be pressed, in the order in which the form is filled in.
    fn what_is_missing(&self, view: &SendView<'_>) -> Option<String> {
        if let Some(nothing) = self.nothing_to_send(view) {
            return Some(nothing);
        }
        if !self.ticked.is_empty() || self.picked().is_some() {
            return None;
        }
        if let Chosen::Several(all) = self.named(view) {
            return Some(several(&self.host, &all, DEFAULT_PORT).in_one_line());
        }
        let port = match parse_target(&self.host) {
            Ok(target) => target.port.map_or_else(|| parse_port(&self.port), Ok),
            Err(OurFault::NoAddress) => {
                let nearby = view.nearby.as_ref();
                let somebody = nearby.is_some_and(|nearby| !nearby.neighbours.is_empty());
                let missing = if somebody {
                    say::NOBODY_CHOSEN
                } else {
                    say::NO_ADDRESS
                };
                return Some(missing.to_owned());
            }
            Err(fault) => Err(fault),
        };
        port.err().map(|fault| UserMessage::from(&fault).headline)
    }

    fn nothing_to_send(&self, view: &SendView<'_>) -> Option<String> {
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

/// A device that is away and was never reached is nowhere.
fn picked(neighbour: &Neighbour) -> Option<Picked> {
    let (host, port) = neighbour.place.as_ref()?;
    Some(Picked {
        name: neighbour.name.clone(),
        to: To {
            host: host.clone(),
            port: port.to_string(),
            picked: neighbour.claim.device(),
        },
    })
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

fn send_button_ui(ui: &mut Ui, label: &str, missing: Option<&str>) -> bool {
    ui.add_enabled_ui(missing.is_none(), |ui| {
        let response = button(ui, Emphasis::Primary, label);
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
