//! The text of the records kept, packed: logs say nearly the same on every line, and most of what is
//! kept is never looked at again.

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

/// Texts one after another.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Texts {
    blocks: Vec<Block>,
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
        self.blocks.extend(moved);
        self.last.push_str(&other.last);
        base
    }

    /// The text that stands there.
    #[must_use]
    pub fn get(&self, range: Range) -> Cow<'_, str> {
        let length = range.length();
        let start = self.packed();
        if let Some(at) = range.from().checked_sub(start) {
            return Cow::Borrowed(part(&self.last, at, length));
        }
        let at = self
            .blocks
            .partition_point(|block| block.from <= range.from())
            - 1;
        let block = &self.blocks[at];
        let mut unpacked = self.unpacked.borrow_mut();
        let known = unpacked.take_if(|(known, _)| *known == at);
        let (_, text) = unpacked.insert(known.unwrap_or_else(|| (at, block.unpacked())));
        Cow::Owned(part(text, range.from() - block.from, length).to_owned())
    }

    /// All texts, one after another.
    #[must_use]
    pub fn all(&self) -> String {
        let blocks: String = self.blocks.iter().map(Block::unpacked).collect();
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
            packed: compress(self.last.as_bytes()),
        };
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
            assert_eq!(texts.get(*range), *text);
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
                assert_eq!(texts.get(range), text);
            }
            for (range, text) in after {
                assert_eq!(texts.get(range.later(base)), text);
            }
            assert_eq!(texts.all(), whole);
        }
    }
}
