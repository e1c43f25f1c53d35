//! What really happened: the answers to the questions the logs ask.

use crate::flow::{Outcome, StepName};
use crate::record::Kind;
use serde::{Deserialize, Serialize};

/// The ground truth of a simulated bundle; `truth.json` beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Always `logintrace-truth/1`.
    pub schema: String,
    /// The seed of the run.
    pub seed: u64,
    /// Whether parts of logs were removed at random. Then the lines that are left need not all be
    /// found: what leads to them may be gone.
    pub in_pieces: bool,
    /// How far every clock runs ahead of true time.
    pub clocks: Vec<TruthClock>,
    /// The logs, in the order [`Proof::file`] counts them.
    pub files: Vec<TruthFile>,
    /// Every attempt to sign in, in order of start.
    pub attempts: Vec<Attempt>,
    /// Rules that must be found about the whole bundle if no log is missing, each once, by name.
    pub bundle: Vec<String>,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthClock {
    /// As the report names it: `finesse:192.0.2.10`, `cti:cg1A`, `client:2001`.
    pub clock: String,
    /// Ahead of true time, ms.
    pub ahead_ms: i64,
    /// Zone, minutes east of UTC.
    pub zone_minutes: i64,
    /// Zone after a change of summer time in the middle of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_after: Option<i64>,
}

/// A log of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthFile {
    /// Path in the unpacked tree.
    pub path: String,
    /// Where it lies in the packed bundle: archives from outside in, without the bundle's own name.
    pub chain: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Number of lines.
    pub lines: u32,
    /// The file, by position, whose first lines these are once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<u32>,
}

/// One attempt of an agent to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Agent id.
    pub agent: String,
    /// Extension typed in; the logs show it only once the sign-in request is sent.
    pub extension: String,
    /// Login name.
    pub login_name: String,
    /// UUID of the sign-in request, if it came that far.
    pub request_id: Option<String>,
    /// Address of the Finesse node.
    pub node: String,
    /// What was played: [`super::Scenario::slug`].
    pub scenario: String,
    /// True time of its first line, epoch ms.
    pub started: i64,
    /// How it ended, as the report must say with the logs that are in the bundle.
    pub outcome: Outcome,
    /// Outcomes that are right as well, because the logs that are left end in the middle of it.
    pub or: Vec<Outcome>,
    /// Whether so little is left of it that a report need not know of it.
    pub faint: bool,
    /// The first step that failed or never came.
    pub stopped_at: Option<StepName>,
    /// The finding that must be there about the sign-in itself.
    pub rule: Option<String>,
    /// Findings that must be there about the time after it.
    pub after: Vec<String>,
    /// Evidence of each step that left some, in causal order.
    pub steps: Vec<TruthStep>,
    /// Entries of the sign-in that prove no step.
    pub related: Vec<Proof>,
    /// Entries this agent's session caused when the sign-in was over.
    pub later: Vec<Proof>,
}

/// What proves a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthStep {
    /// Which step.
    pub step: StepName,
    /// Log entries, by file, then line.
    pub evidence: Vec<Proof>,
}

/// One log entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Proof {
    /// Position in [`Truth::files`], 0-based.
    pub file: u32,
    /// First line, 1-based.
    pub line: u32,
    /// Number of lines, at least 1.
    pub lines: u32,
}
