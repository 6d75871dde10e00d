//! The names in a zip archive, read from its directory alone. Whatever the archive says of itself, no more is read than
//! `LARGEST` bytes: an archive of a few megabytes can hold half a million entries.

use std::io::{self, Read, Seek, SeekFrom};

/// Largest directory that is read, in bytes; some ten thousand entries fit, where office files have a few hundred.
const LARGEST: u64 = 1024 * 1024;
/// The record at the end of an archive without its comment, and the longest comment.
const END: usize = 22;
const LONGEST_COMMENT: u64 = 65_535;
/// What stands before the name in a line of the directory.
const LINE: usize = 46;

/// The names; nothing for what is no archive, or has a directory that is too large.
pub fn names(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<Vec<u8>>>> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(END as u64 + LONGEST_COMMENT);
    let tail = read(file, from, length - from)?;
    let Some(at) = tail.windows(END).rposition(|record| record.starts_with(b"PK\x05\x06")) else { return Ok(None) };
    let (Some(size), Some(begin)) = (number(&tail, at + 12, 4), number(&tail, at + 16, 4)) else { return Ok(None) };
    if size > LARGEST {
        return Ok(None);
    }
    let directory = read(file, begin, size)?;
    let (mut names, mut at) = (Vec::new(), 0);
    while directory.get(at..).is_some_and(|line| line.starts_with(b"PK\x01\x02")) {
        let length = |place| number(&directory, at + place, 2).and_then(|length| usize::try_from(length).ok());
        let (Some(name), Some(extra), Some(comment)) = (length(28), length(30), length(32)) else { break };
        let Some(found) = directory.get(at + LINE..at + LINE + name) else { break };
        names.push(found.to_vec());
        at += LINE + name + extra + comment;
    }
    Ok(Some(names))
}

fn read(file: &mut (impl Read + Seek), from: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The number of so many bytes at a place, the smallest byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(bytes.get(at..at + length)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(names: impl Iterator<Item = String>, comment: &str) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        }
        zip.set_comment(comment).expect("a comment");
        zip.finish().expect("an archive")
    }

    #[test]
    fn the_names_of_an_ordinary_archive_are_found_whatever_its_comment() {
        let said = ["[Content_Types].xml", "word/document.xml"];
        for comment in ["", "made by hand"] {
            let mut made = archive(said.into_iter().map(str::to_owned), comment);
            assert_eq!(names(&mut made).expect("read").expect("names"), said.map(|name| name.as_bytes().to_vec()));
        }
        assert_eq!(names(&mut Cursor::new(b"no archive".to_vec())).expect("read"), None);
        assert_eq!(names(&mut Cursor::new(Vec::new())).expect("read"), None);
    }

    #[test]
    fn an_archive_of_very_many_entries_is_left_unread() {
        struct Counted(Cursor<Vec<u8>>, u64);
        impl Read for Counted {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                let read = self.0.read(to)?;
                self.1 += read as u64;
                Ok(read)
            }
        }
        impl Seek for Counted {
            fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
                self.0.seek(to)
            }
        }
        let mut many = Counted(archive((0..40_000).map(|n| format!("{n}")), ""), 0);
        assert_eq!(names(&mut many).expect("read"), None);
        assert!(many.1 < 100_000, "{} bytes were read", many.1);
    }

    #[test]
    fn a_directory_that_lies_ends_where_it_stops_making_sense() {
        let mut made = archive(["a", "b"].into_iter().map(str::to_owned), "").into_inner();
        let second = made.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a line");
        made[second + 28] = 0xff;
        made[second + 29] = 0xff;
        assert_eq!(names(&mut Cursor::new(made)).expect("read").expect("names"), [b"a".to_vec()]);
    }
}
