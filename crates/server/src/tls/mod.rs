//! The server's own certificate: read, held against its key, and taken anew while connections go on.

use crate::config::tls::TlsFiles;
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// What is wrong with the files, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("--tls-cert: {} {why}", file.display())]
    Certificate { file: PathBuf, why: String },
    #[error("--tls-key: {} {why}", file.display())]
    Key { file: PathBuf, why: String },
    #[error("--tls-key: {} is not the key of the certificate in {}", key.display(), certificate.display())]
    Pair { certificate: PathBuf, key: PathBuf },
}

/// What new connections are met with; those that are open keep what they have.
pub struct Tls {
    files: TlsFiles,
    now: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// `None`: connections are plain.
    pub fn read(files: &TlsFiles) -> Result<Option<Tls>, TlsError> {
        let Some((certificate, key)) = files.both() else {
            return Ok(None);
        };
        let now = RwLock::new(Arc::new(config(certificate, key)?));
        let files = files.clone();
        Ok(Some(Tls { files, now }))
    }

    /// Files that cannot be used change nothing.
    pub fn read_again(&self) -> Result<(), TlsError> {
        if let Some((certificate, key)) = self.files.both() {
            let read = Arc::new(config(certificate, key)?);
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = read;
        }
        Ok(())
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(now.clone())
    }
}

fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let wrong = |why: String| TlsError::Certificate {
        file: certificate.into(),
        why,
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(unreadable(&error)))?;
    let first = chain
        .first()
        .ok_or_else(|| wrong("holds no certificate (PEM, -----BEGIN CERTIFICATE-----)".into()))?;
    let (from, until) = validity(first).map_err(|error| wrong(unreadable(&error)))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| TlsError::Key {
        file: key.into(),
        why: match error {
            rustls::pki_types::pem::Error::NoItemsFound => {
                "holds no private key (PEM, -----BEGIN PRIVATE KEY-----)".into()
            }
            error => unreadable(&error),
        },
    })?;
    let provider = Arc::new(ring::default_provider());
    let pair = CertifiedKey::from_der(chain, private, &provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => TlsError::Pair {
            certificate: certificate.into(),
            key: key.into(),
        },
        error => TlsError::Key {
            file: key.into(),
            why: format!("cannot be used: {error}"),
        },
    })?;
    let versions = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(format!("cannot be used: {error}")))?;
    let mut config = versions
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(pair)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    warn_of(certificate, from, until, Timestamp::now());
    Ok(config)
}

fn unreadable(error: &dyn Display) -> String {
    format!("cannot be read: {error}")
}

/// From when until when it is good.
fn validity(certificate: &CertificateDer<'_>) -> Result<(Timestamp, Timestamp), String> {
    let read = Certificate::from_der(certificate).map_err(|error| error.to_string())?;
    let validity = read.tbs_certificate().validity();
    let time = |seconds: u64| {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    };
    let from = validity.not_before.to_unix_duration().as_secs();
    let until = validity.not_after.to_unix_duration().as_secs();
    Ok((time(from), time(until)))
}

/// Browsers refuse it, and yet a server that does not start helps nobody.
fn warn_of(file: &Path, from: Timestamp, until: Timestamp, now: Timestamp) {
    let file = file.display();
    if until < now {
        tracing::warn!("--tls-cert: {file} has expired at {until}: browsers refuse it");
    } else if from > now {
        tracing::warn!("--tls-cert: {file} is good from {from} on alone: browsers refuse it");
    } else {
        tracing::info!("the certificate in {file} is good until {until}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;
    use rcgen::{CertificateParams, KeyPair};

    struct Files(Scratch);

    impl Files {
        fn write(&self, name: &str, text: &str) -> PathBuf {
            let file = self.0.0.join(name);
            std::fs::write(&file, text).expect("it is written");
            file
        }
    }

    fn pair(until: i32) -> (String, String) {
        let mut params = CertificateParams::new(["localhost".into()]).expect("a name");
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said_with_the_file() {
        let files = Files(Scratch::new());
        let (certificate, key) = pair(2100);
        let (_, other) = pair(2100);
        let good = files.write("good.pem", &certificate);
        let fits = files.write("fits.key", &key);
        let not = files.write("not.key", &other);
        let empty = files.write("empty.pem", "");
        let text = files.write("text.pem", "no PEM at all");
        let said = |certificate: &Path, key: &Path| match config(certificate, key) {
            Ok(_) => "it is taken".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(said(&good, &fits), "it is taken");
        for (certificate, key, words) in [
            (&good, &not, "not.key is not the key of the certificate in"),
            (&empty, &fits, "empty.pem holds no certificate"),
            (&text, &fits, "text.pem holds no certificate"),
            (&fits, &fits, "fits.key holds no certificate"),
            (&good, &empty, "empty.pem holds no private key"),
            (&good, &good, "good.pem holds no private key"),
        ] {
            let said = said(certificate, key);
            assert!(said.contains(words), "{said}");
        }
        let nowhere = files.0.0.join("nowhere.pem");
        assert!(said(&nowhere, &fits).contains("nowhere.pem cannot be read"));
        assert!(said(&good, &nowhere).contains("nowhere.pem cannot be read"));
    }

    #[test]
    fn the_end_of_a_certificate_is_read() {
        let (certificate, _) = pair(2021);
        let read = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("it is one");
        let (from, until) = validity(&read).expect("it is one");
        assert_eq!(from.to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(until.to_string(), "2021-01-01T00:00:00Z");
    }
}
