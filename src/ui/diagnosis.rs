//! What the connection doctor found.

use eframe::egui::{Label, RichText, Ui};

use super::theme::{Tokens, size, space};
use super::widgets::{collapsible_ui, command_ui, copy_button_ui, heading, muted, quotation_ui};
use crate::diagnostics::{Diagnosis, Evidence, Finding, Weight};
use crate::messages::UserMessage;
use crate::messages::diagnostics::{self, Advice};
use crate::messages::window::{buttons, transfers};

/// The likeliest cause with what to do; the others, and what was seen, are folded away.
pub(super) fn ui(ui: &mut Ui, notice: &UserMessage, diagnosis: &Diagnosis) {
    let evidence = &diagnosis.evidence;
    if let Some((likeliest, others)) = diagnosis.findings.split_first() {
        finding_ui(ui, likeliest, evidence);
        if !others.is_empty() {
            let headline = muted(ui, diagnostics::OTHER_CAUSES);
            collapsible_ui(ui, headline, ("causes", &notice.headline), |ui| {
                for finding in others {
                    finding_ui(ui, finding, evidence);
                }
            });
        }
    }
    let mut seen = diagnostics::seen(evidence);
    seen.extend(
        notice
            .details
            .iter()
            .map(|details| transfers::system_says(details)),
    );
    seen_ui(ui, &notice.headline, &seen);
}

fn finding_ui(ui: &mut Ui, finding: &Finding, evidence: &Evidence) {
    let advice = diagnostics::advice(&finding.cause, evidence);
    ui.add_space(space::XS);
    let headline = match finding.weight {
        Weight::Certain => advice.headline.clone(),
        weight => format!("{} ({})", advice.headline, diagnostics::weight(weight)),
    };
    let headline = heading(ui, &headline);
    ui.add(Label::new(headline).wrap());
    advice_ui(ui, &advice);
}

/// What it means and what to do, below its headline.
pub(super) fn advice_ui(ui: &mut Ui, advice: &Advice) {
    ui.spacing_mut().item_spacing.y = space::XS;
    let meaning = muted(ui, &advice.meaning);
    ui.add(Label::new(meaning).wrap());
    for step in &advice.steps {
        if let Some(command) = &step.command {
            command_ui(ui, &step.text, command);
        } else {
            let color = Tokens::of(ui).text;
            let text = RichText::new(&step.text).color(color);
            ui.add(Label::new(text).wrap());
        }
    }
}

/// The facts behind it, to be unfolded and copied.
pub(super) fn seen_ui(ui: &mut Ui, headline: &str, seen: &[String]) {
    ui.spacing_mut().interact_size.y = space::SMALL_CONTROL;
    let text = RichText::new(buttons::DETAILS).size(size::SMALL);
    collapsible_ui(ui, text, ("seen", headline), |ui| {
        let seen = seen.join("\n");
        quotation_ui(ui, &seen);
        copy_button_ui(ui, buttons::COPY_DETAILS, &format!("{headline}\n{seen}"));
    });
}
