//! Records that stand in a bundle more than once: the same file dropped twice or packed twice, a log
//! and its `Error-` companion, two uploads of one ring buffer.
//!
//! Only records of different files are ever compared: what a log says twice happened twice. The n-th
//! of equal records in one file is the n-th in the other. Three kinds of proof count:
//!
//! - the files are the same, byte for byte;
//! - the records print the same date and time to the millisecond, and come from the same node; two
//!   desktops may well write the same in the same millisecond, so that in their logs only a key
//!   counts, and what follows it;
//! - they stand in a run of at least [`RUN`] equal records that follow each other in both files, and
//!   one of the run is like no other (an [`is_anchor`]).

use super::marks::Marks;
use super::time::{Precision, Stamp};
use super::{File, FileId, Kind, Record, Records};
use rustc_hash::{FxHashMap, FxHasher};
use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Records that must follow each other in both files where one record alone proves nothing: two
/// equal neighbours are common in logs that print whole seconds or no time, three with a key in
/// them were never seen. Ours.
const RUN: usize = 3;

/// Files a record is compared with at most: bounds the work on thousands of files that share a line.
const NEAREST: usize = 16;

/// The first file with the same bytes, for each file that has one.
pub(super) fn whole_files(files: &[File]) -> Vec<Option<FileId>> {
    let mut first: FxHashMap<(u64, u64, u64), FileId> = FxHashMap::default();
    (0u32..)
        .map(FileId)
        .zip(files)
        .map(|(id, file)| {
            let counts = file.counts;
            // What could not be opened has no digest.
            if file.digest == 0 || counts.bytes == 0 {
                return None;
            }
            let known = *first
                .entry((file.digest, counts.bytes, counts.lines))
                .or_insert(id);
            (known != id).then_some(known)
        })
        .collect()
}

/// Which records are repetitions, by position. `records` is in order; its files know what they are
/// a copy of.
pub(super) fn repeated(records: &Records) -> Marks {
    let mut repeated = Marks::none(records.all.len());
    for (at, record) in records.all.iter().enumerate() {
        if file_of(records, record).duplicate_of.is_some() {
            repeated.mark(at);
        }
    }
    if records.files.len() < 2 {
        return repeated;
    }
    let search = Search {
        records,
        rank: ranks(&records.files),
    };
    let mut seeds = Vec::new();
    for (kept, at) in search.pairs(&repeated) {
        if records.all[at].kind() != Kind::ClientLog && search.is_certain(kept, at) {
            repeated.mark(at);
        } else if is_anchor(&records.all[at]) {
            seeds.push((kept, at));
        }
    }
    for (kept, at) in seeds {
        if repeated.has(at) {
            continue;
        }
        match search.run(kept, at) {
            Some(run) => repeated.mark_all(run),
            None if search.is_certain(kept, at) => {
                repeated.mark(at);
            }
            None => {}
        }
    }
    repeated
}

fn file_of<'a>(records: &'a Records, record: &Record) -> &'a File {
    &records.files[record.file().0 as usize]
}

/// Which of two files keeps a record both have: the one with more entries, so that a log keeps what
/// its `Error-` companion repeats; else the first.
fn ranks(files: &[File]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&file| (Reverse(files[file].counts.records), file));
    let mut ranks = vec![0; files.len()];
    for (rank, &file) in order.iter().enumerate() {
        ranks[file] = rank;
    }
    ranks
}

/// Bits for each record, so that hardly any has one in common with another by chance.
const SPREAD: usize = 4;

struct Search<'a> {
    records: &'a Records,
    /// Of each file.
    rank: Vec<usize>,
}

impl Search<'_> {
    /// Records of two files that say the same, as (kept, repeated), in order of the repeated one.
    /// Those `known` to be repeated are left out.
    fn pairs(&self, known: &Marks) -> Vec<(usize, usize)> {
        let mut halves = self.halves_of_several(known);
        halves.sort_unstable();
        let mut pairs = Vec::new();
        for near in halves.chunk_by(|one, next| one.0 == next.0) {
            let mut marks: Vec<(u64, usize)> = Vec::new();
            if self.is_of_several_files(near.iter().map(|&(_, at)| at as usize)) {
                let at = near.iter().map(|&(_, at)| at as usize);
                marks.extend(at.map(|at| (self.mark(at), at)));
                marks.sort_unstable();
            }
            for group in marks.chunk_by(|one, next| one.0 == next.0) {
                let mut group: Vec<usize> = group.iter().map(|&(_, at)| at).collect();
                if self.is_of_several_files(group.iter().copied()) {
                    group.sort_by_key(|&at| (self.kind(at), self.said(at), self.rank_of(at), at));
                    for class in group.chunk_by(|&one, &next| self.say_the_same(one, next)) {
                        self.pair(class, &mut pairs);
                    }
                }
            }
        }
        pairs.sort_unstable_by_key(|&(kept, at)| (at, self.rank_of(kept)));
        pairs
    }

    /// Half of the mark, and the position, of all records that may have an equal: half a mark is enough to find
    /// those. What nearly all records do not share is not written down for each: a bit tells whether one of the
    /// kind was met, another one whether that happened again.
    fn halves_of_several(&self, known: &Marks) -> Vec<(u32, u32)> {
        let unknown = || (0..self.records.all.len()).filter(|&at| !known.has(at));
        let half = |at: usize| (self.mark(at) >> 32) as u32;
        let bits = SPREAD * self.records.all.len();
        let bit = |half: u32| ((u64::from(half) * bits as u64) >> 32) as usize;
        let (mut once, mut again) = (Marks::none(bits), Marks::none(bits));
        for at in unknown() {
            let bit = bit(half(at));
            if !once.mark(bit) {
                again.mark(bit);
            }
        }
        drop(once);
        let position = |at: usize| u32::try_from(at).expect("fewer than 2^32 records");
        let several = unknown().map(|at| (half(at), position(at)));
        several.filter(|&(half, _)| again.has(bit(half))).collect()
    }

    /// Whether records are of more than one file. Positions ascend, and so do files: the ends tell.
    fn is_of_several_files(&self, mut at: impl DoubleEndedIterator<Item = usize>) -> bool {
        let ends = at.next().zip(at.next_back());
        ends.is_some_and(|(first, last)| self.file(first) != self.file(last))
    }

    /// Pairs records that say the same, given by rank of their file, then line.
    fn pair(&self, class: &[usize], pairs: &mut Vec<(usize, usize)>) {
        let by_file: Vec<&[usize]> = class
            .chunk_by(|&one, &next| self.file(one) == self.file(next))
            .collect();
        for (nth, own) in by_file.iter().enumerate() {
            for (turn, &at) in own.iter().enumerate() {
                let others = by_file[nth.saturating_sub(NEAREST)..nth].iter();
                let kept = others.filter_map(|other| other.get(turn).copied());
                pairs.extend(
                    kept.filter(|&kept| !self.nodes_differ(kept, at))
                        .map(|kept| (kept, at)),
                );
            }
        }
    }

    /// Whether two records that say the same are the same without a look at their neighbours.
    fn is_certain(&self, kept: usize, at: usize) -> bool {
        is_dated_to_the_ms(&self.records.all[at]) && self.same_log(kept, at)
    }

    /// Follows equal records from a pair in both directions: the positions repeated, if they are enough.
    fn run(&self, kept: usize, at: usize) -> Option<std::ops::RangeInclusive<usize>> {
        let before = (1..=kept.min(at))
            .take_while(|n| self.twins((kept, kept - n), (at, at - n)))
            .count();
        let after = (1..self.records.all.len() - kept.max(at))
            .take_while(|n| self.twins((kept, kept + n), (at, at + n)))
            .count();
        (before + 1 + after >= RUN).then(|| at - before..=at + after)
    }

    /// Whether two records, each in the file of the one before it, say the same.
    fn twins(&self, (kept, one): (usize, usize), (at, other): (usize, usize)) -> bool {
        self.file(kept) == self.file(one)
            && self.file(at) == self.file(other)
            && self.say_the_same(one, other)
    }

    fn say_the_same(&self, one: usize, other: usize) -> bool {
        self.kind(one) == self.kind(other) && self.said(one) == self.said(other)
    }

    /// A cheap hash: records that say the same have the same.
    fn mark(&self, at: usize) -> u64 {
        let record = &self.records.all[at];
        let mut hasher = FxHasher::default();
        (record.kind(), record.what(), self.said(at)).hash(&mut hasher);
        match record.stamp() {
            Stamp::None => {}
            Stamp::TimeOfDay { ms, .. } | Stamp::DayOfYear { ms, .. } | Stamp::Local { ms, .. } => {
                ms.hash(&mut hasher);
            }
            Stamp::Utc { at, .. } => at.hash(&mut hasher),
        }
        let keys = record.keys();
        (keys.agent, keys.request_id, keys.nocache).hash(&mut hasher);
        (keys.thread, keys.invoke_id).hash(&mut hasher);
        hasher.finish()
    }

    fn file(&self, at: usize) -> FileId {
        self.records.all[at].file()
    }

    fn kind(&self, at: usize) -> Kind {
        self.records.all[at].kind()
    }

    fn rank_of(&self, at: usize) -> usize {
        self.rank[self.file(at).0 as usize]
    }

    fn said(&self, at: usize) -> u64 {
        self.records.all[at].said()
    }

    /// Whether both records are known to be of different nodes.
    fn nodes_differ(&self, one: usize, other: usize) -> bool {
        let node = |at: usize| {
            let record = &self.records.all[at];
            record.keys().node.or(file_of(self.records, record).node)
        };
        let (one, other) = (node(one), node(other));
        one.is_some() && other.is_some() && one != other
    }

    /// Whether one log wrote both: they print the same node or, where one prints none, lie in the
    /// same folder. Nodes hear of the same events, in the same millisecond at times.
    fn same_log(&self, one: usize, other: usize) -> bool {
        let prints = |at: usize| self.records.all[at].keys().node.is_some();
        let folder = |at: usize| folder(&file_of(self.records, &self.records.all[at]).chain);
        prints(one) && prints(other) || folder(one) == folder(other)
    }
}

/// Hash of what copies of a record with this text share ([`Record::said`]). It stands for the text,
/// which is packed: records are only compared that agree in time and keys as well, and two of those with
/// the same 64 bits and another text are not to be expected in any bundle. SipHash, because the cheap
/// hash of the tables is not made to tell texts apart that differ in a few letters.
#[must_use]
pub fn said(kind: Kind, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    shared(kind, text).hash(&mut hasher);
    hasher.finish()
}

/// A record's text without what differs between copies: an `Error-` log counts its lines itself.
fn shared(kind: Kind, text: &str) -> &str {
    if kind == Kind::Webservices {
        after_sequence(text).unwrap_or(text)
    } else {
        text
    }
}

/// Behind `0000000345: 192.0.2.10: ` or `0000000345:: `.
fn after_sequence(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix(':').filter(|_| rest.len() < text.len())?;
    let (host, rest) = rest.split_once(": ")?;
    let host = host.strip_prefix(' ').unwrap_or(host);
    (!host.contains([' ', ':', '\n'])).then_some(rest)
}

fn is_dated_to_the_ms(record: &Record) -> bool {
    match record.stamp() {
        Stamp::Utc { precision, .. } | Stamp::Local { precision, .. } => {
            precision == Precision::Millisecond
        }
        Stamp::TimeOfDay { .. } | Stamp::DayOfYear { .. } | Stamp::None => false,
    }
}

/// Whether a record is like hardly any other: it prints milliseconds (unless many desktops write such
/// logs), a request id, a `nocache`, or an invoke id with a time.
fn is_anchor(record: &Record) -> bool {
    let to_the_ms = match record.stamp() {
        Stamp::TimeOfDay { precision, .. }
        | Stamp::DayOfYear { precision, .. }
        | Stamp::Local { precision, .. }
        | Stamp::Utc { precision, .. } => precision == Precision::Millisecond,
        Stamp::None => false,
    };
    let keys = record.keys();
    to_the_ms && record.kind() != Kind::ClientLog
        || keys.request_id.is_some()
        || keys.nocache.is_some()
        || keys.invoke_id.is_some() && record.stamp() != Stamp::None
}

/// The folder a log lies in, archives that hold nothing but it left out: `[a.tgz, logs]` for
/// `[a.tgz, logs/x.log.zip, x.log]`.
fn folder(chain: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = chain.iter().map(String::as_str).collect();
    while let [.., outer, inner] = names.as_slice()
        && base(outer).rsplit_once('.').map(|(stem, _)| stem) == Some(base(inner))
    {
        names.pop();
    }
    if let Some(last) = names.last_mut() {
        *last = last.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
    names
}

fn base(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, base)| base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(chain: &[&'a str]) -> Vec<String> {
        chain
            .iter()
            .map(|&name: &&'a str| name.to_owned())
            .collect()
    }

    #[test]
    fn the_sequence_number_and_the_host_are_no_part_of_what_is_said() {
        let rest = "May 23 2014 10:34:12.372 +0530: %CCBU_x-6-Y: %[a=b]: text";
        for front in ["0000000345: 192.0.2.10: ", "345:: ", "0000000345: : "] {
            assert_eq!(after_sequence(&format!("{front}{rest}")), Some(rest));
        }
        assert_eq!(after_sequence(rest), None);
        assert_eq!(after_sequence("%CCBU_pool-5-thread-4-6-MESSAGE: x"), None);
    }

    #[test]
    fn a_folder_is_the_same_whether_its_files_are_zipped_or_not() {
        let plain = names(&["a.tgz", "logs/webservices/y.log"]);
        let zipped = names(&["a.tgz", "logs/webservices/x.log.zip", "x.log"]);
        assert_eq!(folder(&plain), ["a.tgz", "logs/webservices"]);
        assert_eq!(folder(&plain), folder(&zipped));
        assert_eq!(
            folder(&names(&["x.log"])),
            folder(&names(&["y.log.gz", "y.log"]))
        );
        let (a, b) = (names(&["a.zip", "x.log"]), names(&["b.zip", "x.log"]));
        assert_ne!(folder(&a), folder(&b), "two nodes");
    }
}
