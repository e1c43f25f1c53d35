//! Reads a member of any format: bytes in, records out. All state of reading a member is here; the
//! formats have none.

use crate::error::Error;
use crate::format::entries::Entries;
use crate::format::lines::{Line, Lines, Sink};
use crate::format::piece::{Cutter, PIECE, PieceReading};
use crate::record::intern::Strings;
use crate::record::text::Texts;
use crate::record::{File, List};
use crate::scope::Window;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Reads one member. Chunks need not line up with lines.
#[derive(Debug)]
pub struct Reader {
    lines: Lines,
    entries: Entries,
    /// Bytes still to come of the first [`PIECE`].
    start: usize,
}

/// What was found in a member.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileReading {
    /// The member.
    pub file: File,
    /// Its records, in order; their [`crate::record::Place::file`] is `FileId(0)`, their text is in `texts`.
    pub records: List,
    /// Their text, credentials masked.
    pub texts: Texts,
}

impl Reader {
    /// A reader for the member with these names, outermost first.
    #[must_use]
    pub fn new(chain: &[String]) -> Self {
        Self {
            lines: Lines::default(),
            entries: Entries::new(chain),
            start: PIECE,
        }
    }

    /// The same, for what was written within a time; everything, if none.
    #[must_use]
    pub fn narrowed(mut self, window: Option<Window>) -> Self {
        self.entries.window = window;
        self
    }

    /// The same, for the entries that start in these lines, 1-based.
    #[must_use]
    pub fn only(mut self, lines: BTreeSet<u32>) -> Self {
        self.entries.only = Some(lines);
        self
    }

    /// Whether all entries have been read that start in this line, 1-based, or before it.
    #[must_use]
    pub fn is_behind(&self, line: u32) -> bool {
        self.entries.is_behind(line)
    }

    /// Takes the next decompressed bytes.
    pub fn push(&mut self, bytes: &[u8], strings: &mut Strings) {
        self.pass(bytes);
        let (start, rest) = bytes.split_at(self.start.min(bytes.len()));
        self.read(start, strings);
        if self.start > 0 {
            self.start -= start.len();
            if self.start > 0 {
                return;
            }
            self.entries.seal();
        }
        self.read(rest, strings);
    }

    fn read(&mut self, bytes: &[u8], strings: &mut Strings) {
        let Self { lines, entries, .. } = self;
        lines.push(bytes, &mut Taking { entries, strings });
    }

    /// What cuts the rest of the member into pieces to be read elsewhere; `None` if this reader must
    /// go on itself: a text that is decoded first, a paste, or less than [`PIECE`] bytes so far.
    pub fn cutter(&mut self) -> Option<Cutter> {
        let apart = self.start == 0 && self.entries.is_log();
        apart
            .then(|| self.lines.break_off().map(Cutter::new))
            .flatten()
    }

    /// Takes note of bytes that are read elsewhere.
    pub fn pass(&mut self, bytes: &[u8]) {
        self.entries.digest.take(bytes);
        self.entries.file.counts.bytes += bytes.len() as u64;
    }

    /// Takes in the next piece, read elsewhere.
    pub fn splice(&mut self, piece: PieceReading, strings: &mut Strings) {
        for line in piece.lead.lines() {
            self.entries.line(line, strings);
        }
        if let Some(part) = piece.part {
            self.entries.splice(part, &piece.texts, strings);
        }
    }

    /// The member is over. `problem` says why it is not whole.
    #[must_use]
    pub fn finish(mut self, problem: Option<Error>, strings: &mut Strings) -> FileReading {
        let Self { lines, entries, .. } = &mut self;
        lines.finish(&mut Taking { entries, strings });
        entries.file.counts.undecodable += lines.undecodable();
        self.entries.finish(self.lines.binary(), problem, strings)
    }
}

/// Lines as they go to the entries.
pub(super) struct Taking<'a> {
    pub(super) entries: &'a mut Entries,
    pub(super) strings: &'a mut Strings,
}

impl Sink for Taking<'_> {
    fn line(&mut self, line: Line<'_>) {
        self.entries.line(line, self.strings);
    }

    fn skim(&mut self, bytes: &[u8]) -> usize {
        self.entries.skim(bytes)
    }
}
