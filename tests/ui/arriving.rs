//! What comes from another Onehop and is not as usual.

use std::fs;

use crate::onehop::{ACCEPT, Pair, photos};
use crate::window::Window;

/// More than any disk here has room for; it takes none of it.
const EIGHT_TERABYTES: u64 = 1 << 43;

#[test]
fn of_many_things_the_first_few_are_named_and_the_rest_is_folded_away() {
    let mut pair = Pair::of_friends();
    let file = |number| pair.laptop.file(&format!("{number}.txt"), b"12345");
    let files: Vec<_> = (1..=7).map(file).collect();
    pair.send(&files);
    pair.wait_for("to accept", "2 more files and folders");
    assert!(pair.desk.shows("5.txt (5 B)") && !pair.desk.shows("6.txt"));
    pair.desk.unfold("2 more files and folders");
    assert!(pair.desk.shows("6.txt (5 B)") && pair.desk.shows("7.txt (5 B)"));
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "Delivered, verified: 7 files to desk-pc",
        "Saved 7 files from laptop",
    );
    for number in 1..=7 {
        let saved = pair.desk.path(&format!("{number}.txt"));
        assert!(saved.exists(), "{number}");
    }
}

#[test]
fn what_does_not_fit_is_said_before_the_answer_and_after_it() {
    let mut pair = Pair::of_friends();
    let path = pair.laptop.path("endless");
    let file = fs::File::create(&path).unwrap();
    file.set_len(EIGHT_TERABYTES).unwrap();
    pair.send(&[path]);
    pair.wait_for("to accept", "free in the folder to save in.");
    assert!(pair.desk.shows("Only "));
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "It does not fit on the receiver's disk.",
        "Not saved: the transfer from laptop",
    );
    assert!(pair.desk.shows("There is not enough space in"));
    assert_eq!(fs::read_dir(pair.desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_gone_is_told_to_both() {
    let mut pair = Pair::of_friends();
    let file = pair.laptop.file("sample.txt", b"hello");
    pair.send(&[file]);
    pair.wait_for("to accept", ACCEPT);
    fs::remove_dir(pair.desk.folder.path()).unwrap();
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "It could not be saved: the receiver's folder is gone.",
        "Not saved: the transfer from laptop",
    );
    let advice = "Fix that there, or choose another folder there, then send it again.";
    assert!(pair.laptop.shows(advice));
    fs::create_dir(pair.desk.folder.path()).unwrap();
}

#[test]
fn what_vanished_meanwhile_is_named_on_both_sides_and_the_rest_is_saved() {
    let mut pair = Pair::of_friends();
    let photos = photos(&pair.laptop);
    pair.send(std::slice::from_ref(&photos));
    pair.wait_for("to accept", ACCEPT);
    fs::remove_file(photos.join("one.jpg")).unwrap();
    pair.desk.press(ACCEPT);
    pair.wait_for(
        "Not all was delivered, only 1 file, 7 B to desk-pc",
        "Not all was saved from laptop, only photos",
    );
    let why = "Not saved: photos/one.jpg: it was no longer there to be sent.";
    assert!(pair.laptop.shows(why) && pair.desk.shows(why));
    assert!(pair.desk.path("photos/two.jpg").exists());
    assert!(!pair.desk.path("photos/one.jpg").exists());
}

fn wait_for_no_leftovers(window: &mut Window) {
    window.step_until("nothing is left", |window| {
        !window.shows("Interrupted earlier")
    });
}

#[test]
fn what_is_left_of_a_folder_is_discarded_with_all_that_is_in_it() {
    let mut window = Window::with(|settings| {
        let folder = settings.folder.clone().unwrap();
        let left = folder.join(".onehop-0123456789abcdef.partial");
        fs::create_dir(&left).unwrap();
        fs::create_dir(left.join("inner")).unwrap();
        fs::write(left.join("inner/file"), [7; 5000]).unwrap();
        settings.receiving = true;
    });
    window.wait_for("Part of a folder, 5.0 kB, just now");
    window.press("Discard Part of a folder, 5.0 kB, just now");
    wait_for_no_leftovers(&mut window);
    assert_eq!(fs::read_dir(window.folder.path()).unwrap().count(), 0);
}

#[test]
fn what_an_interrupted_transfer_left_is_listed_and_can_be_discarded() {
    let mut window = Window::with(|settings| {
        let folder = settings.folder.clone().unwrap();
        fs::write(folder.join(".onehop-0123456789abcdef.partial"), [7; 5000]).unwrap();
        settings.receiving = true;
    });
    window.wait_for("Part of a file, 5.0 kB, just now");
    window.press("Discard Part of a file, 5.0 kB, just now");
    wait_for_no_leftovers(&mut window);
    assert_eq!(fs::read_dir(window.folder.path()).unwrap().count(), 0);
}

#[test]
fn an_interrupted_transfer_goes_on_where_it_was_and_both_windows_say_so() {
    let mut pair = Pair::of_friends();
    let file = pair.laptop.path("huge");
    // Full of holes, and so large that it does not arrive before somebody cancels.
    let huge = fs::File::create(&file).unwrap();
    huge.set_len(1 << 30).unwrap();
    pair.send(&[file]);
    pair.wait_for("to accept", ACCEPT);
    pair.desk.press(ACCEPT);
    pair.wait_for("Sending huge to desk-pc", "MB of 1.1 GB");
    pair.laptop.press("Cancel: to desk-pc");
    pair.wait_for("cancelled", "cancelled");
    let held: u64 = fs::read_dir(pair.desk.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(held > 0, "nothing is kept");
    pair.laptop.press("Try again");
    pair.wait_for("to accept", ACCEPT);
    pair.desk.press(ACCEPT);
    let percent = held * 100 / (1 << 30);
    let resuming = format!("Resuming at {percent} %, where an earlier transfer was interrupted.");
    pair.wait_for(&resuming, &resuming);
    pair.laptop.press("Cancel: to desk-pc");
    pair.wait_for("cancelled", "cancelled");
    for entry in fs::read_dir(pair.desk.folder.path()).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(name.to_str().unwrap().starts_with('.'), "{name:?}");
    }
}
