//! Whose word is taken for a server's certificate: the public authorities', and that of the authorities in a
//! file, for a mail server inside the house.

use std::{path::Path, sync::Arc};

use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::config::{Sentence, wrong};

#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// The public authorities and those whose certificates stand in `file` (PEM).
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub fn new(file: Option<&Path>) -> Result<Self, Sentence> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = file {
            for certificate in certificates(file)? {
                roots.add(certificate).map_err(|e| unusable(file, &e.to_string()))?;
            }
        }
        Ok(Self(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())))
    }

    pub(crate) fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Sentence> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let found = read.map_err(|e| unusable(file, &e.to_string()))?;
    if found.is_empty() { Err(unusable(file, "it holds no certificate")) } else { Ok(found) }
}

fn unusable(file: &Path, why: &str) -> Sentence {
    wrong("HUNITONG_MAIL_CA", format!("is {}, which cannot be used ({why})", file.display()))
}
