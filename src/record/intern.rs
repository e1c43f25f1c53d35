//! The string table: every key value is stored once and compared as a number.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use std::hash::BuildHasher;

/// A string in a [`Strings`] table. `Sym::NONE` is the empty string and means "the record does not say".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Sym(u32);

impl Sym {
    /// The empty string: no value.
    pub const NONE: Sym = Sym(0);

    /// Its number in its table.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The symbol with a number.
    pub(super) fn numbered(number: u32) -> Self {
        Self(number)
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// This value, or `other` where there is none.
    #[must_use]
    pub fn or(self, other: Sym) -> Sym {
        if self.is_some() { self } else { other }
    }
}

/// Interned strings. The order of [`Sym`]s is the order of first sight and means nothing: sort by text.
#[derive(Debug)]
pub struct Strings {
    /// One after another: most are shorter than what a string of its own would need around it.
    all: String,
    /// Where each ends in `all`, in bytes.
    ends: Vec<usize>,
    /// All of them, to be found by their text.
    by_text: HashTable<Sym>,
}

impl Default for Strings {
    fn default() -> Self {
        let mut strings = Self {
            all: String::new(),
            ends: Vec::new(),
            by_text: HashTable::new(),
        };
        strings.intern("");
        strings
    }
}

impl Strings {
    /// The symbol of `text`; the same text always gives the same symbol.
    pub fn intern(&mut self, text: &str) -> Sym {
        let Self { all, ends, by_text } = self;
        let is_it = |sym: &Sym| text_at(all, ends, *sym) == text;
        if let Some(&sym) = by_text.find(hash(text), is_it) {
            return sym;
        }
        let sym = Sym(u32::try_from(ends.len()).expect("fewer than 2^32 distinct strings"));
        all.push_str(text);
        ends.push(all.len());
        by_text.insert_unique(hash(text), sym, |&sym| hash(text_at(all, ends, sym)));
        sym
    }

    /// All texts in the order of their symbols, to be [`Strings::adopt`]ed elsewhere.
    #[must_use]
    pub fn into_texts(self) -> Vec<Box<str>> {
        let syms = (0u32..).map(Sym).take(self.ends.len());
        syms.map(|sym| self.get(sym).into()).collect()
    }

    /// Interns the texts of another table; the result translates its symbols.
    pub fn adopt(&mut self, texts: &[Box<str>]) -> Translation {
        Translation(texts.iter().map(|text| self.intern(text)).collect())
    }

    /// The symbol of `text` if it was interned before.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Sym> {
        let is_it = |sym: &Sym| self.get(*sym) == text;
        self.by_text.find(hash(text), is_it).copied()
    }

    /// The text of `sym`; `""` for [`Sym::NONE`].
    #[must_use]
    pub fn get(&self, sym: Sym) -> &str {
        text_at(&self.all, &self.ends, sym)
    }

    /// The text of `sym`, or `None` where the record did not say.
    #[must_use]
    pub fn some(&self, sym: Sym) -> Option<&str> {
        sym.is_some().then(|| self.get(sym))
    }
}

fn text_at<'a>(all: &'a str, ends: &[usize], sym: Sym) -> &'a str {
    let at = sym.0 as usize;
    let from = at.checked_sub(1).map_or(0, |before| ends[before]);
    &all[from..ends[at]]
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// From the symbols of one table to those of another.
#[derive(Debug)]
pub struct Translation(Vec<Sym>);

impl Translation {
    /// The symbol in the new table.
    #[must_use]
    pub fn of(&self, sym: Sym) -> Sym {
        self.0[sym.0 as usize]
    }
}
