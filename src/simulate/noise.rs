//! What the cluster logs whether or not anybody signs in.

use super::cluster::{Cluster, Deployment, RESTARTED};
use super::hop::{NOT_READY, READY};
use super::journal::{Cause, Pool};
use super::ledger::Ledger;
use super::pens::{AT_THE_DESK, Access, Desk, Pens};
use super::random::Random;
use super::visit::Visit;

/// Agents who signed in before the logs begin.
const RESIDENTS: u32 = 6;

/// First number of a resident agent; far above those who sign in.
const FIRST_RESIDENT: u32 = 900_000;

/// Fills `from..to` (true time), `calm` times rarer than usual, with heartbeats, statistics, other people's work and an exception.
pub(super) fn noise(
    pens: &mut Pens<'_>,
    ledger: &mut Ledger,
    span: (i64, i64, i64),
    random: &mut Random,
) {
    machines(pens, ledger, span, random);
    residents(pens, ledger, span, random);
}

/// The part of the noise that no person causes.
pub(super) fn machines(
    pens: &mut Pens<'_>,
    ledger: &Ledger,
    (from, to, calm): (i64, i64, i64),
    random: &mut Random,
) {
    let every = |period| Every {
        from,
        to,
        period: period * calm,
    };
    for node in 0..2 {
        let up = |at: i64| ledger.closed_until(node, at).is_none();
        every(5000).act(random, |at, _| {
            if up(at) {
                heartbeat(pens, node, at);
            }
        });
        every(10_000).act(random, |at, random| {
            if up(at) {
                statistics(pens, node, at, random);
            }
        });
        every(47_000).act(random, |at, random| static_file(pens, node, at, random));
        every(240_000).act(random, |at, _| exception(pens, node, at));
        every(61_000).act(random, |at, _| openfire(pens, node, at));
        if pens.cluster.deployment == Deployment::Ccx {
            every(7000).act(random, |at, random| pens.engine_noise(node, at, random));
            every(90_000).act(random, |at, _| standby(pens, node, at));
        }
    }
}

/// Something that happens again and again from `from` to `to`.
struct Every {
    from: i64,
    to: i64,
    period: i64,
}

impl Every {
    fn act(&self, random: &mut Random, mut act: impl FnMut(i64, &mut Random)) {
        let mut at = self.from + random.between(0, self.period);
        while at < self.to {
            act(at, random);
            at += self.period + random.between(-self.period / 20, self.period / 20);
        }
    }
}

fn heartbeat(pens: &mut Pens<'_>, node: usize, at: i64) {
    let invoke = pens.journal.invoke(node, at);
    let field = format!("InvokeID:0x{}", invoke.hex());
    pens.cti_message(node, at + 2, ("HEARTBEAT_REQ", &field, &[]), Cause::NOISE);
    pens.cti_message(node, at + 3, ("HEARTBEAT_CONF", &field, &[]), Cause::NOISE);
}

fn statistics(pens: &mut Pens<'_>, node: usize, at: i64, random: &mut Random) {
    let thread = pens.journal.thread(node, Pool::Work, at, at + 4);
    let thread = format!("pool-5-thread-{thread}");
    let text = "Queue statistics requested";
    let record = ("QUEUE_STATISTICS_REQUEST", "[count=75]", text);
    pens.webservices(node, at, &thread, record, Cause::NOISE);
    let invoke = pens.journal.invoke(node, at + 1);
    let group = random.between(5000, 5012);
    let tags = format!(
        "[cti_message=Invoke id :{} , peripheral : 5000, skillgroup : {group}]\
         [cti_message_name=QuerySkillGroupStatisticsReq]",
        invoke.decimal()
    );
    let text = "Message going to the backend cti server";
    let record = ("MESSAGE_TO_CTI_SERVER", tags.as_str(), text);
    pens.webservices(node, at + 1, &thread, record, Cause::NOISE);
    let field = format!("InvokeID:0x{} PeripheralID:5000", invoke.hex());
    let rest = [format!("SkillGroupNumber:{group} SkillGroupPriority:0")];
    let request = (
        "QUERY_SKILL_GROUP_STATISTICS_REQ",
        field.as_str(),
        rest.as_slice(),
    );
    pens.cti_message(node, at + 3, request, Cause::NOISE);
    let rest = [format!(
        "SkillGroupID:{group} AgentsLoggedOn:4 AgentsAvail:2 AgentsNotReady:1"
    )];
    let reply = (
        "QUERY_SKILL_GROUP_STATISTICS_CONF",
        field.as_str(),
        rest.as_slice(),
    );
    pens.cti_message(node, at + 60, reply, Cause::NOISE);
}

fn static_file(pens: &mut Pens<'_>, node: usize, at: i64, random: &mut Random) {
    let line = Access {
        from: "10.99.0.7",
        user: "-",
        method: "GET",
        path: "/desktop/theme/finesse/images/help.png",
        query: "",
        status: random.pick(&[200, 304]),
        bytes: Some(830),
        ms: 1,
    };
    pens.access(node, at, &line, Cause::NOISE);
}

/// An error that has nothing to do with sign-ins, with its stack trace.
fn exception(pens: &mut Pens<'_>, node: usize, at: i64) {
    let text = "the gadget's host does not answer\n\
        java.net.SocketTimeoutException: Read timed out\n\
        \tat java.net.SocketInputStream.socketRead0(Native Method)\n\
        \tat java.lang.Thread.run(Thread.java:745)\n\
        Caused by: java.lang.IllegalStateException: no answer\n\
        \t... 12 more";
    let record = (
        "GADGET_LAYOUT_ERROR",
        "[url=3rdpartygadget/files/clock.xml]",
        text,
    );
    error(pens, node, at, record);
}

/// An error on one of Finesse's worker threads.
pub(super) fn error(pens: &mut Pens<'_>, node: usize, at: i64, record: (&str, &str, &str)) {
    let thread = pens.journal.thread(node, Pool::Work, at, at);
    let thread = format!("pool-5-thread-{thread}");
    pens.webservices(node, at, &thread, record, Cause::NOISE);
}

/// A UCCX node on standby is refused a session by its engine: normal.
fn standby(pens: &mut Pens<'_>, node: usize, at: i64) {
    let invoke = pens.journal.invoke(node, at).decimal();
    let thread = pens.journal.thread(node, Pool::CtiEvent, at, at);
    let tags = format!(
        "[cti_message=CTIFailureConf [status=92]CTIMessageBean [invokeID={invoke}, msgID=1, \
         msgName=FailureConf, deploymentType=CCX]][cti_response_time=1]"
    );
    let text = "Decoded Message to Finesse from backend cti server";
    let record = ("DECODED_MESSAGE_FROM_CTI_SERVER", tags.as_str(), text);
    let thread = format!("CTIMessageEventExecutor-{thread}");
    pens.webservices(node, at, &thread, record, Cause::NOISE);
}

fn openfire(pens: &mut Pens<'_>, node: usize, at: i64) {
    pens.notification(
        node,
        at,
        "PresenceUpdateHandler",
        "Presence update without roster item ignored",
        Cause::NOISE,
    );
}

/// Others at work on both nodes: their state changes look like a sign-in's CTI exchange.
pub(super) fn residents(
    pens: &mut Pens<'_>,
    ledger: &mut Ledger,
    (from, to, calm): (i64, i64, i64),
    random: &mut Random,
) {
    for number in 0..RESIDENTS {
        let agent = pens.cluster.agent(FIRST_RESIDENT + number, random);
        let mut visit = Visit {
            desk: Desk {
                agent: &agent,
                node: number as usize % 2,
                log: None,
                drift: None,
                http_ms: 0,
                work_mode: AT_THE_DESK,
            },
            random: random.branch(u64::from(number)),
            attempt: None,
            hurried: false,
            over: false,
            now: from + random.between(0, 60_000),
            pens: &mut *pens,
            ledger: &mut *ledger,
        };
        while visit.now < to {
            // Nobody changes state just before the node goes down either: it takes a second.
            let closed = visit.ledger.closed_until(visit.desk.node, visit.now + 2000);
            if let Some(until) = closed {
                visit.now = until + visit.random.between(1000, 20_000);
                continue;
            }
            let state = visit.random.pick(&[READY, NOT_READY]);
            visit.change_state(state);
            visit.http_bind();
            visit.wait(30_000 * calm, 120_000 * calm);
        }
    }
}

/// Nodes and CTI server say something at both ends of the run, so that every log covers all of it.
pub(super) fn frame(pens: &mut Pens<'_>, from: i64, to: i64, cluster: &Cluster) {
    if let Some(restart) = cluster.restart {
        reopen(pens, RESTARTED, restart);
    }
    for node in 0..cluster.nodes.len() {
        for at in [from, to] {
            heartbeat(pens, node, at);
            exception(pens, node, at);
            openfire(pens, node, at);
        }
    }
}

/// A node opens its CTI session again.
pub(super) fn reopen(pens: &mut Pens<'_>, node: usize, at: i64) {
    let invoke = pens.journal.invoke(node, at);
    let field = format!("InvokeID:0x{}", invoke.hex());
    let rest =
        ["VersionNumber:14 IdleTimeout:20 PeripheralID:5000 ClientID:\"Finesse\"".to_owned()];
    let request = ("OPEN_REQ", field.as_str(), rest.as_slice());
    pens.cti_message(node, at + 2, request, Cause::NOISE);
    let rest = ["PGStatus:NORMAL PeripheralOnline:1".to_owned()];
    let reply = ("OPEN_CONF", field.as_str(), rest.as_slice());
    pens.cti_message(node, at + 9, reply, Cause::NOISE);
}
