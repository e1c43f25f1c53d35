//! How right the core is on made-up bundles: `cargo run --example score -- --agents 200 --seed 3 --forms old`.
//!
//! Takes the options of `logintrace simulate` that describe a cluster.

#[path = "../src/bin/logintrace/simulate.rs"]
#[allow(dead_code)]
mod order;
#[path = "../tests/simulated/score.rs"]
mod score;

use logintrace::simulate;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let config = order::Order::parse(&arguments)?.config;
    let bundle = simulate::run(&config);
    let score = score::Score::of(&bundle, &score::report(&bundle));
    println!("{:?}\n{score}", config.forms);
    if score.perfect() {
        Ok(())
    } else {
        Err("not everything is right".to_owned())
    }
}
