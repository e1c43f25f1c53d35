//! The legs of a bundle as the page shows them.

use super::times::Scene;
use crate::correlate::latency::Leg;
use crate::correlate::step::SignIn;
use crate::protocol::{BINS, BINS_PER_DECADE, LatencyView, RowLeg};

/// Every leg that was measured at all, in causal order.
#[must_use]
pub fn latencies(scene: &Scene<'_>) -> Vec<LatencyView> {
    let sign_ins = &scene.flows.sign_ins;
    let view = |latency: &crate::correlate::latency::Latency| {
        let leg = latency.leg;
        let times: Vec<i64> = sign_ins.iter().filter_map(|it| time_of(it, leg)).collect();
        let slow = times.iter().filter(|ms| **ms > leg.slow_over_ms()).count();
        let mut bins = vec![0; BINS];
        for ms in times {
            bins[bin_of(ms)] += 1;
        }
        Some(LatencyView {
            leg,
            n: count(latency.n),
            median_ms: latency.median_ms,
            p95_ms: latency.p95_ms,
            worst_ms: latency.worst_ms,
            worst: sign_ins.get(latency.worst)?.id.clone(),
            slow_over_ms: leg.slow_over_ms(),
            slow: count(slow),
            documented_ms: leg.documented_ms(),
            bins,
        })
    };
    scene.flows.latencies.iter().filter_map(view).collect()
}

/// The leg that ends with one of these records; of several the one farthest over its limit.
pub(super) fn leg_of_row(sign_in: &SignIn, records: impl Fn(usize) -> bool) -> Option<RowLeg> {
    let own = sign_in.legs.iter().filter(|time| records(time.to));
    let worst = own.max_by_key(|time| time.ms - time.leg.slow_over_ms())?;
    Some(RowLeg {
        leg: worst.leg,
        ms: worst.ms,
    })
}

fn time_of(sign_in: &SignIn, leg: Leg) -> Option<i64> {
    let own = sign_in.legs.iter().find(|time| time.leg == leg)?;
    Some(own.ms)
}

/// The column of a duration.
fn bin_of(ms: i64) -> usize {
    let decades = (ms.max(1) as f64).log10();
    ((decades * BINS_PER_DECADE as f64) as usize).min(BINS - 1)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_by_powers_of_ten() {
        assert_eq!([-5, 0, 1, 9, 10, 1_000].map(bin_of), [0, 0, 0, 7, 8, 24]);
        assert_eq!(bin_of(i64::MAX), BINS - 1);
    }
}
