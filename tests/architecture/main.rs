//! Who may name whom, read from the sources.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file, as a path below `src`, with its text.
fn sources() -> Vec<(String, String)> {
    files_below("src")
}

fn files_below(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sources = Vec::new();
    collect(&root, &root, &mut sources);
    assert!(sources.len() > 20, "the scan found {} files", sources.len());
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap().replace('\r', "");
            sources.push((name.replace('\\', "/"), text));
        }
    }
}

/// The code of a file: no comments, no tests at its end.
fn code(text: &str) -> String {
    let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    production
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Fails for every file below one of `places` whose code contains one of `words`.
fn forbid(words: &[&str], in_place: impl Fn(&str) -> bool) {
    let offences: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| in_place(name))
        .flat_map(|(name, text)| {
            let code = code(&text);
            let found = words.iter().filter(|word| code.contains(**word));
            found
                .map(|word| format!("{name} names {word}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

fn below(folder: &'static str) -> impl Fn(&str) -> bool {
    move |name| name.starts_with(folder)
}

#[test]
fn the_protocol_is_pure() {
    forbid(
        &[
            "crate::app",
            "crate::ui",
            "crate::transfer",
            "crate::terminal",
            "crate::words",
            "std::fs",
            "std::thread",
            "std::time::Instant",
            "Instant::",
            "SystemTime",
            "mio::",
            "TcpStream",
            "socket2",
        ],
        below("protocol/"),
    );
}

#[test]
fn identities_know_nothing_above_them() {
    forbid(
        &[
            "crate::app",
            "crate::ui",
            "crate::terminal",
            "crate::transfer",
            "crate::words",
            "TcpStream",
            "SocketAddr",
            "SystemTime::now",
            "mio::",
            "socket2",
        ],
        below("identity/"),
    );
}

#[test]
fn the_kept_files_know_nobody() {
    forbid(&["crate::", "super::super"], |name| name == "config.rs");
}

#[test]
fn whoever_is_first_knows_only_the_kept_files() {
    forbid(
        &[
            "crate::app",
            "crate::ui",
            "crate::terminal",
            "crate::transfer",
            "crate::words",
            "crate::identity",
            "crate::protocol",
        ],
        below("instance/"),
    );
}

#[test]
fn the_history_is_pure() {
    forbid(
        &[
            "crate::",
            "super::super",
            "std::fs",
            "std::thread",
            "Instant",
            "SystemTime::now",
            "Timestamp::now",
        ],
        below("history/"),
    );
}

#[test]
fn the_desktop_is_asked_without_knowing_why() {
    forbid(&["crate::", "std::fs"], below("desktop/"));
}

#[test]
fn only_the_desktop_talks_to_the_system_s_services() {
    forbid(&["zbus::", "tauri_winrt", "keepawake::"], |name| {
        !name.starts_with("desktop/")
    });
}

#[test]
fn the_engine_knows_no_front_end() {
    forbid(
        &["crate::app", "crate::ui", "crate::terminal", "crate::words"],
        below("transfer/"),
    );
}

#[test]
fn discovery_knows_identities_alone() {
    forbid(
        &[
            "crate::app",
            "crate::ui",
            "crate::terminal",
            "crate::transfer",
            "crate::words",
            "TcpStream",
        ],
        below("discovery/"),
    );
}

#[test]
fn only_discovery_names_its_crate() {
    forbid(&["mdns_sd"], |name| !name.starts_with("discovery/"));
}

#[test]
fn words_know_only_the_engine() {
    forbid(
        &["crate::app", "crate::ui", "crate::terminal"],
        below("words/"),
    );
}

#[test]
fn the_terminal_knows_no_window() {
    forbid(&["crate::app", "crate::ui"], |name| {
        name.starts_with("terminal/") || name.starts_with("bin/")
    });
}

#[test]
fn screens_start_no_work() {
    forbid(
        &[
            "crate::app",
            "crate::terminal",
            "std::thread",
            "std::fs",
            "mpsc",
            "transfer::send(",
            "Listener::start",
        ],
        below("ui/"),
    );
}

#[test]
fn only_the_window_names_egui() {
    forbid(&["egui"], |name| {
        !["app/", "ui/", "main.rs"]
            .iter()
            .any(|place| name.starts_with(place))
    });
}

#[test]
fn only_the_app_opens_native_dialogs() {
    // Without a window there is no app, only a message.
    forbid(&["rfd::"], |name| {
        !name.starts_with("app/") && name != "desktop/message_box/windows.rs"
    });
}

#[test]
fn only_the_engine_opens_sockets() {
    forbid(
        &[
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "ToSocketAddrs",
            "mio::",
            "socket2",
        ],
        // Its programs for other computers name the sockets of PowerShell.
        // A second start talks to the first one through a socket that leaves nobody's computer.
        |name| {
            !name.starts_with("transfer/")
                && !name.starts_with("instance/")
                && name != "words/without_onehop.rs"
        },
    );
}

#[test]
fn judgements_look_at_nothing_but_the_evidence() {
    forbid(
        &[
            "std::env",
            "std::fs",
            "std::process",
            "std::thread",
            "Instant::",
            "SystemTime",
            "Socket",
            "if_addrs",
        ],
        |name| {
            name.starts_with("transfer/doctor/judge/")
                || name == "transfer/doctor/evidence.rs"
                || name == "words/doctor/causes.rs"
        },
    );
}

#[test]
fn the_colours_have_one_home() {
    forbid(&["Color32::from_"], |name| name != "ui/theme.rs");
}

#[test]
fn every_test_belongs_to_a_suite() {
    let files = files_below("tests");
    let suites: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|(name, text)| Some((name.strip_suffix("main.rs")?, &**text)))
        .collect();
    // A file that no suite names is compiled by nobody, and nobody notices.
    let is_named = |name: &str| {
        let (file, shared) = (name.strip_suffix(".rs").unwrap(), format!("../{name}\""));
        suites.iter().any(|(folder, main)| {
            let own = file
                .strip_prefix(folder)
                .is_some_and(|module| main.contains(&format!("mod {module};")));
            own || main.contains(&shared)
        })
    };
    let lost: Vec<&str> = files
        .iter()
        .map(|(name, _)| &**name)
        .filter(|name| !name.ends_with("main.rs") && !is_named(name))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}
