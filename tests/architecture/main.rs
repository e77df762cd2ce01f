//! Who may name whom, read from the sources.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
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
    let production = text.split("\nmod tests {").next().unwrap();
    production
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Fails for every file below one of `places` whose code contains one of `messages`.
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

/// What the module that a source file belongs to is called.
fn module_of(name: &str) -> &str {
    let first = name.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The modules that a text names from the root of the crate.
fn named_from_the_root(code: &str) -> BTreeSet<String> {
    assert!(!code.contains("crate::{"), "one module each, to be read");
    code.split("crate::")
        .skip(1)
        .map(|rest| {
            let is_part = |c: char| c.is_ascii_lowercase() || c == '_';
            rest.chars().take_while(|c| is_part(*c)).collect()
        })
        .collect()
}

/// The words between backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    let parts = text.split('`');
    parts.skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_map_of_the_modules_is_what_they_use() {
    let sources = sources();
    let (_, library) = sources.iter().find(|(name, _)| name == "lib.rs").unwrap();
    let rows = library.lines().filter(|line| line.starts_with("//! |"));
    let rows: Vec<(String, BTreeSet<String>)> = rows
        .skip(2)
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            (quoted(cells[1]).pop_first().unwrap(), quoted(cells[3]))
        })
        .collect();
    let order: Vec<String> = rows.iter().map(|(module, _)| module.clone()).collect();
    let map: BTreeMap<String, BTreeSet<String>> = rows.into_iter().collect();

    let mut real: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in &sources {
        let module = module_of(name);
        if ["lib", "main", "bin"].contains(&module) {
            continue;
        }
        let uses = real.entry(module.to_owned()).or_default();
        if !name.ends_with("tests.rs") {
            uses.extend(named_from_the_root(&code(text)));
        }
        uses.remove(module);
    }
    assert_eq!(map, real);
    for (row, (module, uses)) in order
        .iter()
        .map(|module| (module, &map[module]))
        .enumerate()
    {
        let above: BTreeSet<&String> = order[..row].iter().collect();
        let below: Vec<_> = uses.iter().filter(|used| !above.contains(used)).collect();
        assert!(
            below.is_empty(),
            "{module} uses what stands below it: {below:?}"
        );
    }
}

#[test]
fn the_protocol_is_pure() {
    forbid(
        &[
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
fn identities_know_no_network_and_no_clock() {
    forbid(
        &[
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
fn the_history_is_pure() {
    forbid(
        &[
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
fn the_model_of_a_transfer_is_pure() {
    forbid(
        &[
            "std::fs",
            "std::thread",
            "mpsc",
            "Instant::now",
            "SystemTime::now",
            "IncomingHandle",
            "OutgoingHandle",
        ],
        |name| name.starts_with("session/") && !name.ends_with("tests.rs"),
    );
}

#[test]
fn the_desktop_reads_no_files() {
    forbid(&["std::fs"], below("desktop/"));
}

#[test]
fn only_the_desktop_talks_to_the_system_s_services() {
    forbid(&["zbus::", "tauri_winrt", "keepawake::"], |name| {
        !name.starts_with("desktop/")
    });
}

#[test]
fn discovery_opens_no_connections() {
    forbid(&["TcpStream"], below("discovery/"));
}

#[test]
fn only_discovery_names_its_crate() {
    forbid(&["mdns_sd"], |name| !name.starts_with("discovery/"));
}

#[test]
fn screens_start_no_work() {
    forbid(
        &[
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
fn only_the_way_to_other_computers_opens_sockets() {
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
            ![
                "net/",
                "transfer/listen.rs",
                "diagnostics/gather.rs",
                "instance/",
            ]
            .iter()
            .any(|place| name.starts_with(place))
                && name != "messages/without_onehop.rs"
        },
    );
}

#[test]
fn one_file_knows_the_connections_of_rustls() {
    forbid(&["ClientConnection", "ServerConnection"], |name| {
        name != "net/secure_stream.rs" && !name.ends_with("tests.rs")
    });
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
            name.starts_with("diagnostics/rules/")
                || name == "diagnostics/evidence.rs"
                || name == "messages/diagnostics/causes.rs"
        },
    );
}

#[test]
fn the_colours_have_one_home() {
    forbid(&["Color32::from_"], |name| name != "ui/theme.rs");
}

/// The strings of a text, with `…` for what is filled in; none of those that a log, a lint or a panic
/// shows to developers.
fn strings(code: &str) -> Vec<String> {
    // Neither a quotation mark of its own nor one within a string ends one.
    let code = code
        .replace("'\"'", "")
        .replace("\\\\", "")
        .replace("\\\"", "");
    let parts: Vec<&str> = code.split('"').collect();
    assert!(parts.len() % 2 == 1, "a string without an end: {code}");
    let (mut strings, mut statement) = (Vec::new(), String::new());
    for pair in parts.chunks(2) {
        let [before, string] = pair else { break };
        if before.contains([';', '{', '}']) {
            statement.clear();
        }
        statement.push_str(before.rsplit([';', '{', '}']).next().unwrap());
        let marks = ["log::", "reason =", "expect("];
        if !marks.iter().any(|mark| statement.contains(mark)) {
            strings.push(filled_in(string));
        }
    }
    strings
}

/// A format string, with `…` in place of its parameters and of line ends.
fn filled_in(text: &str) -> String {
    let mut filled = String::new();
    let mut depth = 0;
    for c in text.replace("\\n", " ").chars() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                filled.push('…');
            }
            c if depth == 0 => filled.push(c),
            _ => {}
        }
    }
    filled
}

/// Whether a person would read it: two words, or one that begins with a capital letter.
fn is_sentence(text: &str) -> bool {
    let is_word = |part: &&str| part.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let parts: Vec<&str> = text.split_whitespace().collect();
    let with_a_word = parts.len() > 1 && parts.iter().any(is_word);
    let mut letters = text.chars();
    let label = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    with_a_word || label
}

/// Fails for every string in these folders that a person would read.
fn no_sentence_stands_outside_messages(folders: &[&str], exceptions: &[&str]) {
    let offences: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| folders.iter().any(|folder| name.starts_with(folder)))
        // Help texts stand where clap reads them.
        .filter(|(name, _)| name != "terminal/args.rs" && !name.ends_with("tests.rs"))
        .flat_map(|(name, text)| {
            let strings = strings(&code(&text)).into_iter();
            strings
                .filter(|text| is_sentence(text) && !exceptions.contains(&&**text))
                .map(|text| format!("{name} says: {text}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn both_programs_say_what_the_messages_hold() {
    no_sentence_stands_outside_messages(
        &["ui/", "app/", "terminal/"],
        &[
            // What the fonts, a folder of the user, serde's helpers and a line of /proc are called.
            "Inter",
            "Inter strong",
            "Downloads",
            "ModeName",
            "Mode",
            "ThemeName",
            "ThemeChoice",
            "Option::is_none",
            "SigIgn:",
        ],
    );
}

#[test]
fn a_sentence_is_told_from_an_id() {
    let said = |code: &str| strings(code).iter().any(|text| is_sentence(text));
    assert!(said(r#"label("Cancel")"#) && said(r#"format!("{} more", 3)"#));
    assert!(said(r#"let text = "the \"rest\"";"#));
    for quiet in [
        r#"id("top-bar"); join(" · ");"#,
        r#"log::warn!("it is late");"#,
        r#"expect(lint, reason = "a bar has few pixels")"#,
        r#"format!("{}\n{name}/", 3)"#,
        r#"['"', 'x']"#,
    ] {
        assert!(!said(quiet), "{quiet}");
    }
}

#[test]
fn every_test_belongs_to_a_suite() {
    let files = files_below("tests");
    let suites: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|(name, text)| {
            let folder = name.strip_suffix("main.rs");
            let folder = folder.or_else(|| name.strip_suffix("mod.rs"));
            Some((folder?, &**text))
        })
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
