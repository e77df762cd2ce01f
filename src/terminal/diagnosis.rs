//! What the connection doctor found, as lines of the terminal.

use super::screen::{indented, paragraph};
use crate::diagnostics::Diagnosis;
use crate::messages::diagnostics::{self, Advice};
use crate::messages::{UserMessage, terminal};

/// What happened, every cause with what to do, and what was seen.
pub(super) fn of(notice: &UserMessage, diagnosis: &Diagnosis) -> String {
    let evidence = &diagnosis.evidence;
    let mut lines = vec![notice.headline.clone(), String::new()];
    for (number, finding) in (1..).zip(&diagnosis.findings) {
        let advice = diagnostics::advice(&finding.cause, evidence);
        let weight = diagnostics::weight(finding.weight);
        lines.push(format!("{number}. {} ({weight})", advice.headline));
        lines.extend(body(&advice));
        lines.push(String::new());
    }
    lines.push(terminal::WHAT_WAS_SEEN.to_owned());
    lines.extend(
        diagnostics::seen(evidence)
            .iter()
            .map(|line| paragraph(line)),
    );
    if let Some(details) = &notice.details {
        lines.push(paragraph(&terminal::details(details)));
    }
    lines.join("\n")
}

/// What it means and what to do, below its headline.
pub(super) fn body(advice: &Advice) -> Vec<String> {
    let mut lines = vec![paragraph(&advice.meaning)];
    for step in &advice.steps {
        lines.push(paragraph(&step.text));
        // As it is, to be copied: breaking it would change it.
        lines.extend(
            step.command
                .iter()
                .map(|command| indented(&indented(command))),
        );
    }
    lines
}
