//! The string table: every key value is stored once and compared as a number.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

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
    texts: Vec<Box<str>>,
    by_text: FxHashMap<Box<str>, Sym>,
}

impl Default for Strings {
    fn default() -> Self {
        let mut strings = Self {
            texts: Vec::new(),
            by_text: FxHashMap::default(),
        };
        strings.intern("");
        strings
    }
}

impl Strings {
    /// The symbol of `text`; the same text always gives the same symbol.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(&sym) = self.by_text.get(text) {
            return sym;
        }
        let sym = Sym(u32::try_from(self.texts.len()).expect("fewer than 2^32 distinct strings"));
        self.texts.push(text.into());
        self.by_text.insert(text.into(), sym);
        sym
    }

    /// All texts in the order of their symbols, to be [`Strings::adopt`]ed elsewhere.
    #[must_use]
    pub fn into_texts(self) -> Vec<Box<str>> {
        self.texts
    }

    /// Interns the texts of another table; the result translates its symbols.
    pub fn adopt(&mut self, texts: &[Box<str>]) -> Translation {
        Translation(texts.iter().map(|text| self.intern(text)).collect())
    }

    /// The symbol of `text` if it was interned before.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.by_text.get(text).copied()
    }

    /// The text of `sym`; `""` for [`Sym::NONE`].
    #[must_use]
    pub fn get(&self, sym: Sym) -> &str {
        &self.texts[sym.0 as usize]
    }

    /// The text of `sym`, or `None` where the record did not say.
    #[must_use]
    pub fn some(&self, sym: Sym) -> Option<&str> {
        sym.is_some().then(|| self.get(sym))
    }
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
