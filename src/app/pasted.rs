//! What the clipboard holds: files that a file manager copied, or a text.

use std::path::PathBuf;

/// The files that `text` names: file managers give each on a line, by its path or its address. `None`
/// if any line is something else, so that it is a text.
pub(super) fn files(text: &str) -> Option<Vec<PathBuf>> {
    let lines = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    let files: Vec<PathBuf> = lines.map(file).collect::<Option<_>>()?;
    (!files.is_empty()).then_some(files)
}

fn file(line: &str) -> Option<PathBuf> {
    let path = match line.strip_prefix("file://") {
        Some(address) => path_of(address)?,
        None => PathBuf::from(line),
    };
    path.is_absolute().then_some(path)
}

#[cfg(unix)]
fn path_of(address: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes = decoded(address)?;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

/// A drive follows the slash.
#[cfg(not(unix))]
fn path_of(address: &str) -> Option<PathBuf> {
    let bytes = decoded(address.strip_prefix('/')?)?;
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Two hexadecimal digits after a percent sign stand for a byte (RFC 3986, 2.1).
fn decoded(address: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    Some(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_are_files() {
        let text = "/home/me/a b.txt\nfile:///home/me/%C3%A4%20%25.txt\r\n";
        let expected = ["/home/me/a b.txt", "/home/me/ä %.txt"].map(PathBuf::from);
        assert_eq!(files(text), Some(expected.to_vec()));
    }

    #[test]
    fn anything_else_is_a_text() {
        for text in [
            "",
            "\n",
            "hello",
            "https://example.com/",
            "/home/me/a.txt\nhello",
            "file:///half%4",
            "file:///no%zz",
        ] {
            assert_eq!(files(text), None, "{text}");
        }
    }
}
