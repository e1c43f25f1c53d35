//! A Finesse cluster that never was: scripted sign-ins, their logs in every known form, and the truth.
//!
//! Written from the description of the log formats, not from the readers, and sharing no code with
//! them: what it says of its own logs is a second opinion. The same [`Config`] always gives the same
//! bytes.

mod clock;
mod cluster;
mod copies;
mod deflate;
mod engine;
mod escape;
mod event;
mod filler;
mod hop;
mod journal;
mod judge;
mod layout;
mod ledger;
mod named;
mod noise;
mod pack;
mod pens;
mod pieces;
mod quirk;
mod random;
mod removal;
mod rest;
mod ring;
mod scenario;
mod summer;
mod truth;
mod verdict;
mod visit;
mod zip;

pub use cluster::{Deployment, Forms, NotificationForm, Release, WireForm};
pub use event::Event;
pub use layout::LogFile;
pub use pack::Packing;
pub use quirk::Quirk;
pub use scenario::Scenario;
pub use truth::{Attempt, Proof, Truth, TruthClock, TruthFile, TruthStep};

use crate::record::Kind;
use crate::record::time::EpochMs;
use cluster::Cluster;
use journal::Journal;
use judge::Judge;
use layout::{Laid, Placed};
use ledger::Ledger;
use pens::{AT_THE_DESK, Desk, Pens};
use random::Random;
use removal::Left;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use visit::Visit;

/// What to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Agents who sign in; each plays one [`Scenario`], and some of those hold two sign-ins.
    pub agents: u32,
    /// The same seed gives the same bundle.
    pub seed: u64,
    /// When the first agent may open the page (true time).
    pub start: EpochMs,
    /// The agents open their pages within this time, ms.
    pub spread_ms: i64,
    /// A webservices log is rotated after this time, ms.
    pub rotate_ms: i64,
    /// Stories and their weights; the first agents play one of each, so that none is left out.
    pub scenarios: Vec<(Scenario, u32)>,
    /// What stands behind Finesse.
    pub deployment: Deployment,
    /// How logs are printed.
    pub forms: Forms,
    /// How much rarer than usual the cluster's own noise is; 1 is usual, 0 counts as 1.
    pub calm: u32,
    /// Share of desktops whose client log is uploaded, percent.
    pub uploads: u32,
    /// Whether both nodes hear of every agent's changes, as they do in production.
    pub both_hear: bool,
    /// Whether node B is restarted half-way: its CTI session and invoke ids begin again.
    pub restart: bool,
    /// What happens to the cluster, one after the other, when all stories are told.
    pub events: Vec<Event>,
    /// What is particular about the cluster and its people.
    pub quirks: Vec<Quirk>,
    /// Logs that nobody collected.
    pub without: Vec<Kind>,
    /// Chance of each file to be lost, percent; a whole kind of log is lost with half of it.
    pub drop: u32,
    /// How the bundle is packed.
    pub packing: Packing,
    /// Servers' entries outside of this time are cut off: from and to, ms after [`Config::start`].
    pub window: Option<(i64, i64)>,
}

impl Config {
    /// `agents` agents on 2017-03-14 at 13:00 UTC, 40 a minute, all stories, forms of an 11.x release.
    #[must_use]
    pub fn new(agents: u32, seed: u64) -> Self {
        Self {
            agents,
            seed,
            start: EpochMs(1_489_496_400_000),
            spread_ms: i64::from(agents) * 1500,
            rotate_ms: 8 * 60_000,
            scenarios: Scenario::ALL
                .into_iter()
                .map(|scenario| (scenario, if scenario == Scenario::Ok { 60 } else { 2 }))
                .collect(),
            deployment: Deployment::Cce,
            forms: Forms::FULL,
            calm: 1,
            uploads: 100,
            both_hear: false,
            restart: false,
            events: Vec::new(),
            quirks: Vec::new(),
            without: Vec::new(),
            drop: 0,
            packing: Packing::Nested,
            window: None,
        }
    }

    /// Whether this is particular about it.
    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// Whether parts of logs are missing, and not only whole kinds of them.
    fn loses_logs(&self) -> bool {
        self.drop > 0 || self.window.is_some()
    }

    /// The bundle behind the page's "Try the sample": a dozen agents on two nodes within 20 minutes.
    #[must_use]
    pub fn sample() -> Self {
        use Scenario::{
            ConnectRetry, CtiSilent, DeviceBusy, EventLost, LatePublish, Ok, WrongPassword,
        };
        let stories = [
            Ok,
            DeviceBusy,
            ConnectRetry,
            Ok,
            CtiSilent,
            Ok,
            WrongPassword,
            Ok,
            LatePublish,
            Ok,
            EventLost,
            Ok,
        ];
        Self {
            agents: 12,
            spread_ms: 12 * 60_000,
            scenarios: stories.into_iter().map(|story| (story, 1)).collect(),
            calm: 4,
            ..Self::new(12, 2025)
        }
    }
}

/// A simulated bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The logs as a folder tree.
    pub files: Vec<LogFile>,
    /// What really happened.
    pub truth: Truth,
    /// How it is packed.
    pub packing: Packing,
}

impl Bundle {
    /// The logs as one archive, packed as [`Config::packing`] says ([`TruthFile::chain`]).
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let chains = self.truth.files.iter().map(|file| file.chain.as_slice());
        pack::pack(
            self.packing,
            chains.zip(self.files.iter().map(|file| file.bytes.as_slice())),
        )
    }

    /// The bundle after quiet days of the same cluster (`config`), as many as make its logs at
    /// least `size` bytes, as one flat `.tgz` written to `out`; the truth says where its own logs
    /// lie there. Returns the bytes of log.
    ///
    /// # Errors
    /// `out` refuses.
    pub fn pack_among_noise(
        &mut self,
        config: &Config,
        size: u64,
        out: impl io::Write,
    ) -> io::Result<u64> {
        for file in &mut self.truth.files {
            file.chain = vec![file.path.clone()];
        }
        filler::pack(config, &self.files, size, out)
    }
}

/// Plays what `config` says.
#[must_use]
pub fn run(config: &Config) -> Bundle {
    let config = &quirk::around_its_moment(config);
    let cluster = Cluster::new(config);
    let mut journal = Journal::default();
    let mut ledger = Ledger::default();
    let mut pens = Pens {
        cluster: &cluster,
        journal: &mut journal,
    };
    play_all(config, &mut pens, &mut ledger);
    event::play(config, &mut pens, &mut ledger);
    surround(config, &mut pens, &mut ledger);
    let mut random = Random::new(config.seed).branch(4);
    let first_invoke = [random.between(1, 400), random.between(1, 400)];
    let restarts = [cluster.restart_of(0), cluster.restart_of(1)];
    let entries = journal.settle(&first_invoke, &restarts);
    let mut laid = layout::lay_out(config, &cluster, &ledger.client_logs, entries);
    if config.has(Quirk::ClientRing) {
        laid = ring::cut(config, laid);
    }
    let (laid, left) = removal::remove(config, &ledger.lost, laid);
    let mut laid = copies::add(config, laid);
    if config.has(Quirk::ClientEscaped) {
        escape::client_logs(&mut laid);
    }
    bundle(config, &cluster, ledger, (laid, &left))
}

fn play_all(config: &Config, pens: &mut Pens<'_>, ledger: &mut Ledger) {
    let random = Random::new(config.seed);
    let mut people = random.branch(2);
    // When each extension is free, where several agents share one.
    let mut free: BTreeMap<String, i64> = BTreeMap::new();
    for index in 0..config.agents {
        let mut agent = pens.cluster.agent(index, &mut people);
        if config.has(Quirk::HotDesks) {
            agent.extension = quirk::shared_extension(config, index);
        }
        let node = usize::from(people.chance(40));
        let now = config.start.0 + people.between(0, config.spread_ms);
        let story = story(config, index, &mut people);
        if story == Scenario::ClockOff {
            agent.clock.offset_ms = CLOCK_OFF_MS;
        }
        ledger.clocks.push((agent.id.clone(), agent.clock));
        let mut visit = Visit {
            desk: Desk {
                agent: &agent,
                node,
                log: None,
                drift: None,
                http_ms: 0,
                work_mode: AT_THE_DESK,
            },
            random: random.branch(1000 + u64::from(index)),
            attempt: None,
            hurried: false,
            over: false,
            now: now.max(free.get(&agent.extension).copied().unwrap_or(now)),
            pens: &mut *pens,
            ledger: &mut *ledger,
        };
        visit.play(story);
        if config.has(Quirk::Shifts) {
            visit.work_more_shifts();
        }
        if config.has(Quirk::HotDesks) {
            visit.leave_desk();
            let next = visit.now + quirk::NEXT_HAND_MS;
            free.insert(agent.extension.clone(), next);
        }
    }
}

/// How far ahead the desktop of [`Scenario::ClockOff`] is, ms.
const CLOCK_OFF_MS: i64 = 305_000;

fn story(config: &Config, index: u32, random: &mut Random) -> Scenario {
    if let Some(&(scenario, _)) = config.scenarios.get(index as usize) {
        return scenario;
    }
    let total: u32 = config.scenarios.iter().map(|&(_, weight)| weight).sum();
    let mut left = random.between(1, i64::from(total.max(1)));
    for &(scenario, weight) in &config.scenarios {
        left -= i64::from(weight);
        if left <= 0 {
            return scenario;
        }
    }
    Scenario::Ok
}

/// The cluster's own noise, from a minute before the first entry to a minute after the last.
fn surround(config: &Config, pens: &mut Pens<'_>, ledger: &mut Ledger) {
    let times = pens.journal.entries.iter().map(|entry| entry.at);
    let from = config.start.0 - 60_000;
    let last = times.max().unwrap_or(config.start.0) + 60_000;
    let to = last.max(ledger.until);
    let mut random = Random::new(config.seed).branch(3);
    let calm = i64::from(config.calm.max(1));
    noise::noise(pens, ledger, (from, to, calm), &mut random);
    noise::frame(pens, from, to, pens.cluster);
}

fn bundle(
    config: &Config,
    cluster: &Cluster,
    ledger: Ledger,
    (laid, left): (Laid, &Left),
) -> Bundle {
    let played = ledger.attempts;
    let mut rules: BTreeSet<&str> = ledger.bundle.into_iter().collect();
    // The requests of the gadget container and of the Notification Service carry the password.
    let leaks = |file: &TruthFile| matches!(file.kind, Kind::AccessLog | Kind::HttpWire);
    if laid.truth.iter().any(leaks) {
        rules.insert("credentials_in_log");
    }
    let mut proofs: Vec<Vec<Placed>> = played.iter().map(|_| Vec::new()).collect();
    for placed in laid.placed {
        proofs[placed.attempt].push(placed);
    }
    let judge = Judge {
        config,
        cluster,
        left,
        kinds: laid.truth.iter().map(|file| file.kind).collect(),
    };
    let mut attempts: Vec<Attempt> = played
        .into_iter()
        .zip(&proofs)
        .filter_map(|(played, placed)| judge.attempt(played, placed))
        .collect();
    attempts.sort_by(|a, b| (a.started, &a.agent).cmp(&(b.started, &b.agent)));
    Bundle {
        files: laid.files,
        packing: config.packing,
        truth: Truth {
            schema: "logintrace-truth/1".to_owned(),
            seed: config.seed,
            in_pieces: config.loses_logs(),
            clocks: cluster.clocks(&ledger.clocks),
            files: laid.truth,
            attempts,
            bundle: rules.into_iter().map(str::to_owned).collect(),
        },
    }
}
