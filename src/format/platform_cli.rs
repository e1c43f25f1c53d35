//! The log of the platform's command line, `platform/log/cli*`.
//!
//! Written by VOS for each command an administrator types; read as of Finesse 11.0. Local time, no
//! zone. Commands that start, stop or restart a service bear on sign-ins.
//!
//! ```text
//! <YYYY-MM-DD HH:MM:SS,mmm> <LEVEL> [<thread>] <logger> - <text>
//! ```
//!
//! This is log4j's default layout; a wire log of HttpClient may use it, too, and is told by its arrows.
//!
//! # Not supported
//! - What a command answered: counted, not read.

use super::http_wire::HttpWire;
use super::stamps;
use super::start::Start;
use super::{Entry, Format, Head, Reading};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct PlatformCli;

const COMMAND: &str = "utils service ";

impl Format for PlatformCli {
    fn kind(&self) -> Kind {
        Kind::PlatformCli
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.rsplit('/')
            .next()
            .is_some_and(|file| file.starts_with("cli") && !file.starts_with("client"))
    }

    fn may_start(&self, start: Start) -> bool {
        start.is_year(b'-')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let (stamp, text) = split(line)?;
        Some(Head {
            stamp,
            wanted: memmem::find(text, COMMAND.as_bytes()).is_some(),
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let (_, command) = entry.flat.split_once(COMMAND)?;
        let (verb, rest) = command.trim_start().split_once(' ')?;
        let word = match verb {
            "start" => "starting",
            "stop" => "stopping",
            "restart" => "restarting",
            _ => return None,
        };
        let facts = Facts {
            word: strings.intern(word),
            resource: strings.intern(service(rest)),
            ..Facts::default()
        };
        Some(Reading {
            stamp: entry.head.stamp,
            what: What::ServiceState,
            keys: Keys::default(),
            facts,
        })
    }
}

/// The time, and what follows ` - `.
fn split(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (stamp, rest) = stamps::iso_local(line)?;
    let rest = rest.strip_prefix(b" ")?;
    let level = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let thread = rest[level..].trim_ascii_start();
    if level == 0 || !thread.starts_with(b"[") || HttpWire.continues(b"", line) {
        return None;
    }
    let dash = memmem::find(thread, b" - ")?;
    Some((stamp, &thread[dash + 3..]))
}

/// The name at the start of `rest`, without what the log may put around a command.
fn service(rest: &str) -> &str {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')))
        .unwrap_or(rest.len());
    rest[..end].trim()
}

/// log4j's layout with commands of Cisco's guides; no line with such a command is public.
const SAMPLES: &[&str] = &[
    "2017-06-02 09:14:58,120 INFO [main] sdMain.main - command: utils service restart Cisco Finesse Tomcat",
    "2017-06-02 09:14:51,006 DEBUG [main] sdMain.initialise - non-master command",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        let line = format!("2017-06-02 09:14:58,120 INFO  [main] a.B - {text}");
        let mut strings = Strings::default();
        let head = PlatformCli.head(line.as_bytes())?;
        let entry = Entry {
            raw: &line,
            flat: &line,
            head,
        };
        let reading = PlatformCli.read(&entry, &mut strings)?;
        assert_eq!(reading.what, What::ServiceState);
        let shown = |sym| strings.get(sym).to_owned();
        Some((shown(reading.facts.word), shown(reading.facts.resource)))
    }

    #[test]
    fn commands_name_the_service() {
        for (text, word, service) in [
            (
                "utils service restart Cisco Finesse Tomcat",
                "restarting",
                "Cisco Finesse Tomcat",
            ),
            (
                "[utils service stop Cisco Finesse Notification Service] done",
                "stopping",
                "Cisco Finesse Notification Service",
            ),
            (
                "'utils service start Cisco Finesse Tomcat'",
                "starting",
                "Cisco Finesse Tomcat",
            ),
        ] {
            assert_eq!(
                read(text),
                Some((word.to_owned(), service.to_owned())),
                "{text}"
            );
        }
        assert_eq!(read("utils service list"), None);
    }

    #[test]
    fn wire_logs_and_other_logs_are_no_heads() {
        for line in [
            "",
            "2018-05-07 09:12:44,120 DEBUG [pool-1] org.apache.http.wire - http-outgoing-0 >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
            "2018-05-07 09:12:44,120 DEBUG [pool-1] org.apache.http.wire - >> \"Host: localhost[\\r][\\n]\"",
            "2017-06-02 09:14:58.120 IST(+0530) [x] ERROR a B.java:1 - c",
            "2017-06-02 09:14:58,120 no level",
        ] {
            assert_eq!(PlatformCli.head(line.as_bytes()), None, "{line}");
        }
    }
}
