//! The shapes that stand for a status, so that colour is never alone.

use crate::flow::{Outcome, Severity, StepStatus};

/// A shape. Drawn by the page; the same for outcomes, steps and findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A filled disc.
    Good,
    /// A half-filled disc.
    Slow,
    /// A cross.
    Bad,
    /// Two bars.
    Stalled,
    /// A dashed ring.
    Missing,
    /// A hatched square.
    NotCovered,
    /// A ring with a stroke through it.
    Abandoned,
    /// A triangle.
    Warning,
    /// A ring with a dot.
    Info,
}

impl Mark {
    /// The word its style is named by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Slow => "slow",
            Self::Bad => "bad",
            Self::Stalled => "stalled",
            Self::Missing => "missing",
            Self::NotCovered => "not-covered",
            Self::Abandoned => "abandoned",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// Outline in a 12 × 12 box, as SVG path data; strokes are 1.6 wide, see [`Mark::filled`].
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Good => "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z",
            Self::Slow => {
                "M6 1.8a4.2 4.2 0 1 0 0 8.4a4.2 4.2 0 1 0 0-8.4M6 1.8a4.2 4.2 0 0 0 0 8.4z"
            }
            Self::Bad => "M2.2 2.2l7.6 7.6M9.8 2.2l-7.6 7.6",
            Self::Stalled => "M3 1.5h2v9h-2zM7 1.5h2v9h-2z",
            Self::Missing => {
                "M6 1.6a4.4 4.4 0 0 1 3.1 1.3M10.4 6a4.4 4.4 0 0 1-1.3 3.1M6 10.4a4.4 4.4 0 0 1-3.1-1.3M1.6 6a4.4 4.4 0 0 1 1.3-3.1"
            }
            Self::NotCovered => "M1.5 1.5h9v9h-9zM1.5 6l4.5-4.5M1.5 10.5l9-9M6 10.5l4.5-4.5",
            Self::Abandoned => "M6 1.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 1 0 0-8.8M2.9 9.1l6.2-6.2",
            Self::Warning => "M6 1.2l5.2 9.3h-10.4z",
            Self::Info => "M6 1.6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 1 0 0-8.8M6 5.4v2.8M6 3.6v0.2",
        }
    }

    /// Whether the outline is filled, too.
    #[must_use]
    pub fn filled(self) -> bool {
        matches!(
            self,
            Self::Good | Self::Slow | Self::Stalled | Self::Warning
        )
    }
}

impl From<Outcome> for Mark {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::SignedIn => Self::Good,
            Outcome::Refused => Self::Bad,
            Outcome::Stalled => Self::Stalled,
            Outcome::NotCovered => Self::NotCovered,
            Outcome::Abandoned => Self::Abandoned,
        }
    }
}

impl From<StepStatus> for Mark {
    fn from(status: StepStatus) -> Self {
        match status {
            StepStatus::Ok => Self::Good,
            StepStatus::Slow => Self::Slow,
            StepStatus::Error => Self::Bad,
            StepStatus::Missing => Self::Missing,
            StepStatus::NotCovered => Self::NotCovered,
        }
    }
}

impl From<Severity> for Mark {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// All outcomes, in the order of the filter.
pub const OUTCOMES: [Outcome; 5] = [
    Outcome::Refused,
    Outcome::Stalled,
    Outcome::Abandoned,
    Outcome::NotCovered,
    Outcome::SignedIn,
];

/// The word of the report for an outcome.
#[must_use]
pub fn outcome_slug(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "signed_in",
        Outcome::Refused => "refused",
        Outcome::Stalled => "stalled",
        Outcome::NotCovered => "not_covered",
        Outcome::Abandoned => "abandoned",
    }
}

/// The word of the report for a status.
#[must_use]
pub fn status_slug(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Ok => "ok",
        StepStatus::Slow => "slow",
        StepStatus::Error => "error",
        StepStatus::Missing => "missing",
        StepStatus::NotCovered => "not_covered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_outcomes_share_a_shape() {
        for a in OUTCOMES {
            for b in OUTCOMES {
                assert_eq!(a == b, Mark::from(a).path() == Mark::from(b).path());
            }
        }
    }

    #[test]
    fn outcomes_are_named_as_in_the_report() {
        for outcome in OUTCOMES {
            let reported = serde_json::to_string(&outcome).unwrap();
            assert_eq!(reported.trim_matches('"'), outcome_slug(outcome));
        }
    }
}
