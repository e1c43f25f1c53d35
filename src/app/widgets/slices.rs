//! Drawing many like things, some at a time, each lot in its turn.

use crate::app::widgets::turns::turn;
use leptos::prelude::*;
use std::ops::Range;

/// How far the drawing is.
#[derive(Clone, Copy)]
pub(crate) struct Slices {
    /// Whether each lot is due, in order.
    lots: StoredValue<Vec<ReadSignal<bool>>>,
    at_once: usize,
}

impl Slices {
    /// `total` things, so many of them in one turn.
    pub(crate) fn of(total: usize, at_once: usize) -> Self {
        let lots = (0..total.div_ceil(at_once)).map(|_| turn()).collect();
        Self {
            lots: StoredValue::new(lots),
            at_once,
        }
    }

    /// Whether the thing `at`, 0-based, is drawn. To be asked where that may be heard of.
    pub(crate) fn has_drawn(self, at: usize) -> bool {
        let lot = self
            .lots
            .with_value(|lots| lots.get(at / self.at_once).copied());
        lot.is_some_and(|due| due.get())
    }

    /// Draws the things in `range`: `draw` gets as many of them as are due together.
    pub(crate) fn draw<V: IntoView + 'static>(
        self,
        range: Range<usize>,
        draw: impl Fn(Range<usize>) -> V + Clone + Send + 'static,
    ) -> impl IntoView {
        let lots = (range.start / self.at_once)..range.end.div_ceil(self.at_once);
        let lots = lots.map(|lot| {
            let from = (lot * self.at_once).max(range.start);
            let until = ((lot + 1) * self.at_once).min(range.end);
            let draw = draw.clone();
            move || self.has_drawn(from).then(|| draw(from..until))
        });
        lots.collect_view()
    }
}
