//! The fixed records of a zip (PKWARE APPNOTE 6.3.10, part 4).

use crate::source::names;

/// Starts a member: 4.3.7.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// May start what follows a member's data: 4.3.9.
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// Starts an entry of the directory: 4.3.12.
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// Ends the archive: 4.3.16.
pub(super) const END: [u8; 4] = *b"PK\x05\x06";

/// Length of a local header before its name.
pub(super) const LOCAL_FIXED: usize = 30;
/// Length of a directory entry before its name.
pub(super) const CENTRAL_FIXED: usize = 46;

/// A size that stands in the zip64 field instead.
const IN_ZIP64: u32 = u32::MAX;

/// What a local header or directory entry says of a member.
#[derive(Debug)]
pub(super) struct Header {
    /// Name as written, undecoded.
    pub(super) raw_name: Vec<u8>,
    /// Name as text.
    pub(super) name: String,
    pub(super) method: u16,
    pub(super) encrypted: bool,
    /// CRC and sizes stand behind the data.
    pub(super) descriptor: bool,
    pub(super) crc: u32,
    /// Compressed size in bytes.
    pub(super) packed: u64,
    /// Size in bytes after decompression.
    pub(super) size: u64,
}

impl Header {
    /// Whole length of the local header whose first [`LOCAL_FIXED`] bytes are `fixed`.
    pub(super) fn local_length(fixed: &[u8]) -> usize {
        LOCAL_FIXED + usize::from(u16_at(fixed, 26)) + usize::from(u16_at(fixed, 28))
    }

    /// Whole length of the directory entry whose first [`CENTRAL_FIXED`] bytes are `fixed`.
    pub(super) fn central_length(fixed: &[u8]) -> usize {
        let parts = [28, 30, 32].map(|at| usize::from(u16_at(fixed, at)));
        CENTRAL_FIXED + parts.iter().sum::<usize>()
    }

    /// Reads a whole local header.
    pub(super) fn local(bytes: &[u8]) -> Self {
        let name = LOCAL_FIXED..LOCAL_FIXED + usize::from(u16_at(bytes, 26));
        Self::read(bytes, 6, name, usize::from(u16_at(bytes, 28)))
    }

    /// Reads a whole directory entry.
    pub(super) fn central(bytes: &[u8]) -> Self {
        let name = CENTRAL_FIXED..CENTRAL_FIXED + usize::from(u16_at(bytes, 28));
        Self::read(bytes, 8, name, usize::from(u16_at(bytes, 30)))
    }

    /// Whether this may be a real local header: used where one is not expected.
    pub(super) fn plausible(fixed: &[u8]) -> bool {
        let (version, method) = (u16_at(fixed, 4) & 0xff, u16_at(fixed, 8));
        version <= 63 && method <= 99 && (1..4096).contains(&u16_at(fixed, 26))
    }

    /// `flags` is where the fields start that both kinds of header share.
    fn read(bytes: &[u8], flags: usize, name: std::ops::Range<usize>, extra: usize) -> Self {
        let extra = bytes.get(name.end..name.end + extra).unwrap_or_default();
        let raw_name = bytes.get(name).unwrap_or_default().to_vec();
        let bits = u16_at(bytes, flags);
        let mut header = Self {
            name: decode(&raw_name, bits & 1 << 11 != 0, extra),
            raw_name,
            method: u16_at(bytes, flags + 2),
            encrypted: bits & 1 != 0,
            descriptor: bits & 1 << 3 != 0,
            crc: u32_at(bytes, flags + 8),
            packed: u64::from(u32_at(bytes, flags + 12)),
            size: u64::from(u32_at(bytes, flags + 16)),
        };
        header.widen(extra);
        header
    }

    /// Takes sizes from the zip64 field: there in this order, and only if they did not fit (4.5.3).
    fn widen(&mut self, extra: &[u8]) {
        let Some(mut wide) = field(extra, 0x0001) else {
            return;
        };
        for size in [&mut self.size, &mut self.packed] {
            if *size == u64::from(IN_ZIP64)
                && let Some((value, rest)) = wide.split_first_chunk()
            {
                *size = u64::from_le_bytes(*value);
                wide = rest;
            }
        }
    }
}

/// Why a compression method (4.4.5) is not read; `None` if it is.
pub(super) fn unsupported(method: u16) -> Option<String> {
    let name = match method {
        0 | 8 | 12 | 93 => return None,
        1 => "shrink",
        2..=5 => "reduce",
        6 => "implode",
        9 => "deflate64",
        14 => "LZMA",
        95 => "xz",
        98 => "PPMd",
        other => return Some(format!("method {other}")),
    };
    Some(name.to_owned())
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let field = bytes.get(at..).and_then(|rest| rest.first_chunk());
    field.map_or(0, |field| u16::from_le_bytes(*field))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let field = bytes.get(at..).and_then(|rest| rest.first_chunk());
    field.map_or(0, |field| u32::from_le_bytes(*field))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let field = bytes.get(at..).and_then(|rest| rest.first_chunk());
    field.map_or(0, |field| u64::from_le_bytes(*field))
}

/// A name flagged as UTF-8, or with Info-ZIP's Unicode path field (4.6.9), or of unknown encoding.
fn decode(raw: &[u8], utf8: bool, extra: &[u8]) -> String {
    if utf8 {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let unicode = field(extra, 0x7075).and_then(|field| match field {
        [1, _, _, _, _, name @ ..] => std::str::from_utf8(name).ok(),
        _ => None,
    });
    unicode.map_or_else(|| names::text(raw), str::to_owned)
}

/// The data of the extra field `id`.
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    loop {
        let (head, rest) = extra.split_first_chunk::<4>()?;
        let length = usize::from(u16_at(head, 2));
        if u16_at(head, 0) == id {
            return rest.get(..length);
        }
        extra = rest.get(length..)?;
    }
}
