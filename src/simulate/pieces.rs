//! The pieces that stories are made of: a page is opened, a request sent, an answer comes back.

use super::Quirk;
use super::cluster::{TEAMS, WireForm};
use super::hop::{LOGIN, NOT_READY, READY, Sent, State};
use super::journal::Cause;
use super::ledger::{ClientLog, End, Played, Stop};
use super::pens::{AT_THE_DESK, Access};
use super::rest::{Put, SignIn};
use super::scenario::Scenario;
use super::visit::Visit;
use crate::flow::StepName;

/// How the CTI server answers a request to sign in that it does not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// In time.
    Prompt,
    /// Published late.
    Late,
    /// The CTI server itself takes its time.
    SlowReply,
    /// Never at the desktop.
    Lost,
}

impl Visit<'_, '_> {
    /// A new attempt on a new page; nobody opens one while the node is about to restart.
    pub(super) fn begin(&mut self, scenario: Scenario) {
        if self.past_restart(60_000) {
            self.waited_in_vain();
        }
        let uploaded = self.random.chance(self.pens.cluster.uploads);
        self.note_attempt(scenario, uploaded);
        self.desk.log = uploaded.then(|| self.client_log());
        self.desk.drift = None;
        self.desk.work_mode = AT_THE_DESK;
    }

    /// Waits for a restart of the node that comes within `ahead` ms; whether there is one.
    pub(super) fn past_restart(&mut self, ahead: i64) -> bool {
        let restart = self.pens.cluster.restart_of(self.desk.node);
        let near = restart.filter(|at| (at - ahead..at + 2000).contains(&self.now));
        if let Some(restart) = near {
            self.now = restart + self.random.between(2000, 30_000);
        }
        near.is_some()
    }

    /// Who waits for a node to come back has not given up the attempt before at once.
    fn waited_in_vain(&mut self) {
        let before = self
            .attempt
            .map(|number| &mut self.ledger.attempts[number].end);
        if let Some(end) = before
            && let Stop::Left(step) = end.stop
        {
            *end = End {
                stop: Stop::Never(step),
                rule: Some("cti_not_answering"),
            };
        }
    }

    /// One more attempt on the page that is open: "Sign In" is pressed again.
    pub(super) fn press_again(&mut self) {
        if let Some(attempt) = self.attempt {
            let before = &self.ledger.attempts[attempt];
            let (scenario, uploaded) = (before.scenario, before.client_log);
            self.note_attempt(scenario, uploaded);
        }
    }

    fn note_attempt(&mut self, scenario: Scenario, uploaded: bool) {
        let agent = self.desk.agent;
        self.ledger.attempts.push(Played {
            agent: agent.id.clone(),
            extension: agent.extension.clone(),
            login: agent.login.clone(),
            node: self.desk.node,
            scenario,
            started: self.now,
            request_id: None,
            client_log: uploaded,
            end: End::SIGNED_IN,
            with: Vec::new(),
            after: Vec::new(),
        });
        self.attempt = Some(self.ledger.attempts.len() - 1);
        self.over = false;
    }

    /// The number of the log that this page writes to.
    pub(super) fn client_log(&mut self) -> usize {
        let (agent, node) = (&self.desk.agent.id, self.desk.node);
        let logs = &mut self.ledger.client_logs;
        if self.pens.cluster.forms.persistent_client_log {
            let same = |log: &ClientLog| log.agent == *agent && log.node == node;
            if let Some(number) = logs.iter().position(same) {
                return number;
            }
        }
        logs.push(ClientLog {
            agent: agent.clone(),
            node,
            started: self.now,
            pasted: false,
        });
        logs.len() - 1
    }

    pub(super) fn stops(&mut self, stop: Stop, rule: Option<&'static str>) {
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].end = End { stop, rule };
        }
    }

    /// `rule` must be found beside the one of the attempt's end.
    pub(super) fn found_with(&mut self, rule: &'static str) {
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].with.push(rule);
        }
    }

    /// `rule` must be found about the time after the sign-in.
    pub(super) fn found_afterwards(&mut self, rule: &'static str) {
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].after.push(rule);
        }
    }

    /// The page, then the agent types id and password.
    pub(super) fn open_page(&mut self) {
        let cause = self.proves(&[StepName::PageLoad]);
        self.page_load(cause);
        if self.hurried {
            self.wait(1000, 4000);
        } else {
            self.wait(3000, 20_000);
        }
    }

    /// The page goes away for a moment.
    pub(super) fn reload(&mut self) {
        self.over = true;
        let (gone, related) = (self.now, self.related());
        self.presence(gone, "unavailable", related);
        self.wait(300, 1500);
    }

    /// What the wire log proves. Without times in it, nothing tells one try of an agent from the
    /// next: then it proves nothing to those who try twice.
    pub(super) fn wire_cause(&self) -> Cause {
        let form = self.pens.cluster.forms.wire;
        let scenario = self.attempt.map(|n| self.ledger.attempts[n].scenario);
        let again =
            self.pens.cluster.has(Quirk::Shifts) || scenario.is_some_and(Scenario::tries_twice);
        if form != WireForm::Stamped && again {
            self.related()
        } else {
            self.proves(&[StepName::UserGet])
        }
    }

    /// Page, SystemInfo, connection, presence, user.
    pub(super) fn up_to_user(&mut self, retries: u32) {
        self.up_to_user_in("LOGOUT", retries);
    }

    /// The same; the agent is in `state` so far.
    pub(super) fn up_to_user_in(&mut self, state: &str, retries: u32) {
        self.open_page();
        let cause = self.proves(&[StepName::SystemInfo]);
        self.system_info(200, cause);
        self.system_status("IN_SERVICE");
        let connect = self.proves(&[StepName::Connect]);
        let presence = self.proves(&[StepName::Presence]);
        let user = self.proves(&[StepName::UserGet]);
        let wire = self.wire_cause();
        self.connect(retries, connect, presence, wire);
        self.user_get(200, state, user);
        self.wait(1, 20);
    }

    /// The request to sign in, answered 202, and its way to the CTI server.
    pub(super) fn request_sign_in(&mut self) -> Sent {
        let request_id = self.new_request();
        let extension = &self.desk.agent.extension;
        let passed = self.login(&SignIn {
            request_id: &request_id,
            extension,
            status: 202,
            content: "",
        });
        let at = passed.decoded + self.random.between(1, 7);
        let cause = self.proves(&[StepName::CtiRequest]);
        let sent = self.cti_request(at, LOGIN, -15_532, cause);
        self.now = passed.answered;
        sent
    }

    pub(super) fn new_request(&mut self) -> String {
        let request_id = self.random.uuid();
        if let Some(attempt) = self.attempt {
            self.ledger.attempts[attempt].request_id = Some(request_id.clone());
        }
        request_id
    }

    pub(super) fn request_id(&self) -> String {
        self.attempt
            .and_then(|attempt| self.ledger.attempts[attempt].request_id.clone())
            .unwrap_or_default()
    }

    /// The CTI server agrees: confirmation, events, publishing, and the desktop is told.
    pub(super) fn agree(&mut self, sent: Sent, delivery: Delivery) {
        self.deliver(sent, delivery);
        if delivery != Delivery::Lost {
            self.wait(1, 30);
            self.follow_up(200, "");
        }
    }

    /// The same, without what the desktop reads next.
    pub(super) fn deliver(&mut self, sent: Sent, delivery: Delivery) {
        self.deliver_in((LOGIN, NOT_READY), sent, delivery);
    }

    /// The same; skill groups and agent are in these states then.
    pub(super) fn deliver_in(
        &mut self,
        (skill, state): (State, State),
        sent: Sent,
        delivery: Delivery,
    ) {
        let conf = sent.at
            + match delivery {
                Delivery::SlowReply => self.random.between(4000, 10_000),
                _ => self.random.between(20, 110),
            };
        let reply = self.proves(&[StepName::CtiReply]);
        self.cti_conf(sent, conf, reply);
        let event = self.proves(&[StepName::CtiEvent]);
        let at = conf + self.random.between(1, 60);
        let decoded = self.agent_events(at, (skill, state), 0, event);
        let wait = match delivery {
            Delivery::Late => self.random.between(6000, 16_000),
            _ => self.random.between(2, 60),
        };
        let update = self.user_update(&self.request_id(), state, at);
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
        }
    }

    /// Signed in without trouble.
    pub(super) fn sign_in(&mut self, retries: u32) {
        self.up_to_user(retries);
        let sent = self.request_sign_in();
        self.agree(sent, Delivery::Prompt);
    }

    /// What an agent does once signed in: subscriptions, a change of state, polls.
    pub(super) fn work(&mut self) {
        self.over = true;
        self.wait(100, 900);
        self.subscribe();
        self.http_bind();
        self.wait(4000, 40_000);
        self.change_state(READY);
        self.wait(5000, 60_000);
        self.http_bind();
    }

    /// The last thing: the log is sent to the server.
    pub(super) fn report_log(&mut self) {
        self.over = true;
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
        let passed = self.send_put(&put, 202, "", cause);
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

    /// The page asks for a team's events, some time after sign-in.
    pub(super) fn subscribe(&mut self) {
        let node = format!("/finesse/api/Team/{}/Users", TEAMS[self.desk.agent.team].0);
        let related = self.related();
        for message in [
            format!("Attempting to subscribe to node '{node}'"),
            format!("Subscribed to node '{node}'"),
        ] {
            let message = format!("[ClientServices] MasterPublisher._subscribeNode() - {message}");
            self.say(&message, related);
            self.wait(20, 90);
        }
    }

    /// "Send Error Report": the last record of the uploaded log, and the upload in the access log.
    pub(super) fn upload_log(&mut self) {
        let related = self.related();
        let path = format!("/finesse/api/ClientLog/{}", self.desk.agent.id);
        let message = format!(
            "[ClientServices] ClientLog: requestId='undefined', Making REST request: method=POST, url='{path}'"
        );
        self.say(&message, related);
        let line = Access {
            from: &self.desk.agent.address,
            user: &self.desk.agent.typed,
            method: "POST",
            path: &path,
            query: "",
            status: 202,
            bytes: None,
            ms: 41,
        };
        self.pens
            .access(self.desk.node, self.now + 60, &line, related);
    }
}
