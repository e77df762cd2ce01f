//! What interrupted transfers leave, and how it goes.

use std::fs;
use std::time::{Duration, SystemTime};

use onehop::disk::incoming::leftovers;

use super::support::{Offer, expected, folder, partials, tree};

#[test]
fn what_is_left_is_listed_and_can_be_discarded() {
    let folder = folder();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    let offer = Offer::new()
        .file("a", b"0123456789")
        .folder("f")
        .folder("f/sub")
        .file("f/sub/b", b"bbbb");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    offer.send_some(&mut arrival, 3, 2);
    assert!(leftovers(folder.path()).unwrap().is_empty());
    drop(arrival);
    let left = leftovers(folder.path()).unwrap();
    let mut sizes: Vec<(u64, bool)> = left
        .iter()
        .map(|left| (left.bytes, left.is_folder))
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [(2, true), (4, false)]);
    for left in left {
        let age = SystemTime::now().duration_since(left.modified.unwrap());
        assert!(age.is_ok_and(|age| age < Duration::from_mins(1)));
        left.discard().unwrap();
    }
    assert_eq!(tree(folder.path()), expected(&[("mine", "mine")]));
}

#[test]
fn what_is_in_use_again_cannot_be_discarded() {
    let folder = folder();
    let offer = Offer::new()
        .file("a", b"0123456789")
        .folder("f")
        .file("f/b", b"bbbb");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    offer.send_some(&mut arrival, 2, 2);
    drop(arrival);
    let left = leftovers(folder.path()).unwrap();
    assert_eq!(left.len(), 2);
    let mut arrival = offer.begin(folder.path());
    assert_eq!((arrival.held(0), arrival.held(2)), (4, 2));
    for left in left {
        assert!(left.discard().is_err());
    }
    assert_eq!(partials(folder.path()).len(), 2);
}

#[test]
fn what_is_gone_already_is_no_trouble() {
    let folder = folder();
    let offer = Offer::new().file("a", b"0123456789");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 0, 4);
    drop(arrival);
    let left = leftovers(folder.path()).unwrap();
    fs::remove_file(&left[0].path).unwrap();
    for left in left {
        left.discard().unwrap();
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_taken_for_leftovers_nor_followed() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) = (folder(), folder());
    fs::write(elsewhere.path().join("a"), "mine").unwrap();
    symlink(elsewhere.path(), folder.path().join(".onehop-1.partial")).unwrap();
    let offer = Offer::new().folder("f").file("f/a", b"aa");
    let mut arrival = offer.begin(folder.path());
    offer.send_some(&mut arrival, 1, 1);
    drop(arrival);
    let partial = partials(folder.path()).pop().unwrap();
    symlink(elsewhere.path(), folder.path().join(partial).join("link")).unwrap();
    let left = leftovers(folder.path()).unwrap();
    assert_eq!((left.len(), left[0].bytes), (1, 1));
    for left in left {
        left.discard().unwrap();
    }
    assert_eq!(tree(elsewhere.path()), expected(&[("a", "mine")]));
    assert_eq!(partials(folder.path()), [".onehop-1.partial"]);
}

#[cfg(unix)]
#[test]
fn empty_partials_of_a_killed_program_go_at_the_next_start_or_transfer() {
    use std::time::{Duration, SystemTime};

    let age = |path: &std::path::Path| {
        let an_hour_ago = SystemTime::now() - Duration::from_hours(1);
        fs::File::open(path)
            .unwrap()
            .set_modified(an_hour_ago)
            .unwrap();
    };
    for next_is_a_transfer in [false, true] {
        let folder = folder();
        let name = |digit: &str| format!(".onehop-{}.partial", digit.repeat(32));
        let path = |digit| folder.path().join(name(digit));
        for digit in ["a", "b"] {
            fs::write(path(digit), "").unwrap();
        }
        for digit in ["c", "d", "e"] {
            fs::create_dir(path(digit)).unwrap();
        }
        fs::write(path("e").join("begun"), "be").unwrap();
        // The others are in the making, for all that anybody can know.
        for digit in ["a", "c", "e"] {
            age(&path(digit));
        }
        if next_is_a_transfer {
            Offer::new().file("x", b"x").save(folder.path());
        } else {
            leftovers(folder.path()).unwrap();
        }
        assert_eq!(partials(folder.path()), ["b", "d", "e"].map(name));
    }
}
