//! Where figures go: the terminal, `docs/performance.md`, and a file that `--resume` looks for.

use super::{Row, Setup};
use crate::shell;
use anyhow::{Context, Result};
use serde_json::json;
use std::path::PathBuf;

/// The measurement of one benchmark at one commit with certain options.
pub struct Record {
    name: &'static str,
    /// Whether sizes are those that count.
    full: bool,
    /// What was measured, and how.
    of: serde_json::Value,
    path: PathBuf,
}

impl Record {
    pub fn new(name: &'static str, setup: &Setup) -> Result<Self> {
        let folder = shell::target().join("bench/results");
        std::fs::create_dir_all(&folder)?;
        let commit = shell::output(shell::program("git").args(["rev-parse", "--short=12", "HEAD"]));
        let commit = commit.context("git did not say which commit this is")?;
        Ok(Self {
            name,
            full: setup.scale == 1.0,
            of: json!({ "commit": commit.trim(), "scale": setup.scale, "runs": setup.runs }),
            path: folder.join(format!("{name}.json")),
        })
    }

    /// Whether the same was measured before.
    pub fn is_there(&self) -> bool {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let before: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        before["of"] == self.of
    }

    /// Prints the rows and keeps them.
    pub fn keep(&self, rows: &[Row]) -> Result<()> {
        let table = table(rows);
        println!("{table}");
        if self.full {
            self.write_document(&table)?;
        } else {
            println!("(sizes are scaled: docs/performance.md is left alone)");
        }
        let row = |row: &Row| json!({ "what": row.what, "figure": row.figure, "goal": row.goal, "met": row.met, "from": row.from });
        let rows: Vec<_> = rows.iter().map(row).collect();
        let text = serde_json::to_string_pretty(&json!({ "of": self.of, "rows": rows }))?;
        Ok(std::fs::write(&self.path, text)?)
    }

    fn write_document(&self, table: &str) -> Result<()> {
        let commit = self.of["commit"].as_str().unwrap_or_default();
        let text = format!("{table}\nMeasured at {commit}, {}.\n", machine());
        write_part(self.name, &text)
    }
}

/// Replaces the generated part `name` of `docs/performance.md`.
pub fn write_part(name: &str, text: &str) -> Result<()> {
    let path = shell::root().join("docs/performance.md");
    let document = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let document = replaced(&document, name, text)?;
    Ok(std::fs::write(path, document)?)
}

fn replaced(document: &str, name: &str, text: &str) -> Result<String> {
    let (begin, end) = (
        format!("<!-- bench {name} -->\n"),
        format!("<!-- end {name} -->"),
    );
    let missing = || format!("docs/performance.md has no part {name}");
    let (before, rest) = document.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(&end).with_context(missing)?;
    Ok(format!("{before}{begin}{text}{end}{after}"))
}

fn table(rows: &[Row]) -> String {
    let mut table =
        "| what | measured | goal | met | from |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for row in rows {
        let met = match row.met {
            Some(true) => "yes",
            Some(false) => "no",
            None => "–",
        };
        let Row {
            what,
            figure,
            goal,
            from,
            ..
        } = row;
        table += &format!("| {what} | {figure} | {goal} | {met} | {from} |\n");
    }
    table
}

/// How many processors of which kind.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |model| {
        model.trim_start_matches([' ', '\t', ':'])
    });
    format!("{processors} × {model}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_of_that_name_is_replaced() {
        let document = "notes\n<!-- bench a -->\nold\n<!-- end a -->\nmore\n<!-- bench b -->\n<!-- end b -->\n";
        let new = replaced(document, "a", "new\n").unwrap();
        assert_eq!(new, document.replace("old", "new"));
        assert!(replaced(document, "c", "").is_err());
    }

    #[test]
    fn the_document_has_a_part_for_every_benchmark() {
        let path = shell::root().join("docs/performance.md");
        let document = std::fs::read_to_string(path).unwrap();
        let names = super::super::BENCHMARKS.map(|benchmark| benchmark.name);
        for name in names.iter().chain(&["size"]) {
            replaced(&document, name, "").unwrap();
        }
    }
}
