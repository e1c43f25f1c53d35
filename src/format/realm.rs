//! The log of Finesse's authentication realm, `realm.log`.
//!
//! Written by the Tomcat realm that checks agents' passwords; read as of Finesse 11.0. At its default
//! level it holds failures only, so that its silence proves nothing.
//!
//! ```text
//! <ms since the JVM started>: <Mon DD YYYY HH:MM:SS.mmm ±HHMM>: [<thread>] <LEVEL> <text>
//! ```
//!
//! The first number looks like a sequence number and is log4j's relative time.
//!
//! # Not supported
//! - Successful authentications: no public line shows one.

use super::rest::without_blanks;
use super::stamps;
use super::start::{MOST_DIGITS, Start};
use super::{Entry, Format, Head, Reading};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct Realm;

const REFUSED: &str = "Unable to authenticate user:";

impl Format for Realm {
    fn kind(&self) -> Kind {
        Kind::Realm
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.contains("realm")
    }

    fn may_start(&self, start: Start) -> bool {
        start.is_number(MOST_DIGITS, b':')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        static FIND: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(REFUSED));
        let line = Line::parse(line)?;
        Some(Head {
            stamp: line.stamp,
            wanted: FIND.find(line.text).is_some(),
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let line = Line::parse(entry.flat.as_bytes())?;
        let (_, user) = entry.flat.split_once(REFUSED)?;
        let user = user.split_whitespace().next()?.trim_matches(['"', '\'']);
        let thread = std::str::from_utf8(line.thread).unwrap_or("");
        let keys = Keys {
            agent: strings.intern(user),
            thread: strings.intern(&without_blanks(thread)),
            ..Keys::default()
        };
        Some(Reading {
            stamp: line.stamp,
            what: What::AuthenticationFailed,
            keys,
            facts: Facts {
                login_name: keys.agent,
                ..Facts::default()
            },
        })
    }
}

/// A line, taken apart.
struct Line<'a> {
    stamp: Stamp,
    thread: &'a [u8],
    /// What follows the thread, level included.
    text: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
        let dated = line.get(digits..)?.strip_prefix(b": ")?;
        let (stamp, rest) = stamps::month_first(dated)?;
        let rest = rest.strip_prefix(b": [")?;
        let end = memchr::memchr(b']', rest)?;
        (digits > 0).then_some(Self {
            stamp,
            thread: &rest[..end],
            text: rest[end + 1..].trim_ascii_start(),
        })
    }
}

/// The grammar of Cisco technote 200859; the refusal is made up of its text.
const SAMPLES: &[&str] = &[
    "48211: Jun 02 2017 09:14:31.000 +0200: [Infrastructure Initialization, completed] INFO Loaded realm log config file at: /opt/cisco/desktop/conf/realm/log4j.xml",
    "93144120: Jun 03 2017 11:05:43.912 +0200: [http-bio-8445-exec-7] ERROR CCRealmConfig.finesseAuthenticate(): Unable to authenticate user: 2001",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_user_and_the_thread() {
        let (line, mut strings) = (SAMPLES[1], Strings::default());
        let head = Realm.head(line.as_bytes()).unwrap();
        assert!(head.wanted);
        let entry = Entry {
            raw: line,
            flat: line,
            head,
        };
        let reading = Realm.read(&entry, &mut strings).unwrap();
        assert_eq!(reading.what, What::AuthenticationFailed);
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.thread), "http-bio-8445-exec-7");
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "48211",
            ": Jun 02 2017 09:14:31.000 +0200: [x] INFO y",
            "48211: Jun 02 2017 09:14:31.000 +0200: %CCBU_x-6-Y: z",
            "48211: Jun 02 09:14:31.000 CET %MIVR-SS_RM-7-UNK:x",
        ] {
            assert_eq!(Realm.head(line.as_bytes()), None, "{line}");
        }
    }
}
