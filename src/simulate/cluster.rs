//! The cluster and its people: nodes, clocks, agents, and the forms their logs are printed in.

use super::clock::Clock;
use super::random::Random;
use super::summer;
use super::truth::TruthClock;
use super::{Config, Quirk};
use serde::{Deserialize, Serialize};

/// The release of the product, which decides how most lines are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Finesse 9.1, as in the base document: client log without date, zone and ms.
    V9,
    /// Finesse 11.x: client log with two times.
    V11,
    /// Finesse 12.x: as 11.x, with the threads of a newer Tomcat.
    V12,
}

/// The product around Finesse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deployment {
    /// UCCE: a CTI server on a machine of its own, read with `dumplog ctisvr`.
    Cce,
    /// UCCX: the engine on each node is the CTI server, and its MIVR log tells of it.
    Ccx,
}

impl Deployment {
    /// As the decoded CTI messages print it.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Cce => "CCE",
            Self::Ccx => "CCX",
        }
    }
}

/// Form of the Notification Service log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationForm {
    /// `YYYY.MM.DD HH:MM:SS <class> - …`: one file per level.
    PerLevel,
    /// `YYYY.MM.DD HH:MM:SS LEVEL [thread]: <class> - …`: Openfire 4.
    AllLog,
    /// `RoutingTableImpl: …` without a time.
    Bare,
}

/// Form of the HTTP wire log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireForm {
    /// Not switched on: the usual case.
    Off,
    /// HttpClient 3, bare: `>> "GET …[\r][\n]"`.
    Bare,
    /// HttpClient 3 behind Openfire's own prefix, in the debug log.
    Stamped,
    /// HttpClient 4: `http-outgoing-0 >> "GET …[\r][\n]"`.
    Outgoing,
}

/// How the logs of the cluster are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forms {
    /// Wording.
    pub release: Release,
    /// Webservices lines without sequence number, host and time.
    pub webservices_stripped: bool,
    /// Webservices zone as `+HH:MM`.
    pub webservices_colon: bool,
    /// Access-log lines with a time.
    pub access_time: bool,
    /// Dumplog with ms (`/ms`).
    pub dumplog_ms: bool,
    /// Dumplog with the `Trace: AGENT_EVENT` lines (trace mask f8).
    pub dumplog_trace: bool,
    /// Dumplog with Windows line ends.
    pub dumplog_crlf: bool,
    /// One client log per agent and node over all its pages (11.5 on), instead of one per page.
    pub persistent_client_log: bool,
    /// Notification Service log.
    pub notification: NotificationForm,
    /// HTTP wire log.
    pub wire: WireForm,
}

impl Forms {
    /// Finesse 11.x with everything printed in full.
    pub const FULL: Forms = Forms {
        release: Release::V11,
        webservices_stripped: false,
        webservices_colon: false,
        access_time: true,
        dumplog_ms: true,
        dumplog_trace: true,
        dumplog_crlf: false,
        persistent_client_log: false,
        notification: NotificationForm::AllLog,
        wire: WireForm::Stamped,
    };

    /// Finesse 9.1: no dates in client, access and CTI logs, no ms.
    pub const OLD: Forms = Forms {
        release: Release::V9,
        webservices_stripped: false,
        webservices_colon: false,
        access_time: false,
        dumplog_ms: false,
        dumplog_trace: true,
        dumplog_crlf: true,
        persistent_client_log: false,
        notification: NotificationForm::PerLevel,
        wire: WireForm::Bare,
    };

    /// Forms drawn from `seed`; webservices lines are never stripped.
    #[must_use]
    pub fn drawn(seed: u64) -> Forms {
        let mut random = Random::new(seed).branch(77);
        Forms {
            release: random.pick(&[Release::V9, Release::V11, Release::V12]),
            webservices_stripped: false,
            webservices_colon: random.chance(30),
            access_time: random.chance(50),
            dumplog_ms: random.chance(50),
            dumplog_trace: random.chance(70),
            dumplog_crlf: random.chance(50),
            persistent_client_log: random.chance(40),
            notification: random.pick(&[
                NotificationForm::PerLevel,
                NotificationForm::AllLog,
                NotificationForm::Bare,
            ]),
            wire: random.pick(&[
                WireForm::Off,
                WireForm::Bare,
                WireForm::Stamped,
                WireForm::Outgoing,
            ]),
        }
    }
}

/// A Finesse node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) address: &'static str,
    pub(super) name: &'static str,
    pub(super) clock: Clock,
    /// Number of its CTI connection in the dumplog, before a restart.
    session: u32,
}

/// An agent and the desk it works at.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) id: String,
    pub(super) extension: String,
    /// Login name, as the agent's data has it.
    pub(super) login: String,
    /// What the agent types to be let in: the id, or the login name.
    pub(super) typed: String,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) team: usize,
    /// The browser's address.
    pub(super) address: String,
    pub(super) clock: Clock,
    pub(super) skill_groups: i64,
}

/// The machines.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) nodes: [Node; 2],
    pub(super) cti: Clock,
    pub(super) forms: Forms,
    pub(super) deployment: Deployment,
    /// What is particular.
    quirks: Vec<Quirk>,
    /// Share of client logs that are uploaded, percent.
    pub(super) uploads: u32,
    /// Whether the other node hears of an agent's changes too, and publishes them.
    pub(super) both_hear: bool,
    /// When both nodes were started (true time).
    pub(super) up_since: i64,
    /// When node B is restarted (true time): its CTI session and invoke ids begin again.
    pub(super) restart: Option<i64>,
}

/// XMPP domain of the cluster.
pub(super) const DOMAIN: &str = "fin-a.acme.example";

/// Teams: id and name.
pub(super) const TEAMS: [(&str, &str); 3] = [
    ("5000", "Orders"),
    ("5001", "Billing"),
    ("5002", "Field_Service"),
];

const FIRST_NAMES: [&str; 20] = [
    "Ada", "Benoit", "Chiara", "Dmitri", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas",
    "Keiko", "Liam", "Mei", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Samir", "Tove",
];

const LAST_NAMES: [&str; 17] = [
    "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vargas",
    "Weber", "Xu", "Yilmaz", "Zeman", "Abel", "Brandt", "Costa",
];

impl Cluster {
    /// The machines of a run; clocks differ by a few seconds, zones as `config` draws them.
    pub(super) fn new(config: &Config) -> Self {
        let mut random = Random::new(config.seed).branch(1);
        let zone = drawn_zone(config, &mut random);
        let clock = |random: &mut Random, zone| Clock {
            offset_ms: random.between(-2500, 2500),
            zone,
            change: summer::change(&config.quirks, zone),
        };
        let mut cluster = Self {
            nodes: [
                Node {
                    address: "192.0.2.10",
                    name: "fin-a.acme.example",
                    clock: Clock {
                        offset_ms: 0,
                        zone,
                        change: summer::change(&config.quirks, zone),
                    },
                    session: 4,
                },
                Node {
                    address: "192.0.2.11",
                    name: "fin-b.acme.example",
                    clock: clock(&mut random, zone),
                    session: 7,
                },
            ],
            cti: {
                let zone = random.pick(&[zone, zone, -360, 60]);
                clock(&mut random, zone)
            },
            forms: config.forms,
            deployment: config.deployment,
            quirks: config.quirks.clone(),
            uploads: config.uploads,
            both_hear: config.both_hear,
            up_since: config.start.0 - UP_MS,
            restart: config
                .restart
                .then_some(config.start.0 + config.spread_ms / 2),
        };
        if cluster.has(Quirk::ClocksHoursOff) {
            cluster.nodes[1].clock.offset_ms += 2 * HOUR_MS + 7 * 60_000;
            cluster.cti.offset_ms -= 3 * HOUR_MS + 11 * 60_000;
        }
        cluster
    }

    /// Whether this is particular about it.
    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// Agent number `index` of this cluster.
    pub(super) fn agent(&self, index: u32, random: &mut Random) -> Agent {
        let mut agent = Agent::new(index, random);
        if self.has(Quirk::Nat) {
            "198.51.100.7".clone_into(&mut agent.address);
        }
        if self.has(Quirk::LoginNames) {
            agent.typed.clone_from(&agent.login);
        }
        if self.has(Quirk::ClocksHoursOff) && index.is_multiple_of(7) {
            agent.clock.offset_ms += (i64::from(index % 11) - 5) * HOUR_MS;
        }
        agent.clock.change = summer::change(&self.quirks, agent.clock.zone);
        agent
    }
    /// The clocks of the servers, and those of the browsers.
    pub(super) fn clocks(&self, browsers: &[(String, Clock)]) -> Vec<TruthClock> {
        let clock = |clock: String, reading: Clock| TruthClock {
            clock,
            ahead_ms: reading.offset_ms,
            zone_minutes: reading.zone,
            zone_after: reading.change.map(|(_, zone)| zone),
        };
        let mut clocks = vec![clock("cti:cg1A".to_owned(), self.cti)];
        for node in &self.nodes {
            clocks.push(clock(format!("finesse:{}", node.address), node.clock));
        }
        for (agent, reading) in browsers {
            clocks.push(clock(format!("client:{agent}"), *reading));
        }
        clocks
    }

    /// Number of a node's CTI connection in the dumplog at the true time `at`.
    pub(super) fn session(&self, node: usize, at: i64) -> u32 {
        let restarted = self.restart_of(node).is_some_and(|restart| at >= restart);
        self.nodes[node].session + if restarted { 4 } else { 0 }
    }

    /// When `node` is restarted, if it is.
    pub(super) fn restart_of(&self, node: usize) -> Option<i64> {
        self.restart.filter(|_| node == RESTARTED)
    }
}

/// The nodes' zone, minutes east of UTC.
pub(super) fn zone(config: &Config) -> i64 {
    drawn_zone(config, &mut Random::new(config.seed).branch(1))
}

fn drawn_zone(config: &Config, random: &mut Random) -> i64 {
    let drawn = random.pick(&[-300, -240, 0, 60, 120, 330]);
    summer::zone(&config.quirks).unwrap_or(drawn)
}

const HOUR_MS: i64 = 3_600_000;

/// How long the nodes have been up when the first agent may open the page, ms: 17 hours.
const UP_MS: i64 = 17 * 3_600_000;

/// The node that is restarted, if one is.
pub(super) const RESTARTED: usize = 1;

impl Agent {
    /// Agent number `index`, the same in every run of this seed.
    pub(super) fn new(index: u32, random: &mut Random) -> Self {
        let n = index as usize;
        let first = FIRST_NAMES[n % FIRST_NAMES.len()];
        let last = LAST_NAMES[n % LAST_NAMES.len()];
        let turn = n / (FIRST_NAMES.len() * LAST_NAMES.len());
        let suffix = if turn == 0 {
            String::new()
        } else {
            turn.to_string()
        };
        let id = (2001 + index).to_string();
        Self {
            typed: id.clone(),
            id,
            extension: (71_001 + index).to_string(),
            login: format!("{}{}{suffix}", &first[..1], last).to_lowercase(),
            first,
            last,
            team: n % TEAMS.len(),
            address: format!(
                "10.{}.{}.{}",
                20 + index / 60_000,
                index / 240 % 250,
                index % 240 + 11
            ),
            clock: Clock {
                offset_ms: browser_offset(random),
                zone: random.pick(&[-300, -240, -240, 0, 60, 330]),
                change: None,
            },
            skill_groups: random.between(1, 3),
        }
    }
}

/// Most desktops are a few seconds off, some by minutes.
fn browser_offset(random: &mut Random) -> i64 {
    if random.chance(5) {
        random.between(-480_000, 480_000)
    } else {
        random.between(-4000, 4000)
    }
}
