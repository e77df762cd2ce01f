//! `onehop-cli list`: what is nearby.

use std::sync::Arc;

use serde::Serialize;

use super::Exit;
use super::args::ListArguments;
use super::interrupt::Interrupt;
use super::look::look;
use super::screen::Screen;
use super::trust;
use super::waker;
use crate::discovery::{Browser, Neighbour, neighbours};
use crate::messages::{UserMessage, nearby};

/// Runs the command.
pub(super) fn run(arguments: &ListArguments, screen: &Screen) -> Exit {
    let identity = match trust::identity(&arguments.config) {
        Ok(identity) => identity,
        Err(fault) => {
            screen.notice(&UserMessage::from(&fault));
            return Exit::Failed;
        }
    };
    let devices = Arc::new(trust::devices(&arguments.config, screen));
    let bell = waker::for_this_thread();
    let interrupt = Interrupt::watch(bell.clone());
    let found = look(
        Some(identity.fingerprint()),
        &devices,
        (bell, &interrupt),
        |_, passed| passed < Browser::ANSWER_WAIT,
    );
    match found {
        Ok(found) => {
            let mut all = neighbours(&found, &devices.all());
            all.retain(|neighbour| neighbour.nearby);
            print(&all, arguments.json, screen);
            Exit::Done
        }
        Err(fault) => {
            screen.notice(&nearby::unavailable(&fault.to_string()));
            Exit::Failed
        }
    }
}

fn print(neighbours: &[Neighbour], json: bool, screen: &Screen) {
    if neighbours.is_empty() {
        screen.notice(&nearby::nobody());
    }
    if json {
        screen.print(&as_json(neighbours));
    } else if !neighbours.is_empty() {
        screen.print(&as_lines(neighbours));
    }
}

/// The address, the port, the name, and what is to be said of it; in columns but for the last.
fn as_lines(neighbours: &[Neighbour]) -> String {
    let host = |neighbour: &Neighbour| neighbour.place.as_ref().map_or(0, |(host, _)| host.len());
    let width = neighbours.iter().map(host).max().unwrap_or_default();
    let line = |neighbour: &Neighbour| {
        let (host, port) = neighbour.place.as_ref()?;
        let mark = match nearby::mark(neighbour) {
            "" => String::new(),
            mark => format!("  ({mark})"),
        };
        Some(format!(
            "{host:width$}  {port:5}  {}{mark}\n",
            neighbour.name
        ))
    };
    neighbours.iter().filter_map(line).collect()
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    address: &'a str,
    port: u16,
    /// Of the remembered device that it says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    remembered: bool,
}

fn as_json(neighbours: &[Neighbour]) -> String {
    let entry = |neighbour| {
        let Neighbour {
            name, claim, place, ..
        }: &Neighbour = neighbour;
        let (address, port) = place.as_ref()?;
        Some(Entry {
            name,
            address,
            port: *port,
            fingerprint: claim.device().map(|device| device.hex()),
            remembered: claim.device().is_some(),
        })
    };
    let entries: Vec<Entry<'_>> = neighbours.iter().filter_map(entry).collect();
    match serde_json::to_string_pretty(&entries) {
        Ok(json) => json + "\n",
        Err(error) => {
            log::error!("no JSON: {error}");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::{ClaimedIdentity, DeviceKind};
    use crate::identity::Fingerprint;

    fn both() -> [Neighbour; 2] {
        let one = |name: &str, host: &str, claim| Neighbour {
            name: name.to_owned(),
            claim,
            kind: DeviceKind::Unknown,
            nearby: true,
            seen_there: false,
            place: Some((host.to_owned(), 9898)),
        };
        let friend = ClaimedIdentity::Remembered(Fingerprint::from_bytes([0xab; 32]));
        [
            one("desk-pc", "192.0.2.1", friend),
            one("my \"laptop\"", "192.0.2.100", ClaimedIdentity::Stranger),
        ]
    }

    #[test]
    fn each_line_has_address_port_name_and_whether_it_is_remembered() {
        let lines = "192.0.2.1     9898  desk-pc  (remembered)\n\
                     192.0.2.100   9898  my \"laptop\"\n";
        assert_eq!(as_lines(&both()), lines);
        assert_eq!(as_lines(&[]), "");
    }

    #[test]
    fn json_names_the_fingerprint_of_remembered_ones_and_quotes_odd_names() {
        let json = as_json(&both());
        assert!(json.contains(&format!("\"fingerprint\": \"{}\"", "ab".repeat(32))));
        assert!(json.contains(r#""name": "my \"laptop\"""#));
        assert!(json.contains("\"remembered\": false"));
        assert_eq!(as_json(&[]), "[]\n");
    }
}
