//! The key of all keyed hashes, made at the first start. It is written whole beside its place and then renamed,
//! so that a disk that fills up leaves no key rather than half a one. Only its owner may read it.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use crate::private;

/// Fewest bytes of a key.
pub const SHORTEST: usize = 32;

/// The key at `path`, made if there is none.
pub fn read_or_make(path: &Path) -> io::Result<Vec<u8>> {
    if !path.exists() {
        make(path)?;
    }
    fs::read(path)
}

fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private::folder(folder)?;
    let half = path.with_extension(format!("{}.part", std::process::id()));
    let mut file = private::file(&half)?;
    let written = file
        .write_all(app::accounts::token::random_text(48).as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| {
            // A link overwrites nothing: another process that was faster made the key of both.
            match fs::hard_link(&half, path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&half, path),
                _ => Ok(()),
            }
        });
    let _ = fs::remove_file(&half);
    written?;
    private::synced(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = std::env::temp_dir().join(format!("key-{}", app::accounts::token::random_text(16)));
        let path = folder.join("secret.key");
        let key = read_or_make(&path).unwrap();
        assert!(key.len() >= SHORTEST);
        assert_eq!(read_or_make(&path).unwrap(), key);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left behind");
        fs::remove_dir_all(&folder).unwrap();
    }
}
