//! Every error as a person reads it.

#![expect(clippy::unwrap_used, reason = "tests")]

mod onehop;

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::UserMessage;
use crate::error::{
    DiskFault, Error, NetworkFault, OurFault, PeerFault, Phase, Skipped, WhySkipped,
};

/// Words that mean nothing to someone who wants to move a file.
const JARGON: [&str; 16] = [
    "os error",
    "errno",
    "socket",
    "tcp",
    "reset",
    "eof",
    "stream",
    "i/o",
    "panic",
    "thread",
    "bind",
    "dns",
    "resolve",
    "enoent",
    "timeout",
    "timed out",
];

fn system_error() -> io::Error {
    io::Error::from_raw_os_error(5)
}

fn kind(kind: ErrorKind) -> io::Error {
    io::Error::new(kind, "words of the system (os error 999)")
}

fn interface(given: Option<&str>, choices: &[&str]) -> OurFault {
    OurFault::Interface {
        address: "fe80::1".parse().unwrap(),
        given: given.map(str::to_owned),
        choices: choices.iter().map(ToString::to_string).collect(),
    }
}

fn our_faults() -> Vec<Error> {
    let taken = |owner: Option<&str>| OurFault::PortTaken {
        port: 9898,
        owner: owner.map(str::to_owned),
        source: kind(ErrorKind::AddrInUse),
    };
    let forbidden = |port| OurFault::PortForbidden {
        port,
        source: kind(ErrorKind::PermissionDenied),
    };
    let faults = [
        OurFault::NoAddress,
        OurFault::BadPort("98980".to_owned()),
        OurFault::BadPort(String::new()),
        taken(None),
        taken(Some("python3")),
        taken(Some("onehop-cli")),
        forbidden(80),
        forbidden(50_000),
        OurFault::ForeignAddress {
            address: "192.0.2.1".parse().unwrap(),
            source: kind(ErrorKind::AddrNotAvailable),
        },
        OurFault::TwoPorts {
            with_address: 9000,
            alone: 9898,
        },
        interface(None, &[]),
        interface(Some("eth9"), &[]),
        OurFault::SharedAddress("224.0.0.1".parse().unwrap()),
        OurFault::NoKey,
        OurFault::System {
            doing: "starting a thread",
            source: system_error(),
        },
        OurFault::Bug("index out of bounds".to_owned()),
    ];
    faults.map(Error::from).into()
}

fn peer_faults() -> Vec<Error> {
    let reset = |bytes, source| PeerFault::Reset { bytes, source };
    let faults = [
        PeerFault::Refused {
            host: "192.168.1.102".to_owned(),
            port: 9898,
            source: kind(ErrorKind::ConnectionRefused),
        },
        reset(0, None),
        reset(5_000_000, Some(kind(ErrorKind::ConnectionReset))),
        PeerFault::NotSaved { bytes: 18 },
        PeerFault::Unconfirmed(Box::new(Error::Cancelled)),
    ];
    let between_onehops = onehop::faults();
    faults
        .into_iter()
        .chain(between_onehops)
        .map(Error::from)
        .collect()
}

fn network_faults() -> Vec<Error> {
    let host = || "desk-pc".to_owned();
    let timeout = |phase| NetworkFault::Timeout {
        host: host(),
        phase,
    };
    let faults = [
        NetworkFault::NameNotFound {
            host: host(),
            source: kind(ErrorKind::Other),
        },
        NetworkFault::Unreachable {
            host: host(),
            source: kind(ErrorKind::HostUnreachable),
        },
        timeout(Phase::Lookup),
        timeout(Phase::Connect),
        NetworkFault::Lost {
            bytes: 61_000_000,
            source: kind(ErrorKind::TimedOut),
        },
    ];
    faults.map(Error::from).into()
}

fn disk_faults() -> Vec<Error> {
    let path = || PathBuf::from("some-folder").join("sample.txt");
    let folder = || PathBuf::from("some-folder");
    let unreadable = |source| DiskFault::Unreadable {
        path: path(),
        source,
    };
    let not_writable = |source| DiskFault::FolderNotWritable {
        path: folder(),
        source,
    };
    let full = |free_bytes| DiskFault::Full {
        folder: folder(),
        free_bytes,
    };
    let faults = [
        DiskFault::FileNotFound {
            path: path(),
            source: kind(ErrorKind::NotFound),
        },
        DiskFault::IsFolder { path: folder() },
        DiskFault::NotAFile { path: path() },
        DiskFault::LeftOut {
            skipped: vec![Skipped {
                path: path(),
                why: WhySkipped::NotFound,
            }],
        },
        unreadable(kind(ErrorKind::PermissionDenied)),
        unreadable(system_error()),
        DiskFault::Shrank {
            path: path(),
            expected_bytes: 5_000_000,
            bytes: 3_000_000,
        },
        DiskFault::Changed { path: path() },
        DiskFault::FolderMissing {
            path: folder(),
            source: None,
        },
        DiskFault::FolderMissing {
            path: folder(),
            source: Some(kind(ErrorKind::NotADirectory)),
        },
        not_writable(kind(ErrorKind::PermissionDenied)),
        not_writable(kind(ErrorKind::ReadOnlyFilesystem)),
        DiskFault::NameNotAllowed { path: path() },
        full(None),
        full(Some(12_000_000)),
        DiskFault::NoMoreFiles {
            folder: folder(),
            free_bytes: None,
        },
        DiskFault::NoMoreFiles {
            folder: folder(),
            free_bytes: Some(150_000_000),
        },
        DiskFault::QuotaExceeded {
            folder: folder(),
            source: kind(ErrorKind::QuotaExceeded),
        },
        DiskFault::FileTooLarge {
            path: path(),
            source: kind(ErrorKind::FileTooLarge),
        },
        DiskFault::Broken {
            path: path(),
            source: system_error(),
        },
        DiskFault::NotSaved {
            path: path(),
            source: system_error(),
        },
    ];
    faults.map(Error::from).into()
}

fn every_error() -> Vec<Error> {
    let mut errors = vec![Error::Cancelled];
    errors.extend(our_faults());
    errors.extend(peer_faults());
    errors.extend(network_faults());
    errors.extend(disk_faults());
    errors
}

fn notice(error: impl Into<Error>) -> UserMessage {
    UserMessage::from(&error.into())
}

#[test]
fn every_headline_is_one_plain_sentence() {
    for error in every_error() {
        let headline = UserMessage::from(&error).headline;
        assert!(headline.ends_with('.'), "{headline}");
        let lower = headline.to_lowercase();
        for word in JARGON {
            assert!(!lower.contains(word), "{word}: {headline}");
        }
    }
}

#[test]
fn every_advice_says_something_without_jargon() {
    for error in every_error() {
        let advice = UserMessage::from(&error).advice;
        assert!(advice.len() > 30, "{error:?}: {advice}");
        let lower = advice.to_lowercase();
        for word in JARGON {
            assert!(!lower.contains(word), "{word}: {advice}");
        }
    }
}

#[test]
fn the_systems_own_words_are_in_the_details() {
    for error in every_error() {
        let Some(words) = super::system_words(&error) else {
            continue;
        };
        let details = UserMessage::from(&error).details.unwrap();
        assert!(details.contains(&words), "{details}");
    }
}

#[test]
fn the_full_path_is_in_the_details_of_every_fault_of_a_disk() {
    for error in disk_faults() {
        let details = UserMessage::from(&error).details.unwrap();
        assert!(details.contains("some-folder"), "{details}");
    }
}

#[test]
fn a_refused_connection_names_host_and_port_and_what_to_start_there() {
    let notice = notice(PeerFault::Refused {
        host: "192.168.1.102".to_owned(),
        port: 9898,
        source: kind(ErrorKind::ConnectionRefused),
    });
    assert_eq!(
        notice.headline,
        "Nothing is listening on 192.168.1.102 port 9898."
    );
    assert!(notice.advice.contains("Press Start in Receive mode there"));
    assert!(notice.advice.contains("server.py"));
    assert_eq!(
        notice.details.unwrap(),
        "words of the system (os error 999)"
    );
}

#[test]
fn a_taken_port_says_by_whom() {
    let notice = notice(OurFault::PortTaken {
        port: 9898,
        owner: Some("python3".to_owned()),
        source: kind(ErrorKind::AddrInUse),
    });
    assert_eq!(notice.headline, "Port 9898 is already taken by python3.");
}

#[test]
fn a_full_disk_names_the_folder_and_the_space_left() {
    let notice = notice(DiskFault::Full {
        folder: PathBuf::from("some-folder"),
        free_bytes: Some(12_000_000),
    });
    assert_eq!(
        notice.headline,
        "There is not enough space in some-folder: 12 MB left."
    );
}

#[test]
fn only_a_lack_of_space_is_called_one() {
    for error in disk_faults() {
        let is_full = matches!(&error, Error::Disk(DiskFault::Full { .. }));
        let notice = UserMessage::from(&error);
        let told = format!("{} {}", notice.headline, notice.advice);
        assert_eq!(told.contains("enough space"), is_full, "{told}");
    }
}

#[test]
fn an_address_without_its_interface_comes_with_those_that_there_are() {
    let both = ["fe80::1%eth0", "fe80::1%wlan0"];
    for fault in [interface(None, &both), interface(Some("eth9"), &both)] {
        let advice = notice(fault).advice;
        assert!(both.iter().all(|one| advice.contains(one)), "{advice}");
    }
    let none = notice(interface(None, &[]));
    assert!(none.advice.contains("is on none with such addresses"));
    let unknown = notice(interface(Some("eth9"), &both));
    assert_eq!(
        unknown.headline,
        "This computer has no interface called “eth9”."
    );
}

#[test]
fn a_file_in_the_place_of_a_folder_is_not_called_missing() {
    let notice = notice(DiskFault::FolderMissing {
        path: PathBuf::from("sample.txt"),
        source: Some(kind(ErrorKind::NotADirectory)),
    });
    assert_eq!(notice.headline, "sample.txt is not a folder.");
}

#[test]
fn whoever_receives_is_not_told_to_send() {
    let cut_off: Error = PeerFault::Reset {
        bytes: 5_000,
        source: None,
    }
    .into();
    let lost: Error = NetworkFault::Lost {
        bytes: 5_000,
        source: kind(ErrorKind::TimedOut),
    }
    .into();
    for cause in [cut_off, lost, Error::Cancelled] {
        let notice = UserMessage::of_interruption(&cause);
        assert_eq!(notice.headline, UserMessage::from(&cause).headline);
        assert!(notice.advice.contains("Ask the sender"), "{notice:?}");
    }
}

#[test]
fn a_receiver_is_not_told_what_a_sender_should_do_when_its_sender_breaks_off() {
    for bytes in [0, 5_000] {
        let cut_off: Error = PeerFault::Reset {
            bytes,
            source: None,
        }
        .into();
        let notice = UserMessage::of_broken_off(&cut_off);
        assert_eq!(notice.headline, "The sender broke off the transfer.");
        assert!(notice.advice.contains("Ask there to send"), "{notice:?}");
    }
    let same = UserMessage::of_broken_off(&PeerFault::Silent.into());
    assert_eq!(same, notice(PeerFault::Silent));
}

#[test]
fn a_wrong_port_is_explained_to_senders_and_receivers_alike() {
    let advice = notice(OurFault::BadPort("98980".to_owned())).advice;
    assert!(advice.contains("Both computers"), "{advice}");
    assert!(!advice.contains("receiving computer"), "{advice}");
}
