//! What onehop/1 is measured against: the least that can move a file over TLS and check it.
//!
//! ```text
//! bare_tls send|receive PORT FILE
//! ```
//!
//! Blocking reads and writes of 256 KiB, which was the quickest of all sizes tried, through rustls
//! as its examples use it, with the cipher and the key exchange that Onehop prefers, and BLAKE3
//! over all that passes, on both sides. The hash crosses at the end and is compared; nobody is
//! authenticated.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring stick"
)]

use std::env;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
};

const PIECE_BYTES: usize = 256 * 1024;
const PAGE_BYTES: usize = 4096;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["send", port, path] => send(port.parse().unwrap(), path),
        ["receive", port, path] => receive(port.parse().unwrap(), path),
        // `cargo bench` and `cargo test` start every benchmark without a word for it.
        _ => println!("Used by benches/onehop.py: bare_tls send|receive PORT FILE"),
    }
}

fn send(port: u16, path: &str) {
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.set_nodelay(true).unwrap();
    let name = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
    let mut tls = ClientConnection::new(Arc::new(client_config()), name).unwrap();
    tls.set_buffer_limit(Some(2 * PIECE_BYTES));
    let mut stream = StreamOwned::new(tls, Buffered::new(socket));
    let (mut file, mut hasher) = (File::open(path).unwrap(), blake3::Hasher::new());
    let (mut memory, start) = memory();
    let piece = &mut memory[start..start + PIECE_BYTES];
    let mut left = file.metadata().unwrap().len();
    stream.write_all(&left.to_be_bytes()).unwrap();
    while left > 0 {
        let bytes = file.read(piece).unwrap();
        hasher.update(&piece[..bytes]);
        stream.write_all(&piece[..bytes]).unwrap();
        left -= bytes as u64;
    }
    stream.write_all(hasher.finalize().as_bytes()).unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    // The receiver says one byte when it has everything.
    stream.read_exact(&mut [0]).unwrap();
}

fn receive(port: u16, path: &str) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let socket = listener.accept().unwrap().0;
    socket.set_nodelay(true).unwrap();
    let mut tls = ServerConnection::new(Arc::new(server_config())).unwrap();
    tls.set_buffer_limit(Some(2 * PIECE_BYTES));
    let mut stream = StreamOwned::new(tls, Buffered::new(socket));
    let (mut file, mut hasher) = (File::create(path).unwrap(), blake3::Hasher::new());
    let (mut memory, start) = memory();
    let piece = &mut memory[start..start + PIECE_BYTES];
    let mut length = [0; 8];
    stream.read_exact(&mut length).unwrap();
    let mut left = u64::from_be_bytes(length);
    while left > 0 {
        let room = usize::try_from(left).unwrap().min(PIECE_BYTES);
        let bytes = stream.read(&mut piece[..room]).unwrap();
        hasher.update(&piece[..bytes]);
        file.write_all(&piece[..bytes]).unwrap();
        left -= bytes as u64;
    }
    let mut told = [0; 32];
    stream.read_exact(&mut told).unwrap();
    assert!(hasher.finalize() == told, "something else arrived");
    stream.write_all(&[1]).unwrap();
    stream.flush().unwrap();
}

/// Room for a piece that begins where a page does, where the system's copies are fastest.
fn memory() -> (Vec<u8>, usize) {
    let memory = vec![0; PIECE_BYTES + PAGE_BYTES];
    let start = memory.as_ptr().align_offset(PAGE_BYTES);
    (memory, start)
}

/// A socket that is read a whole piece at a time; rustls itself asks for 4 KiB.
struct Buffered(BufReader<TcpStream>);

impl Buffered {
    fn new(socket: TcpStream) -> Self {
        Self(BufReader::with_capacity(PIECE_BYTES, socket))
    }
}

impl Read for Buffered {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn write_vectored(&mut self, pieces: &[std::io::IoSlice<'_>]) -> std::io::Result<usize> {
        self.0.get_mut().write_vectored(pieces)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.get_mut().flush()
    }
}

fn provider() -> CryptoProvider {
    CryptoProvider {
        kx_groups: vec![kx_group::X25519MLKEM768],
        cipher_suites: vec![cipher_suite::TLS13_AES_128_GCM_SHA256],
        ..aws_lc_rs::default_provider()
    }
}

fn client_config() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth()
}

fn server_config() -> ServerConfig {
    let certified = rcgen::generate_simple_self_signed(["bare".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap()
}

/// Takes every certificate, but checks its signature, as a real peer must.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 only".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
