//! What the command line was asked to do.

use crate::{report, simulate};
use lexopt::prelude::*;
use std::path::PathBuf;

/// Why a command failed, one line per cause.
pub(crate) type Causes = Vec<String>;

const USAGE: &str = "\
Shows every agent sign-in in exported Cisco Finesse logs.

Usage: logintrace report PATH... [--format json|text] [--output FILE] [--agent ID]

PATH is a log file, an archive (zip, tar, gz, nested in each other) or a folder.
  --format FORMAT  text (default): the ladder of each sign-in; json: the report logintrace/1
  --output FILE    write there instead of to standard output
  --agent ID       only this agent's sign-ins
Credentials in the logs are always masked.

Exit status: 0 a report was written; 2 wrong usage, or nothing could be read.";

/// A command.
pub(crate) enum Command {
    Help,
    Version,
    Report(report::Options),
    Simulate(Vec<String>),
}

pub(crate) fn parse() -> Result<Command, Causes> {
    parse_from(lexopt::Parser::from_env())
        .map_err(|error| vec![error.to_string(), "see `logintrace --help`".to_owned()])
}

pub(crate) fn run(command: Command) -> Result<(), Causes> {
    match command {
        Command::Help => {
            report::write(USAGE.as_bytes(), None).and_then(|()| report::write(b"\n", None))
        }
        Command::Version => report::write(
            concat!("logintrace ", env!("CARGO_PKG_VERSION"), "\n").as_bytes(),
            None,
        ),
        Command::Report(options) => report::run(&options),
        Command::Simulate(arguments) => simulate::run(&arguments)
            .map_err(|error| vec![error, "see `logintrace --help`".to_owned()]),
    }
}

fn parse_from(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    match parser.next()? {
        Some(Value(command)) if command == "report" => Ok(Command::Report(parse_report(parser)?)),
        Some(Value(command)) if command == "simulate" => Ok(Command::Simulate(
            parser
                .raw_args()?
                .map(|argument| argument.string())
                .collect::<Result<_, _>>()?,
        )),
        Some(Short('h') | Long("help")) => Ok(Command::Help),
        Some(Short('V') | Long("version")) => Ok(Command::Version),
        Some(argument) => Err(argument.unexpected()),
        None => Err("expected a command, found none".into()),
    }
}

fn parse_report(mut parser: lexopt::Parser) -> Result<report::Options, lexopt::Error> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let (mut format, mut output, mut agent) = (report::Format::Text, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Value(path) => paths.push(path.into()),
            Long("format") => format = parser.value()?.parse_with(report::Format::parse)?,
            Long("output") => output = Some(PathBuf::from(parser.value()?)),
            Long("agent") => agent = Some(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    if paths.is_empty() {
        return Err("expected a PATH to read, found none".into());
    }
    Ok(report::Options {
        paths,
        format,
        output,
        agent,
    })
}
