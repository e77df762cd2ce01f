#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::thread;

use super::*;

fn replaced(folder: &Path, text: &str) {
    fs::write(folder.join(FILE_NAME), text).unwrap();
}

fn broken_detail(folder: &Path) -> String {
    match Identity::open(folder).unwrap_err() {
        KeyFault::Broken { detail, .. } => detail,
        other => unreachable!("{other}"),
    }
}

#[test]
fn an_identity_is_the_same_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("onehop");
    let first = Identity::open(&inner).unwrap();
    let second = Identity::open(&inner).unwrap();
    assert_eq!(first.fingerprint(), second.fingerprint());
}

#[test]
fn two_devices_have_two_identities() {
    let one = Identity::unkept().unwrap();
    let other = Identity::unkept().unwrap();
    assert_ne!(one.fingerprint(), other.fingerprint());
}

#[test]
fn the_fingerprint_is_that_of_the_certificate_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::open(folder.path()).unwrap();
    let pem = fs::read(folder.path().join(FILE_NAME)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&pem).unwrap();
    assert_eq!(
        identity.fingerprint(),
        Fingerprint::of_certificate(&certificate)
    );
}

#[test]
fn of_many_that_start_at_once_all_end_up_with_one_identity() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Identity::open(folder.path()).unwrap().fingerprint();
    let fingerprints: Vec<_> = thread::scope(|scope| {
        let named = |number| thread::Builder::new().name(format!("start {number}"));
        let starts: Vec<_> = (0..8)
            .map(|number| named(number).spawn_scoped(scope, open).unwrap())
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    assert!(fingerprints.iter().all(|one| *one == open()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_broken_file_is_told_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    for text in ["", "not a key", "-----BEGIN PRIVATE KEY-----\n"] {
        config::write(&path, text).unwrap();
        broken_detail(folder.path());
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_not_text_is_broken_too() {
    let folder = tempfile::tempdir().unwrap();
    config::write(&folder.path().join(FILE_NAME), "").unwrap();
    fs::write(folder.path().join(FILE_NAME), [0xFF, 0xFE]).unwrap();
    broken_detail(folder.path());
}

#[test]
fn a_key_without_its_certificate_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    Identity::open(folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join(FILE_NAME)).unwrap();
    let (key, certificate) = text.split_once("-----BEGIN CERTIFICATE").unwrap();
    replaced(folder.path(), key);
    assert_eq!(broken_detail(folder.path()), "no certificate in it");
    replaced(
        folder.path(),
        &format!("-----BEGIN CERTIFICATE{certificate}"),
    );
    assert_eq!(broken_detail(folder.path()), "no key in it");
}

#[test]
fn a_key_with_the_certificate_of_another_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    Identity::open(folder.path()).unwrap();
    let own = fs::read_to_string(folder.path().join(FILE_NAME)).unwrap();
    let other = generate().unwrap();
    let (key, _) = own.split_once("-----BEGIN CERTIFICATE").unwrap();
    let (_, certificate) = other.split_once("-----BEGIN CERTIFICATE").unwrap();
    replaced(
        folder.path(),
        &format!("{key}-----BEGIN CERTIFICATE{certificate}"),
    );
    assert!(broken_detail(folder.path()).contains("KeyMismatch"));
}

#[test]
fn a_second_key_or_certificate_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    Identity::open(folder.path()).unwrap();
    let own = fs::read_to_string(folder.path().join(FILE_NAME)).unwrap();
    replaced(folder.path(), &format!("{own}{own}"));
    assert_eq!(broken_detail(folder.path()), "more than one key in it");
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("onehop");
    fs::write(&in_the_way, "").unwrap();
    let fault = Identity::open(&in_the_way).unwrap_err();
    let told = matches!(
        fault,
        KeyFault::NotKept { .. } | KeyFault::Unreadable { .. }
    );
    assert!(told, "{fault}");
}

#[test]
fn a_log_line_never_holds_the_key() {
    let identity = Identity::unkept().unwrap();
    let line = format!("{identity:?}");
    assert_eq!(line, format!("Identity({:?})", identity.fingerprint()));
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn only_the_owner_can_read_the_key() {
        let folder = tempfile::tempdir().unwrap();
        Identity::open(folder.path()).unwrap();
        let metadata = fs::metadata(folder.path().join(FILE_NAME)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_until_it_is_private_again() {
        let folder = tempfile::tempdir().unwrap();
        let before = Identity::open(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        for exposed in [0o640, 0o604, 0o620, 0o660] {
            set_mode(&path, exposed);
            let fault = Identity::open(folder.path()).unwrap_err();
            let told = matches!(&fault, KeyFault::Exposed { mode, .. } if *mode == exposed);
            assert!(told, "{fault}");
            assert!(fault.to_string().contains("chmod 600"));
        }
        set_mode(&path, 0o400);
        let after = Identity::open(folder.path()).unwrap();
        assert_eq!(before.fingerprint(), after.fingerprint());
    }
}
