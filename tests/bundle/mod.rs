//! Builds archives with other people's code, and records what the opener says of them.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test crates that each use a part of it; a failure to build an archive fails the test"
)]

use flate2::{Compression, GzBuilder, write::GzEncoder};
use logintrace::error::Error;
use logintrace::source::{Limits, MemberSink, Opener};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a sink heard, data pieces merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Member(String, Vec<u8>, Option<String>),
    Unreadable(String, u64, String),
    Skipped(String, &'static str),
}

impl Event {
    pub fn whole(chain: &str, data: &[u8]) -> Self {
        Self::Member(chain.to_owned(), data.to_vec(), None)
    }

    pub fn has_problem(&self) -> bool {
        matches!(self, Self::Unreadable(..) | Self::Member(_, _, Some(_)))
    }
}

/// A sink that checks the order of calls and keeps them.
#[derive(Debug, Default)]
pub struct Record {
    pub events: Vec<Event>,
    open: Option<(String, Vec<u8>)>,
}

impl MemberSink for Record {
    fn start(&mut self, chain: &[String]) {
        assert!(self.open.is_none(), "a member starts inside a member");
        self.open = Some((chain.join(" > "), Vec::new()));
    }
    fn data(&mut self, bytes: &[u8]) {
        let (_, data) = self.open.as_mut().expect("data outside a member");
        data.extend_from_slice(bytes);
    }
    fn end(&mut self, problem: Option<Error>) {
        let (chain, data) = self.open.take().expect("an end without a start");
        let problem = problem.map(|problem| problem.to_string());
        self.events.push(Event::Member(chain, data, problem));
    }
    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        assert!(self.open.is_none(), "unreadable inside a member");
        self.events
            .push(Event::Unreadable(chain.join(" > "), bytes, why.to_string()));
    }
    fn skipped(&mut self, chain: &[String], why: &'static str) {
        assert!(self.open.is_none(), "skipped inside a member");
        self.events.push(Event::Skipped(chain.join(" > "), why));
    }
}

/// Opens `bytes` as file `name` in pieces of `chunk` bytes.
pub fn open_in(name: &str, bytes: &[u8], chunk: usize, limits: Limits) -> Vec<Event> {
    let mut record = Record::default();
    let mut opener = Opener::new(name, limits);
    for piece in bytes.chunks(chunk.max(1)) {
        opener.push(piece, &mut record);
    }
    opener.finish(&mut record);
    assert!(record.open.is_none(), "a member never ended");
    record.events
}

/// Opens `bytes` in one piece, and asserts that smaller pieces make no difference.
pub fn open(name: &str, bytes: &[u8]) -> Vec<Event> {
    let whole = open_in(name, bytes, bytes.len(), Limits::DEFAULT);
    for chunk in [1, 7, 4096] {
        let pieces = open_in(name, bytes, chunk, Limits::DEFAULT);
        assert_eq!(whole, pieces, "pieces of {chunk} bytes");
    }
    whole
}

pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(data).unwrap();
    gzip.finish().unwrap()
}

/// With every optional part of the header except its checksum.
pub fn gzip_named(name: &str, data: &[u8]) -> Vec<u8> {
    let mut gzip = GzBuilder::new()
        .extra(vec![1, 2, 3])
        .filename(name)
        .comment("a comment")
        .write(Vec::new(), Compression::default());
    gzip.write_all(data).unwrap();
    gzip.finish().unwrap()
}

pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, data) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *data).unwrap();
    }
    tar.into_inner().unwrap()
}

pub fn tgz(files: &[(&str, &[u8])]) -> Vec<u8> {
    gzip(&tar(files))
}

pub fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

pub fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
}

/// With sizes in the local headers.
pub fn zip_with(options: SimpleFileOptions, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(data).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(deflated(), files)
}

/// With data descriptors, as written to a pipe.
pub fn zip_stream(options: SimpleFileOptions, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, data) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(data).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A zip of one member that is `packed` by `method` (APPNOTE 4.4.5) and was `data`.
pub fn zip_of_packed(method: u8, name: &str, packed: &[u8], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    let mut zip = zip_with(stored(), &[(name, packed)]);
    let directory = memchr::memmem::rfind(&zip, b"PK\x01\x02").unwrap();
    for fields in [8, directory + 10] {
        zip[fields] = method;
        zip[fields + 6..fields + 10].copy_from_slice(&crc.sum().to_le_bytes());
        let size = u32::try_from(data.len()).unwrap();
        zip[fields + 14..fields + 18].copy_from_slice(&size.to_le_bytes());
    }
    zip
}

/// Text that compresses, but not to nothing.
pub fn log(lines: usize) -> Vec<u8> {
    let mut state = 12_345_u32;
    let mut text = Vec::new();
    for line in 0..lines {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        writeln!(
            text,
            "192.0.2.10 - {line} GET /finesse/api/User/{state} 200"
        )
        .unwrap();
    }
    text
}

/// A Finesse bundle in small: a tgz with a log, a zipped log, a gzipped log and a nested tgz.
pub fn bundle() -> (Vec<u8>, Vec<Event>) {
    let (a, b, c, d) = (log(40), log(30), log(20), log(3));
    let inner = tgz(&[("deep/d.log", &d)]);
    let zipped = zip(&[("b.log", &b), ("empty.log", b""), ("inner.tgz", &inner)]);
    let gzipped = gzip(&c);
    let bytes = tgz(&[
        ("desktop/logs/a.log", &a),
        ("desktop/logs/b.log.zip", &zipped),
        ("desktop/logs/c.log.gz", &gzipped),
    ]);
    let events = vec![
        Event::whole("active_1.tgz > desktop/logs/a.log", &a),
        Event::whole("active_1.tgz > desktop/logs/b.log.zip > b.log", &b),
        Event::whole("active_1.tgz > desktop/logs/b.log.zip > empty.log", b""),
        Event::whole(
            "active_1.tgz > desktop/logs/b.log.zip > inner.tgz > deep/d.log",
            &d,
        ),
        Event::whole("active_1.tgz > desktop/logs/c.log.gz > c.log", &c),
    ];
    (bytes, events)
}
