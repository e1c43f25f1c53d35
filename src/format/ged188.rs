//! The key:value list of a CTI message (GED-188), as the CTI server and the UCCX engine print it.
//!
//! ```text
//! MsgType:<TYPE> (<Key>:<value> <Key>:<value> … )
//! ```
//!
//! Values are numbers, decimal or hexadecimal after `0x`, words, or quoted texts; a key without a
//! value stands directly before the next key. Documents print quotes that do not match: every colon
//! after a name starts a value, so that one lost quote hides no other key.

use super::rest::trimmed;
use crate::codes::{control_failure_code, cti_message_number};
use crate::record::intern::{Strings, Sym};
use crate::record::{AgentState, Facts, Keys, Reason};

/// What every message starts with.
pub const TYPE: &[u8] = b"MsgType:";

/// Types of message a sign-in is made of or fails by.
const OF_SIGN_IN: [&[u8]; 13] = [
    b"AGENT_STATE_EVENT",
    b"CLIENT_SESSION_CLOSED_EVENT",
    b"CLIENT_SESSION_OPENED_EVENT",
    b"CLOSE_REQ",
    b"CONTROL_FAILURE_CONF",
    b"FAILURE_CONF",
    b"FAILURE_EVENT",
    b"OPEN_CONF",
    b"OPEN_REQ",
    b"QUERY_AGENT_STATE_CONF",
    b"SET_AGENT_STATE_CONF",
    b"SET_AGENT_STATE_REQ",
    b"SYSTEM_EVENT",
];

/// Whether the message whose text after [`TYPE`] is `message` bears on a sign-in.
#[must_use]
pub fn is_of_sign_in(message: &[u8]) -> bool {
    let first = message.first();
    let mut known = OF_SIGN_IN.iter().filter(|known| known.first() == first);
    known.any(|known| message.starts_with(known) && type_of(message) == *known)
}

/// Whether the CTI message `entry` is not closed yet, so that `line` goes on with it.
#[must_use]
pub fn is_open(entry: &[u8], line: &[u8]) -> bool {
    match memchr::memchr(b'(', entry) {
        Some(_) => !entry.ends_with(b")"),
        None => line.starts_with(b"("),
    }
}

/// The name of the message's type.
fn type_of(message: &[u8]) -> &[u8] {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = message.iter().position(|byte| !name(byte));
    &message[..end.unwrap_or(message.len())]
}

/// Reads the message whose text after [`TYPE`] is `message` into `keys` and `facts`.
pub fn read(message: &str, keys: &mut Keys, facts: &mut Facts, strings: &mut Strings) {
    let name = std::str::from_utf8(type_of(message.as_bytes())).unwrap_or("");
    facts.word = strings.intern(name);
    facts.msg_id = cti_message_number(name);
    for (key, value) in fields(message) {
        take_field(keys, facts, key, value, strings);
    }
}

/// Where a key comes twice, the first value counts.
fn take_field(keys: &mut Keys, facts: &mut Facts, key: &str, value: &str, strings: &mut Strings) {
    match key {
        "InvokeID" => keys.invoke_id = keys.invoke_id.or(number(value)),
        "AgentID" => keys.agent = keys.agent.or(strings.intern(value)),
        "AgentExtension" => keys.extension = keys.extension.or(strings.intern(value)),
        "AgentState" => facts.state = facts.state.or(state(value)),
        "SkillGroupState" => facts.skill_state = facts.skill_state.or(state(value)),
        "EventReasonCode" => facts.reason = facts.reason.or(reason(value)),
        "PeripheralErrorCode" | "PGStatus" => facts.peripheral = number(value),
        "SystemEventID" => facts.count = number(value).map(i64::from),
        "FailureCode" | "Status" if facts.failure.is_none() => {
            facts.failure = number(value).or_else(|| control_failure_code(value));
            let named = value.starts_with(|first: char| first.is_ascii_alphabetic());
            facts.failure_text = if named {
                strings.intern(value)
            } else {
                Sym::NONE
            };
        }
        _ => {}
    }
}

/// The `Key:value` pairs of a message, in order; keys without a value are left out. Every colon
/// after a name starts a value, so that one lost quote does not hide the pairs behind it.
fn fields(message: &str) -> impl Iterator<Item = (&str, &str)> {
    memchr::memchr_iter(b':', message.as_bytes()).filter_map(move |colon| {
        let before = message.as_bytes()[..colon].iter().rev();
        let letter = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let key = &message[colon - before.take_while(letter).count()..colon];
        let value = value_at(&message[colon + 1..])?;
        (!key.is_empty()).then_some((key, value))
    })
}

/// A quoted value, or one that ends at a blank; `None` for nothing, `N/A`, and the next key.
fn value_at(rest: &str) -> Option<&str> {
    let value = match rest.strip_prefix('"') {
        Some(quoted) => {
            let end = memchr::memchr(b'"', quoted.as_bytes());
            trimmed(&quoted[..end.unwrap_or(quoted.len())])
        }
        None => {
            let ends = |b: &u8| matches!(b, b' ' | b')');
            let end = rest.as_bytes().iter().position(ends);
            &rest[..end.unwrap_or(rest.len())]
        }
    };
    let missing = value.is_empty() || value == "N/A" || value.as_bytes().contains(&b':');
    (!missing).then_some(value)
}

/// Decimal, or hexadecimal after `0x`.
fn number(value: &str) -> Option<u32> {
    match value.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => value.parse().ok(),
    }
}

/// An event reason code, signed or unsigned.
#[must_use]
pub fn reason(value: &str) -> Option<Reason> {
    let printed = value.parse().ok().or_else(|| number(value).map(i64::from));
    printed.and_then(Reason::printed)
}

/// An agent state, by name or number.
#[must_use]
pub fn state(value: &str) -> Option<AgentState> {
    AgentState::from_name(value).or_else(|| AgentState::from_number(number(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_event_says_what_happened_to_the_gateway() {
        let (mut keys, mut facts) = (Keys::default(), Facts::default());
        let message = "SYSTEM_EVENT (PGStatus:0xc SystemEventID:6 SystemEventArg1:5000 )";
        read(message, &mut keys, &mut facts, &mut Strings::default());
        assert_eq!(facts.msg_id, Some(31));
        assert_eq!((facts.peripheral, facts.count), (Some(0xc), Some(6)));
    }
}
