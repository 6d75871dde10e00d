//! Folders and files that only their owner may read: the portal's data are personal, and whoever else works on the machine
//! has no business there. What is there already keeps the rights that it was given.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Makes a folder, and those above it, unless they are there.
pub fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file for writing from its beginning.
pub fn file(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Makes an empty file unless there is one.
pub fn made(path: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// What was done in a folder is on the disk.
pub fn synced(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
