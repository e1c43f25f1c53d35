//! Entries out of the middle of a member, and how they are put behind those before them.

use super::{Entries, Fences, Open, is_loose};
use crate::record::intern::{Strings, Sym};
use crate::record::rhythm::Rhythm;
use crate::record::text::Texts;
use crate::record::time::Stamp;
use crate::record::{Counts, List, Move};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The entries of a piece from the first certain start of one. Lines are counted from there,
/// 1-based; symbols are the piece's own.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::format) struct Part {
    counts: Counts,
    first: Stamp,
    last: Stamp,
    rhythm: Rhythm,
    records: List,
    record_texts: Texts,
    /// Format of the last entry.
    format: usize,
    open: Option<Open>,
    found: Vec<u64>,
    nodes: BTreeMap<Sym, u64>,
}

impl Entries {
    /// For lines out of the middle of the member, where no block of a paste begins any more.
    pub(in crate::format) fn within(chain: &[String]) -> Self {
        let mut entries = Self::new(chain);
        entries.seal();
        entries
    }

    /// The member is too long for a paste: no block begins any more.
    pub(in crate::format) fn seal(&mut self) {
        self.sealed = true;
    }

    /// Whether everything so far may have been written by a program.
    pub(in crate::format) fn is_log(&self) -> bool {
        self.fences == Fences::None && !self.suspended
    }

    /// Whether `line` starts an entry, whatever stands before it.
    pub(in crate::format) fn certainly_starts(&self, line: &[u8]) -> bool {
        let found = self.head(line);
        found.is_some_and(|(format, head)| !is_loose(format, &head))
    }

    /// What was read, to be put behind the entries of the pieces before.
    pub(in crate::format) fn into_part(self) -> Part {
        Part {
            counts: self.file.counts,
            first: self.file.first,
            last: self.file.last,
            rhythm: self.file.rhythm,
            records: self.records,
            record_texts: self.texts,
            format: self.last,
            open: self.open,
            found: self.found,
            nodes: self.nodes,
        }
    }

    /// Puts entries behind those so far. They begin with a certain start of one, as if it had just
    /// been read here.
    pub(in crate::format) fn splice(
        &mut self,
        part: Part,
        texts: &[Box<str>],
        strings: &mut Strings,
    ) {
        self.give_up_stub(strings);
        self.close(strings);
        let translation = strings.adopt(texts);
        let lines = self.file.counts.lines;
        let base = self.texts.adopt(part.record_texts);
        let by = Move {
            file: None,
            lines,
            text: base,
            to: Some(&translation),
        };
        self.records.append(part.records, &by);
        self.file.counts.take_after(&part.counts);
        self.see(part.first);
        self.see(part.last);
        self.file.rhythm.take_after(part.rhythm, lines);
        for (sum, more) in self.found.iter_mut().zip(&part.found) {
            *sum += more;
        }
        for (node, count) in part.nodes {
            *self.nodes.entry(translation.of(node)).or_default() += count;
        }
        self.last = part.format;
        self.open = part.open.map(|open| Open {
            first_line: open.first_line + lines,
            last_line: open.last_line + lines,
            ..open
        });
    }
}
