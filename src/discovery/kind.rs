//! What kind of computer a device is, for its picture in lists.

/// What a device says it is. Nothing depends on it but a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceKind {
    /// It does not say, or says something that this version does not know.
    #[default]
    Unknown,
    /// A computer with Linux that stays where it is.
    Linux,
    /// A computer with Windows.
    Windows,
    /// One that is carried around.
    Laptop,
    /// One that nobody sits at.
    Server,
}

impl DeviceKind {
    const ALL: [Self; 5] = [
        Self::Unknown,
        Self::Linux,
        Self::Windows,
        Self::Laptop,
        Self::Server,
    ];

    /// As it is announced; nothing if there is nothing to say.
    pub(super) fn announced(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Linux => Some("linux"),
            Self::Windows => Some("windows"),
            Self::Laptop => Some("laptop"),
            Self::Server => Some("server"),
        }
    }

    /// As others announce it.
    pub(super) fn parse(announced: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.announced() == Some(announced))
            .unwrap_or_default()
    }

    /// What this computer is. `has_screen` if somebody sits at it.
    #[must_use]
    pub fn of_this_computer(has_screen: bool) -> Self {
        if cfg!(windows) {
            return Self::Windows;
        }
        // The type of enclosure that the firmware names, as the SMBIOS specification numbers them
        // (7.4.1). Not every machine tells.
        let chassis = std::fs::read_to_string("/sys/class/dmi/id/chassis_type");
        Self::of_chassis(chassis.unwrap_or_default().trim(), has_screen)
    }

    fn of_chassis(chassis: &str, has_screen: bool) -> Self {
        match chassis {
            // Portable, laptop, notebook, sub-notebook, tablet, convertible, detachable.
            "8" | "9" | "10" | "14" | "30" | "31" | "32" => Self::Laptop,
            _ if has_screen => Self::Linux,
            _ => Self::Server,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_is_understood_and_anything_else_is_unknown() {
        for kind in DeviceKind::ALL {
            let said = kind.announced().unwrap_or("a toaster");
            assert_eq!(DeviceKind::parse(said), kind);
        }
    }

    #[test]
    fn a_notebook_is_a_laptop_with_and_without_a_screen() {
        for has_screen in [true, false] {
            assert_eq!(DeviceKind::of_chassis("10", has_screen), DeviceKind::Laptop);
        }
        assert_eq!(DeviceKind::of_chassis("3", true), DeviceKind::Linux);
        assert_eq!(DeviceKind::of_chassis("17", false), DeviceKind::Server);
        assert_eq!(DeviceKind::of_chassis("", false), DeviceKind::Server);
    }
}
