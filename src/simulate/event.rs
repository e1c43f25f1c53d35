//! What happens to a whole node or to its logs: its CTI session is lost, a service is restarted,
//! statistics overload it, the peripheral goes offline, a file is not collected.
//!
//! Events are played one after the other when everybody else is done, each with agents of its own and
//! in a time of its own: in the middle of other stories it would change what is true of them.

use super::Config;
use super::hop::{Failure, READY};
use super::journal::{Cause, Log, Pool};
use super::ledger::{Ledger, Stop};
use super::noise;
use super::pens::{AT_THE_DESK, Desk, Pens};
use super::pieces::Delivery;
use super::random::Random;
use super::scenario::Scenario;
use super::visit::Visit;
use crate::flow::StepName;

/// Something that happens to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The session with the CTI server breaks and comes back a minute later.
    CtiOutage,
    /// The Notification Service is restarted by command: all desktops go away in one second.
    NotificationRestart,
    /// Tomcat is restarted; who comes too early is answered 503.
    TomcatRestart,
    /// The statistics of the queues no longer fit; CTI replies take seconds.
    StatisticsOverload,
    /// The peripheral goes offline: the CTI server refuses one sign-in and leaves another unanswered.
    PeripheralOffline,
    /// A quarter of an hour of a rotated webservices log is not in the bundle; an agent signed in
    /// meanwhile.
    FilesLost,
}

impl Event {
    /// All of them.
    pub const ALL: [Event; 6] = [
        Self::CtiOutage,
        Self::NotificationRestart,
        Self::TomcatRestart,
        Self::StatisticsOverload,
        Self::PeripheralOffline,
        Self::FilesLost,
    ];
}

/// How much of a log is lost at least, ms: more than a quiet system may be silent for.
const LOST_MS: i64 = 15 * 60_000;

/// Between two events, ms: longer than any two lines of one outage may be apart.
const APART_MS: i64 = 12 * 60_000;

/// Plays the events of `config`.
pub(super) fn play(config: &Config, pens: &mut Pens<'_>, ledger: &mut Ledger) {
    let mut stage = Stage {
        random: Random::new(config.seed).branch(6),
        next: config.agents,
        pens,
        ledger,
    };
    for event in &config.events {
        let last = stage.pens.journal.entries.iter().map(|entry| entry.at);
        let begins = last.max().unwrap_or(config.start.0) + APART_MS;
        match event {
            Event::CtiOutage => stage.cti_outage(begins),
            Event::NotificationRestart => stage.notification_restart(begins),
            Event::TomcatRestart => stage.tomcat_restart(begins),
            Event::StatisticsOverload => stage.statistics_overload(begins),
            Event::PeripheralOffline => stage.peripheral_offline(begins),
            Event::FilesLost => stage.files_lost(begins, config),
        }
    }
}

struct Stage<'s, 'a> {
    pens: &'s mut Pens<'a>,
    ledger: &'s mut Ledger,
    random: Random,
    /// Number of the next agent.
    next: u32,
}

impl Stage<'_, '_> {
    /// One more agent, who opens the page of `node` at `at` and then does what `act` says.
    fn agent(
        &mut self,
        (node, at): (usize, i64),
        story: Scenario,
        act: impl FnOnce(&mut Visit<'_, '_>),
    ) {
        let agent = self.pens.cluster.agent(self.next, &mut self.random);
        self.ledger.clocks.push((agent.id.clone(), agent.clock));
        let mut visit = Visit {
            desk: Desk {
                agent: &agent,
                node,
                log: None,
                drift: None,
                http_ms: 0,
                work_mode: AT_THE_DESK,
            },
            random: self.random.branch(u64::from(self.next)),
            attempt: None,
            hurried: false,
            over: false,
            now: at,
            pens: &mut *self.pens,
            ledger: &mut *self.ledger,
        };
        visit.begin(story);
        act(&mut visit);
        self.next += 1;
    }

    /// The first call is answered 503.
    fn turned_away(&mut self, node: usize, at: i64) {
        self.agent((node, at), Scenario::OutOfService, |visit| {
            let page = visit.proves(&[StepName::PageLoad]);
            visit.page_load(page);
            let cause = visit.proves(&[StepName::SystemInfo]);
            visit.system_info(503, cause);
            visit.stops(
                Stop::Refused(StepName::SystemInfo),
                Some("server_out_of_service"),
            );
            visit.report_log();
        });
    }

    fn cti_outage(&mut self, begins: i64) {
        const NODE: usize = 0;
        let lost = begins + 60_000;
        let back = lost + self.random.between(50_000, 70_000);
        // Before the loss is noticed, what is asked of the dead connection is an internal error.
        self.agent((NODE, begins), Scenario::OutOfServiceLate, |visit| {
            visit.up_to_user(0);
            visit.now = lost - visit.random.between(3000, 8000);
            visit.refused_at_once(500, INTERNAL_ERROR, "server_out_of_service");
        });
        let told = "Connection to the CTI server was lost";
        noise::error(
            self.pens,
            NODE,
            lost,
            ("CTI_SOCKET_ERROR", "[side=A]", told),
        );
        noise::error(
            self.pens,
            NODE,
            lost + 3,
            ("CTI_CONNECTION_LOST", "[side=A]", told),
        );
        self.pens.system_status(NODE, lost + 40, "OUT_OF_SERVICE");
        for after in [12_000, 30_000] {
            self.turned_away(NODE, lost + after);
        }
        let told = "Connected to the CTI server";
        let record = ("CTI_CONNECTION_ESTABLISHED", "[side=B]", told);
        noise::error(self.pens, NODE, back, record);
        noise::reopen(self.pens, NODE, back + 10);
        self.pens.system_status(NODE, back + 50, "IN_SERVICE");
        self.ledger.closed.push((NODE, lost - 15_000, back));
        self.agent((NODE, back + 20_000), Scenario::Ok, |visit| visit.plain());
        self.ledger
            .bundle
            .extend(["cti_session_lost", "server_out_of_service"]);
    }

    fn notification_restart(&mut self, begins: i64) {
        const NODE: usize = 1;
        let restart = begins + 120_000;
        for _ in 0..6 {
            let at = begins + self.random.between(0, 20_000);
            self.agent((NODE, at), Scenario::Ok, |visit| {
                visit.sign_in(0);
                visit.over = true;
                visit.wait(2000, 5000);
                visit.change_state(READY);
                visit.now = restart + visit.random.between(2000, 2800);
                let related = visit.related();
                visit.presence(visit.now, "unavailable", related);
                visit.status("disconnected", related);
                visit.wait(15_000, 40_000);
                visit.status("connecting", related);
                visit.wait(60, 300);
                visit.presence(visit.now - 8, "available", related);
                visit.status("connected", related);
                visit.report_log();
            });
        }
        let command = "utils service restart Cisco Finesse Notification Service";
        self.pens.command(NODE, restart, command);
        self.ledger
            .bundle
            .extend(["many_agents_dropped", "service_restart"]);
    }

    fn tomcat_restart(&mut self, begins: i64) {
        const NODE: usize = 0;
        let up = begins + 70_000;
        for (at, what) in [
            (
                begins,
                (
                    "StandardService",
                    "stopInternal",
                    "Stopping service [Catalina]",
                ),
            ),
            (
                begins + 20_000,
                (
                    "StandardService",
                    "startInternal",
                    "Starting service [Catalina]",
                ),
            ),
            (up, ("Catalina", "start", "Server startup in [49800] ms")),
        ] {
            self.pens.tomcat(NODE, at, what);
        }
        self.ledger.closed.push((NODE, begins, up + 40_000));
        self.turned_away(NODE, up + 4000);
        self.agent((NODE, up + 60_000), Scenario::Ok, |visit| visit.plain());
        self.ledger.bundle.push("service_restart");
    }

    fn statistics_overload(&mut self, begins: i64) {
        const NODE: usize = 1;
        for round in 0..18 {
            let text = "maximum pool and queue capacity reached\n\
                java.util.concurrent.RejectedExecutionException: Thread pool saturated, discarding execution\n\
                \tat com.cisco.ccbu.common.executor.Pool.execute(Pool.java:118)";
            let record = ("QUEUE STATISTICS POLLING ERROR", "[count=751]", text);
            noise::error(self.pens, NODE, begins + round * 10_000, record);
        }
        for nth in 0..6 {
            self.agent(
                (NODE, begins + nth * 20_000),
                Scenario::SlowReply,
                |visit| {
                    visit.up_to_user(0);
                    let sent = visit.request_sign_in();
                    visit.agree(sent, Delivery::SlowReply);
                    visit.stops(Stop::None, Some("slow_step"));
                    visit.work();
                    visit.report_log();
                },
            );
        }
        self.ledger.bundle.push("statistics_overload");
    }

    fn peripheral_offline(&mut self, begins: i64) {
        let gone = begins + 60_000;
        let back = gone + self.random.between(70_000, 90_000);
        for (at, id, status) in [(gone, 4, 0x4), (back, 3, 0)] {
            for node in 0..2 {
                self.pens.system_event(node, at, id, status);
            }
        }
        self.agent((0, gone + 2000), Scenario::CtiRefused, |visit| {
            visit.up_to_user(0);
            visit.refused(NO_PHONE_SYSTEM, "cti_refused");
            visit.found_with("peripheral_offline");
        });
        self.agent((1, gone + 5000), Scenario::CtiSilent, |visit| {
            visit.cti_silent();
            visit.found_with("peripheral_offline");
        });
        self.agent((0, back + 30_000), Scenario::Ok, |visit| visit.plain());
        self.ledger.bundle.push("peripheral_offline");
    }

    /// From the second file on that begins from now on, so that there is one on either side.
    fn files_lost(&mut self, begins: i64, config: &Config) {
        const NODE: usize = 0;
        let file = config.rotate_ms.max(1);
        let age = begins - config.start.0;
        let middle = config.start.0 + (age.div_euclid(file) + 2) * file + file / 2;
        let files = (LOST_MS + file - 1) / file;
        for nth in 0..files {
            let lost = (Log::Webservices(NODE), middle + nth * file);
            self.ledger.lost.push(lost);
        }
        self.agent((NODE, middle), Scenario::Ok, |visit| visit.plain());
        self.ledger.lasts_until(middle + (files + 1) * file);
        self.ledger.bundle.push("log_gap");
    }
}

impl Pens<'_> {
    /// Finesse publishes its own state.
    fn system_status(&mut self, node: usize, at: i64, status: &str) {
        let tags = format!(
            "[NodeId=/finesse/api/SystemInfo][Payload=<Update><data><systemInfo>\
             <status>{status}</status></systemInfo></data><event>PUT</event><requestId></requestId>\
             <source>/finesse/api/SystemInfo</source></Update>]"
        );
        let text = "Publishing XMPP Message Asynchronously";
        let record = ("XMPP_PUBLISH_ASYNCHRONOUS", tags.as_str(), text);
        self.webservices(node, at, "pool-5-thread-1", record, Cause::NOISE);
    }

    /// The CTI server tells a node what happened behind it.
    fn system_event(&mut self, node: usize, at: i64, id: u32, status: u32) {
        let fields = format!("PGStatus:{status:#x} SystemEventID:{id} SystemEventArg1:5000");
        let message = ("SYSTEM_EVENT", fields.as_str(), [].as_slice());
        self.cti_message(node, at, message, Cause::NOISE);
        let thread = self.journal.thread(node, Pool::CtiEvent, at + 2, at + 3);
        let tags = format!(
            "[cti_message=CTISystemEvent [pgStatus={status}, systemEventID={id}, systemEventArg1=5000]\
             CTIMessageBean [invokeID=null, msgID=31, msgName=SystemEvent, deploymentType={}]]\
             [cti_response_time=1]",
            self.cluster.deployment.tag()
        );
        let text = "Decoded Message to Finesse from backend cti server";
        let record = ("DECODED_MESSAGE_FROM_CTI_SERVER", tags.as_str(), text);
        let thread = format!("CTIMessageEventExecutor-{thread}");
        self.webservices(node, at + 2, &thread, record, Cause::NOISE);
    }
}

/// What a sign-in is refused with while the peripheral is offline (GED-188).
const NO_PHONE_SYSTEM: Failure = Failure {
    code: 34,
    name: "CF_RESOURCE_OUT_OF_SERVICE",
    kind: "Generic Error",
};

/// Body of a 500 (Finesse developer guide, API errors).
const INTERNAL_ERROR: &str = "<ApiErrors><ApiError><ErrorType>Internal Server Error</ErrorType>\
     <ErrorMessage>RUNTIME_EXCEPTION</ErrorMessage></ApiError></ApiErrors>";
