//! Compares a report with the truth, line by line.

use logintrace::protocol::SourceMeta;
use logintrace::session::Session;
use logintrace::simulate::{Attempt, Bundle, Proof};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many complaints of a kind are printed.
const SHOWN: usize = 12;

/// The report on the packed bundle, as the command line writes it.
pub(crate) fn report(bundle: &Bundle) -> Value {
    let packed = bundle.pack();
    let mut session = Session::new();
    let meta = SourceMeta {
        name: "bundle".to_owned(),
        size: packed.len() as u64,
    };
    session.open(1, vec![meta], Vec::new());
    session.begin(0);
    for piece in packed.chunks(65_536) {
        session.feed(piece);
    }
    session.end(None);
    session.close(false, 0.0);
    serde_json::from_str(&session.report(None).to_json()).expect("a report is JSON")
}

/// What the comparison found. `found` of `expected`, for each step.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// Steps with evidence found, by slug: found, expected.
    pub(crate) steps: BTreeMap<&'static str, (usize, usize)>,
    /// Proving entries found, by slug: found, expected.
    pub(crate) entries: BTreeMap<&'static str, (usize, usize)>,
    /// Evidence that belongs to another sign-in or to nobody.
    pub(crate) strangers: Vec<String>,
    /// Sign-ins that are not in the report, or twice, or that never were.
    pub(crate) sign_ins: Vec<String>,
    /// Wrong outcome, or wrong step where it stopped.
    pub(crate) verdicts: Vec<String>,
    /// Findings that are missing: rule, and whose.
    pub(crate) findings: Vec<(String, String)>,
    /// Proving entries that are missing.
    pub(crate) missing: Vec<String>,
    /// Attempts of the truth.
    pub(crate) attempts: usize,
    /// Attempts with the right outcome.
    pub(crate) outcomes: usize,
    /// Attempts that the logs left hardly tell of, and that the report leaves out.
    pub(crate) faint: usize,
    /// Says "not covered" where the logs left could tell; only where parts of logs were removed.
    pub(crate) timid: Vec<String>,
    /// Clocks by class (`client`, `finesse`, `cti`): how many of them, and how well.
    pub(crate) clocks: BTreeMap<String, ClockScore>,
    /// Clocks whose true offset lies outside of what the report says.
    pub(crate) clocks_wrong: Vec<String>,
    in_pieces: bool,
}

impl Score {
    /// Compares.
    pub(crate) fn of(bundle: &Bundle, report: &Value) -> Score {
        let truth = Lines::of(bundle);
        let files = file_numbers(bundle, report);
        let mut score = Score {
            attempts: bundle.truth.attempts.len(),
            in_pieces: bundle.truth.in_pieces,
            ..Score::default()
        };
        score.compare_clocks(bundle, report);
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        for sign_in in list(report, "sign_ins") {
            let Some(attempt) = truth.attempt_of(bundle, sign_in, &files) else {
                score.sign_ins.push(format!("never was: {}", head(sign_in)));
                continue;
            };
            *seen.entry(attempt).or_default() += 1;
            score.compare(bundle, &truth, (attempt, sign_in), &files);
        }
        for (number, attempt) in bundle.truth.attempts.iter().enumerate() {
            match seen.get(&number) {
                Some(1) => {}
                Some(_) => score.sign_ins.push(format!("twice: {}", name(attempt))),
                None if attempt.faint => score.faint += 1,
                None => score.sign_ins.push(format!("missing: {}", name(attempt))),
            }
        }
        score
    }

    /// Whether everything but the findings is right.
    pub(crate) fn perfect(&self) -> bool {
        self.strangers.is_empty()
            && self.sign_ins.is_empty()
            && self.verdicts.is_empty()
            && (self.in_pieces || self.missing.is_empty())
    }

    /// Adds the figures of another bundle; its complaints are its own.
    #[allow(dead_code, reason = "only the example adds up")]
    pub(crate) fn add(&mut self, other: &Score) {
        for (sums, counts) in [
            (&mut self.steps, &other.steps),
            (&mut self.entries, &other.entries),
        ] {
            for (slug, (found, expected)) in counts {
                let sum = sums.entry(slug).or_default();
                sum.0 += found;
                sum.1 += expected;
            }
        }
        for (class, clocks) in &other.clocks {
            let sum = self.clocks.entry(class.clone()).or_default();
            sum.all += clocks.all;
            sum.bounded += clocks.bounded;
            sum.within += clocks.within;
        }
        self.attempts += other.attempts;
        self.outcomes += other.outcomes;
        self.faint += other.faint;
        self.in_pieces |= other.in_pieces;
        for (sum, list) in [
            (&mut self.sign_ins, &other.sign_ins),
            (&mut self.strangers, &other.strangers),
            (&mut self.verdicts, &other.verdicts),
            (&mut self.missing, &other.missing),
            (&mut self.timid, &other.timid),
            (&mut self.clocks_wrong, &other.clocks_wrong),
        ] {
            sum.extend(list.iter().cloned());
        }
        self.findings.extend(other.findings.iter().cloned());
    }

    /// Share of clocks whose true offset lies within what the report says, percent.
    pub(crate) fn clocks_right(&self) -> f64 {
        let (right, said) = self.clocks.values().fold((0, 0), |(right, said), clocks| {
            (right + clocks.within, said + clocks.bounded)
        });
        if said == 0 {
            100.0
        } else {
            100.0 * right as f64 / said as f64
        }
    }

    fn compare_clocks(&mut self, bundle: &Bundle, report: &Value) {
        let true_clock = |name: &str| {
            let clocks = &bundle.truth.clocks;
            let own = clocks.iter().find(|clock| clock.clock == name);
            // The engine of UCCX is on the node and has the node's clock.
            let node = name
                .strip_prefix("cti:")
                .map(|node| format!("finesse:{node}"));
            own.or_else(|| {
                clocks
                    .iter()
                    .find(|clock| Some(&clock.clock) == node.as_ref())
            })
        };
        let clocks = list(report, "clocks");
        let reference = clocks.iter().find(|clock| clock["reference"] == true);
        let reference = reference.and_then(|clock| true_clock(clock["clock"].as_str()?));
        let Some(reference) = reference else {
            return;
        };
        for clock in clocks.iter().filter(|clock| clock["reference"] != true) {
            let name = clock["clock"].as_str().unwrap_or("");
            let class = name.split(':').next().unwrap_or("").to_owned();
            let tally = self.clocks.entry(class).or_default();
            tally.all += 1;
            let Some(truth) = true_clock(name) else {
                continue;
            };
            let said = clock["offset_ms"]
                .as_i64()
                .zip(clock["uncertainty_ms"].as_i64());
            let Some((offset, uncertainty)) = said else {
                continue;
            };
            tally.bounded += 1;
            let real = truth.ahead_ms - reference.ahead_ms;
            // A log that prints no zone shows offset and zone only in sum.
            let zone = zone_minutes(clock["zone"].as_str()).unwrap_or(truth.zone_minutes);
            let zones = [Some(truth.zone_minutes), truth.zone_after];
            let in_sum = |of: i64| (offset - real - (of - zone) * 60_000).abs();
            let in_sum = zones.into_iter().flatten().map(in_sum);
            let distance = in_sum.fold((offset - real).abs(), i64::min);
            if distance <= uncertainty {
                tally.within += 1;
            } else {
                self.clocks_wrong.push(format!(
                    "{name}: {offset} ± {uncertainty} ms, really {real}"
                ));
            }
        }
    }

    fn compare(
        &mut self,
        bundle: &Bundle,
        truth: &Lines,
        (number, sign_in): (usize, &Value),
        files: &BTreeMap<u64, u32>,
    ) {
        let attempt = &bundle.truth.attempts[number];
        let mut by_step: BTreeMap<&str, BTreeSet<(u32, u32)>> = BTreeMap::new();
        for step in list(sign_in, "steps") {
            let slug = step["step"].as_str().unwrap_or("");
            for evidence in list(step, "evidence") {
                let lines = covered(evidence, files);
                let first = lines.first().copied();
                by_step.entry(slug).or_default().extend(lines);
                let owner = first.and_then(|line| truth.owner.get(&line));
                if owner != Some(&number) {
                    let of =
                        owner.map_or("nobody".to_owned(), |&o| name(&bundle.truth.attempts[o]));
                    let text = first.map_or(String::new(), |line| quoted(bundle, line));
                    self.strangers
                        .push(format!("{} {slug}: belongs to {of}: {text}", name(attempt)));
                }
            }
        }
        for step in &attempt.steps {
            let found = by_step.get(step.step.slug());
            self.recall(bundle, attempt, step, found);
        }
        self.verdict(attempt, sign_in);
    }

    fn recall(
        &mut self,
        bundle: &Bundle,
        attempt: &Attempt,
        step: &logintrace::simulate::TruthStep,
        found: Option<&BTreeSet<(u32, u32)>>,
    ) {
        let slug = step.step.slug();
        let mut hits = 0;
        for proof in &step.evidence {
            let hit = found.is_some_and(|lines| {
                lines
                    .range((proof.file, proof.line)..(proof.file, proof.line + proof.lines))
                    .next()
                    .is_some()
            });
            if hit {
                hits += 1;
            } else {
                // Looking up a line reads its file from the start.
                let text = if self.missing.len() < SHOWN {
                    quoted(bundle, (proof.file, proof.line))
                } else {
                    String::new()
                };
                self.missing
                    .push(format!("{} {slug}: {text}", name(attempt)));
            }
        }
        let entries = self.entries.entry(slug).or_default();
        entries.0 += hits;
        entries.1 += step.evidence.len();
        let steps = self.steps.entry(slug).or_default();
        steps.0 += usize::from(hits > 0);
        steps.1 += 1;
    }

    fn verdict(&mut self, attempt: &Attempt, sign_in: &Value) {
        let outcome = word(attempt.outcome);
        let stopped = attempt.stopped_at.map(|step| step.slug());
        let also = |other: &logintrace::flow::Outcome| sign_in["outcome"] == word(other).as_str();
        if sign_in["outcome"] == outcome.as_str() {
            self.outcomes += 1;
        } else if attempt.or.iter().any(also) {
            return self.outcomes += 1;
        } else if self.in_pieces && sign_in["outcome"] == "not_covered" {
            let timid = format!("{}: instead of {outcome}", name(attempt));
            return self.timid.push(timid);
        } else {
            let said = &sign_in["outcome"];
            let wrong = format!("{}: outcome {said} instead of {outcome}", name(attempt));
            self.verdicts.push(wrong);
        }
        // Where logs are in pieces, what is left may show the end earlier or later than it was.
        if !self.in_pieces && sign_in["stopped_at"].as_str() != stopped {
            let at = &sign_in["stopped_at"];
            let wrong = format!("{}: stopped at {at} instead of {stopped:?}", name(attempt));
            self.verdicts.push(wrong);
        }
        let rules: Vec<&str> = list(sign_in, "findings")
            .iter()
            .filter_map(|finding| finding["rule"].as_str())
            .collect();
        if let Some(rule) = &attempt.rule
            && !rules.contains(&rule.as_str())
        {
            let whose = format!("{}, has {rules:?}", name(attempt));
            self.findings.push((rule.clone(), whose));
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<16} {:>13} {:>15}", "step", "sign-ins", "entries")?;
        for (slug, (found, expected)) in &self.steps {
            let (hits, proofs) = self.entries[slug];
            writeln!(
                f,
                "{slug:<16} {found:>6}/{expected:<6} {hits:>7}/{proofs:<7}"
            )?;
        }
        writeln!(f, "outcomes right: {} of {}", self.outcomes, self.attempts)?;
        for (class, clocks) in &self.clocks {
            let ClockScore {
                all,
                bounded,
                within,
            } = clocks;
            writeln!(
                f,
                "{class} clocks: {all}, with bounds {bounded}, true offset within {within}"
            )?;
        }
        writeln!(
            f,
            "clock offsets within what is said: {:.1} %",
            self.clocks_right()
        )?;
        if self.in_pieces {
            writeln!(f, "attempts hardly shown and left out: {}", self.faint)?;
        }
        let findings: Vec<String> = self
            .findings
            .iter()
            .map(|(rule, whose)| format!("{rule}: {whose}"))
            .collect();
        for (title, list) in [
            ("sign-ins missing, double or invented", &self.sign_ins),
            ("lines given to a stranger", &self.strangers),
            ("wrong verdicts", &self.verdicts),
            ("true offset outside of what is said", &self.clocks_wrong),
            ("not covered, though it could be told", &self.timid),
            ("findings not found", &findings),
            ("proving entries not found", &self.missing),
        ] {
            writeln!(f, "{title}: {}", list.len())?;
            for line in list.iter().take(SHOWN) {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

/// How well the clocks of one class are known.
#[derive(Debug, Default)]
pub(crate) struct ClockScore {
    /// All that the report names.
    pub(crate) all: usize,
    /// Those with an offset and its uncertainty.
    pub(crate) bounded: usize,
    /// Those of them whose true offset lies within.
    pub(crate) within: usize,
}

/// `-04:00` in minutes.
fn zone_minutes(zone: Option<&str>) -> Option<i64> {
    let (hours, minutes) = zone?.split_once(':')?;
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    Some(hours.parse::<i64>().ok()? * 60 + sign * minutes.parse::<i64>().ok()?)
}

/// Whose line is whose.
pub(crate) struct Lines {
    /// (file, line) to attempt.
    owner: BTreeMap<(u32, u32), usize>,
}

impl Lines {
    pub(crate) fn of(bundle: &Bundle) -> Self {
        let mut owner = BTreeMap::new();
        for (number, attempt) in bundle.truth.attempts.iter().enumerate() {
            let proving = attempt.steps.iter().flat_map(|step| &step.evidence);
            // What came later is a stranger to the sign-in itself.
            for proof in proving.chain(&attempt.related) {
                for line in lines_of(proof) {
                    owner.insert(line, number);
                }
            }
        }
        Self { owner }
    }

    /// The attempt with its request id, else the one that most of its evidence belongs to.
    pub(crate) fn attempt_of(
        &self,
        bundle: &Bundle,
        sign_in: &Value,
        files: &BTreeMap<u64, u32>,
    ) -> Option<usize> {
        let attempts = &bundle.truth.attempts;
        if let Some(id) = sign_in["request_id"].as_str() {
            return attempts
                .iter()
                .position(|attempt| attempt.request_id.as_deref() == Some(id));
        }
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for step in list(sign_in, "steps") {
            for evidence in list(step, "evidence") {
                let first = covered(evidence, files).first().copied();
                if let Some(&owner) = first.and_then(|line| self.owner.get(&line)) {
                    *votes.entry(owner).or_default() += 1;
                }
            }
        }
        votes
            .into_iter()
            .filter(|&(attempt, _)| {
                bundle.truth.in_pieces || attempts[attempt].request_id.is_none()
            })
            .max_by_key(|&(_, votes)| votes)
            .map(|(attempt, _)| attempt)
    }
}

/// The report's file ids as the truth counts its files; a copy's is that of what it is a copy of.
pub(crate) fn file_numbers(bundle: &Bundle, report: &Value) -> BTreeMap<u64, u32> {
    let mut numbers = BTreeMap::new();
    for file in list(report, "files") {
        let chain: Vec<&str> = list(file, "chain")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let number = bundle.truth.files.iter().position(|known| {
            chain.as_slice() == [known.path.as_str()]
                || chain
                    .get(1..)
                    .is_some_and(|inner| inner == known.chain.as_slice())
        });
        if let (Some(id), Some(number)) = (file["id"].as_u64(), number) {
            let file = &bundle.truth.files[number];
            numbers.insert(id, file.copy_of.unwrap_or(number as u32));
        }
    }
    numbers
}

fn covered(evidence: &Value, files: &BTreeMap<u64, u32>) -> Vec<(u32, u32)> {
    let number = |key: &str| evidence[key].as_u64().unwrap_or(0);
    let Some(&file) = files.get(&number("file")) else {
        return Vec::new();
    };
    lines_of(&Proof {
        file,
        line: number("line") as u32,
        lines: number("lines") as u32,
    })
    .collect()
}

fn lines_of(proof: &Proof) -> impl Iterator<Item = (u32, u32)> + use<> {
    let file = proof.file;
    (proof.line..proof.line + proof.lines).map(move |line| (file, line))
}

fn quoted(bundle: &Bundle, (file, line): (u32, u32)) -> String {
    let file = &bundle.files[file as usize];
    let text = String::from_utf8_lossy(&file.bytes);
    let found = text.lines().nth(line as usize - 1).unwrap_or("");
    format!("{}:{line}: {found:.230}", file.path)
}

pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn name(attempt: &Attempt) -> String {
    format!(
        "{} ({}, {})",
        attempt.agent, attempt.scenario, attempt.started
    )
}

fn head(sign_in: &Value) -> String {
    format!(
        "agent {} started {} outcome {} last step {}",
        sign_in["agent"], sign_in["started"], sign_in["outcome"], sign_in["last_step"]
    )
}

fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
