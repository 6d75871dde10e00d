//! Keeping and removing take turns, in this process and in every other over the same folder: many keep at a time, one
//! removes alone. So nothing is made new between a last look at it and its end.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Within the process tasks wait for each other; a lock on a file is between processes.
#[derive(Clone, Debug)]
pub struct Turns {
    file: PathBuf,
    here: Arc<RwLock<()>>,
}

/// A turn, until it is dropped.
pub struct Turn<G> {
    _file: File,
    _here: G,
}

impl Turns {
    pub fn in_folder(data: &Path) -> Self {
        Self { file: data.join(".keeping"), here: Arc::default() }
    }

    pub async fn to_keep(&self) -> io::Result<Turn<OwnedRwLockReadGuard<()>>> {
        let here = Arc::clone(&self.here).read_owned().await;
        Ok(Turn { _file: self.locked(File::lock_shared).await?, _here: here })
    }

    pub async fn to_remove(&self) -> io::Result<Turn<OwnedRwLockWriteGuard<()>>> {
        let here = Arc::clone(&self.here).write_owned().await;
        Ok(Turn { _file: self.locked(File::lock).await?, _here: here })
    }

    async fn locked(&self, lock: fn(&File) -> io::Result<()>) -> io::Result<File> {
        let path = self.file.clone();
        let locking = tokio::task::spawn_blocking(move || {
            let file = File::options().create(true).append(true).open(path)?;
            lock(&file)?;
            Ok(file)
        });
        locking.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn whoever_removes_waits_for_those_who_keep_in_another_process_too() {
        let folder = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
        std::fs::create_dir_all(&folder).expect("made");
        // Two that share the folder only, as two processes do.
        let [one, other] = [Turns::in_folder(&folder), Turns::in_folder(&folder)];
        let keeping = one.to_keep().await.expect("a turn");
        drop(other.to_keep().await.expect("many keep at a time"));
        let removing = tokio::spawn(async move { other.to_remove().await.map(|_| ()) });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!removing.is_finished());
        drop(keeping);
        removing.await.expect("no panic").expect("its turn");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
