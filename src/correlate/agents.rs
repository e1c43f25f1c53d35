//! Whose record is it? An agent for every record that can be given one without guessing.
//!
//! Most server lines print the agent. The others get it through a key that has one agent only:
//! `requestId`, `nocache`, the desktop a client log belongs to. A key that two agents share gives
//! nobody an agent.

use super::notes::Noted;
use crate::record::intern::Sym;
use crate::record::{Kind, Record, Records, What};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// The agent of each record; [`Sym::NONE`] where nothing tells.
#[derive(Debug, Default)]
pub(super) struct Agents {
    /// Of those that do not print it themselves.
    told: Noted<Sym>,
}

impl Agents {
    /// The agent of a record, which is the one at this position.
    #[inline]
    pub(super) fn of(&self, record: &Record, at: usize) -> Sym {
        let told = self.told.get(at).copied();
        told.unwrap_or_else(|| record.keys().agent)
    }

    /// Gives every record that has no agent so far the one that `agent` knows, if any.
    pub(super) fn tell(&mut self, records: &Records, agent: impl Fn(&Self, usize) -> Sym) {
        for at in 0..records.all.len() {
            if self.told.get(at) == Some(&Sym::NONE) {
                let agent = agent(self, at);
                self.set(at, agent);
            }
        }
    }

    /// The records that somebody may have made, but nothing tells so far who.
    fn nameless(&self) -> impl Iterator<Item = usize> {
        let told = self.told.iter();
        told.filter(|(_, agent)| agent.is_none()).map(|(at, _)| at)
    }

    fn set(&mut self, at: usize, agent: Sym) {
        if let Some(told) = self.told.get_mut(at) {
            *told = agent;
        }
    }
}

/// Finds the agent of each record.
pub(super) fn agents(records: &Records) -> Agents {
    let names = LoginNames::new(records);
    let entries = records.all.iter().enumerate();
    let told = entries.filter_map(|(at, record)| Some((at, names.first_guess(record)?)));
    let mut agents = Agents {
        told: Noted::new(records.all.len(), told),
    };
    // Twice: a client log gets its owner from the keys it shares, and gives it to the keys it alone has.
    for _ in 0..2 {
        spread(records, &mut agents, request_id_key);
        spread(records, &mut agents, nocache_key);
        own_client_lines(records, &mut agents);
    }
    agents
}

/// Tomcat prints what the agent typed, an id or a login name. A login name that has one id only, and is
/// nobody's id, stands for that id.
struct LoginNames {
    ids: Pairs,
    /// What somebody asks for is most often about themselves; but a supervisor asks for others.
    asked: Pairs,
    is_id: FxHashSet<Sym>,
}

impl LoginNames {
    fn new(records: &Records) -> Self {
        let (mut ids, mut asked) = (Pairs::default(), Pairs::default());
        let mut is_id = FxHashSet::default();
        for record in &records.all {
            let (agent, name) = (record.keys().agent, record.facts().login_name);
            if !prints_what_was_typed(record.kind()) {
                ids.add(name, agent);
                is_id.insert(agent);
            } else if agent.is_some()
                && let Some(id) = own_user(records, record)
            {
                asked.add(agent, id);
            }
        }
        Self { ids, asked, is_id }
    }

    /// The agent of a record that prints another name than the id, or none; `None` where there is no question.
    fn first_guess(&self, record: &Record) -> Option<Sym> {
        let agent = record.keys().agent;
        if agent.is_none() {
            return may_be_told(record).then_some(agent);
        }
        if !prints_what_was_typed(record.kind()) || self.is_id.contains(&agent) {
            return None;
        }
        self.ids.only(agent).or_else(|| self.asked.only(agent))
    }
}

/// Whether anything can tell whose record it is that prints no agent. An access line is told by its keys alone,
/// and most have none: they load pages and pictures.
fn may_be_told(record: &Record) -> bool {
    let keys = record.keys();
    record.kind() != Kind::AccessLog || keys.request_id.is_some() || keys.nocache.is_some()
}

/// The id of the user whose data an access line asks for; who is refused with 401 is printed as nobody.
fn own_user(records: &Records, record: &Record) -> Option<Sym> {
    if record.facts().status == Some(401) {
        return None;
    }
    let resource = records.strings.get(record.facts().resource);
    let id = resource.strip_prefix("User/")?;
    records.strings.find(id)
}

/// Login names and ids that were seen together.
#[derive(Default)]
struct Pairs {
    id_of: FxHashMap<Sym, Sym>,
    name_of: FxHashMap<Sym, Sym>,
}

impl Pairs {
    fn add(&mut self, name: Sym, id: Sym) {
        if name.is_some() && id.is_some() {
            note(&mut self.id_of, name, id);
            note(&mut self.name_of, id, name);
        }
    }

    /// The id of a name that has no other, if the id has no other name.
    fn only(&self, name: Sym) -> Option<Sym> {
        let id = self.id_of.get(&name).filter(|id| id.is_some())?;
        (self.name_of.get(id) == Some(&name)).then_some(*id)
    }
}

/// Notes that `one` goes with `other`; with [`Sym::NONE`] if it goes with several.
fn note(all: &mut FxHashMap<Sym, Sym>, one: Sym, other: Sym) {
    all.entry(one)
        .and_modify(|known| *known = if *known == other { other } else { Sym::NONE })
        .or_insert(other);
}

fn prints_what_was_typed(kind: Kind) -> bool {
    matches!(kind, Kind::AccessLog | Kind::Realm | Kind::Catalina)
}

fn request_id_key(record: &Record) -> Option<Sym> {
    let id = record.keys().request_id;
    id.is_some().then_some(id)
}

/// A GET is known by its nocache and what it asks for: two desktops may ask in the same millisecond.
fn nocache_key(record: &Record) -> Option<(i64, Sym)> {
    record
        .keys()
        .nocache
        .map(|nocache| (nocache.0, record.facts().resource))
}

/// Gives the agent of a key to all records with that key, if the key has exactly one.
fn spread<K: Hash + Eq>(
    records: &Records,
    agents: &mut Agents,
    key: impl Fn(&Record) -> Option<K>,
) {
    // Of the keys of nameless records only, and most records have a name: whose it is, if anybody's;
    // [`Sym::NONE`] if it is several agents'.
    let mut owner: FxHashMap<K, Option<Sym>> = FxHashMap::default();
    let nameless = agents.nameless();
    owner.extend(nameless.filter_map(|at| Some((key(&records.all[at])?, None))));
    if owner.is_empty() {
        return;
    }
    for (at, record) in records.all.iter().enumerate() {
        let known = key(record).and_then(|key| owner.get_mut(&key));
        let agent = agents.of(record, at);
        if let (Some(known), true) = (known, agent.is_some()) {
            *known = match *known {
                Some(other) if other != agent => Some(Sym::NONE),
                _ => Some(agent),
            };
        }
    }
    agents.tell(records, |_, at| {
        let known = key(&records.all[at]).and_then(|key| owner.get(&key).copied()?);
        known.unwrap_or_default()
    });
}

/// Client lines that name nobody belong to the desktop the log is of.
fn own_client_lines(records: &Records, agents: &mut Agents) {
    let mut lines = Vec::new();
    let mut log = None;
    for (at, record) in records.all.iter().enumerate() {
        if record.kind() == Kind::ClientLog {
            if log.replace(record.file()) != Some(record.file()) {
                own_lines_of_one_log(records, agents, &lines);
                lines.clear();
            }
            lines.push(at);
        }
    }
    own_lines_of_one_log(records, agents, &lines);
}

fn own_lines_of_one_log(records: &Records, agents: &mut Agents, lines: &[usize]) {
    let agent = |agents: &Agents, at: usize| agents.of(&records.all[at], at);
    let named: Vec<(usize, Sym)> = (0..lines.len())
        .map(|nth| (nth, agent(agents, lines[nth])))
        .filter(|(_, agent)| agent.is_some())
        .collect();
    for (nth, &at) in lines.iter().enumerate() {
        if agent(agents, at).is_none() {
            let next = named.partition_point(|(named_nth, _)| *named_nth < nth);
            let before = next.checked_sub(1).map(|previous| named[previous]);
            let after = named.get(next).copied();
            agents.set(at, owner_between(records, lines, nth, before, after));
        }
    }
}

/// The owner of a nameless client line between two that name agents. When they differ, a line that
/// comes after the first agent was done and opens a sign-in, or follows one that does, belongs to
/// the next agent; anything else stays nobody's.
fn owner_between(
    records: &Records,
    lines: &[usize],
    nth: usize,
    before: Option<(usize, Sym)>,
    after: Option<(usize, Sym)>,
) -> Sym {
    let (from, one, other) = match (before, after) {
        (None, None) => return Sym::NONE,
        (Some((_, agent)), None) | (None, Some((_, agent))) => return agent,
        (Some((_, one)), Some((_, other))) if one == other => return one,
        (Some((from, one)), Some((_, other))) => (from, one, other),
    };
    let what = |nth: usize| records.all[lines[nth]].what();
    match (from..=nth).rev().find(|&nth| what(nth) == What::SignedIn) {
        Some(done) if done == nth => one,
        Some(done) if (done..=nth).any(|nth| opens_sign_in(what(nth))) => other,
        _ => Sym::NONE,
    }
}

fn opens_sign_in(what: What) -> bool {
    matches!(
        what,
        What::ClientStarted | What::SystemStatus | What::ConnectStarted
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::fixture::Fixture;

    /// The agent of each record.
    fn names(bundle: &Fixture) -> Vec<&str> {
        let records = &bundle.records;
        let agents = agents(records);
        let all = records.iter().map(|(id, record)| (record, id.0 as usize));
        all.map(|(record, at)| records.strings.get(agents.of(record, at)))
            .collect()
    }

    #[test]
    fn a_key_with_one_agent_names_the_nameless() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::Webservices, What::ApiRequest)
            .agent("2001")
            .request_id("r1");
        bundle
            .record(Kind::Notification, What::Routed)
            .request_id("r1");
        assert_eq!(names(&bundle), ["2001", "2001"]);
    }

    #[test]
    fn a_key_two_agents_share_names_nobody() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::AccessLog, What::ContainerCall)
            .agent("2001")
            .nocache(7);
        bundle
            .record(Kind::AccessLog, What::ContainerCall)
            .agent("2002")
            .nocache(7);
        bundle
            .record(Kind::Webservices, What::RequestStart)
            .nocache(7);
        assert_eq!(names(&bundle), ["2001", "2002", ""]);
    }

    #[test]
    fn a_login_name_stands_for_the_id_that_the_agents_data_gives_it() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::AccessLog, What::ContainerCall)
            .agent("amoreau");
        bundle
            .record(Kind::ClientLog, What::ClientAnswer)
            .agent("2001")
            .login_name("amoreau");
        assert_eq!(names(&bundle), ["2001", "2001"]);
        bundle
            .record(Kind::ClientLog, What::ClientAnswer)
            .agent("2002")
            .login_name("amoreau");
        let two_have_it = names(&bundle);
        assert_eq!(two_have_it, ["amoreau", "2001", "2002"]);
    }

    #[test]
    fn client_lines_belong_to_the_desktop_of_their_log() {
        let mut bundle = Fixture::default();
        bundle.record(Kind::ClientLog, What::ConnectStarted);
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001");
        bundle.record(Kind::ClientLog, What::SignedIn);
        assert_eq!(names(&bundle), ["2001", "2001", "2001"]);
    }

    #[test]
    fn between_two_agents_interleaved_in_one_log_a_nameless_line_stays_nobodys() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001");
        bundle.record(Kind::ClientLog, What::ConnectionStatus);
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2002");
        assert_eq!(names(&bundle), ["2001", "", "2002"]);
    }

    #[test]
    fn one_agent_after_another_on_the_same_desktop() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001");
        bundle.record(Kind::ClientLog, What::SignedIn);
        bundle.record(Kind::ClientLog, What::ConnectStarted);
        bundle.record(Kind::ClientLog, What::ConnectionStatus);
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2002");
        assert_eq!(names(&bundle), ["2001", "2001", "2002", "2002", "2002"]);
    }
}
