//! What a bundle that is too large is narrowed to: from what was seen of it and what a person chose.

use crate::protocol::{Seen, SeenPart, SourceMeta};
use crate::record::time::{DAY_MS, EpochMs, days_from_civil};
use crate::scope::{Branch, Scope, Window};
use std::collections::BTreeSet;

/// Dropped files that are offered where nothing is known of what is in them.
const MOST_SOURCES: usize = 12;

/// What is chosen so far: ends of the time as the fields show them, and what is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// `2017-03-14T08:00:00`, empty for the first entry.
    pub from: String,
    /// Likewise; empty for the last entry.
    pub until: String,
    /// Left out.
    pub without: BTreeSet<Branch>,
}

impl Choice {
    /// Nothing is chosen but what the bundle was narrowed to before; times by a clock `offset`
    /// minutes east of UTC.
    #[must_use]
    pub fn of(scope: &Scope, seen: &Seen, offset: i32) -> Self {
        let ends = scope.window.map(|window| (window.from, window.until));
        let ends = ends.or_else(|| whole(seen));
        Self {
            from: ends.map_or_else(String::new, |(from, _)| field(from, offset)),
            until: ends.map_or_else(String::new, |(_, until)| field(until, offset)),
            without: scope.without.iter().cloned().collect(),
        }
    }

    /// Whether everything of `part` is left out.
    #[must_use]
    pub fn leaves_out(&self, part: &SeenPart) -> bool {
        part.branches.iter().all(|it| self.without.contains(it))
    }

    /// Leaves `part` out, or no longer.
    pub fn toggle(&mut self, part: &SeenPart) {
        let out = self.leaves_out(part);
        for branch in &part.branches {
            if out {
                self.without.remove(branch);
            } else {
                self.without.insert(branch.clone());
            }
        }
    }

    /// What is to be read; `None` where the fields hold no time. An end that was not moved is open.
    #[must_use]
    pub fn scope(&self, seen: &Seen, offset: i32) -> Option<Scope> {
        let whole = whole(seen).unwrap_or((i64::MIN, i64::MAX));
        let end = |text: &str, open: i64| match text {
            "" => Some(open),
            text => instant(text, offset),
        };
        let from = end(&self.from, whole.0)?;
        let until = end(&self.until, whole.1)?;
        let is_whole = from <= whole.0 && until >= whole.1;
        if from >= until {
            return None;
        }
        Some(Scope {
            window: (!is_whole).then_some(Window { from, until }),
            without: self.without.iter().cloned().collect(),
        })
    }
}

/// What can be left out where reading ended before anything was seen: the largest dropped files.
#[must_use]
pub fn of_sources(sources: &[SourceMeta]) -> Seen {
    let mut order: Vec<&SourceMeta> = sources.iter().collect();
    order.sort_by_key(|source| std::cmp::Reverse(source.size));
    let part = |source: &&SourceMeta| SeenPart {
        name: source.name.clone(),
        branches: vec![Branch(vec![source.name.clone()])],
        bytes: source.size,
        records: 0,
    };
    Seen {
        members: order.iter().take(MOST_SOURCES).map(part).collect(),
        ..Seen::default()
    }
}

/// Whether a worker's last words mean that it got no more memory. The allocator ends the program
/// without a word (`unreachable`); an error of its own would have said where it was.
#[must_use]
pub fn is_lack_of_memory(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    let signs = [
        "unreachable",
        "out of memory",
        "allocation failed",
        "allocation size overflow",
    ];
    !said.contains("panicked") && signs.iter().any(|sign| said.contains(sign))
}

/// All that was seen, in whole seconds, half-open.
fn whole(seen: &Seen) -> Option<(i64, i64)> {
    let (first, last) = seen.span?;
    Some((
        first.div_euclid(1000) * 1000,
        last.div_euclid(1000).saturating_add(1) * 1000,
    ))
}

/// An instant as `<input type="datetime-local">` has it: `2017-03-14T08:00:00`.
#[must_use]
pub fn field(at: i64, offset: i32) -> String {
    let local = at.saturating_add(i64::from(offset) * 60_000);
    let text = EpochMs(local).to_string();
    text.split('.').next().unwrap_or_default().to_owned()
}

/// The inverse of [`field`]; seconds and their fraction may be missing, as browsers leave them out.
fn instant(text: &str, offset: i32) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let exists = (0..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let mut time = time.splitn(3, ':').map(str::parse::<f64>);
    let (hour, minute) = (time.next()?.ok()?, time.next()?.ok()?);
    let second = time.next().transpose().ok()?.unwrap_or(0.0);
    if !exists {
        return None;
    }
    let days = days_from_civil(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    let ms = ((hour * 60.0 + minute) * 60.0 + second) * 1000.0;
    Some(days * DAY_MS + ms as i64 - i64::from(offset) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen {
            span: Some((1_489_478_400_123, 1_489_507_200_000)),
            ..Seen::default()
        }
    }

    fn part(names: &[&str]) -> SeenPart {
        SeenPart {
            name: names.join(" › "),
            branches: names
                .iter()
                .map(|it| Branch(vec![(*it).to_owned()]))
                .collect(),
            bytes: 1,
            records: 1,
        }
    }

    #[test]
    fn what_nobody_changed_is_everything() {
        let choice = Choice::of(&Scope::default(), &seen(), -240);
        assert_eq!(choice.from, "2017-03-14T04:00:00");
        assert_eq!(choice.until, "2017-03-14T12:00:01");
        assert_eq!(choice.scope(&seen(), -240), Some(Scope::default()));
    }

    #[test]
    fn one_end_moved_makes_a_window() {
        let mut choice = Choice::of(&Scope::default(), &seen(), 0);
        "2017-03-14T09:00".clone_into(&mut choice.from);
        let window = choice.scope(&seen(), 0).and_then(|scope| scope.window);
        let expected = Window {
            from: 1_489_482_000_000,
            until: 1_489_507_201_000,
        };
        assert_eq!(window, Some(expected));
        let again = Scope {
            window,
            without: Vec::new(),
        };
        assert_eq!(Choice::of(&again, &seen(), 0).from, "2017-03-14T09:00:00");
    }

    #[test]
    fn no_time_is_no_choice() {
        for (from, until) in [
            ("2017-03-14T10:00", "2017-03-14T09:00"),
            ("today", ""),
            ("2017-03-14", ""),
            ("2017-03-14T", ""),
            ("99999999999999999-12-14T10:00", ""),
            ("2017-4294967295-14T10:00", ""),
        ] {
            let choice = Choice {
                from: from.to_owned(),
                until: until.to_owned(),
                ..Choice::default()
            };
            assert_eq!(choice.scope(&seen(), 0), None, "{from} {until}");
        }
    }

    #[test]
    fn what_is_left_out_is_taken_back_by_the_same() {
        let (mut choice, node) = (Choice::default(), part(&["a.tgz", "b.tgz"]));
        choice.toggle(&node);
        assert!(choice.leaves_out(&node) && choice.leaves_out(&part(&["a.tgz"])));
        assert_eq!(choice.scope(&seen(), 0).map(|it| it.without.len()), Some(2));
        choice.toggle(&node);
        assert_eq!(choice, Choice::default());
    }

    #[test]
    fn the_allocators_end_is_told_from_an_error_of_our_own() {
        for said in [
            "an error of its own: Uncaught RuntimeError: unreachable",
            "an error of its own: RuntimeError: unreachable executed",
            "RangeError: Array buffer allocation failed",
        ] {
            assert!(is_lack_of_memory(said), "{said}");
        }
        for said in [
            "an error of its own: panicked at src/x.rs: entered unreachable code",
            "its script could not be loaded",
        ] {
            assert!(!is_lack_of_memory(said), "{said}");
        }
    }
}
