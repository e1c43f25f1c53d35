//! The stories: what can happen to an agent who wants to sign in.

use super::hop::{Failure, LOGIN, LOGOUT, NOT_READY, READY, Sent, State};
use super::ledger::{ClientLog, End, Played};
use super::rest::Put;
use super::visit::Visit;
use crate::flow::{Outcome, StepName};
use serde::{Deserialize, Serialize};

/// A story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Everything works.
    Ok,
    /// The connection breaks once and comes up at the second try: normal.
    ConnectRetry,
    /// `GET User` is answered 401; no request to sign in is ever sent.
    WrongPassword,
    /// The CTI server refuses: the extension is in use (283, 33).
    DeviceBusy,
    /// The CTI server refuses: no such extension (260).
    InvalidDevice,
    /// The CTI server gets the request and says nothing.
    CtiSilent,
    /// The CTI server confirms the request but no event follows.
    CtiNoEvent,
    /// The event is published and routed, the desktop never gets it.
    EventLost,
    /// 503 to the first call.
    OutOfService,
    /// 503 to the request to sign in.
    OutOfServiceLate,
    /// The connection to the Notification Service never comes up.
    ConnectNever,
    /// Finesse decodes the event in time and publishes it seconds later.
    LatePublish,
    /// No answer; the agent reloads the page and signs in again, which works.
    Abandoned,
    /// Signs in, out, and in again later on the other node.
    Twice,
    /// Signed in, then the browser dies and Finesse signs the agent out with code 255.
    ForcedLogout,
    /// Signed in, then the page is reloaded within the 60 s that Finesse allows.
    PageRefresh,
}

impl Scenario {
    /// All stories.
    pub const ALL: [Scenario; 16] = [
        Self::Ok,
        Self::ConnectRetry,
        Self::WrongPassword,
        Self::DeviceBusy,
        Self::InvalidDevice,
        Self::CtiSilent,
        Self::CtiNoEvent,
        Self::EventLost,
        Self::OutOfService,
        Self::OutOfServiceLate,
        Self::ConnectNever,
        Self::LatePublish,
        Self::Abandoned,
        Self::Twice,
        Self::ForcedLogout,
        Self::PageRefresh,
    ];

    /// The name in [`super::Truth`] and on the command line.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ConnectRetry => "connect_retry",
            Self::WrongPassword => "wrong_password",
            Self::DeviceBusy => "device_busy",
            Self::InvalidDevice => "invalid_device",
            Self::CtiSilent => "cti_silent",
            Self::CtiNoEvent => "cti_no_event",
            Self::EventLost => "event_lost",
            Self::OutOfService => "out_of_service",
            Self::OutOfServiceLate => "out_of_service_late",
            Self::ConnectNever => "connect_never",
            Self::LatePublish => "late_publish",
            Self::Abandoned => "abandoned",
            Self::Twice => "twice",
            Self::ForcedLogout => "forced_logout",
            Self::PageRefresh => "page_refresh",
        }
    }

    /// The story of that name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|scenario| scenario.slug() == slug)
    }
}

/// How the CTI server answers a request to sign in that it does not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// In time.
    Prompt,
    /// Published late.
    Late,
    /// Never at the desktop.
    Lost,
}

impl Visit<'_, '_> {
    /// Plays `scenario` from `now` on.
    pub(super) fn play(&mut self, scenario: Scenario) {
        self.begin(scenario);
        match scenario {
            Scenario::Ok => self.plain(0),
            Scenario::ConnectRetry => self.plain(1),
            Scenario::WrongPassword => self.wrong_password(),
            Scenario::DeviceBusy => self.device_busy(),
            Scenario::InvalidDevice => self.refused(INVALID_DEVICE, "invalid_device"),
            Scenario::CtiSilent => self.cti_silent(),
            Scenario::CtiNoEvent => self.cti_no_event(),
            Scenario::EventLost => self.event_lost(),
            Scenario::OutOfService => self.out_of_service(),
            Scenario::OutOfServiceLate => self.out_of_service_late(),
            Scenario::ConnectNever => self.connect_never(),
            Scenario::LatePublish => self.late_publish(),
            Scenario::Abandoned => self.abandoned(scenario),
            Scenario::Twice => self.twice(scenario),
            Scenario::ForcedLogout => self.forced_logout(),
            Scenario::PageRefresh => self.page_refresh(),
        }
    }

    /// A new attempt on a new page.
    fn begin(&mut self, scenario: Scenario) {
        let agent = self.desk.agent;
        self.ledger.attempts.push(Played {
            agent: agent.id.clone(),
            extension: agent.extension.clone(),
            login: agent.login.clone(),
            node: self.desk.node,
            scenario,
            started: self.now,
            request_id: None,
            end: End::SIGNED_IN,
        });
        self.attempt = Some(self.ledger.attempts.len() - 1);
        self.ledger.client_logs.push(ClientLog {
            agent: agent.id.clone(),
            node: self.desk.node,
            started: self.now,
        });
        self.desk.log = Some(self.ledger.client_logs.len() - 1);
        self.desk.drift = None;
    }

    fn ends(&mut self, end: End) {
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].end = end;
        }
    }

    fn stops(&mut self, outcome: Outcome, at: StepName, rule: Option<&'static str>) {
        self.ends(End::stopped(outcome, at, rule));
    }

    // Pieces shared by the stories.

    /// The page, then the agent types id and password.
    fn open_page(&mut self) {
        let cause = self.proves(&[StepName::PageLoad]);
        self.page_load(cause);
        self.wait(3000, 20_000);
    }

    /// Page, SystemInfo, connection, presence, user.
    fn up_to_user(&mut self, retries: u32) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
        let connect = self.proves(&[StepName::Connect]);
        let presence = self.proves(&[StepName::Presence]);
        let user = self.proves(&[StepName::UserGet]);
        self.connect(retries, connect, presence, user);
        self.user_get(200, "LOGOUT", user);
        self.wait(1, 20);
    }

    /// The request to sign in, answered 202, and its way to the CTI server.
    fn request_sign_in(&mut self) -> Sent {
        let request_id = self.new_request();
        let passed = self.login(&request_id, 202);
        let at = passed.decoded + self.random.between(1, 7);
        let cause = self.proves(&[StepName::CtiRequest]);
        let sent = self.cti_request(at, LOGIN, -15_532, cause);
        self.now = passed.answered;
        sent
    }

    fn new_request(&mut self) -> String {
        let request_id = self.random.uuid();
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].request_id = Some(request_id.clone());
        }
        request_id
    }

    fn request_id(&self) -> String {
        self.attempt
            .and_then(|attempt| self.ledger.attempts[attempt].request_id.clone())
            .unwrap_or_default()
    }

    /// The CTI server agrees: confirmation, events, publishing, and the desktop is told.
    fn agree(&mut self, sent: Sent, delivery: Delivery) {
        let conf = sent.at + self.random.between(20, 110);
        let reply = self.proves(&[StepName::CtiReply]);
        self.cti_conf(sent, conf, reply);
        let event = self.proves(&[StepName::CtiEvent]);
        let at = conf + self.random.between(1, 60);
        let decoded = self.agent_events(at, (LOGIN, NOT_READY), 0, event);
        let wait = match delivery {
            Delivery::Late => self.random.between(6000, 16_000),
            _ => self.random.between(2, 60),
        };
        let update = self.user_update(&self.request_id(), NOT_READY, at);
        let (publish, route) = (
            self.proves(&[StepName::Publish]),
            self.proves(&[StepName::Route]),
        );
        let routed = self.publish(decoded + wait, &update, publish, route);
        if delivery != Delivery::Lost {
            let arrived = self.now.max(routed + self.random.between(5, 90));
            let received = self.proves(&[StepName::EventReceived]);
            self.receive(arrived, &update, received);
            let done = arrived + self.random.between(1, 25);
            self.signed_in(done);
            self.wait(1, 30);
            self.follow_up();
        }
    }

    /// Signed in without trouble.
    fn sign_in(&mut self, retries: u32) {
        self.up_to_user(retries);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Prompt);
    }

    /// What an agent does once signed in: subscriptions, a change of state, polls.
    fn work(&mut self) {
        self.wait(100, 900);
        self.subscribe();
        self.http_bind();
        self.wait(4000, 40_000);
        self.change_state(READY);
        self.wait(5000, 60_000);
        self.http_bind();
    }

    /// The last thing: the log is sent to the server.
    fn report_log(&mut self) {
        self.wait(20_000, 120_000);
        self.upload_log();
    }

    /// A later change of state, with all its records: no step of the sign-in.
    pub(super) fn change_state(&mut self, state: State) {
        let cause = self.related();
        let request_id = self.random.uuid();
        let body = format!(
            "<User><state>{}</state><requestId>{request_id}</requestId></User>",
            state.rest
        );
        let parameters = format!(" state:{}", state.rest);
        let put = Put {
            request_id: &request_id,
            parameters: &parameters,
            body: &body,
            answer: cause,
        };
        let passed = self.send_put(&put, 202, cause);
        let sent = self.cti_request(passed.decoded + 3, state, 0, cause);
        let conf = sent.at + self.random.between(20, 90);
        self.cti_conf(sent, conf, cause);
        let decoded = self.agent_events(conf + 4, (state, state), 0, cause);
        let update = self.user_update(&request_id, state, conf + 4);
        let routed = self.publish(decoded + 5, &update, cause, cause);
        let arrived = passed.answered.max(routed + self.random.between(5, 60));
        self.receive(arrived, &update, cause);
        self.now = arrived;
    }

    // The stories.

    fn plain(&mut self, retries: u32) {
        self.sign_in(retries);
        self.work();
        self.report_log();
    }

    fn wrong_password(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
        self.begin_connecting();
        let connect = self.proves(&[StepName::Connect]);
        let user = self.proves(&[StepName::UserGet]);
        self.status("connecting", connect);
        self.wait(60, 300);
        self.wire_user_get(self.now - 20, 401, user);
        self.status("disconnected", connect);
        self.wait(5, 40);
        self.user_get(401, "", user);
        let rule = Some("wrong_password");
        self.stops(Outcome::Refused, StepName::UserGet, rule);
        self.report_log();
    }

    fn device_busy(&mut self) {
        let failure = self.random.pick(&[EXTENSION_IN_USE, RESOURCE_BUSY]);
        self.refused(failure, "device_busy");
    }

    fn refused(&mut self, failure: Failure, rule: &'static str) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let at = sent.at + self.random.between(20, 200);
        let decoded = self.cti_refusal(sent, at, failure, reply);
        let update = self.error_update(&self.request_id(), failure);
        let (publish, route) = (
            self.proves(&[StepName::Publish]),
            self.proves(&[StepName::Route]),
        );
        let routed = self.publish(decoded + 6, &update, publish, route);
        let received = self.proves(&[StepName::EventReceived]);
        let arrived = self.now.max(routed + self.random.between(5, 90));
        self.receive(arrived, &update, received);
        self.now = arrived;
        self.stops(Outcome::Refused, StepName::CtiReply, Some(rule));
        self.report_log();
    }

    fn cti_silent(&mut self) {
        self.up_to_user(0);
        self.request_sign_in();
        let rule = Some("cti_not_answering");
        self.stops(Outcome::Stalled, StepName::CtiReply, rule);
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn cti_no_event(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let conf = sent.at + self.random.between(20, 110);
        self.cti_conf(sent, conf, reply);
        let rule = Some("cti_not_answering");
        self.stops(Outcome::Stalled, StepName::CtiEvent, rule);
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn event_lost(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Lost);
        let rule = Some("event_not_received");
        self.stops(Outcome::Stalled, StepName::EventReceived, rule);
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn out_of_service(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(503, cause);
        let rule = Some("server_out_of_service");
        self.stops(Outcome::Refused, StepName::SystemInfo, rule);
        self.report_log();
    }

    fn out_of_service_late(&mut self) {
        self.up_to_user(0);
        let request_id = self.new_request();
        let passed = self.login(&request_id, 503);
        self.now = passed.answered;
        let rule = Some("server_out_of_service");
        self.stops(Outcome::Refused, StepName::LoginAccepted, rule);
        self.report_log();
    }

    fn connect_never(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
        self.begin_connecting();
        let connect = self.proves(&[StepName::Connect]);
        for retry in 0..6 {
            self.broken_connection(retry, connect);
            self.wait(4000, 8000);
        }
        let rule = Some("connect_failed");
        self.stops(Outcome::Stalled, StepName::Connect, rule);
        self.report_log();
    }

    fn late_publish(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Late);
        self.ends(End {
            rule: Some("late_publish"),
            ..End::SIGNED_IN
        });
        self.work();
        self.report_log();
    }

    fn abandoned(&mut self, scenario: Scenario) {
        self.up_to_user(0);
        self.request_sign_in();
        self.stops(Outcome::Abandoned, StepName::CtiReply, None);
        self.wait(4000, 12_000);
        let related = self.related();
        let gone = self.now;
        self.presence(gone, "unavailable", related);
        self.wait(300, 1500);
        self.begin(scenario);
        self.plain(0);
    }

    fn twice(&mut self, scenario: Scenario) {
        self.sign_in(0);
        self.work();
        self.change_state(NOT_READY);
        self.wait(500, 3000);
        self.change_state(LOGOUT);
        self.wait(500, 3000);
        self.presence(self.now, "unavailable", self.related());
        self.report_log();
        self.wait(240_000, 1_500_000);
        self.desk.node = 1 - self.desk.node;
        self.begin(scenario);
        self.plain(0);
    }

    fn forced_logout(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        self.upload_log();
        self.wait(2000, 30_000);
        let gone = self.now;
        self.presence(gone, "unavailable", related);
        let forced = gone + 60_000 + self.random.between(0, 900);
        let sent = self.cti_request(forced, LOGOUT, 255, related);
        let conf = sent.at + self.random.between(20, 90);
        self.cti_conf(sent, conf, related);
        let decoded = self.agent_events(conf + 5, (LOGOUT, LOGOUT), 255, related);
        let update = self.user_update("", LOGOUT, conf + 5);
        self.publish(decoded + 9, &update, related, related);
        self.now = decoded + 500;
        self.ends(End {
            rule: Some("forced_logout_255"),
            ..End::SIGNED_IN
        });
    }

    fn page_refresh(&mut self) {
        self.sign_in(0);
        self.work();
        let related = self.related();
        let gone = self.now;
        self.presence(gone, "unavailable", related);
        self.wait(800, 9000);
        self.page_load(related);
        self.wait(200, 900);
        self.system_info(200, related);
        self.system_status("IN_SERVICE");
        self.connect(0, related, related, related);
        self.user_get(200, "READY", related);
        self.report_log();
    }
}

const EXTENSION_IN_USE: Failure = Failure {
    code: 283,
    name: "CF_SPECIFIED_EXTENSION_ALREADY_IN_USE",
    kind: "Device Busy",
};
const RESOURCE_BUSY: Failure = Failure {
    code: 33,
    name: "CF_RESOURCE_BUSY",
    kind: "Device Busy",
};
const INVALID_DEVICE: Failure = Failure {
    code: 260,
    name: "CF_INVALID_LOGON_DEVICE_SPECIFIED",
    kind: "Invalid Device",
};
