//! Whose word is taken for a server's certificate: the public authorities', and that of the authorities in a
//! file, for a server inside the house.

use std::{path::Path, sync::Arc};

use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::config::{Sentence, wrong};

#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// The public authorities and those whose certificates stand in `file` (PEM), which the setting of this variable
    /// names.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub fn new(variable: &str, file: Option<&Path>) -> Result<Self, Sentence> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = file.filter(|file| !file.as_os_str().is_empty()) {
            let unusable =
                |why: String| wrong(variable, format!("is {}, which cannot be used ({why})", file.display()));
            for certificate in certificates(file).map_err(unusable)? {
                roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            }
        }
        Ok(Self(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())))
    }

    pub(crate) fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let found = read.map_err(|error| error.to_string())?;
    if found.is_empty() { Err("it holds no certificate".to_owned()) } else { Ok(found) }
}
