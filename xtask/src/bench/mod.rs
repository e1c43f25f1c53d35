//! `cargo xtask bench`: what the product costs, as ratios, on bundles made by `logintrace simulate`.
//!
//! Every benchmark runs the product as it is shipped. Its rows go into `docs/performance.md` as soon as it
//! is over, so that a run that is broken off loses one benchmark.

mod built;
mod bundles;
mod first_sign_in;
mod inflating;
pub mod instructions;
mod javascript;
mod lnav;
mod memory;
mod native;
mod page;
mod per_sign_in;
mod record;
pub mod size;
mod workers;

use anyhow::{Context, Result, bail};
use built::Built;
use record::Record;
use std::time::Instant;

/// How `cargo xtask bench` is called.
pub const USAGE: &str = "\
cargo xtask bench <name>... [--scale FACTOR] [--runs N] [--resume]

  all              every benchmark
  --scale FACTOR   sizes, as a part of those that count (default 1); other sizes are
                   printed but not written to docs/performance.md
  --runs N         runs of which the median counts (default 5)
  --resume         leave out what was measured at this commit with these options

cargo xtask bench check [--rewrite]   instruction counts against benches/instructions/expected.txt
cargo xtask bench size                size of the page by crate, and its budget";

/// A benchmark.
struct Benchmark {
    name: &'static str,
    run: fn(&Setup) -> Result<Vec<Row>>,
}

/// All of them, quickest first.
const BENCHMARKS: [Benchmark; 9] = [
    Benchmark {
        name: "first-sign-in",
        run: first_sign_in::run,
    },
    Benchmark {
        name: "decompression",
        run: inflating::by_the_browser,
    },
    Benchmark {
        name: "inflate",
        run: inflating::by_us,
    },
    Benchmark {
        name: "native",
        run: native::run,
    },
    Benchmark {
        name: "javascript",
        run: javascript::run,
    },
    Benchmark {
        name: "lnav",
        run: lnav::run,
    },
    Benchmark {
        name: "workers",
        run: workers::run,
    },
    Benchmark {
        name: "per-sign-in",
        run: per_sign_in::run,
    },
    Benchmark {
        name: "memory",
        run: memory::run,
    },
];

/// What a benchmark is given.
pub struct Setup {
    /// Part of the sizes that count; 1 for figures worth keeping.
    scale: f64,
    /// Runs of which the median counts.
    runs: usize,
    built: Built,
}

impl Setup {
    /// A size in bytes, or a number of sign-ins, scaled; at least 1.
    fn scaled(&self, full: u64) -> u64 {
        // Sizes are far below 2^53, and a scaled one need not be exact.
        ((full as f64 * self.scale) as u64).max(1)
    }
}

/// One figure and what it should be.
pub struct Row {
    /// What is measured.
    pub what: String,
    /// The figure, with its unit.
    pub figure: String,
    /// What it should be; empty if nothing was promised.
    pub goal: String,
    /// Whether it is.
    pub met: Option<bool>,
    /// From what it was worked out.
    pub from: String,
}

impl Row {
    /// A figure to be at most `most`.
    fn at_most(what: &str, figure: f64, most: f64, unit: &str, from: String) -> Self {
        let goal = format!("≤ {most}{unit}");
        Self::judged(what, figure, unit, goal, figure <= most, from)
    }

    /// A figure to be at least `least`.
    fn at_least(what: &str, figure: f64, least: f64, unit: &str, from: String) -> Self {
        let goal = format!("≥ {least}{unit}");
        Self::judged(what, figure, unit, goal, figure >= least, from)
    }

    fn judged(what: &str, figure: f64, unit: &str, goal: String, met: bool, from: String) -> Self {
        Self {
            what: what.to_owned(),
            figure: format!("{}{unit}", short(figure)),
            goal,
            met: Some(met),
            from,
        }
    }

    /// Something that cannot be measured, and why.
    fn missing(what: &str, goal: &str, why: &str) -> Self {
        Self {
            what: what.to_owned(),
            figure: "–".to_owned(),
            goal: goal.to_owned(),
            met: None,
            from: why.to_owned(),
        }
    }
}

/// Three digits that matter.
fn short(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// The middle of some figures; of an even number the upper one of the two.
fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs what the words after `bench` ask for.
pub fn run(words: &[&str]) -> Result<()> {
    match words {
        ["check"] => instructions::check(),
        ["check", "--rewrite"] => instructions::rewrite(),
        ["size"] => size::report(),
        _ => measure(words),
    }
}

fn measure(words: &[&str]) -> Result<()> {
    let (names, options) = split(words)?;
    let chosen = chosen(&names)?;
    let setup = Setup {
        scale: options.scale,
        runs: options.runs,
        built: Built::default(),
    };
    let all = Instant::now();
    let mut failed = Vec::new();
    for benchmark in chosen {
        let name = benchmark.name;
        let record = Record::new(name, &setup)?;
        if options.resume && record.is_there() {
            println!("\n== {name}: measured already at this commit");
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        match (benchmark.run)(&setup) {
            Ok(rows) => record.keep(&rows)?,
            // One that cannot run here must not cost the others.
            Err(error) => {
                println!("failed: {error:#}");
                failed.push(name);
            }
        }
        println!("-- {} s", start.elapsed().as_secs());
    }
    println!("\n{} s in all", all.elapsed().as_secs());
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// How to measure.
struct Options {
    scale: f64,
    runs: usize,
    resume: bool,
}

fn split<'a>(words: &[&'a str]) -> Result<(Vec<&'a str>, Options)> {
    let mut names = Vec::new();
    let mut options = Options {
        scale: 1.0,
        runs: 5,
        resume: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word}: a value is missing"))
        };
        match *word {
            "--scale" => options.scale = value()?.parse().context("--scale: not a number")?,
            "--runs" => options.runs = value()?.parse().context("--runs: not a number")?,
            "--resume" => options.resume = true,
            flag if flag.starts_with('-') => bail!("unknown flag {flag}\n\n{USAGE}"),
            name => names.push(name),
        }
    }
    if options.scale <= 0.0 || options.runs == 0 {
        bail!("--scale and --runs must be above 0");
    }
    Ok((names, options))
}

fn chosen(names: &[&str]) -> Result<Vec<&'static Benchmark>> {
    if names == ["all"] {
        return Ok(BENCHMARKS.iter().collect());
    }
    let list = BENCHMARKS.map(|benchmark| benchmark.name).join(", ");
    if names.is_empty() {
        bail!("expected a benchmark: {list}\n\n{USAGE}");
    }
    let find = |name: &&str| {
        let found = BENCHMARKS.iter().find(|benchmark| benchmark.name == *name);
        found.with_context(|| format!("no benchmark {name}, only: all, {list}"))
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_figures() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 4.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn options_stand_anywhere() {
        let (names, options) = split(&["--scale", "0.1", "lnav", "--resume"]).unwrap();
        assert_eq!(names, ["lnav"]);
        assert_eq!(
            (options.scale, options.runs, options.resume),
            (0.1, 5, true)
        );
        assert!(split(&["--scale"]).is_err());
        assert!(split(&["--scale", "0"]).is_err());
        assert!(split(&["--fast"]).is_err());
        assert!(chosen(&["nonsense"]).is_err());
        assert_eq!(chosen(&["all"]).unwrap().len(), BENCHMARKS.len());
    }

    #[test]
    fn a_row_says_whether_its_goal_is_met() {
        let row = Row::at_most("time", 0.61, 0.6, "", String::new());
        assert_eq!(
            (row.figure.as_str(), row.goal.as_str(), row.met),
            ("0.61", "≤ 0.6", Some(false))
        );
        let row = Row::at_least("speed", 123.4, 5.0, "×", String::new());
        assert_eq!((row.figure.as_str(), row.met), ("123×", Some(true)));
    }
}
