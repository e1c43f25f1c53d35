//! From the REST API to the CTI server and back, and on through the Notification Service.

use super::cluster::{DOMAIN, Deployment, Release, TEAMS};
use super::engine::{self, Fields};
use super::journal::{Cause, Invoke, Pool};
use super::pens::StateRequest;
use super::visit::Visit;
use crate::flow::StepName;

/// An agent state as the three kinds of log name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    /// CTI number.
    number: u32,
    /// CTI name.
    pub(super) cti: &'static str,
    /// REST name.
    pub(super) rest: &'static str,
}

pub(super) const LOGIN: State = State {
    number: 0,
    cti: "LOGIN",
    rest: "LOGIN",
};
pub(super) const LOGOUT: State = State {
    number: 1,
    cti: "LOGOUT",
    rest: "LOGOUT",
};
pub(super) const NOT_READY: State = State {
    number: 2,
    cti: "NOT_READY",
    rest: "NOT_READY",
};
pub(super) const READY: State = State {
    number: 3,
    cti: "AVAILABLE",
    rest: "READY",
};

/// A control failure (GED-188), or a status where the name begins with `E_CTI_`, and how Finesse
/// words it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    pub(super) code: u32,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
}

/// A request on its way to the CTI server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    invoke: Invoke,
    /// When the CTI server got it (true time).
    pub(super) at: i64,
}

/// An event on its way to the desktop.
#[derive(Debug)]
pub(super) struct Update {
    /// Empty for changes nobody asked for.
    pub(super) request_id: String,
    /// Inside `<data>`, one element a piece.
    pub(super) data: Vec<String>,
}

/// Peripheral of the agents.
const PERIPHERAL: u32 = 5000;

/// SET_AGENT_STATE_REQ as a UCCE CTI server prints it.
fn request_fields(request: &StateRequest<'_>, state: State, reason: i32) -> Fields {
    let agent = request.agent;
    let invoke = request.invoke.hex();
    let rest = vec![
        format!(
            "AgentState:{} AgentWorkMode:{} NumSkillGroups:0 EventReasonCode:{reason} ForcedFlag:{}",
            state.cti, request.work_mode.cti, request.forced
        ),
        format!(
            "AgentInstrument:\"{0}\" AgentID:\"{1}\" AgentExtension:\"{0}\"",
            agent.extension, agent.id
        ),
    ];
    (
        format!("InvokeID:0x{invoke} PeripheralID:{PERIPHERAL}"),
        rest,
    )
}

impl Visit<'_, '_> {
    /// SetAgentStateReq at `at`, in both logs; `reason` as the signed number Finesse prints.
    pub(super) fn cti_request(&mut self, at: i64, state: State, reason: i32, cause: Cause) -> Sent {
        let invoke = self.pens.journal.invoke(self.desk.node, at);
        let agent = self.desk.agent;
        let forced = u32::from(state.number < 2);
        let request = StateRequest {
            invoke,
            state: state.number,
            reason,
            forced,
            work_mode: self.desk.work_mode,
            agent,
        };
        self.pens
            .set_agent_state(self.desk.node, at, &request, cause);
        let arrived = at + self.random.between(1, 6);
        let unsigned = reason.rem_euclid(65_536);
        let (first, rest) = match self.pens.cluster.deployment {
            Deployment::Cce => request_fields(&request, state, unsigned),
            Deployment::Ccx => engine::state_request(&invoke.hex(), forced, state, agent),
        };
        let message = ("SET_AGENT_STATE_REQ", first.as_str(), rest.as_slice());
        self.pens
            .cti_message(self.desk.node, arrived, message, cause);
        Sent {
            invoke,
            at: arrived,
        }
    }

    /// SET_AGENT_STATE_CONF at `at`, in both logs.
    pub(super) fn cti_conf(&mut self, sent: Sent, at: i64, cause: Cause) {
        let first = format!("InvokeID:0x{}", sent.invoke.hex());
        let message = ("SET_AGENT_STATE_CONF", first.as_str(), [].as_slice());
        self.pens.cti_message(self.desk.node, at, message, cause);
        let decoded = at + self.random.between(1, 8);
        let invoke = sent.invoke.decimal();
        let body = "CTISetAgentStateConf []";
        self.decoded(decoded, (&invoke, 39, "SetAgentStateConf", body), cause);
    }

    /// The agent's other media have the agent already (E_ARM_STAT 1): normal when one signs in again.
    pub(super) fn media_login(&mut self, sent: Sent) {
        let at = sent.at + self.random.between(10, 60);
        let invoke = sent.invoke.decimal();
        let body = "CTIMediaLoginResp [eARMStatus=1, mrdID=5001]";
        let related = self.related();
        self.decoded(at, (&invoke, 152, "MediaLoginResp", body), related);
    }

    /// CONTROL_FAILURE_CONF at `at`, in both logs, or FAILURE_CONF for a status; the time it was
    /// decoded.
    pub(super) fn cti_refusal(
        &mut self,
        sent: Sent,
        at: i64,
        failure: Failure,
        cause: Cause,
    ) -> i64 {
        let Failure { code, name, .. } = self.as_deployed(failure);
        let (kind, first, number, class, body) = if name.starts_with("E_CTI_") {
            let fields = format!("Status:{code}");
            let body = format!("CTIFailureConf [status={code}]");
            ("FAILURE_CONF", fields, 1, "FailureConf", body)
        } else {
            let fields = format!("FailureCode:{code} PeripheralErrorCode:0");
            let body = format!("CTIControlFailureConf [failureCode={code}, peripheralErrorCode=0]");
            (
                "CONTROL_FAILURE_CONF",
                fields,
                35,
                "ControlFailureConf",
                body,
            )
        };
        let first = format!("InvokeID:0x{} {first}", sent.invoke.hex());
        let message = (kind, first.as_str(), [].as_slice());
        self.pens.cti_message(self.desk.node, at, message, cause);
        let decoded = at + self.random.between(1, 8);
        let invoke = sent.invoke.decimal();
        self.decoded(decoded, (&invoke, number, class, &body), cause);
        decoded
    }

    /// AGENT_STATE_EVENT from `at` on, one per skill group; the time the first was decoded.
    pub(super) fn agent_events(
        &mut self,
        at: i64,
        (skill, state): (State, State),
        reason: u32,
        cause: Cause,
    ) -> i64 {
        let mut first_decoded = None;
        let groups = match self.pens.cluster.deployment {
            Deployment::Cce => self.desk.agent.skill_groups,
            Deployment::Ccx => 1,
        };
        for group in 0..groups {
            let at = at + group * self.random.between(2, 5);
            self.agent_event(at, group, (skill, state), reason, cause);
            let decoded = at + self.random.between(1, 8);
            self.decoded_event(decoded, group, (skill, state), reason, cause);
            first_decoded.get_or_insert(decoded);
        }
        if self.pens.cluster.both_hear {
            self.other_node_hears(at, (skill, state), reason);
        }
        first_decoded.unwrap_or(at)
    }

    /// The other node gets the event on its own CTI connection and publishes it for itself.
    fn other_node_hears(&mut self, at: i64, (skill, state): (State, State), reason: u32) {
        let related = self.related();
        let home = self.desk.node;
        self.desk.node = 1 - home;
        let at = at + self.random.between(0, 4);
        self.agent_message(at, 0, (skill, state), reason, related);
        let decoded = at + self.random.between(1, 9);
        self.decoded_event(decoded, 0, (skill, state), reason, related);
        let update = self.user_update("", state, at);
        self.publish(decoded + 4, &update, related, related);
        self.desk.node = home;
    }

    /// What the CTI server logs of one AGENT_STATE_EVENT.
    pub(super) fn agent_event(
        &mut self,
        at: i64,
        group: i64,
        (skill, state): (State, State),
        reason: u32,
        cause: Cause,
    ) {
        let agent = self.desk.agent;
        let (id, ext) = (&agent.id, &agent.extension);
        let traced = self.pens.cluster.deployment == Deployment::Cce;
        if traced && self.pens.cluster.forms.dumplog_trace {
            let trace = [
                format!("Trace: AGENT_EVENT: ID={id} Periph={PERIPHERAL} Ext={ext} Inst={ext} Sig="),
                format!(
                    "Trace:   SkgState={} SkgDuration=0 OverallState={} OverallDuration=0 Reason={reason}",
                    skill.cti, state.cti
                ),
                "Trace:   MRDID=1 NumTasks=0 MaxTaskLimit=1 AgtMode=1 AGTAvailabilityStatus=0 ICMAgtID=5001"
                    .to_owned(),
                format!(
                    "Trace:   SkTgtID=5001 SkGrpNo=0x0 SkGrpID={} NumLines=0 CurLine=0 ClientStatus=0x0 Direction=0",
                    5006 + group
                ),
            ];
            self.pens.cti(at, &trace, cause);
        }
        self.agent_message(at, group, (skill, state), reason, cause);
    }

    fn agent_message(
        &mut self,
        at: i64,
        group: i64,
        (skill, state): (State, State),
        reason: u32,
        cause: Cause,
    ) {
        let agent = self.desk.agent;
        let (id, ext) = (&agent.id, &agent.extension);
        if self.pens.cluster.deployment == Deployment::Ccx {
            let (first, rest) = engine::state_event((skill, state), reason, agent);
            let message = ("AGENT_STATE_EVENT", first.as_str(), rest.as_slice());
            return self.pens.cti_message(self.desk.node, at, message, cause);
        }
        let first = format!(
            "MonitorID:0 PeripheralID:{PERIPHERAL} SessionID:0x0 PeripheralType:EnterpriseAgent"
        );
        let rest = [
            format!(
                "SkillGroupState:{} StateDuration:0 SkillGroupNumber:{} SkillGroupID:{}",
                skill.cti,
                85_881 + group,
                5000 + group
            ),
            format!(
                "SkillGroupPriority:0 AgentState:{} EventReasonCode:{reason} MRDID:1 NumTasks:0 AgentMode:1",
                state.cti
            ),
            "MaxTaskLimit:1 ICMAgentID:5001 AgentAvailabilityStatus:0 NumFltSkillGroups:0 Direction:0"
                .to_owned(),
            format!("ClientSignature:\"\" AgentID:\"{id}\" AgentExtension:\"{ext}\" AgentInstrument:\"{ext}\""),
            format!("RemaskNumMasks:1 RemaskInstrument:\"{ext}\" RemaskExtension:\"{ext}\" RemaskCallId:0xffffffff"),
            "RemaskFunctionFlag:<0x38> <LogoutCodeReq,NotRdyCodeReq,WrapDataReq> RemaskCallMask:<0x21000000> <MC,Emerg>"
                .to_owned(),
            "RemaskAgentMask:<0x0a000000> < Logout,Avail>".to_owned(),
        ];
        let message = ("AGENT_STATE_EVENT", first.as_str(), rest.as_slice());
        self.pens.cti_message(self.desk.node, at, message, cause);
    }

    fn decoded_event(
        &mut self,
        at: i64,
        group: i64,
        (skill, state): (State, State),
        reason: u32,
        cause: Cause,
    ) {
        let agent = self.desk.agent;
        let newer = match self.release() {
            Release::V9 => "",
            _ => "MRDId=1, agentMode=1, ",
        };
        let body = format!(
            "CTIAgentStateEvent [skillGroupState={} ({}), stateDuration=0, skillGroupNumber={}, \
             skillGroupPriority=0, agentState={} ({}), eventReasonCode={reason}, {newer}numFltSkillGroups=0,\
             CTIClientSignature=, agentID={}, agentExtension={ext}, agentInstrument={ext}, \
             agentID_Long=null, duration=null, nextAgentState=null, fltSkillGroupNumberList=[], \
             fltSkillGroupIDList=[], fltSkillGroupPriorityList=[], fltSkillGroupStateList=[]]",
            skill.number,
            skill.cti,
            85_881 + group,
            state.number,
            state.cti,
            agent.id,
            ext = agent.extension
        );
        self.decoded(at, ("null", 30, "AgentStateEvent", &body), cause);
    }

    /// `DECODED_MESSAGE_FROM_CTI_SERVER`.
    fn decoded(
        &mut self,
        at: i64,
        (invoke, number, name, body): (&str, u32, &str, &str),
        cause: Cause,
    ) {
        let node = self.desk.node;
        let received = self.pens.cluster.nodes[node].clock.epoch(at) - 1;
        let newer = match self.release() {
            Release::V9 => String::new(),
            _ => format!("cti_sequence_id={}, ", self.random.between(1, 900_000)),
        };
        let tags = format!(
            "[cti_message={body}CTIMessageBean [invokeID={invoke}, {newer}msgID={number}, \
             timeTracker={{\"id\":\"{name}\",\"CTI_MSG_RECEIVED\":{received},\"CTI_MSG_DISPATCH\":{}}}, \
             msgName={name}, deploymentType={}]][cti_response_time=1]",
            received + 1,
            self.pens.cluster.deployment.tag()
        );
        let thread = self
            .pens
            .journal
            .thread(node, Pool::CtiEvent, at - 1, at + 1);
        self.pens.webservices(
            node,
            at,
            &format!("CTIMessageEventExecutor-{thread}"),
            (
                "DECODED_MESSAGE_FROM_CTI_SERVER",
                &tags,
                "Decoded Message to Finesse from backend cti server",
            ),
            cause,
        );
    }

    /// The agent's data in `state` since `at`, as an event.
    pub(super) fn user_update(&self, request_id: &str, state: State, at: i64) -> Update {
        let agent = self.desk.agent;
        let (team, team_name) = TEAMS[agent.team];
        let clock = &self.pens.cluster.nodes[self.desk.node].clock;
        let changed = clock.state_change(at, self.release() != Release::V9);
        let id = &agent.id;
        let data = vec![
            "<user>".to_owned(),
            format!("<dialogs>/finesse/api/User/{id}/Dialogs</dialogs>"),
            format!("<extension>{}</extension>", agent.extension),
            format!("<firstName>{}</firstName>", agent.first),
            format!("<lastName>{}</lastName>", agent.last),
            format!("<loginId>{id}</loginId>"),
            format!("<loginName>{}</loginName>", agent.login),
            "<reasonCodeId>-1</reasonCodeId>".to_owned(),
            "<roles>".to_owned(),
            "<role>Agent</role>".to_owned(),
            "</roles>".to_owned(),
            format!("<state>{}</state>", state.rest),
            format!("<stateChangeTime>{changed}</stateChangeTime>"),
            format!("<teamId>{team}</teamId>"),
            format!("<teamName>{team_name}</teamName>"),
            format!("<uri>/finesse/api/User/{id}</uri>"),
            "</user>".to_owned(),
        ];
        Update {
            request_id: request_id.to_owned(),
            data,
        }
    }

    /// The refusal in the deployment's own codes.
    fn as_deployed(&self, failure: Failure) -> Failure {
        match self.pens.cluster.deployment {
            Deployment::Cce => failure,
            Deployment::Ccx => engine::refusal(failure),
        }
    }

    /// The refusal as an event.
    pub(super) fn error_update(&self, request_id: &str, failure: Failure) -> Update {
        let failure = self.as_deployed(failure);
        let data = vec![
            "<apiErrors>".to_owned(),
            "<apiError>".to_owned(),
            format!("<errorData>{}</errorData>", failure.code),
            format!("<errorMessage>{}</errorMessage>", failure.name),
            format!("<errorType>{}</errorType>", failure.kind),
            "</apiError>".to_owned(),
            "</apiErrors>".to_owned(),
        ];
        Update {
            request_id: request_id.to_owned(),
            data,
        }
    }

    /// `XMPP_PUBLISH_ASYNCHRONOUS` at `at`, then the routing line; the time it left the service.
    pub(super) fn publish(
        &mut self,
        at: i64,
        update: &Update,
        publish: Cause,
        route: Cause,
    ) -> i64 {
        let node = self.desk.node;
        let thread = self.pens.journal.thread(node, Pool::Work, at, at + 3);
        let tags = format!(
            "[NodeId=/finesse/api/User/{}][Payload={}]",
            self.desk.agent.id,
            self.update_xml(update, "")
        );
        self.pens.webservices(
            node,
            at,
            &format!("pool-5-thread-{thread}"),
            (
                "XMPP_PUBLISH_ASYNCHRONOUS",
                &tags,
                "Publishing XMPP Message Asynchronously",
            ),
            publish,
        );
        let routed = at + self.random.between(2, 20);
        let id = &self.desk.agent.id;
        let message = format!(
            "Failed to route packet to JID: {id}@{DOMAIN}/User packet: <message from=\"pubsub.{DOMAIN}\" \
             to=\"{id}@{DOMAIN}/User\" id=\"/finesse/api/User/{id}__{id}@{DOMAIN}__{}\">\
             <event xmlns=\"http://jabber.org/protocol/pubsub#event\"><items node=\"/finesse/api/User/{id}\">\
             <item id=\"{}\"><notification xmlns=\"http://jabber.org/protocol/pubsub\">{}\
             </notification></item></items></event></message>",
            self.random.word(5),
            self.random.word(15),
            self.update_xml(update, "\n")
        );
        self.pens
            .notification(node, routed, "RoutingTableImpl", &message, route);
        routed
    }

    /// The desktop gets the event at `at`.
    pub(super) fn receive(&mut self, at: i64, update: &Update, cause: Cause) {
        let id = &self.desk.agent.id;
        let xml = self.update_xml(update, "\n");
        let message = match self.release() {
            Release::V9 => format!(
                "[ClientServices] MasterPublisher._eventHandler() - Received event on node '/finesse/api/User/{id}': {xml}"
            ),
            _ => format!(
                "[ClientServices] MasterPublisher._parseAndPublishXMLEvent() - Received XML event on node '/finesse/api/User/{id}': {xml}"
            ),
        };
        self.pens
            .client(&self.desk, at, "Container", &message, cause);
    }

    /// The last record of a sign-in in the browser.
    pub(super) fn signed_in(&mut self, at: i64) {
        let cause = self.proves(&[StepName::SignedIn]);
        self.now = at;
        let message = match self.release() {
            Release::V9 => "SignIn._triggerLoggedIn(): Successfully logged in!",
            _ => "SignIn._triggerLoggedIn(): Clearing login timeout",
        };
        self.say(message, cause);
    }

    fn update_xml(&self, update: &Update, newline: &str) -> String {
        let mut pieces = vec!["<Update>".to_owned(), "<data>".to_owned()];
        pieces.extend(update.data.iter().cloned());
        pieces.push("</data>".to_owned());
        pieces.push("<event>PUT</event>".to_owned());
        pieces.push(format!("<requestId>{}</requestId>", update.request_id));
        pieces.push(format!(
            "<source>/finesse/api/User/{}</source>",
            self.desk.agent.id
        ));
        pieces.push("</Update>".to_owned());
        pieces.join(newline)
    }
}
