//! What another Onehop wants to send: first how much and the code, then what, and the answer.

use eframe::egui::{Label, Response, RichText, Ui};

use super::action::IncomingAction;
use super::incoming::{Drawing, pressed};
use super::theme::{Tokens, space};
use super::widgets::{
    Emphasis, Protection, button, checkbox_ui, code_ui, escaped_ui, focus_if_new_ui, headline_ui,
    lines_ui, muted, protection_ui, segmented_ui,
};
use crate::disk::Merge;
use crate::messages::contact;
use crate::messages::window::{buttons, requests};
use crate::session::Incoming;
use crate::transfer::{Acceptance, Introduced, Offered};

/// More top-level files and folders than these are folded away.
const SHOWN: usize = 5;

/// How much comes, and the code to compare; nothing to accept yet.
#[must_use]
pub(super) fn introduced_ui(
    ui: &mut Ui,
    row: &Incoming,
    introduced: &Introduced,
) -> Option<IncomingAction> {
    who_ui(ui, row, introduced, None);
    let name = &introduced.device.name;
    let waiting = match introduced.code {
        Some(code) => {
            compare_ui(ui, name, &code.to_string());
            requests::waiting_for_code(name)
        }
        None => requests::waiting_for_list(name),
    };
    ui.add(Label::new(waiting).wrap());
    ui.add_space(space::XS);
    let declined = named_button(ui, Emphasis::Secondary, buttons::DECLINE, name).clicked();
    protection_ui(ui, protection(introduced));
    declined.then_some(IncomingAction::Decline)
}

/// What comes, what becomes of the names, and the answer. What the user decided beforehand needs
/// none.
#[must_use]
pub(super) fn offered_ui(
    ui: &mut Ui,
    row: &Incoming,
    (introduced, offered): (&Introduced, &Offered),
    ticks: &mut Acceptance,
    drawing: Drawing,
) -> Option<IncomingAction> {
    who_ui(ui, row, introduced, Some(offered));
    if let Some(code) = introduced.code {
        compare_ui(ui, &introduced.device.name, &code.to_string());
    }
    items_ui(ui, offered, ticks);
    if offered.decided {
        protection_ui(ui, protection(introduced));
        return None;
    }
    ticks_ui(ui, introduced, offered, ticks);
    ui.add_space(space::XS);
    let action = answers_ui(ui, (introduced, offered), ticks, drawing);
    protection_ui(ui, protection(introduced));
    action
}

fn protection(introduced: &Introduced) -> Protection {
    match introduced.code {
        Some(_) => Protection::Unconfirmed,
        None => Protection::Confirmed,
    }
}

fn who_ui(ui: &mut Ui, row: &Incoming, introduced: &Introduced, offered: Option<&Offered>) {
    let tokens = Tokens::of(ui);
    let is_text = match offered {
        Some(offered) => offered.is_text,
        None => contact::announces_text(introduced),
    };
    let wish = contact::wish(introduced, is_text);
    let headline = requests::wants(&introduced.device.name, &row.peer().to_string(), &wish);
    headline_ui(ui, tokens.accent, &headline);
    match introduced.free_bytes {
        Some(free) if !is_text && free < introduced.bytes => {
            let text = requests::too_little_free(free);
            ui.add(Label::new(RichText::new(text).color(tokens.warning)).wrap());
        }
        Some(free) if !is_text => {
            let text = muted(ui, requests::free(free));
            ui.label(text);
        }
        _ => {}
    }
}

fn compare_ui(ui: &mut Ui, name: &str, code: &str) {
    code_ui(ui, code);
    let text = muted(ui, requests::compare_with(name));
    ui.add(Label::new(text).wrap());
    ui.add_space(space::XS);
}

fn items_ui(ui: &mut Ui, offered: &Offered, ticks: &Acceptance) {
    if offered.is_text {
        ui.add(Label::new(requests::MESSAGE_IS_SHOWN).wrap());
        return;
    }
    let more = offered.items.len().saturating_sub(SHOWN) + offered.more_items;
    let more = requests::more_items(more);
    let count = (offered.items.len(), SHOWN);
    ui.scope(|ui| {
        lines_ui(ui, "offered", count, &more, |number| {
            contact::item(&offered.items[number], ticks.merge)
        });
        for text in [
            contact::rest_of_list(offered),
            contact::renamed_inside(offered),
        ]
        .into_iter()
        .flatten()
        {
            let text = muted(ui, text);
            ui.add(Label::new(text).wrap());
        }
        if let Some(text) = contact::hidden(offered) {
            let text = RichText::new(text).color(Tokens::of(ui).warning);
            ui.add(Label::new(text).wrap());
        }
    });
}

fn ticks_ui(ui: &mut Ui, introduced: &Introduced, offered: &Offered, ticks: &mut Acceptance) {
    merge_ui(ui, &introduced.device.name, offered, &mut ticks.merge);
    if !introduced.device.remembered {
        let name = &introduced.device.name;
        let label = requests::remember(name);
        checkbox_ui(ui, &mut ticks.remember, &label);
    }
}

/// What becomes of folders for which there are some already.
fn merge_ui(ui: &mut Ui, name: &str, offered: &Offered, merge: &mut Merge) {
    let folders = offered
        .items
        .iter()
        .filter_map(|item| item.existing.as_ref());
    let sent_before: Vec<bool> = folders.map(|folder| folder.sent_before).collect();
    if sent_before.is_empty() {
        return;
    }
    // Where some were sent before and others were not, neither answer is the one for all.
    let shown = match *merge {
        Merge::SentBefore if !sent_before.contains(&false) => Merge::All,
        Merge::SentBefore if !sent_before.contains(&true) => Merge::Nothing,
        chosen => chosen,
    };
    let add = requests::add_to_folders(sent_before.len());
    let keep = requests::KEEP_BOTH;
    let names = [add, keep].map(|label| buttons::from(label, name));
    let segments = [
        (Merge::All, add, &*names[0]),
        (Merge::Nothing, keep, &*names[1]),
    ];
    if let Some(chosen) = segmented_ui(ui, &segments, shown) {
        *merge = chosen;
    }
}

/// Where there is too little room, accepting is not the first thing to do.
fn answers_ui(
    ui: &mut Ui,
    (introduced, offered): (&Introduced, &Offered),
    ticks: &Acceptance,
    drawing: Drawing,
) -> Option<IncomingAction> {
    let name = &introduced.device.name;
    let fits = offered.is_text
        || introduced
            .free_bytes
            .is_none_or(|free| free >= introduced.bytes);
    let (accepts, saves) = if fits {
        (Emphasis::Primary, Emphasis::Secondary)
    } else {
        (Emphasis::Secondary, Emphasis::Primary)
    };
    ui.horizontal_wrapped(|ui| {
        let accept = named_button(ui, accepts, buttons::ACCEPT, name);
        let decline = named_button(ui, Emphasis::Secondary, buttons::DECLINE, name);
        focus_if_new_ui(ui, if fits { &accept } else { &decline }, drawing.is_new);
        let escaped = escaped_ui(ui, &[&accept, &decline]);
        let save_to = !offered.is_text
            && ui
                .add_enabled_ui(!drawing.dialog_open, |ui| {
                    named_button(ui, saves, requests::SAVE_TO, name).clicked()
                })
                .inner;
        pressed([
            (accept.clicked(), IncomingAction::Accept(ticks.clone())),
            (decline.clicked() || escaped, IncomingAction::Decline),
            (save_to, IncomingAction::SaveTo(ticks.clone())),
        ])
    })
    .inner
}

/// A button whose name says whose files it is about.
fn named_button(ui: &mut Ui, emphasis: Emphasis, label: &str, name: &str) -> Response {
    button(ui, emphasis, label).accessible_name(buttons::from(label, name))
}
