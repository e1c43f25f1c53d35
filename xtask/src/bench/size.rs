//! How large the page is, by crate, and the most it may be.

use super::record::write_part;
use crate::shell;
use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Most bytes of the single file.
const SINGLE: usize = 2_000_000;
/// Most bytes that cross the line, compressed, until the hosted page is drawn.
const FIRST_PAINT: usize = 600_000;
/// Crates listed by name; the others are added up.
const LISTED: usize = 20;

/// Fails if what `cargo xtask app` and Trunk built is larger than it may be.
pub fn check() -> Result<()> {
    for (what, size, most) in budget()? {
        println!("{what}: {size} bytes of at most {most}");
        if size > most {
            bail!("{what} is too large: `cargo xtask bench size` shows which crates grew");
        }
    }
    Ok(())
}

/// Prints and keeps the sizes of the page as it lies in `dist/`, and of its crates.
pub fn report() -> Result<()> {
    let mut text = "| what | bytes | at most |\n| --- | ---: | ---: |\n".to_owned();
    for (what, size, most) in budget()? {
        text += &format!("| {what} | {size} | {most} |\n");
    }
    for name in ["app", "worker"] {
        text += &format!("\n`{name}.wasm`, code by crate, before compression:\n\n");
        text += "| crate | bytes | share |\n| --- | ---: | ---: |\n";
        text += &table(&crates(name)?);
    }
    println!("{text}");
    write_part("size", &text)
}

fn table(sizes: &BTreeMap<String, usize>) -> String {
    let total: usize = sizes.values().sum();
    let mut sorted: Vec<(&String, &usize)> = sizes.iter().collect();
    sorted.sort_by_key(|(name, size)| (std::cmp::Reverse(**size), *name));
    let (listed, others) = sorted.split_at(sorted.len().min(LISTED));
    let rest: usize = others.iter().map(|(_, size)| **size).sum();
    let line = |name: &str, size: usize| {
        let share = size * 1000 / total.max(1);
        format!("| {name} | {size} | {}.{} % |\n", share / 10, share % 10)
    };
    let mut text: String = listed
        .iter()
        .map(|(name, size)| line(name, **size))
        .collect();
    if !others.is_empty() {
        text += &line(&format!("{} others", others.len()), rest);
    }
    text + &line("all", total)
}

/// What has a budget: name, size, most, in bytes.
fn budget() -> Result<[(&'static str, usize, usize); 2]> {
    let dist = shell::root().join("dist");
    let single = std::fs::read(dist.join("logintrace.html"));
    let single = single.context("dist/logintrace.html is missing: run `cargo xtask app`")?;
    Ok([
        ("single file", single.len(), SINGLE),
        (
            "hosted page until it is drawn, compressed",
            first_paint(&dist)?,
            FIRST_PAINT,
        ),
    ])
}

/// The page and every file beside it that it names, each compressed as a host would: not the
/// worker, which starts after the page.
fn first_paint(dist: &Path) -> Result<usize> {
    let index = std::fs::read_to_string(dist.join("index.html"));
    let index = index.context("dist/index.html is missing: run `trunk build --release`")?;
    let mut size = compressed(index.as_bytes())?;
    for entry in std::fs::read_dir(dist)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name != "index.html" && name != "logintrace.html";
        if ours && index.contains(&name) && !name.starts_with("worker") {
            size += compressed(&std::fs::read(entry.path())?)?;
        }
    }
    Ok(size)
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?.len())
}

/// Bytes of code by crate, from the module as cargo left it: with the names of its functions.
fn crates(name: &str) -> Result<BTreeMap<String, usize>> {
    let path = shell::target().join(format!("wasm32-unknown-unknown/page/{name}.wasm"));
    let wasm = std::fs::read(&path);
    let wasm = wasm.with_context(|| format!("{}: run `cargo xtask app`", path.display()))?;
    by_crate(&wasm)
}

fn by_crate(wasm: &[u8]) -> Result<BTreeMap<String, usize>> {
    let (mut imported, mut bodies, mut data) = (0, Vec::new(), 0);
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(section) => data = section.range().len(),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index as usize, naming.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut sizes = BTreeMap::from([("(data)".to_owned(), data)]);
    for (nth, size) in bodies.into_iter().enumerate() {
        let name = names.get(&(imported + nth)).map_or("", String::as_str);
        *sizes.entry(crate_of(name)).or_default() += size;
    }
    Ok(sizes)
}

/// The crate whose code a function is: of a trait's function, the crate of the type it is for.
fn crate_of(symbol: &str) -> String {
    let Ok(path) = rustc_demangle::try_demangle(symbol) else {
        return "(not Rust)".to_owned();
    };
    let path = format!("{path:#}");
    let start = path.trim_start_matches(['<', '&', '*', '[', '(']);
    let start = ["mut ", "const ", "dyn "].iter().fold(start, |path, word| {
        path.strip_prefix(word)
            .unwrap_or(path)
            .trim_start_matches(['<', '&', '*', '[', '('])
    });
    let end = start
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(start.len());
    match start.split_at(end) {
        // A primitive type, a tuple, a closure's own type.
        (name, rest) if name.is_empty() || !rest.starts_with("::") => "core".to_owned(),
        (name, _) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_of_its_type() {
        for (symbol, krate) in [
            (
                "_ZN10logintrace6source5sniff17h0123456789abcdefE",
                "logintrace",
            ),
            (
                "_ZN57_$LT$zlib_rs..Inflate$u20$as$u20$core..ops..Drop$GT$4drop17h0123456789abcdefE",
                "zlib_rs",
            ),
            (
                "_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
                "core",
            ),
            ("memcpy", "(not Rust)"),
            ("", "(not Rust)"),
        ] {
            assert_eq!(crate_of(symbol), krate, "{symbol}");
        }
    }

    #[test]
    fn the_largest_come_first_and_the_rest_is_added_up() {
        let sizes: BTreeMap<String, usize> = (1..=22).map(|n| (format!("c{n:02}"), n)).collect();
        let text = table(&sizes);
        assert!(text.starts_with("| c22 | 22 | 8.6 % |\n"));
        assert!(
            text.ends_with("| 2 others | 3 | 1.1 % |\n| all | 253 | 100.0 % |\n"),
            "{text}"
        );
    }
}
