//! Which log of the bundle covers which time, and where it has holes: without that, "it never came"
//! cannot be said.
//!
//! A hole is told between rotated files that are too far apart for how often the log writes, behind a damaged
//! file, and within a file where a log that never stops is silent (`silence.rs`).

mod silence;

use super::clock::{ClockId, ClockOwner};
use super::view::View;
use crate::flow::StepName;
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{File, FileId, Kind, Record, What};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Rotated files of one log with no more than this between them cover the time between, ms: a
/// quiet system writes little.
const ROTATION_GAP_MS: i64 = 10 * 60_000;

/// Between rotated files a log is not silent for longer than this many times the mean time between
/// its entries, unless entries are missing.
const RHYTHM: i64 = 20;

/// Any log may be silent for this long, ms.
const SHORT_SILENCE_MS: i64 = 20_000;

/// The logs that would show a step, best first.
#[must_use]
pub fn proof(step: StepName) -> &'static [Kind] {
    use Kind::{AccessLog, ClientLog, CtiServer, Notification, Webservices};
    match step {
        StepName::PageLoad => &[AccessLog],
        StepName::Connect | StepName::EventReceived | StepName::SignedIn => &[ClientLog],
        StepName::Presence | StepName::Publish => &[Webservices],
        StepName::CtiRequest | StepName::CtiEvent => &[Webservices, CtiServer],
        StepName::CtiReply => &[CtiServer, Webservices],
        StepName::Route => &[Notification],
        StepName::LoginRequest | StepName::LoginAccepted => &[Webservices, ClientLog, AccessLog],
        StepName::SystemInfo | StepName::UserGet | StepName::FollowUp => {
            &[ClientLog, Webservices, AccessLog]
        }
    }
}

/// The same where the deployment is known: on UCCX (`CCX`) the engine log stands in for the CTI
/// server's.
#[must_use]
pub fn proof_on(step: StepName, deployment: &str) -> Vec<Kind> {
    let on_ccx = |kind: &Kind| match kind {
        Kind::CtiServer if deployment == "CCX" => Kind::UccxEngine,
        kind => *kind,
    };
    proof(step).iter().map(on_ccx).collect()
}

/// What the bundle covers.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// In order of kind, then owner's name.
    pub sources: Vec<Source>,
    by_owner: BTreeMap<(Kind, Sym), usize>,
    /// Sources of each kind; desktops aside, which are found by their agent.
    by_kind: BTreeMap<Kind, Vec<usize>>,
}

/// One log of one machine: all its files.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it is.
    pub kind: Kind,
    /// The Finesse node, the CTI server, or the agent whose desktop wrote it; [`Sym::NONE`] where
    /// the bundle does not tell.
    pub owner: Sym,
    /// Its clock, where it has dated entries.
    pub clock: Option<ClockId>,
    /// From first to last entry, files without a hole between them as one; in order.
    pub spans: Vec<Span>,
    /// Times in which entries are missing; in order.
    pub holes: Vec<Hole>,
}

/// A time that is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First and last entry, ms on the reference clock.
    pub on_reference: (i64, i64),
    /// The same by the source's own clock.
    pub read: (EpochMs, EpochMs),
}

/// A time in which entries are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Why they are.
    pub why: Why,
    /// Last entry before and first one after it, ms on the reference clock; `None`: nobody knows
    /// how long it lasts.
    pub on_reference: (i64, Option<i64>),
    /// The same by the source's own clock.
    pub read: (EpochMs, Option<EpochMs>),
    /// The file it follows.
    pub after: FileId,
    /// The file it ends with.
    pub before: Option<FileId>,
    /// The line of the first entry after it, 1-based, where it lies within one file.
    pub line: Option<u32>,
}

/// Why entries are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// Rotated files are missing between two.
    Rotated,
    /// The file before is damaged, or was too long to be read to its end.
    Damaged,
    /// The log is silent within a file, and never for nearly as long otherwise: the service was down,
    /// or lines are missing.
    Silent,
}

impl Why {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Rotated => "rotated_files_missing",
            Self::Damaged => "file_damaged",
            Self::Silent => "log_silent",
        }
    }
}

/// Whose logs count for a sign-in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) agent: Sym,
    pub(super) node: Sym,
    /// The logs of these kinds say nothing of what they must have shown: their entries are missing, and
    /// so they cannot tell what never came, either.
    pub(super) untold: [Option<Kind>; 2],
}

impl Coverage {
    pub(super) fn new(view: &View<'_>) -> Self {
        let mut files: BTreeMap<(Kind, Sym), Vec<Part>> = BTreeMap::new();
        for (key, part) in parts(view) {
            files.entry(key).or_default().push(part);
        }
        let mut sources: Vec<Source> = files
            .into_iter()
            .map(|((kind, owner), parts)| source(view, kind, owner, parts))
            .collect();
        sources.sort_by_key(|source| (source.kind, view.records.strings.get(source.owner)));
        let mut coverage = Self::default();
        for (nth, source) in sources.iter().enumerate() {
            coverage.by_owner.insert((source.kind, source.owner), nth);
            if source.kind != Kind::ClientLog {
                coverage.by_kind.entry(source.kind).or_default().push(nth);
            }
        }
        coverage.sources = sources;
        coverage
    }

    /// Whether a log of this kind that would show the sign-in has lines before `from` and after
    /// `until`, and no hole between. The engine log stands in for the CTI server's.
    pub(super) fn covers(&self, kind: Kind, subject: Subject, from: i64, until: i64) -> bool {
        let any_of = |kind: Kind, is_of: &dyn Fn(Sym) -> bool| {
            let own = self.by_kind.get(&kind).into_iter().flatten();
            own.map(|&nth| &self.sources[nth])
                .filter(|source| is_of(source.owner))
                .any(|source| source.encloses(from, until))
        };
        match kind {
            kind if subject.untold.contains(&Some(kind)) => false,
            Kind::ClientLog => self
                .by_owner
                .get(&(kind, subject.agent))
                .is_some_and(|&nth| self.sources[nth].encloses(from, until)),
            Kind::CtiServer | Kind::UccxEngine => [Kind::CtiServer, Kind::UccxEngine]
                .into_iter()
                .any(|kind| any_of(kind, &|_| true)),
            _ => any_of(kind, &|node| {
                node.is_none() || subject.node.is_none() || node == subject.node
            }),
        }
    }
}

impl Source {
    fn encloses(&self, from: i64, until: i64) -> bool {
        // The last span that begins in time: spans are in order and do not overlap.
        let next = self
            .spans
            .partition_point(|span| span.on_reference.0 <= from);
        next.checked_sub(1)
            .is_some_and(|nth| until <= self.spans[nth].on_reference.1)
    }
}

/// What one file covers, or a part of it between silences.
#[derive(Clone, Copy)]
struct Part {
    file: FileId,
    clock: Option<ClockId>,
    span: Span,
    /// The mean time between the file's entries, ms.
    every_ms: i64,
    /// The line it begins with, if it follows a silence.
    line: Option<u32>,
}

impl Part {
    fn whole(view: &View<'_>, file: FileId, clock: Option<ClockId>, span: Span) -> Self {
        let lasts = span.on_reference.1 - span.on_reference.0;
        Self {
            file,
            clock,
            span,
            every_ms: lasts / entries(view, file).max(1),
            line: None,
        }
    }
}

/// From first to last entry of each log: whole files where their clock is known, and within mixed
/// files the kept records of each kind. A log that says nothing of a sign-in covers its time all the
/// same; the log of errors alone covers nothing, for what is no error is not in it.
fn parts(view: &View<'_>) -> Vec<((Kind, Sym), Part)> {
    let mut spans: BTreeMap<(FileId, Kind, Sym), (ClockId, Span)> = BTreeMap::new();
    let entries = view.records.all.iter().enumerate();
    for (at, record) in entries.filter(|(_, record)| record.what() != What::DayStarted) {
        let Some(when) = view.read(at) else {
            continue;
        };
        let clock = view.clocks.of(at);
        let key = (record.file(), record.kind(), owner_name(view, clock));
        let (_, span) = spans.entry(key).or_insert_with(|| {
            let whole = whole_file(view, record, clock);
            (
                clock,
                whole.unwrap_or_else(|| span(view, clock, (when.at, when.at))),
            )
        });
        *span = widened(*span, view.on_reference(clock, when.at), when.at);
    }
    let kept: BTreeSet<FileId> = spans.keys().map(|&(file, ..)| file).collect();
    let complete = |file: FileId| !has_errors_only(&view.records.files[file.0 as usize]);
    let silent = (0u32..)
        .map(FileId)
        .zip(&view.records.files)
        .filter(|(file, read)| {
            !kept.contains(file) && complete(*file) && read.counts.duplicates == 0
        });
    let silent = silent.filter_map(|(id, file)| {
        let read = view.clocks.of_file[id.0 as usize]?;
        let span = Span {
            on_reference: (read.0.0, read.1.0),
            read,
        };
        let owner = view.clocks.node_of_file[id.0 as usize];
        Some(((file.kind, owner), Part::whole(view, id, None, span)))
    });
    let told = spans.iter().filter(|((file, ..), _)| complete(*file)).map(
        |(&(file, kind, owner), &(clock, span))| {
            let part = Part::whole(view, file, Some(clock), span);
            ((kind, owner), part)
        },
    );
    told.chain(silent).collect()
}

fn span(view: &View<'_>, clock: ClockId, read: (EpochMs, EpochMs)) -> Span {
    Span {
        on_reference: (
            view.on_reference(clock, read.0),
            view.on_reference(clock, read.1),
        ),
        read,
    }
}

fn widened(span: Span, on_reference: i64, read: EpochMs) -> Span {
    Span {
        on_reference: (
            span.on_reference.0.min(on_reference),
            span.on_reference.1.max(on_reference),
        ),
        read: (span.read.0.min(read), span.read.1.max(read)),
    }
}

fn whole_file(view: &View<'_>, record: &Record, clock: ClockId) -> Option<Span> {
    let file = record.file().0 as usize;
    let read =
        view.clocks.of_file[file].filter(|_| view.records.files[file].kind == record.kind())?;
    Some(span(view, clock, read))
}

/// `Error-Desktop-webservices…` holds the errors of the log beside it once more.
fn has_errors_only(file: &File) -> bool {
    let name = file.chain.last().map_or("", String::as_str);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.kind == Kind::Webservices && name.starts_with("Error-")
}

/// Joins what has no hole between, and tells where the holes are.
fn source(view: &View<'_>, kind: Kind, owner: Sym, parts: Vec<Part>) -> Source {
    let mut parts = silence::cut(view, kind, parts);
    parts.sort_by_key(|part| (part.span, part.file));
    let mut source = Source {
        kind,
        owner,
        clock: parts.iter().find_map(|part| part.clock),
        spans: Vec::new(),
        holes: Vec::new(),
    };
    // The file whose last entry is the latest so far.
    let mut latest: Option<&Part> = None;
    for part in &parts {
        let hole = latest.and_then(|latest| hole_between(view, kind, latest, part));
        let apart =
            latest.is_none_or(|latest| hole.is_some() || separates(view, kind, latest, part));
        match source.spans.last_mut().filter(|_| !apart) {
            Some(last) => {
                let end = part.span;
                *last = widened(*last, end.on_reference.1, end.read.1);
            }
            None => source.spans.push(part.span),
        }
        source.holes.extend(hole);
        if latest.is_none_or(|latest| latest.span.on_reference.1 < part.span.on_reference.1) {
            latest = Some(part);
        }
    }
    if let Some(last) = latest.filter(|last| is_damaged(view, last.file)) {
        source.holes.push(Hole {
            why: Why::Damaged,
            on_reference: (last.span.on_reference.1, None),
            read: (last.span.read.1, None),
            after: last.file,
            before: None,
            line: None,
        });
    }
    source
}

/// Whether the time between two files is not covered. A gap of seconds is no hole that anybody would
/// look for; but where it is longer than the log is ever silent, nothing can be said of it.
fn separates(view: &View<'_>, kind: Kind, latest: &Part, part: &Part) -> bool {
    let gap = part.span.on_reference.0 - latest.span.on_reference.1;
    // Each page load begins a client log of its own: between them nobody wrote.
    let may_be_silent = if kind == Kind::ClientLog {
        0
    } else {
        silence_ms(view, latest, part).min(ROTATION_GAP_MS)
    };
    gap > may_be_silent
}

/// A hole between two files of a log, or within one; desktops write none while they are closed.
fn hole_between(view: &View<'_>, kind: Kind, latest: &Part, part: &Part) -> Option<Hole> {
    let gap = part.span.on_reference.0 - latest.span.on_reference.1;
    let is_within = latest.file == part.file;
    let why = if gap > 0 && is_within {
        Why::Silent
    } else if gap > 0 && is_damaged(view, latest.file) {
        Why::Damaged
    } else if kind != Kind::ClientLog
        && gap > ROTATION_GAP_MS
        && gap > silence_ms(view, latest, part)
    {
        Why::Rotated
    } else {
        return None;
    };
    Some(Hole {
        why,
        on_reference: (latest.span.on_reference.1, Some(part.span.on_reference.0)),
        read: (latest.span.read.1, Some(part.span.read.0)),
        after: latest.file,
        before: Some(part.file),
        line: part.line.filter(|_| is_within),
    })
}

fn is_damaged(view: &View<'_>, file: FileId) -> bool {
    view.records.files[file.0 as usize].problem.is_some()
}

/// How long a log may be silent between two of its files, going by how often they have an entry. A
/// handful of entries has no rhythm.
fn silence_ms(view: &View<'_>, one: &Part, other: &Part) -> i64 {
    if entries(view, one.file) + entries(view, other.file) < RHYTHM {
        return ROTATION_GAP_MS;
    }
    (RHYTHM * one.every_ms.max(other.every_ms)).max(SHORT_SILENCE_MS)
}

/// All that a file holds of the time that is looked at, kept or not.
fn entries(view: &View<'_>, file: FileId) -> i64 {
    let counts = &view.records.files[file.0 as usize].counts;
    i64::try_from(counts.records - counts.outside).unwrap_or(i64::MAX / 2)
}

fn owner_name(view: &View<'_>, clock: ClockId) -> Sym {
    match view.clocks.all[clock.0 as usize].owner {
        ClockOwner::Client(name) | ClockOwner::Finesse(name) | ClockOwner::Cti(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::fixture::Fixture;
    use crate::record::What;

    const MINUTE: i64 = 60_000;

    /// Webservices logs of one node with four entries a minute: name, and from and until in minutes.
    fn rotated(files: &[(&str, i64, i64)]) -> Fixture {
        let mut bundle = Fixture::default();
        for &(name, from, until) in files {
            let span = (from * MINUTE, until * MINUTE);
            let file = bundle.file(name, Kind::Webservices, span);
            file.counts.records = u64::try_from((until - from) * 4).unwrap();
            bundle
                .record(Kind::Webservices, What::RequestStart)
                .node("192.0.2.10")
                .utc(from * MINUTE);
        }
        bundle
    }

    /// Spans and holes in minutes, of the only source.
    type Minutes = (Vec<(i64, i64)>, Vec<(i64, Option<i64>, Why)>);

    fn minutes(bundle: &Fixture) -> Minutes {
        let view = View::new(&bundle.records);
        let coverage = Coverage::new(&view);
        let [source] = coverage.sources.as_slice() else {
            panic!("one source expected: {:?}", coverage.sources);
        };
        let spans = source.spans.iter().map(|span| span.on_reference);
        let holes = source.holes.iter().map(|hole| {
            let (from, until) = hole.on_reference;
            (from / MINUTE, until.map(|until| until / MINUTE), hole.why)
        });
        let spans = spans.map(|(from, until)| (from / MINUTE, until / MINUTE));
        (spans.collect(), holes.collect())
    }

    #[test]
    fn rotated_files_that_follow_each_other_are_one_span() {
        let bundle = rotated(&[("b.log", 30, 60), ("a.log", 0, 30), ("c.log", 65, 90)]);
        assert_eq!(minutes(&bundle), (vec![(0, 90)], vec![]));
    }

    #[test]
    fn a_rotated_file_that_is_missing_is_a_hole() {
        let bundle = rotated(&[("a.log", 0, 30), ("c.log", 60, 90)]);
        let hole = (30, Some(60), Why::Rotated);
        assert_eq!(minutes(&bundle), (vec![(0, 30), (60, 90)], vec![hole]));
    }

    #[test]
    fn a_log_that_seldom_writes_has_no_hole_but_covers_nothing_between() {
        let mut bundle = rotated(&[("a.log", 0, 30), ("c.log", 60, 90)]);
        for file in &mut bundle.records.files {
            file.counts.records = 10;
        }
        assert_eq!(minutes(&bundle), (vec![(0, 30), (60, 90)], vec![]));
    }

    #[test]
    fn a_busy_log_that_falls_silent_covers_nothing_between() {
        let mut bundle = rotated(&[("a.log", 0, 30), ("c.log", 32, 60)]);
        for file in &mut bundle.records.files {
            file.counts.records = 10_000;
        }
        assert_eq!(minutes(&bundle), (vec![(0, 30), (32, 60)], vec![]));
    }

    #[test]
    fn a_damaged_file_ends_with_a_hole_however_short() {
        let mut bundle = rotated(&[("a.log", 0, 30), ("b.log", 32, 60)]);
        bundle.records.files[0].problem = Some("cut".to_owned());
        let hole = (30, Some(32), Why::Damaged);
        assert_eq!(minutes(&bundle), (vec![(0, 30), (32, 60)], vec![hole]));
        bundle.records.files[0].problem = None;
        bundle.records.files[1].problem = Some("cut".to_owned());
        let hole = (60, None, Why::Damaged);
        assert_eq!(minutes(&bundle), (vec![(0, 60)], vec![hole]));
    }

    #[test]
    fn the_log_of_errors_covers_nothing() {
        let name = "Error-Desktop-webservices.2017-03-14T09-00-00.000.startup.log";
        let bundle = rotated(&[("a.log", 0, 30), (name, 0, 300), ("c.log", 60, 90)]);
        let hole = (30, Some(60), Why::Rotated);
        assert_eq!(minutes(&bundle), (vec![(0, 30), (60, 90)], vec![hole]));
    }

    #[test]
    fn on_uccx_the_engine_log_proves_what_the_cti_servers_does_on_ucce() {
        assert_eq!(
            proof_on(StepName::CtiReply, "CCX"),
            [Kind::UccxEngine, Kind::Webservices]
        );
        assert_eq!(
            proof_on(StepName::CtiReply, ""),
            [Kind::CtiServer, Kind::Webservices]
        );
        let mut bundle = Fixture::default();
        bundle.file("MIVR.log", Kind::UccxEngine, (0, 60 * MINUTE));
        for ms in [0, 60 * MINUTE] {
            bundle.record(Kind::UccxEngine, What::CtiMessage).utc(ms);
        }
        let view = View::new(&bundle.records);
        let subject = Subject {
            agent: Sym::NONE,
            node: Sym::NONE,
            untold: [None; 2],
        };
        let coverage = Coverage::new(&view);
        assert!(coverage.covers(Kind::CtiServer, subject, MINUTE, 2 * MINUTE));
        assert!(!coverage.covers(Kind::CtiServer, subject, MINUTE, 61 * MINUTE));
    }
}
