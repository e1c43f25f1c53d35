//! The project's own commands: `cargo xtask app`, `cargo xtask test`, `cargo xtask bench`.

mod app;
mod bench;
mod csp;
mod hosted;
mod names;
mod shell;
mod single;
mod tests;
mod tools;
mod wasm;

use anyhow::{Result, bail};
use wasm::Build;

const USAGE: &str = "\
cargo xtask <command>

  app [--no-open] [--dev]   build dist/logintrace.html, the whole page in one file, and open it
  test [--quick]            install what is missing for all tests, and run them
                            (--quick: without the builds for, and the tests in, real browsers)
  bench <name>...           measure, and write docs/performance.md; `bench` alone says more
  hosted                    finish a `trunk build --release`; Trunk calls this itself";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.split_first() {
        Some((&"app", flags)) => {
            let [no_open, dev] = given(flags, ["--no-open", "--dev"])?;
            app::run(if dev { Build::Dev } else { Build::Page }, !no_open)
        }
        Some((&"test", flags)) => {
            let [quick] = given(flags, ["--quick"])?;
            tests::run(quick)
        }
        Some((&"bench", words)) => bench::run(words),
        Some((&"hosted", [])) => hosted::run(),
        _ => bail!("expected a command\n\n{USAGE}"),
    }
}

/// Which of the `known` flags are among `flags`; an unknown one is an error.
fn given<const N: usize>(flags: &[&str], known: [&str; N]) -> Result<[bool; N]> {
    if let Some(flag) = flags.iter().find(|flag| !known.contains(flag)) {
        bail!("unknown flag {flag}\n\n{USAGE}");
    }
    Ok(known.map(|name| flags.contains(&name)))
}
