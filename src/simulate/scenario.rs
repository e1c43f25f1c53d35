//! The stories: what can happen to an agent who wants to sign in.

use super::hop::{Failure, LOGOUT, NOT_READY};
use super::ledger::Stop;
use super::pieces::Delivery;
use super::visit::Visit;
use crate::flow::StepName;
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
    /// No answer for a few seconds; the agent reloads the page and signs in again, which works.
    Abandoned,
    /// The same, but the agent waited until it was clear that no answer would come.
    RetryLate,
    /// Signs in, out, and in again later on the other node.
    Twice,
    /// Signed in, then the browser dies and Finesse signs the agent out with code 255.
    ForcedLogout,
    /// Signed in, then the page is reloaded within the 60 s that Finesse allows.
    PageRefresh,
}

impl Scenario {
    /// All stories.
    pub const ALL: [Scenario; 17] = [
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
        Self::RetryLate,
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
            Self::RetryLate => "retry_late",
            Self::Twice => "twice",
            Self::ForcedLogout => "forced_logout",
            Self::PageRefresh => "page_refresh",
        }
    }

    /// Whether its agent opens the page twice.
    pub(super) fn opens_two_pages(self) -> bool {
        matches!(
            self,
            Self::Abandoned | Self::RetryLate | Self::Twice | Self::PageRefresh
        )
    }

    /// The story of that name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|scenario| scenario.slug() == slug)
    }
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
            Scenario::RetryLate => self.retry_late(scenario),
            Scenario::Twice => self.twice(scenario),
            Scenario::ForcedLogout => self.forced_logout(),
            Scenario::PageRefresh => self.page_refresh(),
        }
    }

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
        self.stops(Stop::Refused(StepName::UserGet), Some("wrong_password"));
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
        self.stops(Stop::Refused(StepName::CtiReply), Some(rule));
        self.report_log();
    }

    fn cti_silent(&mut self) {
        self.up_to_user(0);
        self.request_sign_in();
        self.stops(Stop::Never(StepName::CtiReply), Some("cti_not_answering"));
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn cti_no_event(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        let reply = self.proves(&[StepName::CtiReply]);
        let conf = sent.at + self.random.between(20, 110);
        self.cti_conf(sent, conf, reply);
        self.stops(Stop::Never(StepName::CtiEvent), Some("cti_not_answering"));
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn event_lost(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Lost);
        self.stops(
            Stop::Never(StepName::EventReceived),
            Some("event_not_received"),
        );
        self.wait(40_000, 60_000);
        self.report_log();
    }

    fn out_of_service(&mut self) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(503, cause);
        self.stops(
            Stop::Refused(StepName::SystemInfo),
            Some("server_out_of_service"),
        );
        self.report_log();
    }

    fn out_of_service_late(&mut self) {
        self.up_to_user(0);
        let request_id = self.new_request();
        let passed = self.login(&request_id, 503);
        self.now = passed.answered;
        self.stops(
            Stop::Refused(StepName::LoginAccepted),
            Some("server_out_of_service"),
        );
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
        self.stops(Stop::Never(StepName::Connect), Some("connect_failed"));
        self.wait(35_000, 60_000);
        self.report_log();
    }

    fn late_publish(&mut self) {
        self.up_to_user(0);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Late);
        self.stops(Stop::None, Some("late_publish"));
        self.work();
        self.report_log();
    }

    fn abandoned(&mut self, scenario: Scenario) {
        self.up_to_user(0);
        self.request_sign_in();
        self.stops(Stop::Left(StepName::CtiReply), None);
        self.wait(2000, 5000);
        self.reload();
        self.hurried = true;
        self.begin(scenario);
        self.plain(0);
    }

    fn retry_late(&mut self, scenario: Scenario) {
        self.up_to_user(0);
        self.request_sign_in();
        let stop = Stop::Never(StepName::CtiReply);
        self.stops(stop, Some("cti_not_answering"));
        self.wait(35_000, 70_000);
        self.reload();
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
        self.stops(Stop::None, Some("forced_logout_255"));
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
