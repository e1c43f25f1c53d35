//! How lines start: a question that most formats answer for most lines without reading them.

use crate::format::FORMATS;
use std::sync::LazyLock;

/// How a line starts, as far as a small table can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With this byte, which is no digit.
    Byte(u8),
    /// With a number.
    Number {
        /// How many digits it has, at least 1; [`MOST_DIGITS`] stands for more as well.
        digits: usize,
        /// The byte behind it; a line break where the line ends there.
        then: u8,
    },
}

/// Digits are told apart up to so many. Sequence numbers have up to twelve.
pub const MOST_DIGITS: usize = 15;

impl Start {
    /// How `line` starts; `None` for an empty one.
    #[must_use]
    pub fn of(line: &[u8]) -> Option<Self> {
        let first = *line.first()?;
        if !first.is_ascii_digit() {
            return Some(Self::Byte(first));
        }
        let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some(Self::Number {
            digits: digits.min(MOST_DIGITS),
            then: line.get(digits).copied().unwrap_or(b'\n'),
        })
    }

    /// Whether it is a number of this many digits with `mark` behind it.
    #[must_use]
    pub fn is_number(self, most: usize, mark: u8) -> bool {
        matches!(self, Self::Number { digits, then } if digits <= most && then == mark)
    }

    /// Whether it is a year with `mark` behind it.
    #[must_use]
    pub fn is_year(self, mark: u8) -> bool {
        matches!(self, Self::Number { digits: 4, then } if then == mark)
    }

    /// Whether it is one of these bytes.
    #[must_use]
    pub fn is_byte(self, bytes: &[u8]) -> bool {
        matches!(self, Self::Byte(byte) if bytes.contains(&byte))
    }

    /// Its place in the table.
    fn index(self) -> usize {
        match self {
            Self::Byte(byte) => usize::from(byte),
            Self::Number { digits, then } => digits << 8 | usize::from(then),
        }
    }
}

/// For every start the formats an entry of which may start so: bit `n` for `FORMATS[n]`.
static ASKED: LazyLock<Box<[u16]>> = LazyLock::new(|| {
    let asked = |index: usize| {
        let (digits, byte) = (index >> 8, (index & 0xff) as u8);
        let start = match digits {
            0 => Start::Byte(byte),
            _ => Start::Number { digits, then: byte },
        };
        let bit =
            |(nth, format): (usize, &&dyn super::Format)| u16::from(format.may_start(start)) << nth;
        FORMATS.iter().enumerate().map(bit).sum()
    };
    (0..(MOST_DIGITS + 1) << 8).map(asked).collect()
});

/// The formats `line` may start an entry of: bit `n` for `FORMATS[n]`.
pub(super) fn asked(line: &[u8]) -> u16 {
    Start::of(line).map_or(0, |start| ASKED[start.index()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_apart_by_length_and_by_what_follows() {
        let number = |digits, then| Some(Start::Number { digits, then });
        assert_eq!(Start::of(b""), None);
        assert_eq!(Start::of(b"x1"), Some(Start::Byte(b'x')));
        assert_eq!(Start::of(b"22:10:05"), number(2, b':'));
        assert_eq!(Start::of(b"2013.04.23"), number(4, b'.'));
        assert_eq!(Start::of(b"7"), number(1, b'\n'));
        assert_eq!(Start::of(&[b'1'; 99]), number(MOST_DIGITS, b'\n'));
    }

    #[test]
    fn every_sample_starts_as_its_format_may() {
        for (nth, format) in FORMATS.iter().enumerate() {
            for sample in format.samples() {
                assert!(asked(sample.as_bytes()) & 1 << nth != 0, "{sample}");
            }
        }
    }
}
