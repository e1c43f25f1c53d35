//! Drawing many like things over several frames, so that the page answers in between.

use leptos::prelude::*;
use std::ops::Range;

/// How far the drawing is: the first slice is due at once, one more with each frame.
#[derive(Clone, Copy)]
pub(crate) struct Slices {
    /// Things drawn so far.
    drawn: RwSignal<usize>,
    total: usize,
    at_once: usize,
}

impl Slices {
    /// `total` things, so many of them in one frame.
    pub(crate) fn of(total: usize, at_once: usize) -> Self {
        let slices = Self {
            drawn: RwSignal::new(at_once),
            total,
            at_once,
        };
        slices.go_on();
        slices
    }

    /// Whether the thing `at`, 0-based, is drawn. To be asked where that may be heard of.
    pub(crate) fn has_drawn(self, at: usize) -> bool {
        self.drawn.get() > at
    }

    /// Draws the things in `range`: `draw` gets as many of them as are due together.
    pub(crate) fn draw<V: IntoView + 'static>(
        self,
        range: Range<usize>,
        draw: impl Fn(Range<usize>) -> V + Clone + Send + 'static,
    ) -> impl IntoView {
        let parts = (range.start / self.at_once)..range.end.div_ceil(self.at_once);
        let parts = parts.map(|part| {
            let from = (part * self.at_once).max(range.start);
            let until = ((part + 1) * self.at_once).min(range.end);
            let draw = draw.clone();
            let is_due = Memo::new(move |_| self.has_drawn(from));
            move || is_due.get().then(|| draw(from..until))
        });
        parts.collect_view()
    }

    fn go_on(self) {
        request_animation_frame(move || {
            // What was replaced meanwhile has no such signal any more.
            let Some(before) = self.drawn.try_get_untracked() else {
                return;
            };
            let drawn = before + self.at_once;
            self.drawn.set(drawn);
            if drawn < self.total {
                self.go_on();
            }
        });
    }
}
