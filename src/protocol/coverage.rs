//! Which log of a bundle covers which time, as the page draws it.

use crate::correlate::coverage::Why;
use crate::record::Kind;
use serde::{Deserialize, Serialize};

/// What the bundle covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageView {
    /// One for each log of each server; one for all desktops.
    pub sources: Vec<SourceView>,
    /// Logs that would prove a part of a sign-in and are not there at all.
    pub missing: Vec<Kind>,
}

/// One log of one machine, or the logs of all desktops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceView {
    /// What it is.
    pub kind: Kind,
    /// Its node or CTI server, if the bundle tells.
    pub owner: Option<String>,
    /// How many desktops are behind it; 0 for a server.
    pub desktops: u32,
    /// From first to last entry, epoch ms UTC, as shown ([`super::Request::Times`]); in order.
    pub spans: Vec<(i64, i64)>,
    /// Times in which entries are missing.
    pub holes: Vec<HoleView>,
}

/// A time in which entries are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoleView {
    /// Last entry before, epoch ms UTC.
    pub from: i64,
    /// First entry after; `None` where nobody knows.
    pub until: Option<i64>,
    /// Why they are.
    pub why: Why,
}
