//! What the send screen draws.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::discovery::Neighbour;
use crate::error::WhySkipped;
use crate::messages::UserMessage;
use crate::session::Receiver;

/// What the send screen draws.
#[derive(Debug)]
pub struct SendView<'a> {
    /// Receivers used before, the last one first.
    pub recent: &'a [Receiver],
    /// What is to be sent.
    pub chosen: &'a [ChosenItem],
    /// How often something was added to it: then it is what the user wants to see.
    pub choices: u64,
    /// The files among it, those in folders included.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// It is on its way already.
    pub is_on_its_way: bool,
    /// More was chosen and is being looked at.
    pub gathering: bool,
    /// Files that are dropped on the window do not get to it.
    pub drops_are_lost: bool,
    /// Why the last choice was not taken, or sending did not start.
    pub problem: Option<&'a UserMessage>,
    /// Who is nearby, if anybody is looked for.
    pub nearby: Option<NearbyView<'a>>,
}

/// Who is nearby, and who is remembered.
#[derive(Debug)]
pub struct NearbyView<'a> {
    /// Who is nearby, remembered ones first; then who is remembered and away.
    pub neighbours: Vec<Neighbour>,
    /// Whoever is there has had time to answer.
    pub looked: bool,
    /// Why nobody can be looked for, in the system's words.
    pub failed: Option<&'a str>,
}

/// A file or folder that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenItem {
    /// Where it is.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// The files in it, or 1.
    pub files: u32,
    /// Their bytes when it was chosen.
    pub bytes: u64,
    /// What is in it and will not be sent: how many things for each reason.
    pub skipped: BTreeMap<WhySkipped, usize>,
}
