//! Function names in compiled wasm: good for a report of sizes, a seventh of what a visitor would fetch.

use anyhow::Result;
use wasmparser::{Parser, Payload};

/// The module without its custom section of names.
pub fn removed(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(wasm.len());
    let mut before = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let end = match (&payload, payload.as_section()) {
            (Payload::Version { range, .. }, _) => range.end,
            (_, Some((_, range))) => range.end,
            _ => continue,
        };
        let names = matches!(&payload, Payload::CustomSection(custom) if custom.name() == "name");
        if !names {
            kept.extend_from_slice(&wasm[before..end]);
        }
        before = end;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_go() {
        let head = b"\0asm\x01\0\0\0";
        let types = b"\x01\x04\x01\x60\0\0";
        let names = b"\0\x06\x04name\0";
        let other = b"\0\x06\x04mine\0";
        let whole = [&head[..], types, names, other].concat();
        let less = [&head[..], types, other].concat();
        assert_eq!(removed(&whole).unwrap(), less);
    }
}
