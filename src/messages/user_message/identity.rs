//! Words for trouble with this computer's key and with the devices that it knows.

use super::UserMessage;
use crate::identity::error::{KeyFault, StoreFault};

impl From<&KeyFault> for UserMessage {
    fn from(fault: &KeyFault) -> Self {
        match fault {
            KeyFault::Unreadable { path, .. } => Self::new(
                "This computer's key cannot be read.",
                "Without it, Onehop cannot prove to others who this computer is. Check the \
                 permissions of the file.",
            )
            .with_system_words(fault)
            .with_path(path),
            KeyFault::Exposed { path, .. } => Self::new(
                "Others may have read this computer's key.",
                "If nobody has, make the file readable only by you. Otherwise delete it: Onehop \
                 then makes a new key, and other computers have to get to know this one again.",
            )
            .with_path(path),
            KeyFault::Broken { path, .. } => Self::new(
                "This computer's key file is not valid.",
                "Restore the file from a copy, or delete it: Onehop then makes a new key, and \
                 other computers have to get to know this one again.",
            )
            .with_path(path),
            KeyFault::NotKept { path, .. } => Self::new(
                "A key for this computer could not be saved.",
                "Check that its folder is writable and that there is space left.",
            )
            .with_system_words(fault)
            .with_path(path),
            KeyFault::Cryptography(words) => Self {
                details: Some(words.clone()),
                ..Self::new(
                    "A key for this computer could not be made or used.",
                    "Restart the computer, then try again.",
                )
            },
        }
    }
}

impl From<&StoreFault> for UserMessage {
    fn from(fault: &StoreFault) -> Self {
        match fault {
            StoreFault::Unreadable { path, .. } => Self::new(
                "The list of known computers cannot be read.",
                "For now, every computer is unknown, and none can be remembered. Check the \
                 permissions of the file.",
            )
            .with_system_words(fault)
            .with_path(path),
            StoreFault::Exposed { path, .. } => Self::new(
                "Others may have changed the list of known computers.",
                "Onehop does not trust it: for now, every computer is unknown, and none can be \
                 remembered. If nobody has changed it, make the file writable only by you. \
                 Otherwise delete it, and get to know the other computers again.",
            )
            .with_path(path),
            StoreFault::Broken { path, aside, .. } => {
                let path = aside.as_ref().unwrap_or(path);
                Self::new(
                    "The list of known computers is not valid.",
                    "The file was kept for you to look at. For now, every computer is unknown.",
                )
                .with_path(path)
            }
            StoreFault::NotKept { path, .. } => Self::new(
                "The list of known computers could not be saved.",
                "The change lasts until Onehop is closed. Check that the folder is writable and \
                 that there is space left.",
            )
            .with_system_words(fault)
            .with_path(path),
            StoreFault::NoSuchDevice(fingerprint) => Self::new(
                "This computer is not remembered.",
                "It may have been forgotten in the meantime.",
            )
            .with_detail(&fingerprint.to_string()),
            StoreFault::NoName => Self::new(
                "A name needs at least one visible character.",
                "Choose another name.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn trouble_with_a_key_says_which_file_and_what_to_do() {
        let path = PathBuf::from("key.pem");
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        for fault in [
            KeyFault::Unreadable {
                path: path.clone(),
                source: denied(),
            },
            KeyFault::Exposed {
                path: path.clone(),
                mode: 0o644,
            },
            KeyFault::Broken {
                path: path.clone(),
                detail: String::new(),
            },
            KeyFault::NotKept {
                path,
                source: denied(),
            },
        ] {
            let notice = UserMessage::from(&fault);
            assert!(notice.headline.ends_with('.'), "{notice:?}");
            assert!(notice.advice.ends_with('.'), "{notice:?}");
            let details = notice.details.unwrap_or_default();
            assert!(details.ends_with("key.pem"), "{details}");
        }
    }

    #[test]
    fn a_broken_list_is_looked_for_where_it_was_set_aside() {
        let fault = StoreFault::Broken {
            path: PathBuf::from("devices.toml"),
            detail: String::new(),
            aside: Some(PathBuf::from("devices.broken.toml")),
        };
        let details = UserMessage::from(&fault).details;
        assert_eq!(details.as_deref(), Some("devices.broken.toml"));
    }
}
