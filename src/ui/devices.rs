//! This device and those that are remembered, in the settings dialog.

use eframe::egui::{Key, Label, RichText, Ui};

use super::action::{Action, DeviceAction};
use super::theme::{size, space};
use super::view::SettingsView;
use super::widgets::{
    Emphasis, copy_button_ui, field_row_ui, heading, muted, small_button, small_muted,
    switch_row_ui, text_field, trailing_line_ui,
};
use crate::identity::{Device, Fingerprint};
use crate::messages::window::{buttons, settings};

/// Few enough to be read aloud in one breath.
const GROUPS_IN_LINE: usize = 4;

/// What is being typed or decided.
#[derive(Debug, Default)]
pub(super) struct DevicesPart {
    own_name: Option<String>,
    renaming: Option<(Fingerprint, String)>,
    forgetting: Option<Fingerprint>,
}

impl DevicesPart {
    /// Draws this device, then the others.
    #[must_use]
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &SettingsView<'_>) -> Option<Action> {
        let mut action = self.own_ui(ui, view);
        action = action.or(self.others_ui(ui, &view.devices));
        action = action.or(classic_hosts_ui(ui, &view.classic_hosts));
        action.map(Action::Device)
    }

    fn own_ui(&mut self, ui: &mut Ui, view: &SettingsView<'_>) -> Option<DeviceAction> {
        let headline = heading(ui, settings::THIS_DEVICE);
        ui.label(headline);
        let draft = self
            .own_name
            .get_or_insert_with(|| view.device_name.clone());
        let left = field_row_ui(ui, settings::NAME, |ui, label| {
            let width = ui.available_width();
            let field = ui.add(text_field(draft, width)).labelled_by(label);
            field.lost_focus().then(|| draft.clone())
        });
        if left.is_some() {
            // From now on what it is called is shown, whatever became of what was typed.
            self.own_name = None;
        }
        field_row_ui(ui, settings::FINGERPRINT, |ui, _| {
            if let Some(fingerprint) = view.fingerprint {
                return fingerprint_ui(ui, fingerprint);
            }
            let text = muted(ui, settings::NO_KEY);
            ui.add(Label::new(text).wrap());
        });
        left.filter(|name| *name != view.device_name)
            .map(DeviceAction::SetOwnName)
    }

    fn others_ui(&mut self, ui: &mut Ui, devices: &[Device]) -> Option<DeviceAction> {
        let headline = heading(ui, settings::REMEMBERED_DEVICES);
        ui.label(headline);
        if devices.is_empty() {
            let text = muted(ui, settings::NO_DEVICES);
            ui.add(Label::new(text).wrap());
        }
        let mut action = None;
        for device in devices {
            action = action.or(ui
                .push_id(device.fingerprint, |ui| self.device_ui(ui, device))
                .inner);
        }
        action
    }

    fn device_ui(&mut self, ui: &mut Ui, device: &Device) -> Option<DeviceAction> {
        ui.spacing_mut().item_spacing.y = space::XS;
        let is = |fingerprint: Fingerprint| fingerprint == device.fingerprint;
        let action = if self.renaming.as_ref().is_some_and(|(which, _)| is(*which)) {
            self.rename_ui(ui, device)
        } else if self.forgetting.is_some_and(is) {
            self.forget_ui(ui, device)
        } else {
            self.name_ui(ui, device);
            None
        };
        let switched = switch_row_ui(
            ui,
            device.save_without_asking,
            &settings::save_without_asking(&device.name),
            &settings::short_fingerprint(&device.fingerprint.short()),
        );
        action.or(switched.map(|on| DeviceAction::SaveWithoutAsking(device.fingerprint, on)))
    }

    fn name_ui(&mut self, ui: &mut Ui, device: &Device) {
        let name = &device.name;
        trailing_line_ui(
            ui,
            |ui| ui.add(Label::new(name).truncate()),
            |ui| {
                let forget = small_button(ui, Emphasis::Secondary, settings::FORGET)
                    .accessible_name(settings::forget(name));
                let rename = small_button(ui, Emphasis::Secondary, settings::RENAME)
                    .accessible_name(settings::rename(name));
                if forget.clicked() {
                    self.forgetting = Some(device.fingerprint);
                }
                if rename.clicked() {
                    self.renaming = Some((device.fingerprint, name.clone()));
                }
            },
        );
    }

    fn rename_ui(&mut self, ui: &mut Ui, device: &Device) -> Option<DeviceAction> {
        let (_, draft) = self.renaming.as_mut()?;
        let (typed, (save, cancel)) = trailing_line_ui(
            ui,
            |ui| {
                let name = settings::new_name(&device.name);
                let width = ui.available_width();
                let field = ui.add(text_field(draft, width)).accessible_name(name);
                field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
            },
            |ui| {
                let cancel = small_button(ui, Emphasis::Quiet, buttons::CANCEL).clicked();
                let save = small_button(ui, Emphasis::Secondary, settings::SAVE_NAME).clicked();
                (save, cancel)
            },
        );
        if !(typed || save || cancel) {
            return None;
        }
        let (fingerprint, name) = self.renaming.take()?;
        (!cancel).then_some(DeviceAction::Rename(fingerprint, name))
    }

    fn forget_ui(&mut self, ui: &mut Ui, device: &Device) -> Option<DeviceAction> {
        let (_, (forget, keep)) = trailing_line_ui(
            ui,
            |ui| {
                let text = settings::forget_question(&device.name);
                ui.add(Label::new(text).wrap())
            },
            |ui| {
                let keep = small_button(ui, Emphasis::Quiet, settings::KEEP).clicked();
                let forget = small_button(ui, Emphasis::Secondary, settings::FORGET).clicked();
                (forget, keep)
            },
        );
        if forget || keep {
            self.forgetting = None;
        }
        forget.then_some(DeviceAction::Forget(device.fingerprint))
    }
}

fn fingerprint_ui(ui: &mut Ui, fingerprint: Fingerprint) {
    let text = fingerprint.to_string();
    let groups: Vec<&str> = text.split(' ').collect();
    let lines: Vec<String> = groups
        .chunks(GROUPS_IN_LINE)
        .map(|line| line.join(" "))
        .collect();
    trailing_line_ui(
        ui,
        |ui| {
            let text = RichText::new(lines.join("\n"))
                .monospace()
                .size(size::MONO_SMALL);
            ui.add(Label::new(text).wrap());
        },
        |ui| copy_button_ui(ui, settings::COPY_FINGERPRINT, &text),
    );
}

fn classic_hosts_ui(ui: &mut Ui, hosts: &[String]) -> Option<DeviceAction> {
    if hosts.is_empty() {
        return None;
    }
    let headline = heading(ui, settings::SENT_TO_UNENCRYPTED);
    ui.add(Label::new(headline).wrap());
    let mut action = None;
    for host in hosts {
        let ((), pressed) = trailing_line_ui(
            ui,
            |ui| {
                let host = small_muted(ui, host);
                ui.add(Label::new(host).truncate());
            },
            |ui| {
                small_button(ui, Emphasis::Secondary, settings::ASK_AGAIN)
                    .accessible_name(settings::ask_again(host))
                    .clicked()
            },
        );
        action = action.or(pressed.then(|| DeviceAction::AskBeforeClassic(host.clone())));
    }
    action
}
