//! The address of a view: everything chosen on the page, as it stands behind the `#`.
//!
//! ```text
//! #s=2001-1366756802163&r=7&tab=files&z=utc&t=relative&c=reference&b=0&w=1489478400000_1489479000000&o=refused,stalled&f=2001&q=CF_
//! #only=1489478400000_1489479000000&x=a.tgz/logs%2Fx.zip/x.log&memory=500&workers=2
//! ```
//!
//! Unknown parts are ignored, so an address of a newer page still opens.

use crate::flow::Outcome;
use crate::protocol::Times;
use crate::scope::{Branch, Scope, Window};
use crate::view::filter::Filter;
use crate::view::mark::{OUTCOMES, outcome_slug};
use crate::view::time::{TimeMode, Zone};

/// A tab of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Sign-ins, ladder, evidence.
    #[default]
    Flow,
    /// Files and clocks.
    Files,
    /// How long the legs of sign-ins take.
    Latency,
}

/// What the detail pane is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// A row of the ladder, 0-based.
    Row(u32),
    /// A finding, 0-based.
    Finding(u32),
}

/// Everything chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// Which tab.
    pub tab: Tab,
    /// Id of the sign-in, if somebody chose one.
    pub sign_in: Option<String>,
    /// What of it, if somebody chose.
    pub selected: Option<Selected>,
    /// The finding about the whole bundle whose evidence is open, 0-based.
    pub bundle_finding: Option<u32>,
    /// In which zone times are shown.
    pub zone: Zone,
    /// How times are shown.
    pub time_mode: TimeMode,
    /// By which clock times are shown.
    pub times: Times,
    /// What the list is narrowed to.
    pub filter: Filter,
    /// What lines of a sign-in are to contain, a regular expression; any if empty.
    pub search: String,
    /// What of the bundle is read.
    pub scope: Scope,
    /// Memory after which reading stops, in MB (10^6 bytes), if not the usual.
    pub memory: Option<u32>,
    /// How many workers read, if not one for each core: benchmarks compare.
    pub workers: Option<u32>,
}

impl Route {
    /// Reads what [`Route::print`] wrote, with or without the `#`.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let mut route = Self::default();
        for part in hash.trim_start_matches('#').split('&') {
            if let Some(("x", names)) = part.split_once('=') {
                let names = names.split('/').map(decode).collect();
                route.scope.without.push(Branch(names));
            } else if let Some((name, value)) = part.split_once('=') {
                route.set(name, &decode(value));
            }
        }
        route
    }

    /// What of it holds for any bundle: how things are shown and read, nothing that was chosen in one.
    #[must_use]
    pub fn of_any_bundle(&self) -> Self {
        Self {
            zone: self.zone,
            time_mode: self.time_mode,
            memory: self.memory,
            workers: self.workers,
            ..Self::default()
        }
    }

    /// Without the `#`; empty if nothing was chosen.
    #[must_use]
    pub fn print(&self) -> String {
        let mut parts = Vec::new();
        if let Some(id) = &self.sign_in {
            parts.push(format!("s={}", encode(id)));
        }
        match self.selected {
            Some(Selected::Row(row)) => parts.push(format!("r={row}")),
            Some(Selected::Finding(finding)) => parts.push(format!("e={finding}")),
            None => {}
        }
        if let Some(finding) = self.bundle_finding {
            parts.push(format!("b={finding}"));
        }
        if let Some((_, name)) = TABS.iter().find(|(tab, _)| *tab == self.tab) {
            parts.push(format!("tab={name}"));
        }
        if let Some((_, name)) = ZONES.iter().find(|(zone, _)| *zone == self.zone) {
            parts.push(format!("z={name}"));
        }
        if let Some((_, name)) = TIME_MODES.iter().find(|(mode, _)| *mode == self.time_mode) {
            parts.push(format!("t={name}"));
        }
        if self.times == Times::OnReference {
            parts.push("c=reference".to_owned());
        }
        self.print_filter(&mut parts);
        self.print_scope(&mut parts);
        parts.join("&")
    }

    fn print_scope(&self, parts: &mut Vec<String>) {
        if let Some(Window { from, until }) = self.scope.window {
            parts.push(format!("only={from}_{until}"));
        }
        for branch in &self.scope.without {
            let names: Vec<String> = branch.0.iter().map(|name| encode(name)).collect();
            parts.push(format!("x={}", names.join("/")));
        }
        if let Some(memory) = self.memory {
            parts.push(format!("memory={memory}"));
        }
        if let Some(workers) = self.workers {
            parts.push(format!("workers={workers}"));
        }
    }

    fn print_filter(&self, parts: &mut Vec<String>) {
        if !self.filter.outcomes.is_empty() {
            let outcomes: Vec<&str> = self
                .filter
                .outcomes
                .iter()
                .map(|&outcome| outcome_slug(outcome))
                .collect();
            parts.push(format!("o={}", outcomes.join(",")));
        }
        if let Some((from, until)) = self.filter.window {
            parts.push(format!("w={from}_{until}"));
        }
        if !self.filter.text.is_empty() {
            parts.push(format!("f={}", encode(&self.filter.text)));
        }
        if !self.search.is_empty() {
            parts.push(format!("q={}", encode(&self.search)));
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "s" => self.sign_in = Some(value.to_owned()),
            "r" => self.selected = value.parse().ok().map(Selected::Row),
            "e" => self.selected = value.parse().ok().map(Selected::Finding),
            "tab" => self.tab = named(&TABS, value),
            "z" => self.zone = named(&ZONES, value),
            "t" => self.time_mode = named(&TIME_MODES, value),
            "c" if value == "reference" => self.times = Times::OnReference,
            "o" => self.filter.outcomes = value.split(',').filter_map(outcome_named).collect(),
            "b" => self.bundle_finding = value.parse().ok(),
            "w" => self.filter.window = window_named(value),
            "only" => {
                let window = window_named(value).map(|(from, until)| Window { from, until });
                self.scope.window = window.filter(|window| window.from < window.until);
            }
            "memory" => self.memory = value.parse().ok(),
            "workers" => self.workers = value.parse().ok(),
            "f" => value.clone_into(&mut self.filter.text),
            "q" => value.clone_into(&mut self.search),
            _ => {}
        }
    }
}

/// The default is not printed, so it has no name.
const TABS: [(Tab, &str); 2] = [(Tab::Files, "files"), (Tab::Latency, "latency")];
const ZONES: [(Zone, &str); 2] = [(Zone::Utc, "utc"), (Zone::Local, "local")];
const TIME_MODES: [(TimeMode, &str); 2] =
    [(TimeMode::Relative, "relative"), (TimeMode::Delta, "delta")];

fn named<T: Copy + Default>(names: &[(T, &str)], wanted: &str) -> T {
    names
        .iter()
        .find(|(_, name)| *name == wanted)
        .map_or_else(T::default, |(value, _)| *value)
}

/// `from_until`, epoch ms; both may be before 1970.
fn window_named(value: &str) -> Option<(i64, i64)> {
    let (from, until) = value.split_once('_')?;
    Some((from.parse().ok()?, until.parse().ok()?))
}

fn outcome_named(slug: &str) -> Option<Outcome> {
    OUTCOMES
        .into_iter()
        .find(|&outcome| outcome_slug(outcome) == slug)
}

/// Percent-encodes what is not unreserved in RFC 3986, section 2.3.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The inverse of [`encode`]; a `%` that starts no byte stands for itself.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match escaped(bytes, at) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    let digits = bytes.get(at..at + 3)?.strip_prefix(b"%")?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Route {
        Route {
            tab: Tab::Files,
            sign_in: Some("2001@2013 04/23 &=#%é".to_owned()),
            selected: Some(Selected::Finding(2)),
            bundle_finding: Some(3),
            zone: Zone::Local,
            time_mode: TimeMode::Delta,
            times: Times::OnReference,
            filter: Filter {
                outcomes: vec![Outcome::Stalled, Outcome::Refused],
                text: "坐席 2001".to_owned(),
                window: Some((-5, 1_489_479_000_000)),
            },
            search: "CF_[A-Z]+ & 错误".to_owned(),
            scope: Scope {
                window: Some(Window {
                    from: -5,
                    until: 1_489_479_000_000,
                }),
                without: vec![
                    Branch(vec!["a b/c.tgz".to_owned(), "x=1&y/".to_owned()]),
                    Branch(vec!["日志.zip".to_owned()]),
                ],
            },
            memory: Some(500),
            workers: Some(2),
        }
    }

    #[test]
    fn a_route_survives_its_address() {
        let route = full();
        assert_eq!(Route::parse(&format!("#{}", route.print())), route);
    }

    #[test]
    fn nothing_chosen_in_one_bundle_is_meant_for_another() {
        let kept = full().of_any_bundle().print();
        assert_eq!(kept, "z=local&t=delta&memory=500&workers=2");
    }

    #[test]
    fn nothing_chosen_is_an_empty_address() {
        assert_eq!(Route::default().print(), "");
        assert_eq!(Route::parse(""), Route::default());
    }

    #[test]
    fn a_broken_address_opens_the_default() {
        for hash in ["#", "#&&=&", "#r=x&z=mars&o=,,&tab=", "#f=%", "#%zz=%f"] {
            let route = Route::parse(hash);
            assert_eq!(route.sign_in, None, "{hash}");
            assert_eq!(route.selected, None, "{hash}");
        }
    }

    #[test]
    fn an_unknown_part_is_ignored() {
        assert_eq!(Route::parse("#new=1&r=3").selected, Some(Selected::Row(3)));
    }
}
