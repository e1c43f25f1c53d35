//! The pens: how each log of the cluster writes an entry (grammars: one pen per log).

use super::clock::Clock;
use super::cluster::{Agent, Cluster, Deployment, NotificationForm, Release, WireForm};
use super::journal::{Cause, Invoke, Journal, Log, Pool, SEQUENCE};

/// The cluster with its logs open for writing.
#[derive(Debug)]
pub(super) struct Pens<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) journal: &'a mut Journal,
}

/// One line of an access log, before it is printed.
#[derive(Debug)]
pub(super) struct Access<'a> {
    /// Browser, or `127.0.0.1`.
    pub(super) from: &'a str,
    /// Authenticated user, or `-`.
    pub(super) user: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// With its `?`, or empty.
    pub(super) query: &'a str,
    pub(super) status: u16,
    /// Answer length; `None` prints `-`.
    pub(super) bytes: Option<i64>,
    pub(super) ms: i64,
}

impl Pens<'_> {
    /// Access log, written when the request ends. An empty query leaves two blanks.
    pub(super) fn access(&mut self, node: usize, at: i64, line: &Access<'_>, cause: Cause) {
        let time = if self.cluster.forms.access_time {
            format!("{} ", self.cluster.nodes[node].clock.access(at))
        } else {
            String::new()
        };
        let port = match self.cluster.forms.release {
            Release::V9 if self.cluster.deployment == Deployment::Cce => 80,
            _ if line.from == "127.0.0.1" => 8082,
            _ => 8445,
        };
        let bytes = line.bytes.map_or("-".to_owned(), |bytes| bytes.to_string());
        let Access {
            from,
            user,
            method,
            path,
            query,
            status,
            ms,
            ..
        } = line;
        let text = format!(
            "{from} {from} {user} - {time}{port} {method} {path} {query} HTTP/1.1 {status} {bytes} {ms}"
        );
        self.journal.write(Log::Access(node), at, text, cause);
    }

    /// Webservices: `<seq>: <host>: <time>: %CCBU_<thread>-6-<mnemonic>: %[tags]: text`.
    pub(super) fn webservices(
        &mut self,
        node: usize,
        at: i64,
        thread: &str,
        (mnemonic, tags, text): (&str, &str, &str),
        cause: Cause,
    ) {
        let severity = if mnemonic.contains("ERROR") { 3 } else { 6 };
        let body = format!("%CCBU_{thread}-{severity}-{mnemonic}: %{tags}: {text}");
        let line = if self.cluster.forms.webservices_stripped {
            body
        } else {
            let Cluster { nodes, forms, .. } = self.cluster;
            let time = nodes[node].clock.webservices(at, forms.webservices_colon);
            format!("{SEQUENCE}: {}: {time}: {body}", nodes[node].address)
        };
        if severity == 3 {
            let copy = line.clone();
            self.journal.write(Log::Errors(node), at, copy, cause);
        }
        self.journal.write(Log::Webservices(node), at, line, cause);
    }

    /// Client log, in the wording's form. `drift`: browser minus server as measured, once it is.
    pub(super) fn client(
        &mut self,
        desk: &Desk<'_>,
        at: i64,
        component: &str,
        message: &str,
        cause: Cause,
    ) {
        let Some(log) = desk.log else {
            return;
        };
        let text = format!("{}{component} : {message}", self.client_head(desk, at));
        self.journal.write(Log::Client(log), at, text, cause);
    }

    fn client_head(&self, desk: &Desk<'_>, at: i64) -> String {
        let clock = &desk.agent.clock;
        match self.cluster.forms.release {
            Release::V9 => format!("{}: ", clock.time_of_day(at)),
            Release::V11 | Release::V12 => {
                let node = &self.cluster.nodes[desk.node];
                let server = match desk.drift {
                    Some(drift) => {
                        let estimate = Clock {
                            offset_ms: clock.offset_ms - drift,
                            ..node.clock
                        };
                        estimate.webservices(at, false)
                    }
                    None => "--- -- ---- --:--:--.--- -----".to_owned(),
                };
                format!("{}: : {}: {server}: ", clock.client(at), node.name)
            }
        }
    }

    /// One dumplog message; every line of it repeats the header, as the CTI server does.
    pub(super) fn cti(&mut self, at: i64, lines: &[String], cause: Cause) {
        let clock = &self.cluster.cti;
        let time = if self.cluster.forms.dumplog_ms {
            clock.time_of_day_ms(at)
        } else {
            clock.time_of_day(at)
        };
        let text: Vec<String> = lines
            .iter()
            .map(|line| format!("{time} cg1A-ctisvr {line}"))
            .collect();
        self.journal.write(Log::Cti, at, text.join("\n"), cause);
    }

    /// A message of one of Finesse's CTI connections, `SESSION n: MsgType:… (fields )`; on UCCX in the
    /// engine's log.
    pub(super) fn cti_message(
        &mut self,
        node: usize,
        at: i64,
        (kind, first, rest): (&str, &str, &[String]),
        cause: Cause,
    ) {
        if self.cluster.deployment == Deployment::Ccx {
            return self.engine_message(node, at, (kind, first, rest), cause);
        }
        let session = self.cluster.session(node, at);
        let mut lines = vec![format!("SESSION {session}: MsgType:{kind} ({first}")];
        for line in rest {
            lines.push(format!("SESSION {session}:         {line}"));
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(" )");
        }
        self.cti(at, &lines, cause);
    }

    /// Notification Service, class `RoutingTableImpl` and others.
    pub(super) fn notification(
        &mut self,
        node: usize,
        at: i64,
        class: &str,
        message: &str,
        cause: Cause,
    ) {
        let time = self.cluster.nodes[node].clock.openfire(at);
        let class_path = format!("org.jivesoftware.openfire.spi.{class}");
        let text = match self.cluster.forms.notification {
            NotificationForm::PerLevel => format!("{time} {class_path} - {message}"),
            NotificationForm::AllLog => {
                format!("{time} INFO  [pubsub-worker-3]: {class_path} - {message}")
            }
            NotificationForm::Bare => format!("{class}: {message}"),
        };
        self.journal.write(Log::Notification(node), at, text, cause);
    }

    /// One exchange on the wire, request and answer in one block; nothing where the log is off.
    pub(super) fn wire(
        &mut self,
        node: usize,
        at: i64,
        (sent, received): (&[String], &[String]),
        cause: Cause,
    ) {
        let time = self.cluster.nodes[node].clock.openfire(at);
        let form = self.cluster.forms.wire;
        let put = |arrow: &str, line: &str| match form {
            WireForm::Off | WireForm::Bare if arrow == "<<" => format!("<<\"{line}[\\r][\\n]\""),
            WireForm::Off | WireForm::Bare => format!(">> \"{line}[\\r][\\n]\""),
            WireForm::Stamped => {
                format!("{time} httpclient.wire.header - {arrow} \"{line}[\\r][\\n]\"")
            }
            WireForm::Outgoing => format!("http-outgoing-{node} {arrow} \"{line}[\\r][\\n]\""),
        };
        let mut lines: Vec<String> = sent.iter().map(|line| put(">>", line)).collect();
        if form == WireForm::Bare {
            lines.insert(1, "Adding Host request header".to_owned());
        }
        lines.extend(received.iter().map(|line| put("<<", line)));
        if form != WireForm::Off {
            self.journal
                .write(Log::Wire(node), at, lines.join("\n"), cause);
        }
    }

    /// The realm refuses the agent's password.
    pub(super) fn realm(&mut self, desk: &Desk<'_>, at: i64, cause: Cause) {
        let node = &self.cluster.nodes[desk.node];
        let time = node.clock.webservices(at, false);
        let up = at - self.cluster.up_since;
        let number = self.journal.thread(desk.node, Pool::Http, at, at);
        let thread = self.http_thread(&number);
        let text = format!(
            "{up}: {time}: [{thread}] ERROR CCRealmConfig.finesseAuthenticate(): Unable to authenticate user: {}",
            desk.agent.typed
        );
        self.journal.write(Log::Realm(desk.node), at, text, cause);
    }

    /// Tomcat refuses a user who is locked, whatever the password.
    pub(super) fn locked_out(&mut self, desk: &Desk<'_>, at: i64, cause: Cause) {
        const CLASS: &str = "org.apache.catalina.realm.LockOutRealm";
        let clock = &self.cluster.nodes[desk.node].clock;
        let message = format!(
            "An attempt was made to authenticate the locked user \"{}\"",
            desk.agent.typed
        );
        let text = match self.cluster.forms.release {
            Release::V12 => {
                let number = self.journal.thread(desk.node, Pool::Http, at, at);
                let thread = self.http_thread(&number);
                let time = clock.catalina(at);
                format!("{time} WARNING [{thread}] {CLASS}.filterLockedAccounts {message}")
            }
            Release::V9 | Release::V11 => {
                let time = clock.catalina_old(at);
                format!("{time} {CLASS} isLocked\nWARNING: {message}")
            }
        };
        self.journal
            .write(Log::Catalina(desk.node), at, text, cause);
    }

    /// A line of Tomcat about its own state: class, method, text.
    pub(super) fn tomcat(&mut self, node: usize, at: i64, what: (&str, &str, &str)) {
        let (class, method, said) = what;
        let class = match class {
            "Catalina" => "org.apache.catalina.startup.Catalina".to_owned(),
            other => format!("org.apache.catalina.core.{other}"),
        };
        let clock = &self.cluster.nodes[node].clock;
        let text = match self.cluster.forms.release {
            Release::V12 => format!("{} INFO [main] {class}.{method} {said}", clock.catalina(at)),
            Release::V9 | Release::V11 => {
                format!("{} {class} {method}\nINFO: {said}", clock.catalina_old(at))
            }
        };
        let log = Log::Catalina(node);
        self.journal.write(log, at, text, Cause::NOISE);
    }

    /// The identity service cannot read who signs in (its two orders of fields are both in use).
    pub(super) fn identity_error(&mut self, node: usize, at: i64, cause: Cause) {
        const SAID: &str = "com.cisco.ccbu.ids IdSSAMLAsyncServlet.java:465 - \
            Could not retrieve from attributes map: user_principal";
        const THREAD: &str = "[IdSEndPoints-SAML-22]";
        let time = self.cluster.nodes[node].clock.identity(at);
        let text = match self.cluster.forms.release {
            Release::V12 => format!("{time} default ERROR {THREAD} {SAID}"),
            Release::V9 | Release::V11 => format!("{time} {THREAD} ERROR {SAID}"),
        };
        self.journal.write(Log::Identity(node), at, text, cause);
    }

    /// A command that an administrator types on a node.
    pub(super) fn command(&mut self, node: usize, at: i64, command: &str) {
        let time = self.cluster.nodes[node].clock.command_line(at);
        let text = format!("{time} INFO [main] sdMain.main - command: {command}");
        let log = Log::Commands(node);
        self.journal.write(log, at, text, Cause::NOISE);
    }

    /// Name of one of Tomcat's request threads.
    pub(super) fn http_thread(&self, number: &str) -> String {
        match self.cluster.forms.release {
            Release::V9 => format!("http-8080-{number}"),
            Release::V11 => format!("http-bio-8445-exec-{number}"),
            Release::V12 => format!("https-jsse-nio-8445-exec-{number}"),
        }
    }

    /// `MESSAGE_TO_CTI_SERVER` of a SetAgentStateReq, on a worker thread.
    pub(super) fn set_agent_state(
        &mut self,
        node: usize,
        at: i64,
        request: &StateRequest<'_>,
        cause: Cause,
    ) {
        let thread = self.journal.thread(node, Pool::Work, at, at + 2);
        let StateRequest {
            invoke,
            state,
            reason,
            forced,
            work_mode,
            agent,
        } = request;
        let tags = format!(
            "[cti_message=Invoke id :{} , agentstate : {state}, workmode : {}, reason code: {reason}, \
             forceflag :{forced}, agentcapacity: 0, agentext: {}, agentid: {}]\
             [cti_message_name=SetAgentStateReq]",
            invoke.decimal(),
            work_mode.number,
            agent.extension,
            agent.id
        );
        self.webservices(
            node,
            at,
            &format!("pool-5-thread-{thread}"),
            (
                "MESSAGE_TO_CTI_SERVER",
                &tags,
                "Message going to the backend cti server",
            ),
            cause,
        );
    }
}

/// How an agent gets its calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorkMode {
    /// CTI number.
    pub(super) number: u32,
    /// CTI name.
    pub(super) cti: &'static str,
    /// As a sign-in request of the REST API asks for it, or empty.
    pub(super) rest: &'static str,
}

/// At the agent's own extension.
pub(super) const AT_THE_DESK: WorkMode = WorkMode {
    number: 0,
    cti: "WORK_MODE_UNSPECIFIED",
    rest: "",
};

/// A mobile agent, who is called for each call.
pub(super) const CALL_BY_CALL: WorkMode = WorkMode {
    number: 3,
    cti: "WORK_MODE_CALL_BY_CALL",
    rest: "CALL_BY_CALL",
};

/// What Finesse asks the CTI server for.
#[derive(Debug)]
pub(super) struct StateRequest<'a> {
    pub(super) invoke: Invoke,
    /// CTI number of the state.
    pub(super) state: u32,
    /// Signed 16 bit, as Finesse prints it.
    pub(super) reason: i32,
    pub(super) forced: u32,
    pub(super) work_mode: WorkMode,
    pub(super) agent: &'a Agent,
}

/// An open desktop page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) agent: &'a Agent,
    /// The node the page came from.
    pub(super) node: usize,
    /// Number of its client log; `None` if nobody ever uploads it.
    pub(super) log: Option<usize>,
    /// Browser minus server clock as measured, ms; `None` before the first synchronisation.
    pub(super) drift: Option<i64>,
    /// How much longer than usual the REST API takes to answer a PUT, ms.
    pub(super) http_ms: i64,
    pub(super) work_mode: WorkMode,
}
