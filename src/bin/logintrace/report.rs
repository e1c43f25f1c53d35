//! `logintrace report`.

use crate::args::Causes;
use crate::read;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to report, and how.
pub(crate) struct Options {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) format: Format,
    pub(crate) output: Option<PathBuf>,
    pub(crate) agent: Option<String>,
}

/// How to write the report.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    Json,
    Text,
}

impl Format {
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        match name {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            other => Err(format!("expected json or text, found {other}")),
        }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Causes> {
    let session = read::read(&options.paths);
    let agent = options.agent.as_deref();
    let report = session.report(agent);
    let readable = report.files.iter().any(|file| file.lines > 0);
    if !readable {
        return Err(nothing_read(&report.files));
    }
    let text = match options.format {
        Format::Json => report.to_json(),
        Format::Text => session.text(agent),
    };
    write(text.as_bytes(), options.output.as_deref())
}

fn nothing_read(files: &[logintrace::report::File]) -> Causes {
    let mut causes = vec!["nothing could be read".to_owned()];
    let problem = |file: &logintrace::report::File| {
        file.problem
            .clone()
            .unwrap_or_else(|| "no log lines".to_owned())
    };
    causes.extend(
        files
            .iter()
            .map(|file| format!("{}: {}", problem(file), file.chain.join(" > "))),
    );
    causes
}

/// Writes to a file or to standard output. A reader that has had enough is no error.
pub(crate) fn write(bytes: &[u8], output: Option<&Path>) -> Result<(), Causes> {
    let written = match output {
        Some(path) => std::fs::write(path, bytes),
        None => std::io::stdout().lock().write_all(bytes),
    };
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let where_to = output.map_or_else(
                || "standard output".to_owned(),
                |path| path.display().to_string(),
            );
            Err(vec![format!(
                "the report could not be written: {error}: {where_to}"
            )])
        }
        _ => Ok(()),
    }
}
