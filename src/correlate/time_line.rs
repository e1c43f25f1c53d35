//! One time line for all records: what no clock tells is lent by the records around.

use super::times::Times;
use super::view::View;
use crate::record::intern::Sym;
use crate::record::marks::Marks;
use crate::record::{Kind, Record};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// When each record was written; the clocks are so many ms ahead of the reference, each. `view.when` is not
/// there yet.
pub(super) fn time_line(view: &View<'_>, ahead_ms: Vec<i64>) -> Times {
    let mut when = Times::new(view.records, &view.clocks, ahead_ms);
    for file in view.records.by_file() {
        // Most logs tell the time of all their records.
        if file.clone().any(|at| when.is_untold(at)) {
            let mut log = Log::new(view, &mut when, file);
            log.lend();
            log.keep_order_of_agents();
        }
    }
    when
}

/// The records of a file, not all of which a clock tells of.
struct Log<'a, 'v> {
    view: &'v View<'a>,
    when: &'v mut Times,
    file: Range<usize>,
    /// Which have a time of their own all the same: when the browser asked. By position in the file.
    asked: Marks,
    /// Those of them that no server's clock places.
    unsure: Marks,
}

impl<'a, 'v> Log<'a, 'v> {
    fn new(view: &'v View<'a>, when: &'v mut Times, file: Range<usize>) -> Self {
        let (mut asked, mut unsure) = (Marks::none(file.len()), Marks::none(file.len()));
        for at in file.clone() {
            let Some(nocache) = view.nocache(at).filter(|_| when.is_untold(at)) else {
                continue;
            };
            let browser = view.clocks.of_browser.get(&view.agent(at)).copied();
            let ms = browser.map_or(nocache.0, |browser| view.on_reference(browser, nocache));
            when.lend(at, Some(ms));
            asked.mark(at - file.start);
            if !browser.is_some_and(|browser| view.is_among_servers(browser)) {
                unsure.mark(at - file.start);
            }
        }
        Self {
            view,
            when,
            file,
            asked,
            unsure,
        }
    }

    fn record(&self, at: usize) -> &'a Record {
        &self.view.records.all[at]
    }

    fn time(&self, at: usize) -> Option<i64> {
        self.when.get(&self.view.clocks, self.record(at), at)
    }

    /// A record without a time is as late as the one before it in its log, or as early as the one after;
    /// if its kind prints no times in that file at all, the other kinds there lend theirs.
    fn lend(&mut self) {
        // The time of a browser that no server's clock places says nothing of the lines around it; but it
        // is better than none.
        for unsure_too in [false, true] {
            for any_kind in [false, true] {
                let lends = |log: &Self, at: usize| {
                    let kind = (!any_kind).then(|| log.record(at).kind());
                    (kind, unsure_too || !log.unsure.has(at - log.file.start))
                };
                for forth in [true, false] {
                    if !self.file.clone().any(|at| self.when.is_missing(at)) {
                        return;
                    }
                    match forth {
                        true => self.pass(self.file.clone(), lends),
                        false => self.pass(self.file.clone().rev(), lends),
                    }
                }
            }
        }
    }

    /// Lends to each record without a time that of the last one before it, in an order. `lends` tells to which
    /// records one may lend, and whether it may.
    fn pass(
        &mut self,
        order: impl Iterator<Item = usize>,
        lends: impl Fn(&Self, usize) -> (Option<Kind>, bool),
    ) {
        let mut last: FxHashMap<Option<Kind>, i64> = FxHashMap::default();
        for at in order {
            let (kind, may_lend) = lends(self, at);
            match self.time(at) {
                Some(ms) if may_lend => {
                    last.insert(kind, ms);
                }
                Some(_) => {}
                None => self.when.lend(at, last.get(&kind).copied()),
            }
        }
    }

    /// A borrowed time is not before what the same agent did earlier in the same log, nor after what
    /// the agent did later there: others may lend it from far away, or by another clock. One that is too
    /// late says nothing, and the agent's own record before it is the best there is.
    fn keep_order_of_agents(&mut self) {
        type Own = FxHashMap<(Kind, Sym), i64>;
        let borrowed = |at: usize| !self.has_own_time(at) && self.own(at).is_some();
        if !self.file.clone().any(borrowed) {
            return;
        }
        let mut too_late = Marks::none(self.file.len());
        let mut next = Own::default();
        for at in self.file.clone().rev() {
            let Some((key, ms)) = self.own(at) else {
                continue;
            };
            if self.has_own_time(at) {
                next.insert(key, ms);
            } else if let Some(&next) = next.get(&key).filter(|&&next| next < ms) {
                self.when.lend(at, Some(next));
                too_late.mark(at - self.file.start);
            }
        }
        let mut previous = Own::default();
        for at in self.file.clone() {
            let Some((key, ms)) = self.own(at) else {
                continue;
            };
            if self.has_own_time(at) {
                previous.insert(key, ms);
            } else if let Some(&previous) = previous.get(&key)
                && (too_late.has(at - self.file.start) || ms < previous)
            {
                self.when.lend(at, Some(previous));
            }
        }
    }

    /// Whose record it is, and its time; `None` without either.
    fn own(&self, at: usize) -> Option<((Kind, Sym), i64)> {
        let agent = self.view.agent(at);
        let key = (self.record(at).kind(), agent);
        self.time(at)
            .filter(|_| agent.is_some())
            .map(|ms| (key, ms))
    }

    fn has_own_time(&self, at: usize) -> bool {
        !self.when.is_untold(at) || self.asked.has(at - self.file.start)
    }
}
