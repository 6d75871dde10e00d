//! Mails as files, for a portal without a mail server and for demo data: `<data>/mail/<id>.eml`, and messages to
//! groups beside them, whole or not there at all, and for their owner alone, because links in them open accounts.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::{fs, io::AsyncWriteExt};

pub struct Folder(PathBuf);

impl Folder {
    pub fn in_data(data: &Path) -> Self {
        Self(data.join("mail"))
    }

    /// Gives the file's name within the data folder. Writing the same mail twice makes one file.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> io::Result<String> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0).await?;
        let half = self.0.join(format!(".{name}.part"));
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        fs::rename(&half, self.0.join(name)).await?;
        fs::File::open(&self.0).await?.sync_all().await?;
        Ok(format!("mail/{name}"))
    }
}
