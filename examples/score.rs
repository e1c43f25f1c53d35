//! How right the core is on made-up bundles.
//!
//! `cargo run --example score -- --agents 200 --seed 3 --forms old` takes the options of `logintrace
//! simulate` that describe a cluster.
//!
//! `cargo run --profile oracle --example score -- --clusters` runs the standard clusters with 10,000
//! agents each, and fails unless every sign-in that the logs show is found, no line is given to a
//! stranger, every outcome is right, at least 95 % of the clock offsets are within what the report
//! says, and where no log is in pieces at least 98 % of the failed sign-ins have the right rule named
//! and no healthy one raises an alarm. Behind `--clusters` may follow another number of agents,
//! `--seed N` for other seeds than the standard ones, and `--only TEXT` for those clusters alone that
//! have TEXT in their title.

#[path = "../tests/simulated/clusters.rs"]
mod clusters;
#[path = "../tests/simulated/confusion.rs"]
#[allow(dead_code)]
mod confusion;
#[path = "../src/bin/logintrace/simulate.rs"]
#[allow(dead_code)]
mod order;
#[path = "../tests/simulated/score.rs"]
mod score;

use clusters::Variant;
use confusion::Confusion;
use logintrace::simulate;
use score::Score;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::thread;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let right = match arguments.split_first() {
        Some((first, rest)) if first == "--clusters" => standard(wanted(rest)?),
        _ => single(&arguments)?,
    };
    if right {
        Ok(())
    } else {
        Err("not everything is right".to_owned())
    }
}

/// The standard clusters that the arguments behind `--clusters` ask for.
fn wanted(arguments: &[String]) -> Result<Vec<Variant>, String> {
    let (mut agents, mut seed, mut only) = (10_000, 0, "");
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        let mut value = || left.next().ok_or(format!("{argument}: expected a value"));
        match argument.as_str() {
            "--seed" => seed = number(value()?)?,
            "--only" => only = value()?,
            count => agents = number(count)?,
        }
    }
    let mut variants = clusters::variants(agents, seed);
    variants.retain(|variant| variant.title.contains(only));
    if variants.is_empty() {
        return Err(format!("--only: no standard cluster is called {only}"));
    }
    Ok(variants)
}

fn number<N: FromStr<Err: fmt::Display>>(text: &str) -> Result<N, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}

fn single(arguments: &[String]) -> Result<bool, String> {
    let config = order::Order::parse(arguments)?.config;
    let bundle = simulate::run(&config);
    let report = score::report(&bundle);
    let score = Score::of(&bundle, &report);
    let confusion = Confusion::of(&bundle, &report);
    println!("{:?}\n{score}\n{confusion}", config.forms);
    Ok(score.perfect())
}

/// Runs the clusters, as many at a time as there are processors.
fn standard(variants: Vec<Variant>) -> bool {
    let open: Mutex<VecDeque<Variant>> = Mutex::new(variants.into());
    let total = Mutex::new((Score::default(), Confusion::default(), true));
    let next = || open.lock().ok()?.pop_front();
    let work = || {
        while let Some(variant) = next() {
            let bundle = simulate::run(&variant.config);
            let report = score::report(&bundle);
            let score = Score::of(&bundle, &report);
            let confusion = Confusion::of(&bundle, &report);
            println!("== {}: {:?}\n{score}", variant.title, variant.config.forms);
            for alarm in &confusion.false_alarms {
                println!("alarm: {alarm}");
            }
            if let Ok(mut total) = total.lock() {
                total.2 &= score.perfect() && score.clocks_right() >= 95.0;
                total.0.add(&score);
                // What logs in pieces still show of a rule, the truth tells only roughly.
                if variant.is_whole() {
                    total.1.merge(confusion);
                }
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    total.into_inner().is_ok_and(|(score, confusion, right)| {
        println!("== all of them\n{score}\n{confusion}");
        let (failed, named) = confusion.failed;
        right && named * 100 >= failed * 98 && confusion.false_alarms.is_empty()
    })
}
