//! The log of the Finesse REST API, `Desktop-webservices….log` and its `Error-` twin.
//!
//! Written by the Finesse web application on every node; read as of Finesse 9.1(1) to 11.6, and
//! expected of 12.x, whose lines are not public. It holds the REST requests, the messages to and
//! from the CTI server, presence, and the events given to the Notification Service.
//!
//! ```text
//! [<sequence>: [<host>]: ]<Mon DD YYYY HH:MM:SS.mmm ±HHMM>: %CCBU_<thread>-<digit>-<MNEMONIC>: %[<key>=<value>]…: <text>
//! %CCBU_<thread>-<digit>-<MNEMONIC>: %[<key>=<value>]…: <text>
//! ```
//!
//! The second form is what documents and tickets print. The thread name holds hyphens, digits,
//! blanks and parentheses, so it ends at the last `-<digit>-` before the mnemonic's colon. A line
//! that starts no entry belongs to the one before it: payloads and stack traces span lines.
//!
//! # Not supported
//! - Other writers of the same grammar (CVP, ICM, CUIC): [`super::other_cisco`].
//! - Queue, team and call events: counted, not read.

use super::decoded;
use super::payload::read_payload;
use super::rest::{
    agent_of, is_of_sign_in, nocache, request_id, resource, trimmed, without_blanks,
};
use super::skim::{Memo, Skim};
use super::stamps;
use super::start::Start;
use super::tags::{Tags, are_open};
use super::{Entry, Format, Head, Reading};
use crate::record::intern::{Strings, Sym};
use crate::record::time::Stamp;
use crate::record::{AgentState, Facts, Keys, Kind, What};

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct Webservices;

/// What every entry's first line has before its thread name.
const MARK: &[u8] = b"%CCBU_";
/// Digits a sequence number has at most.
pub(super) const SEQUENCE_DIGITS: usize = 12;
/// A stripped entry longer than this is not continued: no document prints one so long, and what
/// follows is prose.
const MAX_STRIPPED: usize = 16 * 1024;
/// Lines at least this wide may be wrapped. Documents wrap at 70 to 90 columns.
const WRAP_WIDTH: usize = 60;

impl Format for Webservices {
    fn kind(&self) -> Kind {
        Kind::Webservices
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.contains("Desktop-webservices") || name.contains("webservices")
    }

    /// The mark, a sequence number, or the name of a month.
    fn may_start(&self, start: Start) -> bool {
        start.is_byte(b"%JFMASOND") || start.is_number(SEQUENCE_DIGITS, b':')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let line = Line::parse(line)?;
        Some(Head {
            stamp: line.stamp,
            wanted: is_wanted(line.mnemonic, line.body),
            stripped: line.stripped,
        })
    }

    fn continues(&self, entry: &[u8], line: &[u8]) -> bool {
        !entry.starts_with(MARK) || stripped_goes_on(entry, line)
    }

    fn skim<'a>(&self, line: &'a [u8], _entry: &[u8], memo: &mut Memo<'a>) -> Skim {
        let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=SEQUENCE_DIGITS).contains(&digits) {
            return if is_plain_frame(line) {
                Skim::Own
            } else {
                Skim::Look
            };
        }
        let rest = &line[digits..];
        let dated = memo.after(rest).unwrap_or_else(|| {
            let (_, dated) = after_sequence(line);
            memo.keep(&rest[..rest.len().saturating_sub(dated.len())]);
            dated
        });
        match Line::of_dated(dated, b"") {
            Some(line) if !is_wanted(line.mnemonic, line.body) => Skim::Head(line.stamp),
            _ => Skim::Look,
        }
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let line = Line::parse(entry.flat.as_bytes())?;
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or("");
        // The body is the end of the text.
        let body = entry.flat.get(entry.flat.len() - line.body.len()..);
        let tags = Tags::split(body.unwrap_or(""));
        let mnemonic = trimmed(text(line.mnemonic));
        let (what, mut keys, facts) = read_body(mnemonic, &tags, strings)?;
        keys.thread = strings.intern(trimmed(text(line.thread)));
        keys.node = strings.intern(trimmed(text(line.host)));
        let stamp = match line.stamp {
            Stamp::None => entry.head.stamp,
            known => known,
        };
        Some(Reading {
            stamp,
            what,
            keys,
            facts,
        })
    }
}

/// The first line of an entry, taken apart. What is not there is empty.
struct Line<'a> {
    host: &'a [u8],
    stamp: Stamp,
    thread: &'a [u8],
    mnemonic: &'a [u8],
    body: &'a [u8],
    stripped: bool,
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        if let Some(marked) = line.strip_prefix(MARK) {
            return Self::after_mark(marked, b"", Stamp::None, true);
        }
        let (host, dated) = after_sequence(line);
        Self::of_dated(dated, host)
    }

    /// `dated` is what follows the host.
    fn of_dated(dated: &'a [u8], host: &'a [u8]) -> Option<Self> {
        let (stamp, rest) = stamps::month_first(dated)?;
        let marked = rest
            .strip_prefix(b":")?
            .trim_ascii_start()
            .strip_prefix(MARK)?;
        Self::after_mark(marked, host, stamp, false)
    }

    /// `marked` is what follows [`MARK`]; a second `_` makes it CUIC's, which pads the name of a
    /// component with them. A line that ends before the mnemonic's colon is wrapped.
    fn after_mark(marked: &'a [u8], host: &'a [u8], stamp: Stamp, stripped: bool) -> Option<Self> {
        if marked.starts_with(b"_") {
            return None;
        }
        let colon = memchr::memchr(b':', marked).unwrap_or(marked.len());
        // The last `-6-`: the name of a mnemonic may hold a dash, that of a thread many.
        let severity = memchr::memrchr_iter(b'-', &marked[..colon]).find(|second| {
            let level = second.checked_sub(1).map(|at| marked[at]);
            level.is_some_and(|level| (b'0'..=b'7').contains(&level))
                && second.checked_sub(2).map(|at| marked[at]) == Some(b'-')
        })? - 2;
        Some(Self {
            host,
            stamp,
            thread: &marked[..severity],
            mnemonic: &marked[severity + 3..colon],
            body: marked.get(colon + 1..).unwrap_or(b""),
            stripped,
        })
    }
}

/// The host and what follows it, of a line that may start `<sequence>: <host>: ` or
/// `<sequence>:: `.
pub(super) fn after_sequence(line: &[u8]) -> (&[u8], &[u8]) {
    let none = (&line[..0], line);
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let Some(rest) = line[digits..].strip_prefix(b":") else {
        return none;
    };
    if !(1..=SEQUENCE_DIGITS).contains(&digits) {
        return none;
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    match memchr::memchr2(b':', b' ', rest) {
        Some(end) if rest[end] == b':' => (&rest[..end], rest[end + 1..].trim_ascii_start()),
        _ => (&rest[..0], rest),
    }
}

/// Whether an entry may bear on a sign-in, from its first line alone.
fn is_wanted(mnemonic: &[u8], body: &[u8]) -> bool {
    match mnemonic.trim_ascii() {
        b"REQUEST_START"
        | b"API_REQUEST"
        | b"REQUEST_END"
        | b"PRESENCE_NOTIFICATION_RECIEVED"
        | b"PRESENCE_NOTIFICATION_RECEIVED" => true,
        b"MESSAGE_TO_CTI_SERVER" => !decoded::is_statistics(body),
        b"DECODED_MESSAGE_FROM_CTI_SERVER" => decoded::may_matter(body),
        b"XMPP_PUBLISH_ASYNCHRONOUS" => !is_other_node(body),
        other => is_system_state(other),
    }
}

/// Whether the first line of a publish names a node no sign-in listens to.
fn is_other_node(body: &[u8]) -> bool {
    const OTHERS: [&[u8]; 4] = [b"Queue/", b"Team/", b"Dialog/", b"Media/"];
    const NODE: &[u8] = b"NodeId=/finesse/api/";
    let start = body.get(..64).unwrap_or(body);
    let Some(at) = memchr::memmem::find(start, NODE) else {
        return false;
    };
    OTHERS
        .iter()
        .any(|other| body[at + NODE.len()..].starts_with(other))
}

/// Mnemonics about Finesse as a whole, from the 12.6 serviceability material.
fn is_system_state(mnemonic: &[u8]) -> bool {
    matches!(
        mnemonic,
        b"CTI_SOCKET_ERROR"
            | b"CTI_CONNECTION_LOST"
            | b"CTI_OPEN_FAILURE"
            | b"CTI_CONNECTION_ESTABLISHED"
            | b"API_ERROR_DETAIL"
            | b"SSO_API_ERROR"
            | b"QUEUE STATISTICS POLLING ERROR"
            | b"QUEUE_STATISTICS_POLLING_ERROR"
    )
}

/// Whether `line` belongs to a stripped entry: its tags are still open, or its text is wrapped.
fn stripped_goes_on(entry: &[u8], line: &[u8]) -> bool {
    if entry.len() > MAX_STRIPPED {
        return false;
    }
    let entry = entry.trim_ascii_end();
    let line = line.trim_ascii();
    let body = memchr::memchr(b':', entry).map_or(&entry[..0], |colon| &entry[colon + 1..]);
    if are_open(body) || is_frame(line) {
        return true;
    }
    let is_text = line.is_ascii() && !line.is_empty() && !line.starts_with(b"`");
    let wants_more = body.is_empty() || body.ends_with(b"]") || body.ends_with(b"]:");
    let last = entry.rsplit(|&b| b == b'\n').next().unwrap_or(entry);
    is_text && (wants_more || last.len() >= WRAP_WIDTH)
}

/// Whether `line` is part of a Java stack trace as the JVM prints it, and holds nothing that somebody who
/// copied it may have left there.
fn is_plain_frame(line: &[u8]) -> bool {
    let frame = line.strip_prefix(b"\t");
    frame.is_some_and(is_frame) && line.is_ascii()
}

/// Whether `line`, trimmed, is part of a Java stack trace.
fn is_frame(line: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"at ", b"Caused by: ", b"... "];
    starts.iter().any(|start| line.starts_with(start))
}

type Said = (What, Keys, Facts);

fn read_body(mnemonic: &str, tags: &Tags<'_>, strings: &mut Strings) -> Option<Said> {
    match mnemonic {
        "REQUEST_START" => Some(request_start(tags, strings)),
        "API_REQUEST" => api_request(tags, strings),
        "REQUEST_END" => Some(request_end(tags)),
        "MESSAGE_TO_CTI_SERVER" => decoded::read_sent(tags, strings),
        "DECODED_MESSAGE_FROM_CTI_SERVER" => decoded::read_decoded(tags, strings),
        "PRESENCE_NOTIFICATION_RECIEVED" | "PRESENCE_NOTIFICATION_RECEIVED" => {
            Some(presence(tags, strings))
        }
        "XMPP_PUBLISH_ASYNCHRONOUS" => publish(tags, strings),
        other if is_system_state(other.as_bytes()) => Some(system_state(other, tags, strings)),
        _ => None,
    }
}

/// Every start is kept, whatever its resource: it also marks where the thread's last request ended.
fn request_start(tags: &Tags<'_>, strings: &mut Strings) -> Said {
    let resource = resource(tags.get("resource_name").unwrap_or(""));
    let agent = agent_of(&resource).or(tags.get("usr")).unwrap_or("");
    let keys = Keys {
        agent: strings.intern(&without_blanks(agent)),
        nocache: tags.get("parameter_name").and_then(nocache),
        ..Keys::default()
    };
    let facts = Facts {
        method: strings.intern(tags.get("method_name").unwrap_or("")),
        resource: strings.intern(&resource),
        ..Facts::default()
    };
    (What::RequestStart, keys, facts)
}

fn api_request(tags: &Tags<'_>, strings: &mut Strings) -> Option<Said> {
    let url = tags.get("REQUEST_URL").unwrap_or("");
    let resource = resource(url);
    if !is_of_sign_in(&resource) {
        return None;
    }
    let agent = agent_of(&resource).or(tags.get("agent_id")).unwrap_or("");
    // The product's misspelling first; later versions and hand-made logs may have the right one.
    let id = ["request_identifer", "request_identifier"]
        .iter()
        .find_map(|key| tags.get(key));
    let parameters = tags.get("request_parameters").unwrap_or("");
    let method = without_blanks(tags.get("request_method").unwrap_or(""));
    let keys = Keys {
        agent: strings.intern(&without_blanks(agent)),
        extension: strings.intern(parameter(parameters, "extension").unwrap_or("")),
        request_id: request_id(id.unwrap_or(""), strings),
        nocache: nocache(url),
        ..Keys::default()
    };
    let facts = Facts {
        method: strings.intern(method.rsplit('.').next().unwrap_or("")),
        resource: strings.intern(&resource),
        state: parameter(parameters, "state").and_then(AgentState::from_name),
        ..Facts::default()
    };
    Some((What::ApiRequest, keys, facts))
}

/// `2003` of ` extension:2003 state:LOGIN`.
fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters.split_whitespace().find_map(|parameter| {
        let (key, value) = parameter.split_once(':')?;
        (key == name && !value.is_empty() && value != "null").then_some(value)
    })
}

fn request_end(tags: &Tags<'_>) -> Said {
    let elapsed = tags.get("elapsed_time");
    let facts = Facts {
        elapsed_ms: elapsed.and_then(|ms| without_blanks(ms).parse().ok()),
        ..Facts::default()
    };
    (What::RequestEnd, Keys::default(), facts)
}

fn presence(tags: &Tags<'_>, strings: &mut Strings) -> Said {
    let jid = without_blanks(tags.get("FROM JID").unwrap_or(""));
    let keys = Keys {
        agent: strings.intern(agent_of_jid(&jid)),
        jid: strings.intern(&jid),
        ..Keys::default()
    };
    let presence = without_blanks(tags.get("PRESENCE_TYPE").unwrap_or(""));
    let facts = Facts {
        word: strings.intern(&presence),
        ..Facts::default()
    };
    (What::Presence, keys, facts)
}

/// The agent id of a JID; empty for the server's own user, whose presence says that Finesse is up.
pub(super) fn agent_of_jid(jid: &str) -> &str {
    const SERVER_USER: &str = "finesse";
    match jid.split_once('@') {
        Some((user, _)) if user != SERVER_USER => user,
        _ => "",
    }
}

/// Events on the agent's own node; and the system's state, as [`What::SystemState`] with the status.
fn publish(tags: &Tags<'_>, strings: &mut Strings) -> Option<Said> {
    let node = resource(tags.get("NodeId").unwrap_or(""));
    let agent = agent_of(&node).filter(|_| node.split('/').count() == 2);
    if agent.is_none() && node != "SystemInfo" {
        return None;
    }
    let payload = read_payload(tags.get("Payload").unwrap_or(tags.text), strings);
    let Some(agent) = agent else {
        let facts = Facts {
            resource: strings.intern(&node),
            word: payload.system_status,
            ..Facts::default()
        };
        return Some((What::SystemState, Keys::default(), facts));
    };
    let keys = Keys {
        agent: strings.intern(agent),
        extension: payload.extension,
        request_id: payload.request_id,
        ..Keys::default()
    };
    let facts = Facts {
        method: payload.event,
        resource: strings.intern(&node),
        state: payload.state,
        failure: payload.error_data,
        failure_text: payload.error_message,
        failure_type: payload.error_type,
        server_time: payload.state_change,
        login_name: payload.login_name,
        ..Facts::default()
    };
    Some((What::Published, keys, facts))
}

fn system_state(mnemonic: &str, tags: &Tags<'_>, strings: &mut Strings) -> Said {
    let agent = ["agent_id", "usr", "userId"]
        .iter()
        .find_map(|key| tags.get(key));
    let keys = Keys {
        agent: agent.map_or(Sym::NONE, |agent| strings.intern(&without_blanks(agent))),
        ..Keys::default()
    };
    let facts = Facts {
        word: strings.intern(mnemonic),
        ..Facts::default()
    };
    (What::SystemState, keys, facts)
}

/// Grammar and values of the base document, full heads after Cisco technote 200937.
const SAMPLES: &[&str] = &[
    "%CCBU_http-8080-7-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1366756802163], }][resource_name=/SystemInfo][usr=]: Request start",
    "%CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=2001@uccefinesse138.vmload.cvp/desktop][PRESENCE_TYPE=available]: Finesse received a presence notification",
    "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-bio-8445-exec-7-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start",
    "0000123456:: May 23 2014 10:34:12.372 +05:30: %CCBU_pool-5-thread-4-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :20 , agentstate : 0, workmode : 0, reason code: -15532, forceflag :1, agentcapacity: 0, agentext: 2003, agentid: 2001][cti_message_name=SetAgentStateReq]: Message going to the backend cti server",
    "May 23 2014 10:34:12.372 +0530: %CCBU_http-8080-7-6-REQUEST_END: %[elapsed_time=8]: Request complete",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::{EpochMs, Precision};
    use crate::record::{AgentState, InsidePrecision};

    /// Reads an entry that stands on one line.
    #[track_caller]
    fn read(flat: &str) -> (Reading, Strings) {
        try_read(flat).expect("an entry about a sign-in")
    }

    fn try_read(flat: &str) -> Option<(Reading, Strings)> {
        let mut strings = Strings::default();
        let head = Webservices.head(flat.as_bytes())?;
        let entry = Entry {
            raw: flat,
            flat,
            head,
        };
        let reading = Webservices.read(&entry, &mut strings)?;
        Some((reading, strings))
    }

    fn wanted(line: &str) -> Option<bool> {
        Webservices.head(line.as_bytes()).map(|head| head.wanted)
    }

    #[test]
    fn samples_are_heads_and_are_read() {
        for sample in SAMPLES {
            assert!(try_read(sample).is_some(), "{sample}");
        }
    }

    #[test]
    fn heads_have_all_their_parts_or_some() {
        let at = |ms| Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes: 330,
            precision: Precision::Millisecond,
        };
        for (prefix, host, stripped) in [
            ("0000000345: 192.0.2.10: ", "192.0.2.10", false),
            ("0000000345: fin-a: ", "fin-a", false),
            ("0000123456:: ", "", false),
            ("0000123456: : ", "", false),
            ("", "", false),
            ("-", "", true),
        ] {
            let time = "May 23 2014 10:34:12.372 +0530: ";
            let rest =
                "%CCBU_http-bio-8445-exec-7-6-REQUEST_START: %[resource_name=/User/2001]: start";
            let line = match stripped {
                true => rest.to_owned(),
                false => format!("{prefix}{time}{rest}"),
            };
            let (reading, strings) = read(&line);
            let stamp = if stripped {
                Stamp::None
            } else {
                at(1_400_821_452_372)
            };
            assert_eq!(reading.stamp, stamp, "{line}");
            assert_eq!(strings.get(reading.keys.node), host, "{line}");
            assert_eq!(strings.get(reading.keys.thread), "http-bio-8445-exec-7");
            let head = Webservices.head(line.as_bytes()).unwrap();
            assert_eq!(head.stripped, stripped);
        }
    }

    #[test]
    fn thread_names_may_hold_blanks_parentheses_and_numbers() {
        for (thread, line) in [
            (
                "Smack Listener Processor (1)",
                "%CCBU_Smack Listener Processor (1)-6-REQUEST_END: %[elapsed_time=1]: done",
            ),
            (
                "CTIMessageEventExecutor-0",
                "%CCBU_CTIMessageEventExecutor-0-6-REQUEST_END: %[elapsed_time=1]: done",
            ),
            (
                "pool-5-thread-4",
                "%CCBU_pool-5-thread-4-6-REQUEST_END: %[elapsed_time=1]: -3-x: done",
            ),
        ] {
            let (reading, strings) = read(line);
            assert_eq!(strings.get(reading.keys.thread), thread);
        }
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "%",
            "%CCBU_",
            "%CCBU_http: x",
            "%CVP_10_0_RPT-6-REQUEST_START: %[a=b]: c",
            "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: something else",
            "12:12:12: Container : PageServices",
            "48211: Jun 02 2017 09:14:31.000 +0200: [main] INFO Loaded realm log config",
            "May 23 2014",
            "1:",
        ] {
            assert_eq!(wanted(line), None, "{line}");
        }
    }

    #[test]
    fn noise_is_not_wanted() {
        for line in [
            "%CCBU_http-8080-7-6-REGISTER_API_STATS_OBJECT: %[resource_name=com.cisco]: Registered",
            "%CCBU_pool-8-6-QUEUE_STATISTICS_REQUEST: %[count=751]: Requesting",
            "%CCBU_x-7-doFilter(): {Thrd=x} params : k=v",
            "%CCBU_p-1-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :112223 , peripheralId :5000][cti_message_name=QuerySkillGroupStatisticsReq]: Message going",
            "%CCBU_p-1-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIQuerySkillGroupStatisticsConf [a=1]]: Decoded",
            "%CCBU_p-1-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[dispatch_phase=x][cti_message=CTICallDeliveredEvent [a=1]]: Decoded",
            "%CCBU_p-1-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/Queue/15][Payload=<Update/>]: Publishing",
        ] {
            assert_eq!(wanted(line), Some(false), "{line}");
        }
    }

    #[test]
    fn a_request_start_names_method_resource_and_nocache() {
        let (reading, strings) = read(
            "%CCBU_http-8080-7-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1366756805180], }][resource_name=/User/2001][usr=2001]: Request start",
        );
        assert_eq!(reading.what, What::RequestStart);
        assert_eq!(reading.keys.nocache, Some(EpochMs(1_366_756_805_180)));
        assert_eq!(strings.get(reading.facts.method), "GET");
        assert_eq!(strings.get(reading.facts.resource), "User/2001");
        assert_eq!(strings.get(reading.keys.agent), "2001");
    }

    #[test]
    fn a_sign_in_request_names_its_id_extension_and_state() {
        let (reading, strings) = read(
            "%CCBU_http-8080-7-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=6e210ca9-5786-43bc-babf-64a397a6057f][request_method= user.PUT][request_parameters= extension:2003 state:LOGIN]: Request from client to webservice api",
        );
        assert_eq!(reading.what, What::ApiRequest);
        assert_eq!(strings.get(reading.facts.method), "PUT");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(reading.facts.state, Some(AgentState::Login));
        assert_eq!(
            strings.get(reading.keys.request_id),
            "6e210ca9-5786-43bc-babf-64a397a6057f"
        );
    }

    #[test]
    fn a_null_request_id_is_none() {
        let (reading, _) = read(
            "%CCBU_http-8080-7-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifier=null][request_method=user.GET][request_parameters=2001]: Request",
        );
        assert_eq!(reading.keys.request_id, Sym::NONE);
    }

    #[test]
    fn requests_for_other_resources_are_not_kept() {
        let line = "%CCBU_http-8080-7-6-API_REQUEST: %[REQUEST_URL=Queue/15][agent_id=2001][request_identifer=null][request_method=queue.GET][request_parameters=]: Request";
        assert!(try_read(line).is_none());
    }

    #[test]
    fn a_cti_request_has_a_decimal_invoke_id_and_an_unsigned_reason() {
        let (reading, strings) = read(
            "%CCBU_pool-5-thread-4-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :20 , agentstate : 0, workmode : 0, reason code: -15532, forceflag :1, agentcapacity: 0, agentext: 2003, agentid: 2001][cti_message_name=SetAgentStateReq]: Message going to the backend cti server",
        );
        assert_eq!(reading.what, What::CtiSent);
        assert_eq!(reading.keys.invoke_id, Some(20));
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(reading.facts.state, Some(AgentState::Login));
        assert_eq!(reading.facts.reason.map(|reason| reason.code), Some(50004));
        assert_eq!(strings.get(reading.facts.word), "SetAgentStateReq");
        assert_eq!(reading.facts.msg_id, Some(38));
    }

    #[test]
    fn an_agent_state_event_has_states_and_the_time_it_came() {
        let (reading, strings) = read(
            "%CCBU_CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIAgentStateEvent [skillGroupState=0 (LOGIN), stateDuration=0, agentState=2 (NOT_READY), eventReasonCode=-1,CTIClientSignature=, agentID=2001, agentExtension=2003, agentID_Long=null, fltSkill GroupIDList=[]]CTIMessageBean [invokeID=null, msgID=30, timeTracker={\"id\":\"AgentStateEvent\",\"CTI_MSG_RECEIVED\":1366756808374,\"CTI_MSG_DISPATCH\":1366756808375}, msgName=AgentStateEvent, deploymentType=CCE]][cti_response_time=1]: Decoded Message",
        );
        assert_eq!(reading.what, What::CtiDecoded);
        assert_eq!(reading.facts.msg_id, Some(30));
        assert_eq!(reading.keys.invoke_id, None);
        assert_eq!(reading.facts.state, Some(AgentState::NotReady));
        assert_eq!(reading.facts.skill_state, Some(AgentState::Login));
        assert_eq!(reading.facts.reason.map(|reason| reason.code), Some(65535));
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(strings.get(reading.facts.deployment), "CCE");
        assert_eq!(
            reading.facts.server_time,
            Some((EpochMs(1_366_756_808_374), InsidePrecision::CtiReceivedMs))
        );
    }

    #[test]
    fn a_refusal_is_known_by_its_number_whatever_its_class_and_field_names() {
        for field in [
            "failureCode=260",
            "controlFailureCode=260 (CF_INVALID_LOGON_DEVICE_SPECIFIED)",
            "errorCode=260",
        ] {
            let (reading, strings) = read(&format!(
                "%CCBU_e-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTISomethingConf [{field}, peripheralErrorCode=12]CTIMessageBean [invokeID=20, msgID=35, msgName=x, deploymentType=CCX]]: Decoded"
            ));
            assert_eq!(reading.facts.failure, Some(260), "{field}");
            assert_eq!(reading.facts.peripheral, Some(12));
            assert_eq!(reading.keys.invoke_id, Some(20));
            if field.contains('(') {
                let text = strings.get(reading.facts.failure_text);
                assert_eq!(text, "CF_INVALID_LOGON_DEVICE_SPECIFIED");
            }
        }
    }

    #[test]
    fn presence_names_the_jid_without_blanks() {
        let (reading, strings) = read(
            "%CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=2001@uccefinesse138. vmload.cvp/desktop] [PRESENCE_TYPE=unavailable]: Finesse received",
        );
        assert_eq!(reading.what, What::Presence);
        assert_eq!(
            strings.get(reading.keys.jid),
            "2001@uccefinesse138.vmload.cvp/desktop"
        );
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.facts.word), "unavailable");
    }

    #[test]
    fn the_server_itself_is_no_agent() {
        let (reading, _) = read(
            "%CCBU_x-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=finesse@host/x][PRESENCE_TYPE=available]: Finesse received",
        );
        assert_eq!(reading.keys.agent, Sym::NONE);
    }

    #[test]
    fn a_published_event_has_what_its_payload_says() {
        let (reading, strings) = read(
            "%CCBU_pool-5-thread-5-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/2001][Payload=<Update><data><user><extension>2003</extension><state>NOT_READY </state><stateChangeTime>2013-04-23T22:40:08Z</stateChangeTime></user></data><event>PUT</event><requestId>6e210ca9- 64a3 </requestId></Update>]: Publishing XMPP Message Asynchronously",
        );
        assert_eq!(reading.what, What::Published);
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.request_id), "6e210ca9-64a3");
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
    fn a_published_error_has_code_and_text() {
        let (reading, strings) = read(
            "%CCBU_p-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/2001][Payload=<Update><data><apiErrors><apiError><errorData>260</errorData><errorMessage>CF_X</errorMessage><errorType>Invalid Device</errorType></apiError></apiErrors></data></Update>]: Publishing",
        );
        assert_eq!(reading.facts.failure, Some(260));
        assert_eq!(strings.get(reading.facts.failure_text), "CF_X");
        assert_eq!(strings.get(reading.facts.failure_type), "Invalid Device");
    }

    #[test]
    fn call_events_of_an_agent_are_not_kept() {
        let line = "%CCBU_p-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/2001/Dialogs][Payload=<Update/>]: Publishing";
        assert!(try_read(line).is_none());
    }

    #[test]
    fn the_systems_state_is_kept_by_mnemonic_or_status() {
        let (reading, strings) = read(
            "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_t-3-CTI_CONNECTION_LOST: %[host=x]: lost",
        );
        assert_eq!(reading.what, What::SystemState);
        assert_eq!(strings.get(reading.facts.word), "CTI_CONNECTION_LOST");
        let (reading, strings) = read(
            "%CCBU_p-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/SystemInfo][Payload=<Update><data><systemInfo><status>OUT_OF_SERVICE</status></systemInfo></data></Update>]: Publishing",
        );
        assert_eq!(strings.get(reading.facts.word), "OUT_OF_SERVICE");
    }

    #[test]
    fn full_entries_go_on_until_the_next_head() {
        let entry = b"May 23 2014 10:34:12.372 +0530: %CCBU_x-3-API_ERROR_DETAIL: %[a=b]: boom\n";
        assert!(Webservices.continues(entry, b"\tat com.cisco.Foo(Foo.java:1)"));
    }

    #[test]
    fn stripped_entries_go_on_while_tags_are_open_or_text_is_wrapped() {
        let goes_on =
            |entry: &str, line: &str| Webservices.continues(entry.as_bytes(), line.as_bytes());
        let open = "%CCBU_http-8080-7-6-REQUEST_START: %[method_name=GET][parameter_name=\n";
        assert!(goes_on(
            open,
            "{ nocache=[1366756802163], }][resource_name=/SystemInfo]"
        ));
        assert!(goes_on(
            "%CCBU_x (1)-6-PRESENCE_NOTIFICATION_RECIEVED:\n",
            "%[FROM JID=2001@h]"
        ));
        assert!(goes_on(
            "%CCBU_x-6-Y: %[FROM JID=2001@h]\n",
            "[PRESENCE_TYPE=available]: seen"
        ));
        let wrapped = "%CCBU_x-6-API_REQUEST: %[a=b]: Request from a very far away client to\n";
        assert!(goes_on(wrapped, "webservice api"));
        assert!(!goes_on(wrapped, "```"));
        assert!(!goes_on(wrapped, ""));
        assert!(!goes_on(wrapped, "内容返回到客户端"));
        let failed = "%CCBU_x-3-API_ERROR_DETAIL: %[a=b]: boom\n";
        assert!(goes_on(failed, "\tat com.cisco.Foo(Foo.java:1)"));
        assert!(goes_on(failed, "Caused by: java.lang.Error"));
        let done = "%CCBU_x-6-REQUEST_END: %[elapsed_time=8]: Request complete\n";
        assert!(!goes_on(done, "The CTI server receives the request."));
    }
}
