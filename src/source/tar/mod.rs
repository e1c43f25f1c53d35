//! tar: blocks of 512 bytes; ustar, GNU and PAX, and the old form without a magic.

mod header;

pub(super) use header::is_header;

use super::mark::{Mark, Reach, Within};
use super::names;
use super::node::{Node, broken, empty};
use super::opener::Out;
use crate::error::Error;
use header::{BLOCK, Header, Pax, Type};

/// The longest name or PAX record read, in bytes: far beyond any path, small beside a member.
const META: u64 = 1 << 20;

/// A tar while its bytes come by.
#[derive(Debug)]
pub(super) struct Tar {
    chain: Vec<String>,
    /// Stands in a compressed file, so offsets count its decompressed bytes.
    in_stream: bool,
    depth: u32,
    reach: Reach,
    /// Offset of the next byte, in bytes.
    at: u64,
    state: State,
    /// The part of a block that has come so far.
    held: Vec<u8>,
    /// Name for the next member, from a GNU long name.
    long_name: Option<Vec<u8>>,
    /// For the next member.
    local: Pax,
    /// For all members after it.
    global: Pax,
    /// Zero blocks since the last member: two of them end the archive.
    zeros: u64,
    members: u64,
    /// Where the first header of the next member began.
    entry: Option<u64>,
    /// Where blocks began that are no header.
    lost: Option<u64>,
}

#[derive(Debug)]
enum State {
    /// The next block is a header.
    Header,
    /// More sparse map blocks before the data of this size.
    SparseMap(u64),
    /// Data of a member (`None`: left out), then padding.
    Data {
        left: u64,
        pad: u64,
        member: Option<Node>,
    },
    /// A GNU long name or PAX records for what follows, then padding.
    Meta {
        of: Type,
        left: u64,
        pad: u64,
        text: Vec<u8>,
    },
    /// Bytes to pass over.
    Skip(u64),
}

impl Tar {
    pub(super) fn new(chain: Vec<String>, in_stream: bool, depth: u32, reach: Reach) -> Self {
        Self {
            chain,
            in_stream,
            depth,
            reach,
            at: 0,
            entry: None,
            state: State::Header,
            held: Vec::new(),
            long_name: None,
            local: Pax::default(),
            global: Pax::default(),
            zeros: 0,
            members: 0,
            lost: None,
        }
    }

    pub(super) fn push(&mut self, mut input: &[u8], out: &mut Out<'_>) {
        while !input.is_empty() && !out.stopped() {
            match &mut self.state {
                State::Header | State::SparseMap(_) => self.gather(&mut input, out),
                State::Data { .. } => self.data(&mut input, out),
                State::Meta { .. } => self.meta(&mut input),
                State::Skip(left) => {
                    let now = front(&mut input, left);
                    self.at += now.len() as u64;
                    if *left == 0 {
                        self.state = State::Header;
                    }
                }
            }
        }
    }

    pub(super) fn finish(mut self, problem: Option<Error>, out: &mut Out<'_>) {
        let problem = problem.or(self.end_problem());
        if let Some(from) = self.lost {
            let (bytes, why) = self.not_a_header(from);
            out.unreadable(&self.chain, bytes, why);
        }
        match (std::mem::replace(&mut self.state, State::Header), problem) {
            (
                State::Data {
                    member: Some(member),
                    ..
                },
                problem,
            ) => member.finish(problem, out),
            (_, Some(problem)) => out.unreadable(&self.chain, 0, problem),
            (_, None) if self.members == 0 && self.lost.is_none() => {
                out.unreadable(&self.chain, self.at, empty());
            }
            (_, None) => {}
        }
    }

    /// What is wrong with ending here.
    fn end_problem(&self) -> Option<Error> {
        let expected = match &self.state {
            State::Header if self.zeros > 0 || self.lost.is_some() => return None,
            State::Header if self.held.is_empty() => "another member or two zero blocks".to_owned(),
            State::Header => "the rest of a tar header".to_owned(),
            State::SparseMap(_) => "the map of a sparse file".to_owned(),
            State::Data { left, .. } | State::Meta { left, .. } => format!("{left} more bytes"),
            State::Skip(left) => format!("{left} more bytes of padding"),
        };
        Some(self.broken(&expected, "the end"))
    }

    fn gather(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        if self.held.is_empty()
            && let Some((block, rest)) = input.split_at_checked(BLOCK)
        {
            *input = rest;
            self.at += BLOCK as u64;
            return self.block(block, out);
        }
        let mut wanted = (BLOCK - self.held.len()) as u64;
        let now = front(input, &mut wanted);
        self.held.extend_from_slice(now);
        self.at += now.len() as u64;
        if wanted == 0 {
            let block = std::mem::take(&mut self.held);
            self.block(&block, out);
        }
    }

    fn block(&mut self, block: &[u8], out: &mut Out<'_>) {
        if let State::SparseMap(size) = self.state {
            if block.get(504) == Some(&0) {
                self.skip(size);
            }
            return;
        }
        if block.iter().all(|byte| *byte == 0) {
            self.zeros += 1;
            return;
        }
        let start = self.at - BLOCK as u64;
        let Some(header) = Header::parse(block) else {
            self.lost.get_or_insert(start);
            return;
        };
        if let Some(from) = self.lost.take() {
            let (_, why) = self.not_a_header(from);
            out.unreadable(&self.chain, start - from, why);
        }
        self.zeros = 0;
        self.entry.get_or_insert(start);
        self.entry(header, out);
    }

    fn entry(&mut self, header: Header, out: &mut Out<'_>) {
        match header.of {
            Type::LongName | Type::LongLink | Type::Local | Type::Global => {
                if header.size > META {
                    let expected = format!("a member's name of at most {META} bytes");
                    let why = self.broken(&expected, &header.size.to_string());
                    out.unreadable(&self.chain, header.size, why);
                    return self.skip(header.size);
                }
                self.state = State::Meta {
                    of: header.of,
                    left: header.size,
                    pad: padding(header.size),
                    text: Vec::new(),
                };
                self.end_of_meta();
            }
            _ => self.member(header, out),
        }
    }

    fn member(&mut self, header: Header, out: &mut Out<'_>) {
        self.members += 1;
        self.mark(out);
        let local = std::mem::take(&mut self.local);
        let pax = local.or(&self.global);
        let name = pax.path.or(self.long_name.take()).unwrap_or(header.name);
        let size = pax.size.unwrap_or(header.size);
        let name = names::shown(&names::text(&name));
        let mut chain = self.chain.clone();
        chain.push(name);
        let name = chain.last().map_or("", String::as_str);
        match header.of {
            Type::Sparse(more) => {
                out.unreadable(&chain, size, sparse());
                if more {
                    self.state = State::SparseMap(size);
                } else {
                    self.skip(size);
                }
            }
            Type::File if pax.sparse => {
                out.unreadable(&chain, size, sparse());
                self.skip(size);
            }
            Type::File => match names::left_out(name) {
                Some(why) => {
                    out.skipped(&chain, why);
                    self.skip(size);
                }
                None => self.open(chain, size, out),
            },
            Type::Other(why, has_data) => {
                out.skipped(&chain, why);
                self.skip(if has_data { size } else { 0 });
            }
            Type::LongName | Type::LongLink | Type::Local | Type::Global => {}
        }
    }

    /// The member can be reached again from its first header on, unless something before that one is needed,
    /// too.
    fn mark(&mut self, out: &mut Out<'_>) {
        let within = match self.reach {
            Reach::File => Within::Tar,
            Reach::Gzip => Within::GzipTar,
            Reach::No => return,
        };
        if let Some(at) = self.entry.take()
            && self.global == Pax::default()
        {
            out.mark(Mark { at, within });
        }
    }

    fn open(&mut self, chain: Vec<String>, size: u64, out: &mut Out<'_>) {
        let member = Node::member(chain, self.depth);
        if size == 0 {
            member.finish(None, out);
            return;
        }
        self.state = State::Data {
            left: size,
            pad: padding(size),
            member: Some(member),
        };
    }

    fn data(&mut self, input: &mut &[u8], out: &mut Out<'_>) {
        let State::Data { left, pad, member } = &mut self.state else {
            return;
        };
        let now = front(input, left);
        self.at += now.len() as u64;
        if let Some(member) = member {
            member.push(now, out);
        }
        if *left > 0 || out.stopped() {
            return;
        }
        let (pad, member) = (*pad, member.take());
        self.pass(pad);
        if let Some(member) = member {
            member.finish(None, out);
        }
    }

    fn meta(&mut self, input: &mut &[u8]) {
        if let State::Meta { left, text, .. } = &mut self.state {
            let now = front(input, left);
            text.extend_from_slice(now);
            self.at += now.len() as u64;
        }
        self.end_of_meta();
    }

    fn end_of_meta(&mut self) {
        let State::Meta {
            of,
            left: 0,
            pad,
            text,
        } = &mut self.state
        else {
            return;
        };
        let (of, pad, mut text) = (*of, *pad, std::mem::take(text));
        match of {
            Type::LongName => {
                text.truncate(memchr::memchr(0, &text).unwrap_or(text.len()));
                self.long_name = Some(text);
            }
            Type::Local => self.local = Pax::parse(&text),
            Type::Global => self.global = Pax::parse(&text).or(&self.global),
            _ => {}
        }
        self.pass(pad);
    }

    /// Passes over the data of a member and its padding.
    fn skip(&mut self, size: u64) {
        self.pass(size.saturating_add(padding(size)));
    }

    fn pass(&mut self, bytes: u64) {
        self.state = if bytes == 0 {
            State::Header
        } else {
            State::Skip(bytes)
        };
    }

    /// Bytes from `from` on that were no header, and the error that says so.
    fn not_a_header(&self, from: u64) -> (u64, Error) {
        let bytes = self.at - from;
        let archive = self.name();
        let why = broken("a tar header", "something else", from, &archive);
        (bytes, why)
    }

    fn broken(&self, expected: &str, found: &str) -> Error {
        broken(expected, found, self.at, &self.name())
    }

    fn name(&self) -> String {
        let name = self.chain.last().map_or("", String::as_str);
        if self.in_stream {
            format!("{name}, decompressed")
        } else {
            name.to_owned()
        }
    }
}

/// Takes up to `left` bytes off the front of `input`, and counts them off `left`.
fn front<'a>(input: &mut &'a [u8], left: &mut u64) -> &'a [u8] {
    let most = usize::try_from(*left).unwrap_or(usize::MAX);
    let (now, rest) = input.split_at(most.min(input.len()));
    *input = rest;
    *left -= now.len() as u64;
    now
}

/// Bytes from the end of `size` bytes to the next block.
fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

fn sparse() -> Error {
    Error::new("sparse files in a tar cannot be read here: unpack it and drop the file")
}
