//! The log of the Notification Service (Openfire).
//!
//! Written by Openfire 3.x (Finesse 9 to 11) and 4.x into one file per level, by 4.x also into
//! `all.log`; and as the base document prints it, without the prefix. The generic layouts of
//! Openfire are public, a file of Finesse's own is not.
//!
//! ```text
//! YYYY.MM.DD HH:MM:SS <class> - <message>
//! YYYY.MM.DD HH:MM:SS <LEVEL> [<thread>]: <class> - <message>
//! RoutingTableImpl: <message>
//! ```
//!
//! Wanted are packets that carry an agent's event. That one could not be routed to `…/User` is
//! normal: the agent's other resource gets it. Packets span lines; so do stack traces.
//!
//! # Not supported
//! - XMPP stanzas of the debug level without a `/finesse/api/User/` node: counted, not read.

use super::payload::read_payload;
use super::rest::{agent_of, without_blanks};
use super::stamps;
use super::start::Start;
use super::webservices::agent_of_jid;
use super::{Entry, Format, Head, Reading};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct Notification;

const BARE: &[u8] = b"RoutingTableImpl:";
const NOT_ROUTED: &str = "Failed to route packet";
const USER_NODE: &str = "/finesse/api/User/";
/// A bare packet longer than this is not continued: what follows is prose.
const MAX_STRIPPED: usize = 16 * 1024;

impl Format for Notification {
    fn kind(&self) -> Kind {
        Kind::Notification
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        const NAMES: [&str; 6] = [
            "openfire",
            "info.log",
            "warn.log",
            "error.log",
            "debug.log",
            "all.log",
        ];
        NAMES.iter().any(|known| name.contains(known))
    }

    fn may_start(&self, start: Start) -> bool {
        start.is_year(b'.') || start.is_byte(&BARE[..1])
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        if let Some(message) = line.strip_prefix(BARE) {
            return Some(Head {
                stamp: Stamp::None,
                wanted: is_wanted(message),
                stripped: true,
            });
        }
        let line = Line::parse(line)?;
        (!line.is_wire()).then(|| Head {
            stamp: line.stamp,
            wanted: is_wanted(line.message),
            stripped: false,
        })
    }

    fn continues(&self, entry: &[u8], line: &[u8]) -> bool {
        if !entry.starts_with(BARE) {
            return true;
        }
        let whole = memmem::find(entry, b"</message>").is_some();
        let text = line.trim_ascii();
        !whole && entry.len() <= MAX_STRIPPED && !text.is_empty() && text.is_ascii()
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let jid = jid_in(entry.flat).map(without_blanks);
        let payload = read_payload(entry.flat, strings);
        let named = payload.agent(strings);
        let agent = strings.intern(jid.as_deref().map_or("", agent_of_jid));
        if named.is_none() && agent.is_none() {
            return None;
        }
        let resource = payload.node.or(payload.source);
        // A node below the user's own carries calls, not the agent's state.
        if agent_of(strings.get(resource)).is_some()
            && strings.get(resource).matches('/').count() > 1
        {
            return None;
        }
        let keys = Keys {
            agent: named.or(agent),
            extension: payload.extension,
            request_id: payload.request_id,
            jid: strings.intern(jid.as_deref().unwrap_or("")),
            ..Keys::default()
        };
        let facts = Facts {
            method: payload.event,
            resource,
            state: payload.state,
            failure: payload.error_data,
            failure_text: payload.error_message,
            failure_type: payload.error_type,
            server_time: payload.state_change,
            login_name: payload.login_name,
            ..Facts::default()
        };
        Some(Reading {
            stamp: entry.head.stamp,
            what: What::Routed,
            keys,
            facts,
        })
    }
}

/// An Openfire line, taken apart.
pub(super) struct Line<'a> {
    /// When, without zone.
    pub(super) stamp: Stamp,
    /// What follows `<class> - `.
    pub(super) message: &'a [u8],
}

impl<'a> Line<'a> {
    /// `None` unless the line starts with one of Openfire's two prefixes.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        static DASH: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" - "));
        let (stamp, rest) = stamps::dotted_local(line)?;
        let rest = rest.strip_prefix(b" ")?;
        // A thread name may hold ` - `: the class comes after it.
        let class = match after_level(rest).starts_with(b"[") {
            true => memmem::find(rest, b"]: ").map_or(0, |at| at + 3),
            false => 0,
        };
        let dash = DASH.find(&rest[class..])?;
        Some(Self {
            stamp,
            message: &rest[class + dash + 3..],
        })
    }

    /// Whether it is a line of the HTTP wire log, or one of the lines between those.
    pub(super) fn is_wire(&self) -> bool {
        let starts: [&[u8]; 4] = [
            b">>",
            b"<<",
            b"http-outgoing-",
            b"Adding Host request header",
        ];
        starts.iter().any(|start| self.message.starts_with(start))
    }
}

/// What follows `INFO  `, if that is what it starts with.
fn after_level(rest: &[u8]) -> &[u8] {
    let level = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
    match level {
        4 | 5 => rest[level..].trim_ascii_start(),
        _ => rest,
    }
}

fn is_wanted(message: &[u8]) -> bool {
    static FIND_NOT_ROUTED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(NOT_ROUTED));
    static FIND_USER_NODE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(USER_NODE));
    FIND_NOT_ROUTED.find(message).is_some() || FIND_USER_NODE.find(message).is_some()
}

/// `2001@host/ User` of `… to JID: 2001@host/ User packet: <message …`.
fn jid_in(text: &str) -> Option<&str> {
    const JID: &str = "to JID: ";
    let (_, jid) = text.split_once(JID)?;
    let end = jid.find("packet:").or_else(|| jid.find('<'))?;
    Some(&jid[..end])
}

/// The base document's packet; prefixes as Openfire writes them.
const SAMPLES: &[&str] = &[
    "RoutingTableImpl: Failed to route packet to JID: 2001@uccefinesse138.vmload.cvp/User packet: <message from=\"pubsub.uccefinesse138.vmload.cvp\" to=\"2001@uccefinesse138.vmload.cvp/User\">",
    "2013.04.23 22:40:08 org.jivesoftware.openfire.spi.RoutingTableImpl - Failed to route packet to JID: 2001@fin-a.acme.example/User packet: <message from=\"pubsub.fin-a.acme.example\">",
    "2018.05.07 09:12:44 WARN  [socket_c2s-thread-3]: org.jivesoftware.openfire.spi.RoutingTableImpl - Failed to route packet to JID: 2001@fin-a.acme.example/User packet: <message>",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::{EpochMs, Precision};
    use crate::record::{AgentState, InsidePrecision};

    const PACKET: &str = "Failed to route packet to JID: 2001@uccefinesse138.vmload.cvp/ User packet: <message from=\"pubsub.uccefinesse138.vmload.cvp\" to=\"2001@uccefinesse138.vmload.cvp/ User\" id=\"/finesse/api/User/ 2001__2001@uccefinesse138.vmload.cvp__VI1B2\"><event xmlns=\"http://jabber.org/protocol/pubsub#event\"><items node=\"/finesse/api/User/2001\"><item id=\"1su0Keff8M2irdS\"><notification xmlns=\"http://jabber.org/protocol/pubsub\"> <Update> <data> <user> <extension>2003</extension> <loginId>2001</loginId> <state>NOT_READY</state> <stateChangeTime>2013-04-23T22:40:08Z</stateChangeTime> </user> </data> <event>PUT</event> <requestId>6e210ca9-5786-43bc-babf-64a397a6057f</requestId> <source>/finesse/api/User/2001</source> </Update></notification></item></items></event></message>";

    fn read(flat: &str) -> Option<(Reading, Strings)> {
        let mut strings = Strings::default();
        let head = Notification.head(flat.as_bytes())?;
        let entry = Entry {
            raw: flat,
            flat,
            head,
        };
        let reading = Notification.read(&entry, &mut strings)?;
        Some((reading, strings))
    }

    #[test]
    fn samples_are_wanted_heads() {
        for sample in SAMPLES {
            let head = Notification.head(sample.as_bytes());
            assert_eq!(head.map(|head| head.wanted), Some(true), "{sample}");
        }
    }

    #[test]
    fn a_packet_says_whom_it_was_for_and_what_it_carried() {
        let (reading, strings) = read(&format!("RoutingTableImpl: {PACKET}")).unwrap();
        assert_eq!(reading.what, What::Routed);
        assert_eq!(reading.stamp, Stamp::None);
        assert_eq!(
            strings.get(reading.keys.jid),
            "2001@uccefinesse138.vmload.cvp/User"
        );
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(
            strings.get(reading.keys.request_id),
            "6e210ca9-5786-43bc-babf-64a397a6057f"
        );
        assert_eq!(strings.get(reading.facts.resource), "User/2001");
        assert_eq!(reading.facts.state, Some(AgentState::NotReady));
        assert_eq!(
            reading.facts.server_time,
            Some((
                EpochMs(1_366_756_808_000),
                InsidePrecision::StateChangeSecond
            ))
        );
    }

    #[test]
    fn both_prefixes_give_the_local_time() {
        for prefix in [
            "2013.04.23 22:40:08 org.jivesoftware.openfire.spi.RoutingTableImpl - ",
            "2013.04.23 22:40:08 INFO  [pool - 3 [x]]: org.jivesoftware.Foo - ",
        ] {
            let (reading, _) = read(&format!("{prefix}{PACKET}")).unwrap();
            let Stamp::Local { ms, precision } = reading.stamp else {
                panic!("{:?}", reading.stamp);
            };
            assert_eq!(EpochMs(ms).to_string(), "2013-04-23T22:40:08.000Z");
            assert_eq!(precision, Precision::Second);
        }
    }

    #[test]
    fn the_jid_is_enough_when_the_packet_is_cut() {
        let line = "RoutingTableImpl: Failed to route packet to JID: 2001@host/User packet: <mess";
        let (reading, strings) = read(line).unwrap();
        assert_eq!(strings.get(reading.keys.agent), "2001");
    }

    #[test]
    fn packets_with_calls_and_packets_for_nobody_are_not_kept() {
        let calls = PACKET.replace(
            "node=\"/finesse/api/User/2001\"",
            "node=\"/finesse/api/User/2001/Dialogs\"",
        );
        assert!(read(&format!("RoutingTableImpl: {calls}")).is_none());
        assert!(
            read("RoutingTableImpl: Failed to route packet to JID: host packet: <iq/>").is_none()
        );
    }

    #[test]
    fn other_messages_are_counted_only() {
        let line =
            "2013.04.23 22:40:08 org.jivesoftware.openfire.XMPPServer - Openfire 3.7.1 started";
        let head = Notification.head(line.as_bytes());
        assert_eq!(head.map(|head| head.wanted), Some(false));
    }

    #[test]
    fn wire_lines_and_other_logs_are_no_heads() {
        for line in [
            "",
            "2013.04.23 22:40:08 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"",
            "2013.04.23 22:40:08",
            "2013.04.23 22:40:08 no dash",
            "2013-04-23 22:40:08,000 INFO [x] a.b - c",
            "RoutingTable: x",
        ] {
            assert_eq!(Notification.head(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_bare_packet_goes_on_until_its_end() {
        let open = b"RoutingTableImpl: Failed to route packet to JID: 2001@h/\n";
        assert!(Notification.continues(open, b"User packet: <message from=\"pubsub\" to="));
        assert!(!Notification.continues(open, "这是消息的正文：".as_bytes()));
        let closed = b"RoutingTableImpl: x packet: <message>\n</event></message>\n";
        assert!(!Notification.continues(closed, b"As before, the message is received"));
        let full = b"2013.04.23 22:40:08 a.B - boom\n";
        assert!(Notification.continues(full, b"java.lang.Exception: boom"));
    }
}
