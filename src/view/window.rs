//! Which rows of a long list are in sight.

/// A declared height above this is not drawn right by every browser: Firefox ignores heights over
/// some 17.9 million px, Chromium is reported to stop at 16.8 million. Lists beyond it are scaled.
pub const MAX_HEIGHT_PX: f64 = 8_000_000.0;

/// Rows drawn above and below what is in sight, so that fast scrolling shows no gap.
const OVERSCAN: usize = 8;

/// A scrolled list: where it stands, in CSS px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scrolled {
    /// Number of rows.
    pub rows: usize,
    /// Height of a row, above 0.
    pub row_height: f64,
    /// How far it is scrolled.
    pub top: f64,
    /// Height of what is in sight.
    pub height: f64,
}

/// The rows to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// First row, 0-based.
    pub first: usize,
    /// One after the last row.
    pub end: usize,
    /// Where the first row stands, from the top of the list.
    pub offset: f64,
}

impl Scrolled {
    /// Height of the whole list.
    #[must_use]
    pub fn total_height(&self) -> f64 {
        (self.rows as f64 * self.row_height).min(MAX_HEIGHT_PX)
    }

    /// The rows to draw.
    #[must_use]
    pub fn window(&self) -> Window {
        let in_sight = (self.height / self.row_height).ceil() as usize + 1;
        let at = self.top.max(0.0) * self.scale() / self.row_height;
        let first_in_sight =
            (at as usize).min(self.rows.saturating_sub(in_sight.saturating_sub(1)));
        let first = first_in_sight.saturating_sub(OVERSCAN);
        let end = (first_in_sight + in_sight + OVERSCAN).min(self.rows);
        let real_top = self.top.max(0.0) * self.scale();
        let offset = self.top.max(0.0) + first as f64 * self.row_height - real_top;
        Window { first, end, offset }
    }

    /// How far to scroll so that `row` is in sight; `None` if it is.
    #[must_use]
    pub fn reveal(&self, row: usize) -> Option<f64> {
        let above = row as f64 * self.row_height / self.scale();
        let below = (row + 1) as f64 * self.row_height / self.scale();
        if above < self.top {
            Some(above)
        } else if below > self.top + self.height {
            Some((below - self.height).max(0.0))
        } else {
            None
        }
    }

    /// Px of rows for each px scrolled: 1 unless the list is too high.
    fn scale(&self) -> f64 {
        let real = self.rows as f64 * self.row_height - self.height;
        let shown = self.total_height() - self.height;
        if shown > 0.0 && real > shown {
            real / shown
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrolled(rows: usize, top: f64) -> Scrolled {
        Scrolled {
            rows,
            row_height: 40.0,
            top,
            height: 400.0,
        }
    }

    #[test]
    fn a_short_list_is_drawn_whole() {
        let window = scrolled(3, 0.0).window();
        assert_eq!((window.first, window.end, window.offset), (0, 3, 0.0));
    }

    #[test]
    fn a_long_list_draws_only_what_is_near() {
        let window = scrolled(100_000, 40_000.0).window();
        assert_eq!((window.first, window.end), (992, 1019));
        assert_eq!(window.offset, 992.0 * 40.0);
    }

    #[test]
    fn the_end_of_ten_million_rows_can_be_reached() {
        let list = scrolled(10_000_000, 0.0);
        assert_eq!(list.total_height(), MAX_HEIGHT_PX);
        let end = scrolled(10_000_000, MAX_HEIGHT_PX - 400.0).window();
        assert_eq!(end.end, 10_000_000);
        let bottom = end.offset + (end.end - end.first) as f64 * 40.0;
        assert!((bottom - MAX_HEIGHT_PX).abs() < 1.0, "{bottom}");
    }

    #[test]
    fn scrolled_beyond_its_end_still_shows_rows() {
        let window = scrolled(20, 1.0e9).window();
        assert!(window.first < window.end);
    }

    #[test]
    fn an_empty_list_has_no_rows() {
        assert_eq!(scrolled(0, 0.0).window().end, 0);
    }

    #[test]
    fn revealing_scrolls_no_further_than_needed() {
        assert_eq!(scrolled(100, 400.0).reveal(12), None);
        assert_eq!(scrolled(100, 400.0).reveal(3), Some(120.0));
        assert_eq!(scrolled(100, 0.0).reveal(10), Some(40.0));
    }
}
