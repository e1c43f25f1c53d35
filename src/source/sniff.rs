//! What a member is, by its first bytes. Never by its name.

use super::packed::Packing;
use super::tar;

/// First bytes needed to tell: one tar block.
pub(super) const NEED: usize = 512;

/// What a member turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Gzip,
    /// Another compressed stream.
    Packed(Packing),
    Zip,
    /// A Windows program, which may have a zip behind it.
    Program,
    Tar,
    /// Zero bytes only, so far.
    Zeros,
    /// Compressed in a way that is not read here: its name.
    Foreign(&'static str),
    /// Anything else: a log, for all we know.
    Leaf,
}

/// The first bytes of archives that are recognised and not opened.
const FOREIGN: [(&[u8], &str); 7] = [
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x1f\x9d", "compress (.Z)"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"LZIP\x01", "lzip"),
];

/// Looks at the first [`NEED`] bytes of a member, or all of it if it is shorter.
pub(super) fn sniff(front: &[u8]) -> Found {
    if front.starts_with(b"\x1f\x8b\x08") {
        return Found::Gzip;
    }
    if is_zip(front) {
        return Found::Zip;
    }
    if is_program(front) {
        return Found::Program;
    }
    if let Some(packing) = Packing::ALL.into_iter().find(|p| p.starts(front)) {
        return Found::Packed(packing);
    }
    if let Some((_, name)) = FOREIGN.iter().find(|(magic, _)| front.starts_with(magic)) {
        return Found::Foreign(name);
    }
    match front.get(..NEED) {
        Some(block) if block.iter().all(|byte| *byte == 0) => Found::Zeros,
        Some(block) if tar::is_header(block) => Found::Tar,
        _ => Found::Leaf,
    }
}

/// A local header, the end record of an empty archive, or the marker of an archive once split
/// (APPNOTE 8.5.3 to 8.5.5).
fn is_zip(front: &[u8]) -> bool {
    let front = front
        .strip_prefix(b"PK\x07\x08")
        .or_else(|| front.strip_prefix(b"PK00"))
        .unwrap_or(front);
    front.starts_with(b"PK\x03\x04") || front.starts_with(b"PK\x05\x06")
}

/// A DOS header that has the usual values, or that leads to a PE header (PE format, "MS-DOS Stub").
fn is_program(front: &[u8]) -> bool {
    let pe_header = || {
        let at = front.get(0x3c..).and_then(|rest| rest.first_chunk())?;
        front.get(usize::try_from(u32::from_le_bytes(*at)).ok()?..)
    };
    front.starts_with(b"MZ\x90\0")
        || front.starts_with(b"MZ") && pe_header().is_some_and(|pe| pe.starts_with(b"PE\0\0"))
}
