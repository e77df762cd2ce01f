#![expect(clippy::unwrap_used, reason = "tests")]

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::client::ResolvesClientCert;
use rustls::crypto::SupportedKxGroup;
use rustls::pki_types::PrivateKeyDer;
use rustls::{
    AlertDescription, ClientConnection, Connection, HandshakeKind, NamedGroup, ProtocolVersion,
    ServerConnection,
};

use super::*;
use crate::identity::Identity;

/// Both ends of a connection, joined by buffers.
struct Pair {
    client: Connection,
    server: Connection,
}

/// How a handshake ended: each side has its own view.
struct Outcome {
    client: Result<(), Error>,
    server: Result<(), Error>,
}

fn pair(client: impl Into<Arc<ClientConfig>>, server: impl Into<Arc<ServerConfig>>) -> Pair {
    let client = ClientConnection::new(client.into(), peer_name()).unwrap();
    let server = ServerConnection::new(server.into()).unwrap();
    Pair {
        client: client.into(),
        server: server.into(),
    }
}

/// Moves all that one end has to say, and has the other read it.
fn carry(from: &mut Connection, to: &mut Connection) -> (usize, Result<(), Error>) {
    let mut bytes = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut bytes).unwrap();
    }
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        to.read_tls(&mut rest).unwrap();
        if let Err(error) = to.process_new_packets() {
            return (bytes.len(), Err(error));
        }
    }
    (bytes.len(), Ok(()))
}

impl Pair {
    fn shake_hands(&mut self) -> Outcome {
        let mut outcome = Outcome {
            client: Ok(()),
            server: Ok(()),
        };
        loop {
            let (there, heard) = carry(&mut self.client, &mut self.server);
            outcome.server = outcome.server.and(heard);
            let (back, heard) = carry(&mut self.server, &mut self.client);
            outcome.client = outcome.client.and(heard);
            if there + back == 0 {
                return outcome;
            }
        }
    }
}

/// Two devices that have found together.
fn connected(client: &Identity, server: &Identity) -> Pair {
    let mut pair = pair(client.client_config(), server.server_config());
    let outcome = pair.shake_hands();
    outcome.client.unwrap();
    outcome.server.unwrap();
    pair
}

fn identity() -> Identity {
    Identity::unkept().unwrap()
}

fn client_of(identity: &Identity) -> ClientConfig {
    (*identity.client_config()).clone()
}

fn server_of(identity: &Identity) -> ServerConfig {
    (*identity.server_config()).clone()
}

/// Certificates with a key, whether they belong together or not.
fn certified(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<CertifiedKey> {
    let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = provider().key_provider.load_private_key(der).unwrap();
    Arc::new(CertifiedKey::new(chain, key))
}

fn certificate(key: &KeyPair, padding_bytes: usize) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(["onehop".to_owned()]).unwrap();
    let padding =
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![0; padding_bytes]);
    params.custom_extensions.push(padding);
    params.self_signed(key).unwrap().der().clone()
}

/// The fault that a verifier of ours told.
fn fault(outcome: &Result<(), Error>) -> CertificateFault {
    let Err(Error::InvalidCertificate(CertificateError::Other(OtherError(fault)))) = outcome else {
        unreachable!("{outcome:?}");
    };
    *fault.downcast_ref().unwrap()
}

#[derive(Debug)]
struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

#[test]
fn each_side_learns_who_the_other_is() {
    let (sender, receiver) = (identity(), identity());
    let pair = connected(&sender, &receiver);
    assert_eq!(proven_peer(&pair.client), Ok(receiver.fingerprint()));
    assert_eq!(proven_peer(&pair.server), Ok(sender.fingerprint()));
}

#[test]
fn tls_1_3_onehop_and_post_quantum_key_exchange_are_agreed_on() {
    let pair = connected(&identity(), &identity());
    for side in [&pair.client, &pair.server] {
        assert_eq!(side.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(side.alpn_protocol(), Some(&b"onehop/1"[..]));
        let group = side.negotiated_key_exchange_group();
        assert_eq!(
            group.map(SupportedKxGroup::name),
            Some(NamedGroup::X25519MLKEM768)
        );
    }
}

#[test]
fn a_peer_that_knows_only_the_older_key_exchange_is_served() {
    let (sender, receiver) = (identity(), identity());
    let mut old = provider();
    old.kx_groups = vec![kx_group::SECP256R1];
    let mut config = ClientConfig::builder_with_provider(Arc::new(old))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate::new(&provider())))
        .with_client_cert_resolver(sender.client_config().client_auth_cert_resolver.clone());
    config.alpn_protocols = vec![ALPN.to_vec()];
    let mut pair = pair(config, receiver.server_config());
    pair.shake_hands().server.unwrap();
    assert_eq!(proven_peer(&pair.server), Ok(sender.fingerprint()));
}

#[test]
fn nothing_is_proved_before_the_handshake_is_done() {
    let pair = pair(identity().client_config(), identity().server_config());
    assert_eq!(proven_peer(&pair.client), Err(HandshakeFault::Unfinished));
    assert_eq!(proven_peer(&pair.server), Err(HandshakeFault::Unfinished));
}

#[test]
fn a_sender_with_the_right_certificate_and_the_wrong_key_is_refused() {
    let (right, wrong) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let stolen = certified(vec![certificate(&right, 0)], &wrong);
    let mut pair = pair(client_config(stolen).unwrap(), identity().server_config());
    let error = pair.shake_hands().server.unwrap_err();
    assert_eq!(
        error,
        Error::InvalidCertificate(CertificateError::BadSignature)
    );
    assert_eq!(proven_peer(&pair.server), Err(HandshakeFault::Unfinished));
}

#[test]
fn a_receiver_with_the_right_certificate_and_the_wrong_key_is_refused() {
    let (right, wrong) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let stolen = certified(vec![certificate(&right, 0)], &wrong);
    let mut pair = pair(identity().client_config(), server_config(stolen).unwrap());
    let error = pair.shake_hands().client.unwrap_err();
    assert_eq!(
        error,
        Error::InvalidCertificate(CertificateError::BadSignature)
    );
    assert_eq!(proven_peer(&pair.client), Err(HandshakeFault::Unfinished));
}

#[test]
fn a_sender_without_a_certificate_is_refused() {
    let mut nobody = client_of(&identity());
    nobody.client_auth_cert_resolver = Arc::new(NoCertificate);
    let mut pair = pair(nobody, identity().server_config());
    let error = pair.shake_hands().server.unwrap_err();
    assert_eq!(error, Error::NoCertificatesPresented);
}

#[test]
fn a_sender_of_another_protocol_is_refused() {
    let mut other = client_of(&identity());
    other.alpn_protocols = vec![b"http/1.1".to_vec(), b"onehop/2".to_vec()];
    let mut pair = pair(other, identity().server_config());
    let outcome = pair.shake_hands();
    assert_eq!(outcome.server, Err(Error::NoApplicationProtocol));
    let alert = AlertDescription::NoApplicationProtocol;
    assert_eq!(outcome.client, Err(Error::AlertReceived(alert)));
}

#[test]
fn a_peer_that_names_no_protocol_proves_nothing() {
    let mut silent = client_of(&identity());
    silent.alpn_protocols.clear();
    let mut to_receiver = pair(silent, identity().server_config());
    to_receiver.shake_hands().server.unwrap();
    assert_eq!(
        proven_peer(&to_receiver.server),
        Err(HandshakeFault::WrongProtocol)
    );

    let mut silent = server_of(&identity());
    silent.alpn_protocols.clear();
    let mut to_sender = pair(identity().client_config(), silent);
    to_sender.shake_hands().client.unwrap();
    assert_eq!(
        proven_peer(&to_sender.client),
        Err(HandshakeFault::WrongProtocol)
    );
}

#[test]
fn more_than_one_certificate_is_refused_on_both_sides() {
    let key = KeyPair::generate().unwrap();
    let own = certificate(&key, 0);
    let chain = certified(vec![own.clone(), own], &key);
    let mut to_receiver = pair(
        client_config(Arc::clone(&chain)).unwrap(),
        identity().server_config(),
    );
    assert_eq!(
        fault(&to_receiver.shake_hands().server),
        CertificateFault::TooMany(2)
    );
    let mut to_sender = pair(identity().client_config(), server_config(chain).unwrap());
    assert_eq!(
        fault(&to_sender.shake_hands().client),
        CertificateFault::TooMany(2)
    );
}

#[test]
fn a_certificate_that_is_too_long_is_refused_on_both_sides() {
    let key = KeyPair::generate().unwrap();
    let long = certificate(&key, MAX_CERTIFICATE_BYTES);
    let bytes = long.len();
    let long = certified(vec![long], &key);
    let mut to_receiver = pair(
        client_config(Arc::clone(&long)).unwrap(),
        identity().server_config(),
    );
    assert_eq!(
        fault(&to_receiver.shake_hands().server),
        CertificateFault::TooLong(bytes)
    );
    let mut to_sender = pair(identity().client_config(), server_config(long).unwrap());
    assert_eq!(
        fault(&to_sender.shake_hands().client),
        CertificateFault::TooLong(bytes)
    );
}

#[test]
fn a_certificate_that_demands_what_is_unknown_is_refused_on_both_sides() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["onehop".to_owned()]).unwrap();
    let mut unknown = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
    unknown.set_criticality(true);
    params.custom_extensions.push(unknown);
    let demanding = params.self_signed(&key).unwrap().der().clone();
    let demanding = certified(vec![demanding], &key);
    let is_refused =
        |outcome: &Result<(), Error>| matches!(outcome, Err(Error::InvalidCertificate(_)));
    let mut to_receiver = pair(
        client_config(Arc::clone(&demanding)).unwrap(),
        identity().server_config(),
    );
    assert!(is_refused(&to_receiver.shake_hands().server));
    let mut to_sender = pair(
        identity().client_config(),
        server_config(demanding).unwrap(),
    );
    assert!(is_refused(&to_sender.shake_hands().client));
}

#[test]
fn names_and_dates_in_a_certificate_mean_nothing() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["another.example".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(1990, 1, 1);
    params.not_after = rcgen::date_time_ymd(1991, 1, 1);
    let expired = params.self_signed(&key).unwrap().der().clone();
    let fingerprint = Fingerprint::of_certificate(&expired);
    let config = server_config(certified(vec![expired], &key)).unwrap();
    let mut pair = pair(identity().client_config(), config);
    pair.shake_hands().client.unwrap();
    assert_eq!(proven_peer(&pair.client), Ok(fingerprint));
}

#[test]
fn no_session_tickets_are_sent() {
    let receiver = identity();
    let mut pair = connected(&identity(), &receiver);
    let (bytes, _) = carry(&mut pair.server, &mut pair.client);
    assert_eq!(bytes, 0);
    let Connection::Client(client) = pair.client else {
        unreachable!()
    };
    assert_eq!(client.tls13_tickets_received(), 0);
}

#[test]
fn a_sender_does_not_resume_even_if_the_receiver_hands_out_tickets() {
    let sender = identity();
    let mut generous = server_of(&identity());
    generous.send_tls13_tickets = 2;
    generous.session_storage = rustls::server::ServerSessionMemoryCache::new(8);
    let generous = Arc::new(generous);
    for _ in 0..2 {
        let mut pair = pair(sender.client_config(), Arc::clone(&generous));
        pair.shake_hands().client.unwrap();
        assert_eq!(pair.client.handshake_kind(), Some(HandshakeKind::Full));
    }
}

#[test]
fn a_sender_does_not_tell_which_host_it_means() {
    let config = identity().client_config();
    let name = ServerName::try_from("secret.example").unwrap();
    let mut client: Connection = ClientConnection::new(config, name).unwrap().into();
    let mut said = Vec::new();
    client.write_tls(&mut said).unwrap();
    assert!(!said.windows(6).any(|bytes| bytes == b"secret"));
}

/// A record of one handshake message.
fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    let mut record = vec![0x16, 0x03, 0x03];
    record.extend((length + 4).to_be_bytes());
    record.extend([kind, 0]);
    record.extend(length.to_be_bytes());
    record.extend(body);
    record
}

fn heard(connection: &mut Connection, bytes: &[u8]) -> Result<(), Error> {
    connection.read_tls(&mut &*bytes).unwrap();
    connection.process_new_packets().map(drop)
}

#[test]
fn a_sender_that_knows_only_tls_1_2_is_refused() {
    let mut hello = vec![0x03, 0x03];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xC0, 0x2B, 1, 0]); // no session, one cipher, no compression
    hello.extend([0, 22]);
    hello.extend([0, 13, 0, 4, 0, 2, 4, 3]); // signatures
    hello.extend([0, 10, 0, 4, 0, 2, 0, 23]); // groups
    hello.extend([0, 11, 0, 2, 1, 0]); // points
    let mut server: Connection = ServerConnection::new(identity().server_config())
        .unwrap()
        .into();
    let error = heard(&mut server, &record(1, &hello)).unwrap_err();
    assert!(matches!(error, Error::PeerIncompatible(_)), "{error:?}");
}

#[test]
fn a_receiver_that_knows_only_tls_1_2_is_refused() {
    let mut hello = vec![0x03, 0x03];
    hello.extend([7; 32]);
    hello.extend([0, 0xC0, 0x2B, 0]); // no session, a cipher, no compression
    let config = identity().client_config();
    let client = ClientConnection::new(config, peer_name()).unwrap();
    let error = heard(&mut client.into(), &record(2, &hello)).unwrap_err();
    assert!(matches!(error, Error::PeerIncompatible(_)), "{error:?}");
}
