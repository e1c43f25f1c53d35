//! Members as they stream by, each to its reader, all into one [`Records`].

use crate::error::Error;
use crate::format::reader::Reader;
use crate::record::intern::Sym;
use crate::record::time::Stamp;
use crate::record::{Counts, File, Kind, Records};
use crate::report::Skipped;
use crate::source::MemberSink;

#[derive(Default)]
pub(super) struct Collector {
    pub(super) records: Records,
    pub(super) skipped: Vec<Skipped>,
    open: Option<Open>,
}

struct Open {
    chain: Vec<String>,
    reader: Reader,
    bytes: u64,
}

impl Collector {
    /// The chain of the member being read, joined by ` › `.
    pub(super) fn member(&self) -> String {
        self.open
            .as_ref()
            .map_or_else(String::new, |open| open.chain.join(" › "))
    }

    /// Bytes of log read, decompressed.
    pub(super) fn inflated(&self) -> u64 {
        let done: u64 = self
            .records
            .files
            .iter()
            .map(|file| file.counts.bytes)
            .sum();
        done + self.open.as_ref().map_or(0, |open| open.bytes)
    }

    /// Members read.
    pub(super) fn members(&self) -> u32 {
        u32::try_from(self.records.files.len()).unwrap_or(u32::MAX)
    }

    /// Entries recognised in the members read.
    pub(super) fn entries(&self) -> u64 {
        self.records
            .files
            .iter()
            .map(|file| file.counts.records)
            .sum()
    }

    /// Lists something that could not be opened at all.
    pub(super) fn refuse(&mut self, chain: Vec<String>, bytes: u64, why: String) {
        let file = File {
            chain,
            kind: Kind::Unknown,
            node: Sym::NONE,
            counts: Counts {
                bytes,
                ..Counts::default()
            },
            first: Stamp::None,
            last: Stamp::None,
            problem: Some(why),
            digest: 0,
            duplicate_of: None,
        };
        self.records.append(file, Vec::new(), "");
    }
}

impl MemberSink for Collector {
    fn start(&mut self, chain: &[String]) {
        self.open = Some(Open {
            chain: chain.to_vec(),
            reader: Reader::new(chain),
            bytes: 0,
        });
    }

    fn data(&mut self, bytes: &[u8]) {
        if let Some(open) = &mut self.open {
            open.bytes += bytes.len() as u64;
            open.reader.push(bytes, &mut self.records.strings);
        }
    }

    fn end(&mut self, problem: Option<Error>) {
        if let Some(open) = self.open.take() {
            let reading = open.reader.finish(problem, &mut self.records.strings);
            self.records
                .append(reading.file, reading.records, &reading.text);
        }
    }

    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        self.refuse(chain.to_vec(), bytes, why.to_string());
    }

    fn skipped(&mut self, chain: &[String], why: &'static str) {
        self.skipped.push(Skipped {
            chain: chain.to_vec(),
            why: why.to_owned(),
        });
    }
}
