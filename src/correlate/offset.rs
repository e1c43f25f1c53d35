//! How far clocks are apart, from messages that must have been sent before they were received.
//!
//! If clock *X* stamps a sending and the reference clock *R* the receipt, then *X − R* cannot be
//! more than the stamps' difference; the other direction bounds it from below. The offset lies
//! between the tightest bounds: it is never applied to what is shown, only to matching, and it is
//! reported with its uncertainty.

use super::clock::{At, ClockId};
use std::collections::{BTreeMap, BTreeSet};

/// `clock − reference` in ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// Middle of the interval it lies in, or its one known end.
    pub ms: i64,
    /// Half the width of the interval; `None` where only one end is known.
    pub uncertainty_ms: Option<i64>,
    /// Matched pairs behind it.
    pub samples: u32,
}

/// Where a clock stands among those that it is connected with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placing {
    /// The clock that the others are placed by.
    pub(super) root: ClockId,
    /// Offset from it.
    pub(super) offset: Offset,
}

/// A reading of a clock at a place in the causal order of one conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) clock: ClockId,
    pub(super) at: At,
    pub(super) rank: Rank,
}

/// A place in the causal order. What comes after the sign-in request runs on branches that say
/// nothing about each other: the HTTP answer, the way through CTI, and the CTI server's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(super) branch: Branch,
    pub(super) position: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Branch {
    Common,
    Http,
    Cti,
    Reply,
}

impl Rank {
    /// Whether what stands here must have happened before what stands at `other`.
    pub(crate) fn before(self, other: Rank) -> bool {
        self.position < other.position
            && (self.branch == Branch::Common || self.branch == other.branch)
    }
}

/// Bounds of `one − other` between pairs of clocks.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pairs: BTreeMap<(ClockId, ClockId), Bounds>,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    low: i64,
    high: i64,
    samples: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            low: i64::MIN,
            high: i64::MAX,
            samples: 0,
        }
    }
}

impl Bounds {
    fn closed(self) -> bool {
        self.low != i64::MIN && self.high != i64::MAX
    }

    /// Lower and upper end in order: where clocks drift, the bounds cross, and the offset was
    /// everywhere between them in turn.
    fn ends(self) -> (i64, i64) {
        (self.low.min(self.high), self.low.max(self.high))
    }
}

impl Comparison {
    /// Learns from one conversation: for any two moments in causal order on different clocks, the
    /// earlier one cannot truly be later.
    pub(super) fn learn(&mut self, moments: &[Moment]) {
        for one in moments {
            for other in moments
                .iter()
                .filter(|other| other.clock != one.clock && one.rank.before(other.rank))
            {
                // one.at − offset(one) ≤ other.at + slack − offset(other)
                let low = one.at.at.0 - other.at.at.0 - other.at.slack_ms;
                self.bound_low(one.clock, other.clock, low);
            }
        }
    }

    /// `one − other ≥ low`.
    fn bound_low(&mut self, one: ClockId, other: ClockId, low: i64) {
        let bounds = self
            .pairs
            .entry((one.min(other), one.max(other)))
            .or_default();
        bounds.samples += 1;
        if one < other {
            bounds.low = bounds.low.max(low);
        } else {
            bounds.high = bounds.high.min(-low);
        }
    }

    /// The offset of each of `clocks` clocks from the reference, over as few and as tight steps as
    /// there are; `None` where nothing connects them.
    pub(super) fn offsets(&self, clocks: usize, reference: ClockId) -> Vec<Option<Offset>> {
        let placings = self.placings(clocks, reference).into_iter();
        placings
            .map(|placing| (placing.root == reference).then_some(placing.offset))
            .collect()
    }

    /// The same for every clock: those that nothing connects with the reference are placed by the
    /// first clock that they are connected with, as if that one agreed with the reference.
    pub(super) fn placings(&self, clocks: usize, reference: ClockId) -> Vec<Placing> {
        let mut placings: Vec<Option<Placing>> = vec![None; clocks];
        let mut done = vec![false; clocks];
        let neighbours = self.neighbours(clocks);
        let all = (0u32..).map(ClockId).take(clocks);
        for root in std::iter::once(reference).chain(all) {
            if placings.get(root.0 as usize).is_some_and(Option::is_none) {
                place_from(root, &neighbours, &mut placings, &mut done);
            }
        }
        placings.into_iter().flatten().collect()
    }

    /// For each clock, the clocks it was compared with, and their offset from it.
    fn neighbours(&self, clocks: usize) -> Vec<Vec<(ClockId, Offset)>> {
        let mut neighbours = vec![Vec::new(); clocks];
        for (&(one, other), &bounds) in &self.pairs {
            let step = offset_of(bounds);
            neighbours[other.0 as usize].push((one, step));
            neighbours[one.0 as usize].push((
                other,
                Offset {
                    ms: -step.ms,
                    ..step
                },
            ));
        }
        neighbours
    }
}

/// Places a clock and all that are connected with it, the most certain first.
fn place_from(
    root: ClockId,
    neighbours: &[Vec<(ClockId, Offset)>],
    placings: &mut [Option<Placing>],
    done: &mut [bool],
) {
    let width = |offset: Offset| offset.uncertainty_ms.unwrap_or(OPEN_ENDED_MS);
    placings[root.0 as usize] = Some(Placing {
        root,
        offset: Offset {
            ms: 0,
            uncertainty_ms: Some(0),
            samples: 0,
        },
    });
    let mut open = BTreeSet::from([(0, root)]);
    while let Some((so_far, from)) = open.pop_first() {
        if std::mem::replace(&mut done[from.0 as usize], true) {
            continue;
        }
        let Some(Placing { offset: base, .. }) = placings[from.0 as usize] else {
            continue;
        };
        for &(to, step) in &neighbours[from.0 as usize] {
            let total = so_far + width(step);
            let known = placings[to.0 as usize].map(|known| width(known.offset));
            if !done[to.0 as usize] && known.is_none_or(|known| total < known) {
                let uncertainty_ms = step
                    .uncertainty_ms
                    .zip(base.uncertainty_ms)
                    .map(|(step, base)| step + base);
                let offset = Offset {
                    ms: base.ms + step.ms,
                    uncertainty_ms,
                    samples: step.samples,
                };
                placings[to.0 as usize] = Some(Placing { root, offset });
                open.insert((total, to));
            }
        }
    }
}

/// Where only one end is known the offset is not used before all that are known better.
const OPEN_ENDED_MS: i64 = 1 << 40;

fn offset_of(bounds: Bounds) -> Offset {
    let samples = bounds.samples;
    if bounds.closed() {
        let (low, high) = bounds.ends();
        // Halves round away from certainty.
        Offset {
            ms: low + (high - low) / 2,
            uncertainty_ms: Some((high - low + 1) / 2),
            samples,
        }
    } else {
        // The transit of a message is short against the skew that matters.
        Offset {
            ms: if bounds.low == i64::MIN {
                bounds.high
            } else {
                bounds.low
            },
            uncertainty_ms: None,
            samples,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::EpochMs;

    fn moment(clock: u32, ms: i64, slack_ms: i64, position: u8) -> Moment {
        let rank = Rank {
            branch: Branch::Common,
            position,
        };
        Moment {
            clock: ClockId(clock),
            at: At {
                at: EpochMs(ms),
                slack_ms,
            },
            rank,
        }
    }

    #[test]
    fn a_bundle_without_a_record_has_no_offsets() {
        assert_eq!(Comparison::default().offsets(0, ClockId(0)).len(), 0);
    }

    #[test]
    fn a_request_and_its_answer_enclose_the_offset() {
        let mut comparison = Comparison::default();
        // The client (1) is 3,000 ms behind; each way takes 20 ms, the server (0) 100 ms.
        comparison.learn(&[
            moment(1, 7_000, 0, 0),
            moment(0, 10_020, 0, 1),
            moment(0, 10_120, 0, 2),
            moment(1, 7_140, 0, 3),
        ]);
        let offset = comparison.offsets(2, ClockId(0))[1].unwrap();
        assert!((offset.ms + 3_000).abs() <= offset.uncertainty_ms.unwrap());
        assert_eq!((offset.ms, offset.uncertainty_ms), (-3_000, Some(20)));
    }

    #[test]
    fn one_direction_alone_gives_an_open_ended_offset() {
        let mut comparison = Comparison::default();
        comparison.learn(&[moment(1, 7_000, 0, 0), moment(0, 10_020, 0, 1)]);
        let offset = comparison.offsets(2, ClockId(0))[1].unwrap();
        assert_eq!((offset.ms, offset.uncertainty_ms), (-3_020, None));
    }

    #[test]
    fn the_base_documents_client_is_more_than_2_3_s_behind() {
        let mut comparison = Comparison::default();
        // GET User at 05.180 by the browser; CTI event at 08.374 by the server; event received at
        // 05 (whole seconds) by the browser.
        comparison.learn(&[
            moment(1, 5_180, 0, 0),
            moment(0, 8_374, 0, 1),
            moment(1, 5_000, 999, 2),
        ]);
        let offset = comparison.offsets(2, ClockId(0))[1].unwrap();
        assert_eq!((offset.ms, offset.uncertainty_ms), (-2_784, Some(410)));
    }

    #[test]
    fn clocks_that_nothing_connects_with_the_reference_are_placed_among_themselves() {
        let mut comparison = Comparison::default();
        comparison.learn(&[
            moment(2, 7_000, 0, 0),
            moment(1, 10_020, 0, 1),
            moment(2, 7_040, 0, 2),
        ]);
        assert_eq!(comparison.offsets(3, ClockId(0))[1..], [None, None]);
        let placings = comparison.placings(3, ClockId(0));
        assert_eq!(placings[2].root, ClockId(1));
        assert_eq!(placings[2].offset.ms, -3_000);
        assert_eq!(placings[0].root, ClockId(0));
    }

    #[test]
    fn offsets_add_up_over_a_clock_in_between() {
        let mut comparison = Comparison::default();
        comparison.learn(&[
            moment(0, 0, 0, 0),
            moment(1, 110, 0, 1),
            moment(0, 20, 0, 2),
        ]);
        comparison.learn(&[
            moment(1, 0, 0, 0),
            moment(2, 1_010, 0, 1),
            moment(1, 20, 0, 2),
        ]);
        let offset = comparison.offsets(3, ClockId(0))[2].unwrap();
        assert_eq!((offset.ms, offset.uncertainty_ms), (1_100, Some(20)));
    }
}
