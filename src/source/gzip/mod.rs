//! gzip (RFC 1952): one or more compressed members whose contents follow each other.

mod checkpoint;
mod header;

use super::inflate::{Corrupt, Inflater, Progress};
use super::mark::Reach;
use super::names;
use super::node::{Node, broken};
use super::opener::Out;
use crate::error::Error;
pub use checkpoint::Checkpoint;
use checkpoint::Resumed;
pub(super) use checkpoint::Trail;
use crc32fast::Hasher as Crc;
use header::{Header, Parsed};

/// Compressed bytes inflated before it is asked again whether a checkpoint is due.
const STEP: usize = 64 * 1024;

/// A gzip file while its bytes come by.
#[derive(Debug)]
pub(super) struct Gzip {
    chain: Vec<String>,
    depth: u32,
    /// Offset of the next byte, in bytes.
    at: u64,
    state: State,
    /// What is inside; there from the end of the first header on.
    content: Option<Node>,
    /// The first thing that was wrong.
    problem: Option<Error>,
    inflater: Option<Inflater>,
    /// In place of `inflater` where it is entered in the middle.
    resumed: Option<Resumed>,
    /// Bytes of content to be passed over.
    skip: u64,
    /// There if it is a dropped file, which may be read once more, as long as that may be anywhere but from its start.
    trail: Option<Trail>,
    /// Of the member being read.
    crc: Crc,
    /// Bytes of the member being read, modulo 2^32 as in the trailer.
    length: u32,
}

#[derive(Debug)]
enum State {
    Header(Header),
    Body,
    /// CRC and length, 4 bytes each.
    Trailer(Vec<u8>),
    /// After a member: another one, zeros that fill a tape block, or the end.
    Between,
    /// This many bytes that are not gzip, from this offset.
    Garbage(u64, u64),
    /// The content has ended early.
    Over,
}

impl Gzip {
    pub(super) fn new(chain: Vec<String>, depth: u32, trail: Option<Trail>) -> Self {
        Self {
            trail,
            chain,
            depth,
            at: 0,
            state: State::Header(Header::default()),
            content: None,
            problem: None,
            inflater: None,
            resumed: None,
            skip: 0,
            crc: Crc::new(),
            length: 0,
        }
    }

    /// For the same file once more: `content` gets what is inside from the byte `from` on. Its bytes are to be
    /// pushed from the checkpoint on, which is none behind that; from the start, without one.
    pub(super) fn again(
        chain: Vec<String>,
        depth: u32,
        content: Node,
        from: u64,
        checkpoint: Option<&Checkpoint>,
    ) -> Self {
        let resumed = checkpoint.and_then(Resumed::from);
        Self {
            at: checkpoint.map_or(0, |checkpoint| checkpoint.at),
            state: match resumed {
                Some(_) => State::Body,
                None => State::Header(Header::default()),
            },
            resumed,
            content: Some(content),
            skip: from - checkpoint.map_or(0, |checkpoint| checkpoint.content),
            ..Self::new(chain, depth, None)
        }
    }

    pub(super) fn push(&mut self, mut input: &[u8], out: &mut Out<'_>) {
        while !input.is_empty() && !out.stopped() {
            match &mut self.state {
                State::Header(_) => self.header(&mut input, out),
                State::Body => self.body(&mut input, out),
                State::Trailer(_) => self.trailer(&mut input),
                State::Between => self.between(&mut input),
                State::Garbage(_, count) => {
                    *count += input.len() as u64;
                    input = &[];
                }
                State::Over => input = &[],
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    pub(super) fn finish(mut self, problem: Option<Error>, out: &mut Out<'_>) {
        let found = "the end";
        let own = match &self.state {
            State::Header(_) => Some(self.broken("the rest of a gzip header", found)),
            State::Body => Some(self.broken("more compressed data", found)),
            State::Trailer(_) => Some(self.broken("a checksum and a length", found)),
            State::Between | State::Over => None,
            State::Garbage(from, count) => Some(broken(
                "another gzip member or the end",
                &format!("{count} bytes of something else"),
                *from,
                self.name(),
            )),
        };
        let problem = problem.or(self.problem.take()).or(own);
        self.close(problem, out);
    }

    fn close(&mut self, problem: Option<Error>, out: &mut Out<'_>) {
        if let Some(inflater) = self.inflater.take() {
            out.give_back(inflater);
        }
        match (self.content.take(), problem) {
            (Some(content), problem) => content.finish(problem, out),
            (None, Some(problem)) if !matches!(self.state, State::Over) => {
                out.unreadable(&self.chain, self.at, problem);
            }
            _ => {}
        }
    }

    fn header(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        while let Some((byte, rest)) = input.split_first() {
            let State::Header(header) = &mut self.state else {
                return;
            };
            let parsed = header.push(*byte);
            let start = self.at + 1 - header.size;
            *input = rest;
            self.at += 1;
            match parsed {
                Parsed::More => {}
                Parsed::Bad => self.state = State::Garbage(start, self.at - start),
                Parsed::Done { checked } => {
                    if !checked {
                        self.note("a gzip header whose checksum fits", "another checksum");
                    }
                    let checkpoint = self.trail.as_mut().and_then(|trail| trail.member(start));
                    checkpoint
                        .into_iter()
                        .for_each(|found| out.checkpoint(found));
                    self.begin(out);
                }
            }
        }
    }

    fn begin(&mut self, out: &mut Out<'_>) {
        if let State::Header(header) = std::mem::replace(&mut self.state, State::Body)
            && self.content.is_none()
        {
            let inner = match header.name.as_slice() {
                [] => names::unpacked(self.name()),
                name => names::shown(&names::text(name)),
            };
            let reach = match self.trail {
                Some(_) => Reach::Gzip,
                None => Reach::No,
            };
            let content = Node::content(self.chain.clone(), inner, self.depth, reach);
            self.content = Some(content);
        }
        match &mut self.inflater {
            Some(inflater) => inflater.reset(),
            None => self.inflater = Some(out.inflater()),
        }
        self.crc.reset();
        self.length = 0;
    }

    fn body(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        let mut now = input.get(..STEP).unwrap_or(input);
        let given = now.len();
        let progress = self.inflate(&mut now, out);
        let (used, rest) = input.split_at(given - now.len());
        *input = rest;
        self.at += used.len() as u64;
        self.trail
            .take_if(|_| !self.content.as_ref().is_some_and(Node::may_have_marks));
        match progress {
            Ok(Progress::More) if now.is_empty() => {}
            Ok(Progress::More) => {
                if let Some(trail) = &mut self.trail {
                    trail.block(used, self.at, rest);
                }
            }
            Ok(Progress::Ended) if self.resumed.is_some() => self.end(None, out),
            Ok(Progress::Ended) => self.state = State::Trailer(Vec::with_capacity(8)),
            Err(Corrupt) => {
                let problem = self.broken("deflate data", "something else");
                self.end(Some(problem), out);
            }
        }
    }

    /// Inflates to the next block where a checkpoint is due, else all of `input`.
    fn inflate(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> Result<Progress, Corrupt> {
        let Self {
            content: Some(content),
            crc,
            length,
            skip,
            trail,
            ..
        } = self
        else {
            return Ok(Progress::Ended);
        };
        let is_due = trail.as_ref().is_some_and(Trail::is_due);
        let take = |bytes: &[u8]| {
            crc.update(bytes);
            *length = length.wrapping_add(bytes.len() as u32);
            out.inflated(bytes.len());
            let checkpoint = trail.as_mut().and_then(|trail| trail.take(bytes));
            checkpoint
                .into_iter()
                .for_each(|found| out.checkpoint(found));
            content.push(behind(skip, bytes), out);
            !out.stopped()
        };
        match (&mut self.resumed, &mut self.inflater) {
            (Some(resumed), _) => resumed.run(std::mem::take(input), take),
            (None, Some(inflater)) if is_due => inflater.run_to_block(input, take),
            (None, Some(inflater)) => inflater.run(input, take),
            (None, None) => Ok(Progress::Ended),
        }
    }

    /// The content has ended early.
    fn end(&mut self, problem: Option<Error>, out: &mut Out<'_>) {
        self.close(problem, out);
        self.state = State::Over;
    }

    fn trailer(&mut self, input: &mut &[u8]) {
        let State::Trailer(held) = &mut self.state else {
            return;
        };
        let (now, rest) = input.split_at(input.len().min(8 - held.len()));
        held.extend_from_slice(now);
        self.at += now.len() as u64;
        *input = rest;
        let &[c0, c1, c2, c3, l0, l1, l2, l3] = held.as_slice() else {
            return;
        };
        let crc = u32::from_le_bytes([c0, c1, c2, c3]);
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        if crc != self.crc.clone().finalize() {
            self.note(
                &format!("data of checksum {crc:08x}"),
                &format!("{:08x}", self.crc.clone().finalize()),
            );
        } else if length != self.length {
            self.note(
                &format!("{length} bytes of data"),
                &format!("{}", self.length),
            );
        }
        self.state = State::Between;
    }

    fn between(&mut self, input: &mut &[u8]) {
        let zeros = input.iter().take_while(|byte| **byte == 0).count();
        *input = input.get(zeros..).unwrap_or_default();
        self.at += zeros as u64;
        if !input.is_empty() {
            self.state = State::Header(Header::default());
        }
    }

    /// Keeps the first problem; reading goes on.
    fn note(&mut self, expected: &str, found: &str) {
        if self.problem.is_none() {
            self.problem = Some(self.broken(expected, found));
        }
    }

    fn broken(&self, expected: &str, found: &str) -> Error {
        broken(expected, found, self.at, self.name())
    }

    fn name(&self) -> &str {
        self.chain.last().map_or("", String::as_str)
    }
}

/// What of the bytes is behind those still to be skipped, which get fewer.
fn behind<'b>(skip: &mut u64, bytes: &'b [u8]) -> &'b [u8] {
    let now = usize::try_from(*skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
    *skip -= now as u64;
    bytes.get(now..).unwrap_or_default()
}
