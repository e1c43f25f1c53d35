//! One stage of the core at a time, pushed bytes like the worker pushes them: what the benchmarks
//! time, natively (`bin/native.rs`) and in a browser (`bin/in_browser.rs`).

use logintrace::error::Error;
use logintrace::format::reader::Reader;
use logintrace::protocol::{Reply, SourceMeta};
use logintrace::record::intern::Strings;
use logintrace::record::{Kind, List};
use logintrace::session::Session;
use logintrace::source::{Limits, MemberSink, Opener};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is done with the bytes.
pub enum Stage {
    /// Archives are opened and checked, members thrown away: inflating and little else.
    Inflate(Box<Opener>, Thrown),
    /// A single log, not packed, becomes records.
    Read(Box<Reader>, Strings),
    /// All the worker does, from bytes to the list of sign-ins.
    Analyse(Box<Session>),
}

/// What came out: enough to see that the work was done.
#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    /// Bytes of log, decompressed.
    pub bytes: u64,
    /// Entries recognised.
    pub entries: u64,
    /// Records kept, by the format that read them.
    pub kept: BTreeMap<Kind, u64>,
    /// Sign-ins found.
    pub sign_ins: u64,
}

/// Counts what passes.
#[derive(Debug, Default)]
pub struct Thrown {
    bytes: u64,
}

impl MemberSink for Thrown {
    fn start(&mut self, _chain: &[String]) {}

    fn data(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
    }

    fn end(&mut self, problem: Option<Error>) {
        assert!(problem.is_none(), "the bundle is whole: {problem:?}");
    }

    fn unreadable(&mut self, chain: &[String], _bytes: u64, why: Error) {
        panic!("the bundle is whole: {why} in {chain:?}");
    }

    fn skipped(&mut self, _chain: &[String], _why: &'static str) {}
}

impl Stage {
    /// The stage of this name, for a file of this name and size. `None`: there is none.
    #[must_use]
    pub fn begin(stage: &str, name: &str, size: u64) -> Option<Self> {
        let name = name.to_owned();
        Some(match stage {
            "inflate" => {
                let opener = Opener::new(&name, Limits::DEFAULT);
                Self::Inflate(Box::new(opener), Thrown::default())
            }
            "read" => Self::Read(Box::new(Reader::new(&[name])), Strings::default()),
            "analyse" => {
                let mut session = Session::new();
                session.open(1, vec![SourceMeta { name, size }], Vec::new());
                session.begin(0);
                Self::Analyse(Box::new(session))
            }
            _ => return None,
        })
    }

    /// The next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Inflate(opener, thrown) => opener.push(bytes, thrown),
            Self::Read(reader, strings) => reader.push(bytes, strings),
            Self::Analyse(session) => session.feed(bytes),
        }
    }

    /// The file is over.
    #[must_use]
    pub fn finish(self) -> Outcome {
        match self {
            Self::Inflate(opener, mut thrown) => {
                opener.finish(&mut thrown);
                Outcome {
                    bytes: thrown.bytes,
                    ..Outcome::default()
                }
            }
            Self::Read(reader, mut strings) => {
                let reading = reader.finish(None, &mut strings);
                Outcome {
                    bytes: reading.file.counts.bytes,
                    entries: reading.file.counts.records,
                    kept: by_kind(&reading.records),
                    sign_ins: 0,
                }
            }
            Self::Analyse(mut session) => {
                session.end(None);
                of_replies(&session.close(false, 0.0))
            }
        }
    }
}

fn by_kind(records: &List) -> BTreeMap<Kind, u64> {
    let mut kept = BTreeMap::new();
    for record in records {
        *kept.entry(record.kind()).or_default() += 1;
    }
    kept
}

fn of_replies(replies: &[Reply]) -> Outcome {
    let mut outcome = Outcome::default();
    for reply in replies {
        match reply {
            Reply::SignIns { total, .. } => outcome.sign_ins = u64::from(*total),
            Reply::Done { summary, .. } => {
                outcome.bytes = summary.inflated;
                outcome.entries = summary.records;
            }
            _ => {}
        }
    }
    outcome
}
