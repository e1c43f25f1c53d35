//! Text that is no longer in memory, read once more where it stands.
//!
//! ```text
//! while let Some(recall) = session.recall(&request) {
//!     feed it; while let Some(recall) = session.recalled(recall, …) { feed it }
//! }
//! session.ask(request)
//! ```
//!
//! A dropped file is entered at the last place before a member where that is possible, and read up to the last line
//! that is wanted of all members that are near. What was read is only taken for what had been there if it says
//! the same.

mod lines;

use super::Session;
use crate::error::Error;
use crate::protocol::Request;
use crate::record::text::{Range, Texts};
use crate::record::{Origin, Record};
use crate::source::{Limits, Mark, Opener};
use lines::{Lines, Wanted};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::VecDeque;

/// A record, whatever its position became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    /// First line, 1-based.
    line: u32,
    /// See [`Record::said`].
    said: u64,
    /// See [`Origin::member`].
    member: u32,
}

/// What has been read again, and what could not be.
#[derive(Default)]
pub(super) struct Recalled {
    texts: Texts,
    known: FxHashMap<Key, Known>,
}

enum Known {
    Text(Range),
    /// It was not found where its member was entered: the file is read from its start next time.
    NotThere,
    /// It cannot be read any more, for this reason.
    Lost(String),
}

/// A record that is to be looked for. In the order in which they come by if files are read one after another, and from
/// their start last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Missing {
    /// Whether the dropped file is to be read from its start.
    whole: bool,
    /// Position of the dropped file, 0-based.
    source: u32,
    /// See [`Origin::mark`].
    mark: u32,
    /// Position of the member in the report.
    file: u32,
    key: Key,
}

impl Missing {
    /// Whether both are in one member, and looked for in the same way.
    fn is_beside(&self, other: &Self) -> bool {
        (self.whole, self.file) == (other.whole, other.file)
    }
}

/// One reading of a dropped file.
struct Pass {
    whole: bool,
    source: u32,
    /// The marks of the first and the last member that is wanted.
    marks: [u32; 2],
    wanted: Wanted,
}

/// Lines of one dropped file that are to be read again. Is fed the file's bytes, in order, from
/// [`Recall::from`] on.
pub struct Recall {
    generation: u32,
    source: u32,
    from: u64,
    /// Whether the file is read from its start.
    whole: bool,
    opener: Opener,
    lines: Lines,
    /// What is to be read after it.
    rest: VecDeque<Pass>,
}

impl Recall {
    /// Position of the file in the `sources` of [`Session::open`].
    #[must_use]
    pub fn source(&self) -> u32 {
        self.source
    }

    /// Offset of the first byte wanted, in bytes, 0-based.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.from
    }

    /// Takes the next bytes; whether more are wanted.
    pub fn feed(&mut self, bytes: &[u8]) -> bool {
        self.opener.push(bytes, &mut self.lines);
        !self.lines.is_done() && !self.opener.is_over()
    }
}

impl Session {
    /// What must be read again first before the request can be answered in full; `None`: nothing.
    #[must_use]
    pub fn recall(&self, request: &Request) -> Option<Recall> {
        if self.records().texts.is_whole() {
            return None;
        }
        self.next_of(self.passes(request))
    }

    /// All that is missing, by where it is read.
    fn passes(&self, request: &Request) -> VecDeque<Pass> {
        let records = self.records();
        let mut missing: Vec<Missing> = super::answer::read_for(self, request)
            .into_iter()
            .map(|at| &records.all[at])
            .filter(|record| !records.texts.has(record.text()))
            .filter_map(|record| self.whereabouts(record))
            .collect();
        missing.sort_unstable();
        let mut passes: VecDeque<Pass> = VecDeque::new();
        for member in missing.chunk_by(|one, next| one.is_beside(next)) {
            let Some(first) = member.first() else {
                continue;
            };
            if !passes.back().is_some_and(|pass| self.leads_to(pass, first)) {
                passes.push_back(Pass {
                    whole: first.whole,
                    source: first.source,
                    marks: [first.mark; 2],
                    wanted: Wanted::new(),
                });
            }
            if let Some(pass) = passes.back_mut() {
                let chain = &records.files[first.file as usize].chain;
                let keys = pass.wanted.entry(chain.clone()).or_default();
                keys.extend(member.iter().map(|missing| missing.key));
                pass.marks[1] = first.mark;
            }
        }
        passes
    }

    /// Whether what is missing comes by where the file is read anyway.
    fn leads_to(&self, pass: &Pass, missing: &Missing) -> bool {
        let [first, last] = pass.marks;
        let marks = [first, last, missing.mark];
        (pass.whole, pass.source) == (missing.whole, missing.source)
            && (pass.whole || self.collector.places.lead_on(marks))
    }

    /// A record that can be looked for.
    fn whereabouts(&self, record: &Record) -> Option<Missing> {
        let (origin, key) = self.key(record)?;
        let whole = matches!(self.recalled.known.get(&key), Some(Known::NotThere));
        let missing = Missing {
            whole,
            source: self.collector.places.source(origin.mark)?,
            mark: origin.mark,
            file: record.file().0,
            key,
        };
        self.recalled.lacks(key, whole).then_some(missing)
    }

    fn key(&self, record: &Record) -> Option<(Origin, Key)> {
        let origin = self.records().files[record.file().0 as usize].origin?;
        let key = Key {
            line: record.place().line,
            said: record.said(),
            member: origin.member,
        };
        Some((origin, key))
    }

    /// The first of these with anything in it that nobody has read since they were made.
    fn next_of(&self, mut passes: VecDeque<Pass>) -> Option<Recall> {
        loop {
            let mut pass = passes.pop_front()?;
            pass.wanted.retain(|_, keys| {
                keys.retain(|&key| self.recalled.lacks(key, pass.whole));
                !keys.is_empty()
            });
            if !pass.wanted.is_empty() {
                return self.recall_in(pass, passes);
            }
        }
    }

    fn recall_in(&self, pass: Pass, rest: VecDeque<Pass>) -> Option<Recall> {
        let place = self.collector.places.place(pass.marks[0])?;
        let (mark, checkpoint) = match pass.whole {
            true => (&Mark::FILE, None),
            false => (place.mark, place.checkpoint),
        };
        let name = &self.sources.get(place.source as usize)?.name;
        let from = mark.start(checkpoint);
        Some(Recall {
            generation: self.generation,
            source: place.source,
            from,
            whole: pass.whole || from == 0,
            opener: Opener::again(name, Limits::DEFAULT, mark, checkpoint),
            lines: Lines::new(pass.wanted, self.collector.scope.window),
            rest,
        })
    }

    /// Takes in what was read again. `failed`: why the file could not be read. Returns what is to be read next of what was
    /// asked for when it began.
    pub fn recalled(&mut self, recall: Recall, failed: Option<String>) -> Option<Recall> {
        let Recall {
            generation,
            whole,
            opener,
            mut lines,
            rest,
            ..
        } = recall;
        if generation != self.generation {
            return None;
        }
        match &failed {
            None => opener.finish(&mut lines),
            Some(why) => opener.fail(Error::new(why.clone()), &mut lines),
        }
        let Recalled { texts, known } = &mut self.recalled;
        let base = texts.adopt(lines.texts);
        let found = lines.found.into_iter();
        known.extend(found.map(|(key, text)| (key, Known::Text(text.later(base)))));
        for key in lines.wanted.into_values().flatten() {
            let state = match &failed {
                None if !whole => Known::NotThere,
                None => Known::Lost(CHANGED.to_owned()),
                Some(why) => Known::Lost(why.clone()),
            };
            known.insert(key, state);
        }
        self.next_of(rest)
    }

    /// The record's text with its line breaks, credentials masked, or why it is not there.
    pub(super) fn text_of(&self, record: &Record) -> Result<Cow<'_, str>, &str> {
        if let Some(text) = self.records().text_of(record) {
            return Ok(text);
        }
        let known = self
            .key(record)
            .and_then(|(_, key)| self.recalled.known.get(&key));
        match known {
            Some(Known::Text(range)) => self.recalled.texts.get(*range).ok_or(CHANGED),
            Some(Known::Lost(why)) => Err(why),
            Some(Known::NotThere) | None => Err(CHANGED),
        }
    }
}

impl Recalled {
    /// Whether that record is still to be looked for, in the whole of its dropped file or not.
    fn lacks(&self, key: Key, whole: bool) -> bool {
        match self.known.get(&key) {
            None => true,
            Some(Known::NotThere) => whole,
            Some(Known::Text(_) | Known::Lost(_)) => false,
        }
    }
}

/// What is read says something else than before.
const CHANGED: &str = "the file is not what it was when it was read";
