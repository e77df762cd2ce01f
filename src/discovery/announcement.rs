//! What is announced, and what is made of what others announce.

use mdns_sd::{ResolvedService, ScopedIp, TxtProperties};

use super::address::{Place, is_plausible};
use super::hint::Hint;
use super::kind::DeviceKind;
use crate::identity::clean_name;

/// The kind of service, as [RFC 6763](https://www.rfc-editor.org/rfc/rfc6763#section-7) writes it.
pub const SERVICE_TYPE: &str = "_onehop._tcp.local.";

/// The protocol that this version speaks: onehop/1. A classic receiver announces none.
pub(super) const PROTOCOL: u8 = 1;

/// Names of the properties in the TXT record. Short, since the longest name of a device has to
/// fit beside its own in 255 bytes.
pub(super) const NAME: &str = "n";
pub(super) const HINT: &str = "id";
pub(super) const VERSION: &str = "v";
pub(super) const KIND: &str = "k";

/// No computer has more addresses; one with a few virtual networks has a dozen.
const MAX_ADDRESSES: usize = 32;
/// A legal name in DNS has no more bytes.
const MAX_INSTANCE_BYTES: usize = 255;
/// What a device without a usable name is called.
const NAMELESS: &str = "a computer without a name";

/// One receiver as it announces itself, made harmless: every text is cleaned and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Names it among all announcements. Never shown.
    pub instance: String,
    /// What the device calls itself.
    pub name: String,
    /// Which device it claims to be; a receiver without a key claims nothing.
    pub hint: Option<Hint>,
    /// What kind of computer it says it is.
    pub kind: DeviceKind,
    /// The newest protocol it speaks; 0 for classic alone.
    pub protocol: u8,
    /// The port it is bound to.
    pub port: u16,
    /// Where it says it is, without doubles; at least one.
    pub places: Vec<Place>,
}

impl Announcement {
    /// Reads what came from the network; `None` if nobody could connect to it.
    pub(super) fn read(service: &ResolvedService) -> Option<Self> {
        let mut places: Vec<Place> = service.get_addresses().iter().filter_map(place).collect();
        // The set has no order, and which ones are kept must not change from time to time.
        places.sort();
        places.dedup();
        places.truncate(MAX_ADDRESSES);
        let instance = service.get_fullname();
        let usable =
            service.get_port() > 0 && !places.is_empty() && instance.len() <= MAX_INSTANCE_BYTES;
        usable.then(|| Self {
            instance: instance.to_owned(),
            name: name(service.get_properties()),
            hint: text(service.get_properties(), HINT).and_then(Hint::parse),
            kind: text(service.get_properties(), KIND)
                .map(DeviceKind::parse)
                .unwrap_or_default(),
            protocol: text(service.get_properties(), VERSION)
                .and_then(|version| version.parse().ok())
                .unwrap_or(0),
            port: service.get_port(),
            places,
        })
    }
}

fn text<'a>(properties: &'a TxtProperties, key: &str) -> Option<&'a str> {
    std::str::from_utf8(properties.get(key)?.val()?).ok()
}

fn name(properties: &TxtProperties) -> String {
    let bytes = properties.get(NAME).and_then(|name| name.val());
    let name = String::from_utf8_lossy(bytes.unwrap_or_default());
    clean_name(&name).unwrap_or_else(|| NAMELESS.to_owned())
}

/// The zone of an interface is its name, and on Windows its number.
fn place(address: &ScopedIp) -> Option<Place> {
    let zone = match address {
        ScopedIp::V6(v6) if v6.addr().is_unicast_link_local() => {
            let interface = v6.scope_id();
            Some(if cfg!(windows) {
                interface.index.to_string()
            } else {
                interface.name.clone()
            })
        }
        _ => None,
    };
    let ip = address.to_ip_addr();
    is_plausible(ip).then_some(Place { ip, zone })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use mdns_sd::ServiceInfo;

    use super::*;
    use crate::identity::MAX_NAME_CHARS;

    fn read(addresses: &str, port: u16, texts: &[(&str, &str)]) -> Option<Announcement> {
        let host = "host.local.";
        let info = ServiceInfo::new(SERVICE_TYPE, "instance", host, addresses, port, texts);
        Announcement::read(&info.unwrap().as_resolved_service())
    }

    fn named(name: &str) -> String {
        read("192.0.2.1", 9898, &[(NAME, name)]).unwrap().name
    }

    #[test]
    fn what_an_honest_receiver_says_is_taken_as_it_is() {
        let texts = [
            (NAME, "desk-pc"),
            (HINT, "abababababababab"),
            (VERSION, "1"),
        ];
        let read = read("192.0.2.1", 7000, &texts).unwrap();
        assert_eq!((read.name.as_str(), read.port), ("desk-pc", 7000));
        assert_eq!(read.hint, Hint::parse("abababababababab"));
        assert_eq!((read.protocol, read.places.len()), (1, 1));
    }

    #[test]
    fn odd_characters_are_made_harmless_and_long_names_are_cut() {
        assert_eq!(named("desk\u{202E}cp\u{1B}[31m\n!"), "deskcp31m !");
        assert_eq!(named(&"x".repeat(250)), "x".repeat(MAX_NAME_CHARS));
        for nothing in ["", " ", "\u{200B}"] {
            assert_eq!(named(nothing), NAMELESS);
        }
    }

    #[test]
    fn claims_that_make_no_sense_claim_nothing() {
        let texts = [(HINT, "not sixteen digits"), (VERSION, "1000000")];
        let read = read("192.0.2.1", 9898, &texts).unwrap();
        assert_eq!((read.hint, read.protocol), (None, 0));
        assert_eq!(read.name, NAMELESS);
    }

    #[test]
    fn whoever_nobody_could_connect_to_is_left_out() {
        assert_eq!(read("192.0.2.1", 0, &[]), None);
        assert_eq!(read("127.0.0.1,::1,0.0.0.0,224.0.0.1", 9898, &[]), None);
        let mixed = read("127.0.0.1,192.0.2.1", 9898, &[]).unwrap();
        assert_eq!(mixed.places.len(), 1);
    }

    #[test]
    fn no_more_addresses_are_kept_than_a_computer_has() {
        let many: Vec<String> = (0..200).map(|last| format!("192.0.2.{last}")).collect();
        let read = read(&many.join(","), 9898, &[]).unwrap();
        assert_eq!(read.places.len(), MAX_ADDRESSES);
    }
}
