//! How wide the lines of a member are, as long as that may tell of text that was wrapped at some width.

use crate::format::paste;

/// Wider is no terminal and no mail; characters.
const WIDEST: usize = 240;

/// One row in this many is as wide as the terminal, at least: of the rows of a wrapped line all but the last are,
/// or one less.
const FULL_SHARE: u64 = 3;

/// The lines of a member so far.
#[derive(Debug, Default)]
pub struct Rows {
    /// Those measured.
    lines: u64,
    /// Length of the longest one that has a blank in it, in characters: a word that is longer than a row
    /// tells nothing of its width.
    widest: usize,
    /// How many are exactly as long.
    full: u64,
}

impl Rows {
    /// Takes in the next line. Costs nothing once one was too long to be a row.
    pub fn measure(&mut self, line: &[u8]) {
        if !self.may_be_wrapped() {
            return;
        }
        self.lines += 1;
        if line.len() < self.widest {
            return;
        }
        let length = characters(line);
        if length > self.widest && line.contains(&b' ') {
            (self.widest, self.full) = (length, 1);
        } else if length == self.widest {
            self.full += 1;
        }
    }

    /// Whether no line was too long for a row.
    #[must_use]
    pub fn may_be_wrapped(&self) -> bool {
        self.widest <= WIDEST
    }

    /// The width of the terminal that wrapped the lines without regard to words, in characters, if one did.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        let is_wrapped = self.may_be_wrapped() && self.full > 1;
        (is_wrapped && self.full * FULL_SHARE >= self.lines).then_some(self.widest)
    }

    /// Whether the first word of `line` would have had room at the end of `row`, the line before: then
    /// nothing wrapped the two.
    #[must_use]
    pub fn had_room(&self, row: &[u8], line: &[u8]) -> bool {
        let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
        characters(row) + 1 + characters(word) <= self.widest
    }

    /// Whether nothing stood between `row` and `line`, the next one, rather than a blank; the likelier first.
    #[must_use]
    pub fn tightness(&self, row: &[u8], line: &[u8]) -> [bool; 2] {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let tight = match self.width() {
            Some(width) => characters(row) == width,
            None => paste::is_tight(text(row), text(line)),
        };
        [tight, !tight]
    }
}

fn characters(line: &[u8]) -> usize {
    std::str::from_utf8(line).map_or(line.len(), |text| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Rows {
        let mut rows = Rows::default();
        lines.iter().for_each(|line| rows.measure(line.as_bytes()));
        rows
    }

    #[test]
    fn a_terminal_has_one_width() {
        let terminal = rows(&[
            "a b c d e ",
            "f g h",
            "1 2 3 4 5 ",
            "6 7 8 9 0 ",
            "\u{7cbe} - b",
        ]);
        assert_eq!(terminal.width(), Some(10));
        assert_eq!(rows(&["a b c d e ", "f g h"]).width(), None, "one full row");
        let mail = rows(&[
            "to be or",
            "not to be",
            "that is",
            "the matter,",
            "whether",
            "it is",
        ]);
        assert_eq!(mail.width(), None);
        assert!(mail.had_room(b"to be", b"or not"));
        assert!(!mail.had_room(b"not to be", b"that is"));
    }

    #[test]
    fn a_long_line_is_no_row() {
        let long = "a ".repeat(WIDEST);
        let rows = rows(&["a b", "a b", &long, "a b"]);
        assert!(!rows.may_be_wrapped());
        assert_eq!(rows.width(), None);
    }

    #[test]
    fn a_long_word_tells_nothing() {
        let word = "a".repeat(WIDEST + 1);
        assert_eq!(rows(&["a b", &word, "c d"]).width(), Some(3));
    }
}
