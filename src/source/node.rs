//! One member at any depth: sniffed, then opened if it is an archive, else given out.

use super::gzip::{Checkpoint, Gzip, Trail};
use super::mark::{Mark, Reach, Within};
use super::opener::Out;
use super::packed::Packed;
use super::sniff::{self, Found};
use super::tar::Tar;
use super::zip::Zip;
use crate::error::Error;

/// A member while its bytes come by.
#[derive(Debug)]
pub(super) struct Node {
    chain: Vec<String>,
    /// Name of a compressed file's content; becomes an element of the chain unless the content is a tar.
    inner: Option<String>,
    /// Archives around it.
    depth: u32,
    /// Whether what is in it can be reached again from the outside.
    reach: Reach,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Fewer than [`sniff::NEED`] bytes so far.
    Sniffing(Vec<u8>),
    /// This many zero bytes and nothing else so far.
    Zeros(u64),
    /// Given out; this many bytes so far.
    Leaf(u64),
    /// Not opened, for this reason; this many bytes so far.
    Refused(u64, Error),
    Gzip(Box<Gzip>),
    Packed(Box<Packed>),
    Zip(Box<Zip>),
    Tar(Box<Tar>),
    /// Ended early; the rest is left out.
    Over,
}

impl Node {
    /// A file, or a member of a zip or tar, `depth` archives deep.
    pub(super) fn member(chain: Vec<String>, depth: u32) -> Self {
        Self {
            chain,
            inner: None,
            depth,
            reach: Reach::No,
            state: State::Sniffing(Vec::new()),
        }
    }

    /// The dropped file itself.
    pub(super) fn dropped(chain: Vec<String>) -> Self {
        Self {
            reach: Reach::File,
            ..Self::member(chain, 0)
        }
    }

    /// The dropped file once more, from a mark on; its bytes are to be pushed from [`Mark::start`] on.
    pub(super) fn again(chain: Vec<String>, mark: &Mark, checkpoint: Option<&Checkpoint>) -> Self {
        const DEPTH: u32 = 1;
        let tar = |in_stream, depth| {
            let tar = Tar::new(chain.clone(), in_stream, depth, Reach::No);
            State::Tar(Box::new(tar))
        };
        let state = match mark.within {
            Within::File => return Self::member(chain, 0),
            Within::Zip => State::Zip(Box::new(Zip::new(chain.clone(), DEPTH, Reach::No))),
            Within::Tar => tar(false, DEPTH),
            Within::GzipTar => {
                let content = Self {
                    state: tar(true, DEPTH + 1),
                    ..Self::member(chain.clone(), DEPTH)
                };
                let gzip = Gzip::again(chain.clone(), DEPTH, content, mark.at, checkpoint);
                State::Gzip(Box::new(gzip))
            }
        };
        Self {
            state,
            ..Self::member(chain, 0)
        }
    }

    /// The content of the compressed file `chain`, called `inner`.
    pub(super) fn content(chain: Vec<String>, inner: String, depth: u32, reach: Reach) -> Self {
        Self {
            inner: Some(inner),
            reach,
            ..Self::member(chain, depth)
        }
    }

    /// Whether members of it may be entered again one by one, as far as is known: those of a tar.
    pub(super) fn may_have_marks(&self) -> bool {
        matches!(self.state, State::Sniffing(_) | State::Tar(_))
    }

    /// Whether whatever is pushed from now on is left out.
    pub(super) fn is_over(&self) -> bool {
        match &self.state {
            State::Over => true,
            State::Gzip(gzip) => gzip.is_over(),
            _ => false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        if out.stopped() {
            return;
        }
        match &mut self.state {
            State::Sniffing(_) => self.sniff(bytes, out),
            State::Zeros(_) => self.zeros(bytes, out),
            State::Leaf(_) => self.give(bytes, out),
            State::Refused(count, _) => *count += bytes.len() as u64,
            State::Gzip(gzip) => gzip.push(bytes, out),
            State::Packed(packed) => packed.push(bytes, out),
            State::Zip(zip) => zip.push(bytes, out),
            State::Tar(tar) => tar.push(bytes, out),
            State::Over => {}
        }
    }

    /// The member is over; `problem` says why it is not whole.
    pub(super) fn finish(mut self, problem: Option<Error>, out: &mut Out<'_>) {
        if let State::Sniffing(held) = &mut self.state {
            let held = std::mem::take(held);
            if let (true, Some(problem)) = (held.is_empty(), problem.clone()) {
                self.enter();
                return out.unreadable(&self.chain, 0, problem);
            }
            self.become_found(sniff::sniff(&held), out);
            self.push(&held, out);
        }
        let problem = out.stopped_by().or(problem);
        match self.state {
            State::Sniffing(_) | State::Over => {}
            State::Zeros(count) => {
                out.unreadable(&self.chain, count, problem.unwrap_or_else(only_zeros))
            }
            State::Leaf(_) => out.end(problem),
            State::Refused(count, why) => out.unreadable(&self.chain, count, why),
            State::Gzip(gzip) => gzip.finish(problem, out),
            State::Packed(packed) => packed.finish(problem, out),
            State::Zip(zip) => zip.finish(problem, out),
            State::Tar(tar) => tar.finish(problem, out),
        }
    }

    fn sniff(&mut self, mut bytes: &[u8], out: &mut Out<'_>) {
        let State::Sniffing(held) = &mut self.state else {
            return;
        };
        let mut front = std::mem::take(held);
        if front.is_empty() && bytes.len() >= sniff::NEED {
            self.become_found(sniff::sniff(bytes), out);
            return self.push(bytes, out);
        }
        let wanted = sniff::NEED.saturating_sub(front.len());
        let (more, rest) = bytes.split_at(wanted.min(bytes.len()));
        front.extend_from_slice(more);
        bytes = rest;
        if front.len() < sniff::NEED {
            self.state = State::Sniffing(front);
            return;
        }
        self.become_found(sniff::sniff(&front), out);
        self.push(&front, out);
        if !bytes.is_empty() {
            self.push(bytes, out);
        }
    }

    fn become_found(&mut self, found: Found, out: &mut Out<'_>) {
        let in_stream = self.inner.is_some();
        // A tar, or the zeros of an empty one, is no element of its own.
        if !matches!(found, Found::Tar | Found::Zeros) {
            self.enter();
        }
        let (chain, depth) = (self.chain.clone(), self.depth + 1);
        let is_leaf = matches!(found, Found::Leaf | Found::Zeros | Found::Foreign(_));
        if !is_leaf && self.depth >= out.limits().depth {
            self.state = State::Refused(0, too_deep(out.limits().depth));
            return;
        }
        self.state = match found {
            Found::Gzip => {
                let every = out.limits().checkpoint_bytes;
                let trail = (self.reach == Reach::File).then(|| Trail::new(every));
                State::Gzip(Box::new(Gzip::new(chain, depth, trail)))
            }
            Found::Packed(packing) => State::Packed(Box::new(Packed::new(packing, chain, depth))),
            Found::Zip => State::Zip(Box::new(Zip::new(chain, depth, self.reach))),
            Found::Program => State::Zip(Box::new(Zip::behind_program(chain, depth, self.reach))),
            Found::Tar => State::Tar(Box::new(Tar::new(chain, in_stream, depth, self.reach))),
            Found::Zeros => State::Zeros(0),
            Found::Foreign(name) => State::Refused(0, foreign(name)),
            Found::Leaf => {
                out.start(&self.chain);
                State::Leaf(0)
            }
        };
    }

    /// The name inside a compressed file becomes part of the chain.
    fn enter(&mut self) {
        self.chain.extend(self.inner.take());
    }

    fn zeros(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let State::Zeros(count) = &mut self.state else {
            return;
        };
        if bytes.iter().all(|byte| *byte == 0) {
            *count += bytes.len() as u64;
            return;
        }
        // A log after all: a file system that lost power leaves zeros in front.
        let mut left = *count;
        self.become_found(Found::Leaf, out);
        const ZEROS: [u8; 4096] = [0; 4096];
        while left > 0 && !out.stopped() {
            let now = left.min(ZEROS.len() as u64);
            self.give(
                ZEROS
                    .get(..usize::try_from(now).unwrap_or(0))
                    .unwrap_or_default(),
                out,
            );
            left -= now;
        }
        self.give(bytes, out);
    }

    fn give(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let State::Leaf(given) = &mut self.state else {
            return;
        };
        let most = out.limits().member_bytes;
        let room = most - *given;
        if let Some(fits) = usize::try_from(room)
            .ok()
            .and_then(|room| bytes.get(..room))
            && fits.len() < bytes.len()
        {
            out.data(fits);
            out.end(Some(Error::new(format!(
                "expected a member of at most {most} bytes, found more"
            ))));
            self.state = State::Over;
            return;
        }
        *given += bytes.len() as u64;
        out.data(bytes);
    }
}

fn foreign(name: &str) -> Error {
    Error::new(format!(
        "{name} archives cannot be read here: unpack it and drop the folder, or repack it as zip or tgz"
    ))
}

fn too_deep(depth: u32) -> Error {
    Error::new(format!(
        "expected at most {depth} archives inside each other, found more"
    ))
}

/// An empty tar is nothing but zero blocks; so is a file that was never written.
fn only_zeros() -> Error {
    Error::new("the archive is empty: there is nothing in it but zero bytes")
}

/// What every archive says when it is broken. `at` is a 0-based offset in bytes into `archive`.
pub(super) fn broken(expected: &str, found: &str, at: u64, archive: &str) -> Error {
    Error::new(format!(
        "expected {expected}, found {found} at byte {at} of {archive}"
    ))
}

/// What every archive says when there is nothing in it.
pub(super) fn empty() -> Error {
    Error::new("the archive is empty")
}
