//! Reads a member of any format: bytes in, records out. All state of reading a member is here; the
//! formats have none.

use crate::error::Error;
use crate::format::entries::Entries;
use crate::format::lines::Lines;
use crate::record::intern::Strings;
use crate::record::{File, Record};

/// Reads one member. Chunks need not line up with lines.
#[derive(Debug)]
pub struct Reader {
    lines: Lines,
    entries: Entries,
}

/// What was found in a member.
#[derive(Debug)]
pub struct FileReading {
    /// The member.
    pub file: File,
    /// Its records, in order; their [`crate::record::Place::file`] is `FileId(0)`, their text is in `text`.
    pub records: Vec<Record>,
    /// Their text, one after another, credentials masked.
    pub text: String,
}

impl Reader {
    /// A reader for the member with these names, outermost first.
    #[must_use]
    pub fn new(chain: &[String]) -> Self {
        Self {
            lines: Lines::default(),
            entries: Entries::new(chain),
        }
    }

    /// Takes the next decompressed bytes.
    pub fn push(&mut self, bytes: &[u8], strings: &mut Strings) {
        let Self { lines, entries } = self;
        entries.digest.take(bytes);
        entries.file.counts.bytes += bytes.len() as u64;
        lines.push(bytes, &mut |line| entries.line(line, strings));
    }

    /// The member is over. `problem` says why it is not whole.
    #[must_use]
    pub fn finish(mut self, problem: Option<Error>, strings: &mut Strings) -> FileReading {
        let Self { lines, entries } = &mut self;
        lines.finish(&mut |line| entries.line(line, strings));
        entries.file.counts.undecodable += lines.undecodable();
        self.entries.finish(self.lines.binary(), problem, strings)
    }
}
