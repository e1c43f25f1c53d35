//! The report `logintrace/1`: the machine-readable result, and the same as text.
//!
//! Field names are a contract with other tools: they may be added to, never renamed or removed.
//! Texts in it are English, whatever language the page is in: the same bundle gives the same bytes.

mod build;
pub mod text;

use crate::flow::{
    Confidence, JoinedBy, Lane, LaterEvent, Outcome, Severity, StepName, StepStatus,
};
use crate::record::Kind;
pub use build::{clocks, orphans, report};
use serde::Serialize;
use std::collections::BTreeMap;

/// The schema of the report.
pub const SCHEMA: &str = "logintrace/1";

/// The whole report.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Every member, by chain.
    pub files: Vec<File>,
    /// What was asked for, where that is not everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Members left out on purpose (folder entries, resource forks, what was not asked for), with the
    /// reason; and dropped files that reading did not get to.
    pub skipped: Vec<Skipped>,
    /// Clocks found.
    pub clocks: Vec<Clock>,
    /// Which log covers which time; by kind, then owner.
    pub coverage: Vec<Source>,
    /// By start, then agent.
    pub sign_ins: Vec<SignIn>,
    /// About the whole bundle.
    pub findings: Vec<Finding>,
    /// How long the legs of the sign-ins took, in causal order; legs that no log measures are left out.
    pub latency: Vec<Latency>,
}

/// What was asked for, and what that left out.
#[derive(Debug, Clone, Serialize)]
pub struct Scope {
    /// RFC 3339 UTC: entries written before it were not looked at.
    pub from: Option<String>,
    /// RFC 3339 UTC: nor were those written then or later.
    pub until: Option<String>,
    /// Members, archives and folders left out; the names of each from the dropped file inwards.
    pub without: Vec<Vec<String>>,
    /// Entries outside that time.
    pub entries_outside: u64,
    /// Sign-ins that started outside that time.
    pub sign_ins_outside: usize,
}

/// How one leg is distributed over all sign-ins of the bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Latency {
    /// Which.
    pub leg: &'static str,
    /// Sign-ins that were measured.
    pub n: usize,
    /// Half took at most this.
    pub median_ms: i64,
    /// 95 of 100 took at most this.
    pub p95_ms: i64,
    /// The longest.
    pub worst_ms: i64,
    /// [`SignIn::id`] of the longest.
    pub worst: String,
    /// More than this is slow (ours).
    pub slow_over_ms: i64,
    /// What Cisco documents for a healthy system.
    pub documented_ms: Option<i64>,
}

/// A member of the bundle.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Position, 0-based.
    pub id: u32,
    /// From the dropped file inwards.
    pub chain: Vec<String>,
    /// Recognised as.
    pub kind: Kind,
    /// Finesse or CTI node its lines print.
    pub node: Option<String>,
    /// Decompressed bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Entries recognised.
    pub records: u64,
    /// Records kept that no sign-in claimed.
    pub orphans: u64,
    /// Records that another file has as well, and that are looked at there.
    pub duplicates: u64,
    /// [`File::id`] of the file with the same bytes, if there is one before this.
    pub duplicate_of: Option<u32>,
    /// Entries outside the time that was asked for.
    #[serde(skip_serializing_if = "is_none")]
    pub outside: u64,
    /// Entries cut short.
    pub truncated: u64,
    /// Entries about a sign-in that are broken, so that something they say was not read.
    pub damaged: u64,
    /// Lines of no entry.
    pub unknown_lines: u64,
    /// Entries put together from wrapped lines.
    pub rewrapped: u64,
    /// Entries split off others they were glued to.
    pub unglued: u64,
    /// Byte sequences that are not UTF-8.
    pub undecodable: u64,
    /// Credentials masked.
    pub masked: u64,
    /// RFC 3339 UTC, by the file's own clock.
    pub first_time: Option<String>,
    /// RFC 3339 UTC, by the file's own clock.
    pub last_time: Option<String>,
    /// Why it could not be read (completely).
    pub problem: Option<String>,
}

/// A member left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// From the dropped file inwards.
    pub chain: Vec<String>,
    /// Why.
    pub why: String,
}

/// A clock of the bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Clock {
    /// `client:2001`, `finesse:192.0.2.10`, `cti:cg1A`.
    pub clock: String,
    /// `-04:00`.
    pub zone: Option<String>,
    /// This clock minus the reference clock.
    pub offset_ms: Option<i64>,
    /// Half the width of the interval the offset lies in.
    pub uncertainty_ms: Option<i64>,
    /// Matched pairs behind it.
    pub samples: u32,
    /// Exactly one is.
    pub reference: bool,
}

/// One log of one machine, and the time it covers by its own clock.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// What it is.
    pub kind: Kind,
    /// Finesse node or CTI server.
    pub node: Option<String>,
    /// Whose desktop wrote it.
    pub agent: Option<String>,
    /// Its clock, as in [`Report::clocks`].
    pub clock: Option<String>,
    /// From first to last entry, in order.
    pub spans: Vec<Span>,
    /// Times in which entries are missing, in order.
    pub holes: Vec<Hole>,
}

/// A time that is covered.
#[derive(Debug, Clone, Serialize)]
pub struct Span {
    /// RFC 3339 UTC.
    pub from: String,
    /// RFC 3339 UTC.
    pub until: String,
}

/// A time in which entries are missing.
#[derive(Debug, Clone, Serialize)]
pub struct Hole {
    /// `rotated_files_missing`, `file_damaged` or `log_silent`.
    pub why: &'static str,
    /// RFC 3339 UTC: the last entry before it.
    pub from: String,
    /// RFC 3339 UTC: the first entry after it; `null` where nobody knows.
    pub until: Option<String>,
    /// [`File::id`] of the file it follows.
    pub after: u32,
    /// [`File::id`] of the file it ends with.
    pub before: Option<u32>,
    /// The line of the first entry after it, 1-based, where both are the same file.
    pub line: Option<u32>,
}

/// One sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct SignIn {
    /// Stable across runs.
    pub id: String,
    /// Agent id.
    pub agent: Option<String>,
    /// Extension.
    pub extension: Option<String>,
    /// Login name.
    pub login_name: Option<String>,
    /// UUID of the sign-in request.
    pub request_id: Option<String>,
    /// Finesse node.
    pub node: Option<String>,
    /// `CCE` or `CCX`.
    pub deployment: Option<String>,
    /// RFC 3339 UTC.
    pub started: Option<String>,
    /// RFC 3339 UTC.
    pub ended: Option<String>,
    /// Clocks compared.
    pub duration_ms: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Last step with evidence.
    pub last_step: Option<StepName>,
    /// First step that failed or never came.
    pub stopped_at: Option<StepName>,
    /// The verdict in one sentence.
    pub verdict: String,
    /// In causal order.
    pub steps: Vec<Step>,
    /// Most severe first.
    pub findings: Vec<Finding>,
    /// What happened to the agent's session until the next sign-in, in order of time.
    pub after: Vec<Later>,
    /// The codes of refusals and of changes after the sign-in, each once.
    pub codes: Vec<Code>,
}

/// A code in plain words.
#[derive(Debug, Clone, Serialize)]
pub struct Code {
    /// What kind of code: `failure code`, `HTTP status`.
    pub what: String,
    /// As the log prints it.
    pub raw: String,
    /// Its name in Cisco's tables, or the same number in another form.
    pub name: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
}

/// Something that happened after a sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct Later {
    /// What.
    pub event: LaterEvent,
    /// Who sent it.
    pub from: Lane,
    /// Who got it.
    pub to: Lane,
    /// RFC 3339 UTC, raw reading.
    pub time: Option<String>,
    /// Agent state asked for or entered.
    pub state: Option<&'static str>,
    /// Event reason code, unsigned; none for 0.
    pub reason: Option<u16>,
    /// Failure code of a refusal.
    pub failure: Option<u32>,
    /// The lines that prove it.
    pub evidence: Vec<Evidence>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Which.
    pub step: StepName,
    /// How it went.
    pub status: StepStatus,
    /// First sender.
    pub from: Lane,
    /// Last receiver.
    pub to: Lane,
    /// RFC 3339 UTC, raw reading.
    pub time: Option<String>,
    /// Since the previous step with a time, ms; raw readings.
    pub elapsed_ms: Option<i64>,
    /// Waited for this long, ms: in vain, or until it came late.
    pub waited_ms: Option<i64>,
    /// HTTP status of its answer.
    pub http_status: Option<u16>,
    /// What joins its evidence.
    pub keys: BTreeMap<String, String>,
    /// The strongest reason among its evidence.
    pub joined_by: Option<JoinedBy>,
    /// The lines that prove it.
    pub evidence: Vec<Evidence>,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// [`File::id`].
    pub file: u32,
    /// 1-based.
    pub line: u32,
    /// At least 1.
    pub lines: u32,
}

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Rule slug.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What happened.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// What to check or collect next.
    pub next: String,
    /// The lines that prove it.
    pub evidence: Vec<Evidence>,
}

// Serde hands out references; on 32 bits they are no longer than the number.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_none(n: &u64) -> bool {
    *n == 0
}

impl Report {
    /// The report as JSON, with a line end after the last line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self)
            .expect("strings, numbers and lists always serialise");
        json.push('\n');
        json
    }
}
