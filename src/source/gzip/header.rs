//! The header of a gzip member, byte by byte (RFC 1952, 2.3).

use crc32fast::Hasher as Crc;

/// The longest file name kept of a header, in bytes; longer ones are cut.
const NAME: usize = 4096;

const CHECKED: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAMED: u8 = 1 << 3;
const COMMENTED: u8 = 1 << 4;

/// A member's header, byte by byte (RFC 1952, 2.3).
#[derive(Debug, Default)]
pub(super) struct Header {
    part: Part,
    /// Bytes of the fixed-size part being read.
    held: Vec<u8>,
    flags: u8,
    /// Bytes of the extra field still to come.
    extra: u16,
    /// File name as written, undecoded, without its NUL.
    pub(super) name: Vec<u8>,
    crc: Crc,
    /// Bytes so far.
    pub(super) size: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Fixed,
    ExtraLength,
    Extra,
    Name,
    Comment,
    Check,
    Done,
}

/// What one more byte made of a header.
pub(super) enum Parsed {
    /// Not the last one.
    More,
    /// Not a gzip header.
    Bad,
    /// Whether its own checksum, if it has one, fits.
    Done { checked: bool },
}

impl Header {
    /// The next byte.
    pub(super) fn push(&mut self, byte: u8) -> Parsed {
        self.size += 1;
        self.held.push(byte);
        if self.part != Part::Check {
            self.crc.update(&[byte]);
        }
        match (self.part, self.held.as_slice()) {
            (Part::Fixed, held) if !b"\x1f\x8b\x08".starts_with(held.get(..3).unwrap_or(held)) => {
                return Parsed::Bad;
            }
            (Part::Fixed, &[_, _, _, flags, _, _, _, _, _, _]) => {
                self.flags = flags;
                self.go(self.next(&[
                    (EXTRA, Part::ExtraLength),
                    (NAMED, Part::Name),
                    (COMMENTED, Part::Comment),
                    (CHECKED, Part::Check),
                ]));
            }
            (Part::ExtraLength, &[low, high]) => {
                self.extra = u16::from_le_bytes([low, high]);
                self.go(Part::Extra);
                self.end_of_extra();
            }
            (Part::Extra, _) => {
                self.extra -= 1;
                self.held.clear();
                self.end_of_extra();
            }
            (Part::Name, _) => self.name_byte(byte),
            (Part::Comment, _) if byte != 0 => self.held.clear(),
            (Part::Comment, _) => self.go(self.next(&[(CHECKED, Part::Check)])),
            (Part::Check, &[low, high]) => {
                // The lower half of the CRC of everything before it.
                let expected = u32::from(u16::from_le_bytes([low, high]));
                let checked = expected == self.crc.clone().finalize() & 0xffff;
                return Parsed::Done { checked };
            }
            (Part::Fixed | Part::ExtraLength | Part::Check | Part::Done, _) => {}
        }
        if self.part == Part::Done {
            Parsed::Done { checked: true }
        } else {
            Parsed::More
        }
    }

    fn end_of_extra(&mut self) {
        if self.extra == 0 {
            self.go(self.next(&[
                (NAMED, Part::Name),
                (COMMENTED, Part::Comment),
                (CHECKED, Part::Check),
            ]));
        }
    }

    fn name_byte(&mut self, byte: u8) {
        self.held.clear();
        if byte == 0 {
            self.go(self.next(&[(COMMENTED, Part::Comment), (CHECKED, Part::Check)]));
        } else if self.name.len() < NAME {
            self.name.push(byte);
        }
    }

    /// The first of `parts` that the flags promise.
    fn next(&self, parts: &[(u8, Part)]) -> Part {
        let promised = parts.iter().find(|(flag, _)| self.flags & flag != 0);
        promised.map_or(Part::Done, |(_, part)| *part)
    }

    fn go(&mut self, part: Part) {
        self.part = part;
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the bytes of a header come to: `Some(checked)` when it ends with the last of them.
    fn parse(bytes: &[u8]) -> (Option<bool>, Vec<u8>) {
        let mut header = Header::default();
        for (at, byte) in bytes.iter().enumerate() {
            match header.push(*byte) {
                Parsed::More => {}
                Parsed::Bad => return (None, header.name),
                Parsed::Done { checked } => {
                    assert_eq!(at + 1, bytes.len(), "over too early");
                    return (Some(checked), header.name);
                }
            }
        }
        (None, header.name)
    }

    #[test]
    fn every_optional_part_is_read() {
        let fixed = |flags| [b"\x1f\x8b\x08".as_slice(), &[flags], b"\0\0\0\0\0\x03"].concat();
        assert_eq!(parse(&fixed(0)).0, Some(true));
        let extra = [fixed(EXTRA), b"\x02\0\x01\x02".to_vec()].concat();
        assert_eq!(parse(&extra).0, Some(true));
        let no_extra = [fixed(EXTRA), b"\0\0".to_vec()].concat();
        assert_eq!(parse(&no_extra).0, Some(true));
        let named = [
            fixed(EXTRA | NAMED | COMMENTED),
            b"\x01\0\x01x.log\0why\0".to_vec(),
        ]
        .concat();
        assert_eq!(parse(&named), (Some(true), b"x.log".to_vec()));
    }

    #[test]
    fn the_checksum_is_of_all_bytes_before_it() {
        let mut bytes = [
            b"\x1f\x8b\x08".as_slice(),
            &[CHECKED | NAMED],
            b"\0\0\0\0\0\x03x\0",
        ]
        .concat();
        let mut crc = Crc::new();
        crc.update(&bytes);
        bytes.extend_from_slice(&crc.finalize().to_le_bytes()[..2]);
        assert_eq!(parse(&bytes).0, Some(true));
        bytes[4] ^= 1;
        assert_eq!(parse(&bytes).0, Some(false));
    }

    #[test]
    fn other_bytes_are_bad_at_once() {
        assert_eq!(parse(b"\x1f\x8c").0, None);
        assert!(matches!(Header::default().push(b'x'), Parsed::Bad));
    }
}
