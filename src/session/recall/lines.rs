//! Looks for lines in the members that come by.

use super::Key;
use crate::error::Error;
use crate::format::reader::Reader;
use crate::record::Record;
use crate::record::intern::Strings;
use crate::record::text::{Range, Texts};
use crate::scope::Window;
use crate::source::MemberSink;
use std::collections::{BTreeMap, BTreeSet};

/// The lines wanted of each member. Members of one archive may have the same names; then what is said in a line
/// tells whose it is.
pub(super) type Wanted = BTreeMap<Vec<String>, BTreeSet<Key>>;

/// Looks for lines, and keeps those it finds.
pub(super) struct Lines {
    window: Option<Window>,
    /// What has not been found yet; no member without lines.
    pub(super) wanted: Wanted,
    open: Option<Open>,
    pub(super) found: Vec<(Key, Range)>,
    /// Those of `found`: packed, as there may be much of it.
    pub(super) texts: Texts,
}

/// The member being read.
struct Open {
    chain: Vec<String>,
    /// The last line that is wanted, 1-based.
    last: u32,
    reader: Box<Reader>,
    strings: Strings,
}

impl Lines {
    pub(super) fn new(wanted: Wanted, window: Option<Window>) -> Self {
        Self {
            window,
            wanted,
            open: None,
            found: Vec::new(),
            texts: Texts::default(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Takes what was found in the open member.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let reading = open.reader.finish(None, &mut open.strings);
        let Some(keys) = self.wanted.get_mut(&open.chain) else {
            return;
        };
        for record in &reading.records {
            if let Some(key) = wanted(keys, record)
                && let Some(text) = reading.texts.get(record.text())
            {
                keys.remove(&key);
                self.found.push((key, self.texts.push(&text)));
            }
        }
        if keys.is_empty() {
            self.wanted.remove(&open.chain);
        }
    }
}

/// What a record is wanted as: of members with the same names the first that is not found yet, for they come by in
/// their order.
fn wanted(keys: &BTreeSet<Key>, record: &Record) -> Option<Key> {
    let key = |member| Key {
        line: record.place().line,
        said: record.said(),
        member,
    };
    keys.range(key(0)..=key(u32::MAX)).next().copied()
}

impl MemberSink for Lines {
    fn start(&mut self, chain: &[String]) {
        let Some(keys) = self.wanted.get(chain) else {
            return;
        };
        let lines: BTreeSet<u32> = keys.iter().map(|key| key.line).collect();
        self.open = lines.last().copied().map(|last| Open {
            chain: chain.to_vec(),
            last,
            reader: Box::new(Reader::new(chain).narrowed(self.window).only(lines)),
            strings: Strings::default(),
        });
    }

    fn data(&mut self, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        open.reader.push(bytes, &mut open.strings);
        if open.reader.is_behind(open.last) {
            self.close();
        }
    }

    fn end(&mut self, _problem: Option<Error>) {
        self.close();
    }

    // What is not read again has been reported when it was read.
    fn unreadable(&mut self, _chain: &[String], _bytes: u64, _why: Error) {}
    fn skipped(&mut self, _chain: &[String], _why: &'static str) {}
}
