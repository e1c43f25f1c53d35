//! The subcommand by itself: `cargo run --example simulate -- --sample --out src/app/sample.tgz`.

#[path = "../src/bin/logintrace/simulate.rs"]
mod simulate;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = simulate::run(&arguments) {
        eprintln!("{error}\n{}", simulate::USAGE);
        std::process::exit(2);
    }
}
