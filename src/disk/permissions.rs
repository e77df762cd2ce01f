//! Who may read and change what arrives.
//!
//! What is not complete is its owner's alone; what is complete gets the sender's permissions, as
//! far as those of a new file in the same folder go. Which those are is found out by making one:
//! that respects the user's mask, the folder's access list, and disks that keep no permissions.
//!
//! On Windows a file has the access list that its folder hands down, and nothing is checked or set
//! here: whoever may write to the folder may change what is in it anyway.

use std::fs::File;
use std::io;

use cap_std::fs::Metadata;

use crate::disk::tree::Node;

#[cfg(unix)]
const EVERYTHING: u32 = 0o777;
/// Those of the folder itself included.
#[cfg(unix)]
const ALL_BITS: u32 = 0o7777;
#[cfg(unix)]
const WRITING_BY_OTHERS: u32 = 0o022;

/// What becomes of the permissions of a new file in one folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permissions {
    /// Those of a file that asked for all.
    #[cfg(unix)]
    allowed: u32,
    /// Those that others have of a file that asked for none for them: on some disks everybody may
    /// do everything, whatever is asked for.
    #[cfg(unix)]
    inevitable: u32,
    /// Whose a new file is. On some disks all of them are somebody's in particular.
    #[cfg(unix)]
    owner: u32,
}

#[cfg(unix)]
impl Permissions {
    /// Tries it on a new file that asked for all permissions.
    pub(crate) fn of_new_file(file: &File) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = file.metadata()?;
        // A disk that keeps no permissions may refuse to change them.
        set_mode(file, 0o600).ok();
        Ok(Self {
            allowed: metadata.mode() & EVERYTHING,
            inevitable: file.metadata()?.mode() & 0o077,
            owner: metadata.uid(),
        })
    }

    /// Whether it belongs to the user and nobody else may change it, or no more people than any
    /// file on this disk.
    pub(crate) fn is_private(&self, found: &Metadata) -> bool {
        use cap_std::fs::MetadataExt as _;
        found.uid() == self.owner && found.mode() & WRITING_BY_OTHERS & !self.inevitable == 0
    }

    /// Gives a complete file those of any new file.
    pub(crate) fn give_usual(&self, file: &File) {
        note(set_mode(file, 0o666 & self.allowed));
    }

    /// Gives a complete file its permissions: those that it has at the sender's, without any for
    /// running it as another user, or else those of any new file.
    pub(super) fn give_to_file(&self, file: &File, node: &Node) {
        let mode = match node.mode() {
            Some(mode) => mode & self.allowed,
            None if node.executable => {
                // Whoever may read it may run it.
                let mode = 0o666 & self.allowed;
                mode | (mode & 0o444) >> 2
            }
            None => 0o666 & self.allowed,
        };
        note(set_mode(file, mode));
    }

    /// Gives a folder its permissions, which may be such that nothing can be added to it.
    pub(super) fn give_to_folder(&self, folder: &File, node: &Node) {
        note(set_mode(folder, self.of_folder(node)));
    }

    fn of_folder(&self, node: &Node) -> u32 {
        node.mode().unwrap_or(EVERYTHING) & self.allowed
    }

    /// Lets something be added to a folder that forbids it, if the permissions that do are the ones
    /// that it came with. What the user has forbidden stays forbidden.
    pub(super) fn open_up(&self, folder: File, node: &Node) -> Option<OpenedUp> {
        use std::os::unix::fs::MetadataExt as _;
        const ADDING: u32 = 0o300;
        let found = folder.metadata().ok()?;
        let mode = found.mode() & ALL_BITS;
        let is_as_it_came = found.uid() == self.owner && mode == self.of_folder(node);
        if mode & ADDING == ADDING || !is_as_it_came {
            return None;
        }
        set_mode(&folder, mode | ADDING).ok()?;
        Some(OpenedUp { folder, mode })
    }
}

/// A folder to which something can be added for as long as this lives.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct OpenedUp {
    folder: File,
    mode: u32,
}

#[cfg(unix)]
impl Drop for OpenedUp {
    fn drop(&mut self) {
        note(set_mode(&self.folder, self.mode));
    }
}

/// Whether it belongs to the user and nobody else may change it.
#[cfg(unix)]
pub(crate) fn is_private(found: &Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    found.uid() == user && found.mode() & WRITING_BY_OTHERS == 0
}

/// Takes all permissions from others.
#[cfg(unix)]
pub(crate) fn make_private(file: &File) {
    let made = file.metadata().and_then(|found| {
        let mode = if found.is_dir() { 0o700 } else { 0o600 };
        set_mode(file, mode)
    });
    note(made);
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(unix)]
fn note(done: io::Result<()>) {
    if let Err(error) = done {
        // FAT, for one, keeps none.
        log::info!("could not set permissions: {error}");
    }
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "as on Unix"
)]
impl Permissions {
    pub(crate) fn of_new_file(_: &File) -> io::Result<Self> {
        Ok(Self {})
    }

    pub(crate) fn is_private(&self, _: &Metadata) -> bool {
        true
    }

    pub(crate) fn give_usual(&self, _: &File) {}

    pub(super) fn give_to_file(&self, _: &File, _: &Node) {}

    pub(super) fn give_to_folder(&self, _: &File, _: &Node) {}

    pub(super) fn open_up(&self, _: File, _: &Node) -> Option<()> {
        None
    }
}

#[cfg(not(unix))]
pub(crate) fn is_private(_: &Metadata) -> bool {
    true
}

#[cfg(not(unix))]
pub(crate) fn make_private(_: &File) {}
