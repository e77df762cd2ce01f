//! What packages hold besides the programs: made from the definition of the arguments, kept in the
//! repository, and compared here, so that it is never older than the program.
//!
//! `ONEHOP_UPDATE=1 cargo test --test packaging` writes it anew.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

const PROGRAM: &str = "onehop-cli";

/// The files of a folder by their names, without the line ends of one system or another.
fn contents(folder: &Path) -> BTreeMap<PathBuf, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let named = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).unwrap();
        (entry.file_name().into(), text.replace('\r', ""))
    };
    entries.map(named).collect()
}

/// Fails unless `folder` of the assets holds exactly what is generated, or writes it there.
fn keep_fresh(folder: &str, generate: impl FnOnce(&Path)) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let made = tempfile::tempdir().unwrap();
    generate(made.path());
    if std::env::var_os("ONEHOP_UPDATE").is_some() {
        fs::create_dir_all(&kept).unwrap();
        for (name, text) in contents(made.path()) {
            fs::write(kept.join(name), text).unwrap();
        }
    }
    assert!(
        contents(made.path()) == contents(&kept),
        "{folder} is out of date: run ONEHOP_UPDATE=1 cargo test --test packaging"
    );
}

/// A file of the assets as text.
#[cfg(feature = "window")]
fn asset(name: &str) -> String {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    fs::read_to_string(assets.join(name)).unwrap()
}

#[cfg(feature = "window")]
#[test]
fn desktops_find_the_window_by_one_name_in_every_file() {
    use onehop::desktop::APP_ID;
    let entry = asset(&format!("linux/{APP_ID}.desktop"));
    assert!(entry.contains(&format!("\nStartupWMClass={APP_ID}\n")));
    let metainfo = asset(&format!("linux/{APP_ID}.metainfo.xml"));
    assert!(metainfo.contains(&format!("<id>{APP_ID}</id>")));
    let launchable = format!("<launchable type=\"desktop-id\">{APP_ID}.desktop</launchable>");
    assert!(metainfo.contains(&launchable));
    let key = format!("Software\\Classes\\AppUserModelId\\{APP_ID}\"");
    assert!(asset("windows/onehop.nsi").contains(&key));
}

#[cfg(feature = "window")]
#[test]
fn software_centres_are_told_of_this_version() {
    let metainfo = asset(&format!("linux/{}.metainfo.xml", onehop::desktop::APP_ID));
    let release = format!("<release version=\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(metainfo.contains(&release));
}

#[test]
fn the_manual_pages_are_those_of_this_program() {
    keep_fresh("assets/linux/man", |folder| {
        clap_mangen::generate_to(onehop::terminal::command(), folder).unwrap();
    });
}

#[test]
fn the_completions_are_those_of_this_program() {
    keep_fresh("assets/completions", |folder| {
        for shell in [Shell::Bash, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let mut command = onehop::terminal::command();
            clap_complete::generate_to(shell, &mut command, PROGRAM, folder).unwrap();
        }
    });
}
