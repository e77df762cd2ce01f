//! What only the sender's user can decide.

use eframe::egui::{Align, Label, Ui};

use super::action::OutgoingAction;
use super::theme::{Tokens, space};
use super::widgets::{
    Emphasis, Protection, Tone, button, card_ui, checkbox_ui, code_ui, focus_if_new_ui,
    headline_ui, muted, protection_ui,
};
use crate::identity::DeviceIdentity;
use crate::messages::contact;
use crate::messages::window::{buttons, requests};
use crate::protocol::code::Code;
use crate::session::Outgoing;
use crate::transfer::{PeerDevice, Question};

/// The card of the question that is open, with what is ticked on it.
#[derive(Debug, Default)]
pub(super) struct QuestionCard {
    asked: Option<Question>,
    remember: bool,
}

impl QuestionCard {
    /// Nothing is asked any more.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    /// Draws the question. A new one comes into view by itself. It has a name of its own among the
    /// ids, so that the focus of a button that stood in its place never becomes that of an answer.
    #[must_use]
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        transfer: &Outgoing,
        question: &Question,
    ) -> Option<OutgoingAction> {
        let is_new = self.asked.as_ref() != Some(question);
        if is_new {
            // Whoever compares a code has met.
            let remember = matches!(question, Question::Code { .. });
            (self.asked, self.remember) = (Some(question.clone()), remember);
        }
        let tone = match question {
            Question::Code { .. } => Tone::Accent,
            Question::Classic { was_onehop: None } => Tone::Warning,
            Question::DifferentComputer { .. } | Question::Classic { .. } => Tone::Problem,
        };
        let id = match question {
            Question::Code { .. } => "code",
            Question::DifferentComputer { .. } => "computer",
            Question::Classic { .. } => "classic",
        };
        let drawn = ui.push_id(id, |ui| {
            card_ui(ui, tone, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                match question {
                    Question::Code { device, code } => self.code_ui(ui, (device, *code), is_new),
                    Question::DifferentComputer { expected, found } => {
                        computer_ui(ui, expected, found, is_new)
                    }
                    Question::Classic { was_onehop: None } => {
                        self.classic_ui(ui, &transfer.to().host)
                    }
                    Question::Classic {
                        was_onehop: Some(was),
                    } => downgrade_ui(ui, was, is_new),
                }
            })
            .inner
        });
        if is_new {
            drawn.response.scroll_to_me(Some(Align::Center));
        }
        drawn.inner
    }

    /// Only the tick has the keyboard: Enter decides nothing here, and Same is one Tab away.
    fn code_ui(
        &mut self,
        ui: &mut Ui,
        (device, code): (&PeerDevice, Code),
        is_new: bool,
    ) -> Option<OutgoingAction> {
        let name = &device.name;
        headline_ui(ui, Tokens::of(ui).accent, requests::SAME_CODE);
        let text = muted(ui, requests::look_at(name));
        ui.add(Label::new(text).wrap());
        code_ui(ui, &code.to_string());
        if !device.remembered {
            let label = requests::remember(name);
            let tick = checkbox_ui(ui, &mut self.remember, &label);
            focus_if_new_ui(ui, &tick, is_new);
        }
        let action = answers_ui(
            ui,
            [
                (
                    Emphasis::Primary,
                    requests::SAME,
                    OutgoingAction::GoOn {
                        remember: self.remember,
                    },
                ),
                (
                    Emphasis::Secondary,
                    requests::DIFFERENT,
                    OutgoingAction::Reject,
                ),
                (Emphasis::Quiet, buttons::CANCEL, OutgoingAction::Cancel),
            ],
        );
        protection_ui(ui, Protection::Unconfirmed);
        action
    }

    fn classic_ui(&mut self, ui: &mut Ui, host: &str) -> Option<OutgoingAction> {
        headline_ui(ui, Tokens::of(ui).warning, requests::SEND_UNPROTECTED);
        ui.add(Label::new(contact::only_classic(None)).wrap());
        let label = requests::do_not_ask_again(host);
        checkbox_ui(ui, &mut self.remember, &label);
        let go_on = OutgoingAction::GoOn {
            remember: self.remember,
        };
        let action = answers_ui(
            ui,
            [
                (Emphasis::Primary, requests::SEND_ANYWAY, go_on),
                (Emphasis::Secondary, buttons::CANCEL, OutgoingAction::Cancel),
            ],
        );
        protection_ui(ui, Protection::Classic);
        action
    }
}

/// Nothing is encrypted where there was a Onehop. It is asked about each time, and Enter gives the
/// harmless answer.
fn downgrade_ui(ui: &mut Ui, was: &DeviceIdentity, is_new: bool) -> Option<OutgoingAction> {
    headline_ui(ui, Tokens::of(ui).danger, requests::SEND_UNPROTECTED);
    ui.add(Label::new(contact::only_classic(Some(was))).wrap());
    ui.add_space(space::XS);
    let go_on = OutgoingAction::GoOn { remember: false };
    let action = careful_answers_ui(
        ui,
        requests::DO_NOT_SEND,
        (requests::SEND_UNENCRYPTED, go_on),
        is_new,
    );
    protection_ui(ui, Protection::Classic);
    action
}

/// Enter gives the harmless answer.
fn computer_ui(
    ui: &mut Ui,
    expected: &[DeviceIdentity],
    found: &DeviceIdentity,
    is_new: bool,
) -> Option<OutgoingAction> {
    let text = contact::different_computer(expected, found);
    let (headline, meaning) = text.split_once('\n').unwrap_or((&text, ""));
    headline_ui(ui, Tokens::of(ui).danger, headline);
    ui.add(Label::new(meaning).wrap());
    ui.add_space(space::XS);
    let go_on = OutgoingAction::GoOn { remember: false };
    careful_answers_ui(
        ui,
        buttons::STOP,
        (requests::CONTINUE_AS_FIRST_CONTACT, go_on),
        is_new,
    )
}

/// A no that has the focus, and beside it a yes that looks as dangerous as it is.
fn careful_answers_ui(
    ui: &mut Ui,
    no: &str,
    (yes, go_on): (&str, OutgoingAction),
    is_new: bool,
) -> Option<OutgoingAction> {
    ui.horizontal_wrapped(|ui| {
        let no = button(ui, Emphasis::Primary, no);
        if is_new {
            no.request_focus();
        }
        let goes_on = button(ui, Emphasis::Danger, yes).clicked();
        if no.clicked() {
            return Some(OutgoingAction::Reject);
        }
        goes_on.then_some(go_on)
    })
    .inner
}

fn answers_ui<const N: usize>(
    ui: &mut Ui,
    answers: [(Emphasis, &str, OutgoingAction); N],
) -> Option<OutgoingAction> {
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        let mut chosen = None;
        for (emphasis, label, action) in answers {
            if button(ui, emphasis, label).clicked() {
                chosen = Some(action);
            }
        }
        chosen
    })
    .inner
}
