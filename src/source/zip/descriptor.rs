//! The data descriptor: CRC and sizes behind a member's data, in four forms that only their values
//! tell apart (APPNOTE 4.3.9): with or without a signature, with sizes of 32 or 64 bits.

use super::header::{CENTRAL, DESCRIPTOR, END, LOCAL, u32_at, u64_at};

/// Bytes enough to recognise every form and the signature after it.
pub(super) const WINDOW: usize = 28;

/// What the descriptor of a member has to say; `None` where it is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expect {
    pub(super) crc: Option<u32>,
    /// Compressed size in bytes.
    pub(super) packed: u64,
    /// Size in bytes after decompression.
    pub(super) size: Option<u64>,
}

/// Whether there is a signature, whether the sizes are wide.
const FORMS: [(bool, bool); 4] = [(true, false), (true, true), (false, false), (false, true)];

/// Length of the descriptor at the front of `window` that says what is expected.
pub(super) fn fitting(window: &[u8], expect: &Expect) -> Option<usize> {
    let fit = |form: &&(bool, bool)| fits(window, **form, expect);
    let lengths = || FORMS.iter().filter(fit).map(|form| length(*form));
    lengths()
        .find(|length| header_at(window, *length))
        .or_else(|| lengths().next())
}

/// Length of the descriptor with a signature at the front of `window` that says what is expected.
pub(super) fn signed(window: &[u8], expect: &Expect) -> Option<usize> {
    window
        .starts_with(&DESCRIPTOR)
        .then(|| fitting(window, expect))
        .flatten()
}

/// Length of a descriptor that says something else, told by what follows it; 0 if there is none.
pub(super) fn unfitting(window: &[u8]) -> usize {
    let has_signature = window.starts_with(&DESCRIPTOR);
    let mut lengths = FORMS
        .iter()
        .filter(|(signature, _)| *signature == has_signature)
        .map(|form| length(*form));
    if header_at(window, 0) {
        return 0;
    }
    lengths
        .find(|length| header_at(window, *length))
        .unwrap_or(if has_signature { 16 } else { 0 })
}

fn length((signature, wide): (bool, bool)) -> usize {
    (if signature { 4 } else { 0 }) + (if wide { 20 } else { 12 })
}

fn fits(window: &[u8], form: (bool, bool), expect: &Expect) -> bool {
    let (signature, wide) = form;
    if window.len() < length(form) || (signature && !window.starts_with(&DESCRIPTOR)) {
        return false;
    }
    let crc = if signature { 4 } else { 0 };
    let (packed, size) = if wide {
        (u64_at(window, crc + 4), u64_at(window, crc + 12))
    } else {
        let narrow = |at| u64::from(u32_at(window, at));
        (narrow(crc + 4), narrow(crc + 8))
    };
    // A narrow field holds the lower half of a size beyond 4 GiB.
    let same =
        |value: u64, wanted: u64| value == wanted || (!wide && value == wanted & 0xffff_ffff);
    expect
        .crc
        .is_none_or(|wanted| u32_at(window, crc) == wanted)
        && same(packed, expect.packed)
        && expect.size.is_none_or(|wanted| same(size, wanted))
}

/// Whether another record starts at `at`.
fn header_at(window: &[u8], at: usize) -> bool {
    let signature = window.get(at..).and_then(|rest| rest.first_chunk::<4>());
    signature.is_some_and(|signature| [LOCAL, CENTRAL, END].contains(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECT: Expect = Expect {
        crc: Some(0x0102_0304),
        packed: 2,
        size: Some(0),
    };

    #[test]
    fn all_four_forms_are_told_apart() {
        let crc = b"\x04\x03\x02\x01";
        let narrow = b"\x02\0\0\0\0\0\0\0";
        let wide = b"\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        for (bytes, length) in [
            ([&DESCRIPTOR[..], crc, narrow, &LOCAL].concat(), 16),
            ([&DESCRIPTOR[..], crc, wide, &LOCAL].concat(), 24),
            ([crc, &narrow[..], &CENTRAL].concat(), 12),
            ([crc, &wide[..], &CENTRAL].concat(), 20),
        ] {
            assert_eq!(fitting(&bytes, &EXPECT), Some(length));
        }
    }

    #[test]
    fn a_descriptor_that_lies_is_measured_by_what_follows() {
        let lying = [&DESCRIPTOR[..], &[9; 20], &LOCAL].concat();
        assert_eq!(fitting(&lying, &EXPECT), None);
        assert_eq!(unfitting(&lying), 24);
        assert_eq!(unfitting(&[&LOCAL[..], &[9; 20]].concat()), 0);
    }
}
