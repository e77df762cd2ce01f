//! The messages of onehop/1 and how they stand in a frame's body.
//!
//! Control messages are JSON objects; fields that a reader does not know are ignored, so that a
//! later version can add some. File content is never JSON: [`Kind::Data`] has no message here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::Violation;
use super::frame::{HEADER_BYTES, Header, Kind};
use super::object::{self, Item, Object};

pub use super::hex32::Hex32;

/// The version of the protocol that this module describes.
pub const VERSION: u32 = 1;
/// The most bytes of a text that is sent instead of files.
pub const MAX_TEXT_BYTES: u64 = 64 * 1024;
/// The most entries of one manifest.
pub const MAX_ENTRIES: u32 = 4_000_000;
/// The most bytes of all names in a manifest, counting the last component of each path: what a
/// receiver has to keep before anybody has said yes.
pub const MAX_NAMES_BYTES: usize = 256 * 1024 * 1024;
/// The most components of one path.
pub const MAX_PATH_COMPONENTS: usize = 128;
/// The most bytes of one component, as no file system takes more.
pub const MAX_COMPONENT_BYTES: usize = 255;

/// The permission bits that an entry may bear: read, write and run, for owner, group and others.
pub const PERMISSION_BITS: u32 = 0o777;
/// The most bytes of a name that a receiver tells: 255 UTF-16 units, as Windows counts, in UTF-8.
pub const MAX_TOLD_NAME_BYTES: usize = 3 * 255;

/// The most items of an answer, a receipt or hashes in one batch: none takes more than 200 bytes.
pub const MAX_BATCH_ITEMS: usize = 1000;

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident($body:ty);)*) => {
        /// Any message but `data`.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Message { $($(#[$doc])* $name($body),)* }

        impl Message {
            /// The kind of frame it travels in.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name,)* }
            }

            /// Reads the body of a frame of this kind, which must not be [`Kind::Data`].
            ///
            /// # Errors
            ///
            /// [`Violation::Malformed`].
            pub fn decode(kind: Kind, body: &[u8]) -> Result<Self, Violation> {
                match kind {
                    $(Kind::$name => parse(kind, body).map(Self::$name),)*
                    Kind::Data => Err(Violation::malformed(kind, &"")),
                }
            }

            fn write_body(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
                match self { $(Self::$name(body) => serde_json::to_writer(out, body),)* }
            }
        }
    };
}

messages! {
    /// Who is speaking.
    Hello(Hello);
    /// The sender's number and the totals.
    Reveal(Reveal);
    /// A batch of entries.
    Manifest(Batch<Entry>);
    /// No more entries.
    ManifestEnd(Empty);
    /// Files that may be here already.
    WantHash(Batch<u32>);
    /// Their hashes.
    Hash(Batch<FileHash>);
    /// The receiver's decision, or a part of it.
    Answer(Answer);
    /// No more of it.
    AnswerEnd(Empty);
    /// Content follows.
    File(FileStart);
    /// Content is complete.
    End(FileEnd);
    /// Content cannot be sent.
    Failed(Failure);
    /// What could not be saved.
    Receipt(Batch<Failure>);
    /// What was saved.
    ReceiptEnd(Totals);
    /// The transfer is given up.
    Abort(Abort);
    /// The speaker is there, and has nothing else to say for now.
    Alive(Empty);
    /// What the receiver saved under another name.
    Renamed(Batch<Renamed>);
}

/// What a device can do beyond the first onehop/1. It is done only where both hellos name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extension {
    /// Saying `alive` when there is nothing else to say.
    Alive,
    /// Symbolic links that lead to something in the same manifest.
    Links,
    /// Permission bits.
    Modes,
    /// Telling which names were changed.
    Names,
    /// Saying that a file grew while it was sent.
    Grown,
    /// Telling what the receiver's disk has against a file.
    Causes,
    /// One from a later version.
    #[serde(other)]
    Unknown,
}

impl Extension {
    /// All that this version of the protocol describes.
    pub const ALL: [Self; 6] = [
        Self::Alive,
        Self::Links,
        Self::Modes,
        Self::Names,
        Self::Grown,
        Self::Causes,
    ];
}

/// A side's first message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The protocol's version, [`VERSION`].
    pub version: u32,
    /// The program's version, for logs.
    pub app: String,
    /// The device's name as its user chose it: a label, never identity.
    pub device: String,
    /// The system, such as `linux` or `windows`: a label too.
    pub os: String,
    /// Whether the speaker remembers the listener's identity.
    pub remembers: bool,
    /// What the speaker can do beyond the first onehop/1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// The sender's: the hash of the number that it will reveal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Hex32>,
    /// The receiver's: its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Hex32>,
}

/// The sender's number, and how much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// What `commit` is the hash of.
    pub nonce: Hex32,
    /// Entries of the manifest: files, folders, and a text.
    pub entries: u32,
    /// Files among them.
    pub files: u32,
    /// Bytes of all files, and of a text.
    pub bytes: u64,
}

/// One thing to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the manifest, counted from 0 over all batches.
    pub index: u32,
    /// Where it belongs, from the top-level name on down; empty for a text.
    pub path: Vec<String>,
    /// What it is.
    pub kind: EntryKind,
    /// Its bytes; 0 for a folder.
    #[serde(default)]
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970 began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtime_ns: Option<i64>,
    /// Whether it is a program: the executable bit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    /// Its permissions, of [`PERMISSION_BITS`]; absent where the system has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// A link's: the entry, an earlier one, that it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder, which comes before what is in it.
    Directory,
    /// A text that is shown and touches no disk; then it is the only entry.
    Text,
    /// A symbolic link to another entry. It counts as a file of 0 bytes and has no content.
    Link,
}

impl EntryKind {
    /// Whether it is one of the files that totals and receipts count.
    #[must_use]
    pub fn counts_as_file(self) -> bool {
        matches!(self, Self::File | Self::Link)
    }

    /// Whether its content crosses.
    #[must_use]
    pub fn has_content(self) -> bool {
        matches!(self, Self::File | Self::Text)
    }
}

/// Some of many items, in an object so that fields can be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Item<'de>"))]
pub struct Batch<T> {
    /// The items.
    #[serde(deserialize_with = "object::items")]
    pub items: Vec<T>,
}

/// A file's content in one number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// The file.
    pub index: u32,
    /// Its BLAKE3; absent if it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<Hex32>,
}

/// The receiver's decision. A file that no answer names is to be sent in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether anything is wanted at all.
    pub accepted: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Decline>,
    /// Files that are treated in another way, in the order of the manifest.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "object::items"
    )]
    pub items: Vec<Exception>,
}

/// Why the receiver does not want what was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decline {
    /// The user said no.
    Declined,
    /// Nobody decided in time.
    Expired,
    /// It would not fit on the disk.
    NoSpace,
    /// The folder cannot be written to.
    CannotSave,
    /// Another reason, from a later version.
    #[serde(other)]
    Other,
}

/// One file that is not to be sent in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The file.
    pub index: u32,
    /// What to do with it.
    #[serde(flatten)]
    pub treatment: Treatment,
}

/// What to do with a file otherwise than to send all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Treatment {
    /// It is here already, byte for byte.
    Skip,
    /// Its first bytes are here; send the rest if they are the same.
    Resume {
        /// How many bytes.
        offset: u64,
        /// Their BLAKE3.
        blake3: Hex32,
    },
    /// It cannot be saved here.
    Refuse {
        /// Why not.
        reason: Reason,
    },
}

/// The next `data` belongs to this file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStart {
    /// The file.
    pub index: u32,
    /// The bytes before the first one that follows: 0, or what the answer said is held.
    pub offset: u64,
}

/// All of a file's content has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEnd {
    /// The BLAKE3 of the whole file.
    pub blake3: Hex32,
    /// Whether the sender's file is longer by now: what was sent is its beginning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grew: bool,
}

/// One file that did not make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file.
    pub index: u32,
    /// Why not.
    pub reason: Reason,
    /// In a receipt, of a file that could not be saved: what the disk has against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<DiskCause>,
}

/// Why something could not be saved, as far as the receiver's disk is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiskCause {
    /// No room is left.
    Full,
    /// Room is left, but the disk holds as many files as it can.
    NoMoreFiles,
    /// The user may store no more there.
    QuotaExceeded,
    /// No file of this size can be saved there.
    FileTooLarge,
    /// An input/output error.
    Broken,
    /// The folder to save in is gone.
    FolderMissing,
    /// The disk can only be read.
    ReadOnly,
    /// The folder to save in does not let us write.
    NotAllowed,
    /// Something else, or one from a later version.
    #[serde(other)]
    Other,
}

/// Why one file did not make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The sender no longer finds it.
    Vanished,
    /// It was written to while it was being sent.
    Changed,
    /// The sender cannot read it.
    Unreadable,
    /// The receiver's system does not allow its name.
    NameNotAllowed,
    /// What arrived is not what was sent.
    Damaged,
    /// The receiver could not write it.
    NotSaved,
    /// Another reason, from a later version.
    #[serde(other)]
    Other,
}

/// What the receiver now has, under its final name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Files, the skipped ones among them.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

/// An entry that stands under another name than the sender has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// The entry.
    pub index: u32,
    /// The name the receiver gave it, without those of the folders above it.
    pub name: String,
}

/// Why the transfer is given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abort {
    /// The reason.
    pub reason: AbortReason,
    /// More about it, for logs and details.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Why the transfer is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbortReason {
    /// A user stopped it.
    Cancelled,
    /// The receiver's user does not want it, and said so before the manifest came.
    Declined,
    /// A user saw another code, or said it is not the same.
    CodeRejected,
    /// The identity is not the one that was expected.
    WrongIdentity,
    /// Another first contact is under way, or too many have failed: try again later.
    Busy,
    /// Nobody decided in time.
    Expired,
    /// The receiver's disk is full.
    DiskFull,
    /// The receiver cannot write.
    CannotSave,
    /// The other side broke the protocol.
    Protocol,
    /// The program met a fault of its own.
    Internal,
    /// Another reason, from a later version.
    #[serde(other)]
    Other,
}

/// A message with nothing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Empty {}

impl Message {
    /// Appends the whole frame to `out`.
    ///
    /// # Errors
    ///
    /// [`Violation::FrameTooLong`] if its content is too much for one frame.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Violation> {
        let start = out.len();
        out.resize(start + HEADER_BYTES, 0);
        self.write_body(&mut *out)
            .map_err(|error| Violation::malformed(self.kind(), &error))?;
        let header = Header::new(self.kind(), out.len() - start - HEADER_BYTES);
        match header {
            Ok(header) => out[start..start + HEADER_BYTES].copy_from_slice(&header.encode()),
            Err(_) => out.truncate(start),
        }
        header.map(|_| ())
    }
}

fn parse<T: DeserializeOwned>(kind: Kind, body: &[u8]) -> Result<T, Violation> {
    match serde_json::from_slice(body) {
        Ok(Object(message)) => Ok(message),
        Err(error) => Err(Violation::malformed(kind, &error)),
    }
}
