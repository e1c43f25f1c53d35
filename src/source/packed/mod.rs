//! zstd and bzip2, as files and as members of a zip: one or more compressed streams whose contents follow
//! each other. gzip, which nearly every bundle is, has a way of its own.
//!
//! Decompressors get their input in blocks of one size, counted from the start of the file, however
//! its bytes come: what they make of damaged data would depend on the pieces otherwise.

mod bzip2;
mod zstd;

use super::inflate::Progress;
use super::mark::Reach;
use super::names;
use super::node::{Node, broken};
use super::opener::Out;
use crate::error::Error;
use crc32fast::Hasher as Crc;
use std::fmt;

/// Bytes a decompressor gets at once.
const BLOCK: usize = 64 * 1024;

/// A format of compressed streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Zstd,
    Bzip2,
}

/// Why a stream cannot be read on: what was found, in words of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Broken(&'static str);

/// The usual case.
const DAMAGED: Broken = Broken("something else");

/// A decompressor for one stream at a time.
trait Unpacker {
    /// Decompresses from the front of `input`, which is moved past what was used; all of it unless
    /// the stream is over. `take` gets the output and says whether it wants more.
    fn run(
        &mut self,
        input: &mut &[u8],
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Broken>;

    /// The stream is cut off or damaged: gives out what it has kept back.
    fn give_up(&mut self, _take: &mut dyn FnMut(&[u8]) -> bool) {}
}

impl Packing {
    pub(super) const ALL: [Self; 2] = [Self::Zstd, Self::Bzip2];

    /// Whether a stream of this format starts with `front`: its first [`Packing::magic`] bytes.
    pub(super) fn starts(self, front: &[u8]) -> bool {
        match self {
            Self::Zstd => zstd::starts(front),
            Self::Bzip2 => bzip2::starts(front),
        }
    }

    /// Bytes needed to know.
    fn magic(self) -> usize {
        match self {
            Self::Zstd => 4,
            Self::Bzip2 => 10,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }

    fn unpacker(self) -> Box<dyn Unpacker> {
        match self {
            Self::Zstd => Box::new(zstd::Zstd::default()),
            Self::Bzip2 => Box::new(bzip2::Bzip2::new()),
        }
    }
}

/// A compressed file while its bytes come by.
pub(super) struct Packed {
    packing: Packing,
    chain: Vec<String>,
    /// Offset of the next byte to be decompressed, in bytes.
    at: u64,
    /// The start of a block.
    held: Vec<u8>,
    state: State,
    /// `None` once it has ended early.
    content: Option<Node>,
    /// What came out of it so far, where somebody wants to know.
    tally: Option<Tally>,
}

/// What an archive says of a member: the checksum and the number of its bytes.
#[derive(Debug, Default)]
pub(super) struct Tally {
    crc: Crc,
    size: u64,
}

impl Tally {
    fn take(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
    }

    pub(super) fn crc(&self) -> u32 {
        self.crc.clone().finalize()
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

enum State {
    /// Between streams: the first bytes of the next one, as far as they have come.
    Between(Vec<u8>),
    Stream(Box<dyn Unpacker>),
    /// This many bytes that are no stream, from this offset.
    Garbage(u64, u64),
    /// Damaged: the rest is of no use.
    Over,
}

impl Packed {
    pub(super) fn new(packing: Packing, chain: Vec<String>, depth: u32) -> Self {
        let name = chain.last().map_or("", String::as_str);
        let inner = names::unpacked(name);
        Self {
            packing,
            at: 0,
            held: Vec::new(),
            state: State::Between(Vec::new()),
            content: Some(Node::content(chain.clone(), inner, depth, Reach::No)),
            chain,
            tally: None,
        }
    }

    /// The data of a member of a zip: what comes out of it is the member.
    pub(super) fn in_zip(packing: Packing, chain: Vec<String>, depth: u32) -> Self {
        Self {
            content: Some(Node::member(chain.clone(), depth)),
            tally: Some(Tally::default()),
            ..Self::new(packing, chain, depth)
        }
    }

    pub(super) fn push(&mut self, mut input: &[u8], out: &mut Out<'_>) {
        while !input.is_empty() && !out.stopped() {
            if self.held.is_empty()
                && let Some((block, rest)) = input.split_at_checked(BLOCK)
            {
                input = rest;
                self.block(block, out);
                continue;
            }
            let wanted = BLOCK - self.held.len();
            let (now, rest) = input.split_at(wanted.min(input.len()));
            self.held.extend_from_slice(now);
            input = rest;
            if self.held.len() == BLOCK {
                let block = std::mem::take(&mut self.held);
                self.block(&block, out);
                self.held = block;
                self.held.clear();
            }
        }
    }

    pub(super) fn finish(self, problem: Option<Error>, out: &mut Out<'_>) {
        self.finish_checked(problem, |_| None, out);
    }

    /// The same; `check` looks at what came out of data that is whole.
    pub(super) fn finish_checked(
        mut self,
        problem: Option<Error>,
        check: impl FnOnce(&Tally) -> Option<Error>,
        out: &mut Out<'_>,
    ) {
        let last = std::mem::take(&mut self.held);
        self.block(&last, out);
        let problem = problem
            .or_else(|| self.end_problem())
            .or_else(|| self.tally.as_ref().and_then(check));
        self.close(problem, out);
    }

    fn close(&mut self, problem: Option<Error>, out: &mut Out<'_>) {
        let Some(mut content) = self.content.take() else {
            return;
        };
        if let State::Stream(unpacker) = &mut self.state
            && !out.stopped()
        {
            unpacker.give_up(&mut |bytes| {
                out.inflated(bytes.len());
                content.push(bytes, out);
                !out.stopped()
            });
        }
        self.state = State::Over;
        content.finish(out.stopped_by().or(problem), out);
    }

    /// What is wrong with ending here.
    fn end_problem(&self) -> Option<Error> {
        match &self.state {
            State::Between(front) if front.is_empty() => None,
            State::Between(_) | State::Stream(_) => {
                Some(self.broken("more compressed data", "the end"))
            }
            State::Garbage(from, count) => Some(broken(
                &format!("another {} stream or the end", self.packing.name()),
                &format!("{count} bytes of something else"),
                *from,
                self.name(),
            )),
            State::Over => None,
        }
    }

    fn block(&mut self, mut input: &[u8], out: &mut Out<'_>) {
        while !input.is_empty() && !out.stopped() {
            match &mut self.state {
                State::Between(_) => self.between(&mut input, out),
                State::Stream(_) => self.stream(&mut input, out),
                State::Garbage(_, count) => {
                    *count += input.len() as u64;
                    return;
                }
                State::Over => return,
            }
        }
    }

    /// Another stream, zeros that fill a block, or the end.
    fn between(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        let State::Between(front) = &mut self.state else {
            return;
        };
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            self.at += 1;
            if front.is_empty() && *byte == 0 {
                continue;
            }
            front.push(*byte);
            if front.len() == self.packing.magic() {
                return self.begin(out);
            }
        }
    }

    fn begin(&mut self, out: &mut Out<'_>) {
        let State::Between(front) = &mut self.state else {
            return;
        };
        let front = std::mem::take(front);
        let length = front.len() as u64;
        self.at -= length;
        if self.packing.starts(&front) {
            self.state = State::Stream(self.packing.unpacker());
            self.stream(&mut front.as_slice(), out);
        } else {
            self.state = State::Garbage(self.at, length);
        }
    }

    fn stream(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        let (State::Stream(unpacker), Some(content)) = (&mut self.state, &mut self.content) else {
            return;
        };
        let before = input.len();
        let tally = &mut self.tally;
        let progress = unpacker.run(input, &mut |bytes| {
            out.inflated(bytes.len());
            if let Some(tally) = tally {
                tally.take(bytes);
            }
            content.push(bytes, out);
            !out.stopped()
        });
        self.at += (before - input.len()) as u64;
        match progress {
            Ok(Progress::More) => {}
            Ok(Progress::Ended) => self.state = State::Between(Vec::new()),
            Err(Broken(found)) => {
                let problem = self.broken(&format!("{} data", self.packing.name()), found);
                self.close(Some(problem), out);
            }
        }
    }

    fn broken(&self, expected: &str, found: &str) -> Error {
        broken(expected, found, self.at, self.name())
    }

    fn name(&self) -> &str {
        self.chain.last().map_or("", String::as_str)
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed")
            .field("packing", &self.packing)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
