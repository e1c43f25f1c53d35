//! The logs of the UCCX engine, MIVR and MADM.
//!
//! Written by the engine of Unified CCX, which is the CTI server there; the prefix is read as of UCCX
//! 11.0. The time has no year, and its zone is a name ([`Stamp::DayOfYear`]).
//!
//! ```text
//! <sequence>: <Mon DD HH:MM:SS.mmm> <ZONE> %<application>-<subfacility>-<digit>-<MNEMONIC>:<text>
//! ```
//!
//! With the subfacility ICD_CTI at debug level the engine prints the CTI messages it gets and sends. No
//! such line of a sign-in is public: the samples below that have one are synthetic, and all that is
//! asked of a line is `MsgType:` and the list of [`ged188`], wherever it stands in the entry.
//!
//! # Not supported
//! - Phone and resource manager lines (SS_TEL, SS_RM): counted, not read.

use super::ged188::{self, TYPE};
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
pub struct UccxEngine;

static FIND_TYPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(TYPE));

impl Format for UccxEngine {
    fn kind(&self) -> Kind {
        Kind::UccxEngine
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        name.contains("MIVR") || name.contains("MADM")
    }

    fn may_start(&self, start: Start) -> bool {
        start.is_number(MOST_DIGITS, b':')
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let (stamp, text) = split(line)?;
        let message = FIND_TYPE.find(text).map(|at| &text[at + TYPE.len()..]);
        Some(Head {
            stamp,
            wanted: message.is_some_and(ged188::is_of_sign_in),
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn read(&self, entry: &Entry<'_>, strings: &mut Strings) -> Option<Reading> {
        let (stamp, text) = split(entry.flat.as_bytes())?;
        let text = std::str::from_utf8(text).ok()?;
        let at = FIND_TYPE.find(text.as_bytes())?;
        let (mut keys, mut facts) = (Keys::default(), Facts::default());
        ged188::read(&text[at + TYPE.len()..], &mut keys, &mut facts, strings);
        keys.session = session(&text[..at]);
        Some(Reading {
            stamp,
            what: What::CtiMessage,
            keys,
            facts,
        })
    }
}

/// The time, and what follows the mnemonic's colon.
fn split(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let dated = line.get(digits..)?.strip_prefix(b": ")?;
    let (stamp, rest) = stamps::yearless(dated)?;
    let marked = rest.trim_ascii_start().strip_prefix(b"%")?;
    let colon = memchr::memchr(b':', marked)?;
    let mut parts = marked[..colon].rsplitn(3, |b| *b == b'-');
    let (_mnemonic, severity, names) = (parts.next()?, parts.next()?, parts.next()?);
    let known = matches!(severity, [b'0'..=b'7']) && names.contains(&b'-');
    known.then_some((stamp, &marked[colon + 1..]))
}

/// `3` of `Received from session 3 `.
fn session(before: &str) -> Option<u32> {
    let (_, after) = before.rsplit_once("session ")?;
    let digits = after.trim_end_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok()
}

/// The first is of Cisco technote 119428 with another text; the others are synthetic.
const SAMPLES: &[&str] = &[
    "20417: Feb 07 08:22:41.903 EST %MIVR-SS_RM-7-UNK:ClearConnectionReqMsgHandler - isPostCallSurveyEnabled: false",
    "20417: Mar 14 09:22:41.903 EDT %MIVR-ICD_CTI-7-UNK:Received from session 3 MsgType:SET_AGENT_STATE_REQ (InvokeID:0x14 PeripheralID:1 ForcedFlag:1 AgentState:LOGIN AgentID:\"2001\" AgentExtension:\"2003\" )",
    "20431: Mar 14 09:22:41.951 EDT%MADM-LIB_CFG-6-UNK:Configuration read",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::AgentState;

    fn read(flat: &str) -> (Reading, Strings) {
        let mut strings = Strings::default();
        let head = UccxEngine.head(flat.as_bytes()).expect("a head");
        assert!(head.wanted, "{flat}");
        let entry = Entry {
            raw: flat,
            flat,
            head,
        };
        let reading = UccxEngine.read(&entry, &mut strings);
        (reading.expect("a message"), strings)
    }

    #[test]
    fn a_request_is_read_as_from_a_dumplog() {
        let (reading, strings) = read(SAMPLES[1]);
        assert_eq!(reading.what, What::CtiMessage);
        assert_eq!(reading.facts.msg_id, Some(38));
        assert_eq!(reading.facts.state, Some(AgentState::Login));
        assert_eq!(reading.keys.invoke_id, Some(20));
        assert_eq!(reading.keys.session, Some(3));
        assert_eq!(strings.get(reading.keys.agent), "2001");
        assert_eq!(strings.get(reading.keys.extension), "2003");
        let Stamp::DayOfYear {
            month, day, zone, ..
        } = reading.stamp
        else {
            panic!("{:?}", reading.stamp);
        };
        assert_eq!((month, day, zone.as_str()), (3, 14, "EDT"));
    }

    #[test]
    fn a_refusal_has_the_engines_code() {
        let (reading, _) = read(
            "20420: Mar 14 09:22:41.990 IST %MIVR-ICD_CTI-3-UNK:Sent to session 3 MsgType:CONTROL_FAILURE_CONF (InvokeID:0x14 FailureCode:88003 PeripheralErrorCode:0 )",
        );
        assert_eq!(reading.facts.msg_id, Some(35));
        assert_eq!(reading.facts.failure, Some(88003));
    }

    #[test]
    fn other_messages_are_counted_only() {
        for line in [
            SAMPLES[0],
            "20420: Mar 14 09:22:41.990 IST %MIVR-ICD_CTI-7-UNK:Sent to session 3 MsgType:HEARTBEAT_CONF (InvokeID:0x14 )",
        ] {
            let head = UccxEngine.head(line.as_bytes());
            assert_eq!(head.map(|head| head.wanted), Some(false), "{line}");
        }
    }

    #[test]
    fn other_lines_are_no_heads() {
        for line in [
            "",
            "20417",
            "20417: Feb 07 08:22:41.903 EST no mark",
            "20417: Feb 07 08:22:41.903 EST %MIVR: x",
            "20417: Feb 07 2016 08:22:41.903 -0500: %CCBU_x-6-Y: z",
        ] {
            assert_eq!(UccxEngine.head(line.as_bytes()), None, "{line}");
        }
    }
}
