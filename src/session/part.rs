//! Reading a bundle in part: what was asked for, how much memory there is, and what there is to
//! choose from when it is not enough.

use super::Session;
use crate::error::Error;
use crate::protocol::{Part, Seen, SeenPart, Stopped};
use crate::record::File;
use crate::report::{self, Skipped};
use crate::scope::Branch;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Members that are offered to be left out: more are not read through.
const MOST_MEMBERS: usize = 10;

/// Bytes of memory that the workers of a tab may have together before reading stops: half of the
/// least there may be. A 32-bit memory ends at 65,536 pages, 4 GiB (V8, `wasm-limits.h`,
/// `kSpecMaxMemory32Pages`), and Chromium's sandbox gave all of a tab no more than 4 GB on machines
/// with up to 8 GB (Eric Lawrence, "Browser Memory Limits", 2020). The other half is for what is
/// moved as it grows, and for joining what was read.
pub const TAB_MEMORY: u64 = 2 << 30;

/// Bytes of memory of all workers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    pub(super) used: u64,
    /// After which reading stops; 0 for never.
    pub(super) limit: u64,
    /// Reading had to stop.
    pub(super) is_full: bool,
}

/// Text that is of no sign-in may have this part of the memory there is, packed: it is the first that can do
/// without, because it can be read again.
const SHARE_OF_TEXTS: u64 = 256;

impl Memory {
    /// Bytes of packed text of no sign-in that may be held; any number if `None`.
    pub(super) fn for_texts(self) -> Option<usize> {
        let share = self.limit / SHARE_OF_TEXTS;
        (self.limit > 0).then(|| usize::try_from(share).unwrap_or(usize::MAX))
    }

    /// Whether it may become full: then it is good to know what could be left out.
    pub(super) fn is_scarce(self) -> bool {
        self.limit > 0 && self.used >= self.limit / 2
    }
}

/// What reading did not get to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unread {
    /// The first dropped file that was not begun, 0-based.
    pub(super) next: u32,
    pub(super) bytes: u64,
}

/// What is said of a file whose reading was stopped, so many bytes before its end.
pub(super) fn stopped(rest: u64, size: u64) -> Error {
    Error::new(format!(
        "reading was stopped here: {rest} of {size} bytes were not read"
    ))
}

impl Session {
    /// Takes note of the bytes of memory that all who read have. `false`: it is enough now, and the
    /// bundle is to be closed.
    #[must_use]
    pub fn use_memory(&mut self, bytes: u64) -> bool {
        self.memory.used = bytes;
        let more_in = |current: &super::Current| current.read < self.size_of(current.source);
        let more = self.current.as_ref().is_some_and(more_in)
            || (self.unread.next as usize) < self.sources.len()
            || self.collector.elsewhere.is_reading();
        self.memory.is_full = self.memory.limit > 0 && bytes >= self.memory.limit && more;
        !self.memory.is_full
    }

    /// Reading is stopped; what is open ends here, and what was not begun is listed.
    pub fn stop(&mut self) {
        if let Some(current) = &self.current {
            let size = self.size_of(current.source);
            let rest = size.saturating_sub(current.read);
            self.unread.bytes += rest;
            self.end(Some(stopped(rest, size).to_string()));
        }
        let rest = self.sources.iter().skip(self.unread.next as usize);
        for source in rest.filter(|source| {
            self.collector
                .scope
                .wants(std::slice::from_ref(&source.name))
        }) {
            self.unread.bytes += source.size;
            self.collector.skipped.push(Skipped {
                chain: vec![source.name.clone()],
                why: format!("reading was stopped before it ({} bytes)", source.size),
            });
        }
        self.unread.next = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
    }

    /// Whether a dropped file, or anything in it, is wanted.
    pub(super) fn wants_source(&self, name: &str) -> bool {
        self.collector.scope.wants(&[name.to_owned()])
    }

    pub(super) fn size_of(&self, source: u32) -> u64 {
        let source = self.sources.get(source as usize);
        source.map_or(0, |source| source.size)
    }

    /// What was read, if not everything.
    pub(super) fn part(&self, stopped: Option<Stopped>) -> Option<Part> {
        let scope = self.collector.scope.clone();
        if stopped.is_none() && scope.is_whole() {
            return None;
        }
        let files = &self.collector.records.files;
        Some(Part {
            stopped,
            unread: self.unread.bytes + self.collector.elsewhere.unread,
            scope,
            members: self.collector.left_out.members,
            bytes: self.collector.left_out.bytes,
            entries: files.iter().map(|file| file.counts.outside).sum(),
            sign_ins: u32::try_from(self.outside).unwrap_or(u32::MAX),
        })
    }

    /// What was asked for, as the report says it.
    pub(super) fn scope_of_report(&self) -> Option<report::Scope> {
        let scope = &self.collector.scope;
        let part = self.part(None)?;
        let time = |at: fn(&crate::scope::Window) -> i64| {
            let window = scope.window.as_ref()?;
            Some(crate::record::time::EpochMs(at(window)).to_string())
        };
        Some(report::Scope {
            from: time(|window| window.from),
            until: time(|window| window.until),
            without: scope.without.iter().map(|it| it.0.clone()).collect(),
            entries_outside: part.entries,
            sign_ins_outside: self.outside,
        })
    }

    /// What the bundle could be narrowed to, as far as it was read.
    pub(super) fn seen(&self) -> Seen {
        let records = self.records();
        let mut kept = vec![0; records.files.len()];
        for record in &records.all {
            kept[record.file().0 as usize] += 1;
        }
        let spans = self.flows.clocks.of_file.iter().flatten();
        let span = spans.fold(None, |whole: Option<(i64, i64)>, (first, last)| {
            let (from, until) = whole.unwrap_or((first.0, last.0));
            Some((from.min(first.0), until.max(last.0)))
        });
        Seen {
            span,
            nodes: self.nodes_seen(&kept),
            members: members(&records.files, &kept),
        }
    }

    /// Each node with what leaves it out, if there are several.
    fn nodes_seen(&self, kept: &[u64]) -> Vec<SeenPart> {
        let records = self.records();
        let of_file = &self.flows.clocks.node_of_file;
        let node = |at: usize| {
            let own = records.files[at].node;
            let known = of_file.get(at).copied().unwrap_or_default();
            records.strings.some(own.or(known))
        };
        let files: Vec<(&File, &str)> = (0..records.files.len())
            .filter_map(|at| Some((&records.files[at], node(at)?)))
            .collect();
        let branches = branches(&files);
        if branches.len() < 2 {
            return Vec::new();
        }
        let within = within(&branches, &records.files, kept);
        let part = |(name, branches): (&str, BTreeSet<Around<'_>>)| {
            let (bytes, records) = within.get(name).copied().unwrap_or_default();
            SeenPart {
                name: name.to_owned(),
                branches: branches.iter().map(Around::branch).collect(),
                bytes,
                records,
            }
        };
        branches.into_iter().map(part).collect()
    }
}

/// For each node the outermost archives, folders and members that have files of no other node.
fn branches<'f>(files: &[(&'f File, &'f str)]) -> BTreeMap<&'f str, BTreeSet<Around<'f>>> {
    let mut owner: BTreeMap<Around<'_>, Option<&str>> = BTreeMap::new();
    for (file, node) in files {
        for around in around(&file.chain) {
            let only = owner.entry(around).or_insert(Some(node));
            *only = only.filter(|only| only == node);
        }
    }
    let mut found: BTreeMap<&str, BTreeSet<Around<'_>>> = BTreeMap::new();
    for (file, node) in files {
        let own = around(&file.chain).find(|around| owner[around] == Some(*node));
        found.entry(node).or_default().extend(own);
    }
    found
}

/// For each node how many bytes its branches have, and how many records were kept of them. No two nodes have the
/// same one.
fn within<'f>(
    branches: &BTreeMap<&'f str, BTreeSet<Around<'f>>>,
    files: &'f [File],
    kept: &[u64],
) -> BTreeMap<&'f str, (u64, u64)> {
    let node_of: BTreeMap<Around<'_>, &str> = branches
        .iter()
        .flat_map(|(&node, branches)| branches.iter().map(move |&branch| (branch, node)))
        .collect();
    let mut within: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (file, kept) in files.iter().zip(kept) {
        let node = around(&file.chain).find_map(|around| node_of.get(&around));
        if let Some(node) = node {
            let (bytes, records) = within.entry(node).or_default();
            *bytes += file.counts.bytes;
            *records += kept;
        }
    }
    within
}

/// Folders inside each other that are looked at, in one name: no bundle has as many, and names of a tar may have half a
/// million.
const MOST_FOLDERS: usize = 64;

/// A member, or an archive or folder it is in: a [`Branch`] that is not copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Around<'c> {
    outer: &'c [String],
    last: &'c str,
}

impl Around<'_> {
    fn branch(&self) -> Branch {
        let outer = self.outer.iter().map(String::as_str);
        Branch(outer.chain([self.last]).map(str::to_owned).collect())
    }
}

/// The folders and archives around a member, outermost first, and itself last.
fn around(chain: &[String]) -> impl Iterator<Item = Around<'_>> {
    let names = chain.iter().enumerate();
    names.flat_map(move |(depth, name)| {
        let slashes = name.match_indices('/').map(|(at, _)| at + 1);
        let inside = slashes.filter(|&end| end < name.len()).take(MOST_FOLDERS);
        let ends = inside.chain([name.len()]);
        ends.map(move |end| Around {
            outer: &chain[..depth],
            last: &name[..end],
        })
    })
}

/// The members of which most was kept.
fn members(files: &[File], kept: &[u64]) -> Vec<SeenPart> {
    let mut order: Vec<usize> = (0..files.len()).filter(|&at| kept[at] > 0).collect();
    order.sort_by_key(|&at| (Reverse(kept[at]), &files[at].chain));
    let part = |&at: &usize| SeenPart {
        name: files[at].chain.join(" › "),
        branches: vec![Branch(files[at].chain.clone())],
        bytes: files[at].counts.bytes,
        records: kept[at],
    };
    order.iter().take(MOST_MEMBERS).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn folders_and_archives_stand_around_a_member() {
        let chain = chain(&["bundle/a.tgz", "logs/x.log"]);
        let names: Vec<String> = around(&chain).map(|it| it.branch().0.join(" > ")).collect();
        assert_eq!(
            names,
            [
                "bundle/",
                "bundle/a.tgz",
                "bundle/a.tgz > logs/",
                "bundle/a.tgz > logs/x.log"
            ]
        );
    }

    #[test]
    fn of_very_many_folders_the_outermost_are_looked_at() {
        let chain = chain(&[&"a/".repeat(500_000), "x.log"]);
        let lasts: Vec<&str> = around(&chain).map(|it| it.last).collect();
        assert_eq!(lasts.len(), MOST_FOLDERS + 2);
        assert_eq!(lasts[..2], ["a/", "a/a/"]);
        assert_eq!(lasts[MOST_FOLDERS..], [chain[0].as_str(), "x.log"]);
    }
}
