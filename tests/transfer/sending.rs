use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use onehop::error::{DiskFault, Error, NetworkFault, PeerFault};
use onehop::identity::{Devices, Identity};
use onehop::protocol::greeting::banner;
use onehop::transfer::{
    ClassicConsent, Payload, SendEvent, SendLimits, SendOptions, SendOutcome, Trust, send,
};

use crate::common::guard::GUARD;
use crate::common::noise::noise;
use crate::common::sockets::closed_port;
use crate::common::sockets::reset;
use crate::support::{MIB, ScriptedReceiver, Sender, in_background, tutorial_server};

#[test]
fn the_tutorials_server_gets_files_of_every_size() {
    for size in [0, 1, 18, 1023, 1024, 1025, 2048, MIB + 1] {
        let content = noise(size);
        let server = tutorial_server();
        let sender = Sender::to(server.address, &content);
        let outcome = sender.outcome();
        assert!(
            matches!(outcome, SendOutcome::Delivered { bytes, .. } if bytes == size as u64),
            "{size}: {outcome:?}"
        );
        assert_eq!(server.result(), content, "{size}");
    }
}

#[test]
fn the_receivers_greeting_is_told() {
    let server = tutorial_server();
    let sender = Sender::to(server.address, b"hello");
    assert!(
        matches!(sender.next(), SendEvent::Connected { peer } if peer.ip == Ipv4Addr::LOCALHOST)
    );
    assert_eq!(sender.greeting(), banner(Ipv4Addr::LOCALHOST.into()));
    assert!(matches!(sender.next(), SendEvent::AwaitingConfirmation));
    assert!(matches!(sender.next(), SendEvent::Ended(_)));
}

#[test]
fn not_a_byte_leaves_before_the_greeting() {
    let server = ScriptedReceiver::start(|mut stream| {
        stream
            .set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        let early = stream.read(&mut [0; 1]).is_ok();
        stream.write_all(b"hi\n").unwrap();
        stream.set_read_timeout(Some(GUARD)).unwrap();
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        (early, content)
    });
    let sender = Sender::to(server.address, b"hello");
    assert_eq!(sender.greeting(), "hi\n");
    assert_eq!(server.result(), (false, b"hello".to_vec()));
}

#[test]
fn a_receiver_that_greets_nobody_gets_the_file_too() {
    let server = ScriptedReceiver::start(|mut stream| {
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        content
    });
    let sender = Sender::to(server.address, b"hello");
    assert_eq!(sender.greeting(), "");
    assert!(matches!(sender.outcome(), SendOutcome::Delivered { .. }));
    assert_eq!(server.result(), b"hello");
}

#[test]
fn a_receiver_that_talks_back_without_end_does_not_block_the_sender() {
    let server = ScriptedReceiver::start(|stream| {
        let mut talking = stream.try_clone().unwrap();
        let talk = in_background(move || while talking.write_all(&[b'x'; 4096]).is_ok() {});
        let mut stream = stream;
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        stream.shutdown(Shutdown::Both).ok();
        talk.join().unwrap();
        content.len()
    });
    let sender = Sender::to(server.address, &noise(16 * MIB));
    sender.all_sent();
    assert_eq!(server.result(), 16 * MIB);
    sender.outcome();
}

#[test]
fn a_receiver_that_does_not_close_leaves_the_delivery_unconfirmed() {
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let server = ScriptedReceiver::start(move |mut stream| {
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        hold.recv_timeout(GUARD).unwrap();
        content
    });
    let wait = Some(Duration::from_millis(100));
    let sender = Sender::waiting(server.address, b"hello", wait);
    let outcome = sender.outcome();
    assert!(
        matches!(outcome, SendOutcome::Unconfirmed { bytes: 5, .. }),
        "{outcome:?}"
    );
    release.send(()).unwrap();
    assert_eq!(server.result(), b"hello");
}

#[test]
fn the_user_may_stop_waiting_for_the_confirmation() {
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let server = ScriptedReceiver::start(move |mut stream| {
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        hold.recv_timeout(GUARD).unwrap();
        content
    });
    let sender = Sender::waiting(server.address, b"hello", None);
    sender.all_sent();
    sender.outgoing.cancel();
    let outcome = sender.outcome();
    assert!(
        matches!(outcome, SendOutcome::Unconfirmed { bytes: 5, .. }),
        "{outcome:?}"
    );
    release.send(()).unwrap();
    assert_eq!(
        server.result(),
        b"hello",
        "giving up the wait takes nothing back"
    );
}

#[test]
fn a_receiver_that_has_ended_its_own_side_cannot_confirm() {
    let server = ScriptedReceiver::start(|mut stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        content
    });
    let sender = Sender::to(server.address, b"hello");
    let outcome = sender.outcome();
    assert!(
        matches!(outcome, SendOutcome::Unconfirmed { bytes: 5, .. }),
        "{outcome:?}"
    );
    assert_eq!(server.result(), b"hello");
}

#[test]
fn a_reset_after_everything_was_sent_means_not_saved() {
    let server = ScriptedReceiver::start(|mut stream| {
        let mut content = Vec::new();
        stream.read_to_end(&mut content).unwrap();
        reset(stream);
    });
    let sender = Sender::to(server.address, b"hello");
    let (error, bytes) = sender.failure();
    assert!(
        matches!(error, Error::Peer(PeerFault::NotSaved { .. })),
        "{error:?}"
    );
    assert_eq!(bytes, 5);
    server.result();
}

#[test]
fn a_reset_instead_of_a_greeting_is_the_peers_fault() {
    let server = ScriptedReceiver::start(reset);
    let sender = Sender::to(server.address, b"hello");
    let (error, bytes) = sender.failure();
    assert!(
        matches!(error, Error::Peer(PeerFault::Reset { .. })),
        "{error:?}"
    );
    assert_eq!(bytes, 0);
    server.result();
}

#[test]
fn a_closed_port_is_refused() {
    let (_closed, port) = closed_port();
    let (error, _) = Sender::to((Ipv4Addr::LOCALHOST, port).into(), b"hello").failure();
    assert!(
        matches!(&error, Error::Peer(PeerFault::Refused { port: at, .. }) if *at == port),
        "{error:?}"
    );
}

fn failure_of(host: &str, file: &std::path::Path) -> Error {
    let options = SendOptions {
        host: host.into(),
        port: 9,
        payload: Payload::Paths(vec![file.into()]),
        confirmation_wait: Some(GUARD),
        trust: None,
        devices: None,
        picked: None,
        classic: ClassicConsent::Allowed,
        limits: SendLimits::default(),
    };
    let (_outgoing, events) = send(options, Waker::noop().clone()).unwrap();
    loop {
        match events.recv_timeout(GUARD).unwrap() {
            // Why nobody was reached is looked into first.
            SendEvent::Diagnosing | SendEvent::Diagnosed(_) => {}
            SendEvent::Ended(SendOutcome::Failed { error, bytes: 0 }) => return error,
            event => panic!("{event:?}"),
        }
    }
}

#[test]
fn an_unknown_name_is_not_found() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // Names below .invalid never exist (RFC 6761); the space keeps any resolver from asking around.
    let error = failure_of("no such host.invalid", file.path());
    assert!(
        matches!(error, Error::Network(NetworkFault::NameNotFound { .. })),
        "{error:?}"
    );
}

#[test]
fn a_missing_file_is_found_out_before_anyone_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let error = failure_of("127.0.0.1", &folder.path().join("missing"));
    assert!(
        matches!(error, Error::Disk(DiskFault::FileNotFound { .. })),
        "{error:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_claims_to_be_empty_is_sent_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["/proc/self/limits", "/proc/kallsyms"] {
        let server = tutorial_server();
        let content = std::fs::read(path).unwrap();
        let link = folder.path().join("link");
        std::fs::remove_file(&link).ok();
        std::os::unix::fs::symlink(path, &link).unwrap();
        let sender = Sender::of(server.address, link);
        let outcome = sender.outcome();
        assert!(
            matches!(outcome, SendOutcome::Delivered { bytes, grew: false, .. } if bytes == content.len() as u64),
            "{outcome:?}"
        );
        assert!(server.result() == content);
    }
}

#[test]
fn without_a_key_a_folder_is_refused_before_anyone_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let error = failure_of("127.0.0.1", folder.path());
    assert!(
        matches!(error, Error::Peer(PeerFault::ClassicCarriesOneFile)),
        "{error:?}"
    );
}

#[test]
fn a_classic_receiver_gets_nothing_of_a_folder() {
    let server = ScriptedReceiver::start(|mut stream| {
        stream.write_all(b"hello\n").unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).ok();
        rest.len()
    });
    let (config, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (devices, _) = Devices::open(Some(config.path()));
    let options = SendOptions {
        host: server.address.ip().to_string(),
        port: server.address.port(),
        payload: Payload::Paths(vec![folder.path().into()]),
        confirmation_wait: Some(GUARD),
        trust: Some(Trust {
            identity: Arc::new(Identity::open(config.path()).unwrap()),
            devices: Arc::new(devices),
            trusted: Vec::new(),
        }),
        devices: None,
        picked: None,
        classic: ClassicConsent::Allowed,
        limits: SendLimits::default(),
    };
    let (_outgoing, events) = send(options, Waker::noop().clone()).unwrap();
    let error = loop {
        if let SendEvent::Ended(SendOutcome::Failed { error, bytes: 0 }) =
            events.recv_timeout(GUARD).unwrap()
        {
            break error;
        }
    };
    assert!(
        matches!(error, Error::Peer(PeerFault::ClassicCarriesOneFile)),
        "{error:?}"
    );
    assert_eq!(server.result(), 0);
}
