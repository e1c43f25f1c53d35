//! The table of clocks.

use crate::protocol::ClockView;
use crate::view::time::seconds;

/// Positions in `clocks` as they are listed: the reference, the servers, then browsers, those that
/// are farthest off first.
#[must_use]
pub fn listed(clocks: &[ClockView]) -> Vec<u32> {
    let mut positions: Vec<u32> = (0u32..).zip(clocks).map(|(position, _)| position).collect();
    positions.sort_by_key(|&position| {
        let clock = &clocks[position as usize];
        let browser = clock.clock.starts_with("client:");
        let off = clock.offset_ms.map_or(0, i64::unsigned_abs);
        (!clock.reference, browser, std::cmp::Reverse(off))
    });
    positions
}

/// Whether there is an offset to apply.
#[must_use]
pub fn any_offset(clocks: &[ClockView]) -> bool {
    clocks
        .iter()
        .any(|clock| clock.offset_ms.is_some_and(|ms| ms != 0))
}

/// `± 0.410 s`; `None` where only one end of the interval is known.
#[must_use]
pub fn uncertainty(clock: &ClockView) -> Option<String> {
    let half = clock.uncertainty_ms?;
    Some(format!("± {}", seconds(half).trim_start_matches('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(name: &str, offset_ms: Option<i64>, reference: bool) -> ClockView {
        ClockView {
            clock: name.to_owned(),
            zone: None,
            offset_ms,
            uncertainty_ms: Some(410),
            samples: 3,
            reference,
        }
    }

    #[test]
    fn the_reference_comes_first_and_the_worst_browser_before_others() {
        let clocks = [
            clock("client:2001", Some(10), false),
            clock("client:2002", Some(-9_000), false),
            clock("client:2003", None, false),
            clock("cti:cg1A", Some(3), false),
            clock("finesse:192.0.2.10", Some(0), true),
        ];
        assert_eq!(listed(&clocks), [4, 3, 1, 0, 2]);
        assert!(any_offset(&clocks));
        assert!(!any_offset(&clocks[4..]));
    }

    #[test]
    fn uncertainty_keeps_its_milliseconds() {
        assert_eq!(
            uncertainty(&clock("x", Some(1), false)).as_deref(),
            Some("± 0.410 s")
        );
    }
}
