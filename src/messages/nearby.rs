//! What is nearby, and what may be the cause if nothing is.

use super::UserMessage;
use super::quantity::count;
use crate::discovery::{ClaimedIdentity, Neighbour};

/// What the list says beside a neighbour; nothing of one that nobody knows.
#[must_use]
pub fn mark(neighbour: &Neighbour) -> &'static str {
    match (neighbour.claim, neighbour.nearby) {
        (ClaimedIdentity::Remembered(_), true) => "remembered",
        (ClaimedIdentity::Remembered(_), false) => "away",
        (ClaimedIdentity::Namesake, _) => "not the one you remember",
        (ClaimedIdentity::Stranger, _) => "",
    }
}

/// All that is known of a neighbour, such as `laptop, remembered · 192.168.1.20`.
#[must_use]
pub fn in_full(neighbour: &Neighbour, usual_port: u16) -> String {
    let place = place(neighbour, usual_port);
    let beside = [mark(neighbour), place.as_deref().unwrap_or_default()];
    let beside = beside.into_iter().filter(|text| !text.is_empty());
    let beside = beside.collect::<Vec<_>>().join(" · ");
    format!("{}, {beside}", neighbour.name)
}

/// The line below a neighbour's name: whether it is known, or where it is.
#[must_use]
pub fn below(neighbour: &Neighbour, place: Option<&str>) -> String {
    match (neighbour.claim, mark(neighbour), place) {
        (ClaimedIdentity::Stranger, _, Some(place)) => format!("new · {place}"),
        (_, mark, _) => mark.to_owned(),
    }
}

/// How many receivers are nearby.
#[must_use]
pub fn how_many(nearby: usize) -> String {
    format!("{} nearby", count(nearby as u64))
}

/// Where a neighbour is, such as `192.168.1.20`, or `192.168.1.20 port 7000` where the port is not
/// `usual_port`.
#[must_use]
pub fn place(neighbour: &Neighbour, usual_port: u16) -> Option<String> {
    let (host, port) = neighbour.place.as_ref()?;
    Some(host_and_port(host, *port, usual_port))
}

/// The usual port goes without saying.
#[must_use]
pub fn host_and_port(host: &str, port: u16, usual_port: u16) -> String {
    if port == usual_port {
        host.to_owned()
    } else {
        format!("{host} port {port}")
    }
}

/// Nobody is announced on this network.
#[must_use]
pub fn nobody() -> UserMessage {
    UserMessage {
        headline: "No receiving Onehop was found on this network.".to_owned(),
        advice: "Press Start in Onehop on the other computer, and see that both computers are on \
                 the same network. Guest Wi-Fi, a VPN or a firewall (UDP port 5353) may keep them \
                 from finding each other; you can still enter the address that the other one \
                 shows."
            .to_owned(),
        details: None,
    }
}

/// The system does not let us look.
#[must_use]
pub fn unavailable(words: &str) -> UserMessage {
    UserMessage {
        headline: "This computer cannot look for others on the network.".to_owned(),
        advice: "Enter the address that the other computer shows.".to_owned(),
        details: Some(words.to_owned()),
    }
}

/// A name that several bear.
#[must_use]
pub fn several(name: &str, neighbours: &[Neighbour], usual_port: u16) -> UserMessage {
    let lines = neighbours.iter().filter_map(|neighbour| {
        let place = place(neighbour, usual_port)?;
        let mark = mark(neighbour);
        Some(match mark {
            "" => place,
            mark => format!("{place} ({mark})"),
        })
    });
    let places = lines.collect::<Vec<_>>().join(", ");
    UserMessage {
        headline: format!("Several computers nearby are called “{name}”."),
        advice: format!("Give the address of the one you mean: {places}."),
        details: None,
    }
}

/// What can be no host name either is nowhere.
#[must_use]
pub fn not_found(name: &str) -> UserMessage {
    UserMessage {
        headline: format!("No computer called “{name}” was found on this network."),
        ..nobody()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::DeviceKind;
    use crate::identity::Fingerprint;

    fn neighbour(claim: ClaimedIdentity, nearby: bool) -> Neighbour {
        Neighbour {
            name: "desk-pc".to_owned(),
            claim,
            kind: DeviceKind::Unknown,
            nearby,
            seen_there: false,
            place: Some(("192.0.2.1".to_owned(), 7000)),
        }
    }

    #[test]
    fn a_stranger_with_a_known_name_is_marked_as_one() {
        let known = ClaimedIdentity::Remembered(Fingerprint::from_bytes([1; 32]));
        assert_eq!(mark(&neighbour(known, true)), "remembered");
        assert_eq!(mark(&neighbour(known, false)), "away");
        let namesake = neighbour(ClaimedIdentity::Namesake, true);
        assert_eq!(mark(&namesake), "not the one you remember");
        assert_eq!(mark(&neighbour(ClaimedIdentity::Stranger, true)), "");
    }

    #[test]
    fn those_of_one_name_are_told_apart_by_their_addresses() {
        let both = [
            neighbour(ClaimedIdentity::Stranger, true),
            neighbour(ClaimedIdentity::Namesake, true),
        ];
        let notice = several("desk-pc", &both, 9898);
        let advice = "Give the address of the one you mean: 192.0.2.1 port 7000, \
                      192.0.2.1 port 7000 (not the one you remember).";
        assert_eq!(notice.advice, advice);
        assert!(
            several("desk-pc", &both, 7000)
                .advice
                .contains("192.0.2.1, ")
        );
    }
}
