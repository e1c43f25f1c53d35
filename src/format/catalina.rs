//! The console of Cisco Finesse Tomcat, `catalina.out`.
//!
//! Written by Tomcat through `java.util.logging`; generic Tomcat layouts, of which the locked user and
//! the start and stop of the server bear on sign-ins. Local time, no zone.
//!
//! ```text
//! <Mon D, YYYY h:MM:SS AM> <class> <method>
//! <LEVEL>: <text>
//!
//! <dd-Mon-yyyy HH:MM:SS.mmm> <LEVEL> [<thread>] <class.method> <text>
//! ```
//!
//! The first form is that of Tomcat 5 to 8.0, the second that of later ones. No line of Finesse's own
//! file about a locked user is public; Cisco's guide says to look for it here.
//!
//! # Not supported
//! - What applications print to the console without a time: it belongs to the entry before.

use super::stamps;
use super::start::Start;
use super::{Entry, Format, Head, Reading};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct Catalina;

const STARTED: &str = "started";
const LOCKED: &str = "attempt was made to authenticate the locked user";

/// Texts about the server's own state, after Tomcat's `LocalStrings.properties`, and the word for it.
/// What follows the text is the service's name, except for the server as a whole.
const STATES: [(&str, &str); 6] = [
    ("Server startup in", STARTED),
    ("Starting service", "starting"),
    ("Initializing ProtocolHandler", "starting"),
    ("Stopping service", "stopping"),
    ("Pausing ProtocolHandler", "stopping"),
    ("Destroying ProtocolHandler", "stopped"),
];

impl Format for Catalina {
    fn kind(&self) -> Kind {
        Kind::Catalina
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.contains("catalina")
    }

    /// The name of a month, or a day.
    fn may_start(&self, start: Start) -> bool {
        start.is_byte(b"JFMASOND") || start.is_number(2, b'-')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let (stamp, rest) = split(line)?;
        Some(Head {
            stamp,
            wanted: is_wanted(rest),
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let (what, keys, facts) = read_text(entry.flat, strings)?;
        Some(Reading {
            stamp: entry.head.stamp,
            what,
            keys,
            facts,
        })
    }
}

/// The time and what follows it: `<class> <method>`, or `<LEVEL> [<thread>] …`.
fn split(line: &[u8]) -> Option<(Stamp, &[u8])> {
    if let Some((stamp, rest)) = stamps::month_first_12_hours(line) {
        let rest = rest.strip_prefix(b" ")?;
        let words = rest.split(|b| *b == b' ').count();
        return (words == 2 && rest.contains(&b'.')).then_some((stamp, rest));
    }
    let (stamp, rest) = stamps::day_first_local(line)?;
    let rest = rest.strip_prefix(b" ")?;
    let level = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let thread = rest[level..].trim_ascii_start();
    (level > 0 && thread.starts_with(b"[")).then_some((stamp, rest))
}

/// Whether the class that wrote it is one that speaks of locked users or of the server's state. In
/// the first form the text is not in this line.
fn is_wanted(rest: &[u8]) -> bool {
    const CLASSES: [&[u8]; 4] = [
        b".LockOutRealm",
        b".StandardService",
        b".startup.Catalina",
        b"Protocol",
    ];
    let wrote = rest.get(..256).unwrap_or(rest);
    CLASSES
        .iter()
        .any(|class| memmem::find(wrote, class).is_some())
}

fn read_text(flat: &str, strings: &mut Strings) -> Option<(What, Keys, Facts)> {
    if let Some((_, user)) = flat.split_once(LOCKED) {
        let name = strings.intern(name_at(user)?);
        let keys = Keys {
            agent: name,
            ..Keys::default()
        };
        let facts = Facts {
            login_name: name,
            ..Facts::default()
        };
        return Some((What::LockedOut, keys, facts));
    }
    let (word, after) = STATES
        .iter()
        .find_map(|(text, word)| Some((word, flat.split_once(text)?.1)))?;
    // The server as a whole has no name: its duration follows.
    let name = name_at(after).filter(|_| *word != STARTED).unwrap_or("");
    let facts = Facts {
        word: strings.intern(word),
        resource: strings.intern(name.trim_matches('"')),
        ..Facts::default()
    };
    Some((What::ServiceState, Keys::default(), facts))
}

/// The text in quotes or brackets that `text` starts with: `"2001"`, `[2001]`; else its first word.
fn name_at(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let closing = match text.chars().next()? {
        '"' => '"',
        '\'' => '\'',
        '[' => ']',
        _ => return text.split_whitespace().next(),
    };
    text[1..].split(closing).next().map(str::trim)
}

/// The forms of Tomcat 7 and 9.
const SAMPLES: &[&str] = &[
    "Jun 2, 2017 9:14:31 AM org.apache.catalina.realm.LockOutRealm authenticate",
    "Jun 02, 2017 12:14:31 PM org.apache.catalina.startup.Catalina start",
    "02-Jun-2017 09:14:31.123 WARNING [http-nio-8445-exec-3] org.apache.catalina.realm.LockOutRealm.filterLockedAccounts An attempt was made to authenticate the locked user [2001]",
    "02-Jun-2017 09:14:31.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [12345] milliseconds",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::EpochMs;

    fn read(flat: &str) -> Option<(Reading, Strings)> {
        let mut strings = Strings::default();
        let head = Catalina.head(flat.lines().next()?.as_bytes())?;
        let one_line = flat.replace('\n', " ");
        let entry = Entry {
            raw: flat,
            flat: &one_line,
            head,
        };
        assert!(head.wanted);
        Some((Catalina.read(&entry, &mut strings)?, strings))
    }

    #[test]
    fn a_locked_user_is_named_in_both_forms() {
        let old = "Jun 2, 2017 9:14:31 PM org.apache.catalina.realm.LockOutRealm authenticate\nWARNING: An attempt was made to authenticate the locked user \"2001\"";
        for (line, at) in [
            (old, "2017-06-02T21:14:31.000Z"),
            (SAMPLES[2], "2017-06-02T09:14:31.123Z"),
        ] {
            let (reading, strings) = read(line).unwrap();
            assert_eq!(reading.what, What::LockedOut);
            assert_eq!(strings.get(reading.keys.agent), "2001");
            let Stamp::Local { ms, .. } = reading.stamp else {
                panic!("{:?}", reading.stamp);
            };
            assert_eq!(EpochMs(ms).to_string(), at);
        }
    }

    #[test]
    fn the_servers_start_and_stop_are_states() {
        for (text, word, name) in [
            (
                "startup.Catalina start\nINFO: Server startup in 12345 ms",
                "started",
                "",
            ),
            (
                "core.StandardService startInternal\nINFO: Starting service Catalina",
                "starting",
                "Catalina",
            ),
            (
                "core.StandardService stopInternal\nINFO: Stopping service [Catalina]",
                "stopping",
                "Catalina",
            ),
            (
                "coyote.AbstractProtocol init\nINFO: Initializing ProtocolHandler [\"http-bio-8445\"]",
                "starting",
                "http-bio-8445",
            ),
        ] {
            let line = format!("Jun 2, 2017 9:14:31 AM org.apache.catalina.{text}");
            let (reading, strings) = read(&line).unwrap();
            assert_eq!(reading.what, What::ServiceState, "{line}");
            assert_eq!(strings.get(reading.facts.word), word);
            assert_eq!(strings.get(reading.facts.resource), name);
        }
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "Jun 2, 2017",
            "Jun 2, 2017 9:14:31 AM we restarted the server",
            "Jun 2, 2017 13:14:31 PM a.b.C d",
            "02-Jun-2017 09:14:31.123 something",
            "Jun 02 2017 09:14:31.000 +0200: %CCBU_x-6-Y: z",
        ] {
            assert_eq!(Catalina.head(line.as_bytes()), None, "{line}");
        }
    }
}
