//! Everything that was logged, before it is sorted into files: text with its true time and its cause.
//!
//! Scripts are played one after the other though they overlap in time. What depends on the order of
//! *all* of them (invoke ids, thread names, sequence numbers) is therefore only claimed while playing
//! and filled in when everything is known: a text carries a mark where the value belongs.

use crate::flow::StepName;
use std::collections::{BTreeMap, BTreeSet};

/// A log of the cluster. Nodes are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Log {
    /// Tomcat access log of a node.
    Access(usize),
    /// Webservices log of a node.
    Webservices(usize),
    /// The copies of a node's webservices errors.
    Errors(usize),
    /// Notification Service log of a node.
    Notification(usize),
    /// HTTP wire log of a node's Notification Service.
    Wire(usize),
    /// The CTI server's dumplog.
    Cti,
    /// The UCCX engine's log of a node.
    Engine(usize),
    /// Tomcat's realm on a node.
    Realm(usize),
    /// `catalina.out` of a node.
    Catalina(usize),
    /// The identity service beside a node.
    Identity(usize),
    /// Commands typed on a node.
    Commands(usize),
    /// A client log, by its number.
    Client(usize),
}

/// Why an entry was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause {
    /// The attempt that caused it, by its number; `None` is noise.
    pub(super) attempt: Option<usize>,
    /// The steps it proves.
    pub(super) steps: &'static [StepName],
    /// Whether it comes after the sign-in was over, one way or the other.
    pub(super) later: bool,
}

impl Cause {
    /// Nobody's sign-in.
    pub(super) const NOISE: Cause = Cause {
        attempt: None,
        steps: &[],
        later: false,
    };
}

/// One log entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) log: Log,
    /// True time, epoch ms.
    pub(super) at: i64,
    pub(super) text: String,
    pub(super) cause: Cause,
}

/// A pool of server threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pool {
    /// Tomcat's request threads.
    Http,
    /// Finesse's workers: requests to the CTI server, publishing.
    Work,
    /// Executors of decoded CTI messages.
    CtiEvent,
}

/// Begins a mark that becomes a value, [`CLOSE`] ends it.
const THREAD: char = '\u{e000}';
const INVOKE_DECIMAL: char = '\u{e001}';
const INVOKE_HEX: char = '\u{e002}';
const CLOSE: char = '\u{e003}';

/// Becomes the entry's sequence number in its log.
pub(super) const SEQUENCE: char = '\u{e004}';

/// A claimed invoke id; prints differently on the two sides of the CTI connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invoke(usize);

impl Invoke {
    /// As Finesse prints it.
    pub(super) fn decimal(self) -> String {
        format!("{INVOKE_DECIMAL}{}{CLOSE}", self.0)
    }

    /// As the CTI server prints it, without `0x`.
    pub(super) fn hex(self) -> String {
        format!("{INVOKE_HEX}{}{CLOSE}", self.0)
    }
}

#[derive(Debug)]
struct ThreadClaim {
    node: usize,
    pool: Pool,
    from: i64,
    to: i64,
}

/// All entries, and what is still to be filled in.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) entries: Vec<Entry>,
    threads: Vec<ThreadClaim>,
    invokes: Vec<(usize, i64)>,
}

impl Journal {
    /// Notes an entry of `log` at the true time `at`.
    pub(super) fn write(&mut self, log: Log, at: i64, text: String, cause: Cause) {
        self.entries.push(Entry {
            log,
            at,
            text,
            cause,
        });
    }

    /// Takes a thread of a node's pool from `from` to `to` (both included); the mark becomes its number.
    pub(super) fn thread(&mut self, node: usize, pool: Pool, from: i64, to: i64) -> String {
        self.threads.push(ThreadClaim {
            node,
            pool,
            from,
            to,
        });
        format!("{THREAD}{}{CLOSE}", self.threads.len() - 1)
    }

    /// Takes the next invoke id of a node's CTI session at the true time `at`.
    pub(super) fn invoke(&mut self, node: usize, at: i64) -> Invoke {
        self.invokes.push((node, at));
        Invoke(self.invokes.len() - 1)
    }

    /// Fills in threads and invoke ids, and sorts the entries by log, then time.
    ///
    /// A node's invoke ids start at `first_invoke[node]` and start again at 1 at `restart[node]`.
    pub(super) fn settle(mut self, first_invoke: &[i64], restart: &[Option<i64>]) -> Vec<Entry> {
        let threads = self.thread_numbers();
        let invokes = self.invoke_ids(first_invoke, restart);
        self.entries.sort_by_key(|entry| (entry.log, entry.at));
        for entry in &mut self.entries {
            if entry.text.contains([THREAD, INVOKE_DECIMAL, INVOKE_HEX]) {
                entry.text = filled(&entry.text, &threads, &invokes);
            }
        }
        self.entries
    }

    /// The lowest free thread of the pool, so that few threads are used again and again.
    fn thread_numbers(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.threads.len()).collect();
        order.sort_by_key(|&claim| (self.threads[claim].from, claim));
        let mut busy: BTreeMap<(usize, Pool), Vec<i64>> = BTreeMap::new();
        let mut numbers = vec![0; order.len()];
        for claim in order {
            let wanted = &self.threads[claim];
            let pool = busy.entry((wanted.node, wanted.pool)).or_default();
            let free = pool.iter().position(|&until| until < wanted.from);
            let thread = free.unwrap_or_else(|| {
                pool.push(0);
                pool.len() - 1
            });
            pool[thread] = wanted.to;
            numbers[claim] = thread;
        }
        numbers
    }

    fn invoke_ids(&self, first: &[i64], restart: &[Option<i64>]) -> Vec<i64> {
        let mut order: Vec<usize> = (0..self.invokes.len()).collect();
        order.sort_by_key(|&claim| (self.invokes[claim].1, claim));
        let mut next = first.to_vec();
        let mut restarted = BTreeSet::new();
        let mut ids = vec![0; order.len()];
        for claim in order {
            let (node, at) = self.invokes[claim];
            if restart[node].is_some_and(|restart| at >= restart) && restarted.insert(node) {
                next[node] = 1;
            }
            ids[claim] = next[node];
            next[node] += 1;
        }
        ids
    }
}

fn filled(text: &str, threads: &[usize], invokes: &[i64]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find([THREAD, INVOKE_DECIMAL, INVOKE_HEX]) {
        let (before, mark) = rest.split_at(start);
        let (mark, after) = mark.split_once(CLOSE).expect("every mark is closed");
        let kind = mark.chars().next().expect("the mark was found");
        let claim: usize = mark[kind.len_utf8()..]
            .parse()
            .expect("a mark holds the number of a claim");
        out.push_str(before);
        out.push_str(&match kind {
            THREAD => (threads[claim] + 1).to_string(),
            INVOKE_DECIMAL => invokes[claim].to_string(),
            _ => format!("{:x}", invokes[claim]),
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invoke_ids_follow_time_not_the_order_of_play() {
        let mut journal = Journal::default();
        let late = journal.invoke(0, 200);
        let early = journal.invoke(0, 100);
        journal.write(Log::Cti, 200, late.decimal(), Cause::NOISE);
        journal.write(Log::Cti, 100, early.hex(), Cause::NOISE);
        let entries = journal.settle(&[31], &[None]);
        assert_eq!(entries[0].text, "1f");
        assert_eq!(entries[1].text, "32");
    }

    #[test]
    fn a_thread_serves_one_request_at_a_time_and_then_the_next() {
        let mut journal = Journal::default();
        for (from, to) in [(0, 10), (5, 20), (11, 12)] {
            let thread = journal.thread(0, Pool::Http, from, to);
            journal.write(Log::Webservices(0), from, thread, Cause::NOISE);
        }
        let entries = journal.settle(&[0], &[None]);
        let threads: Vec<&str> = entries.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(threads, ["1", "2", "1"]);
    }
}
