//! TLS without buffers of its own: rustls decrypts where the bytes were read, and encrypts into
//! what goes to the socket.

use rustls::client::UnbufferedClientConnection;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{ConnectionState, UnbufferedStatus};
use rustls::{CommonState, Error};

/// The most that one record decrypts to.
/// Source: RFC 8446, section 5.1.
pub(super) const RECORD_BYTES: usize = 16 * 1024;
/// What one record adds to its content: its header, the kind of its content and a tag. Source:
/// RFC 8446, section 5.2, and RFC 5116, section 5.1.
pub(super) const RECORD_OVERHEAD_BYTES: usize = 5 + 1 + 16;

/// Either end of a TLS connection.
pub(crate) enum Tls {
    /// The sender's.
    Client(UnbufferedClientConnection),
    /// The receiver's.
    Server(UnbufferedServerConnection),
}

/// What a step is made for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// To take in what the peer sent.
    Read,
    /// To encrypt this.
    Seal(&'a [u8]),
    /// To tell the peer that nothing follows.
    Goodbye,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// So many bytes were decrypted.
    Opened(usize),
    /// So many encrypted bytes of TLS's own are to be sent.
    Answered(usize),
    /// So many encrypted bytes are what was to be sealed.
    Sealed(usize),
    /// There is more to be done.
    Again,
    /// The peer has said that nothing follows.
    PeerClosed,
    /// Nothing can be done without more from the peer.
    Idle,
}

/// Where a step puts what it makes.
pub(super) struct Room<'a> {
    /// At least [`RECORD_BYTES`], if the step is to read.
    pub(super) opened: &'a mut [u8],
    /// At least as much as there is to seal, and what TLS may want to answer.
    pub(super) sealed: &'a mut [u8],
}

impl Tls {
    /// What both ends have in common: the peer's certificate, and whether it is time to look.
    pub(super) fn common(&self) -> &CommonState {
        match self {
            Self::Client(tls) => tls,
            Self::Server(tls) => tls,
        }
    }

    /// One step, and how many bytes at the start of `input` are done with afterwards. `input` is
    /// everything that came and is not done with yet; after [`Step::Opened`] it may be left out.
    pub(super) fn step(
        &mut self,
        input: &mut [u8],
        purpose: Purpose<'_>,
        room: &mut Room<'_>,
    ) -> (usize, Result<Step, Error>) {
        match self {
            Self::Client(tls) => advance(tls.process_tls_records(input), purpose, room),
            Self::Server(tls) => advance(tls.process_tls_records(input), purpose, room),
        }
    }
}

fn advance<Side>(
    status: UnbufferedStatus<'_, '_, Side>,
    purpose: Purpose<'_>,
    room: &mut Room<'_>,
) -> (usize, Result<Step, Error>) {
    let mut discard = status.discard;
    let step = status.state.and_then(|state| match state {
        ConnectionState::ReadTraffic(mut traffic) => match traffic.next_record() {
            Some(record) => {
                let record = record?;
                discard += record.discard;
                let bytes = record.payload.len();
                let place = room.opened.get_mut(..bytes).ok_or_else(no_room)?;
                place.copy_from_slice(record.payload);
                Ok(Step::Opened(bytes))
            }
            None => Ok(Step::Again),
        },
        ConnectionState::EncodeTlsData(mut data) => data
            .encode(&mut *room.sealed)
            .map(Step::Answered)
            .map_err(bug),
        ConnectionState::TransmitTlsData(data) => {
            // It is on its way, in order: that is as good as sent.
            data.done();
            Ok(Step::Again)
        }
        ConnectionState::WriteTraffic(mut traffic) => match purpose {
            Purpose::Read => Ok(Step::Idle),
            Purpose::Seal(content) => {
                let sealed = traffic.encrypt(content, &mut *room.sealed);
                sealed.map(Step::Sealed).map_err(bug)
            }
            Purpose::Goodbye => {
                let sealed = traffic.queue_close_notify(&mut *room.sealed);
                sealed.map(Step::Sealed).map_err(bug)
            }
        },
        ConnectionState::PeerClosed => Ok(Step::PeerClosed),
        _ => Ok(Step::Idle),
    });
    (discard, step)
}

fn no_room() -> Error {
    Error::General("no room for a record".to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn bug(error: impl ToString) -> Error {
    Error::General(error.to_string())
}
