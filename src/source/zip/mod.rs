//! zip, read from front to back by its local headers: so it works nested, and cut off. The
//! directory at the end is only compared with what was met.

mod descriptor;
mod directory;
mod entry;
mod header;
mod search;

use super::inflate::{Corrupt, Progress};
use super::mark::{Mark, Reach, Within};
use super::node::{broken, empty};
use super::opener::Out;
use crate::error::Error;
use descriptor::WINDOW;
use entry::Entry;
use header::{CENTRAL, DESCRIPTOR, END, Header, LOCAL, LOCAL_FIXED};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;

/// A zip while its bytes come by.
#[derive(Debug)]
pub(super) struct Zip {
    chain: Vec<String>,
    depth: u32,
    reach: Reach,
    /// Offset of the next byte (the first of `held`), in bytes.
    at: u64,
    state: State,
    /// Bytes that have come and are not used yet: they come before the input.
    held: Vec<u8>,
    /// The member whose data is being read.
    entry: Option<Entry>,
    /// Hashes of the names of all members met.
    met: FxHashSet<u64>,
    /// Entries of the directory.
    listed: u64,
    /// The end record has come.
    ended: bool,
    /// A Windows program stands before it, or is all there is.
    program: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The next record starts here.
    Signature,
    Local,
    /// Plain data, so many bytes more.
    Stored(u64),
    /// Deflated data; so many bytes more, if that is known.
    Deflated(Option<u64>),
    /// Data of no use, so many bytes more.
    Rest(u64),
    /// Plain or unreadable data of unknown length: ends at a descriptor that fits.
    Unmeasured,
    Descriptor,
    Central,
    End,
    /// A record of no use, so many bytes more.
    Skip(u64),
    /// The zip64 end record.
    Zip64End,
    /// Not a record since `from`: looking for the next one. `known`: a member's problem says so.
    Lost {
        from: u64,
        known: bool,
    },
}

impl Zip {
    pub(super) fn new(chain: Vec<String>, depth: u32, reach: Reach) -> Self {
        Self {
            chain,
            depth,
            reach,
            at: 0,
            state: State::Signature,
            held: Vec::new(),
            entry: None,
            met: FxHashSet::default(),
            listed: 0,
            ended: false,
            program: false,
        }
    }

    /// For a Windows program: the archive of a self-extractor begins where a member does.
    pub(super) fn behind_program(chain: Vec<String>, depth: u32, reach: Reach) -> Self {
        let state = State::Lost {
            from: 0,
            known: true,
        };
        Self {
            state,
            program: true,
            ..Self::new(chain, depth, reach)
        }
    }

    pub(super) fn push(&mut self, mut input: &[u8], out: &mut Out<'_>) {
        while !out.stopped() && self.step(&mut input, out) {}
    }

    pub(super) fn finish(mut self, problem: Option<Error>, out: &mut Out<'_>) {
        let (outer, own) = (problem.is_some(), self.end_problem());
        let problem = problem.or(own);
        match self.state {
            State::Descriptor | State::Unmeasured if !outer && self.descriptor_fits() => {
                self.close(None, out);
                let why = self.broken("another member or the archive's directory", "the end");
                return out.unreadable(&self.chain, 0, why);
            }
            State::Unmeasured => self.give(self.held.len(), out),
            State::Lost { from: 0, .. } if self.program => {
                let bytes = self.at + self.held.len() as u64;
                return out.unreadable(&self.chain, bytes, no_archive());
            }
            State::Lost { from, .. } if !outer => {
                return self.report_lost(from, self.at + self.held.len() as u64, out);
            }
            _ => {}
        }
        match problem {
            problem if self.entry.is_some() => self.close(problem, out),
            Some(problem) => out.unreadable(&self.chain, 0, problem),
            None if self.met.is_empty() && self.listed == 0 => {
                out.unreadable(&self.chain, self.at, empty());
            }
            None => {}
        }
    }

    /// One step; false when more input is needed.
    fn step(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        match self.state {
            State::Signature => self.signature(input),
            State::Local => self.local(input, out),
            State::Stored(_) | State::Deflated(_) | State::Rest(_) | State::Skip(_) => {
                self.stream(input, out)
            }
            State::Unmeasured => self.unmeasured(input, out),
            State::Descriptor => self.descriptor(input, out),
            State::Central => self.central(input, out),
            State::End => self.end(input),
            State::Zip64End => self.zip64_end(input),
            State::Lost { from, known } => self.lost(from, known, input, out),
        }
    }

    /// What is wrong with ending here.
    fn end_problem(&self) -> Option<Error> {
        let expected = match self.state {
            State::Signature if self.ended && self.held.is_empty() => return None,
            State::Signature if self.ended => "nothing after the end of the archive",
            State::Signature => "another member or the archive's directory",
            State::Local => "the rest of a member's header",
            State::Stored(_) | State::Unmeasured => "more data of the member",
            State::Deflated(_) | State::Rest(_) => "more compressed data",
            State::Descriptor => "a data descriptor",
            State::Central | State::End | State::Zip64End | State::Skip(_) => {
                "the rest of the archive's directory"
            }
            State::Lost { .. } => return None,
        };
        let found = if self.ended { "something" } else { "the end" };
        Some(self.broken(expected, found))
    }

    fn signature(&mut self, input: &mut &[u8]) -> bool {
        if !fill(&mut self.held, input, 4) {
            return false;
        }
        let signature = self.held.first_chunk().copied().unwrap_or_default();
        self.state = match signature {
            LOCAL => State::Local,
            CENTRAL => State::Central,
            END => State::End,
            // Zip64 end record and its locator: 4.3.14, 4.3.15.
            [b'P', b'K', 6, 6] => State::Zip64End,
            [b'P', b'K', 6, 7] => State::Skip(20),
            // Marks an archive that is or was split: 8.5.3, 8.5.4.
            DESCRIPTOR | [b'P', b'K', b'0', b'0'] if self.at == 0 => State::Skip(4),
            _ => State::Lost {
                from: self.at,
                known: false,
            },
        };
        true
    }

    fn local(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        if !fill(&mut self.held, input, LOCAL_FIXED) {
            return false;
        }
        let length = Header::local_length(&self.held);
        if !fill(&mut self.held, input, length) {
            return false;
        }
        let header = Header::local(self.held.get(..length).unwrap_or_default());
        if self.reach == Reach::File {
            let (at, within) = (self.at, Within::Zip);
            out.mark(Mark { at, within });
        }
        self.use_up(length);
        self.met.insert(hash(&header.raw_name));
        let entry = Entry::begin(header, &self.chain, self.depth, out);
        self.state = data_state(&entry);
        self.entry = Some(entry);
        if self.state == State::Stored(0) || self.state == State::Rest(0) {
            self.after_data(out);
        }
        true
    }

    /// States whose bytes are not held: from `held` first, then from the input.
    fn stream(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        if self.held.is_empty() {
            return self.take(input, out) || !input.is_empty();
        }
        let held = std::mem::take(&mut self.held);
        let mut front = held.as_slice();
        let on = self.take(&mut front, out);
        self.held = front.to_vec();
        on || !input.is_empty()
    }

    /// Takes data off the front of `input`; true if the state has changed.
    fn take(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        let before = input.len();
        let over = match &mut self.state {
            State::Deflated(left) => {
                let left = *left;
                return self.inflate(left, input, out);
            }
            State::Stored(left) | State::Rest(left) | State::Skip(left) => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let (now, rest) = input.split_at(most.min(input.len()));
                *left -= now.len() as u64;
                *input = rest;
                let over = *left == 0;
                self.pass(now, out);
                over
            }
            _ => true,
        };
        self.at += (before - input.len()) as u64;
        if over {
            self.after_data(out);
        }
        over
    }

    fn pass(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        if let Some(entry) = &mut self.entry {
            entry.packed += bytes.len() as u64;
            if matches!(self.state, State::Stored(_)) {
                entry.push(bytes, out);
            }
        }
    }

    fn inflate(&mut self, left: Option<u64>, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        let Some(entry) = &mut self.entry else {
            self.state = State::Signature;
            return true;
        };
        let Some(mut inflater) = entry.inflater.take() else {
            self.state = State::Signature;
            return true;
        };
        let most = left
            .and_then(|left| usize::try_from(left).ok())
            .unwrap_or(usize::MAX);
        let (mut now, rest) = input.split_at(most.min(input.len()));
        let given = now.len();
        let progress = inflater.run(&mut now, |bytes| {
            out.inflated(bytes.len());
            entry.push(bytes, out);
            !out.stopped()
        });
        entry.inflater = Some(inflater);
        let used = given - now.len();
        entry.packed += used as u64;
        self.at += used as u64;
        *input = input.get(used..).unwrap_or(rest);
        let left = left.map(|left| left - used as u64);
        self.after_inflate(progress, left, out)
    }

    fn after_inflate(
        &mut self,
        progress: Result<Progress, Corrupt>,
        left: Option<u64>,
        out: &mut Out<'_>,
    ) -> bool {
        self.state = State::Deflated(left);
        if out.stopped() {
            return false;
        }
        match (progress, left) {
            (Ok(Progress::Ended), None | Some(0)) => self.after_data(out),
            (Ok(Progress::Ended), Some(left)) => {
                self.note("the end of the member's data", "more");
                self.state = State::Rest(left);
            }
            (Ok(Progress::More), Some(0)) => {
                self.note("more compressed data", "the end of the member");
                self.after_data(out);
            }
            (Ok(Progress::More), _) => return false,
            (Err(Corrupt), Some(left)) if left > 0 => {
                self.note("deflate data", "something else");
                self.state = State::Rest(left);
            }
            (Err(Corrupt), Some(_)) => {
                self.note("deflate data", "something else");
                self.after_data(out);
            }
            (Err(Corrupt), None) => {
                self.note("deflate data", "something else");
                self.close(None, out);
                self.state = State::Lost {
                    from: self.at,
                    known: true,
                };
            }
        }
        true
    }

    /// The data of a member, or a record of no use, is over.
    fn after_data(&mut self, out: &mut Out<'_>) {
        let archive = self.name().to_owned();
        match &mut self.entry {
            Some(entry) if entry.header.descriptor => self.state = State::Descriptor,
            Some(entry) => {
                entry.check(self.at, &archive);
                self.close(None, out);
            }
            None => self.state = State::Signature,
        }
    }

    fn descriptor(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        if !fill(&mut self.held, input, WINDOW) {
            return false;
        }
        let Some(entry) = &self.entry else {
            self.state = State::Signature;
            return true;
        };
        let length = match descriptor::fitting(&self.held, &entry.expect()) {
            Some(length) => length,
            None => {
                self.note("a data descriptor that fits the data", "another");
                descriptor::unfitting(&self.held)
            }
        };
        self.use_up(length);
        self.close(None, out);
        true
    }

    fn descriptor_fits(&self) -> bool {
        let entry = self.entry.as_ref();
        entry.is_some_and(|entry| descriptor::fitting(&self.held, &entry.expect()).is_some())
    }

    pub(super) fn skip(&mut self, bytes: u64) {
        self.state = if bytes == 0 {
            State::Signature
        } else {
            State::Skip(bytes)
        };
    }

    /// The member being read is over; the next record starts after what is used up.
    fn close(&mut self, problem: Option<Error>, out: &mut Out<'_>) {
        self.state = State::Signature;
        if let Some(entry) = self.entry.take() {
            entry.close(problem, out);
        }
    }

    fn use_up(&mut self, bytes: usize) {
        let bytes = bytes.min(self.held.len());
        self.held.drain(..bytes);
        self.at += bytes as u64;
    }

    /// Keeps a problem of the member being read.
    fn note(&mut self, expected: &str, found: &str) {
        let problem = self.broken(expected, found);
        if let Some(entry) = &mut self.entry {
            entry.note(problem);
        }
    }

    fn broken(&self, expected: &str, found: &str) -> Error {
        broken(expected, found, self.at, self.name())
    }

    fn name(&self) -> &str {
        self.chain.last().map_or("", String::as_str)
    }
}

fn no_archive() -> Error {
    Error::new("a Windows program, with no zip in it: drop the logs themselves")
}

/// How the data of a member is read.
fn data_state(entry: &Entry) -> State {
    let header = &entry.header;
    // Written before its length was known: the fields are zero, or full where zip64 was foreseen.
    let unknown = header.descriptor && [0, u64::from(u32::MAX)].contains(&header.packed);
    let passed_over = entry.is_passed_over();
    if unknown && header.raw_name.ends_with(b"/") && header.method == 0 {
        State::Rest(0)
    } else if header.method == 8 && !passed_over && header.descriptor {
        State::Deflated(None)
    } else if unknown {
        State::Unmeasured
    } else if passed_over || header.packed == 0 {
        State::Rest(header.packed)
    } else if header.method == 8 {
        State::Deflated(Some(header.packed))
    } else {
        State::Stored(header.packed)
    }
}

/// Moves bytes from the front of `input` until `need` are held; false if there are not enough.
fn fill(held: &mut Vec<u8>, input: &mut &[u8], need: usize) -> bool {
    let missing = need.saturating_sub(held.len());
    let (now, rest) = input.split_at(missing.min(input.len()));
    held.extend_from_slice(now);
    *input = rest;
    held.len() >= need
}

/// Names are kept as hashes: a chance meeting of two only hides that one is missing.
fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.finish()
}
