//! The distribution of a leg as a small drawing: columns on a scale of powers of ten.

use crate::protocol::{BINS, BINS_PER_DECADE, LatencyView};

/// Width of the drawing, in its own units: a column is 4 wide.
pub const WIDTH: usize = BINS * 4;
/// Height of the drawing.
pub const HEIGHT: usize = 28;

/// The columns as SVG path data. The fullest one is as high as the drawing; heights grow with the
/// square root, so that a single slow one among thousands is seen.
#[must_use]
pub fn path(bins: &[u32]) -> String {
    let fullest = bins.iter().copied().max().unwrap_or(0).max(1);
    let columns = bins.iter().enumerate().filter(|(_, n)| **n > 0);
    let drawn = columns.map(|(at, &n)| {
        let high = (f64::from(n) / f64::from(fullest)).sqrt() * HEIGHT as f64;
        let high = high.max(2.0);
        format!("M{} {HEIGHT}v-{high:.1}h3v{high:.1}z", at * 4)
    });
    drawn.collect()
}

/// Where a duration stands, from the left.
#[must_use]
pub fn place(ms: i64) -> f64 {
    let decades = (ms.max(1) as f64).log10();
    (decades * (BINS_PER_DECADE * 4) as f64).min(WIDTH as f64)
}

/// The distribution in powers of ten: (from ms, to ms, how many), those that are not empty.
#[must_use]
pub fn decades(latency: &LatencyView) -> Vec<(i64, i64, u32)> {
    let chunks = latency.bins.chunks(BINS_PER_DECADE).zip(0u32..);
    let sums = chunks.map(|(bins, nth)| {
        let from = 10i64.saturating_pow(nth);
        (from, from.saturating_mul(10), bins.iter().sum())
    });
    sums.filter(|(_, _, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::latency::Leg;

    #[test]
    fn a_column_stands_on_the_ground() {
        assert_eq!(path(&[0, 4, 1]), "M4 28v-28.0h3v28.0zM8 28v-14.0h3v14.0z");
        assert_eq!(path(&[]), "");
    }

    #[test]
    fn durations_stand_where_their_column_does() {
        assert_eq!(place(10), 32.0);
        assert_eq!(place(i64::MAX), WIDTH as f64);
    }

    #[test]
    fn decades_add_up() {
        let mut bins = vec![0; BINS];
        bins[3] = 2;
        bins[7] = 1;
        bins[39] = 5;
        let latency = LatencyView {
            leg: Leg::CtiReply,
            n: 8,
            median_ms: 0,
            p95_ms: 0,
            worst_ms: 0,
            worst: String::new(),
            slow_over_ms: 1_000,
            slow: 0,
            documented_ms: None,
            bins,
        };
        assert_eq!(decades(&latency), [(1, 10, 3), (10_000, 100_000, 5)]);
    }
}
