//! The card that says whether this computer receives, and all that a sender needs to know.

use eframe::egui::text::LayoutJob;
use eframe::egui::{Align, FontSelection, Key, Label, RichText, Ui};

use super::action::{Action, ReceiveAction};
use super::reach;
use super::theme::{Tokens, space};
use super::view::{ReceiveView, View};
use super::widgets::{
    Emphasis, Tone, button, card_ui, collapsible_ui, copy_button_ui, field_row_ui, is_narrow,
    muted, notice_box_ui, quotation_ui, small_button, small_muted, status_line_ui, switch_row_ui,
    text_field, trailing_row_ui,
};
use crate::messages;
use crate::messages::diagnostics::on_one_link_only;
use crate::messages::window::buttons;
use crate::messages::window::receive::{self as say, NO_NETWORK, NOT_RECEIVING, READY};
use crate::net::{LocalAddress, is_on_a_network};

/// More addresses than these are folded away.
const SHOWN_ADDRESSES: usize = 2;

/// The card, with the port as it is being typed.
#[derive(Debug, Default)]
pub(super) struct StatusCard {
    port_draft: Option<String>,
}

impl StatusCard {
    /// Draws the card.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let receive = &view.receive;
        let action = card_ui(ui, Tone::Plain, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            let mut action = self.headline_ui(ui, receive);
            if let Some(problem) = receive.problem {
                notice_box_ui(ui, problem);
            }
            action = action.or(self.facts_ui(ui, view));
            action.or(options_ui(ui, receive))
        });
        action.inner.map(Action::Receive)
    }

    fn headline_ui(&mut self, ui: &mut Ui, view: &ReceiveView<'_>) -> Option<ReceiveAction> {
        let tokens = Tokens::of(ui);
        let headline = headline(view.listening_port.is_some(), view.addresses);
        let color = match headline {
            READY => tokens.success,
            NO_NETWORK => tokens.warning,
            _ => tokens.control_line,
        };
        let ((), pressed) = trailing_row_ui(
            ui,
            |ui| status_line_ui(ui, color, headline),
            |ui| match view.listening_port {
                Some(_) => button(ui, Emphasis::Secondary, buttons::STOP).clicked(),
                None => button(ui, Emphasis::Primary, say::START).clicked(),
            },
        );
        match (pressed, view.listening_port) {
            (false, _) => None,
            (true, Some(_)) => Some(ReceiveAction::Stop),
            (true, None) => Some(self.start(view)),
        }
    }

    fn start(&self, view: &ReceiveView<'_>) -> ReceiveAction {
        let typed = self.port_draft.clone();
        ReceiveAction::Start(typed.unwrap_or_else(|| view.port.to_string()))
    }

    fn facts_ui(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<ReceiveAction> {
        let (name, dialog_open) = (&view.settings.device_name, view.dialog_open);
        let view = &view.receive;
        ui.scope(|ui| {
            let distance = if is_narrow(ui) { space::S } else { space::XS };
            ui.spacing_mut().item_spacing.y = distance;
            let mut action = None;
            if let Some(port) = view.listening_port {
                self.port_draft = None;
                addresses_ui(ui, name, view.addresses);
                port_ui(ui, port);
            } else {
                action = self.port_field_ui(ui, view);
            }
            action = action.or(saves_to_ui(ui, view, dialog_open));
            if view.listening_port.is_some() {
                greeting_ui(ui, view.greeting);
                action = action.or(reach::ui(ui, view.reach));
            }
            if view.classic_only {
                classic_only_ui(ui);
            }
            action
        })
        .inner
    }

    fn port_field_ui(&mut self, ui: &mut Ui, view: &ReceiveView<'_>) -> Option<ReceiveAction> {
        let draft = self.port_draft.get_or_insert_with(|| view.port.to_string());
        let entered = field_row_ui(ui, say::PORT, |ui, label| {
            let field = ui.add(text_field(draft, 96.0)).labelled_by(label);
            field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
        });
        entered.then(|| self.start(view))
    }
}

/// A port that nobody can reach is not ready.
fn headline(listening: bool, addresses: Option<&[LocalAddress]>) -> &'static str {
    match (listening, addresses) {
        (true, Some(addresses)) if !is_on_a_network(addresses) => NO_NETWORK,
        (true, _) => READY,
        (false, _) => NOT_RECEIVING,
    }
}

/// The name that others see, and the addresses that they can send to.
fn addresses_ui(ui: &mut Ui, name: &str, addresses: Option<&[LocalAddress]>) {
    field_row_ui(ui, say::THIS_COMPUTER, |ui, _| {
        ui.spacing_mut().item_spacing.y = 0.0;
        trailing_row_ui(ui, |ui| ui.add(Label::new(name).truncate()), |_| ());
        let missing = match addresses {
            Some(addresses) if is_on_a_network(addresses) => None,
            Some(_) => Some(say::NOT_CONNECTED),
            None => Some(say::ADDRESSES_UNKNOWN),
        };
        if let Some(missing) = missing {
            let text = muted(ui, missing);
            trailing_row_ui(ui, |ui| ui.add(Label::new(text).wrap()), |_| ());
        }
        let addresses = addresses.unwrap_or_default();
        let (shown, folded) = addresses.split_at(addresses.len().min(SHOWN_ADDRESSES));
        for address in shown {
            address_ui(ui, address);
        }
        if !folded.is_empty() {
            let more = small_muted(ui, buttons::more(folded.len()));
            collapsible_ui(ui, more, "more-addresses", |ui| {
                for address in folded {
                    address_ui(ui, address);
                }
            });
        }
        if let Some(reach) = on_one_link_only(addresses) {
            let reach = small_muted(ui, reach);
            ui.add(Label::new(reach).wrap());
        }
    });
}

fn address_ui(ui: &mut Ui, address: &LocalAddress) {
    let ip = address.ip.to_string();
    let text = address_text(ui, &ip, &messages::network(&address.interface));
    trailing_row_ui(
        ui,
        |ui| ui.add(Label::new(text).truncate()),
        |ui| copy_button_ui(ui, &buttons::copy(&ip), &ip),
    );
}

/// One text, so that a long address takes the room of the network's name first.
fn address_text(ui: &Ui, ip: &str, network: &str) -> LayoutJob {
    let mut text = LayoutJob::default();
    let ip = RichText::new(ip).monospace().color(Tokens::of(ui).text);
    let network = small_muted(ui, format!("  ({network})"));
    for part in [ip, network] {
        part.append_to(&mut text, ui.style(), FontSelection::Default, Align::Center);
    }
    text
}

fn port_ui(ui: &mut Ui, port: u16) {
    field_row_ui(ui, say::PORT, |ui, _| {
        ui.set_min_height(space::CONTROL);
        ui.horizontal(|ui| {
            ui.set_min_height(space::CONTROL);
            ui.monospace(port.to_string());
        });
    });
}

fn saves_to_ui(ui: &mut Ui, view: &ReceiveView<'_>, dialog_open: bool) -> Option<ReceiveAction> {
    let pressed = field_row_ui(ui, say::SAVES_TO, |ui, _| {
        let path = view.saves_to.display().to_string();
        let ((), pressed) = trailing_row_ui(
            ui,
            |ui| {
                ui.add(Label::new(path.as_str()).wrap());
            },
            |ui| {
                ui.add_enabled_ui(!dialog_open, |ui| {
                    small_button(ui, Emphasis::Secondary, buttons::CHANGE)
                        .accessible_name(say::CHANGE_FOLDER)
                        .clicked()
                })
                .inner
            },
        );
        if !view.classic_only {
            let text = small_muted(ui, say::NAMES_ARE_KEPT);
            ui.add(Label::new(text).wrap());
        }
        pressed
    });
    pressed.then_some(ReceiveAction::ChangeFolder)
}

fn greeting_ui(ui: &mut Ui, greeting: &str) {
    field_row_ui(ui, say::GREETING, |ui, _| {
        ui.add_space(space::XS);
        quotation_ui(ui, greeting);
    });
}

/// Without a key there is no other way.
fn classic_only_ui(ui: &mut Ui) {
    let color = Tokens::of(ui).warning;
    ui.add(Label::new(RichText::new(say::classic_only()).color(color)).wrap());
}

/// The choices, folded away; that both of them leave the door open is said in any case.
fn options_ui(ui: &mut Ui, view: &ReceiveView<'_>) -> Option<ReceiveAction> {
    if view.save_without_asking && view.any_address {
        let text = RichText::new(say::ANYBODY_CAN_SAVE).color(Tokens::of(ui).warning);
        ui.add(Label::new(text).wrap());
    }
    let mut action = None;
    let headline = muted(ui, say::OPTIONS);
    collapsible_ui(ui, headline, "options", |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        action = choices_ui(ui, view);
    });
    action
}

/// The choices that give a yes beforehand, with what they mean as they stand.
pub(super) fn choices_ui(ui: &mut Ui, view: &ReceiveView<'_>) -> Option<ReceiveAction> {
    let on = view.save_without_asking;
    let save = switch_row_ui(
        ui,
        on,
        say::SAVE_WITHOUT_ASKING,
        say::saves_without_asking(on),
    );
    let on = view.any_address;
    let any = switch_row_ui(ui, on, say::ANY_ADDRESS, say::accepts_any_address(on));
    save.map(ReceiveAction::SaveWithoutAsking)
        .or(any.map(ReceiveAction::ServeAnyAddress))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::slice;

    use super::*;
    use crate::net::AddressKind;

    #[test]
    fn without_any_network_it_is_not_ready() {
        let link_local = |interface: &str| LocalAddress {
            kind: AddressKind::LinkLocal,
            ip: "fe80::1".parse().unwrap(),
            interface: interface.to_owned(),
        };
        let containers = LocalAddress {
            kind: AddressKind::Ipv4,
            ip: "172.17.0.1".parse().unwrap(),
            interface: "docker0".to_owned(),
        };
        assert_eq!(headline(true, Some(&[])), NO_NETWORK);
        assert_eq!(
            headline(true, Some(slice::from_ref(&containers))),
            NO_NETWORK
        );
        assert_eq!(
            headline(true, Some(&[link_local("eth0"), containers])),
            READY
        );
        // What the system does not tell is not known to be missing.
        assert_eq!(headline(true, None), READY);
        assert_eq!(headline(false, Some(&[])), NOT_RECEIVING);
    }
}
