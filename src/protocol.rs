//! What the page and its worker say to each other: plain values in the page's own words.
//!
//! Messages cross as postcard bytes in a transferred buffer. The page asks numbered questions and
//! drops answers older than its newest question; everything about a bundle carries the bundle's
//! `generation`, so that nothing of an earlier bundle is ever shown for the present one.
//! `File` handles travel beside [`Request::Hand`], in the same order as the `sources` of the
//! [`Request::Open`] that follows.

use crate::flow::{
    Confidence, JoinedBy, Lane, LaterEvent, Outcome, Severity, Stage, StepName, StepStatus,
};
use crate::record::{Counts, Kind};
use crate::words::Lang;
use serde::{Deserialize, Serialize};

/// Page and worker compare this when the worker reports ready: a cached old worker must not meet a new page.
pub const PROTOCOL_VERSION: u32 = 3;

/// The page asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// `File` handles, beside this, for a bundle about to be opened: thousands in one message would
    /// keep the page from answering.
    Hand {
        /// Number of the bundle.
        generation: u32,
    },
    /// Read these files as one bundle; replaces the bundle before.
    Open {
        /// Number of the bundle.
        generation: u32,
        /// What is to be read, in the order of the `File` handles.
        sources: Vec<SourceMeta>,
        /// Things the page found but could not even get a handle of: name and reason.
        unreadable: Vec<(String, String)>,
    },
    /// Texts made by the worker (verdicts, findings) are wanted in this language from now on; the
    /// list of sign-ins is sent again.
    Language {
        /// The language of the page.
        lang: Lang,
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
}

/// The bundle as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Reading was stopped before the end.
    pub cancelled: bool,
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
    /// Epoch ms UTC of the first record with a time.
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

/// The diagram of a sign-in: rows in causal order, in bands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    /// Whose.
    pub sign_in: SignInRow,
    /// The verdict over it.
    pub verdict: Verdict,
    /// Lanes, left to right.
    pub lanes: Vec<LaneView>,
    /// Bands, top down; their rows are consecutive in `rows`.
    pub bands: Vec<Band>,
    /// Arrows, top down.
    pub rows: Vec<Row>,
}

/// The head of a lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaneView {
    /// Which.
    pub lane: Lane,
    /// Nodes inside the lane: addresses, or `cg1A`.
    pub nodes: Vec<String>,
    /// Whether a log in the bundle would show this lane at this time.
    pub covered: bool,
    /// The log that would, as its report kind.
    pub proof: Option<Kind>,
}

/// A band of the diagram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Which chapter of the flow.
    pub stage: Stage,
    /// First of its rows, 0-based.
    pub first: u32,
    /// Number of its rows.
    pub rows: u32,
    /// The worst status in it.
    pub status: StepStatus,
}

/// How an arrow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowKind {
    /// A message that was seen.
    Message,
    /// A message that should have come (dashed).
    Ghost,
    /// A message no log in the bundle can show (hatched).
    NotCovered,
}

/// A row of the diagram: one arrow, or a note on one lane when `from == to`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// How it is drawn.
    pub kind: RowKind,
    /// What happened, for rows after the sign-in, which are no step; `step` is then the last one.
    pub later: Option<LaterEvent>,
    /// The step it belongs to.
    pub step: StepName,
    /// How it went.
    pub status: StepStatus,
    /// From which lane.
    pub from: Lane,
    /// To which lane.
    pub to: Lane,
    /// Verb and object, in the words of the log: `PUT User/2001 LOGIN`.
    pub label: String,
    /// Result, if the message has one: `202`.
    pub result: Option<String>,
    /// Epoch ms UTC, raw reading of that log's clock.
    pub time: Option<i64>,
    /// Whether `time` is known to the ms, or only to the second.
    pub time_exact: bool,
    /// Since the previous row with a time, ms; negative where clocks disagree.
    pub delta_ms: Option<i64>,
    /// Waited in vain for this long, ms (ghosts).
    pub waited_ms: Option<i64>,
    /// The raw times contradict the causal order here.
    pub out_of_order: bool,
    /// Why it belongs to this sign-in.
    pub joined_by: Option<JoinedBy>,
    /// The values that join it, as shown: (`request_id`, `6e210ca9-…`).
    pub keys: Vec<(String, String)>,
    /// Number of records that prove it.
    pub evidence: u32,
    /// Logs that would show it, for ghosts and rows not covered.
    pub proof: Vec<Kind>,
}

/// A raw record on screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    /// From the dropped file inwards.
    pub chain: Vec<String>,
    /// The format that read it.
    pub kind: Kind,
    /// First line, 1-based.
    pub line: u32,
    /// Number of lines.
    pub lines: u32,
    /// Epoch ms UTC, raw reading.
    pub time: Option<i64>,
    /// Its text, credentials masked, line breaks kept.
    pub text: String,
    /// Where a key stands in `text`: byte ranges, half-open, sorted, not overlapping.
    pub highlights: Vec<(u32, u32)>,
    /// Why it was joined.
    pub joined_by: Option<JoinedBy>,
    /// Key and value of that join.
    pub join_key: Option<(String, String)>,
    /// Codes in it, decoded.
    pub decoded: Vec<Decoded>,
}

/// A code of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoded {
    /// What the code is: `failure code`.
    pub what: String,
    /// As the log prints it: `33`, `-15532`.
    pub raw: String,
    /// Its name in Cisco's tables, or the same number in another form.
    pub name: Option<String>,
    /// What it means, in the language of the page.
    pub meaning: Option<String>,
}

impl Decoded {
    /// `33 = CF_RESOURCE_BUSY: the extension or line is in use`.
    #[must_use]
    pub fn shown(&self) -> String {
        let name = self.name.as_ref().map(|name| format!(" = {name}"));
        let meaning = self.meaning.as_ref().map(|text| format!(": {text}"));
        let (name, meaning) = (name.unwrap_or_default(), meaning.unwrap_or_default());
        format!("{}{name}{meaning}", self.raw)
    }
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
    /// Epoch ms UTC.
    pub first_time: Option<i64>,
    /// Epoch ms UTC.
    pub last_time: Option<i64>,
    /// Why it could not be read, completely or at all.
    pub problem: Option<String>,
}
