//! What one record says, field by field: what the readers fill.
//!
//! It is kept as a [`Record`], which gives the same back, field by field.

use super::time::Stamp;
use super::{Facts, Keys, Kind, Place, What, text};

#[cfg(doc)]
use super::{Record, Records};

/// One log entry that speaks about a sign-in.
#[derive(Debug, Clone)]
pub struct Fields {
    /// Where it stands.
    pub place: Place,
    /// Position among the records of its line, 0-based: pasted text may glue several to one line.
    pub nth: u16,
    /// The format that read it.
    pub kind: Kind,
    /// When it was written, as far as it says.
    pub stamp: Stamp,
    /// What it says.
    pub what: What,
    /// The values that tie it to other records.
    pub keys: Keys,
    /// Everything else it says that the product uses.
    pub facts: Facts,
    /// Its text in [`Records::texts`], credentials masked.
    pub text: text::Range,
    /// Hash of what of its text copies of it share ([`super::said`]).
    pub said: u64,
}
