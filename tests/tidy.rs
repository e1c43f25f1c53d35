//! Rules of ARCHITECTURE.md that a program can check.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a source file without its tests.
const FILE_CEILING: usize = 500;
/// Lines of a function.
const FUNCTION_CEILING: usize = 80;
/// Files over the ceiling, with the reason.
const LONG_FILES: [(&str, &str); 1] = [("src/words", "texts, one after another")];
/// Names that say nothing about what is in the room.
const EMPTY_NAMES: [&str; 5] = ["utils", "util", "helpers", "common", "manager"];

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in ["src", "xtask/src", "tests"] {
        collect(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(root),
            &mut files,
        );
    }
    files.sort();
    assert!(files.len() > 50, "the tree was not found");
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn name(path: &Path) -> String {
    let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

/// The file up to its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end].to_owned()
}

fn assert_none(offenders: Vec<String>, rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n{}", offenders.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = sources()
        .into_iter()
        .filter(|path| !code(path).starts_with("//!"));
    assert_none(
        silent.map(|path| name(&path)).collect(),
        "a module starts with `//!`",
    );
}

#[test]
fn files_stay_readable() {
    let allowed = |path: &str| {
        LONG_FILES
            .iter()
            .any(|(prefix, _)| path.starts_with(prefix))
    };
    let long = sources().into_iter().filter_map(|path| {
        let lines = code(&path).lines().count();
        (lines > FILE_CEILING && !allowed(&name(&path)))
            .then(|| format!("{} ({lines} lines)", name(&path)))
    });
    assert_none(
        long.collect(),
        "a file has at most 500 lines without its tests",
    );
}

#[test]
fn functions_stay_readable() {
    let long = sources().into_iter().flat_map(|path| long_functions(&path));
    assert_none(long.collect(), "a function has at most 80 lines");
}

/// Functions of a formatted file: from `fn` to the closing brace at the same indentation.
fn long_functions(path: &Path) -> Vec<String> {
    let code = code(path);
    let lines: Vec<&str> = code.lines().collect();
    let mut long = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let words = text.split(['(', '<']).next().unwrap_or_default();
        if !words.split(' ').any(|word| word == "fn")
            || text.starts_with("//")
            || text.ends_with(';')
        {
            continue;
        }
        let indent = line.len() - text.len();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[start..]
            .iter()
            .position(|line| *line == closing)
            .unwrap_or(0);
        if length > FUNCTION_CEILING {
            long.push(format!("{}:{} ({length} lines)", name(path), start + 1));
        }
    }
    long
}

#[test]
fn names_say_what_is_in_the_room() {
    let empty = sources().into_iter().filter(|path| {
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        EMPTY_NAMES.contains(&stem)
    });
    assert_none(
        empty.map(|path| name(&path)).collect(),
        "no utils, helpers, common, manager",
    );
}

#[test]
fn the_core_names_no_browser_clock_or_file() {
    const FOREIGN: [&str; 6] = [
        "web_sys",
        "wasm_bindgen",
        "leptos",
        "std::fs",
        "Instant::now",
        "SystemTime",
    ];
    let core = sources().into_iter().filter(|path| {
        let name = name(path);
        name.starts_with("src/")
            && !["src/app/", "src/bin/", "src/main.rs"]
                .iter()
                .any(|edge| name.starts_with(edge))
    });
    let foreign = core.filter_map(|path| {
        let code = code(&path);
        FOREIGN
            .iter()
            .find(|word| code.contains(*word))
            .map(|word| format!("{}: {word}", name(&path)))
    });
    assert_none(foreign.collect(), "the core is pure");
}

#[test]
fn log_text_never_becomes_markup() {
    let page = sources()
        .into_iter()
        .filter(|path| name(path).starts_with("src/app/"));
    let markup = page.filter(|path| {
        let code = code(path);
        code.contains("inner_html")
            || code.contains("set_inner_html")
            || code.contains("outer_html")
    });
    assert_none(markup.map(|path| name(&path)).collect(), "text nodes only");
}

#[test]
fn colours_are_in_tokens_css_alone() {
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("styles");
    let mut literal = Vec::new();
    for entry in fs::read_dir(styles).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if !path.ends_with("tokens.css") {
            let lines = (1..).zip(text.lines());
            literal.extend(
                lines
                    .filter(|(_, line)| has_colour(line))
                    .map(|(nth, line)| format!("{}:{nth}: {line}", name(&path))),
            );
        }
    }
    assert_none(literal, "colours only in tokens.css");
}

fn has_colour(line: &str) -> bool {
    let hex = line.match_indices('#').any(|(at, _)| {
        let digits = line[at + 1..]
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .count();
        matches!(digits, 3 | 4 | 6 | 8)
    });
    hex || line.contains("rgb(") || line.contains("hsl(")
}
