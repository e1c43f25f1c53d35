//! Writes a simulated bundle and its truth: `cargo run --example simulate -- AGENTS SEED full|old|drawn OUT`.
//!
//! OUT gets `.tgz` (packed), `.truth.json`, and a folder with the same logs unpacked.
//!
//! `cargo run --example simulate -- sample` writes `src/app/sample.tgz`, the bundle inside the page.

use logintrace::simulate::{self, Config, Forms};
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["sample"] {
        let sample = simulate::run(&Config::sample());
        return Ok(fs::write("src/app/sample.tgz", sample.pack())?);
    }
    let [agents, seed, forms, out] = arguments.as_slice() else {
        return Err("usage: simulate AGENTS SEED full|old|drawn OUT".into());
    };
    let mut config = Config::new(agents.parse()?, seed.parse()?);
    config.forms = match forms.as_str() {
        "old" => Forms::OLD,
        "drawn" => Forms::drawn(config.seed),
        _ => Forms::FULL,
    };
    let bundle = simulate::run(&config);
    for file in &bundle.files {
        let path = Path::new(out).join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, &file.bytes)?;
    }
    fs::write(format!("{out}.tgz"), bundle.pack())?;
    fs::write(
        format!("{out}.truth.json"),
        serde_json::to_string_pretty(&bundle.truth)?,
    )?;
    Ok(())
}
