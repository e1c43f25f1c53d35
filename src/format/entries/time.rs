//! Which time a file covers, and which entries are of the time that is wanted.

use super::Entries;
use super::member::order;
use crate::record::time::Stamp;

impl Entries {
    /// Whether an entry, which starts in `line`, is of the time that is wanted: the file covers it then,
    /// else it is counted.
    pub(super) fn place_in_time(&mut self, stamp: Stamp, line: u64) -> bool {
        let is_wanted = self.is_wanted(stamp);
        if is_wanted {
            self.see(stamp);
            self.file.rhythm.take(stamp, line);
        } else {
            self.file.counts.outside += 1;
        }
        is_wanted
    }

    pub(super) fn is_wanted(&self, stamp: Stamp) -> bool {
        self.window.is_none_or(|window| window.may_hold(stamp))
    }

    /// Widens the time the file covers. The most precise kind of stamp in it counts; times of day
    /// and days of the year have no order, so their first and last are those that stand first and last.
    pub(super) fn see(&mut self, stamp: Stamp) {
        let (first, last) = (&mut self.file.first, &mut self.file.last);
        let (new, old) = (order(stamp), order(*first));
        if new.0 > old.0 {
            (*first, *last) = (stamp, stamp);
        } else if new.0 == old.0 && new.0 > 0 {
            if new.1 < old.1 {
                *first = stamp;
            }
            if new.1 >= order(*last).1 {
                *last = stamp;
            }
        }
    }
}
