//! The UCCX engine: its MIVR log, and what it words differently from a UCCE CTI server.

use super::cluster::Agent;
use super::hop::{Failure, State};
use super::journal::{Cause, Log, SEQUENCE};
use super::pens::Pens;
use super::random::Random;

/// Peripheral of all agents of an engine.
const PERIPHERAL: u32 = 1;

/// Fields of a message: what stands on its first line, and further pieces.
pub(super) type Fields = (String, Vec<String>);

/// SET_AGENT_STATE_REQ after its invoke id.
pub(super) fn state_request(invoke: &str, forced: u32, state: State, agent: &Agent) -> Fields {
    let first = format!("InvokeID:0x{invoke} PeripheralID:{PERIPHERAL} ForcedFlag:{forced}");
    let who = format!(
        "AgentState:{} AgentID:\"{}\" AgentExtension:\"{}\"",
        state.cti, agent.id, agent.extension
    );
    (first, vec![who])
}

/// AGENT_STATE_EVENT.
pub(super) fn state_event((skill, state): (State, State), reason: u32, agent: &Agent) -> Fields {
    let first = format!("PeripheralID:{PERIPHERAL} SkillGroupState:{}", skill.cti);
    let rest = vec![
        format!("AgentState:{} EventReasonCode:{reason}", state.cti),
        format!(
            "AgentID:\"{}\" AgentExtension:\"{}\"",
            agent.id, agent.extension
        ),
    ];
    (first, rest)
}

/// A refusal with the engine's own code (developer guide, "Unified CCX error code values").
pub(super) fn refusal(failure: Failure) -> Failure {
    let code = match (failure.code, failure.kind) {
        (260, _) => 88_003,
        (_, "Invalid Device") => 88_004,
        (_, "Device Busy") => {
            return Failure {
                code: 88_005,
                name: "CF_RESOURCE_BUSY",
                ..failure
            };
        }
        (34, _) => 88_001,
        // A change of state of an agent who is not signed in (developer guide).
        (257, "Invalid State") => {
            return Failure {
                code: 1010,
                name: "CF_INVALID_PARAMETER",
                ..failure
            };
        }
        (other, _) => other,
    };
    Failure { code, ..failure }
}

impl Pens<'_> {
    /// `<seq>: <time without year> %MIVR-<subfacility>-7-UNK:<text>`.
    pub(super) fn engine(&mut self, node: usize, at: i64, (sub, text): (&str, &str), cause: Cause) {
        let time = self.cluster.nodes[node].clock.engine(at);
        let line = format!("{SEQUENCE}: {time} %MIVR-{sub}-7-UNK:{text}");
        self.journal.write(Log::Engine(node), at, line, cause);
    }

    /// A message between Finesse and the engine. The list of an event runs on over lines of its own.
    pub(super) fn engine_message(
        &mut self,
        node: usize,
        at: i64,
        (kind, first, rest): (&str, &str, &[String]),
        cause: Cause,
    ) {
        let session = self.cluster.session(node, at);
        let way = if kind.ends_with("_REQ") {
            "Received from"
        } else {
            "Sent to"
        };
        let between = if rest.len() > 1 { "\n        " } else { " " };
        let fields: Vec<&str> = std::iter::once(first)
            .chain(rest.iter().map(String::as_str))
            .collect();
        let text = format!(
            "{way} session {session} MsgType:{kind} ({} )",
            fields.join(between)
        );
        self.engine(node, at, ("ICD_CTI", &text), cause);
    }

    /// What an engine logs whoever signs in.
    pub(super) fn engine_noise(&mut self, node: usize, at: i64, random: &mut Random) {
        const NOISE: [(&str, &str); 4] = [
            (
                "SS_RM",
                "ClearConnectionReqMsgHandler - isPostCallSurveyEnabled postCallSurveyDN: 6100",
            ),
            (
                "SS_TEL",
                "Route Connection=[/ICD_CTI/RP:6100], state=CALL_ACTIVE, party=71003",
            ),
            (
                "SS_CM",
                "RIMgrAddressCallObserver:callChangedEvent, num events=2",
            ),
            ("SS_RMCM", "Processing msg: SessionStateMsg\n    rsrcs: 14"),
        ];
        self.engine(node, at, random.pick(&NOISE), Cause::NOISE);
    }
}
