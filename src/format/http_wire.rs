//! The HTTP wire log of the Notification Service, which asks the REST API for each agent that
//! connects.
//!
//! Written by Apache HttpClient 3 (Finesse 9.1) at debug level, and in the forms of HttpClient 4
//! and 5; bare as the base document prints it, or behind the prefix of Openfire or log4j.
//!
//! ```text
//! [<prefix> - ]>> "GET /finesse/api/User/<id> HTTP/1.1[\r][\n]"
//! [<prefix> - ]<< "HTTP/1.1 200 OK[\r][\n]"
//! [<prefix> - ]http-outgoing-<n> >> GET /finesse/api/User/<id> HTTP/1.1
//! ```
//!
//! The blank after the arrow may be missing. Request lines and status lines are entries; header
//! lines (one of them with the credentials, masked) and `Adding Host request header` belong to the
//! entry before. HttpClient 3 writes some lines twice; both are read.
//!
//! # Not supported
//! - Bodies: they belong to the entry, and are not read.

use super::notification;
use super::rest::{agent_of, nocache, resource};
use super::stamps;
use super::start::Start;
use super::{Entry, Format, Head, Reading};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct HttpWire;

/// The service only speaks to the REST API below this path.
const API: &[u8] = b"/finesse/api/";
/// Connection names of HttpClient 4 and 5.
const CONNECTION: &[u8] = b"http-outgoing-";

impl Format for HttpWire {
    fn kind(&self) -> Kind {
        Kind::HttpWire
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.contains("wire") || name.contains("httpclient")
    }

    /// A date, an arrow, or the name of a connection.
    fn may_start(&self, start: Start) -> bool {
        start.is_year(b'.') || start.is_year(b'-') || start.is_byte(&[b'>', b'<', CONNECTION[0]])
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let line = Line::parse(line)?;
        let wanted = match line.message()? {
            Message::Request { target, .. } => memmem::find(target, API).is_some(),
            Message::Answer { .. } => true,
        };
        Some(Head {
            stamp: line.stamp,
            wanted,
            stripped: line.stripped,
        })
    }

    fn continues(&self, _entry: &[u8], line: &[u8]) -> bool {
        let text = line.trim_ascii();
        let (_, message) = after_prefix(text);
        message.starts_with(b"Adding Host request header") || Line::parse(text).is_some()
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let line = Line::parse(entry.flat.as_bytes())?;
        let (mut keys, mut facts) = (Keys::default(), Facts::default());
        let what = match line.message()? {
            Message::Request { method, target } => {
                let target = text(target);
                let resource = resource(target);
                keys.agent = strings.intern(agent_of(&resource).unwrap_or(""));
                keys.nocache = nocache(target);
                facts.method = strings.intern(text(method));
                facts.resource = strings.intern(&resource);
                What::WireRequest
            }
            Message::Answer { status } => {
                facts.status = Some(status);
                What::WireAnswer
            }
        };
        keys.thread = strings.intern(text(line.connection));
        Some(Reading {
            stamp: line.stamp,
            what,
            keys,
            facts,
        })
    }
}

/// A line of the wire log, taken apart.
struct Line<'a> {
    stamp: Stamp,
    /// `http-outgoing-0`; empty for HttpClient 3.
    connection: &'a [u8],
    /// Whether it went out.
    sent: bool,
    /// What follows the arrow and the quote.
    text: &'a [u8],
    stripped: bool,
}

/// The first line of an HTTP message.
enum Message<'a> {
    Request { method: &'a [u8], target: &'a [u8] },
    Answer { status: u16 },
}

impl<'a> Line<'a> {
    /// `None` unless the line is an arrow with something behind it, after a connection name or a
    /// prefix or neither.
    fn parse(line: &'a [u8]) -> Option<Self> {
        let (stamp, message) = after_prefix(line);
        let (connection, message) = after_connection(message);
        let sent = message.starts_with(b">>");
        if !sent && !message.starts_with(b"<<") {
            return None;
        }
        let quoted = message[2..].trim_ascii_start();
        Some(Self {
            stamp,
            connection,
            sent,
            text: quoted.strip_prefix(b"\"").unwrap_or(quoted),
            stripped: message.len() == line.len(),
        })
    }

    /// `None` for a header or a body.
    fn message(&self) -> Option<Message<'a>> {
        if !self.sent {
            let rest = self.text.strip_prefix(b"HTTP/")?;
            let mut words = rest.split(|&b| matches!(b, b' ' | b'[' | b'"')).skip(1);
            let status = text(words.next()?).parse().ok()?;
            return (100..=599)
                .contains(&status)
                .then_some(Message::Answer { status });
        }
        let mut words = self.text.split(|&b| b == b' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
        let is_request = is_method && version.starts_with(b"HTTP/");
        is_request.then_some(Message::Request { method, target })
    }
}

/// The time and the rest of a line that may start with the prefix of Openfire or log4j.
fn after_prefix(line: &[u8]) -> (Stamp, &[u8]) {
    if let Some(line) = notification::Line::parse(line) {
        return (line.stamp, line.message);
    }
    let log4j = || {
        let (stamp, rest) = stamps::iso_local(line)?;
        let dash = memmem::find(rest, b" - ")?;
        Some((stamp, &rest[dash + 3..]))
    };
    log4j().unwrap_or((Stamp::None, line))
}

fn after_connection(message: &[u8]) -> (&[u8], &[u8]) {
    let named = message
        .starts_with(CONNECTION)
        .then(|| memchr::memchr(b' ', message))
        .flatten();
    match named {
        Some(end) => (&message[..end], &message[end + 1..]),
        None => (&message[..0], message),
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}

/// The base document's lines; the forms of HttpClient 4 and 5 after its documentation.
const SAMPLES: &[&str] = &[
    ">> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
    "<<\"HTTP/1.1 200 OK[\\r][\\n]\"",
    "2013.04.23 22:40:08 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
    "2018-05-07 09:12:44,120 DEBUG [pool-1] org.apache.http.wire - http-outgoing-0 >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
    "http-outgoing-0 << HTTP/1.1 401 Unauthorized",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::EpochMs;

    fn read(flat: &str) -> Option<(Reading, Strings)> {
        let mut strings = Strings::default();
        let head = HttpWire.head(flat.as_bytes())?;
        let entry = Entry {
            raw: flat,
            flat,
            head,
        };
        let reading = HttpWire.read(&entry, &mut strings)?;
        Some((reading, strings))
    }

    #[test]
    fn samples_are_wanted_heads() {
        for sample in SAMPLES {
            let head = HttpWire.head(sample.as_bytes());
            assert_eq!(head.map(|head| head.wanted), Some(true), "{sample}");
        }
    }

    #[test]
    fn requests_name_method_resource_and_agent_in_every_form() {
        for line in [
            ">> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
            ">>\"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
            "http-outgoing-0 >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
            "http-outgoing-0 >> GET /finesse/api/User/2001 HTTP/1.1",
            "2013.04.23 22:40:08 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1\"",
            ">> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\" Adding Host request header >>\"Authorization: Basic ••••\"",
        ] {
            let (reading, strings) = read(line).unwrap();
            assert_eq!(reading.what, What::WireRequest, "{line}");
            assert_eq!(strings.get(reading.facts.method), "GET");
            assert_eq!(strings.get(reading.facts.resource), "User/2001");
            assert_eq!(strings.get(reading.keys.agent), "2001");
        }
    }

    #[test]
    fn answers_have_their_status_and_connection() {
        for line in [
            "<<\"HTTP/1.1 401 Unauthorized[\\r][\\n]\"",
            "<< \"HTTP/1.1 401[\\r][\\n]\"",
            "http-outgoing-7 << HTTP/1.1 401",
        ] {
            let (reading, strings) = read(line).unwrap();
            assert_eq!(reading.what, What::WireAnswer, "{line}");
            assert_eq!(reading.facts.status, Some(401));
            let connection = strings.get(reading.keys.thread);
            assert_eq!(connection == "http-outgoing-7", line.starts_with("http"));
        }
    }

    #[test]
    fn the_prefix_gives_the_time() {
        let (reading, _) = read(SAMPLES[3]).unwrap();
        let Stamp::Local { ms, .. } = reading.stamp else {
            panic!("{:?}", reading.stamp);
        };
        assert_eq!(EpochMs(ms).to_string(), "2018-05-07T09:12:44.120Z");
    }

    #[test]
    fn headers_belong_to_the_entry_before() {
        for line in [
            ">>\"Authorization: Basic MjAwMToyMDAx[\\r][\\n]\"",
            ">>\"[\\r][\\n]\"",
            "<<\"Pragma: No-cache[\\r][\\n]\"",
            "Adding Host request header",
            "2013.04.23 22:40:08 httpclient.HttpMethodBase - Adding Host request header",
        ] {
            assert_eq!(HttpWire.head(line.as_bytes()), None, "{line}");
            assert!(HttpWire.continues(b">> \"GET / HTTP/1.1\"\n", line.as_bytes()));
        }
        assert!(!HttpWire.continues(b">> \"GET / HTTP/1.1\"\n", b"prose"));
    }

    #[test]
    fn requests_elsewhere_are_counted_only() {
        let head = HttpWire.head(b">> \"GET /solr/admin HTTP/1.1[\\r][\\n]\"");
        assert_eq!(head.map(|head| head.wanted), Some(false));
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            ">",
            ">>",
            ">> quoted mail",
            "<< \"HTTP/1.1\"",
            "<< \"HTTP/1.1 999 x\"",
            "http-outgoing-0",
            "x >> \"GET /finesse/api/User/2001 HTTP/1.1\"",
        ] {
            assert_eq!(HttpWire.head(line.as_bytes()), None, "{line}");
        }
    }
}
