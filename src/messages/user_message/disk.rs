//! Words for faults of a file or folder on this computer.

use std::io;
use std::path::Path;

use super::UserMessage;
use crate::error::{DiskFault, Skipped};
use crate::messages::{bytes, file_name, summary};

/// The maximum number of names of what cannot be sent.
const MAX_NAMED: usize = 20;

impl From<&DiskFault> for UserMessage {
    fn from(fault: &DiskFault) -> Self {
        let notice = match fault {
            DiskFault::FileNotFound { path, .. } => Self::new(
                format!("The file {} was not found.", file_name(path)),
                "It may have been moved or renamed, or its name is spelled differently. Look for it, \
                 then choose it again.",
            ),
            DiskFault::IsFolder { path } => Self::new(
                format!("{} is a folder.", file_name(path)),
                "One file can be sent at a time. Pack the folder into one file first, for example \
                 a .zip, and send that.",
            ),
            DiskFault::NotAFile { path } => Self::new(
                format!("{} is not an ordinary file.", file_name(path)),
                "It is a pipe, a device or something else without a size of its own. Save what you \
                 want to send as a file, and send that.",
            ),
            DiskFault::Sizeless { path } => Self::new(
                format!("The size of {} is unknown.", file_name(path)),
                "Its folder or drive reports a size of 0 although there is something in it. Copy \
                 it to a folder of your own, and send the copy.",
            ),
            DiskFault::LeftOut { skipped } => return left_out(skipped),
            DiskFault::Unreadable { path, source } => unreadable(path, source),
            DiskFault::Shrank {
                path,
                expected_bytes,
                bytes,
            } => shrank(path, *expected_bytes, *bytes),
            DiskFault::Changed { path } => Self::new(
                format!("{} was changed while it was being sent.", file_name(path)),
                "What arrived may be a mix of old and new, so it does not count as delivered. Wait \
                 until no program is writing to the file, then send it again.",
            ),
            DiskFault::FolderMissing { path, source } => folder_missing(path, source.as_ref()),
            DiskFault::FolderNotWritable { path, source } => folder_not_writable(path, source),
            DiskFault::NameNotAllowed { path } => Self::new(
                format!("{} is not allowed as a file name here.", file_name(path)),
                "Choose another name. Windows reserves names such as CON and NUL, and allows no \
                 dot or space at the end of a name and none of \\ / : * ? \" < > | in it.",
            ),
            DiskFault::Full { folder, free_bytes } => full(folder, *free_bytes),
            DiskFault::NoMoreFiles { folder, free_bytes } => no_more_files(folder, *free_bytes),
            DiskFault::QuotaExceeded { folder, .. } => Self::new(
                format!("Your quota in {} is used up.", folder.display()),
                "You cannot store any more there, even if the disk has room. Delete some of your \
                 files, ask the administrator for more, or choose another folder.",
            ),
            DiskFault::FileTooLarge { path, .. } => Self::new(
                format!("{} is too large to be saved there.", file_name(path)),
                "The disk or the system limits the size of a file; FAT32, common on USB sticks, \
                 allows 4 GB. Choose a folder on another disk.",
            ),
            DiskFault::Broken { path, .. } => Self::new(
                format!(
                    "The disk reported an error while saving {}.",
                    file_name(path)
                ),
                "The disk or its connection may be failing. Check it, or choose a folder on \
                 another disk.",
            ),
            DiskFault::NotSaved { path, .. } => Self::new(
                format!("{} could not be saved.", file_name(path)),
                "No incomplete file was left under that name. Check the drive, or choose another \
                 folder to save in.",
            ),
        };
        notice.with_system_words(fault).with_path(path_of(fault))
    }
}

/// Which of the chosen things cannot be sent.
fn left_out(skipped: &[Skipped]) -> UserMessage {
    let lines: Vec<String> = skipped
        .iter()
        .take(MAX_NAMED)
        .map(summary::skipped)
        .collect();
    UserMessage::new(
        "Some of what you chose cannot be sent, so nothing was.",
        "A classic receiver takes one file, and without the others it may be the wrong one. Choose \
         only what can be sent, or start Onehop on that computer.",
    )
    .with_detail(&lines.join("\n"))
}

/// The file or folder that the fault is about.
fn path_of(fault: &DiskFault) -> &Path {
    match fault {
        DiskFault::FileNotFound { path, .. }
        | DiskFault::IsFolder { path }
        | DiskFault::NotAFile { path }
        | DiskFault::Sizeless { path }
        | DiskFault::Unreadable { path, .. }
        | DiskFault::Shrank { path, .. }
        | DiskFault::Changed { path }
        | DiskFault::FolderMissing { path, .. }
        | DiskFault::FolderNotWritable { path, .. }
        | DiskFault::NameNotAllowed { path }
        | DiskFault::Full { folder: path, .. }
        | DiskFault::NoMoreFiles { folder: path, .. }
        | DiskFault::QuotaExceeded { folder: path, .. }
        | DiskFault::FileTooLarge { path, .. }
        | DiskFault::Broken { path, .. }
        | DiskFault::NotSaved { path, .. } => path,
        DiskFault::LeftOut { skipped } => match skipped.first() {
            Some(first) => &first.path,
            None => Path::new(""),
        },
    }
}

fn unreadable(path: &Path, source: &io::Error) -> UserMessage {
    let advice = if source.kind() == io::ErrorKind::PermissionDenied {
        "You do not have permission to read it. Ask its owner, or choose a copy that you can read."
    } else {
        "Another program may have locked it, or its drive may be failing. Close that program or \
         check the drive, then try again."
    };
    let headline = format!("The file {} cannot be read.", file_name(path));
    UserMessage::new(headline, advice)
}

fn shrank(path: &Path, expected_bytes: u64, found_bytes: u64) -> UserMessage {
    UserMessage::new(
        format!(
            "{} became shorter while it was being sent.",
            file_name(path)
        ),
        format!(
            "It had {} at first and {} later, so it does not count as delivered. Wait until no \
             program is writing to the file, then send it again.",
            bytes(expected_bytes),
            bytes(found_bytes)
        ),
    )
}

fn folder_missing(path: &Path, source: Option<&io::Error>) -> UserMessage {
    if source.is_some_and(|source| source.kind() == io::ErrorKind::NotADirectory) {
        return UserMessage::new(
            format!("{} is not a folder.", path.display()),
            "Choose a folder to save files in.",
        );
    }
    UserMessage::new(
        format!("The folder {} was not found.", path.display()),
        "Create it, connect the drive it is on, or choose another folder to save in.",
    )
}

fn folder_not_writable(path: &Path, source: &io::Error) -> UserMessage {
    let meaning = if source.kind() == io::ErrorKind::ReadOnlyFilesystem {
        "Its drive is read-only."
    } else {
        "You do not have permission to write there."
    };
    UserMessage::new(
        format!("Onehop cannot write to the folder {}.", path.display()),
        format!("{meaning} Choose another folder to save in."),
    )
}

fn full(folder: &Path, free_bytes: Option<u64>) -> UserMessage {
    let headline = match free_bytes {
        Some(free_bytes) => format!(
            "There is not enough space in {}: {} left.",
            folder.display(),
            bytes(free_bytes)
        ),
        None => format!("There is not enough space in {}.", folder.display()),
    };
    UserMessage::new(
        headline,
        "No incomplete file was left under the final name. Free up some space or choose a folder \
         on another drive, then have the file sent again.",
    )
}

fn no_more_files(folder: &Path, free_bytes: Option<u64>) -> UserMessage {
    let room = match free_bytes {
        Some(free_bytes) => format!("It has {} free, but it", bytes(free_bytes)),
        None => "It".to_owned(),
    };
    UserMessage::new(
        format!("The disk of {} can hold no more files.", folder.display()),
        format!(
            "{room} has reached its limit on the number of files. Delete files there, or choose a \
             folder on another disk."
        ),
    )
}
