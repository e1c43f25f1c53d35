//! Records to attempts: what belongs to one agent's one try to sign in, and why.
//!
//! An attempt grows around its sign-in request. First what shares a key with it, then the exchange
//! with the CTI server, then what came after it and what led to it, and last attempts that never
//! got as far as a request. A record belongs to one attempt at most; what cannot be given to one
//! without guessing stays an orphan.

mod after;
mod before;
mod early;
mod request;

use super::thresholds::{CLOCK_TOLERANCE_MS, CTI_REQUEST_WINDOW_MS};
use super::view::View;
use crate::flow::{JoinedBy, StepName};
use crate::record::intern::Sym;
use crate::record::marks::Marks;
use crate::record::{Record, What};
use rustc_hash::FxHashMap;

/// A record's part in an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Position of the record.
    pub at: usize,
    /// The step it proves.
    pub step: StepName,
    /// Why it belongs here.
    pub by: JoinedBy,
}

/// One agent's one try to sign in.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempt {
    pub(super) agent: Sym,
    pub(super) extension: Sym,
    pub(super) request_id: Sym,
    /// When the sign-in request was made, ms on the reference clock.
    pub(super) asked: Option<i64>,
    /// `asked` is borrowed: it may be of a browser whose clock is minutes off.
    pub(super) borrowed: bool,
    /// When a server first did something about such a request, ms on the reference clock.
    pub(super) served: Option<i64>,
    pub(super) joined: Vec<Joined>,
    /// An event of the CTI server may say that the agent was signed in already and is kept so: nothing tells that
    /// it never came.
    pub(super) may_be_kept: bool,
    /// The desktop went on to read what it reads once it is signed in, though nothing shows that it
    /// was: the logs of that are missing.
    pub(super) read_on: bool,
}

impl Attempt {
    fn join(&mut self, claimed: &mut Claimed, at: usize, step: StepName, by: JoinedBy) {
        if claimed.take(at) {
            self.joined.push(Joined { at, step, by });
        }
    }

    /// A record that proves two steps: an access-log line is request and answer.
    fn join_also(&mut self, at: usize, step: StepName) {
        if let Some(joined) = self.joined.iter().find(|joined| joined.at == at).copied() {
            self.joined.push(Joined { step, ..joined });
        }
    }

    /// A server did something about the request, too.
    fn serve(&mut self, view: &View<'_>, at: usize) {
        if view.is_served(at) {
            let earlier = |served: i64| view.when(at).map_or(served, |when| when.min(served));
            self.served = self.served.map(earlier);
        }
    }

    /// Whether something that a server did at `when`, up to `window_ms` after the request, may be of it.
    fn may_have_led_to(&self, when: i64, window_ms: i64) -> bool {
        let (from, to) = match (self.served, self.asked) {
            (Some(served), _) => (served - CTI_REQUEST_WINDOW_MS, served),
            (None, Some(asked)) if !self.borrowed => (asked, asked),
            _ => return true,
        };
        (from - CLOCK_TOLERANCE_MS..=to + window_ms).contains(&when)
    }

    pub(super) fn has(&self, step: StepName) -> bool {
        self.joined.iter().any(|joined| joined.step == step)
    }

    /// Time on the reference clock of the first record of a step; of those that say when, if any does.
    fn first(&self, view: &View<'_>, step: StepName) -> Option<i64> {
        let earliest = |dated: bool| {
            let own = self.of(step).map(|joined| joined.at);
            own.filter(|&at| !dated || view.is_dated(at))
                .filter_map(|at| view.when(at))
                .min()
        };
        earliest(true).or_else(|| earliest(false))
    }

    pub(super) fn of(&self, step: StepName) -> impl Iterator<Item = &Joined> {
        self.joined.iter().filter(move |joined| joined.step == step)
    }
}

/// Which records an attempt has.
struct Claimed(Marks);

impl Claimed {
    /// Whether it was free; it is not from now on.
    fn take(&mut self, at: usize) -> bool {
        self.0.mark(at)
    }

    fn free(&self, at: usize) -> bool {
        !self.0.has(at)
    }
}

/// All attempts, in order of agent and request.
pub(super) fn attempts(view: &View<'_>, by_agent: &ByAgent) -> Vec<Attempt> {
    let mut claimed = Claimed(Marks::none(view.records.all.len()));
    let by_request = request::by_request_id(view);
    let mut attempts = Vec::new();
    for (_, lines) in by_agent.iter() {
        let lines: Vec<usize> = lines.collect();
        let mut own = request::requested(view, &lines, &by_request, &mut claimed);
        after::join(view, &lines, &mut own, &mut claimed);
        before::join(view, &lines, &mut own, &mut claimed);
        let alone = own.is_empty();
        own.extend(early::attempts(view, &lines, &mut claimed, alone));
        attempts.append(&mut own);
    }
    drop(by_request);
    before::join_pages(view, &mut attempts, &mut claimed);
    attempts
}

/// Records of each agent in order of time, then place; agents in order of name.
pub(super) struct ByAgent {
    /// Each with the end of its records in `lines`.
    agents: Vec<(Sym, usize)>,
    /// Positions of records.
    lines: Vec<u32>,
}

impl ByAgent {
    pub(super) fn new(view: &View<'_>) -> Self {
        let named = || {
            let agents = (0..view.records.all.len()).map(|at| (at, view.agent(at)));
            agents.filter(|(_, agent)| agent.is_some())
        };
        // Counted first, so that nothing grows and has to be moved.
        let mut next: FxHashMap<Sym, usize> = FxHashMap::default();
        for (_, agent) in named() {
            *next.entry(agent).or_default() += 1;
        }
        let mut agents: Vec<(Sym, usize)> = next.iter().map(|(&agent, &n)| (agent, n)).collect();
        agents.sort_by_key(|&(agent, _)| view.records.strings.get(agent));
        let mut end = 0;
        for (agent, count) in &mut agents {
            next.insert(*agent, end);
            end += *count;
            *count = end;
        }
        let mut lines = vec![0; end];
        for (at, agent) in named() {
            if let Some(next) = next.get_mut(&agent) {
                lines[*next] = u32::try_from(at).expect("fewer than 2^32 records");
                *next += 1;
            }
        }
        let mut start = 0;
        for &(_, end) in &agents {
            lines[start..end].sort_by_cached_key(|&at| view.when(at as usize));
            start = end;
        }
        Self { agents, lines }
    }

    /// All agents, with the positions of their records.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Sym, impl Iterator<Item = usize>)> {
        let starts = self.agents.iter().map(|&(_, end)| end);
        let agents = std::iter::once(0).chain(starts).zip(&self.agents);
        agents.map(|(start, &(agent, end))| {
            let lines = self.lines[start..end].iter();
            (agent, lines.map(|&at| at as usize))
        })
    }
}

/// Begins an attempt that only this record tells of, and says where it stands. A record without a
/// time could belong to any attempt of its agent: it begins one only if there is none.
fn begin(view: &View<'_>, attempts: &mut Vec<Attempt>, at: usize) -> Option<usize> {
    let asked = view.when(at);
    if asked.is_none() && !attempts.is_empty() {
        return None;
    }
    let place = attempts.partition_point(|other| other.asked <= asked);
    let extension = view.record(at).keys().extension;
    attempts.insert(
        place,
        Attempt {
            agent: view.agent(at),
            extension,
            asked,
            ..Attempt::default()
        },
    );
    Some(place)
}

/// Whether Tomcat's access log has the record.
fn is_access_line(record: &Record) -> bool {
    matches!(record.what(), What::RestCall | What::ContainerCall)
}

/// Whether a line of the CTI side can be told from those of the agent's other attempts by its time: its
/// clock can be compared with that of the attempt.
fn is_placed(view: &View<'_>, attempt: &Attempt, at: usize) -> bool {
    let joined = attempt.joined.iter();
    joined
        .filter(|joined| view.is_dated(joined.at))
        .any(|joined| view.is_comparable(joined.at, at))
}

/// The latest attempt whose request is not after `when` (give or take the clocks), and not longer
/// ago than `window_ms`. Attempts are in order of request. Without times only a single attempt is safe.
fn latest_before(attempts: &[Attempt], when: Option<i64>, window_ms: i64) -> Option<usize> {
    let Some(when) = when else {
        return (attempts.len() == 1).then_some(0);
    };
    let next = attempts.partition_point(|attempt| {
        attempt
            .asked
            .is_none_or(|asked| asked <= when + CLOCK_TOLERANCE_MS)
    });
    let at = next.checked_sub(1)?;
    attempts[at]
        .asked
        .is_none_or(|asked| when - asked <= window_ms)
        .then_some(at)
}

/// The same for a record that a server's clock stamped: it is compared with what servers did about the request
/// where that has only borrowed a time. The only attempt that it can be of is told by that alone.
fn latest_served_before(
    view: &View<'_>,
    attempts: &[Attempt],
    at: usize,
    window_ms: i64,
) -> Option<usize> {
    let served = view.is_served(at) && attempts.iter().any(|attempt| attempt.served.is_some());
    let Some(when) = view.when(at).filter(|_| served) else {
        return latest_before(attempts, view.when(at), window_ms);
    };
    let mut possible =
        (0..attempts.len()).filter(|&place| attempts[place].may_have_led_to(when, window_ms));
    if let (Some(place), None) = (possible.next(), possible.next()) {
        return Some(place);
    }
    let asked = |place: usize| attempts[place].served.or(attempts[place].asked);
    let is_before = |asked: i64| asked <= when + CLOCK_TOLERANCE_MS;
    let mut before = (0..attempts.len())
        .rev()
        .filter(|&place| asked(place).is_none_or(is_before));
    let is_soon = |&place: &usize| asked(place).is_none_or(|asked| when - asked <= window_ms);
    before.next().filter(is_soon)
}
