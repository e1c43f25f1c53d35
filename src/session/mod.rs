//! The worker's whole brain, without the worker: reads bytes in pieces, answers questions.
//!
//! ```text
//! open ─→ (begin ─→ feed … feed ─→ end)* ─→ close        ask, analyse: at any time between
//! ```
//!
//! Pure: no files, no clock. The command line and the page's worker both drive this and nothing
//! else, which is why their reports are the same byte for byte.

mod answer;
mod collect;
mod crew;
mod handed;
mod lent;
mod newest;
mod part;
mod places;
mod recall;

use crate::correlate::step::SignIn;
use crate::correlate::{Flows, correlate};
use crate::diagnose::Causes;
use crate::diagram::Scene;
use crate::error::Error;
use crate::protocol::{Progress, Reply, Request, SignInRow, SourceMeta, Stopped, Summary, Times};
use crate::record::Records;
use crate::report::Report;
use crate::scope::Scope;
use crate::source::{Limits, Opener};
use crate::words::Lang;
use crate::{diagnose, diagram, report};
use collect::Collector;
use crew::Crew;
use part::{Memory, Unread};
use recall::Recalled;

pub use crew::{Errand, Outcome, Sharing, Work};
pub use handed::{Handed, Opening};
pub use lent::Borrower;
pub use newest::Newest;
pub use part::TAB_MEMORY;
pub use recall::Recall;

/// Sign-ins in one message: small enough to be taken in between two frames.
const ROWS_PER_REPLY: usize = 1_000;

/// One bundle at a time: what was read of it, and what that tells.
#[derive(Default)]
pub struct Session {
    generation: u32,
    sources: Vec<SourceMeta>,
    current: Option<Current>,
    read: u64,
    unread: Unread,
    memory: Memory,
    collector: Collector,
    recalled: Recalled,
    flows: Flows,
    causes: Causes,
    /// Sign-ins that started outside the time wanted.
    outside: usize,
    lang: Lang,
    times: Times,
    /// How reading ended, once it has: why before the end, and after how many ms.
    closed: Option<(Option<Stopped>, f64)>,
}

/// The source being read.
struct Current {
    source: u32,
    read: u64,
    opener: Opener,
}

impl Session {
    /// A session without a bundle.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A session with readers besides whoever drives it. What [`Session::errands`] gives out must be
    /// run, and what comes of it brought back, before the bundle is closed.
    #[must_use]
    pub fn shared(sharing: Sharing) -> Self {
        let mut session = Self::default();
        session.collector.crew = Crew::of(sharing);
        session
    }

    /// Number of the bundle.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Errands that are waiting to be sent, each with the reader it is for, 0-based.
    pub fn errands(&mut self) -> Vec<(u32, Errand)> {
        self.collector.crew.take_ready()
    }

    /// Takes back the bytes of an errand that have been copied to where they are read: their memory is
    /// used again.
    pub fn reuse(&mut self, bytes: Vec<u8>) {
        self.collector.reuse(bytes);
    }

    /// What came of an errand. Those of an earlier bundle must not be brought any more.
    pub fn take(&mut self, outcome: Outcome) {
        self.collector.take(outcome);
    }

    /// Whether errands are out.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.collector.crew.is_out()
    }

    /// Starts a new bundle; forgets the one before. `unreadable` are things that could not even be
    /// opened, with the reason.
    pub fn open(
        &mut self,
        generation: u32,
        sources: Vec<SourceMeta>,
        unreadable: Vec<(String, String)>,
    ) {
        self.open_within(generation, sources, unreadable, Scope::default(), 0);
    }

    /// The same for a part of the bundle, and with so many bytes of memory (0: any).
    pub fn open_within(
        &mut self,
        generation: u32,
        sources: Vec<SourceMeta>,
        unreadable: Vec<(String, String)>,
        scope: Scope,
        memory: u64,
    ) {
        let memory = Memory {
            limit: memory,
            ..Memory::default()
        };
        *self = Self {
            generation,
            sources,
            memory,
            lang: self.lang,
            times: self.times,
            ..Self::shared(self.collector.crew.sharing())
        };
        self.collector.scope = scope;
        self.collector.records.texts.hold(self.memory.for_texts());
        for (name, why) in unreadable {
            self.collector.refuse(vec![name], 0, why);
        }
    }

    /// Starts reading a source: a position in the `sources` of [`Session::open`]. `false`: it is not
    /// wanted, and its bytes need not be fed.
    pub fn begin(&mut self, source: u32) -> bool {
        self.unread.next = source.saturating_add(1);
        let name = self
            .sources
            .get(source as usize)
            .map_or("", |meta| &meta.name);
        if !self.wants_source(name) {
            let (name, size) = (name.to_owned(), self.size_of(source));
            self.read += size;
            self.collector.leave_out(vec![name], size);
            return false;
        }
        self.collector.begin(source);
        self.current = Some(Current {
            source,
            read: 0,
            opener: Opener::new(name, Limits::DEFAULT),
        });
        true
    }

    /// Has a source read as a whole by a reader who has nothing to do, if it is large and so is another one
    /// behind it: then it must not be begun.
    pub fn lend(&mut self, source: u32) -> bool {
        let is_large = |meta: &SourceMeta| {
            self.collector.crew.is_lent(meta.size) && self.wants_source(&meta.name)
        };
        let rest = self.sources.get(source as usize..).unwrap_or_default();
        let is_lent = match rest.split_first() {
            Some((meta, rest)) if is_large(meta) && rest.iter().any(is_large) => {
                self.collector.lend(source, meta)
            }
            _ => false,
        };
        if is_lent {
            self.unread.next = source.saturating_add(1);
        }
        is_lent
    }

    /// The next bytes of the source, any number.
    pub fn feed(&mut self, bytes: &[u8]) {
        if let Some(current) = &mut self.current {
            current.read += bytes.len() as u64;
            self.read += bytes.len() as u64;
            current.opener.push(bytes, &mut self.collector);
        }
    }

    /// The source is over, or could not be read further.
    pub fn end(&mut self, failed: Option<String>) {
        if let Some(current) = self.current.take() {
            match failed {
                None => current.opener.finish(&mut self.collector),
                Some(why) => current.opener.fail(Error::new(why), &mut self.collector),
            }
        }
    }

    /// How far reading is. `elapsed_ms` is the caller's clock, since the bundle was opened.
    #[must_use]
    pub fn progress(&self, elapsed_ms: f64) -> Progress {
        let source = self.current.as_ref().map_or(0, |current| current.source);
        Progress {
            generation: self.generation,
            source,
            sources: u32::try_from(self.sources.len()).unwrap_or(u32::MAX),
            member: self.collector.member(),
            source_read: self.current.as_ref().map_or(0, |current| current.read),
            source_size: self.size_of(source),
            read: self.read + self.collector.elsewhere.read,
            size: self.sources.iter().map(|meta| meta.size).sum(),
            inflated: self.collector.inflated(),
            members: self.collector.members(),
            records: self.collector.entries(),
            elapsed_ms,
            memory: self.memory.used,
            memory_limit: self.memory.limit,
        }
    }

    /// The sign-ins found so far.
    pub fn analyse(&mut self) -> Vec<Reply> {
        // Not both at once: what is found out is noted of every record.
        self.flows = Flows::default();
        self.causes = Causes::default();
        self.collector.records.arrange();
        self.flows = correlate(&self.collector.records);
        self.causes = Causes::new(&self.collector.records, &self.flows);
        if let Some(window) = self.collector.scope.window {
            self.outside = self.flows.keep_within(window);
        }
        let sign_ins = self.flows.sign_ins.iter();
        let of_sign_ins = sign_ins.flat_map(SignIn::records_with_later);
        self.collector.records.want_texts(of_sign_ins);
        let mut replies = self.list();
        if self.memory.is_scarce() || !self.collector.scope.is_whole() {
            replies.push(Reply::Seen {
                generation: self.generation,
                seen: self.seen(),
            });
        }
        replies
    }

    /// The bundle has been read, or reading was stopped, `cancelled` or for lack of memory: the
    /// sign-ins and the summary.
    pub fn close(&mut self, cancelled: bool, elapsed_ms: f64) -> Vec<Reply> {
        let stopped = if cancelled {
            Some(Stopped::Cancelled)
        } else if self.memory.is_full {
            Some(Stopped::Full)
        } else {
            None
        };
        if stopped.is_some() {
            self.stop();
        }
        self.closed = Some((stopped, elapsed_ms));
        let mut replies = self.analyse();
        replies.extend(self.done());
        replies
    }

    /// Answers a question; everything but [`Request::Crew`], [`Request::Join`], [`Request::Practise`], [`Request::Hand`],
    /// [`Request::Open`] and [`Request::Cancel`], which are the worker's to carry out.
    pub fn ask(&mut self, request: Request) -> Vec<Reply> {
        match request {
            Request::Language { lang } => self.lang = lang,
            Request::Times { times } => self.times = times,
            request => return answer::answer(self, request).into_iter().collect(),
        }
        self.list().into_iter().chain(self.done()).collect()
    }

    /// The report of what was read, for the agent named, or for all.
    #[must_use]
    pub fn report(&self, agent: Option<&str>) -> Report {
        self.report_of(&|traced| {
            agent.is_none_or(|agent| self.records().strings.get(traced.agent) == agent)
        })
    }

    fn report_of(&self, keep: &dyn Fn(&SignIn) -> bool) -> Report {
        let skipped = &self.collector.skipped;
        Report {
            scope: self.scope_of_report(),
            ..report::report(self.records(), &self.flows, &self.causes, skipped, keep)
        }
    }

    /// The same as text, times by the clock of the last [`Request::Times`].
    #[must_use]
    pub fn text(&self, agent: Option<&str>) -> String {
        report::text::text(&self.report(agent), &self.scene_in(Lang::En), &|traced| {
            agent.is_none_or(|agent| self.records().strings.get(traced.agent) == agent)
        })
    }

    fn records(&self) -> &Records {
        &self.collector.records
    }

    /// The bundle as the page wants it shown.
    fn scene(&self) -> Scene<'_> {
        self.scene_in(self.lang)
    }

    fn scene_in(&self, lang: Lang) -> Scene<'_> {
        Scene {
            records: self.records(),
            flows: &self.flows,
            causes: &self.causes,
            lang,
            times: self.times,
        }
    }

    fn list(&self) -> Vec<Reply> {
        let scene = self.scene();
        let rows: Vec<SignInRow> = self
            .flows
            .sign_ins
            .iter()
            .map(|sign_in| diagram::list_row(&scene, sign_in))
            .collect();
        let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let batch = |(nth, rows): (usize, &[SignInRow])| Reply::SignIns {
            generation: self.generation,
            from: u32::try_from(nth * ROWS_PER_REPLY).unwrap_or(u32::MAX),
            total,
            rows: rows.to_vec(),
        };
        if rows.is_empty() {
            return vec![batch((0, &[]))];
        }
        rows.chunks(ROWS_PER_REPLY).enumerate().map(batch).collect()
    }

    /// The summary, once everything has been read.
    fn done(&self) -> Option<Reply> {
        let (stopped, elapsed_ms) = self.closed?;
        let summary = self.summary(stopped, elapsed_ms);
        Some(Reply::Done {
            generation: self.generation,
            summary,
        })
    }

    fn summary(&self, stopped: Option<Stopped>, elapsed_ms: f64) -> Summary {
        let records = self.records();
        let findings = diagnose::bundle_findings(records, &self.flows);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Summary {
            part: self.part(stopped),
            files: count(records.files.len()),
            problems: count(
                records
                    .files
                    .iter()
                    .filter(|file| file.problem.is_some())
                    .count(),
            ),
            size: self.sources.iter().map(|meta| meta.size).sum(),
            inflated: self.collector.inflated(),
            records: self.collector.entries(),
            findings: findings
                .iter()
                .map(|finding| diagram::finding_view(finding, self.lang))
                .collect(),
            clocks: answer::clocks(self),
            coverage: diagram::coverage(&self.scene()),
            latencies: diagram::latencies(&self.scene()),
            elapsed_ms,
        }
    }
}
