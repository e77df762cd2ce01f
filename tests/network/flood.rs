//! Hostile announcements, written byte by byte: what no honest library would send.

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353);
/// Packets between two pauses, and how long these are: some two thousand a second.
const BURST: u32 = 20;
const PAUSE: Duration = Duration::from_millis(10);
/// A year.
const TTL_SECS: u32 = 31_536_000;

const PTR: u16 = 12;
const TXT: u16 = 16;
const SRV: u16 = 33;
const A: u16 = 1;

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flood {
    /// Ever new receivers, with odd and long names.
    Receivers,
    /// Addresses of ever new hosts that no receiver has.
    Addresses,
    /// Receivers whose every text is as long as can be.
    Huge,
    /// What is no DNS at all.
    Garbage,
}

impl Flood {
    pub(crate) fn named(name: &str) -> Self {
        [Self::Receivers, Self::Addresses, Self::Huge, Self::Garbage]
            .into_iter()
            .find(|kind| kind.name() == name)
            .unwrap()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Receivers => "receivers",
            Self::Addresses => "addresses",
            Self::Huge => "huge",
            Self::Garbage => "garbage",
        }
    }

    fn packet(self, number: u32) -> Vec<u8> {
        match self {
            Self::Receivers => {
                let odd = format!("n=\u{202E}\u{1B}[31m\n{}{number}", "ü".repeat(100));
                let claim = format!("id={number:016x}");
                receiver(number, &[odd.as_bytes(), b"v=1", claim.as_bytes()])
            }
            Self::Addresses => {
                let host = [format!("host{number}"), "local".to_owned()];
                response(&[record(&labels(&host), A, &address(number))])
            }
            Self::Huge => {
                let text = [b'x'; 255];
                receiver(number, &[&text[..]; 30])
            }
            Self::Garbage => {
                let byte = u8::try_from(number % 251).unwrap();
                vec![byte; usize::try_from(number % 1400).unwrap()]
            }
        }
    }
}

/// Sends for so long.
pub(crate) fn flood(from: Ipv4Addr, kind: Flood, how_long: Duration) {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.set_reuse_port(true).unwrap();
    // Answers come from this port.
    let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, GROUP.port());
    socket.bind(&any.into()).unwrap();
    socket.set_multicast_if_v4(&from).unwrap();
    let socket = UdpSocket::from(socket);
    let began = Instant::now();
    let mut number = 0;
    while began.elapsed() < how_long {
        for _ in 0..BURST {
            // A full queue loses packets, as a real flood does.
            socket.send_to(&kind.packet(number), GROUP).ok();
            number += 1;
        }
        thread::sleep(PAUSE);
    }
}

fn receiver(number: u32, texts: &[&[u8]]) -> Vec<u8> {
    let kind = ["_onehop", "_tcp", "local"].map(str::to_owned);
    let instance = [&[format!("evil {number}")], &kind[..]].concat();
    let host = [format!("evil{number}"), "local".to_owned()];
    let text: Vec<u8> = texts
        .iter()
        .flat_map(|text| [&[u8::try_from(text.len()).unwrap()], *text].concat())
        .collect();
    let mut service = vec![0, 0, 0, 0];
    service.extend(9898_u16.to_be_bytes());
    service.extend(labels(&host));
    response(&[
        record(&labels(&kind), PTR, &labels(&instance)),
        record(&labels(&instance), SRV, &service),
        record(&labels(&instance), TXT, &text),
        record(&labels(&host), A, &address(number)),
    ])
}

fn address(number: u32) -> [u8; 4] {
    (0x0A07_0000 | (number & 0xFFFF)).to_be_bytes()
}

fn response(records: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(records.len()).unwrap();
    let mut packet = vec![0, 0, 0x84, 0, 0, 0];
    packet.extend(count.to_be_bytes());
    packet.extend([0; 4]);
    packet.extend(records.concat());
    packet
}

fn record(name: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut record = name.to_vec();
    record.extend(kind.to_be_bytes());
    record.extend(1_u16.to_be_bytes());
    record.extend(TTL_SECS.to_be_bytes());
    record.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    record.extend(data);
    record
}

fn labels(labels: &[String]) -> Vec<u8> {
    let mut name: Vec<u8> = labels
        .iter()
        .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
        .collect();
    name.push(0);
    name
}
