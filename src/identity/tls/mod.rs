//! TLS as onehop/1 uses it: whoever holds the key of a certificate is the device of that
//! certificate, and nothing else in it counts.

use std::net::Ipv4Addr;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, CommonState, DigitallySignedStruct, DistinguishedName, Error,
    OtherError, PeerIncompatible, ServerConfig, SignatureScheme,
};

use super::Fingerprint;
use super::error::{CertificateFault, HandshakeFault};

/// What both sides must agree to by ALPN.
pub const ALPN: &[u8] = b"onehop/1";
/// Ours have about 500 bytes; even one with a large RSA key has less than 4 KiB.
pub(crate) const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// The name to connect to, which rustls asks for. It is an address and so never sent: which host
/// was meant is nobody's business, and identities have no names.
#[must_use]
pub fn peer_name() -> ServerName<'static> {
    ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())
}

/// The identity that the other side has proved in a finished handshake. Both sides of a
/// connection ask this before anything else.
///
/// # Errors
///
/// If the handshake was not one of onehop/1.
pub fn proven_peer(connection: &CommonState) -> Result<Fingerprint, HandshakeFault> {
    if connection.is_handshaking() {
        return Err(HandshakeFault::Unfinished);
    }
    // A peer that knows nothing of ALPN gets through the handshake, and only here is stopped.
    if connection.alpn_protocol() != Some(ALPN) {
        return Err(HandshakeFault::WrongProtocol);
    }
    match connection.peer_certificates() {
        Some([certificate, ..]) => Ok(Fingerprint::of_certificate(certificate)),
        _ => Err(HandshakeFault::NoCertificate),
    }
}

pub(super) fn client_config(key: Arc<CertifiedKey>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(provider());
    let verifier = Arc::new(AnyCertificate::new(&provider));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_sni = false;
    config.enable_early_data = false;
    Ok(config)
}

pub(super) fn server_config(key: Arc<CertifiedKey>) -> Result<ServerConfig, Error> {
    let provider = Arc::new(provider());
    let verifier = Arc::new(AnyCertificate::new(&provider));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// Hybrid post-quantum key exchange first, so that what is recorded today stays secret; the
/// others are for peers built on an older TLS library. Of the ciphers the quickest first: AES-128
/// is not the weakest link here, the key exchange is as strong.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        kx_groups: vec![
            kx_group::X25519MLKEM768,
            kx_group::X25519,
            kx_group::SECP256R1,
            kx_group::SECP384R1,
        ],
        cipher_suites: vec![
            cipher_suite::TLS13_AES_128_GCM_SHA256,
            cipher_suite::TLS13_AES_256_GCM_SHA384,
            cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        ],
        ..aws_lc_rs::default_provider()
    }
}

/// Takes every single certificate for what it is, an identity, but has its owner prove that the
/// key is there.
#[derive(Debug)]
struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyCertificate {
    fn new(provider: &CryptoProvider) -> Self {
        Self {
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

fn check(end_entity: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Result<(), Error> {
    let fault = if !others.is_empty() {
        CertificateFault::TooMany(others.len() + 1)
    } else if end_entity.len() > MAX_CERTIFICATE_BYTES {
        CertificateFault::TooLong(end_entity.len())
    } else {
        return Ok(());
    };
    let fault = CertificateError::Other(OtherError(Arc::new(fault)));
    Err(Error::InvalidCertificate(fault))
}

/// Never asked, since only TLS 1.3 is spoken.
fn only_tls13() -> Error {
    PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig.into()
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        check(end_entity, intermediates)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        check(end_entity, intermediates)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
