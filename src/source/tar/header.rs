//! One header block of a tar, and the PAX records that override it (POSIX.1-2008, pax; GNU tar
//! manual, "Basic Tar Format").

/// Size of a block in bytes.
pub(in crate::source) const BLOCK: usize = 512;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    File,
    /// GNU sparse file; whether its map goes on in the next block.
    Sparse(bool),
    /// Its data is the name of the next member.
    LongName,
    /// Its data is the target of the next member, a link.
    LongLink,
    /// Its data is PAX records for the next member.
    Local,
    /// Its data is PAX records for all members after it.
    Global,
    /// No file: why it is left out, and whether data follows.
    Other(&'static str, bool),
}

/// A header block.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    /// Bytes of data after the header, without padding.
    pub(super) size: u64,
    pub(super) of: Type,
}

/// Whether `block` is a header: the sum of its bytes stands in it.
pub(in crate::source) fn is_header(block: &[u8]) -> bool {
    Header::parse(block).is_some()
}

impl Header {
    /// `None` if `block` is not a header.
    pub(super) fn parse(block: &[u8]) -> Option<Self> {
        let block: &[u8; BLOCK] = block.get(..BLOCK)?.try_into().ok()?;
        if !checksum_fits(block) {
            return None;
        }
        let name = full_name(block);
        let of = kind(block, &name);
        Some(Self {
            size: number(&block[124..136])?,
            name,
            of,
        })
    }
}

/// PAX records that matter here.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) sparse: bool,
}

impl Pax {
    /// Reads `length key=value\n` records; stops at the first that is broken.
    pub(super) fn parse(mut text: &[u8]) -> Self {
        let mut pax = Self::default();
        while let Some((record, rest)) = split_record(text) {
            pax.apply(record);
            text = rest;
        }
        pax
    }

    /// These records, completed by `others`.
    pub(super) fn or(self, others: &Self) -> Self {
        Self {
            path: self.path.or_else(|| others.path.clone()),
            size: self.size.or(others.size),
            sparse: self.sparse || others.sparse,
        }
    }

    fn apply(&mut self, record: &[u8]) {
        let Some(equals) = memchr::memchr(b'=', record) else {
            return;
        };
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        match key {
            b"path" | b"GNU.sparse.name" => self.path = Some(value.to_vec()),
            b"size" => self.size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok()),
            _ => {}
        }
        self.sparse |= key.starts_with(b"GNU.sparse.");
    }
}

/// The first record of `text` without its length and line end, and what follows.
fn split_record(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = memchr::memchr(b' ', text)?;
    let length: usize = std::str::from_utf8(text.get(..blank)?).ok()?.parse().ok()?;
    let record = text.get(blank + 1..length)?.strip_suffix(b"\n")?;
    Some((record, text.get(length..)?))
}

/// Bytes are summed as unsigned or, by some old programs, as signed; the sum itself counts as blanks.
fn checksum_fits(block: &[u8; BLOCK]) -> bool {
    let Some(stored) = number(&block[148..156]).and_then(|sum| i64::try_from(sum).ok()) else {
        return false;
    };
    let others = || block[..148].iter().chain(&block[156..]);
    let blanks = 8 * i64::from(b' ');
    let unsigned: i64 = others().map(|byte| i64::from(*byte)).sum();
    let signed: i64 = others().map(|byte| i64::from(*byte as i8)).sum();
    stored == unsigned + blanks || stored == signed + blanks
}

/// Octal digits between blanks and NULs, or base 256 where the first bit is set. `None` if it is
/// neither, or negative, or beyond 63 bits.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((first, rest)) if first & 0x80 != 0 => base_256(first & 0x7f, rest),
        _ => octal(field),
    }
}

fn base_256(first: u8, rest: &[u8]) -> Option<u64> {
    let digits = std::iter::once(&first).chain(rest);
    digits.into_iter().try_fold(0_u64, |sum, byte| {
        let sum = sum.checked_mul(256)?.checked_add(u64::from(*byte))?;
        (sum <= i64::MAX as u64).then_some(sum)
    })
}

fn octal(field: &[u8]) -> Option<u64> {
    let field = field.trim_ascii_start();
    let end = memchr::memchr2(0, b' ', field).unwrap_or(field.len());
    field[..end].iter().try_fold(0_u64, |sum, byte| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// The name with the prefix that POSIX ustar has, and GNU tar has not.
fn full_name(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_nul(&block[..100]);
    let prefix = until_nul(&block[345..500]);
    if &block[257..263] == b"ustar\0" && !prefix.is_empty() {
        [prefix, b"/", name].concat()
    } else {
        name.to_vec()
    }
}

fn kind(block: &[u8; BLOCK], name: &[u8]) -> Type {
    match block[156] {
        b'0' | 0 | b'7' if name.ends_with(b"/") => Type::Other("a folder", true),
        b'1' | b'2' => Type::Other("a link", false),
        b'3' | b'4' => Type::Other("a device", false),
        b'5' => Type::Other("a folder", false),
        b'6' => Type::Other("a pipe", false),
        b'D' => Type::Other("a folder", true),
        b'V' => Type::Other("the label of a volume", false),
        b'M' => Type::Other("the rest of a member of another volume", true),
        b'S' => Type::Sparse(block[482] != 0),
        b'L' => Type::LongName,
        b'K' => Type::LongLink,
        b'x' | b'X' => Type::Local,
        b'g' => Type::Global,
        _ => Type::File,
    }
}

fn until_nul(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_octal_or_base_256() {
        assert_eq!(number(b"00000000017\0"), Some(15));
        assert_eq!(number(b"     17 \0\0\0\0"), Some(15));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        assert_eq!(
            number(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"),
            None
        );
        assert_eq!(number(b"0000008\0"), None);
    }

    #[test]
    fn pax_records_give_path_and_size() {
        let pax =
            Pax::parse("17 path=logs/座\n13 size=123\n30 mtime=1366756805.180000000\n".as_bytes());
        assert_eq!(pax.path.as_deref(), Some("logs/座".as_bytes()));
        assert_eq!(
            pax.size, None,
            "13 is one too many for this record, so reading stops"
        );
        let pax = Pax::parse(b"12 size=123\n");
        assert_eq!(pax.size, Some(123));
    }

    #[test]
    fn a_text_is_no_header() {
        assert!(!is_header(&[b'x'; BLOCK]));
        assert!(!is_header(b"short"));
    }
}
