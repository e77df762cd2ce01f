//! The firewall of this computer, as far as it can be read without privileges.

/// The firewall of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Firewall {
    /// None of those that can be read is switched on.
    Inactive,
    /// Ubuntu's ufw is on.
    Ufw {
        /// What it does with a connection to our port.
        inbound: InboundRule,
        /// It keeps this computer from connecting to others unless a rule allows it.
        blocks_outgoing: bool,
    },
    /// Fedora's firewalld is on. Its rules are not for everybody to read.
    Firewalld,
    /// The firewall of Windows.
    Windows(WindowsProfile),
    /// The system did not tell.
    Unknown,
}

/// What a firewall does with connections to our port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboundRule {
    /// It lets them in from everywhere.
    Allowed,
    /// It keeps them out.
    Blocked,
    /// It lets some in and keeps others out, by these rules, such as `allow from 192.168.1.0/24`, in
    /// the order in which they count.
    Partly(Vec<String>),
    /// Its rules cannot be read by this user.
    Unreadable,
}

/// The profile of the Windows firewall that applies to the network at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowsProfile {
    /// Whether Windows calls the network public; unknown where Windows speaks another language
    /// than English.
    pub public: Option<bool>,
    /// Whether the firewall is on, as far as known.
    pub on: Option<bool>,
    /// Incoming connections are blocked unless a rule allows them.
    pub blocks_incoming: bool,
    /// Outgoing ones are.
    pub blocks_outgoing: bool,
}

impl Firewall {
    /// Whether it is known to let nothing out but what a rule allows.
    #[must_use]
    pub fn blocks_outgoing(&self) -> bool {
        match self {
            Self::Ufw {
                blocks_outgoing, ..
            } => *blocks_outgoing,
            Self::Windows(profile) => profile.on != Some(false) && profile.blocks_outgoing,
            Self::Inactive | Self::Firewalld | Self::Unknown => false,
        }
    }
}

/// Reads what can be read. It takes three seconds at the worst.
pub(super) fn read(port: u16, cancelled: &dyn Fn() -> bool) -> Firewall {
    if cfg!(windows) {
        super::windows::firewall(cancelled)
    } else if cfg!(target_os = "linux") {
        super::linux::firewall(port, cancelled)
    } else {
        Firewall::Unknown
    }
}
