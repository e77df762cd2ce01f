//! Opening what was transferred, and showing it in its folder. What would run is not opened before
//! the user has said so.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::App;
use super::background::{Job, Report};
use crate::ui::OpeningAnswer;

/// Opening a file of one of these kinds runs it, runs what it points to, or installs it, on Linux or
/// on Windows. In lower case.
const RUNNABLE: &[&str] = &[
    // programs and packages of programs
    "app",
    "application",
    "appimage",
    "apk",
    "com",
    "exe",
    "jar",
    "jnlp",
    "pif",
    "run",
    "scr",
    "xbap",
    "xll",
    // installers
    "appinstaller",
    "appx",
    "appxbundle",
    "deb",
    "flatpak",
    "flatpakref",
    "flatpakrepo",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "msu",
    "pkg",
    "rpm",
    "snap",
    // shortcuts, and files that change the system
    "appref-ms",
    "cpl",
    "desktop",
    "diagcab",
    "gadget",
    "inf",
    "library-ms",
    "lnk",
    "msc",
    "reg",
    "scf",
    "search-ms",
    "settingcontent-ms",
    "theme",
    "themepack",
    "url",
    "website",
    // scripts
    "ahk",
    "bash",
    "bat",
    "chm",
    "cmd",
    "command",
    "csh",
    "fish",
    "hta",
    "js",
    "jse",
    "ksh",
    "lua",
    "pl",
    "ps1",
    "ps1xml",
    "psm1",
    "py",
    "pyc",
    "pyw",
    "pyz",
    "pyzw",
    "rb",
    "sct",
    "sh",
    "tcl",
    "vb",
    "vbe",
    "vbs",
    "vbscript",
    "ws",
    "wsb",
    "wsc",
    "wsf",
    "wsh",
    "zsh",
];

/// So much of a file tells whether it can be a program.
const BEGINNING_BYTES: u64 = 512;

/// Whether opening a file called `name` may run something: by its kind, or since it is `executable`
/// and begins as programs and scripts do. Permission bits alone say little, since on some disks
/// every file has them.
fn may_run(name: &OsStr, executable: bool, beginning: &[u8]) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    // Windows takes these off the end of a name.
    let name = name.trim_end_matches(['.', ' ']);
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    if kind.is_some_and(|kind| RUNNABLE.contains(&kind)) {
        return true;
    }
    // A shell runs any text that is executable, also without a first line that names a shell.
    let is_program = beginning.starts_with(b"\x7fELF") || beginning.starts_with(b"MZ");
    executable && (is_program || !beginning.contains(&0))
}

/// The same for what is at `path`. A link may have another name than what it leads to.
fn may_run_at(path: &Path) -> bool {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let Ok(metadata) = target.metadata() else {
        return false;
    };
    let executable = metadata.is_file() && is_executable(&metadata);
    let beginning = if executable {
        beginning(&target)
    } else {
        Vec::new()
    };
    let names = [path, &target].into_iter().filter_map(Path::file_name);
    metadata.is_file()
        && names
            .into_iter()
            .any(|name| may_run(name, executable, &beginning))
}

/// Nothing, if it cannot be read.
fn beginning(path: &Path) -> Vec<u8> {
    let mut beginning = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(BEGINNING_BYTES).read_to_end(&mut beginning));
    if let Err(error) = read {
        log::info!("{}: {error}", path.display());
    }
    beginning
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

/// Windows knows programs by their names alone.
#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

impl App {
    /// Opens a file or folder, unless that may run something: then the report asks first.
    pub(super) fn open(&mut self, path: Option<PathBuf>) {
        self.run(Job::Open, move || {
            let path = path?;
            if may_run_at(&path) {
                return Some(Report::MayRun(path));
            }
            failure(&path, opener::open(&path))
        });
    }

    pub(super) fn show_in_folder(&mut self, path: Option<PathBuf>) {
        self.run(Job::ShowInFolder, move || {
            let path = path?;
            failure(&path, opener::reveal(&path))
        });
    }

    /// The user has decided about a file that may run.
    pub(super) fn perform_opening(&mut self, answer: OpeningAnswer) {
        let path = self.asked_to_open.take();
        match answer {
            OpeningAnswer::ShowInFolder => self.show_in_folder(path),
            OpeningAnswer::Open => {
                self.run(Job::Open, move || {
                    let path = path?;
                    failure(&path, opener::open(&path))
                });
            }
            OpeningAnswer::Cancel => {}
        }
    }
}

fn failure(path: &Path, opened: Result<(), opener::OpenError>) -> Option<Report> {
    let error = opened.err()?;
    let words = path.exists().then(|| error.to_string());
    Some(Report::OpenFailed(path.to_owned(), words))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

    #[test]
    fn what_runs_is_told_from_what_does_not() {
        for (name, executable, beginning, runs) in [
            ("holiday.jpg", false, JPEG, false),
            ("notes", false, b"#!/bin/sh\n", false),
            ("notes.txt", false, b"text", false),
            ("README", false, b"", false),
            (".desktop-notes", false, b"", false),
            ("exe", false, b"MZ", false),
            // By their names, whatever the permissions.
            ("setup.exe", false, b"MZ", true),
            ("SETUP.EXE", false, b"", true),
            ("setup.exe. .", false, b"", true),
            ("holiday.jpg.scr", false, b"", true),
            ("run.bat", false, b"", true),
            ("run.cmd", false, b"", true),
            ("run.ps1", false, b"", true),
            ("run.sh", false, b"", true),
            ("run.py", false, b"", true),
            ("run.js", false, b"", true),
            ("run.vbs", false, b"", true),
            ("update.msu", false, b"", true),
            ("once.application", false, b"", true),
            ("sandbox.wsb", false, b"", true),
            ("keys.ahk", false, b"", true),
            ("types.ps1xml", false, b"", true),
            ("addin.xll", false, b"", true),
            ("run.jar", false, b"PK\x03\x04", true),
            ("install.msi", false, b"", true),
            ("install.deb", false, b"", true),
            ("install.rpm", false, b"", true),
            ("Tool-x86_64.AppImage", false, ELF, true),
            ("driver.run", false, b"", true),
            ("shortcut.lnk", false, b"", true),
            ("shortcut.url", false, b"", true),
            (".desktop", false, b"", true),
            ("shortcut.desktop", false, b"", true),
            // By their permissions, if they can be programs at all.
            ("tool", true, ELF, true),
            ("tool", true, b"MZ\x90\0", true),
            ("tool", true, b"#!/bin/sh\n", true),
            ("tool.txt", true, b"echo hello\n", true),
            ("tool", true, b"", true),
            ("holiday.jpg", true, JPEG, false),
        ] {
            assert_eq!(
                may_run(OsStr::new(name), executable, beginning),
                runs,
                "{name:?} {executable} {beginning:?}"
            );
        }
        assert!(RUNNABLE.iter().all(|kind| *kind == kind.to_lowercase()));
    }

    #[test]
    fn a_folder_is_opened_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs.exe");
        fs::create_dir(&programs).unwrap();
        assert!(!may_run_at(&programs));
        assert!(!may_run_at(&folder.path().join("gone.exe")));
        let program = programs.join("setup.exe");
        fs::write(&program, "MZ").unwrap();
        assert!(may_run_at(&program));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_what_it_leads_to() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("tool"), "#!/bin/sh\n").unwrap();
        symlink(path("tool"), path("holiday.jpg")).unwrap();
        assert!(!may_run_at(&path("holiday.jpg")));
        fs::set_permissions(path("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(may_run_at(&path("holiday.jpg")));
        fs::write(path("run.py"), "").unwrap();
        symlink(path("run.py"), path("plan.pdf")).unwrap();
        assert!(may_run_at(&path("plan.pdf")));
    }
}
