//! This device's key and certificate, and the file they are kept in.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rcgen::{IsCa, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ServerConfig};

use super::error::KeyFault;
use super::{Fingerprint, tls};
use crate::config::{self, Others};

const FILE_NAME: &str = "identity.pem";
/// In every certificate, since names in it mean nothing; the device's own would be told to
/// everybody who asks.
const NAME: &str = "onehop";
const WARNING: &str = "The secret key of this device for Onehop. Whoever has this file can pass \
                       for this device: give it to nobody.\n";

/// Who this device is: one key pair with one certificate, made at the first start and kept.
#[derive(Clone)]
pub struct Identity {
    fingerprint: Fingerprint,
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

impl Identity {
    /// The identity kept in `folder`; makes one if there is none. Of several processes that make
    /// one at the same moment, all end up with the same.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be used, or none can be made. There never is a new identity
    /// in place of an old one.
    pub fn open(folder: &Path) -> Result<Self, KeyFault> {
        let path = folder.join(FILE_NAME);
        if let Some(text) = read(&path)? {
            return parse(&text).map_err(|detail| KeyFault::Broken { path, detail });
        }
        let text = generate()?;
        match config::write_new(&path, &text) {
            Ok(true) => parse(&text).map_err(KeyFault::Cryptography),
            // Another process was quicker: this device is who that one made it.
            Ok(false) => match read(&path)? {
                Some(text) => parse(&text).map_err(|detail| KeyFault::Broken { path, detail }),
                None => Err(vanished(path)),
            },
            Err(source) => Err(KeyFault::NotKept { path, source }),
        }
    }

    /// An identity that is kept nowhere and ends with the program, for a system that names no
    /// folder for settings.
    ///
    /// # Errors
    ///
    /// If the cryptography fails.
    pub fn unkept() -> Result<Self, KeyFault> {
        parse(&generate()?).map_err(KeyFault::Cryptography)
    }

    /// How others know this device.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// For the side that connects: the sender. Connect with [`super::peer_name`], and ask
    /// [`super::proven_peer`] once the handshake is done.
    #[must_use]
    pub fn client_config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.client)
    }

    /// For the side that is connected to: the receiver. Ask [`super::proven_peer`] once the
    /// handshake is done.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}

impl fmt::Debug for Identity {
    /// Without the configurations: they hold the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.fingerprint).finish()
    }
}

/// The text of the file, if there is one and nobody else can read it.
fn read(path: &Path) -> Result<Option<String>, KeyFault> {
    let unreadable = |source| KeyFault::Unreadable {
        path: path.to_owned(),
        source,
    };
    let Some(mut file) = config::open(path).map_err(unreadable)? else {
        return Ok(None);
    };
    if let Some(mode) = config::exposed_to(Others::Touch, path, &file).map_err(unreadable)? {
        let path = path.to_owned();
        return Err(KeyFault::Exposed { path, mode });
    }
    match config::read_open(&mut file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(KeyFault::Broken {
            path: path.to_owned(),
            detail: error.to_string(),
        }),
        Err(error) => Err(unreadable(error)),
    }
}

fn vanished(path: PathBuf) -> KeyFault {
    KeyFault::Unreadable {
        path,
        source: io::ErrorKind::NotFound.into(),
    }
}

/// A new key with its certificate. P-256, since every TLS library knows it.
fn generate() -> Result<String, KeyFault> {
    let failed = |error: rcgen::Error| KeyFault::Cryptography(error.to_string());
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let mut params = CertificateParams::new([NAME.to_owned()]).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAME);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok(format!(
        "{WARNING}{}{}",
        key.serialize_pem(),
        certificate.pem()
    ))
}

/// Strict: what is not exactly one key with its certificate is not the file that was written.
fn parse(text: &str) -> Result<Identity, String> {
    let key = only(PrivateKeyDer::pem_slice_iter(text.as_bytes()), "key")?;
    let certificate = only(
        CertificateDer::pem_slice_iter(text.as_bytes()),
        "certificate",
    )?;
    let fingerprint = Fingerprint::of_certificate(&certificate);
    let certified = CertifiedKey::from_der(vec![certificate], key, &tls::provider())
        .map_err(|error| error.to_string())?;
    let certified = Arc::new(certified);
    let configs = || {
        let client = tls::client_config(Arc::clone(&certified))?;
        Ok((client, tls::server_config(certified)?))
    };
    let (client, server) = configs().map_err(|error: rustls::Error| error.to_string())?;
    Ok(Identity {
        fingerprint,
        client: Arc::new(client),
        server: Arc::new(server),
    })
}

fn only<T, E: fmt::Debug>(
    mut items: impl Iterator<Item = Result<T, E>>,
    what: &str,
) -> Result<T, String> {
    match (items.next(), items.next()) {
        (Some(Ok(item)), None) => Ok(item),
        (None, _) => Err(format!("no {what} in it")),
        (Some(Err(error)), _) => Err(format!("its {what} cannot be read: {error:?}")),
        (Some(Ok(_)), Some(_)) => Err(format!("more than one {what} in it")),
    }
}

#[cfg(test)]
mod tests;
