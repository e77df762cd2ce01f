//! The folder that is saved in: another one than at first, or none at all.

use std::fs;

use onehop::disk::Destination;
use onehop::error::{DiskFault, Error, QuestionKind};
use onehop::transfer::{Acceptance, Consent, ListenEvent, Payload, ReceiveEvent, ReceiveOutcome};

use crate::common::folder::tree;
use crate::pair::Pair;

fn of_friends_who_ask() -> Pair {
    Pair::new(Consent::Ask, |sender, receiver| {
        sender.knows(receiver);
        receiver.knows(sender);
    })
}

#[test]
fn a_folder_that_is_chosen_while_an_offer_waits_is_the_one_that_is_saved_in() {
    let pair = of_friends_who_ask();
    let other = tempfile::tempdir().unwrap();
    let sent = pair.send(&[pair.file("a.txt", b"1")]);
    let incoming = pair.connected();
    pair.introduced();
    pair.offered();
    pair.listener
        .set_destination(Destination::classic(other.path()));
    incoming.accept();
    sent.delivered();
    assert_eq!(tree(other.path())["a.txt"].as_deref(), Some(&b"1"[..]));
    assert!(pair.arrived().is_empty());
}

#[test]
fn a_text_arrives_although_the_folder_is_gone() {
    let pair = Pair::of_friends();
    fs::remove_dir(pair.inbox.path()).unwrap();
    pair.send_payload(Payload::Text("a note".to_owned()))
        .delivered();
    assert!(matches!(pair.ended(), ReceiveOutcome::Text { text, .. } if text == "a note"));
    fs::create_dir(pair.inbox.path()).unwrap();
}

#[test]
fn an_offer_is_shown_although_the_folder_is_gone_and_another_can_be_chosen() {
    let pair = of_friends_who_ask();
    fs::remove_dir(pair.inbox.path()).unwrap();
    let other = tempfile::tempdir().unwrap();
    let sent = pair.send(&[pair.file("a.txt", b"1")]);
    let incoming = pair.connected();
    pair.introduced();
    assert_eq!(pair.offered().items[0].name, "a.txt");
    incoming.accept_with(Acceptance {
        folder: Some(other.path().to_owned()),
        ..Acceptance::default()
    });
    sent.delivered();
    assert_eq!(tree(other.path())["a.txt"].as_deref(), Some(&b"1"[..]));
    fs::create_dir(pair.inbox.path()).unwrap();
}

#[test]
fn a_stranger_is_not_blamed_for_a_folder_that_is_gone() {
    let pair = Pair::of_strangers();
    fs::remove_dir(pair.inbox.path()).unwrap();
    let sent = pair.send(&[pair.file("a.txt", b"1")]);
    let incoming = pair.connected();
    pair.introduced();
    sent.asked();
    sent.outgoing.go_on(QuestionKind::Code, false);
    pair.offered();
    incoming.accept();
    sent.failed();
    let outcome = loop {
        match pair.next() {
            ListenEvent::BrokenOff { .. } => panic!("nobody tried to guess a code"),
            ListenEvent::Transfer(_, ReceiveEvent::Ended(outcome)) => break outcome,
            _ => {}
        }
    };
    let is_missing = |error: &Error| matches!(error, Error::Disk(DiskFault::FolderMissing { .. }));
    assert!(
        matches!(&outcome, ReceiveOutcome::Failed(error) if is_missing(error)),
        "{outcome:?}"
    );
    fs::create_dir(pair.inbox.path()).unwrap();
}
