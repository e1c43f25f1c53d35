//! Lines to entries to records: where an entry begins and ends, and whose it is.
//!
//! Every line is first offered as the start of an entry to the format of the entry before, then to
//! the one the file's name suggests, then to all. A line nobody claims belongs to the entry before
//! it if that entry's format says so. An entry is read when the next one starts. Runs of entries that
//! bear on no sign-in are passed over (`skim.rs`).

use crate::error::Error;
use crate::format::digest::Digest;
use crate::format::lines::{Line, decoded};
use crate::format::reader::FileReading;
use crate::format::rows::Rows;
use crate::format::{Entry, FORMATS, Head, Next, mask, paste, start};
use crate::record::intern::{Strings, Sym};
use crate::record::rhythm::Rhythm;
use crate::record::text::Texts;
use crate::record::time::Stamp;
use crate::record::{Counts, Fields, File, FileId, Kind, List, Place, What, said};
use crate::scope::Window;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

mod member;
mod only;
mod skim;
mod splice;
mod stub;
mod time;

use member::{BINARY_EMS, about_binary, commonest, is_ems, kind_of};
pub(super) use splice::Part;

/// Longest entry kept, in bytes; the rest of its lines is dropped and the entry counted as
/// truncated. Real entries with payload have some 10 KiB; 256 KiB leaves room for a team's worth.
pub(super) const ENTRY_LIMIT: usize = 256 << 10;

/// A second format makes a file mixed from one entry in this many.
const MIXED_SHARE: u64 = 10;

/// The entry whose lines are being collected.
#[derive(Debug, Serialize, Deserialize)]
struct Open {
    /// Position in [`FORMATS`].
    format: usize,
    head: Head,
    /// First line, 1-based.
    first_line: u64,
    /// Last line that belongs to it, 1-based.
    last_line: u64,
    /// Its lines, each with `\n`; blank lines after the last one belong to it only if more follows.
    #[serde(with = "serde_bytes")]
    text: Vec<u8>,
    /// Whether it lost its end to [`ENTRY_LIMIT`].
    cut: bool,
    /// A line break cuts its head; whether nothing else stood there.
    cut_head: Option<bool>,
}

/// Where we are in a document with fenced blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fences {
    /// No fence so far: everything may be log.
    None,
    /// Inside a block.
    Inside,
    /// In the prose between blocks.
    Outside,
}

/// The format that claims a line, a position in [`FORMATS`], and what it says of it.
type Found = (usize, Head);

/// Lines to entries to records.
#[derive(Debug)]
pub(super) struct Entries {
    pub(super) file: File,
    pub(super) digest: Digest,
    records: List,
    texts: Texts,
    /// Format of the entry before: asked first.
    last: usize,
    /// Format the name suggests: asked second.
    named: usize,
    open: Option<Open>,
    /// The line before, if it may be the first half of a head that was wrapped.
    stub: Option<Vec<u8>>,
    /// How wide its lines are.
    rows: Rows,
    /// The buffer of the entry before, for the next one.
    spare: Vec<u8>,
    fences: Fences,
    /// Whether the member is too long for the first fence still to come: it is no paste.
    sealed: bool,
    /// Whether its name is that of a binary trace.
    may_be_ems: bool,
    /// Whether there are bytes at its start, too, that no text has.
    ems: bool,
    /// The open entry was cut by the end of a block and goes on in the next one.
    suspended: bool,
    /// Entries by format.
    found: Vec<u64>,
    /// Kept records by the node they print.
    nodes: BTreeMap<Sym, u64>,
    /// The time that is wanted; all, if none.
    pub(super) window: Option<Window>,
    /// First lines, 1-based, of the entries that are wanted; all, if none.
    pub(super) only: Option<BTreeSet<u32>>,
}

impl Entries {
    pub(super) fn new(chain: &[String]) -> Self {
        let name = chain.last().map_or("", String::as_str);
        let named = FORMATS.iter().position(|format| format.likes_name(name));
        Self {
            file: File {
                chain: chain.to_vec(),
                kind: Kind::Unknown,
                node: Sym::NONE,
                counts: Counts::default(),
                first: Stamp::None,
                last: Stamp::None,
                rhythm: Rhythm::default(),
                problem: None,
                digest: 0,
                origin: None,
                duplicate_of: None,
            },
            digest: Digest::default(),
            records: List::default(),
            texts: Texts::default(),
            last: named.unwrap_or(0),
            named: named.unwrap_or(0),
            open: None,
            stub: None,
            rows: Rows::default(),
            spare: Vec::new(),
            fences: Fences::None,
            sealed: false,
            may_be_ems: is_ems(name),
            ems: false,
            suspended: false,
            found: vec![0; FORMATS.len()],
            nodes: BTreeMap::new(),
            window: None,
            only: None,
        }
    }

    pub(super) fn line(&mut self, line: Line<'_>, strings: &mut Strings) {
        self.file.counts.lines += 1;
        self.file.counts.truncated += u64::from(line.cut);
        self.rows.measure(line.bytes);
        if self.mend(line.bytes) {
            return;
        }
        if let Some(stub) = self.stub.take()
            && self.complete(&stub, line.bytes, strings)
        {
            return;
        }
        match self.head(line.bytes) {
            Some((format, head)) if !is_loose(format, &head) => {
                self.start(format, head, line.bytes, strings);
            }
            found @ Some(_) if self.fences != Fences::Outside => {
                self.loose_line(line.bytes, found, strings);
            }
            _ if self.may_be_stub(line.bytes) => self.stub = Some(line.bytes.to_vec()),
            _ => self.other_line(line.bytes, strings),
        }
    }

    /// Which format claims `line` as the start of an entry.
    fn head(&self, line: &[u8]) -> Option<Found> {
        let mut asked = start::asked(line);
        if asked & 1 << self.last != 0 {
            match FORMATS[self.last].next(line) {
                Next::Head(head) => return Some((self.last, head)),
                Next::Own => return None,
                Next::Unknown => asked &= !(1 << self.last),
            }
        }
        let claim = |format: usize| Some((format, FORMATS[format].head(line)?));
        if asked & 1 << self.named != 0
            && let found @ Some(_) = claim(self.named)
        {
            return found;
        }
        asked &= !(1 << self.named);
        while asked != 0 {
            if let found @ Some(_) = claim(asked.trailing_zeros() as usize) {
                return found;
            }
            asked &= asked - 1;
        }
        None
    }

    /// A line that starts no entry as it stands.
    fn other_line(&mut self, line: &[u8], strings: &mut Strings) {
        self.ems |= self.may_be_ems && !self.sealed && std::str::from_utf8(line).is_err();
        if line.trim_ascii().is_empty() {
            if let Some(open) = &mut self.open {
                open.take(b"");
            }
        } else if paste::is_fence(line) && !(self.sealed && self.fences == Fences::None) {
            self.fence(strings);
        } else if self.fences == Fences::Outside {
            self.file.counts.unknown_lines += 1;
        } else if paste::is_noise(line) {
            self.close(strings);
            self.file.counts.unknown_lines += 1;
        } else if let Some(plain) = paste::plain(line) {
            self.loose_line(&plain, self.head(&plain), strings);
        } else {
            self.loose_line(line, None, strings);
        }
    }

    /// A block begins or ends. An entry that is still open at its end goes on in the next block.
    fn fence(&mut self, strings: &mut Strings) {
        if self.fences == Fences::Inside {
            self.fences = Fences::Outside;
            self.suspended = self
                .open
                .as_ref()
                .is_some_and(|open| paste::is_open(&open.text));
        } else {
            self.fences = Fences::Inside;
        }
        if !self.suspended {
            self.close(strings);
        }
    }

    /// A line of a paste, or a continuation: records may be glued together in it. `head` is what
    /// its start is claimed as.
    fn loose_line(&mut self, line: &[u8], head: Option<Found>, strings: &mut Strings) {
        let (mut start, mut from, mut known) = (0, 0, false);
        while let Some(at) = self.next_glue(head.as_ref(), line, from) {
            if self.head(&line[at..]).is_some() {
                let piece = line[start..at].trim_ascii_end();
                known |= self.piece(piece, self.head(piece), strings);
                self.file.counts.unglued += 1;
                start = at;
            }
            // What a glue point is told by stands before it: it is not found a second time.
            from = at;
        }
        let piece = &line[start..];
        let head = if start == 0 { head } else { self.head(piece) };
        known |= self.piece(piece, head, strings);
        if !known {
            self.file.counts.unknown_lines += 1;
        }
    }

    /// Where a record may start inside `line`, behind `from`. Records are glued only to pastes: inside
    /// an entry with the prefix of a real log nothing is, unless its writer does that.
    fn next_glue(&self, head: Option<&Found>, line: &[u8], from: usize) -> Option<usize> {
        let strict = |open: &&Open| !is_loose(open.format, &open.head);
        match (head, self.open.as_ref().filter(strict)) {
            (Some((format, head)), _) if !is_loose(*format, head) => None,
            (None, Some(open)) => {
                let at = FORMATS[open.format].glued(line.get(from..)?)?;
                Some(from + at)
            }
            _ => paste::next_glue(line, from),
        }
    }

    /// A line or a part of one, and what its start is claimed as: whether it belongs to an entry.
    fn piece(&mut self, piece: &[u8], head: Option<Found>, strings: &mut Strings) -> bool {
        if let Some((format, head)) = head
            && !self
                .open
                .as_ref()
                .is_some_and(|open| paste::is_rest_of(&open.text, piece))
        {
            self.start(format, head, piece, strings);
            return true;
        }
        let Some(open) = &mut self.open else {
            return false;
        };
        let belongs = self.suspended || FORMATS[open.format].continues(&open.text, piece);
        if belongs {
            self.suspended = false;
            open.take(piece);
            open.last_line = self.file.counts.lines;
        }
        belongs
    }

    /// Closes the open entry and opens the next one.
    fn start(&mut self, format: usize, head: Head, line: &[u8], strings: &mut Strings) {
        let number = self.file.counts.lines;
        let mut text = std::mem::take(&mut self.spare);
        let (mut head, mut first_line) = (head, number);
        if head.stripped
            && let Some((whole, from)) = self.lost_time(format, line, &mut text)
        {
            (head, first_line) = (whole, from);
            self.file.counts.unglued += 1;
        }
        self.close(strings);
        let mut open = Open {
            format,
            head,
            first_line,
            last_line: number,
            text,
            cut: false,
            cut_head: None,
        };
        open.take(line);
        self.last = format;
        self.found[format] += 1;
        self.file.counts.records += 1;
        open.head.wanted &= self.place_in_time(head.stamp, first_line);
        self.open = Some(open);
    }

    /// The time of day that belongs to `line` but hangs on the end of the entry before: moves it
    /// into `text` and returns the head of both together, and the line the time stands in.
    fn lost_time(&mut self, format: usize, line: &[u8], text: &mut Vec<u8>) -> Option<(Head, u64)> {
        let open = self.open.as_mut().filter(|open| open.format == format)?;
        let at = paste::trailing_time(&open.text)?;
        let time = open.text.get(at..)?.trim_ascii();
        let colon = if time.ends_with(b":") { "" } else { ":" };
        let whole = [time, colon.as_bytes(), b" ", line].concat();
        let head = FORMATS[format].head(&whole)?;
        text.extend_from_slice(time);
        text.push(b'\n');
        open.text.truncate(at);
        let from = open.last_line;
        if open.text.ends_with(b"\n") && open.last_line > open.first_line {
            open.last_line -= 1;
        }
        Some((head, from))
    }

    /// Reads the open entry and keeps it if it bears on a sign-in.
    fn close(&mut self, strings: &mut Strings) {
        self.file.counts.truncated += u64::from(std::mem::take(&mut self.suspended));
        let Some(mut open) = self.open.take() else {
            return;
        };
        self.file.counts.truncated += u64::from(open.cut);
        if open.head.wanted && self.is_asked_for(&open) {
            self.read(&open, strings);
        }
        open.text.clear();
        self.spare = open.text;
    }

    fn read(&mut self, open: &Open, strings: &mut Strings) {
        let counts = &mut self.file.counts;
        let original = decoded(open.text.trim_ascii_end(), &mut counts.undecodable);
        let masked = mask::mask(&original);
        counts.masked += masked.count;
        if let Some(line) = masked.first_line
            && counts.first_masked_line == 0
        {
            counts.first_masked_line = open.first_line + u64::from(line);
        }
        let raw = &*masked.text;
        let kind = FORMATS[open.format].kind();
        // Dumplog output repeats its header on every line of a message: no terminal broke them.
        let wrapped = (kind != Kind::CtiServer || open.head.stripped).then_some(&*original);
        let width = if self.sealed { None } else { self.rows.width() };
        counts.rewrapped += u64::from(is_loose(open.format, &open.head) && paste::is_wrapped(raw));
        let entry = Entry {
            raw,
            flat: &match open.cut_head {
                Some(tight) => Cow::Owned(paste::flatten_cut_head(raw, &original, width, tight)),
                None => paste::flatten(raw, wrapped, width),
            },
            head: open.head,
        };
        let format = FORMATS[open.format];
        counts.damaged += u64::from(format.is_damaged(&entry));
        if let Some(reading) = format.read(&entry, strings) {
            if !self.is_wanted(reading.stamp) {
                self.file.counts.outside += 1;
                return;
            }
            if reading.what != What::DayStarted {
                self.see(reading.stamp);
            }
            if reading.keys.node.is_some() {
                *self.nodes.entry(reading.keys.node).or_default() += 1;
            }
            let place = open.place();
            self.records.push(Fields {
                place,
                nth: self.nth(place),
                kind,
                stamp: reading.stamp,
                what: reading.what,
                keys: reading.keys,
                facts: reading.facts,
                text: self.texts.push(raw),
                said: said(kind, raw),
            });
        }
    }

    fn nth(&self, place: Place) -> u16 {
        match self.records.last() {
            Some(before) if before.place().line == place.line => before.nth().saturating_add(1),
            _ => 0,
        }
    }

    pub(super) fn finish(
        mut self,
        binary: Option<&str>,
        problem: Option<Error>,
        strings: &mut Strings,
    ) -> FileReading {
        self.give_up_stub(strings);
        let counts = &mut self.file.counts;
        if let Some(open) = &mut self.open {
            open.cut |= problem.is_some() || open.head.wanted && paste::is_open(&open.text);
            open.cut &= !self.suspended; // counted once
        }
        let empty = counts.bytes == 0;
        self.close(strings);
        let is_ems = self.ems && self.found.iter().all(|count| *count == 0);
        let Self {
            mut file,
            found,
            nodes,
            ..
        } = self;
        file.kind = kind_of(&found);
        file.node = commonest(&nodes, strings);
        file.digest = self.digest.finish();
        file.problem = problem.map(|problem| problem.to_string());
        if let Some(what) = binary {
            let name = file.chain.last().map_or("", String::as_str);
            let (kind, text) = about_binary(name, what);
            file.kind = kind;
            file.problem.get_or_insert(text);
        } else if is_ems {
            file.kind = Kind::BinaryEms;
            file.problem.get_or_insert_with(|| BINARY_EMS.to_owned());
        } else if empty {
            file.problem
                .get_or_insert_with(|| "the file is empty".to_owned());
        }
        FileReading {
            file,
            records: self.records,
            texts: self.texts,
        }
    }
}

impl Open {
    fn take(&mut self, line: &[u8]) {
        let room = ENTRY_LIMIT.saturating_sub(self.text.len());
        let kept = line.get(..room).unwrap_or(line);
        self.cut |= kept.len() < line.len();
        self.text.extend_from_slice(kept);
        if room > 0 {
            self.text.push(b'\n');
        }
    }

    fn place(&self) -> Place {
        let lines = 1 + self.last_line - self.first_line;
        Place {
            file: FileId(0),
            line: u32::try_from(self.first_line).unwrap_or(u32::MAX),
            lines: u32::try_from(lines).unwrap_or(u32::MAX),
        }
    }
}

/// Whether an entry with this head may have been copied by hand: it lacks the prefix of a real log,
/// or its log never had one.
fn is_loose(format: usize, head: &Head) -> bool {
    let bare = matches!(FORMATS[format].kind(), Kind::AccessLog | Kind::ClientLog);
    head.stripped || bare && !matches!(head.stamp, Stamp::Utc { .. })
}
