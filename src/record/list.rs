//! Records one after another, in blocks: a list that grew in one piece would have to be moved, and while it
//! moves there are two. WebAssembly gives none of that back.

use super::FileId;
use super::fields::Fields;
use super::kept::{Common, Move, Record, Sent};
use super::marks::Marks;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::fmt;
use std::iter::Flatten;
use std::ops::Index;
use std::sync::Arc;
use std::{slice, vec};

/// Records in a block; a power of two, so that finding one is a shift.
const BLOCK: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 6;

/// Records one after another.
#[derive(Default)]
pub struct List {
    /// All but the last one are full.
    blocks: Vec<Vec<Record>>,
    /// What the records share.
    known: FxHashSet<Arc<Common>>,
}

impl List {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.blocks.split_last() {
            Some((last, full)) => full.len() * BLOCK + last.len(),
            None => 0,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> + Clone {
        self.blocks.iter().flatten()
    }

    /// One by its position.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&Record> {
        self.blocks.get(at / BLOCK)?.get(at % BLOCK)
    }

    /// The last one.
    #[must_use]
    pub fn last(&self) -> Option<&Record> {
        self.blocks.last()?.last()
    }

    /// How many at the beginning satisfy a condition that all behind them do not.
    pub fn partition_point(&self, mut holds: impl FnMut(&Record) -> bool) -> usize {
        let full = self
            .blocks
            .partition_point(|block| block.last().is_some_and(&mut holds));
        match self.blocks.get(full) {
            Some(rest) => full * BLOCK + rest.partition_point(holds),
            None => self.len(),
        }
    }

    /// Adds a record.
    pub fn push(&mut self, fields: Fields) {
        let known = &mut self.known;
        let record = Record::new(fields, |common| share(known, common));
        self.take(record);
    }

    /// Adds the records of another list. Its room is given back as they go.
    pub fn append(&mut self, other: Self, by: &Move<'_>) {
        let mut shared: FxHashMap<*const Common, Arc<Common>> = FxHashMap::default();
        for record in other {
            let known = &mut self.known;
            let theirs = record.common();
            let own = shared
                .entry(Arc::as_ptr(theirs))
                .or_insert_with(|| match by.to {
                    Some(to) => share(known, theirs.translated(to)),
                    None => share(known, Arc::clone(theirs)),
                });
            let own = Arc::clone(own);
            self.take(record.moved(by, own));
        }
    }

    /// Gives each record the file that its own became, and puts all in order of file, line and position in the
    /// line.
    pub(super) fn arrange(&mut self, file_of: &[FileId]) {
        for record in self.blocks.iter_mut().flatten() {
            record.put_in(file_of[record.file().0 as usize]);
        }
        let key = |record: &Record| (record.file(), record.place().line, record.nth());
        if self.iter().is_sorted_by_key(key) {
            return;
        }
        let len = u32::try_from(self.len()).expect("fewer than 2^32 records");
        let mut from: Vec<u32> = (0..len).collect();
        // By position where all else is the same: what keeps their order by itself needs room for that.
        from.sort_unstable_by_key(|&at| (key(&self[at as usize]), at));
        for start in 0..from.len() {
            // Positions that change places in a ring: each gets its record from the next one.
            let mut at = start;
            loop {
                let next =
                    std::mem::replace(&mut from[at], u32::try_from(at).unwrap_or(len)) as usize;
                if next == start {
                    break;
                }
                self.swap(at, next);
                at = next;
            }
        }
    }

    /// Takes out the records that are marked, by position.
    pub(super) fn take_out(&mut self, marked: &Marks) -> Self {
        let mut out = Self::default();
        if !marked.is_empty() {
            let blocks = std::mem::take(&mut self.blocks);
            for (at, record) in blocks.into_iter().flatten().enumerate() {
                if marked.has(at) {
                    out.take(record);
                } else {
                    self.take(record);
                }
            }
        }
        out
    }

    fn take(&mut self, record: Record) {
        match self.blocks.last_mut() {
            Some(last) if last.len() < BLOCK => last.push(record),
            last => {
                // The first block is often the only one, and short.
                let mut block = Vec::with_capacity(if last.is_some() { BLOCK } else { 0 });
                block.push(record);
                self.blocks.push(block);
            }
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        let [low, high] = [one.min(other), one.max(other)];
        let (before, after) = self.blocks.split_at_mut(high / BLOCK);
        match before.get_mut(low / BLOCK) {
            Some(block) => std::mem::swap(&mut block[low % BLOCK], &mut after[0][high % BLOCK]),
            None => after[0].swap(low % BLOCK, high % BLOCK),
        }
    }

    /// Changes a record; tests write theirs by hand.
    #[cfg(test)]
    pub(crate) fn change_last(&mut self, change: impl FnOnce(&mut Fields)) {
        let block = self.blocks.last_mut().expect("there is a record");
        let mut fields = block.pop().expect("a block is never empty").fields();
        change(&mut fields);
        if block.is_empty() {
            self.blocks.pop();
        }
        self.push(fields);
    }
}

/// The one of all equal.
fn share<C: Borrow<Common> + Into<Arc<Common>>>(
    known: &mut FxHashSet<Arc<Common>>,
    common: C,
) -> Arc<Common> {
    if let Some(known) = known.get(common.borrow()) {
        return Arc::clone(known);
    }
    let common = common.into();
    known.insert(Arc::clone(&common));
    common
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl Index<usize> for List {
    type Output = Record;

    #[inline]
    fn index(&self, at: usize) -> &Record {
        &self.blocks[at / BLOCK][at % BLOCK]
    }
}

impl<'l> IntoIterator for &'l List {
    type Item = &'l Record;
    type IntoIter = Flatten<slice::Iter<'l, Vec<Record>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.blocks.iter().flatten()
    }
}

impl IntoIterator for List {
    type Item = Record;
    type IntoIter = Flatten<vec::IntoIter<Vec<Record>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.blocks.into_iter().flatten()
    }
}

/// A list as workers send it to each other.
#[derive(Serialize, Deserialize)]
struct Parcel<C> {
    commons: Vec<C>,
    records: Vec<Sent>,
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut places: FxHashMap<*const Common, u32> = FxHashMap::default();
        let mut commons: Vec<&Common> = Vec::new();
        let mut records = Vec::with_capacity(self.len());
        for record in self {
            let common = record.common();
            let place = *places.entry(Arc::as_ptr(common)).or_insert_with(|| {
                commons.push(common);
                u32::try_from(commons.len() - 1).expect("fewer than 2^32 records")
            });
            records.push(record.sent(place));
        }
        Parcel { commons, records }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parcel: Parcel<Common> = Parcel::deserialize(deserializer)?;
        let commons: Vec<Arc<Common>> = parcel.commons.into_iter().map(Arc::new).collect();
        let mut list = Self::default();
        for sent in parcel.records {
            let common = commons.get(sent.common as usize);
            let common =
                common.ok_or_else(|| D::Error::custom("a record without what it shares"))?;
            list.take(sent.with(Arc::clone(common)));
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::intern::{Strings, Sym};
    use crate::record::text::Texts;
    use crate::record::time::{EpochMs, Precision, Stamp};
    use crate::record::{Facts, InsidePrecision, Keys, Kind, Place, What};

    /// A record that says something else in every field, and has every value that records have themselves;
    /// `nth` leaves some of them out.
    fn fields(strings: &mut Strings, texts: &mut Texts, nth: u32) -> Fields {
        let has = |bit: u32| nth >> bit & 1 == 1;
        let request_id = strings.intern(&format!("request {nth}"));
        let at = EpochMs(1_400_000_000_000 + i64::from(nth));
        let server_time = Some((at, InsidePrecision::StateChangeMs));
        Fields {
            place: Place {
                file: FileId(nth % 3),
                line: 1 + nth,
                lines: 1 + nth % 5,
            },
            nth: 0,
            kind: Kind::Webservices,
            stamp: Stamp::Utc {
                at,
                zone_minutes: 60,
                precision: Precision::Millisecond,
            },
            what: What::ApiRequest,
            keys: Keys {
                agent: strings.intern(&format!("agent {}", nth % 7)),
                request_id: if has(0) { request_id } else { Sym::NONE },
                nocache: has(1).then_some(at),
                invoke_id: has(2).then_some(nth),
                ..Keys::default()
            },
            facts: Facts {
                elapsed_ms: has(3).then_some(nth),
                server_time: server_time.filter(|_| has(4)),
                status: Some(200),
                ..Facts::default()
            },
            text: texts.push(&format!("text {nth}")),
            said: u64::from(nth),
        }
    }

    fn list(strings: &mut Strings, range: std::ops::Range<u32>) -> List {
        let mut list = List::default();
        let mut texts = Texts::default();
        for nth in range {
            list.push(fields(strings, &mut texts, nth));
        }
        list
    }

    const MANY: u32 = 3 * BLOCK as u32 + 5;

    #[test]
    fn a_record_is_small() {
        // A day of a cluster has hundreds of thousands: see docs/performance.md, "Memory".
        assert!(size_of::<Record>() <= 48, "{}", size_of::<Record>());
    }

    #[test]
    fn every_field_comes_back() {
        let (mut strings, mut texts) = (Strings::default(), Texts::default());
        let mut list = List::default();
        for nth in 0..64 {
            let fields = fields(&mut strings, &mut texts, nth);
            let read = format!("{fields:?}");
            list.push(fields);
            assert_eq!(format!("{:?}", list[nth as usize]), read);
        }
    }

    #[test]
    fn what_is_sent_to_another_worker_arrives() {
        let sent = list(&mut Strings::default(), 0..MANY);
        let bytes = postcard::to_allocvec(&sent).unwrap();
        let arrived: List = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(format!("{arrived:?}"), format!("{sent:?}"));
    }

    #[test]
    fn a_list_that_arrives_damaged_is_refused() {
        let parcel = Parcel::<Common> {
            commons: Vec::new(),
            records: list(&mut Strings::default(), 0..1)
                .iter()
                .map(|record| record.sent(3))
                .collect(),
        };
        let bytes = postcard::to_allocvec(&parcel).unwrap();
        assert!(postcard::from_bytes::<List>(&bytes).is_err());
    }

    #[test]
    fn records_of_another_table_get_the_symbols_of_this_one() {
        let (mut own, mut other) = (Strings::default(), Strings::default());
        own.intern("a stranger");
        let mut all = list(&mut own, 0..10);
        let read = list(&mut other, 10..MANY);
        let to = own.adopt(&other.into_texts());
        let by = Move {
            file: Some(FileId(9)),
            lines: 100,
            text: 1_000,
            to: Some(&to),
        };
        all.append(read, &by);
        assert_eq!(all.len(), MANY as usize);
        for (nth, record) in (0..MANY).zip(&all).skip(10) {
            let keys = record.keys();
            assert_eq!(own.get(keys.agent), format!("agent {}", nth % 7));
            let request_id = own.some(keys.request_id).map(str::to_owned);
            assert_eq!(request_id, (nth % 2 == 1).then(|| format!("request {nth}")));
            assert_eq!(record.place().line, 101 + nth);
            assert_eq!(record.file(), FileId(9));
        }
    }

    #[test]
    fn records_are_put_in_order_of_file_and_line() {
        let mut all = list(&mut Strings::default(), 0..MANY);
        all.arrange(&[FileId(2), FileId(0), FileId(1)]);
        let places: Vec<_> = all
            .iter()
            .map(|record| (record.file(), record.place().line))
            .collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert_eq!(places, sorted);
        let said: FxHashSet<u64> = all.iter().map(Record::said).collect();
        assert_eq!(said.len(), MANY as usize, "each is there once");
        let whole = |record: &Record| record.said() + 1 == u64::from(record.place().line);
        assert!(all.iter().all(whole));
        assert_eq!(all.partition_point(|_| true), MANY as usize);
        let in_first = all.partition_point(|record| record.file() == FileId(0));
        assert_eq!(
            in_first,
            all.iter().filter(|it| it.file() == FileId(0)).count()
        );
    }

    #[test]
    fn records_are_taken_out_and_the_rest_stays_in_order() {
        let mut all = list(&mut Strings::default(), 0..MANY);
        let mut marked = Marks::none(MANY as usize);
        for at in (1..MANY as usize).step_by(3) {
            marked.mark(at);
        }
        let out = all.take_out(&marked);
        let said = |list: &List| list.iter().map(Record::said).collect::<Vec<_>>();
        let of = |wanted: bool| {
            let all = (0..u64::from(MANY)).filter(|nth| (nth % 3 == 1) == wanted);
            all.collect::<Vec<_>>()
        };
        assert_eq!((said(&out), said(&all)), (of(true), of(false)));
    }
}
