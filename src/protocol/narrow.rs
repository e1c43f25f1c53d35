//! A bundle that is read in part: why, and what it could be narrowed to.

use crate::scope::{Branch, Scope};
use serde::{Deserialize, Serialize};

/// Why reading ended before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stopped {
    /// Somebody wanted that.
    Cancelled,
    /// The memory that a tab may use was used up.
    Full,
}

/// What was read of a bundle, where that is not all of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Why reading ended before the end, if it did.
    pub stopped: Option<Stopped>,
    /// Bytes as dropped that were not read because of that.
    pub unread: u64,
    /// What was wanted.
    pub scope: Scope,
    /// Members left out because of that; an archive left out as a whole counts as one.
    pub members: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Entries outside the time wanted.
    pub entries: u64,
    /// Sign-ins that started outside the time wanted.
    pub sign_ins: u32,
}

/// What was seen of a bundle so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// First and last entry with a date, epoch ms UTC, by the clocks of their logs.
    pub span: Option<(i64, i64)>,
    /// Nodes, by name, if there are several.
    pub nodes: Vec<SeenPart>,
    /// The members of which most was kept, most first.
    pub members: Vec<SeenPart>,
}

/// What can be left out at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPart {
    /// What it is called: a node, or the names of a member.
    pub name: String,
    /// What leaves it out.
    pub branches: Vec<Branch>,
    /// Bytes of log.
    pub bytes: u64,
    /// Records kept of it: they are what takes the memory.
    pub records: u64,
}
