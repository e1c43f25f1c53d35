//! Members as they stream by, each to its reader, all into one [`Records`].

use super::crew::{Crew, Errand, Outcome, Reading, Work};
use super::lent::{Met, SourcePart};
use super::places::Places;
use crate::error::Error;
use crate::format::piece::{Cutter, PIECE, Piece, PieceReading};
use crate::format::reader::{FileReading, Reader};
use crate::protocol::SourceMeta;
use crate::record::intern::{Strings, Sym, Translation};
use crate::record::rhythm::Rhythm;
use crate::record::text::Texts;
use crate::record::time::Stamp;
use crate::record::{Counts, File, Kind, List, Origin, Records};
use crate::report::Skipped;
use crate::scope::{Scope, Window};
use crate::source::{Checkpoint, Mark, MemberSink};
use std::collections::{BTreeMap, VecDeque};

#[derive(Default)]
pub(super) struct Collector {
    pub(super) records: Records,
    pub(super) skipped: Vec<Skipped>,
    pub(super) crew: Crew,
    pub(super) scope: Scope,
    /// What the scope left out.
    pub(super) left_out: LeftOut,
    /// Where all that was read can be read again.
    pub(super) places: Places,
    /// The dropped file that is being read, a position in the bundle's sources, 0-based.
    source: u32,
    /// What readers have told of files that they read as a whole.
    pub(super) elsewhere: Elsewhere,
    open: Option<Open>,
    /// Where the members came from that are read as a whole elsewhere, by the number of the errand.
    origins: BTreeMap<u32, Option<Origin>>,
    /// Members cut into pieces that are not all read yet.
    split: Vec<Split>,
    /// Emptied memory for members to come.
    spare: Vec<Vec<u8>>,
}

/// As much emptied memory is kept: one for the member that comes by, one for the next.
const MOST_SPARE: usize = 2;

/// Dropped files that readers have as a whole.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// Which, by the number of the errand.
    lent: BTreeMap<u32, Lent>,
    /// Bytes of these files that have been read, and that nobody will read.
    pub(super) read: u64,
    pub(super) unread: u64,
}

impl Elsewhere {
    /// Whether any of these files is still being read.
    pub(super) fn is_reading(&self) -> bool {
        !self.lent.is_empty()
    }
}

/// A dropped file that a reader has.
struct Lent {
    /// Its position in the bundle's sources, 0-based.
    source: u32,
    /// Bytes so far of the member that the reader is at, decompressed.
    inflating: u64,
}

/// Members left out on request.
#[derive(Clone, Copy, Default)]
pub(super) struct LeftOut {
    /// How many; an archive that was not even opened is one.
    pub(super) members: u32,
    pub(super) bytes: u64,
}

/// The member whose bytes are coming by.
struct Open {
    chain: Vec<String>,
    origin: Option<Origin>,
    bytes: u64,
    state: State,
}

enum State {
    /// All bytes so far, while it may be small enough to be read elsewhere as a whole.
    Held(Vec<u8>),
    /// Read here.
    Here(Box<Reader>),
    /// Read in pieces, by anybody.
    Split(Box<Split>, Cutter),
    /// Not wanted.
    LeftOut,
}

/// A member in pieces.
struct Split {
    origin: Option<Origin>,
    /// Its start, and as many pieces as have been put behind it.
    reader: Reader,
    /// Errands for the pieces not yet put behind the others, in order, and those that are done.
    pieces: VecDeque<(u32, Option<Box<PieceReading>>)>,
    /// Why it is not whole, if it is not; known when all its bytes have come.
    problem: Option<Error>,
}

impl Collector {
    /// The chain of the member being read, joined by ` › `.
    pub(super) fn member(&self) -> String {
        self.open
            .as_ref()
            .map_or_else(String::new, |open| open.chain.join(" › "))
    }

    /// Bytes of log read, decompressed.
    pub(super) fn inflated(&self) -> u64 {
        let done: u64 = self
            .records
            .files
            .iter()
            .map(|file| file.counts.bytes)
            .sum();
        let here = self.open.as_ref().map_or(0, |open| open.bytes);
        let there = self.elsewhere.lent.values().map(|lent| lent.inflating);
        done + here + there.sum::<u64>()
    }

    /// Members read.
    pub(super) fn members(&self) -> u32 {
        u32::try_from(self.records.files.len()).unwrap_or(u32::MAX)
    }

    /// Entries recognised in the members read.
    pub(super) fn entries(&self) -> u64 {
        self.records
            .files
            .iter()
            .map(|file| file.counts.records)
            .sum()
    }

    /// Lists something that could not be opened at all.
    pub(super) fn refuse(&mut self, chain: Vec<String>, bytes: u64, why: String) {
        let file = File {
            chain,
            kind: Kind::Unknown,
            node: Sym::NONE,
            counts: Counts {
                bytes,
                ..Counts::default()
            },
            first: Stamp::None,
            last: Stamp::None,
            rhythm: Rhythm::default(),
            problem: Some(why),
            digest: 0,
            origin: None,
            duplicate_of: None,
        };
        self.records
            .append(file, List::default(), Texts::default(), None);
    }

    /// Lists a member, or a whole dropped file, that is not wanted.
    pub(super) fn leave_out(&mut self, chain: Vec<String>, bytes: u64) {
        self.left_out.members += 1;
        self.left_out.bytes += bytes;
        let why = format!("not asked for ({bytes} bytes)");
        self.skipped.push(Skipped { chain, why });
    }

    pub(super) fn reuse(&mut self, mut bytes: Vec<u8>) {
        if bytes.capacity() >= PIECE && self.spare.len() < MOST_SPARE {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    /// A dropped file is read from now on.
    pub(super) fn begin(&mut self, source: u32) {
        self.source = source;
        self.places.mark(source, Mark::FILE);
    }

    /// Has a dropped file read as a whole by a reader; `false` if none has time for it.
    pub(super) fn lend(&mut self, source: u32, meta: &SourceMeta) -> bool {
        let number = self.crew.number();
        let errand = Errand {
            number,
            chain: vec![meta.name.clone()],
            work: Work::Source {
                source,
                size: meta.size,
                scope: self.scope.clone(),
            },
            window: None,
            bytes: Vec::new(),
        };
        let is_lent = self.crew.lend(errand);
        if is_lent {
            let inflating = 0;
            let lent = Lent { source, inflating };
            self.elsewhere.lent.insert(number, lent);
            self.places.mark(source, Mark::FILE);
        }
        is_lent
    }

    /// Takes in what came of an errand; what is none of this bundle's is dropped.
    pub(super) fn take(&mut self, outcome: Outcome) {
        let is_done = !matches!(
            outcome.reading,
            Reading::Source(SourcePart { is_last: false, .. })
        );
        let is_ours = match is_done {
            true => self.crew.done(outcome.number),
            false => self.crew.has(outcome.number),
        };
        if is_ours {
            self.settle(outcome);
        }
    }

    /// Takes in what a reader met in a dropped file.
    fn settle_part(&mut self, number: u32, part: SourcePart) {
        let Some(lent) = self.elsewhere.lent.get_mut(&number) else {
            return;
        };
        lent.inflating = part.inflating;
        let source = lent.source;
        self.elsewhere.read += part.read;
        self.elsewhere.unread += part.unread;
        if part.is_last {
            self.elsewhere.lent.remove(&number);
        }
        for met in part.met {
            match met {
                Met::Mark(mark) => self.places.mark(source, mark),
                Met::Checkpoint(checkpoint) => self.places.checkpoint(source, checkpoint),
                Met::Member(reading, texts) => {
                    let origin = self.places.origin(source);
                    let translation = self.records.strings.adopt(&texts);
                    self.append(*reading, origin, Some(&translation));
                }
                Met::Unreadable { chain, bytes, why } => self.refuse(chain, bytes, why),
                Met::Skipped { chain, why } => self.skipped.push(Skipped { chain, why }),
                Met::LeftOut { chain, bytes } => self.leave_out(chain, bytes),
            }
        }
    }

    fn settle(&mut self, outcome: Outcome) {
        match outcome.reading {
            Reading::Member(reading, texts) => {
                let translation = self.records.strings.adopt(&texts);
                let origin = self.origins.remove(&outcome.number).flatten();
                self.append(*reading, origin, Some(&translation));
            }
            Reading::Piece(piece) => self.settle_piece(outcome.number, piece),
            Reading::Source(part) => self.settle_part(outcome.number, part),
        }
    }

    fn settle_piece(&mut self, number: u32, piece: Box<PieceReading>) {
        let strings = &mut self.records.strings;
        if let Some(Open {
            state: State::Split(split, _),
            ..
        }) = &mut self.open
            && split.takes(number)
        {
            return split.settle(number, piece, strings);
        }
        let Some(at) = self.split.iter().position(|split| split.takes(number)) else {
            return;
        };
        self.split[at].settle(number, piece, strings);
        self.finish_split();
    }

    /// Appends the split members that are all there.
    fn finish_split(&mut self) {
        while let Some(at) = self.split.iter().position(|split| split.pieces.is_empty()) {
            let Split {
                origin,
                reader,
                problem,
                ..
            } = self.split.swap_remove(at);
            let reading = reader.finish(problem, &mut self.records.strings);
            self.append(reading, origin, None);
        }
    }

    fn append(
        &mut self,
        reading: FileReading,
        origin: Option<Origin>,
        translation: Option<&Translation>,
    ) {
        let FileReading {
            file,
            records,
            texts,
        } = reading;
        let file = File { origin, ..file };
        self.records.append(file, records, texts, translation);
    }

    /// Reads the next bytes of the open member, or has them read.
    fn read(&mut self, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        let window = self.scope.window;
        match &mut open.state {
            State::Held(held) => {
                held.extend_from_slice(bytes);
                if !self.crew.is_whole(held.len()) {
                    let strings = &mut self.records.strings;
                    let rest = open.state.decide(&open.chain, open.origin, window, strings);
                    self.read(&rest);
                }
            }
            State::Here(reader) => reader.push(bytes, &mut self.records.strings),
            State::Split(split, cutter) => {
                split.reader.pass(bytes);
                let mut cut = Vec::new();
                cutter.push(bytes, &mut |piece| {
                    cut.push(split.errand(&mut self.crew, &open.chain, window, piece));
                });
                cut.into_iter().for_each(|errand| self.send(errand));
            }
            State::LeftOut => {}
        }
    }

    /// Has an errand run by whoever has least to do.
    fn send(&mut self, errand: Errand) {
        if let Some(own) = self.crew.offer(errand) {
            self.settle(own.run());
        }
    }
}

impl State {
    /// It is too large to be read as a whole: its start says how it is to be read. What was held
    /// behind that is returned.
    fn decide(
        &mut self,
        chain: &[String],
        origin: Option<Origin>,
        window: Option<Window>,
        strings: &mut Strings,
    ) -> Vec<u8> {
        let State::Held(held) = self else {
            return Vec::new();
        };
        let mut held = std::mem::take(held);
        let rest = held.split_off(PIECE.min(held.len()));
        let mut reader = Reader::new(chain).narrowed(window);
        reader.push(&held, strings);
        *self = match reader.cutter() {
            Some(cutter) => {
                let split = Split {
                    origin,
                    reader,
                    pieces: VecDeque::new(),
                    problem: None,
                };
                State::Split(Box::new(split), cutter)
            }
            None => State::Here(Box::new(reader)),
        };
        rest
    }
}

impl Split {
    fn takes(&self, number: u32) -> bool {
        self.pieces.iter().any(|(piece, _)| *piece == number)
    }

    /// The errand to read a piece of the member `chain`, whose outcome is waited for.
    fn errand(
        &mut self,
        crew: &mut Crew,
        chain: &[String],
        window: Option<Window>,
        piece: Piece,
    ) -> Errand {
        let number = crew.number();
        self.pieces.push_back((number, None));
        Errand {
            number,
            chain: chain.to_vec(),
            work: Work::Piece { cut: piece.cut },
            window,
            bytes: piece.bytes,
        }
    }

    /// Takes in a piece, and puts behind each other what has no gap.
    fn settle(&mut self, number: u32, reading: Box<PieceReading>, strings: &mut Strings) {
        let mut pieces = self.pieces.iter_mut();
        if let Some((_, slot)) = pieces.find(|(piece, _)| *piece == number) {
            *slot = Some(reading);
        }
        while let Some((_, Some(_))) = self.pieces.front() {
            if let Some((_, Some(reading))) = self.pieces.pop_front() {
                self.reader.splice(*reading, strings);
            }
        }
    }
}

impl MemberSink for Collector {
    fn start(&mut self, chain: &[String]) {
        let state = if !self.scope.wants(chain) {
            State::LeftOut
        } else if self.crew.is_empty() {
            State::Here(Box::new(Reader::new(chain).narrowed(self.scope.window)))
        } else {
            State::Held(self.spare.pop().unwrap_or_default())
        };
        self.open = Some(Open {
            chain: chain.to_vec(),
            origin: self.places.origin(self.source),
            bytes: 0,
            state,
        });
    }

    fn data(&mut self, bytes: &[u8]) {
        if let Some(open) = &mut self.open {
            open.bytes += bytes.len() as u64;
        }
        self.read(bytes);
    }

    fn end(&mut self, problem: Option<Error>) {
        let Some(open) = self.open.take() else { return };
        let window = self.scope.window;
        match open.state {
            State::LeftOut => self.leave_out(open.chain, open.bytes),
            State::Held(bytes) => {
                let number = self.crew.number();
                self.origins.insert(number, open.origin);
                let errand = Errand {
                    number,
                    chain: open.chain,
                    work: Work::Member(problem),
                    window,
                    bytes,
                };
                self.send(errand);
            }
            State::Here(reader) => {
                let reading = reader.finish(problem, &mut self.records.strings);
                self.append(reading, open.origin, None);
            }
            State::Split(mut split, cutter) => {
                let last = cutter.finish();
                let cut =
                    last.map(|piece| split.errand(&mut self.crew, &open.chain, window, piece));
                split.problem = problem;
                self.split.push(*split);
                cut.into_iter().for_each(|errand| self.send(errand));
                self.finish_split();
            }
        }
    }

    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        if !self.scope.wants(chain) {
            return self.leave_out(chain.to_vec(), bytes);
        }
        self.refuse(chain.to_vec(), bytes, why.to_string());
    }

    fn mark(&mut self, mark: Mark) {
        self.places.mark(self.source, mark);
    }

    fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.places.checkpoint(self.source, checkpoint);
    }

    fn skipped(&mut self, chain: &[String], why: &'static str) {
        self.skipped.push(Skipped {
            chain: chain.to_vec(),
            why: why.to_owned(),
        });
    }
}
