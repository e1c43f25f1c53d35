//! The timeline of what a bundle covers: where bars and holes stand.

use crate::protocol::{Column, CoverageView, Strip};
use crate::view::strip::{Tick, ticks};

/// A part of the timeline, 0 to 1 from the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it begins.
    pub left: f64,
    /// How long it is.
    pub width: f64,
}

/// The time that all sources together cover, epoch ms; `None` where none has a time.
#[must_use]
pub fn extent(coverage: &CoverageView) -> Option<(i64, i64)> {
    let spans = || coverage.sources.iter().flat_map(|source| &source.spans);
    let from = spans().map(|span| span.0).min()?;
    let until = spans().map(|span| span.1).max()?;
    Some((from, until.max(from.saturating_add(1))))
}

/// Where a span stands within the extent.
#[must_use]
pub fn part((from, until): (i64, i64), span: (i64, i64)) -> Part {
    let whole = until.saturating_sub(from).max(1) as f64;
    let at = |ms: i64| (ms.saturating_sub(from) as f64 / whole).clamp(0.0, 1.0);
    Part {
        left: at(span.0),
        width: (at(span.1) - at(span.0)).max(0.0),
    }
}

/// The labels of the timeline. `offset` is minutes east of UTC.
#[must_use]
pub fn scale((from, until): (i64, i64), offset: i32) -> Vec<Tick> {
    let one = Strip {
        from,
        step: until.saturating_sub(from).max(1),
        columns: vec![Column::default()],
    };
    ticks(&one, offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::SourceView;
    use crate::record::Kind;

    fn source(spans: &[(i64, i64)]) -> SourceView {
        SourceView {
            kind: Kind::Webservices,
            owner: None,
            desktops: 0,
            spans: spans.to_vec(),
            holes: Vec::new(),
        }
    }

    #[test]
    fn the_timeline_reaches_from_the_first_to_the_last_entry() {
        let coverage = CoverageView {
            sources: vec![source(&[(100, 200)]), source(&[(0, 50), (300, 400)])],
            missing: Vec::new(),
        };
        assert_eq!(extent(&coverage), Some((0, 400)));
        let part = part((0, 400), (100, 200));
        assert_eq!((part.left, part.width), (0.25, 0.25));
        assert_eq!(extent(&CoverageView::default()), None);
    }

    #[test]
    fn hostile_times_stay_inside() {
        let part = part((i64::MIN, i64::MAX), (i64::MIN, i64::MAX));
        assert!(part.left >= 0.0 && part.left + part.width <= 1.0);
        assert!(scale((i64::MIN, i64::MAX), 0).len() <= 11);
    }
}
