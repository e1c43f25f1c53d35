//! The diagram of a sign-in and the records behind it, as the page paints them.

use super::{ClockView, RowLeg, SignInRow, Times, Verdict};
use crate::flow::{JoinedBy, Lane, LaterEvent, Stage, StepName, StepStatus};
use crate::record::Kind;
use serde::{Deserialize, Serialize};

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
    /// By which clock its times are shown.
    pub times: Times,
    /// The clocks its times were read from.
    pub clocks: Vec<ClockView>,
}

impl Ladder {
    /// Whether a row's time stands among others on the reference clock, and is none of it.
    #[must_use]
    pub fn is_unmeasured(&self, row: &Row) -> bool {
        let clock = row.clock.and_then(|at| self.clocks.get(at as usize));
        self.times == Times::OnReference && clock.is_some_and(|clock| clock.offset_ms.is_none())
    }
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
    /// Epoch ms UTC, by the clock of [`Ladder::times`].
    pub time: Option<i64>,
    /// Whether `time` is known to the ms, or only to the second.
    pub time_exact: bool,
    /// The clock it was read from: position in [`Ladder::clocks`].
    pub clock: Option<u32>,
    /// Since the previous row with a time, ms; negative where clocks disagree.
    pub delta_ms: Option<i64>,
    /// The leg that ends here, if it was measured.
    pub leg: Option<RowLeg>,
    /// Waited in vain for this long, ms (ghosts).
    pub waited_ms: Option<i64>,
    /// Its time contradicts the causal order.
    pub disorder: Option<Disorder>,
    /// Why it belongs to this sign-in.
    pub joined_by: Option<JoinedBy>,
    /// The values that join it, as shown: (`request_id`, `6e210ca9-…`).
    pub keys: Vec<(String, String)>,
    /// Number of records that prove it.
    pub evidence: u32,
    /// Codes in them that have a name or a meaning, each once.
    pub codes: Vec<Decoded>,
    /// Logs that would show it, for ghosts and rows not covered.
    pub proof: Vec<Kind>,
    /// Logs of the bundle that cover the time and do not have it (ghosts).
    pub covered_by: Vec<Cover>,
}

/// A log that covers a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// What it is.
    pub kind: Kind,
    /// Its node, CTI server or agent, if the bundle tells.
    pub owner: Option<String>,
    /// First and last entry, epoch ms UTC, by the clock of [`Ladder::times`].
    pub span: (i64, i64),
}

/// An effect with a time before its cause's: the order of the diagram is by cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disorder {
    /// The row of the cause, 0-based.
    pub cause: u32,
    /// How much earlier the effect's time is, ms.
    pub early_ms: i64,
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
    /// Epoch ms UTC, as printed.
    pub time: Option<i64>,
    /// The clock it was read from.
    pub clock: Option<ClockView>,
    /// Its text, credentials masked, line breaks kept.
    pub text: String,
    /// Why its text is not there: it was to be read again from the file, and could not be.
    pub unread: Option<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
