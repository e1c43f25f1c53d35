//! The log of the Cisco Identity Service, `ids.log`: single sign-on.
//!
//! Written by the Identity Service of UCCE, PCCE and UCCX from 11.5 on; read in both orders that
//! Cisco's technotes print.
//!
//! ```text
//! <YYYY-MM-DD HH:MM:SS.mmm> <ZONE>(±HHMM) [<thread>] <LEVEL> <logger> <File.java:line> - <text>
//! <YYYY-MM-DD HH:MM:SS.mmm> <ZONE>(±HHMM) <appender> <LEVEL> [<thread>] <logger> <File.java:line> - <text>
//! ```
//!
//! The zone's name is ambiguous; the number counts. Exceptions follow on the same line or on the next
//! ones, with or without indentation, and the next entry may hang on the end of the last frame
//! ([`Format::glued`]).
//!
//! # Not supported
//! - `fedlet-*` and the metrics beside it.
//! - Errors whose text is none of [`REASONS`]: counted, not read.

use super::stamps;
use super::start::Start;
use super::{Entry, Format, Head, Reading};
use crate::record::intern::{Strings, Sym};
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct IdentityService;

/// What failures say (Cisco technotes 200662 and 212148), and the word for each. The first that
/// occurs counts. `retreive` is the product's spelling.
const REASONS: [(&str, &str); 14] = [
    ("SubjectConfirmationData", "assertion_time"),
    ("InvalidNameIDPolicy", "name_id_policy"),
    ("signing certificate does not match", "signature"),
    ("invalidSignature", "signature"),
    ("Invalid signature", "signature"),
    ("Could not retrieve", "missing_attribute"),
    ("Could not retreive", "missing_attribute"),
    ("Metadata is not initialized", "metadata_missing"),
    ("invalid_redirectUri", "redirect_uri"),
    ("Invalid Redirect", "redirect_uri"),
    ("Invlalid Redirect", "redirect_uri"),
    ("invalid_client", "unknown_client"),
    ("Client Id:", "unknown_client"),
    ("Invalid Status code in Response", "provider_refused"),
];

impl Format for IdentityService {
    fn kind(&self) -> Kind {
        Kind::IdentityService
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.rsplit('/')
            .next()
            .is_some_and(|file| file.starts_with("ids"))
    }

    fn may_start(&self, start: Start) -> bool {
        start.is_year(b'-')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let line = Line::parse(line)?;
        Some(Head {
            stamp: line.stamp,
            wanted: line.is_failure(),
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn glued(&self, line: &[u8]) -> Option<usize> {
        // `…Thread.java:745)2016-08-24 18:24:20.510 IST(+0530) [pool-4-thread-1] …`
        memchr::memchr_iter(b')', line)
            .map(|at| at + 1)
            .find(|at| Line::parse(&line[*at..]).is_some())
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let line = Line::parse(entry.flat.as_bytes())?;
        let (at, word) = REASONS
            .iter()
            .find_map(|(text, word)| Some((entry.raw.find(text)?, word)))?;
        let thread = std::str::from_utf8(line.thread).unwrap_or("");
        let keys = Keys {
            agent: user(entry.flat, strings),
            thread: strings.intern(thread),
            ..Keys::default()
        };
        let facts = Facts {
            word: strings.intern(word),
            failure_text: strings.intern(sentence_at(entry.raw, at)),
            ..Facts::default()
        };
        Some(Reading {
            stamp: line.stamp,
            what: What::IdentityError,
            keys,
            facts,
        })
    }
}

/// The first line of an entry, taken apart.
struct Line<'a> {
    stamp: Stamp,
    level: &'a [u8],
    thread: &'a [u8],
    /// What follows the thread and, in the first order, the level.
    rest: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let (stamp, rest) = stamps::iso_named_zone(line)?;
        let rest = rest.trim_ascii_start();
        let open = memchr::memchr(b'[', rest)?;
        let mut before = rest[..open].trim_ascii_end().rsplit(|b| *b == b' ');
        let inside = &rest[open + 1..];
        let close = memchr::memchr(b']', inside)?;
        let after = inside[close + 1..].trim_ascii_start();
        // Nothing before the thread, or an appender's name and the level.
        let (level, rest) = match before.next().filter(|word| !word.is_empty()) {
            Some(level) => (level, after),
            None => after.split_at(after.iter().take_while(|b| b.is_ascii_uppercase()).count()),
        };
        let known = level.iter().all(u8::is_ascii_uppercase) && before.count() <= 1;
        known.then_some(Self {
            stamp,
            level,
            thread: &inside[..close],
            rest,
        })
    }

    /// Whether it may tell of a failed sign-on: the status of a refusal is printed at level INFO.
    fn is_failure(&self) -> bool {
        matches!(self.level, b"ERROR" | b"FATAL" | b"WARN")
            || memmem::find(self.rest, b"failed").is_some()
    }
}

/// The words around position `at` of `text`, from the end of the sentence or class name before to the
/// end of its own sentence.
fn sentence_at(text: &str, at: usize) -> &str {
    let start = [" - ", ": ", "\n"]
        .iter()
        .filter_map(|mark| Some(text[..at].rfind(mark)? + mark.len()))
        .max()
        .unwrap_or(at);
    let end = [". ", "\n", " at com.", " at org.", " at java."]
        .iter()
        .filter_map(|mark| text[at..].find(mark))
        .min()
        .map_or(text.len(), |length| at + length);
    text[start..end].trim_end_matches('.')
}

/// The user a failure names, if it does; no public line does, so only plain spellings are read.
fn user(text: &str, strings: &mut Strings) -> Sym {
    const NAMES: [&str; 4] = ["userId=", "user_id=", "userName=", "username="];
    let named = NAMES.iter().find_map(|name| text.split_once(name));
    let end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ']' | ')' | '}' | '"' | '\'');
    named.map_or(Sym::NONE, |(_, rest)| {
        strings.intern(rest.split(end).next().unwrap_or(""))
    })
}

/// Lines of the technotes with other times; one is of the older order.
const SAMPLES: &[&str] = &[
    "2017-06-02 09:14:31.780 IST(+0530) [IdSEndPoints-SAML-22] ERROR com.cisco.ccbu.ids IdSSAMLAsyncServlet.java:465 - Could not retrieve from attributes map: user_principal",
    "2017-06-02 09:14:31.896 GMT(-0000) default ERROR [IdSEndPoints-0] com.cisco.ccbu.ids IdSEndPoint.java:102 - Exception processing request",
    "2017-06-02 09:14:31.470 IST(+0530) [IdSEndPoints-SAML-82] INFO com.cisco.ccbu.ids SAML2SPAdapter.java:76 - SSO failed with code: 1. Response status: <samlp:Status>",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flat: &str) -> Option<(Reading, Strings)> {
        let mut strings = Strings::default();
        let head = IdentityService.head(flat.as_bytes())?;
        let entry = Entry {
            raw: flat,
            flat,
            head,
        };
        Some((IdentityService.read(&entry, &mut strings)?, strings))
    }

    #[test]
    fn failures_have_a_word_and_their_text() {
        for (text, word, shown) in [
            (
                "Exception processing request com.sun.identity.saml2.common.SAML2Exception: The signing certificate does not match what's defined in the entity metadata. at com.sun.identity.X.y(X.java:3)",
                "signature",
                "The signing certificate does not match what's defined in the entity metadata",
            ),
            (
                "SAML response processing failed with exception com.sun.identity.saml2.common.SAML2Exception: The time in SubjectConfirmationData is invalid. at com.sun.A.b(A.java:1)",
                "assertion_time",
                "The time in SubjectConfirmationData is invalid",
            ),
            (
                "Client Id: fb308a80 does not exist",
                "unknown_client",
                "Client Id: fb308a80 does not exist",
            ),
            (
                "Could not retrieve from attributes map: user_principal",
                "missing_attribute",
                "Could not retrieve from attributes map: user_principal",
            ),
        ] {
            for order in ["[IdSEndPoints-0] ERROR", "default ERROR [IdSEndPoints-0]"] {
                let line = format!(
                    "2017-06-02 09:14:31.896 IST(+0530) {order} com.cisco.ccbu.ids A.java:1 - {text}"
                );
                let (reading, strings) = read(&line).unwrap();
                assert_eq!(reading.what, What::IdentityError);
                assert_eq!(strings.get(reading.facts.word), word);
                assert_eq!(strings.get(reading.facts.failure_text), shown);
                assert_eq!(strings.get(reading.keys.thread), "IdSEndPoints-0");
            }
        }
    }

    #[test]
    fn other_errors_are_not_read() {
        let line =
            "2017-06-02 09:14:31.896 IST(+0530) [x] ERROR com.cisco.ccbu.ids A.java:1 - Disk full";
        assert!(read(line).is_none());
        let info = "2017-06-02 09:14:31.896 IST(+0530) [x] INFO com.cisco.ccbu.ids A.java:1 - Up";
        assert!(!IdentityService.head(info.as_bytes()).unwrap().wanted);
    }

    #[test]
    fn the_next_entry_may_hang_on_the_last_frame() {
        let line = b"at java.lang.Thread.run(Thread.java:745)2016-08-24 18:24:20.510 IST(+0530) [pool-4-thread-1] INFO a B.java:1 - c";
        assert_eq!(IdentityService.glued(line), Some(40));
        assert_eq!(
            IdentityService.glued(b"at a.B.c(D.java:1) 2016-08-24"),
            None
        );
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "2017-06-02 09:14:31,896 ERROR [x] a - b",
            "2016-02-11T14:05:10.310 -04:00: : a: --- -- ---- --:--:--.--- -----: Container : x",
            "2017-06-02 09:14:31.896 IST(+0530) no thread",
        ] {
            assert_eq!(IdentityService.head(line.as_bytes()), None, "{line}");
        }
    }
}
