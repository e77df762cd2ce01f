//! The room that is left on a disk.

use std::path::Path;

use super::error::DiskFault;

/// What is left to the rest of the system on a large disk; a hundredth of a small one.
const MAX_RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// Leaves some room to the rest of the system: a disk filled to the last byte breaks more than
/// this transfer.
pub(crate) fn check_space(folder: &Path) -> Result<(), DiskFault> {
    let (Ok(free_bytes), Ok(total_bytes)) =
        (fs4::available_space(folder), fs4::total_space(folder))
    else {
        // A system that does not tell will refuse a write in time.
        return Ok(());
    };
    if free_bytes > reserve_bytes(total_bytes) {
        return Ok(());
    }
    Err(full(folder))
}

/// So much of what is free is not for us; 0 if the system does not tell.
pub(crate) fn reserve(folder: &Path) -> u64 {
    fs4::total_space(folder).map_or(0, reserve_bytes)
}

fn reserve_bytes(total_bytes: u64) -> u64 {
    MAX_RESERVE_BYTES.min(total_bytes / 100)
}

pub(crate) fn full(folder: &Path) -> DiskFault {
    DiskFault::Full {
        folder: folder.to_owned(),
        free_bytes: fs4::available_space(folder).ok(),
    }
}

impl DiskFault {
    /// A full disk with the space that is free now; any other fault as it is.
    pub(crate) fn recounted(self) -> Self {
        match self {
            Self::Full { folder, .. } => full(&folder),
            other => other,
        }
    }
}
