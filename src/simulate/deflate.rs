//! Compressed bytes: raw deflate as zip wants it, and gzip around it (RFC 1952).

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// As small as it gets.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}

/// One gzip member without a name and a time.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    // Deflate, no flags, no time; as small as it gets, from an unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    out.extend_from_slice(&deflate(bytes));
    out.extend_from_slice(&crc(bytes).to_le_bytes());
    // The length modulo 2^32, as the format wants it.
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out
}

/// CRC-32 as zip and gzip have it.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
