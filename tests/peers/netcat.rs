//! `nc` in both roles, where the OpenBSD one is installed.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::cli::{Receiver, Running, file_of, send};
use crate::common::programs::nc_is_installed;

#[test]
fn nc_sends_a_file() {
    if !nc_is_installed() {
        return;
    }
    for bytes in [18, 5 * 1024 * 1024] {
        let receiver = Receiver::start(&["--once", "--yes"]);
        let (_folder, file) = file_of(bytes);
        let path = receiver.path("recv.txt");
        let input = File::open(&file).unwrap();
        let port = receiver.port.to_string();
        Running::start(
            Command::new("nc")
                .args(["-N", "127.0.0.1", &port])
                .stdin(input),
        )
        .finish()
        .with_code(0);
        let (ended, _saved) = receiver.finish();
        ended.with_code(0);
        assert!(fs::read(path).unwrap() == fs::read(file).unwrap());
    }
}

#[test]
fn nc_receives_a_file() {
    if !nc_is_installed() {
        return;
    }
    for bytes in [0, 18, 5 * 1024 * 1024] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("received");
        let mut nc = Running::start(
            Command::new("sh")
                .args(["-c", "exec nc -lnv 127.0.0.1 0 > \"$0\""])
                .arg(&path)
                .stdin(Stdio::null()),
        );
        let line = nc.wait_for("Listening on ");
        let port = line.rsplit(' ').next().unwrap().parse().unwrap();
        let (_source_folder, file) = file_of(bytes);
        send(port, &file).with_code(0).saying("Delivered");
        nc.finish().with_code(0);
        assert!(fs::read(path).unwrap() == fs::read(file).unwrap());
    }
}
