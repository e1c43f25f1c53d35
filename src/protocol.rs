//! What the page and its worker say to each other: plain values in the page's own words.
//!
//! Messages cross as postcard bytes in a transferred buffer. The page asks numbered questions and
//! drops answers older than its newest question; everything about a bundle carries the bundle's
//! `generation`, so that nothing of an earlier bundle is ever shown for the present one.
//! `File` handles travel beside [`Request::Hand`], in the same order as the `sources` of the
//! [`Request::Open`] that follows.

mod coverage;
mod ladder;
mod latency;
mod narrow;
mod strip;

use crate::flow::{Confidence, Outcome, Severity, StepName};
use crate::record::{Counts, Kind};
use crate::scope::Scope;
use crate::words::Lang;
pub use coverage::{CoverageView, HoleView, SourceView};
pub use ladder::{Band, Cover, Decoded, Disorder, Ladder, LaneView, RecordView, Row, RowKind};
pub use latency::{BINS, BINS_PER_DECADE, LatencyView, RowLeg};
pub use narrow::{Part, Seen, SeenPart, Stopped};
use serde::{Deserialize, Serialize};
pub use strip::{Column, STRIP_MARKS, Strip};

/// Page and worker compare this when the worker reports ready: a cached old worker must not meet a new page.
pub const PROTOCOL_VERSION: u32 = 8;

/// The page asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// `File` handles, beside this, for a bundle about to be opened: thousands in one message would
    /// keep the page from answering.
    Hand {
        /// Number of the bundle.
        generation: u32,
    },
    /// The worker gets readers to share its work with: their ports come beside this, in order. Sent
    /// before the first bundle.
    Crew,
    /// The worker is one of those readers: the port its errands come by is beside this.
    Join,
    /// Read the bundle whose bytes are beside this for practice, and forget it: browsers optimise code that
    /// they have seen run. Given up as soon as there is a bundle to be read.
    Practise,
    /// Read these files as one bundle; replaces the bundle before.
    Open {
        /// Number of the bundle.
        generation: u32,
        /// What is to be read, in the order of the `File` handles.
        sources: Vec<SourceMeta>,
        /// Things the page found but could not even get a handle of: name and reason.
        unreadable: Vec<(String, String)>,
        /// What of it is wanted.
        scope: Scope,
        /// Bytes of memory after which reading stops.
        memory: u64,
    },
    /// Texts made by the worker (verdicts, findings) are wanted in this language from now on; the
    /// list of sign-ins is sent again.
    Language {
        /// The language of the page.
        lang: Lang,
    },
    /// Times are wanted by this clock from now on; the list of sign-ins is sent again.
    Times {
        /// By which.
        times: Times,
    },
    /// Stop reading; what was read so far stays and is analysed.
    Cancel,
    /// The diagram of one sign-in. Answered by [`Reply::Ladder`].
    Ladder {
        /// Number of the question.
        question: u32,
        /// [`SignInRow::id`].
        sign_in: String,
    },
    /// The records behind one arrow. Answered by [`Reply::Evidence`].
    Evidence {
        /// Number of the question.
        question: u32,
        /// [`SignInRow::id`].
        sign_in: String,
        /// What of it.
        of: EvidenceOf,
    },
    /// The records behind a finding about the whole bundle. Answered by [`Reply::Evidence`].
    BundleEvidence {
        /// Number of the question.
        question: u32,
        /// Position in [`Summary::findings`], 0-based.
        finding: u32,
    },
    /// All sign-ins along time. Answered by [`Reply::Strip`].
    Strip {
        /// Number of the question.
        question: u32,
    },
    /// The files of the bundle. Answered by [`Reply::Files`].
    Files {
        /// Number of the question.
        question: u32,
    },
    /// The report as bytes. Answered by [`Reply::Export`].
    Export {
        /// Number of the question.
        question: u32,
        /// As what.
        format: ExportFormat,
        /// Only this sign-in, or the whole bundle.
        sign_in: Option<String>,
    },
    /// Which sign-ins have a record that contains this. Answered by [`Reply::Found`].
    Find {
        /// Number of the question.
        question: u32,
        /// Text, or a regular expression between slashes (`/CF_.*BUSY/`).
        pattern: String,
    },
}

/// By which clock times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Times {
    /// Each log's own: what it printed.
    #[default]
    AsPrinted,
    /// The reference clock: each reading less its clock's offset, where that was measured.
    OnReference,
}

impl Times {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::AsPrinted => Self::OnReference,
            Self::OnReference => Self::AsPrinted,
        }
    }
}

/// What an evidence question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EvidenceOf {
    /// A row of the ladder, 0-based ([`Row`]).
    Row(u32),
    /// A finding of the sign-in, 0-based, in the order of [`Verdict::findings`].
    Finding(u32),
}

/// A file about to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMeta {
    /// Name, with the path inside the dropped folder: `bundle/logs/x.log`.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
}

/// Formats of [`Request::Export`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// `logintrace/1`, byte for byte what the command line writes.
    Json,
    /// The ladder for a terminal or a ticket.
    Text,
}

/// The worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker is up; the first thing it says.
    Ready {
        /// [`PROTOCOL_VERSION`] of the worker.
        version: u32,
    },
    /// How far reading is; several times a second.
    Progress(Progress),
    /// What a bundle that may become too large could be narrowed to.
    Seen {
        /// Number of the bundle.
        generation: u32,
        /// What was seen so far.
        seen: Seen,
    },
    /// A part of the list of sign-ins. `from == 0` starts a new list that replaces the one before.
    SignIns {
        /// Number of the bundle.
        generation: u32,
        /// Position of the first of `rows`, 0-based.
        from: u32,
        /// Length of the whole list.
        total: u32,
        /// In order of start, then agent.
        rows: Vec<SignInRow>,
    },
    /// The bundle has been read (or reading was stopped) and analysed.
    Done {
        /// Number of the bundle.
        generation: u32,
        /// What there is to say of the bundle as a whole.
        summary: Summary,
    },
    /// The diagram of a sign-in; `None` if there is no such sign-in any more.
    Ladder {
        /// Number of the question.
        question: u32,
        /// The answer.
        ladder: Option<Box<Ladder>>,
    },
    /// The records behind an arrow or a finding.
    Evidence {
        /// Number of the question.
        question: u32,
        /// In the order they prove it.
        records: Vec<RecordView>,
    },
    /// All sign-ins along time.
    Strip {
        /// Number of the question.
        question: u32,
        /// `None` where no two of them start at different times.
        strip: Option<Strip>,
    },
    /// The files of the bundle.
    Files {
        /// Number of the question.
        question: u32,
        /// In the order of the report.
        files: Vec<FileRow>,
    },
    /// A finished export.
    Export {
        /// Number of the question.
        question: u32,
        /// Proposed file name.
        name: String,
        /// Its bytes, UTF-8.
        text: String,
    },
    /// The answer to [`Request::Find`].
    Found {
        /// Number of the question.
        question: u32,
        /// Ids of the sign-ins, or what is wrong with the pattern.
        sign_ins: Result<Vec<String>, String>,
        /// Records that could not be looked into: they were to be read again from the file, and could not be.
        unread: u32,
    },
}

/// How far reading is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Number of the bundle.
    pub generation: u32,
    /// Position of the file being read in [`Request::Open`], 0-based.
    pub source: u32,
    /// Files to read.
    pub sources: u32,
    /// Name of the member being read, innermost first is last: the chain joined by ` › `.
    pub member: String,
    /// Bytes read of the file being read, as dropped (compressed).
    pub source_read: u64,
    /// Its size.
    pub source_size: u64,
    /// Bytes read of all files, as dropped.
    pub read: u64,
    /// Their size.
    pub size: u64,
    /// Bytes of log after decompression.
    pub inflated: u64,
    /// Members read completely.
    pub members: u32,
    /// Entries recognised.
    pub records: u64,
    /// Time spent reading, in ms.
    pub elapsed_ms: f64,
    /// Bytes of memory that all workers have.
    pub memory: u64,
    /// Bytes of memory after which reading stops.
    pub memory_limit: u64,
}

/// The bundle as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// What was read, if not all of it.
    pub part: Option<Part>,
    /// Members, readable or not.
    pub files: u32,
    /// Members with a problem.
    pub problems: u32,
    /// Bytes as dropped.
    pub size: u64,
    /// Bytes of log after decompression.
    pub inflated: u64,
    /// Entries recognised.
    pub records: u64,
    /// Findings about the whole bundle.
    pub findings: Vec<FindingView>,
    /// Clocks found.
    pub clocks: Vec<ClockView>,
    /// Which log covers which time.
    pub coverage: CoverageView,
    /// How long the legs of sign-ins took, in causal order.
    pub latencies: Vec<LatencyView>,
    /// Time from open to done, in ms.
    pub elapsed_ms: f64,
}

/// A clock of the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockView {
    /// `client:2001`, `finesse:192.0.2.10`, `cti:cg1A`.
    pub clock: String,
    /// `-04:00`.
    pub zone: Option<String>,
    /// This clock minus the reference clock, ms.
    pub offset_ms: Option<i64>,
    /// Half width of the interval the offset lies in, ms.
    pub uncertainty_ms: Option<i64>,
    /// Matched pairs behind it.
    pub samples: u32,
    /// The clock the others are compared with.
    pub reference: bool,
}

/// A sign-in in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignInRow {
    /// Stable across runs.
    pub id: String,
    /// Agent id; empty if unknown.
    pub agent: String,
    /// Login name, if a log has it.
    pub login_name: Option<String>,
    /// Extension, if a log has it.
    pub extension: Option<String>,
    /// Finesse node.
    pub node: Option<String>,
    /// Epoch ms UTC of the first record with a time, as shown ([`Request::Times`]).
    pub started: Option<i64>,
    /// `ended - started`.
    pub duration_ms: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// First step that failed or never came.
    pub stopped_at: Option<StepName>,
    /// Whether a step was slow.
    pub slow: bool,
    /// One sentence: the verdict.
    pub verdict: String,
}

/// The verdict over the diagram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// One sentence.
    pub title: String,
    /// Most severe first.
    pub findings: Vec<FindingView>,
}

/// A finding as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Rule slug.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What happened, one sentence.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// What to check or collect next.
    pub next: String,
    /// Number of records that prove it.
    pub evidence: u32,
}

/// A member in the Files view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRow {
    /// From the dropped file inwards.
    pub chain: Vec<String>,
    /// Recognised as.
    pub kind: Kind,
    /// Node its lines print.
    pub node: Option<String>,
    /// What it held.
    pub counts: Counts,
    /// Kept records that no sign-in claimed.
    pub orphans: u64,
    /// Epoch ms UTC, as shown ([`Request::Times`]).
    pub first_time: Option<i64>,
    /// Epoch ms UTC, likewise.
    pub last_time: Option<i64>,
    /// Whether these are as printed although others are shown on the reference clock: its records
    /// are by several clocks, or by one that was not measured.
    pub as_printed: bool,
    /// Why it could not be read, completely or at all.
    pub problem: Option<String>,
    /// Position of the file with the same bytes, if there is one before this.
    pub duplicate_of: Option<u32>,
}
