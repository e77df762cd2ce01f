//! An offer that arrives in several tries, with a restart in between.

use std::fs;

use super::support::{Offer, expected, folder, hash, partial, partials, tree};

#[test]
fn a_file_is_carried_on_after_a_restart() {
    let folder = folder();
    let offer = Offer::new().file("big", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let name = partial(folder.path());

    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.held(0), 4);
    let held = arrival.hash_held(0, &|| false);
    assert_eq!(held, Some((4, hash(b"0123"))));
    assert_eq!(offer.send(&mut arrival, 0).unwrap(), (6, None));
    assert_eq!(partial(folder.path()), name);
    arrival.commit().unwrap();
    assert_eq!(tree(folder.path()), expected(&[("big", "0123456789")]));
}

#[test]
fn a_folder_is_carried_on_after_a_restart() {
    let folder = folder();
    let offer = Offer::new()
        .folder("f")
        .folder("f/sub")
        .file("f/sub/done", b"done")
        .file("f/sub/half", b"half")
        .file("f/none", b"none");
    let mut arrival = offer.begin(folder.path());
    offer.send(&mut arrival, 2).unwrap();
    offer.send_some(&mut arrival, 3, 2);
    drop(arrival);

    let mut arrival = offer.begin(folder.path());
    let sent: Vec<u64> = offer
        .files()
        .map(|index| offer.send(&mut arrival, index).unwrap().0)
        .collect();
    assert_eq!(sent, [0, 2, 4]);
    arrival.commit().unwrap();
    let tree = tree(folder.path());
    assert_eq!(tree["f/sub/half"], "half");
    assert_eq!(tree.len(), 5);
}

#[test]
fn a_transfer_ends_in_the_end_wherever_it_is_interrupted() {
    let content: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let offer = Offer::new()
        .folder("f")
        .file("f/a", &content)
        .file("b", &content);
    for stop in 0..20_usize {
        let folder = folder();
        for round in 1..=3 {
            let mut arrival = offer.begin(folder.path());
            let file = if stop % 2 == 0 { 1 } else { 2 };
            let held = usize::try_from(arrival.held(file)).unwrap();
            let until = (held + stop * 37 * round).min(content.len());
            arrival.start(file, held as u64).unwrap();
            arrival.write(&content[held..until]).unwrap();
        }
        let outcome = offer.save(folder.path());
        assert_eq!(outcome.totals.files, 2, "stop {stop}");
        assert_eq!(fs::read(folder.path().join("f/a")).unwrap(), content);
        assert_eq!(fs::read(folder.path().join("b")).unwrap(), content);
        assert!(partials(folder.path()).is_empty());
    }
}

#[test]
fn other_content_in_an_old_partial_is_replaced() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let name = folder.path().join(partial(folder.path()));
    fs::write(&name, "xxxx").unwrap();
    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.hash_held(0, &|| false), Some((4, hash(b"xxxx"))));
    assert_eq!(offer.send(&mut arrival, 0).unwrap(), (10, None));
    arrival.commit().unwrap();
    assert_eq!(tree(folder.path()), expected(&[("a", "0123456789")]));
}

#[test]
fn other_content_that_goes_unnoticed_at_first_is_found_in_the_end() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    fs::write(folder.path().join(partial(folder.path())), "xxxx").unwrap();
    let mut arrival = offer.begin(folder.path());
    arrival.start(0, 4).unwrap();
    arrival.write(b"456789").unwrap();
    let reason = arrival.finish(&hash(b"0123456789")).unwrap();
    assert_eq!(reason, Some(onehop::protocol::message::Reason::Damaged));
    drop(arrival);
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn a_partial_that_is_longer_than_its_file_counts_as_nothing() {
    let folder = folder();
    let long = Offer::new().folder("f").file("f/a", b"0123456789");
    let mut arrival = long.begin(folder.path());
    long.send_some(&mut arrival, 1, 8);
    drop(arrival);
    let short = Offer::new().folder("f").file("f/a", b"0123");
    let mut arrival = short.begin(folder.path());
    assert_eq!(arrival.held(1), 0);
    assert_eq!(short.send(&mut arrival, 1).unwrap(), (4, None));
    arrival.commit().unwrap();
    assert_eq!(tree(folder.path())["f/a"], "0123");
}

#[test]
fn what_is_no_longer_sent_does_not_come_out_of_an_old_partial() {
    let folder = folder();
    let old = Offer::new()
        .folder("f")
        .folder("f/gone")
        .file("f/gone/a", b"a")
        .file("f/old", b"old")
        .file("f/kept", b"kept");
    let mut arrival = old.begin(folder.path());
    for index in old.files() {
        old.send(&mut arrival, index).unwrap();
    }
    drop(arrival);
    let new = Offer::new()
        .folder("f")
        .file("f/kept", b"kept")
        .folder("f/new");
    new.save(folder.path());
    let expected = expected(&[("f/", ""), ("f/kept", "kept"), ("f/new/", "")]);
    assert_eq!(tree(folder.path()), expected);
}

#[test]
fn another_sender_or_version_has_a_partial_of_its_own() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let other = offer.clone().from(8);
    assert_eq!(other.begin(folder.path()).held(0), 0);
    let mut newer = offer.clone();
    newer.entries[0].mtime_ns = Some(1);
    assert_eq!(newer.begin(folder.path()).held(0), 0);
    assert_eq!(offer.begin(folder.path()).held(0), 4);
}

#[test]
fn two_transfers_of_the_same_thing_do_not_meet() {
    let folder = folder();
    let offer = Offer::new()
        .file("a", b"aaaa")
        .folder("f")
        .file("f/b", b"bbbb");
    let mut first = offer.begin(folder.path());
    let mut second = offer.begin(folder.path());
    for index in offer.files() {
        offer.send_some(&mut first, index, 2);
        assert_eq!(second.held(index), 0);
        assert_eq!(offer.send(&mut second, index).unwrap(), (4, None));
    }
    second.commit().unwrap();
    for index in offer.files() {
        offer.send(&mut first, index).unwrap();
    }
    first.commit().unwrap();
    let tree = tree(folder.path());
    let names: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(names, ["a", "a (2)", "f (2)/", "f (2)/b", "f/", "f/b"]);
}

#[test]
fn hashing_what_is_held_can_be_cancelled() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let mut arrival = offer.begin(folder.path());
    assert_eq!(arrival.hash_held(0, &|| true), None);
    assert_eq!(arrival.hash_held(0, &|| false), Some((4, hash(b"0123"))));
}

#[test]
fn a_sender_that_starts_again_is_followed() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let mut arrival = offer.begin(folder.path());
    arrival.hash_held(0, &|| false).unwrap();
    arrival.start(0, 0).unwrap();
    arrival.write(b"0123456789").unwrap();
    assert_eq!(arrival.finish(&hash(b"0123456789")).unwrap(), None);
    arrival.commit().unwrap();
    assert_eq!(tree(folder.path()), expected(&[("a", "0123456789")]));
}
