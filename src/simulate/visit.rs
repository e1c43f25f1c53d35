//! An agent at a desk: the pieces of the flow up to the sign-in request, and its end in the browser.

use super::Quirk;
use super::cluster::{DOMAIN, Release, TEAMS};
use super::journal::{Cause, Log};
use super::ledger::Ledger;
use super::pens::{Access, Desk, Pens};
use super::random::Random;
use super::rest::{Call, OUT_OF_SERVICE, Passed, Put, SignIn, base64};
use crate::flow::StepName;

/// An agent working with one desktop page. Methods play one piece each and move `now` on.
#[derive(Debug)]
pub(super) struct Visit<'p, 'a> {
    pub(super) pens: &'p mut Pens<'a>,
    pub(super) ledger: &'p mut Ledger,
    pub(super) random: Random,
    pub(super) desk: Desk<'p>,
    /// Number of the attempt being played; `None` before the first.
    pub(super) attempt: Option<usize>,
    /// True time, epoch ms.
    pub(super) now: i64,
    /// Whether the agent types the password in no time.
    pub(super) hurried: bool,
    /// Whether the attempt being played is over, one way or the other.
    pub(super) over: bool,
}

impl Visit<'_, '_> {
    /// This attempt, proving `steps`.
    pub(super) fn proves(&self, steps: &'static [StepName]) -> Cause {
        Cause {
            attempt: self.attempt,
            steps,
            later: self.over,
        }
    }

    /// This attempt, proving nothing.
    pub(super) fn related(&self) -> Cause {
        self.proves(&[])
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, low: i64, high: i64) {
        self.now += self.random.between(low, high);
    }

    pub(super) fn release(&self) -> Release {
        self.pens.cluster.forms.release
    }

    /// The browser's class that minds the connection.
    fn minder(&self) -> &'static str {
        match self.release() {
            Release::V9 => "PageServices",
            _ => "FailoverMonitor",
        }
    }

    /// A client-log record of the container.
    pub(super) fn say(&mut self, message: &str, cause: Cause) {
        self.pens
            .client(&self.desk, self.now, "Container", message, cause);
    }

    /// The page and its parts, in the order the server finishes them, and the client log's header. They
    /// name nobody: where all desktops have one address, they prove nothing about any of them.
    pub(super) fn page_load(&mut self, cause: Cause) {
        let cause = if self.pens.cluster.has(Quirk::Nat) {
            self.related()
        } else {
            cause
        };
        const PARTS: [(&str, u16, i64); 9] = [
            ("/", 302, 0),
            ("/desktop/container/", 200, 4541),
            ("/desktop/theme/finesse/css/base.css", 200, 3093),
            ("/desktop/theme/finesse/css/login.css", 200, 2185),
            ("/desktop/js/Logon.js", 200, 1745),
            ("/desktop/js/utilities/Cookies.js", 200, 2390),
            (
                "/desktop/thirdparty/jquery/js/jquery.tools.min.js",
                200,
                15_699,
            ),
            ("/desktop/theme/finesse/images/help.png", 200, 830),
            ("/desktop/theme/finesse/images/bg.jpg", 200, 32_222),
        ];
        for (path, status, bytes) in PARTS {
            let ms = self.random.between(0, 90);
            self.now += ms + 4;
            self.page_part((path, status, bytes, ms), cause);
        }
        self.header();
    }

    fn page_part(&mut self, (path, status, bytes, ms): (&str, u16, i64, i64), cause: Cause) {
        let line = Access {
            from: &self.desk.agent.address,
            user: "-",
            method: "GET",
            path,
            query: "",
            status,
            bytes: (bytes > 0).then_some(bytes),
            ms,
        };
        self.pens.access(self.desk.node, self.now, &line, cause);
    }

    /// What a client log begins with: the browser's name without a time, then a header block.
    fn header(&mut self) {
        let started = self.desk.agent.clock.javascript(self.now);
        let agent = "Mozilla/5.0 (Windows NT 10.0; WOW64; rv:45.0) Gecko/20100101 Firefox/45.0";
        let cause = self.related();
        if let Some(log) = self.desk.log {
            let log = Log::Client(log);
            self.pens
                .journal
                .write(log, self.now, agent.to_owned(), cause);
        }
        if self.release() != Release::V9 {
            for message in [
                "",
                "logger initialized",
                &format!("Started on: {started}"),
                "Browser: null",
                "Client IP: null",
                "",
            ] {
                self.pens
                    .client(&self.desk, self.now, "Header", message, cause);
            }
        }
    }

    /// `GET SystemInfo`, answered with `status`; in service unless that is an error.
    pub(super) fn system_info(&mut self, status: u16, cause: Cause) -> Passed {
        let content = system_info_content(self.release(), status);
        let call = Call {
            class: "SystemInfo",
            resource: "SystemInfo",
            query: "",
            method_name: "systemInfo.GET",
            status,
            content: &content,
            work_ms: self.random.between(12, 160),
            cause,
        };
        let passed = self.get(&call);
        if self.release() != Release::V9 && status == 200 {
            self.synchronise();
        }
        passed
    }

    /// 11.x: the browser compares its clock with the server's.
    fn synchronise(&mut self) {
        let node = &self.pens.cluster.nodes[self.desk.node];
        let client = self.desk.agent.clock;
        let error = self.random.between(-15, 15);
        let drift = client.offset_ms - node.clock.offset_ms + error;
        let message = format!(
            "Client: {}, Server: {}, Drift: {drift}ms, Network Latency (round trip): {}ms",
            client.state_change(self.now, true),
            node.clock.state_change(self.now - error, true),
            error.abs() * 2 + 3
        );
        let related = self.related();
        self.pens
            .client(&self.desk, self.now, "Header", &message, related);
        self.desk.drift = Some(drift);
    }

    /// `System info status: …`.
    pub(super) fn system_status(&mut self, status: &str) {
        let related = self.related();
        let message = match self.release() {
            Release::V9 => format!("PageServices.init().onLoad: System info status: {status}"),
            _ => format!("FailoverMonitor.init().onLoad: System info status: {status}"),
        };
        self.say(&message, related);
    }

    /// The connection comes up after `retries` broken attempts; with presence and the wire log's call.
    pub(super) fn connect(&mut self, retries: u32, cause: Cause, presence: Cause, wire: Cause) {
        self.begin_connecting();
        for retry in 0..retries {
            self.broken_connection(retry, cause);
        }
        self.status("connecting", cause);
        self.wait(60, 300);
        self.wire_user_get(self.now - 25, 200, wire);
        let available = self.now - 8;
        self.presence(available, "available", presence);
        self.status("connected", cause);
        self.http_bind();
        self.wait(2, 30);
        let minder = match self.release() {
            Release::V9 => "PageServices.onLoad()",
            _ => "FailoverMonitor._connectionConnectHandler()",
        };
        let message = format!("{minder}: BOSH established! Commencing sign-in process");
        self.say(&message, cause);
    }

    /// `Establishing BOSH connection...`.
    pub(super) fn begin_connecting(&mut self) {
        let (related, minder) = (self.related(), self.minder());
        self.say(
            &format!("{minder}.init(): Establishing BOSH connection..."),
            related,
        );
        self.say(
            &format!("{minder}.init(): Starting timeout and poller..."),
            related,
        );
        self.wait(80, 400);
    }

    /// `connecting`, `disconnected`, `retryCount=…`.
    pub(super) fn broken_connection(&mut self, retry: u32, cause: Cause) {
        self.status("connecting", cause);
        self.wait(90, 500);
        self.status("disconnected", cause);
        self.wait(1, 9);
        let minder = self.minder();
        self.say(
            &format!("{minder}._onDisconnect(): retryCount={retry}, retrying..."),
            cause,
        );
        self.wait(100, 400);
    }

    pub(super) fn status(&mut self, status: &str, cause: Cause) {
        let message = format!(
            "[ClientServices] MasterPublisher._connInfoHandler() - Connection status: {status}"
        );
        self.say(&message, cause);
    }

    /// `PRESENCE_NOTIFICATION_RECIEVED` at `at`.
    pub(super) fn presence(&mut self, at: i64, kind: &str, cause: Cause) {
        let tags = format!(
            "[FROM JID={}@{DOMAIN}/desktop][PRESENCE_TYPE={kind}]",
            self.desk.agent.id
        );
        self.pens.webservices(
            self.desk.node,
            at,
            "Smack Listener Processor (1)",
            (
                "PRESENCE_NOTIFICATION_RECIEVED",
                &tags,
                "Finesse received a presence notification",
            ),
            cause,
        );
    }

    /// The Notification Service checks the user: a GET to localhost, in its wire log.
    pub(super) fn wire_user_get(&mut self, at: i64, status: u16, cause: Cause) {
        let agent = self.desk.agent;
        let credentials = base64(&format!("{}:{}", agent.typed, agent.extension));
        let sent = [
            format!("GET /finesse/api/User/{} HTTP/1.1", agent.id),
            format!("Authorization: Basic {credentials}"),
            "User-Agent: Jakarta Commons-HttpClient/3.1".to_owned(),
            "Host: localhost:8080".to_owned(),
            String::new(),
        ];
        let phrase = match status {
            200 => "OK",
            401 => "Unauthorized",
            404 => "Not Found",
            _ => "Internal Server Error",
        };
        let answer = format!("HTTP/1.1 {status} {phrase}");
        let received = [
            answer.clone(),
            answer,
            "Pragma: No-cache".to_owned(),
            "Cache-Control: no-cache".to_owned(),
        ];
        self.pens
            .wire(self.desk.node, at, (&sent, &received), cause);
        let related = self.related();
        self.pens.local_user_get(&self.desk, at, status, related);
    }

    /// A long poll of the connection, in the access log.
    pub(super) fn http_bind(&mut self) {
        let ms = self.random.between(20, 29_000);
        let line = Access {
            from: &self.desk.agent.address,
            user: "-",
            method: "POST",
            path: "/http-bind",
            query: "",
            status: 200,
            bytes: Some(self.random.between(60, 900)),
            ms,
        };
        let related = self.related();
        self.pens
            .access(self.desk.node, self.now + ms, &line, related);
    }

    /// `GET User/<id>`: the agent's data in `state`.
    pub(super) fn user_get(&mut self, status: u16, state: &str, cause: Cause) {
        let content = self.user_lines(state);
        self.user_get_answered(status, &content, cause);
    }

    /// `GET User/<id>`, whatever the answer.
    pub(super) fn user_get_answered(&mut self, status: u16, content: &str, cause: Cause) {
        let resource = format!("User/{}", self.desk.agent.id);
        let call = Call {
            class: "User",
            resource: &resource,
            query: "",
            method_name: "user.GET",
            status,
            content,
            work_ms: self.random.between(4, 90),
            cause,
        };
        self.get(&call);
    }

    /// The desktop sends `PUT User/<id>` with state LOGIN.
    pub(super) fn login(&mut self, sign_in: &SignIn<'_>) -> Passed {
        let SignIn {
            request_id,
            extension,
            status,
            content,
        } = sign_in;
        let request = self.proves(&[StepName::LoginRequest]);
        let message = format!("SignIn.handleUserLoad(): Performing login: extn={extension}");
        let (mobile, mode) = match self.desk.work_mode.rest {
            "" => (String::new(), String::new()),
            mode => (
                format!(
                    "<mobileAgent><mode>{mode}</mode><dialNumber>{DIAL_NUMBER}</dialNumber></mobileAgent>"
                ),
                format!(" mode:{mode} dialNumber:{DIAL_NUMBER}"),
            ),
        };
        let body = format!(
            "<User><extension>{extension}</extension>{mobile}<state>LOGIN</state><requestId>{request_id}</requestId></User>"
        );
        let parameters = format!(" extension:{extension} state:LOGIN{mode}");
        self.say(&message, request);
        let put = Put {
            request_id,
            parameters: &parameters,
            body: &body,
            answer: self.proves(&[StepName::LoginAccepted]),
        };
        self.send_put(&put, *status, content, request)
    }

    /// A PUT of this agent's user.
    pub(super) fn send_put(
        &mut self,
        put: &Put<'_>,
        status: u16,
        content: &str,
        cause: Cause,
    ) -> Passed {
        let resource = format!("User/{}", self.desk.agent.id);
        let call = Call {
            class: "User",
            resource: &resource,
            query: "",
            method_name: "user.PUT",
            status,
            content,
            work_ms: self.random.between(3, 25) + self.desk.http_ms,
            cause,
        };
        self.pens
            .put(&self.desk, self.now, &call, put, &mut self.random)
    }

    /// A GET; `now` becomes the time of the answer.
    pub(super) fn get(&mut self, call: &Call<'_>) -> Passed {
        let passed = self.pens.get(
            &self.desk,
            self.now,
            call,
            &mut self.ledger.nocaches,
            &mut self.random,
        );
        self.now = passed.answered;
        passed
    }

    /// Reason codes, wrap-up reasons, phone books, dialogs, all answered alike.
    pub(super) fn follow_up(&mut self, status: u16, content: &str) {
        const RESOURCES: [(&str, &str, &str, &str); 5] = [
            (
                "ReasonCodes",
                "ReasonCodes",
                "category=NOT_READY&",
                "userReasonCodes.GET",
            ),
            (
                "ReasonCodes",
                "ReasonCodes",
                "category=LOGOUT&",
                "userReasonCodes.GET",
            ),
            (
                "WrapUpReasons",
                "WrapUpReasons",
                "",
                "userWrapUpReasons.GET",
            ),
            ("PhoneBooks", "PhoneBooks", "", "userPhoneBooks.GET"),
            ("Dialogs", "Dialogs", "", "userDialogs.GET"),
        ];
        let cause = self.proves(&[StepName::FollowUp]);
        for (class, name, query, method_name) in RESOURCES {
            let resource = format!("User/{}/{name}", self.desk.agent.id);
            let call = Call {
                class,
                resource: &resource,
                query,
                method_name,
                status,
                content,
                work_ms: self.random.between(5, 60),
                cause,
            };
            self.get(&call);
            self.wait(1, 30);
        }
    }

    /// `<User>…` over several lines, as the client logs it.
    fn user_lines(&self, state: &str) -> String {
        let agent = self.desk.agent;
        let (team, team_name) = TEAMS[agent.team];
        let extension = if state == "LOGOUT" {
            ""
        } else {
            &agent.extension
        };
        format!(
            "<User>\n<dialogs>/finesse/api/User/{id}/Dialogs</dialogs>\n<extension>{extension}</extension>\n\
             <firstName>{}</firstName>\n<lastName>{}</lastName>\n<loginId>{id}</loginId>\n\
             <loginName>{}</loginName>\n<roles>\n<role>Agent</role>\n</roles>\n<state>{state}</state>\n\
             <stateChangeTime></stateChangeTime>\n<teamId>{team}</teamId>\n<teamName>{team_name}</teamName>\n\
             <uri>/finesse/api/User/{id}</uri>\n</User>",
            agent.first,
            agent.last,
            agent.login,
            id = agent.id,
        )
    }
}

/// A mobile agent's own telephone.
const DIAL_NUMBER: &str = "5550100";

fn system_info_content(release: Release, status: u16) -> String {
    match (release, status) {
        (_, 503) => OUT_OF_SERVICE.to_owned(),
        (Release::V9, _) => String::new(),
        _ => format!(
            "<SystemInfo><status>IN_SERVICE</status><xmppDomain>{DOMAIN}</xmppDomain>\
             <xmppPubSubDomain>pubsub.{DOMAIN}</xmppPubSubDomain></SystemInfo>"
        ),
    }
}
