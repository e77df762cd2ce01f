//! What many small files are measured against: the least that can move a folder over a connection.
//!
//! ```text
//! bare_stream send|receive PORT FOLDER
//! ```
//!
//! One after the other, without a word in between: the length of a name, the name, the length of
//! the content, the content. Nothing is encrypted, checked or promised, and times are not kept.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring stick"
)]

use std::env;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 256 * 1024;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["send", port, folder] => send(port.parse().unwrap(), folder.as_ref()),
        ["receive", port, folder] => receive(port.parse().unwrap(), folder.as_ref()),
        // `cargo bench` and `cargo test` start every benchmark without a word for it.
        _ => println!("Used by benches/onehop.py: bare_stream send|receive PORT FOLDER"),
    }
}

fn send(port: u16, folder: &Path) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, stream.try_clone().unwrap());
    send_folder(&mut writer, folder, "");
    say(&mut writer, b"");
    writer.flush().unwrap();
    // The receiver has written everything.
    stream.read_exact(&mut [0]).unwrap();
}

fn send_folder(writer: &mut impl Write, folder: &Path, above: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{above}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            send_folder(writer, &entry.path(), &format!("{name}/"));
        } else {
            say(writer, name.as_bytes());
            say(writer, &fs::read(entry.path()).unwrap());
        }
    }
}

fn receive(port: u16, folder: &Path) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, stream.try_clone().unwrap());
    let (mut bytes, mut last) = (Vec::new(), PathBuf::new());
    loop {
        hear(&mut reader, &mut bytes);
        if bytes.is_empty() {
            break;
        }
        let path = folder.join(str::from_utf8(&bytes).unwrap());
        let parent = path.parent().unwrap();
        if parent != last {
            fs::create_dir_all(parent).unwrap();
            parent.clone_into(&mut last);
        }
        hear(&mut reader, &mut bytes);
        File::create_new(&path).unwrap().write_all(&bytes).unwrap();
    }
    stream.write_all(&[0]).unwrap();
}

fn say(writer: &mut impl Write, bytes: &[u8]) {
    writer.write_all(&bytes.len().to_be_bytes()).unwrap();
    writer.write_all(bytes).unwrap();
}

fn hear(reader: &mut impl Read, bytes: &mut Vec<u8>) {
    let mut length = [0; size_of::<usize>()];
    reader.read_exact(&mut length).unwrap();
    bytes.resize(usize::from_be_bytes(length), 0);
    reader.read_exact(bytes).unwrap();
}
