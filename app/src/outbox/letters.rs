//! Mails in their final form. The program around the app writes them, for the server that takes them and for the page
//! that shows them alike, from what is stored alone: whenever a mail is written, it is the same to the byte.

use async_trait::async_trait;

use super::{Outcome, store::Whole};
use crate::files::Files;

/// Writes mails.
#[async_trait]
pub trait Letters: Send + Sync {
    /// The bytes of a mail with its headers; `together` are the names and addresses that all its headers name.
    ///
    /// # Errors
    /// Why it cannot become a mail, as an attempt to send it would report.
    async fn bytes(&self, files: &Files, whole: &Whole, together: &[(String, String)]) -> Result<Vec<u8>, Outcome>;
}
