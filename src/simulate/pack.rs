//! Archives as the real tools make them: `.tgz` with `.zip` members inside.

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use std::collections::BTreeMap;
use std::io::Write;

/// Time stamp of every member, Unix seconds: archives depend on nothing but their content.
const MEMBER_TIME: u64 = 1_489_500_000;

/// Packs files with their chains (archives from outside in) into one `.tgz`.
pub(super) fn pack<'a>(files: impl IntoIterator<Item = (&'a [String], &'a [u8])>) -> Vec<u8> {
    let mut root = Folder::default();
    for (chain, bytes) in files {
        root.add(chain, bytes);
    }
    gzip(&root.tar())
}

/// The members of one archive, in order of name.
#[derive(Debug, Default)]
struct Folder<'a>(BTreeMap<&'a str, Member<'a>>);

#[derive(Debug)]
enum Member<'a> {
    File(&'a [u8]),
    Archive(Folder<'a>),
}

impl<'a> Folder<'a> {
    fn add(&mut self, chain: &'a [String], bytes: &'a [u8]) {
        match chain {
            [] => {}
            [name] => {
                self.0.insert(name, Member::File(bytes));
            }
            [name, inner @ ..] => {
                let member = self
                    .0
                    .entry(name)
                    .or_insert_with(|| Member::Archive(Folder::default()));
                if let Member::Archive(folder) = member {
                    folder.add(inner, bytes);
                }
            }
        }
    }

    /// Each member's name and bytes; an archive's form follows its name.
    fn members(&self) -> impl Iterator<Item = (&str, Vec<u8>)> {
        self.0.iter().map(|(name, member)| {
            let bytes = match member {
                Member::File(bytes) => bytes.to_vec(),
                Member::Archive(folder) if name.ends_with(".zip") => folder.zip(),
                Member::Archive(folder) => gzip(&folder.tar()),
            };
            (*name, bytes)
        })
    }

    /// POSIX ustar (IEEE 1003.1), two zero blocks at the end.
    fn tar(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, bytes) in self.members() {
            out.extend_from_slice(&tar_header(name, bytes.len()));
            out.extend_from_slice(&bytes);
            out.resize(out.len().next_multiple_of(512), 0);
        }
        out.resize(out.len() + 1024, 0);
        out
    }

    /// PKWARE APPNOTE 4.3: local headers with their data, central directory, end record.
    fn zip(&self) -> Vec<u8> {
        let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0u16);
        for (name, bytes) in self.members() {
            let offset = size32(out.len());
            let data = deflate(&bytes);
            let common = zip_common(name, &bytes, data.len());
            out.extend_from_slice(b"PK\x03\x04");
            out.extend_from_slice(&common);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&data);
            directory.extend_from_slice(b"PK\x01\x02\x14\x00");
            directory.extend_from_slice(&common);
            directory.extend_from_slice(&[0; 10]); // comment, disk, attributes
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
            count += 1;
        }
        let start = size32(out.len());
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&size32(directory.len()).to_le_bytes());
        out.extend_from_slice(&start.to_le_bytes());
        out.extend_from_slice(&[0, 0]);
        out
    }
}

/// The fields that a local and a central header have in common: version to extra length.
fn zip_common(name: &str, bytes: &[u8], packed: usize) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut out = Vec::new();
    // Version 2.0, no flags, method 8 (deflate), 00:00, 2017-03-14 as MS-DOS date.
    for field in [20u16, 0, 8, 0, (37 << 9) | (3 << 5) | 14] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&size32(packed).to_le_bytes());
    out.extend_from_slice(&size32(bytes.len()).to_le_bytes());
    let name_length = u16::try_from(name.len()).expect("member names are short");
    out.extend_from_slice(&name_length.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn tar_header(name: &str, size: usize) -> [u8; 512] {
    let mut header = [0u8; 512];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    let (prefix, name) = split_name(name);
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, &format!("{MEMBER_TIME:011o}\0"));
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    put(345, prefix);
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// ustar keeps up to 100 bytes of name; folders in front of that go into the prefix.
fn split_name(name: &str) -> (&str, &str) {
    if name.len() <= 100 {
        return ("", name);
    }
    name.match_indices('/')
        .find(|(at, _)| name.len() - at - 1 <= 100 && *at <= 155)
        .map_or(("", name), |(at, _)| (&name[..at], &name[at + 1..]))
}

fn size32(size: usize) -> u32 {
    u32::try_from(size).expect("a simulated member is smaller than 4 GiB")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn other_programs_read_the_archives() {
        let chain: Vec<String> = ["192.0.2.10/active_1.tgz", "desktop/a.log.zip", "a.log"]
            .map(str::to_owned)
            .to_vec();
        let bundle = pack([(chain.as_slice(), b"line one\n".as_slice())]);
        let outer = tar_member(&bundle, "192.0.2.10/active_1.tgz");
        let zipped = tar_member(&outer, "desktop/a.log.zip");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zipped)).unwrap();
        let mut text = String::new();
        let mut member = archive.by_name("a.log").unwrap();
        member.read_to_string(&mut text).unwrap();
        assert_eq!(text, "line one\n");
    }

    fn tar_member(bytes: &[u8], name: &str) -> Vec<u8> {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.path().unwrap().to_str() == Some(name) {
                let mut out = Vec::new();
                entry.read_to_end(&mut out).unwrap();
                return out;
            }
        }
        panic!("no {name} in the archive");
    }
}
