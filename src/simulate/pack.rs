//! Archives as the real tools make them: `.tgz` with `.zip` members inside.

use super::deflate::gzip;
use super::zip::{Form, zip};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Time stamp of every member, Unix seconds: archives depend on nothing but their content.
const MEMBER_TIME: u64 = 1_489_500_000;

/// How a bundle is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Packing {
    /// As `file get … compress` leaves it: a `.tgz` of each node in a `.tgz`, rotated logs zipped.
    Nested,
    /// A folder tree in one zip, as RTMT and people make it.
    Zip,
    /// The same in zip64.
    Zip64,
    /// The same, written to a stream: sizes behind the data.
    ZipStreamed,
    /// A folder tree in a `.tgz` of several gzip members.
    GzipMembers,
    /// A folder tree in a `.tgz` with its names in PAX records.
    PaxNames,
    /// A folder tree in a `.tgz` with GNU long names.
    GnuNames,
}

impl Packing {
    /// All of them.
    pub const ALL: [Packing; 7] = [
        Self::Nested,
        Self::Zip,
        Self::Zip64,
        Self::ZipStreamed,
        Self::GzipMembers,
        Self::PaxNames,
        Self::GnuNames,
    ];
}

/// Packs files with their chains (archives from outside in) into one archive.
pub(super) fn pack<'a>(
    packing: Packing,
    files: impl IntoIterator<Item = (&'a [String], &'a [u8])>,
) -> Vec<u8> {
    let mut root = Folder::default();
    for (chain, bytes) in files {
        root.add(chain, bytes);
    }
    match packing {
        Packing::Nested => gzip(&root.tar(Names::Ustar)),
        Packing::Zip => zip(Form::Plain, root.members()),
        Packing::Zip64 => zip(Form::Zip64, root.members()),
        Packing::ZipStreamed => zip(Form::Streamed, root.members()),
        Packing::GzipMembers => gzip_members(&root.tar(Names::Ustar)),
        Packing::PaxNames => gzip(&root.tar(Names::Pax)),
        Packing::GnuNames => gzip(&root.tar(Names::Gnu)),
    }
}

/// A flat `.tgz` written member by member: of any size, with one member in memory.
pub(super) struct Stream<W: Write>(GzEncoder<W>);

impl<W: Write> Stream<W> {
    /// Packed a little worse than [`pack`] does, and many times faster.
    pub(super) fn new(out: W) -> Self {
        Self(GzEncoder::new(out, Compression::new(6)))
    }

    pub(super) fn member(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut blocks = Vec::new();
        put_member(&mut blocks, (name, b'0'), bytes);
        self.0.write_all(&blocks)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.write_all(&[0; 1024])?;
        self.0.finish()?.flush()
    }
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
                Member::Archive(folder) if name.ends_with(".zip") => {
                    zip(Form::Plain, folder.members())
                }
                Member::Archive(folder) => gzip(&folder.tar(Names::Ustar)),
            };
            (*name, bytes)
        })
    }

    /// POSIX ustar (IEEE 1003.1), two zero blocks at the end.
    fn tar(&self, names: Names) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, bytes) in self.members() {
            match names {
                Names::Ustar => put_member(&mut out, (name, b'0'), &bytes),
                Names::Pax => {
                    put_member(&mut out, ("PaxHeaders/member", b'x'), &pax_path(name));
                    put_member(&mut out, ("member", b'0'), &bytes);
                }
                Names::Gnu => {
                    let long = format!("{name}\0");
                    put_member(&mut out, ("././@LongLink", b'L'), long.as_bytes());
                    put_member(&mut out, ("member", b'0'), &bytes);
                }
            }
        }
        out.resize(out.len() + 1024, 0);
        out
    }
}

/// Where a tar keeps names that do not fit into its header.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// Header only, 255 bytes at most.
    Ustar,
    /// In a PAX record in front of the member.
    Pax,
    /// In a member of type `L` in front of it.
    Gnu,
}

fn put_member(out: &mut Vec<u8>, (name, kind): (&str, u8), bytes: &[u8]) {
    out.extend_from_slice(&tar_header((name, kind), bytes.len()));
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(512), 0);
}

/// `<length> path=<name>\n`; the length counts its own digits, too.
fn pax_path(name: &str) -> Vec<u8> {
    let rest = format!(" path={name}\n");
    let mut length = rest.len();
    while length != rest.len() + length.to_string().len() {
        length += 1;
    }
    format!("{length}{rest}").into_bytes()
}

fn tar_header((name, kind): (&str, u8), size: usize) -> [u8; 512] {
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
    put(257, "ustar\x0000");
    put(345, prefix);
    header[156] = kind;
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

/// One gzip member after the other, as `pigz` and appending tools leave them.
fn gzip_members(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(200_000).flat_map(gzip).collect()
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
        let files = [(chain.as_slice(), b"line one\n".as_slice())];
        let bundle = pack(Packing::Nested, files);
        let outer = tar_member(&bundle, "192.0.2.10/active_1.tgz");
        let zipped = tar_member(&outer, "desktop/a.log.zip");
        let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(zipped)).unwrap();
        let mut text = String::new();
        let mut member = archive.by_name("a.log").unwrap();
        member.read_to_string(&mut text).unwrap();
        assert_eq!(text, "line one\n");
    }

    #[test]
    fn other_programs_read_long_names() {
        let chain = [format!("{}/a.log", "long/".repeat(60))];
        for packing in [Packing::PaxNames, Packing::GnuNames] {
            let files = [(chain.as_slice(), b"line one\n".as_slice())];
            let bundle = pack(packing, files);
            assert_eq!(tar_member(&bundle, &chain[0]), b"line one\n");
        }
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
