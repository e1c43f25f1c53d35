//! The simulated cluster as oracle.

use logintrace::simulate::{self, Config, Forms};

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let config = Config::new(20, 7);
    assert_eq!(simulate::run(&config).pack(), simulate::run(&config).pack());
}

/// Every line the truth names exists and carries a key of its sign-in.
#[test]
fn every_proof_stands_in_its_file() {
    for (seed, forms) in [(1, Forms::FULL), (2, Forms::OLD)] {
        let mut config = Config::new(60, seed);
        config.forms = forms;
        let bundle = simulate::run(&config);
        for attempt in &bundle.truth.attempts {
            for step in &attempt.steps {
                for proof in &step.evidence {
                    let file = &bundle.files[proof.file as usize];
                    let text = std::str::from_utf8(&file.bytes).unwrap();
                    let lines: Vec<&str> = text
                        .lines()
                        .skip(proof.line as usize - 1)
                        .take(proof.lines as usize)
                        .collect();
                    assert_eq!(
                        lines.len(),
                        proof.lines as usize,
                        "{} {}",
                        file.path,
                        proof.line
                    );
                }
            }
        }
    }
}

/// If this fails: `cargo run --example simulate -- sample`.
#[test]
fn the_sample_in_the_page_is_what_the_simulator_makes() {
    let sample = include_bytes!("../src/app/sample.tgz");
    assert_eq!(simulate::run(&Config::sample()).pack(), sample);
    assert!(sample.len() < 60_000, "{} bytes", sample.len());
}
