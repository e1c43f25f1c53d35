//! Names of time zones as Java prints them: `EST`, `CEST`, `IST`.
//!
//! A name is not an offset. Several zones share one (`IST` is India, Ireland and Israel), so a name
//! only says which offsets are possible; [`crate::correlate`] finds out which one it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The abbreviation of a time zone: two to five capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ZoneName([u8; ZoneName::LONGEST]);

/// Every zone that goes by a name, in minutes east of UTC, the one most people live in or write
/// software in first. After the English short names of OpenJDK's `TimeZoneNames` (jdk8u,
/// `src/share/classes/sun/util/resources/TimeZoneNames.java`), which earlier releases shared with
/// the tz database: Sydney was `EST` in winter and in summer until 2014.
const OFFSETS: [(&str, &[i16]); 39] = [
    ("ACST", &[570]),
    ("ADT", &[-180]),
    ("AEDT", &[660]),
    ("AEST", &[600]),
    ("AKDT", &[-480]),
    ("AKST", &[-540]),
    ("ART", &[-180]),
    ("AST", &[-240, 180]),
    ("AWST", &[480]),
    ("BRST", &[-120]),
    ("BRT", &[-180]),
    ("BST", &[60]),
    ("CAT", &[120]),
    ("CDT", &[-300, -240, 540]),
    ("CEST", &[120]),
    ("CET", &[60]),
    ("COT", &[-300]),
    ("CST", &[-360, 480, -300, 570, 630]),
    ("EAT", &[180]),
    ("EDT", &[-240]),
    ("EEST", &[180]),
    ("EET", &[120]),
    ("EST", &[-300, 600, 660]),
    ("GMT", &[0]),
    ("GST", &[240, -120]),
    ("HKT", &[480]),
    ("HST", &[-600]),
    ("IST", &[330, 60, 120]),
    ("JST", &[540]),
    ("KST", &[540]),
    ("MDT", &[-360]),
    ("MST", &[-420]),
    ("NZDT", &[780]),
    ("NZST", &[720]),
    ("PDT", &[-420]),
    ("PST", &[-480]),
    ("SGT", &[480]),
    ("UTC", &[0]),
    ("WET", &[0]),
];

impl ZoneName {
    /// Letters of the longest name.
    pub const LONGEST: usize = 5;

    /// `None` unless `name` is two to five capitals.
    #[must_use]
    pub fn new(name: &[u8]) -> Option<Self> {
        let is_name =
            (2..=Self::LONGEST).contains(&name.len()) && name.iter().all(u8::is_ascii_uppercase);
        let mut letters = [b' '; Self::LONGEST];
        is_name.then(|| letters[..name.len()].copy_from_slice(name))?;
        Some(Self(letters))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.0.trim_ascii_end()).unwrap_or("")
    }

    /// Every offset the name is known for, in minutes east of UTC, the likeliest first: one where
    /// it is sure, several where only the rest of the bundle can tell, none for unknown names.
    #[must_use]
    pub fn offsets(&self) -> &'static [i16] {
        OFFSETS
            .binary_search_by_key(&self.as_str(), |(name, _)| name)
            .map_or(&[], |at| OFFSETS[at].1)
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(name: &str) -> &'static [i16] {
        ZoneName::new(name.as_bytes()).unwrap().offsets()
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(OFFSETS.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn a_name_has_one_offset_several_or_none_known() {
        assert_eq!(offsets("UTC"), [0]);
        assert_eq!(offsets("EDT"), [-240]);
        assert_eq!(offsets("IST"), [330, 60, 120]);
        assert_eq!(offsets("QQQ"), [0i16; 0]);
    }

    #[test]
    fn names_are_two_to_five_capitals() {
        for name in ["", "E", "Est", "E T", "+01:00", "EASTER"] {
            assert_eq!(ZoneName::new(name.as_bytes()), None, "{name}");
        }
        assert_eq!(ZoneName::new(b"CEST").unwrap().to_string(), "CEST");
    }
}
