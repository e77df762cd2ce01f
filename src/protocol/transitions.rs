//! What both sides say and check alike: the introduction, and each file's turn.

use super::error::Violation;
use super::frame::Kind;
use super::manifest_state::ManifestState;
use super::message::{Entry, EntryKind, Extension, Hello, Hex32, Message, VERSION};
use super::sender::Introduction;

/// A side's first message.
pub(super) fn hello(
    introduction: &Introduction,
    commit: Option<Hex32>,
    nonce: Option<Hex32>,
) -> Message {
    Message::Hello(Hello {
        version: VERSION,
        app: introduction.app.clone(),
        device: introduction.device.clone(),
        os: introduction.os.clone(),
        remembers: introduction.remembers,
        extensions: introduction.extensions.clone(),
        commit,
        nonce,
    })
}

/// What both sides can do beyond the first onehop/1: only that is done.
pub(super) fn in_use(ours: &[Extension], theirs: &[Extension]) -> Vec<Extension> {
    let known = ours.iter().copied();
    known
        .filter(|extension| *extension != Extension::Unknown && theirs.contains(extension))
        .collect()
}

/// Links are told only to those who know them.
pub(super) fn check_kind(entry: &Entry, links: bool) -> Result<(), Violation> {
    if entry.kind == EntryKind::Link && !links {
        return Err(Violation::BadEntry {
            index: entry.index,
            detail: "a link",
        });
    }
    Ok(())
}

/// `file` must be about the file whose turn it is. Returns the bytes to come.
pub(super) fn start(
    manifest_state: &mut ManifestState,
    index: u32,
    offset: u64,
) -> Result<u64, Violation> {
    let kind = Kind::File;
    let turn = manifest_state.turn().filter(|turn| turn.index == index);
    let turn = turn.ok_or(Violation::WrongFile { kind, index })?;
    let held = turn.held.map(|(held, _)| held);
    if offset != 0 && Some(offset) != held {
        return Err(Violation::WrongSize { index });
    }
    Ok(turn.bytes - offset)
}

/// `data` must not be more than what is to come. Returns what is left of that.
pub(super) fn advance(index: u32, left: u64, bytes: usize) -> Result<u64, Violation> {
    u64::try_from(bytes)
        .ok()
        .and_then(|bytes| left.checked_sub(bytes))
        .ok_or(Violation::WrongSize { index })
}

/// `failed` must be about the file that is being sent, or whose turn it is.
pub(super) fn fail(
    manifest_state: &mut ManifestState,
    in_file: Option<u32>,
    index: u32,
) -> Result<(), Violation> {
    let expected = in_file.or_else(|| manifest_state.turn().map(|turn| turn.index));
    // A text is there or it is not: there is nothing to go on with.
    if expected != Some(index) || !manifest_state.is_file(index) {
        let kind = Kind::Failed;
        return Err(Violation::WrongFile { kind, index });
    }
    manifest_state.fail();
    Ok(())
}
