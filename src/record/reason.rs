//! Reason codes: unsigned 16-bit numbers, which Finesse prints as signed ones.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An event or request reason code, and how it was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reason {
    /// As CTI holds it: 50004, also where −15532 is printed.
    pub code: u16,
    /// Whether a minus was printed.
    is_negative: bool,
}

impl Reason {
    /// A code printed signed or unsigned; `None` if it is neither in 16 bits.
    #[must_use]
    pub fn printed(number: i64) -> Option<Self> {
        let signed = i16::try_from(number).map(i16::cast_unsigned);
        Some(Self {
            code: u16::try_from(number).or(signed).ok()?,
            is_negative: number < 0,
        })
    }
}

/// As the log prints it.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative {
            self.code.cast_signed().fmt(f)
        } else {
            self.code.fmt(f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unsigned_however_they_are_printed() {
        for (number, code) in [(-15532, Some(50004)), (50004, Some(50004)), (70_000, None)] {
            let reason = Reason::printed(number);
            assert_eq!(reason.map(|reason| reason.code), code);
            assert!(reason.is_none_or(|reason| reason.to_string() == number.to_string()));
        }
    }
}
