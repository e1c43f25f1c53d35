//! The CTI server's log, as `dumplog ctisvr` prints it.
//!
//! Written by the CTI server of UCCE (Windows) as binary EMS and made readable by dumplog; read as beside
//! Finesse 9.1, in the default form, with and without `/ms`, and as documents print it, without the prefix.
//!
//! ```text
//! Events from <Month D, YYYY>
//! HH:MM:SS[:mmm] <node>-<process> <message>
//! HH:MM:SS[:mmm] <node>-<process> SESSION <n>: MsgType:<TYPE> (<Key>:<value> <Key>:<value>
//! HH:MM:SS[:mmm] <node>-<process> SESSION <n>:        <Key>:<value> )
//! HH:MM:SS[:mmm] <node>-<process> Trace: AGENT_EVENT: <Key>=<value> …
//! HH:MM:SS[:mmm] <node>-<process> Trace: <Key>=<value> …
//! ```
//!
//! A CTI message repeats the prefix on each of its lines until ` )`; an `AGENT_EVENT` is followed
//! by `Trace:` lines of fields. Both become one record. Lines have no date and no zone: the date
//! stands in a line of its own, which becomes a [`What::DayStarted`].
//!
//! With `/ciscoLog` each line has the prefix of [`cisco_log`] instead, in which `[pname=ctisvr]` names
//! the CTI server; its time is whole, and UTC. No such trace is public.
//!
//! # Not supported
//! - The messages of other processes and call events: counted, not read.

use super::ged188::{self, TYPE, is_open, reason, state};
use super::skim::{Memo, Skim, starts_with};
use super::start::Start;
use super::webservices::SEQUENCE_DIGITS;
use super::{Entry, Format, Head, Next, Reading};
use super::{cisco_log, stamps};
use crate::record::intern::Strings;
use crate::record::time::Stamp;
use crate::record::{Facts, Keys, Kind, What};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct CtiServer;

const DATE: &[u8] = b"Events from ";
const TRACE: &[u8] = b"Trace:";
const AGENT_EVENT: &[u8] = b"AGENT_EVENT:";

/// Bytes that `<node>-<process>` is made of.
const NAMED: [bool; 256] = {
    let mut named = [false; 256];
    let mut byte = 0;
    while byte < named.len() {
        named[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'.' | b'-');
        byte += 1;
    }
    named
};
static FIND_TYPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(TYPE));
static FIND_AGENT_EVENT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(AGENT_EVENT));

impl Format for CtiServer {
    fn kind(&self) -> Kind {
        Kind::CtiServer
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.contains("ctisvr") || name.contains("dumplog") || name.contains("cti_server")
    }

    /// A time or a sequence number, and what starts lines without either.
    fn may_start(&self, start: Start) -> bool {
        let marks = [DATE[0], TYPE[0], TRACE[0], b'<'];
        start.is_byte(&marks) || start.is_number(SEQUENCE_DIGITS, b':')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        match self.next(line) {
            Next::Head(head) => Some(head),
            Next::Own | Next::Unknown => None,
        }
    }

    fn next(&self, line: &[u8]) -> Next {
        if let Some(date) = line.strip_prefix(DATE) {
            // Nothing happened at that midnight: the date is only for the lines that follow.
            let head = Head {
                stamp: Stamp::None,
                wanted: true,
                stripped: false,
            };
            return stamps::long_date(date).map_or(Next::Unknown, |_| Next::Head(head));
        }
        let Some(line) = Line::parse(line) else {
            return Next::Unknown;
        };
        let wanted = match line.part() {
            Part::Message(message) => ged188::is_of_sign_in(message),
            Part::AgentEvent(_) => true,
            Part::Fields if !line.stripped => return Next::Own,
            Part::Other if !line.stripped => false,
            Part::Fields | Part::Other => return Next::Unknown,
        };
        Next::Head(Head {
            stamp: line.stamp,
            wanted,
            stripped: line.stripped,
        })
    }

    fn continues(&self, entry: &[u8], line: &[u8]) -> bool {
        let entry = entry.trim_ascii_end();
        let text = line.trim_ascii();
        if entry.starts_with(DATE) || text.is_empty() {
            return false;
        }
        // What an entry is stands in its first line, unless that is wrapped.
        let first = memchr::memchr(b'\n', entry).map_or(entry, |end| &entry[..end]);
        let says = |find: &Finder<'_>| find.find(first).or_else(|| find.find(entry));
        let message = FIND_TYPE.find(first);
        if message.is_none() && says(&FIND_AGENT_EVENT).is_some() {
            return memchr::memchr(b'=', text).is_some() && text.is_ascii();
        }
        if let Some(at) = message.or_else(|| says(&FIND_TYPE)) {
            return is_open(entry, text) && is_of_session(&entry[..at], entry, line);
        }
        prefixed(line).is_none()
    }

    fn skim<'a>(&self, line: &'a [u8], entry: &[u8], memo: &mut Memo<'a>) -> Skim {
        let Some((stamp, rest)) = stamps::time_of_day(line) else {
            return Skim::Look;
        };
        let message = memo.after(rest).or_else(|| {
            let line = prefixed(line)?;
            // Without a session, what follows may start with one.
            line.session?;
            memo.keep(&rest[..rest.len() - line.message.len()]);
            Some(line.message)
        });
        let Some(message) = message.map(<[u8]>::trim_ascii_start) else {
            return Skim::Look;
        };
        match message.strip_prefix(TYPE) {
            Some(message) if ged188::is_of_sign_in(message) => Skim::Look,
            Some(_) => Skim::Head(stamp),
            None if is_message_field(message) && self.continues(entry, line) => Skim::Own,
            None => Skim::Look,
        }
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let plain = |what| Reading {
            stamp: entry.head.stamp,
            what,
            keys: Keys::default(),
            facts: Facts::default(),
        };
        if let Some(date) = entry.flat.as_bytes().strip_prefix(DATE) {
            return Some(Reading {
                stamp: stamps::long_date(date)?.0,
                ..plain(What::DayStarted)
            });
        }
        let line = Line::parse(entry.flat.as_bytes())?;
        let mut reading = match line.part() {
            Part::Message(message) => {
                let mut reading = plain(What::CtiMessage);
                let (keys, facts) = (&mut reading.keys, &mut reading.facts);
                ged188::read(text(message), keys, facts, strings);
                reading
            }
            Part::AgentEvent(fields) => read_trace(plain(What::AgentTrace), fields, strings),
            Part::Fields | Part::Other => return None,
        };
        reading.keys.node = strings.intern(text(line.node));
        reading.keys.session = line.session;
        Some(reading)
    }
}

/// A line, taken apart. What is not there is empty.
struct Line<'a> {
    stamp: Stamp,
    /// `cg1A` of `cg1A-ctisvr`.
    node: &'a [u8],
    session: Option<u32>,
    /// What follows prefix and session.
    message: &'a [u8],
    /// There is no prefix.
    stripped: bool,
}

/// What the message of a line is.
enum Part<'a> {
    /// The start of a CTI message: what follows `MsgType:`.
    Message(&'a [u8]),
    /// The start of an agent event: what follows `AGENT_EVENT:`.
    AgentEvent(&'a [u8]),
    /// Further fields of either.
    Fields,
    /// Something else.
    Other,
}

impl<'a> Line<'a> {
    /// `None` unless the line starts with a prefix of dumplog, `MsgType:` or `Trace:`.
    fn parse(line: &'a [u8]) -> Option<Self> {
        if line.starts_with(TYPE) || line.starts_with(TRACE) {
            return Some(Self {
                stamp: Stamp::None,
                node: b"",
                session: None,
                message: line,
                stripped: true,
            });
        }
        let Some((stamp, rest)) = stamps::time_of_day(line) else {
            return Self::in_cisco_log(line);
        };
        let rest = rest.strip_prefix(b" ")?;
        let end = rest
            .iter()
            .position(|byte| !NAMED[usize::from(*byte)])
            .unwrap_or(rest.len());
        if rest.get(end).is_some_and(|byte| *byte != b' ') {
            return None;
        }
        let dash = rest[..end].iter().position(|byte| *byte == b'-')?;
        let (node, process) = (&rest[..dash], &rest[dash + 1..end]);
        if node.is_empty() || process.is_empty() {
            return None;
        }
        let message = rest[end..].strip_prefix(b" ").unwrap_or(&rest[end..]);
        let (session, message) = after_session(message);
        Some(Self {
            stamp,
            node,
            session,
            message,
            stripped: false,
        })
    }

    /// A line of `/ciscoLog` output that the CTI server wrote.
    fn in_cisco_log(line: &'a [u8]) -> Option<Self> {
        const PROCESS: &[u8] = b"ctisvr";
        let line = cisco_log::Line::parse(line)?;
        if line.tag(b"pname") != Some(PROCESS) {
            return None;
        }
        let (session, message) = after_session(line.text());
        Some(Self {
            stamp: line.stamp,
            node: line.host,
            session,
            message,
            stripped: false,
        })
    }

    fn part(&self) -> Part<'a> {
        let message = self.message.trim_ascii_start();
        if let Some(message) = message.strip_prefix(TYPE) {
            return Part::Message(message);
        }
        if let Some(trace) = message.strip_prefix(TRACE) {
            let trace = trace.trim_ascii_start();
            return match trace.strip_prefix(AGENT_EVENT) {
                Some(fields) => Part::AgentEvent(fields),
                None if is_field(trace, b'=') => Part::Fields,
                None => Part::Other,
            };
        }
        match self.session.is_some() && is_message_field(message) {
            true => Part::Fields,
            false => Part::Other,
        }
    }
}

/// The line, if it has a prefix.
fn prefixed(line: &[u8]) -> Option<Line<'_>> {
    Line::parse(line).filter(|line| !line.stripped)
}

/// Whether `line` is of the same session as the message `entry`, or says nothing of it. `before` is what
/// stands before the message's type.
fn is_of_session(before: &[u8], entry: &[u8], line: &[u8]) -> bool {
    let same_prefix = !before.is_empty() && starts_with(line, before);
    let session = |line: Line<'_>| line.session;
    same_prefix
        || prefixed(line).is_none_or(|line| Line::parse(entry).and_then(session) == line.session)
}

/// The number and the rest of `SESSION 4: …`.
fn after_session(message: &[u8]) -> (Option<u32>, &[u8]) {
    /// A session has one or two.
    const MOST_DIGITS: usize = 9;
    let parse = || {
        let rest = message.strip_prefix(b"SESSION ")?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if let (1..=MOST_DIGITS, Some(b':')) = (digits, rest.get(digits)) {
            let number = rest[..digits]
                .iter()
                .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
            return Some((number, &rest[digits + 1..]));
        }
        let colon = rest.iter().position(|byte| *byte == b':')?;
        let number = text(&rest[..colon]).trim().parse().ok()?;
        Some((number, &rest[colon + 1..]))
    };
    parse().map_or((None, message), |(number, rest)| (Some(number), rest))
}

/// Whether `message` is a line of the fields of a message, or of its end.
fn is_message_field(message: &[u8]) -> bool {
    message.starts_with(b")") || is_field(message, b':')
}

/// Whether `text` starts with a name and `mark`, without a blank between them: `AgentState:LOGIN`.
fn is_field(text: &[u8], mark: u8) -> bool {
    let name = text.iter().take_while(|b| b.is_ascii_alphanumeric());
    let length = name.count();
    length > 0 && text.get(length) == Some(&mark) && text.get(length + 1) != Some(&b' ')
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}

/// `ID=2001 Periph=5001 Ext=2003 … Trace: SkgState=LOGIN …`.
fn read_trace(mut reading: Reading, fields: &[u8], strings: &mut Strings) -> Reading {
    let (keys, facts) = (&mut reading.keys, &mut reading.facts);
    for field in text(fields).split_ascii_whitespace() {
        match field.split_once('=') {
            Some((_, "")) | None => {}
            Some(("ID", value)) => keys.agent = keys.agent.or(strings.intern(value)),
            Some(("Ext", value)) => keys.extension = keys.extension.or(strings.intern(value)),
            Some(("SkgState", value)) => facts.skill_state = facts.skill_state.or(state(value)),
            Some(("OverallState", value)) => facts.state = facts.state.or(state(value)),
            Some(("Reason", value)) => facts.reason = facts.reason.or(reason(value)),
            Some(_) => {}
        }
    }
    reading
}

/// The base document's lines; prefixes after the UCCE serviceability guide.
const SAMPLES: &[&str] = &[
    "Events from March 4, 2009",
    "Trace: AGENT_EVENT: ID=2001 Periph=5001 Ext=2003 Inst=2003 Sig=",
    "MsgType:AGENT_STATE_EVENT (MonitorID:0 PeripheralID:5001 SessionID:0x0 PeripheralType:EnterpriseAgent SkillGroupState:LOGIN AgentState:NOT_READY EventReasonCode:0 ClientSignature:\"AgentID:\"2001\" AgentExtension:\"2003\" )",
    "22:10:05:123 cg1A-ctisvr SESSION 4: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 PeripheralID:5000",
    "22:10:05 cg1A-ctisvr Trace: AGENT_EVENT: ID=2001 Periph=5001 Ext=2003 Inst=2003 Sig=",
    "00:12:31 ra-rtr MDS is in service.",
    "25: PGA: Mar 4 2009 22:10:05.123 +0000: %ICM_PG_CTIServer-7-0: [comp=PG1A][pname=ctisvr][iid=acme][sev=trace][part=19.1/2]: SESSION 4: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 PeripheralID:5000",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::AgentState;
    use crate::record::intern::Sym;
    use crate::record::time::{EpochMs, Precision};

    /// Splits lines into entries as the reader does, and reads each.
    fn read(lines: &str) -> (Vec<Option<Reading>>, Strings, Vec<String>) {
        let (mut entries, mut unknown): (Vec<(Head, String)>, _) = (Vec::new(), Vec::new());
        for line in lines.lines() {
            match (CtiServer.head(line.as_bytes()), entries.last_mut()) {
                (Some(head), _) => entries.push((head, format!("{line}\n"))),
                (None, Some((_, entry)))
                    if CtiServer.continues(entry.as_bytes(), line.as_bytes()) =>
                {
                    *entry += line;
                    *entry += "\n";
                }
                _ => unknown.push(line.to_owned()),
            }
        }
        let mut strings = Strings::default();
        let readings = entries.iter().map(|(head, raw)| {
            let flat = raw.trim_end().replace('\n', " ");
            let entry = Entry {
                raw,
                flat: &flat,
                head: *head,
            };
            head.wanted
                .then(|| CtiServer.read(&entry, &mut strings))
                .flatten()
        });
        let readings = readings.collect();
        (readings, strings, unknown)
    }

    fn one(lines: &str) -> (Reading, Strings) {
        let (readings, strings, unknown) = read(lines);
        assert_eq!(unknown, [""; 0]);
        assert_eq!(readings.len(), 1, "{lines}");
        (readings[0].expect("an entry about a sign-in"), strings)
    }

    #[test]
    fn samples_are_heads() {
        for sample in SAMPLES {
            assert!(CtiServer.head(sample.as_bytes()).is_some(), "{sample}");
        }
    }

    #[test]
    fn a_message_that_repeats_its_prefix_is_one_record() {
        let (reading, strings) = one(
            "22:10:05:123 cg1A-ctisvr SESSION 4: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 PeripheralID:5000
22:10:05:123 cg1A-ctisvr SESSION 4:         AgentState:LOGIN AgentID:\"2001\" AgentExtension:\"2003\"
22:10:05:123 cg1A-ctisvr SESSION 4:         )",
        );
        assert_eq!(reading.what, What::CtiMessage);
        assert_eq!(reading.facts.msg_id, Some(38));
        assert_eq!(reading.keys.invoke_id, Some(20));
        assert_eq!(reading.keys.session, Some(4));
        assert_eq!(strings.get(reading.keys.node), "cg1A");
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(reading.facts.state, Some(AgentState::Login));
        let stamp = Stamp::TimeOfDay {
            ms: 79_805_123,
            precision: Precision::Millisecond,
        };
        assert_eq!(reading.stamp, stamp);
    }

    #[test]
    fn lines_of_another_session_or_after_the_end_are_strangers() {
        let (readings, _, unknown) = read(
            "22:10:05 cg1A-ctisvr SESSION 4: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14
22:10:05 cg1A-ctisvr SESSION 5:         AgentID:\"9999\" )
22:10:05 cg1A-ctisvr SESSION 4:         AgentID:\"2001\" )
22:10:05 cg1A-ctisvr SESSION 4:         AgentExtension:\"2003\" )",
        );
        assert_eq!(readings.len(), 1);
        assert_eq!(unknown.len(), 2, "{unknown:?}");
    }

    #[test]
    fn the_base_documents_broken_quotes_are_read_past() {
        let (reading, strings) = one(
            "MsgType:AGENT_STATE_EVENT (MonitorID:0 PeripheralID:5001 SessionID:0x0
PeripheralType:EnterpriseAgent SkillGroupState:LOGIN StateDuration:0
AgentState:NOT_READY EventReasonCode:0 MRDID:1 NumTasks:0 AgentMode:1 MaxTaskLimit:1
ClientSignature:\"AgentID:\"2001\" AgentExtension:\"2003\" AgentInstrument:\"2003\"
RemaskFunctionFlag:<0x38> <LogoutCodeReq,NotRdyCodeReq> RemaskAgentMask:<0x0a000000> < Logout,Avail> )",
        );
        assert_eq!(reading.facts.msg_id, Some(30));
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(reading.facts.state, Some(AgentState::NotReady));
        assert_eq!(reading.facts.skill_state, Some(AgentState::Login));
        assert_eq!(reading.facts.reason.map(|reason| reason.code), Some(0));
        assert_eq!(reading.keys.invoke_id, None);
        assert_eq!(reading.stamp, Stamp::None);
    }

    #[test]
    fn an_agent_event_and_its_trace_lines_are_one_record() {
        for prefix in ["", "22:10:05:123 cg1A-ctisvr "] {
            let lines = "Trace: AGENT_EVENT: ID=2001 Periph=5001 Ext=2003 Inst=2003 Sig=
Trace: SkgState=LOGIN SkgDuration=0 OverallState=NOT_READY OverallDuration=0 Reason=-1
Trace: MRDID=1 NumTasks=0 MaxTaskLimit=1 AgtMode=1 AGTAvailabilityStatus=0";
            let (reading, strings) = one(&lines.replace("Trace:", &format!("{prefix}Trace:")));
            assert_eq!(reading.what, What::AgentTrace);
            assert_eq!(strings.get(reading.keys.agent), "2001");
            assert_eq!(strings.get(reading.keys.extension), "2003");
            assert_eq!(reading.facts.state, Some(AgentState::NotReady));
            assert_eq!(reading.facts.skill_state, Some(AgentState::Login));
            assert_eq!(reading.facts.reason.map(|reason| reason.code), Some(65535));
        }
    }

    #[test]
    fn a_wrapped_agent_event_goes_on() {
        let (reading, _) = one(
            "Trace: AGENT_EVENT: ID=2001 Periph=5001 Ext=2003 Inst=2003 Sig=
Trace: SkgState=LOGIN SkgDuration=0 OverallState=NOT_READY OverallDuration=0
Reason=0 Trace: MRDID=1 NumTasks=0 MaxTaskLimit=1 AgtMode=1
Trace: SkTgtID=5001 SkGrpNo=0x0 CurLine=0 ClientStatus=
0x0 Direction=0",
        );
        assert_eq!(reading.facts.reason.map(|reason| reason.code), Some(0));
    }

    #[test]
    fn a_refusal_has_its_codes() {
        let (reading, _) = one(
            "22:10:05 cg1A-ctisvr SESSION 4: MsgType:CONTROL_FAILURE_CONF (InvokeID:0x1b65f FailureCode:260 PeripheralErrorCode:0x2 )",
        );
        assert_eq!(reading.facts.msg_id, Some(35));
        assert_eq!(reading.keys.invoke_id, Some(112_223));
        assert_eq!(reading.facts.failure, Some(260));
        assert_eq!(reading.facts.peripheral, Some(2));
    }

    #[test]
    fn a_failure_printed_by_name_has_its_number_too() {
        let (reading, strings) =
            one("MsgType:CONTROL_FAILURE_CONF (InvokeID:0x14 FailureCode:CF_RESOURCE_BUSY )");
        assert_eq!(reading.facts.failure, Some(33));
        assert_eq!(strings.get(reading.facts.failure_text), "CF_RESOURCE_BUSY");
    }

    #[test]
    fn keys_without_a_value_do_not_take_the_next_key() {
        let (reading, strings) = one(
            "MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 AgentID: AgentExtension:\"2003\" EventReasonCode:N/A AgentState:AgentWorkMode:0 )",
        );
        assert_eq!(reading.keys.agent, Sym::NONE);
        assert_eq!(strings.get(reading.keys.extension), "2003");
        assert_eq!(reading.facts.reason, None);
        assert_eq!(reading.facts.state, None);
    }

    #[test]
    fn noise_is_counted_and_not_read() {
        for line in [
            "22:10:05 cg1A-ctisvr SESSION 4: MsgType:HEARTBEAT_REQ (InvokeID:0x14 )",
            "22:10:05 cg1A-ctisvr SESSION 4: MsgType:QUERY_SKILL_GROUP_STATISTICS_CONF (InvokeID:0x1b65f PeripheralID:5000",
            "00:14:02 ra-nm ICM\\acme\\RouterA node reporting process statistics for process ccag.",
            "22:10:05 cg1A-ctisvr Trace: something else happened",
        ] {
            let head = CtiServer.head(line.as_bytes());
            assert_eq!(head.map(|head| head.wanted), Some(false), "{line}");
        }
    }

    #[test]
    fn lines_without_prefix_belong_to_the_message_before() {
        let entry = b"00:14:02 ra-nm node reporting process statistics for process ccag.\n";
        assert!(CtiServer.continues(entry, b"        Process name: ccag"));
    }

    #[test]
    fn a_date_line_starts_a_day() {
        let (reading, _) = one("Events from March 4, 2009");
        assert_eq!(reading.what, What::DayStarted);
        let Stamp::Local { ms, .. } = reading.stamp else {
            panic!("{:?}", reading.stamp);
        };
        assert_eq!(EpochMs(ms).to_string(), "2009-03-04T00:00:00.000Z");
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "18:40:03: Container : PageServices.init()",
            "Trace: something",
            "Events from yesterday",
            "22:10:05",
            "22:10:05 cg1A",
            "22:10:05 cg1A-",
            "22:10:05 wörld-x y",
            "at 22:10:05 cg1A-ctisvr x",
        ] {
            assert_eq!(CtiServer.head(line.as_bytes()), None, "{line}");
        }
    }
}
