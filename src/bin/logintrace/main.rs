//! The command line: the same core as the page, the same bytes out.

mod args;
mod read;
mod readers;
mod report;
mod simulate;

use std::process::ExitCode;

/// Wrong usage, or nothing could be read.
const EXIT_FAILED: u8 = 2;

fn main() -> ExitCode {
    match args::parse().and_then(args::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(causes) => {
            for cause in causes {
                eprintln!("logintrace: {cause}");
            }
            ExitCode::from(EXIT_FAILED)
        }
    }
}
