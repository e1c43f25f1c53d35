//! CTI messages as the Finesse REST API prints them: what it sends (`cti_message=Invoke id :20 , …`)
//! and what it decoded (`cti_message=CTIAgentStateEvent [agentState=2 (NOT_READY), …]CTIMessageBean
//! [invokeID=null, msgID=30, …]`).

use super::rest::{trimmed, without_blanks};
use super::tags::Tags;
use crate::record::intern::{Strings, Sym};
use crate::record::time::EpochMs;
use crate::record::{AgentState, Facts, InsidePrecision, Keys, Reason, What};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// How much of a body is looked at for the message's class: it stands in the first tag or two.
const CLASS_WITHIN: usize = 256;

/// CTI messages a sign-in is made of or fails by, by number: FAILURE_CONF, FAILURE_EVENT, OPEN_CONF,
/// AGENT_STATE_EVENT, SYSTEM_EVENT, CONTROL_FAILURE_CONF, QUERY_AGENT_STATE_CONF,
/// SET_AGENT_STATE_CONF, CLIENT_SESSION_CLOSED_EVENT.
const OF_SIGN_IN: [u16; 9] = [1, 2, 4, 30, 31, 35, 37, 39, 100];

/// Those whose codes say no: FAILURE_CONF, FAILURE_EVENT, CONTROL_FAILURE_CONF.
const REFUSALS: [u16; 3] = [1, 2, 35];

/// Whether a message to the CTI server asks for statistics, from the first line of its body.
#[must_use]
pub fn is_statistics(body: &[u8]) -> bool {
    static MARKS: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| ["Statistics", "Heartbeat"].map(Finder::new));
    MARKS.iter().any(|mark| mark.find(body).is_some())
}

/// Whether a decoded message may bear on a sign-in, from the first line of its body. Only classes
/// known to be about something else are left out: the class of a refusal is not public.
#[must_use]
pub fn may_matter(body: &[u8]) -> bool {
    const NOISE: [&[u8]; 7] = [
        b"SkillGroup",
        b"Statistics",
        b"Heartbeat",
        b"Call",
        b"Queue",
        b"Config",
        b"DeskSettings",
    ];
    const CLASS: &[u8] = b"cti_message=CTI";
    static FIND_CLASS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(CLASS));
    let start = body.get(..CLASS_WITHIN).unwrap_or(body);
    let Some(at) = FIND_CLASS.find(start) else {
        return true;
    };
    let class = &start[at + CLASS.len()..];
    let end = class.iter().position(|&b| !b.is_ascii_alphanumeric());
    let class = &class[..end.unwrap_or(class.len())];
    !NOISE.iter().any(|&noise| contains(class, noise))
}

fn contains(class: &[u8], word: &[u8]) -> bool {
    class.windows(word.len()).any(|window| window == word)
}

/// What `MESSAGE_TO_CTI_SERVER` says; `None` for messages no sign-in sends.
pub fn read_sent(tags: &Tags<'_>, strings: &mut Strings) -> Option<(What, Keys, Facts)> {
    let message = tags.get("cti_message")?;
    let name = without_blanks(tags.get("cti_message_name").unwrap_or(""));
    let number = match &*name {
        "SetAgentStateReq" => 38,
        "QueryAgentStateReq" => 36,
        "OpenReq" => 3,
        _ => return None,
    };
    let mut keys = Keys::default();
    let mut facts = Facts {
        msg_id: Some(number),
        word: strings.intern(&name),
        ..Facts::default()
    };
    for (key, value) in message.split(',').filter_map(|part| part.split_once(':')) {
        let value = without_blanks(value);
        match &*without_blanks(key).to_ascii_lowercase() {
            "invokeid" => keys.invoke_id = value.parse().ok(),
            "agentid" => keys.agent = value_of(&value, strings),
            "agentext" => keys.extension = value_of(&value, strings),
            "agentstate" => facts.state = value.parse().ok().and_then(AgentState::from_number),
            "reasoncode" => facts.reason = value.parse().ok().and_then(Reason::printed),
            _ => {}
        }
    }
    Some((What::CtiSent, keys, facts))
}

/// What `DECODED_MESSAGE_FROM_CTI_SERVER` says; `None` for messages that no sign-in waits for.
pub fn read_decoded(tags: &Tags<'_>, strings: &mut Strings) -> Option<(What, Keys, Facts)> {
    let message = tags.get("cti_message")?;
    let mut decoded = Decoded::default();
    for piece in pieces(message) {
        if let Some(at) = memchr::memchr(b'=', piece.as_bytes()) {
            decoded.field(trimmed(&piece[..at]), trimmed(&piece[at + 1..]), strings);
        } else if let Some(at) = memchr::memchr(b':', piece.as_bytes()) {
            decoded.tracked(trimmed(&piece[..at]), trimmed(&piece[at + 1..]));
        }
    }
    let Decoded { keys, mut facts } = decoded;
    facts.msg_id = facts
        .msg_id
        .or_else(|| message.contains("AgentStateEvent").then_some(30));
    if !facts.msg_id.is_some_and(|id| REFUSALS.contains(&id)) {
        (facts.failure, facts.failure_text) = (None, Sym::NONE);
    }
    OF_SIGN_IN
        .contains(&facts.msg_id?)
        .then_some((What::CtiDecoded, keys, facts))
}

/// Bytes that end a piece of a message.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut nth = 0;
    while nth < b",[]{}".len() {
        ends[b",[]{}"[nth] as usize] = true;
        nth += 1;
    }
    ends
};

/// What stands between the commas and brackets of a message.
fn pieces(message: &str) -> impl Iterator<Item = &str> {
    let ends = |byte: &u8| ENDS[usize::from(*byte)];
    let mut rest = Some(message);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.as_bytes().iter().position(ends);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// The fields that are looked at.
#[derive(Clone, Copy)]
enum Field {
    InvokeId,
    MsgId,
    MsgName,
    Agent,
    Extension,
    State,
    SkillState,
    Reason,
    Peripheral,
    SystemEvent,
    Failure,
    Deployment,
}

/// Their names, compared without case. Those of a refusal and of a system event are
/// guesses after GED-188: none is public.
const FIELDS: [(&str, Field); 16] = [
    ("agentState", Field::State),
    ("skillGroupState", Field::SkillState),
    ("eventReasonCode", Field::Reason),
    ("agentID", Field::Agent),
    ("agentExtension", Field::Extension),
    ("invokeID", Field::InvokeId),
    ("msgID", Field::MsgId),
    ("msgName", Field::MsgName),
    ("deploymentType", Field::Deployment),
    ("failureCode", Field::Failure),
    ("controlFailureCode", Field::Failure),
    ("errorCode", Field::Failure),
    ("status", Field::Failure),
    ("peripheralErrorCode", Field::Peripheral),
    ("pgStatus", Field::Peripheral),
    ("systemEventID", Field::SystemEvent),
];

fn field_named(name: &str) -> Option<Field> {
    let mut known = FIELDS.iter().filter(|(known, _)| known.len() == name.len());
    let found = known.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, field)| *field)
}

#[derive(Default)]
struct Decoded {
    keys: Keys,
    facts: Facts,
}

impl Decoded {
    /// A `key=value` of the message or of its `CTIMessageBean`. Where a key comes twice, the first
    /// one counts: the bean follows the message.
    fn field(&mut self, key: &str, value: &str, strings: &mut Strings) {
        if value.is_empty() || value == "null" {
            return;
        }
        let (keys, facts) = (&mut self.keys, &mut self.facts);
        match field_named(&without_blanks(key)) {
            Some(Field::InvokeId) => keys.invoke_id = number(value),
            Some(Field::MsgId) => facts.msg_id = number(value),
            Some(Field::MsgName) => facts.word = value_of(value, strings),
            Some(Field::Agent) => keys.agent = keys.agent.or(value_of(value, strings)),
            Some(Field::Extension) => keys.extension = keys.extension.or(value_of(value, strings)),
            Some(Field::State) => facts.state = facts.state.or_else(|| state(value)),
            Some(Field::SkillState) => {
                facts.skill_state = facts.skill_state.or_else(|| state(value));
            }
            Some(Field::Reason) => facts.reason = number(value).and_then(Reason::printed),
            Some(Field::Peripheral) => facts.peripheral = number(value),
            Some(Field::SystemEvent) => facts.count = number(value),
            Some(Field::Failure) => {
                facts.failure = facts.failure.or_else(|| number(value));
                facts.failure_text = facts.failure_text.or(in_parentheses(value, strings));
            }
            Some(Field::Deployment) => facts.deployment = value_of(value, strings),
            None => {}
        }
    }

    /// A `"key":value` of the bean's `timeTracker`.
    fn tracked(&mut self, key: &str, value: &str) {
        if without_blanks(key) == "\"CTI_MSG_RECEIVED\"" {
            let ms = without_blanks(value).parse().ok().map(EpochMs);
            self.facts.server_time = ms.map(|at| (at, InsidePrecision::CtiReceivedMs));
        }
    }
}

/// `2` of `2 (NOT_READY)`.
fn number<N: std::str::FromStr>(value: &str) -> Option<N> {
    let bare = value.split('(').next().unwrap_or(value);
    without_blanks(bare).parse().ok()
}

fn state(value: &str) -> Option<AgentState> {
    number(value).and_then(AgentState::from_number)
}

/// `CF_RESOURCE_BUSY` of `33 (CF_RESOURCE_BUSY)`.
fn in_parentheses(value: &str, strings: &mut Strings) -> Sym {
    let text = value
        .split_once('(')
        .and_then(|(_, rest)| rest.split(')').next());
    text.map_or(Sym::NONE, |text| strings.intern(text.trim()))
}

fn value_of(value: &str, strings: &mut Strings) -> Sym {
    match &*without_blanks(value) {
        "null" => Sym::NONE,
        value => strings.intern(value),
    }
}
