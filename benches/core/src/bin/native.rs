//! Times one stage of the core on files that are in memory already, and prints JSON.

use bench_core::{Outcome, Stage};
use std::time::Instant;

const USAGE: &str = "usage: native inflate|read|analyse RUNS FILE...";

/// Bytes pushed at once, as the command line does.
const CHUNK: usize = 1 << 20; // 1 MiB

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [stage, runs, paths @ ..] = words.as_slice() else {
        panic!("{USAGE}");
    };
    let runs: usize = runs.parse().expect(USAGE);
    let load = |path: &String| (path.clone(), std::fs::read(path).expect("a file to read"));
    let files: Vec<(String, Vec<u8>)> = paths.iter().map(load).collect();
    let mut ms = Vec::new();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        outcomes = files.iter().map(|file| run(stage, file)).collect();
        ms.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let said = serde_json::json!({ "ms": ms, "outcomes": outcomes });
    println!("{said}");
}

fn run(stage: &str, (path, bytes): &(String, Vec<u8>)) -> Outcome {
    let mut stage = Stage::begin(stage, path, bytes.len() as u64).expect(USAGE);
    bytes.chunks(CHUNK).for_each(|chunk| stage.push(chunk));
    stage.finish()
}
