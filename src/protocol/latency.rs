//! How long the legs of a bundle's sign-ins took, and where one of them stands in the diagram.

use crate::correlate::latency::Leg;
use serde::{Deserialize, Serialize};

/// Columns of a distribution for each power of ten.
pub const BINS_PER_DECADE: usize = 8;

/// Columns of a distribution: from 1 ms to 100 s. What is shorter counts in the first, what is
/// longer in the last.
pub const BINS: usize = 5 * BINS_PER_DECADE;

/// How one leg is distributed over the sign-ins of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyView {
    /// Which.
    pub leg: Leg,
    /// Sign-ins that were measured.
    pub n: u32,
    /// Half of them took at most this, ms.
    pub median_ms: i64,
    /// 95 of 100 took at most this, ms.
    pub p95_ms: i64,
    /// The longest, ms.
    pub worst_ms: i64,
    /// Id of the sign-in that took longest.
    pub worst: String,
    /// Longer than this is slow, ms; ours.
    pub slow_over_ms: i64,
    /// How many were.
    pub slow: u32,
    /// What Cisco documents for a healthy system, ms.
    pub documented_ms: Option<i64>,
    /// How many took how long, in [`BINS`] columns on a scale of powers of ten.
    pub bins: Vec<u32>,
}

/// The leg that ends with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowLeg {
    /// Which.
    pub leg: Leg,
    /// How long it took, ms.
    pub ms: i64,
}

impl RowLeg {
    /// Whether it took longer than it should.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.ms > self.leg.slow_over_ms()
    }
}
