//! Text that is no longer in memory, read once more where it stands.
//!
//! ```text
//! while let Some(recall) = session.recall(&request) { feed it; session.recalled(recall, …) }
//! session.ask(request)
//! ```
//!
//! A member is entered at the last place before it where that is possible, and read up to the last line
//! that is wanted. What was read is only taken for what had been there if it says the same.

use super::Session;
use crate::error::Error;
use crate::format::reader::Reader;
use crate::protocol::Request;
use crate::record::intern::Strings;
use crate::record::text::{Range, Texts};
use crate::record::{Origin, Record};
use crate::scope::Window;
use crate::source::{Limits, Mark, MemberSink, Opener};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A record, whatever its position became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// See [`Origin::member`].
    member: u32,
    /// First line, 1-based.
    line: u32,
    /// See [`Record::said`].
    said: u64,
}

/// What has been read again, and what could not be.
#[derive(Default)]
pub(super) struct Recalled {
    texts: Texts,
    known: BTreeMap<Key, Known>,
}

enum Known {
    Text(Range),
    /// It was not found where its member was entered: the file is read from its start next time.
    NotThere,
    /// It cannot be read any more, for this reason.
    Lost(String),
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
        !self.lines.is_done()
    }
}

impl Session {
    /// What must be read again before the request can be answered in full; `None`: nothing.
    #[must_use]
    pub fn recall(&self, request: &Request) -> Option<Recall> {
        let records = self.records();
        if records.texts.is_whole() {
            return None;
        }
        let missing = super::answer::read_for(self, request)
            .into_iter()
            .map(|at| &records.all[at])
            .filter(|record| !records.texts.has(record.text()))
            .filter_map(|record| self.whereabouts(record));
        let mut by_mark: BTreeMap<(bool, u32), BTreeSet<(u32, Key)>> = BTreeMap::new();
        for (whole, origin, file, key) in missing {
            let lines = by_mark.entry((whole, origin.mark)).or_default();
            lines.insert((file, key));
        }
        let ((whole, mark), keys) = by_mark.pop_first()?;
        self.recall_from(whole, mark, keys)
    }

    /// A record that can be looked for: from the start of the dropped file or not, where, in which file, as what.
    fn whereabouts(&self, record: &Record) -> Option<(bool, Origin, u32, Key)> {
        let (origin, key) = self.key(record)?;
        let whole = match self.recalled.known.get(&key) {
            None => false,
            Some(Known::NotThere) => true,
            Some(Known::Text(_) | Known::Lost(_)) => return None,
        };
        Some((whole, origin, record.file().0, key))
    }

    fn key(&self, record: &Record) -> Option<(Origin, Key)> {
        let origin = self.records().files[record.file().0 as usize].origin?;
        let key = Key {
            member: origin.member,
            line: record.place().line,
            said: record.said(),
        };
        Some((origin, key))
    }

    fn recall_from(&self, whole: bool, mark: u32, keys: BTreeSet<(u32, Key)>) -> Option<Recall> {
        let place = self.collector.places.place(mark)?;
        let (mark, checkpoint) = match whole {
            true => (&Mark::FILE, None),
            false => (place.mark, place.checkpoint),
        };
        let name = &self.sources.get(place.source as usize)?.name;
        let from = mark.start(checkpoint);
        let mut wanted: BTreeMap<u32, Vec<Key>> = BTreeMap::new();
        for (file, key) in keys {
            wanted.entry(file).or_default().push(key);
        }
        let files = &self.records().files;
        let wanted = wanted.into_iter().map(|(file, keys)| Wanted {
            chain: files[file as usize].chain.clone(),
            keys,
        });
        Some(Recall {
            generation: self.generation,
            source: place.source,
            from,
            whole: whole || from == 0,
            opener: Opener::again(name, Limits::DEFAULT, mark, checkpoint),
            lines: Lines {
                window: self.collector.scope.window,
                wanted: wanted.collect(),
                open: None,
                found: Vec::new(),
            },
        })
    }

    /// Takes in what was read again. `failed`: why the file could not be read.
    pub fn recalled(&mut self, recall: Recall, failed: Option<String>) {
        let Recall {
            generation,
            whole,
            opener,
            mut lines,
            ..
        } = recall;
        if generation != self.generation {
            return;
        }
        match &failed {
            None => opener.finish(&mut lines),
            Some(why) => opener.fail(Error::new(why.clone()), &mut lines),
        }
        let Recalled { texts, known } = &mut self.recalled;
        for (key, text) in lines.found {
            known.insert(key, Known::Text(texts.push(&text)));
        }
        for key in lines.wanted.into_iter().flat_map(|wanted| wanted.keys) {
            let state = match &failed {
                None if !whole => Known::NotThere,
                None => Known::Lost(CHANGED.to_owned()),
                Some(why) => Known::Lost(why.clone()),
            };
            known.insert(key, state);
        }
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

/// What is read says something else than before.
const CHANGED: &str = "the file is not what it was when it was read";

/// Looks for lines in the members that come by.
struct Lines {
    window: Option<Window>,
    wanted: Vec<Wanted>,
    open: Option<Open>,
    found: Vec<(Key, String)>,
}

/// Lines of a member that have not been found yet.
struct Wanted {
    chain: Vec<String>,
    /// In order.
    keys: Vec<Key>,
}

/// The member being read.
struct Open {
    /// Position in [`Lines::wanted`].
    wanted: usize,
    /// The last line that is wanted, 1-based.
    last: u32,
    reader: Box<Reader>,
    strings: Strings,
}

impl Lines {
    fn is_done(&self) -> bool {
        self.wanted.iter().all(|wanted| wanted.keys.is_empty())
    }

    /// Takes what was found in the open member.
    fn close(&mut self) {
        let Some(Open {
            wanted,
            reader,
            mut strings,
            ..
        }) = self.open.take()
        else {
            return;
        };
        let reading = reader.finish(None, &mut strings);
        let keys = &mut self.wanted[wanted].keys;
        for record in &reading.records {
            let is_it = |key: &Key| (key.line, key.said) == (record.place().line, record.said());
            if let Some(at) = keys.iter().position(is_it)
                && let Some(text) = reading.texts.get(record.text())
            {
                self.found.push((keys.remove(at), text.into_owned()));
            }
        }
    }
}

impl MemberSink for Lines {
    fn start(&mut self, chain: &[String]) {
        let is_it = |wanted: &Wanted| wanted.chain == chain && !wanted.keys.is_empty();
        let Some(wanted) = self.wanted.iter().position(is_it) else {
            return;
        };
        let lines: BTreeSet<u32> = self.wanted[wanted]
            .keys
            .iter()
            .map(|key| key.line)
            .collect();
        self.open = lines.last().copied().map(|last| Open {
            wanted,
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
