//! The text of the records kept, packed: logs say nearly the same on every line, and most of what is
//! kept is never looked at again. So where there is much of it, only what is likely to be looked at stays;
//! the rest can be read again where it came from ([`Origin`](super::Origin)).

use lz4_flex::block::{compress, decompress};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::RefCell;

/// Text is packed when it has this many bytes: enough that lines find their like, little enough to
/// be unpacked for one of them.
const BLOCK: usize = 64 << 10;

/// Where a record's text stands: bytes of all text. Its first byte, 0-based, and in the lower
/// [`LENGTH_BITS`] how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Range(u64);

/// An entry is far shorter than 16 MiB, and all text that is kept than 1 TiB.
const LENGTH_BITS: u32 = 24;

impl Range {
    fn new(from: u64, length: usize) -> Self {
        debug_assert!(length >> LENGTH_BITS == 0 && from >> (64 - LENGTH_BITS) == 0);
        Self(from << LENGTH_BITS | length as u64)
    }

    /// Its first byte, 0-based.
    fn from(self) -> u64 {
        self.0 >> LENGTH_BITS
    }

    /// How many bytes there are.
    #[must_use]
    pub fn length(self) -> usize {
        usize::try_from(self.0 & ((1 << LENGTH_BITS) - 1)).unwrap_or(usize::MAX)
    }

    /// The same so many bytes later.
    #[must_use]
    pub fn later(self, bytes: u64) -> Self {
        Self::new(self.from() + bytes, self.length())
    }
}

/// Of the blocks that were judged, one in this many must be wanted before those not judged yet are spared, too: what
/// comes is like what came.
const SPARED: usize = 4;

/// Texts one after another.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Texts {
    blocks: Vec<Block>,
    /// Bytes of packed text there is room for; any number if `None`.
    #[serde(skip)]
    room: Option<usize>,
    /// Bytes of packed text that are held.
    #[serde(skip)]
    held: usize,
    /// The blocks that [`Texts::want`] has looked at: all before this one, and so many of them wanted.
    #[serde(skip)]
    judged: (usize, usize),
    /// Every block before this one is wanted or dropped.
    #[serde(skip)]
    shed: usize,
    /// What is not packed yet.
    last: String,
    /// The block unpacked last, by its position: records are asked for one after another.
    #[serde(skip)]
    unpacked: RefCell<Option<(usize, String)>>,
}

/// Some texts, packed. None goes on in the next block.
#[derive(Debug, Serialize, Deserialize)]
struct Block {
    /// Where it starts among all texts.
    from: u64,
    /// Unpacked.
    length: u32,
    /// Whether it has been asked to stay.
    #[serde(skip)]
    wanted: bool,
    /// Empty once it is dropped.
    #[serde(with = "serde_bytes")]
    packed: Vec<u8>,
}

impl Texts {
    /// Adds a text.
    pub fn push(&mut self, text: &str) -> Range {
        if self.last.len() >= BLOCK {
            self.pack();
        }
        let range = Range::new(self.end(), text.len());
        self.last.push_str(text);
        range
    }

    /// Adds all texts of another; returns how much later they start than they did there.
    pub fn adopt(&mut self, other: Self) -> u64 {
        if !other.blocks.is_empty() || self.last.len() >= BLOCK {
            self.pack();
        }
        let base = self.end();
        let moved = other.blocks.into_iter().map(|block| Block {
            from: block.from + base,
            ..block
        });
        let held: usize = self.blocks.len();
        self.blocks.extend(moved);
        let more = self.blocks[held..].iter().map(|block| block.packed.len());
        self.held += more.sum::<usize>();
        self.last.push_str(&other.last);
        self.shed();
        base
    }

    /// From now on at most so many bytes of packed text are held, besides those that are wanted.
    pub fn hold(&mut self, room: Option<usize>) {
        self.room = room;
    }

    /// These texts and no others, but for those still to come, are to stay; then makes room.
    pub fn want(&mut self, wanted: impl Iterator<Item = Range>) {
        self.pack();
        self.blocks
            .iter_mut()
            .for_each(|block| block.wanted = false);
        for range in wanted {
            let at = self.block_of(range);
            self.blocks[at].wanted = true;
        }
        let wanted = self.blocks.iter().filter(|block| block.wanted).count();
        self.judged = (self.blocks.len(), wanted);
        self.shed = 0;
        self.shed();
    }

    /// Drops what is too much, the oldest first.
    fn shed(&mut self) {
        let Some(room) = self.room else { return };
        let (judged, wanted) = self.judged;
        let end = match wanted * SPARED < judged {
            true => self.blocks.len(),
            false => judged,
        };
        while self.held > room && self.shed < end {
            let block = &mut self.blocks[self.shed];
            if !block.wanted {
                self.held -= std::mem::take(&mut block.packed).len();
            }
            self.shed += 1;
        }
    }

    /// Position of the block, of those packed, that a text stands in.
    fn block_of(&self, range: Range) -> usize {
        let behind = |block: &Block| block.from <= range.from();
        self.blocks.partition_point(behind) - 1
    }

    /// Whether nothing has been dropped.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.blocks.iter().all(|block| !block.packed.is_empty())
    }

    /// Whether the text that stands there has not been dropped.
    #[must_use]
    pub fn has(&self, range: Range) -> bool {
        range.from() >= self.packed() || !self.blocks[self.block_of(range)].packed.is_empty()
    }

    /// The text that stands there; `None` if it has been dropped.
    #[must_use]
    pub fn get(&self, range: Range) -> Option<Cow<'_, str>> {
        let length = range.length();
        let start = self.packed();
        if let Some(at) = range.from().checked_sub(start) {
            return Some(Cow::Borrowed(part(&self.last, at, length)));
        }
        let at = self.block_of(range);
        let block = &self.blocks[at];
        if block.packed.is_empty() {
            return None;
        }
        let mut unpacked = self.unpacked.borrow_mut();
        let known = unpacked.take_if(|(known, _)| *known == at);
        let (_, text) = unpacked.insert(known.unwrap_or_else(|| (at, block.unpacked())));
        let text = part(text, range.from() - block.from, length);
        Some(Cow::Owned(text.to_owned()))
    }

    /// All texts that have not been dropped, one after another.
    #[must_use]
    pub fn all(&self) -> String {
        let blocks: String = self
            .blocks
            .iter()
            .filter(|block| !block.packed.is_empty())
            .map(Block::unpacked)
            .collect();
        blocks + &self.last
    }

    /// Packs what is open, so that no more memory is held than needed.
    pub fn pack(&mut self) {
        if self.last.is_empty() {
            return;
        }
        let block = Block {
            from: self.packed(),
            length: u32::try_from(self.last.len()).unwrap_or(u32::MAX),
            wanted: false,
            packed: compress(self.last.as_bytes()),
        };
        self.held += block.packed.len();
        self.blocks.push(block);
        self.last.clear();
    }

    /// Length of what is packed, unpacked.
    fn packed(&self) -> u64 {
        let last = self.blocks.last();
        last.map_or(0, |block| block.from + u64::from(block.length))
    }

    fn end(&self) -> u64 {
        self.packed() + self.last.len() as u64
    }
}

impl Block {
    fn unpacked(&self) -> String {
        let bytes = decompress(&self.packed, self.length as usize);
        bytes
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .expect("it was packed here")
    }
}

fn part(text: &str, from: u64, length: usize) -> &str {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    &text[from..from + length]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of every length around a block's, and where they stand.
    fn some(texts: &mut Texts, n: usize) -> Vec<(Range, String)> {
        (0..n)
            .map(|nth| {
                let text = format!("{nth} \u{7cbe} ").repeat(1 + nth * 37 % 400);
                (texts.push(&text), text)
            })
            .collect()
    }

    #[test]
    fn every_text_is_found_again_in_any_order() {
        let mut texts = Texts::default();
        let mut pushed = some(&mut texts, 500);
        assert!(texts.blocks.len() > 3);
        pushed.reverse();
        for (range, text) in &pushed {
            assert_eq!(texts.get(*range).unwrap(), *text);
        }
    }

    #[test]
    fn adopted_texts_stand_behind_the_others() {
        for (own, others) in [(0, 3), (3, 0), (3, 3), (500, 3), (3, 500), (500, 500)] {
            let (mut texts, mut other) = (Texts::default(), Texts::default());
            let before = some(&mut texts, own);
            let after = some(&mut other, others);
            let whole = texts.all() + &other.all();
            let base = texts.adopt(other);
            for (range, text) in before {
                assert_eq!(texts.get(range).unwrap(), text);
            }
            for (range, text) in after {
                assert_eq!(texts.get(range.later(base)).unwrap(), text);
            }
            assert_eq!(texts.all(), whole);
        }
    }
    /// Which of the texts are still there, and all that are must be right.
    fn there(texts: &Texts, pushed: &[(Range, String)]) -> Vec<bool> {
        let there = pushed.iter().map(|(range, text)| {
            let found = texts.get(*range);
            assert!(found.as_ref().is_none_or(|found| found == text));
            found.is_some()
        });
        there.collect()
    }

    #[test]
    fn what_is_wanted_stays_and_of_the_rest_the_latest() {
        let mut texts = Texts::default();
        let pushed = some(&mut texts, 2000);
        let wanted = [3, 700];
        texts.hold(Some(texts.held / 4));
        texts.want(wanted.iter().map(|&at| pushed[at].0));
        let there = there(&texts, &pushed);
        assert!(wanted.iter().all(|&at| there[at]));
        assert!(!there[1000], "too old");
        assert!(there[1999] && there[1900], "the latest");
        assert!(texts.held <= texts.room.unwrap() + BLOCK);
    }

    #[test]
    fn what_comes_is_dropped_where_little_of_what_came_was_wanted() {
        for (few, stays) in [(true, false), (false, true)] {
            let mut texts = Texts::default();
            let pushed = some(&mut texts, 500);
            texts.want(
                pushed
                    .iter()
                    .take(if few { 1 } else { 500 })
                    .map(|(range, _)| *range),
            );
            texts.hold(Some(0));
            let mut other = Texts::default();
            let more = some(&mut other, 500);
            let base = texts.adopt(other);
            let (first, text) = &more[0];
            let found = texts.get(first.later(base));
            assert_eq!(found.is_some(), stays);
            assert!(found.is_none_or(|found| found == *text));
        }
    }

    #[test]
    fn nothing_is_dropped_where_there_is_room() {
        let mut texts = Texts::default();
        let pushed = some(&mut texts, 500);
        texts.want(std::iter::empty());
        assert!(there(&texts, &pushed).into_iter().all(|there| there));
    }
}
