//! One measurement in headless Chromium, for `cargo xtask bench`; prints JSON.
//!
//! `page PATH...` drops files on the built page and watches it until all is read.
//! `task FOLDER TASK RUNS PATH...` runs a task of `benches/browser/worker.js`, built into FOLDER.

use anyhow::{Context, Result, bail};
use browser_tests::memory::Watch;
use browser_tests::page::{Page, in_chromium};
use browser_tests::server::Server;
use browser_tests::single_file;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The longest a single measurement may take.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The bundle is dropped this long after the page was opened: whoever drops it has to find it first.
const FINDING: Duration = Duration::from_secs(2);
/// The page is watched for so long after it has read all.
const DRAWING: Duration = Duration::from_secs(1);
/// How often the browser is asked whether it is done.
const POLL: Duration = Duration::from_millis(100);

/// Installed before the drop. Everything is measured inside the page, from the drop event on: the
/// time to the first sign-in listed and to the end of reading, the longest task of the page's
/// thread, and the longest time between two frames.
const WATCH: &str = r#"
const seen = window.bench = { longestTask: 0, longestGap: 0 };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.longestTask = Math.max(seen.longestTask, task.duration);
}).observe({ type: "longtask" });
const since = () => performance.now() - seen.dropped;
addEventListener("drop", () => {
  seen.dropped = performance.now();
  let last = seen.dropped;
  const frame = (now) => {
    seen.longestGap = Math.max(seen.longestGap, now - last);
    last = now;
    if (seen.done === undefined) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const look = () => {
    if (seen.first === undefined && document.querySelector("[data-testid=sign-in-row]")) seen.first = since();
    if (document.querySelector("[data-testid=export-json]:not([disabled])")) {
      seen.done ??= since();
      if (seen.first !== undefined) observer.disconnect();
    }
    if (document.querySelector("[data-testid=fatal]")) seen.alert = document.querySelector("[data-testid=fatal]").innerText;
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
}, { capture: true });
"#;

/// Whether all was read and something of it is shown, or the page gave up.
const DONE: &str = "const { done, first, alert } = window.bench;
return done !== undefined && first !== undefined || alert !== undefined";

/// What was seen, and what the page says of itself.
const ANSWER: &str = r#"
return { ...window.bench, workers: document.documentElement.dataset.workers ?? null };
"#;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let measure = match words.as_slice() {
        ["page", hash, paths @ ..] if !paths.is_empty() => {
            let address = format!("{}{hash}", single_file());
            measured(async |page| whole_page(page, &address, paths).await)
        }
        ["task", folder, task, runs, paths @ ..] if !paths.is_empty() => {
            let server = Server::start(Path::new(folder))?;
            let order = json!({ "task": task, "runs": runs.parse::<u32>()? });
            measured(async |page| one_task(page, &server.origin, &order, paths).await)
        }
        _ => bail!("usage: probe page HASH PATH... | probe task FOLDER TASK RUNS PATH..."),
    };
    println!("{measure}");
    Ok(())
}

fn measured(mut measure: impl AsyncFnMut(&Page) -> Result<Value>) -> Value {
    let mut value = Value::Null;
    in_chromium("probe", async |page| {
        value = measure(page).await?;
        Ok(())
    });
    value
}

async fn whole_page(page: &Page, address: &str, paths: &[&str]) -> Result<Value> {
    page.open(address).await?;
    page.run(WATCH, vec![]).await?;
    tokio::time::sleep(FINDING).await;
    let watch = Watch::start(page.driver_process());
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.drop_files(&paths).await?;
    wait(page, DONE).await?;
    // What is shown of the result without being asked for: its drawing counts, too.
    tokio::time::sleep(DRAWING).await;
    let mut answer = page.run(ANSWER, vec![]).await?;
    if let Some(alert) = answer["alert"].as_str() {
        bail!("the page gave up: {alert}");
    }
    let answer_fields = answer.as_object_mut().context("the answer is an object")?;
    let memory = watch.finish();
    answer_fields.insert("peakRss".to_owned(), json!(memory.rss));
    answer_fields.insert("peakPss".to_owned(), json!(memory.pss));
    answer_fields.insert("rssBefore".to_owned(), json!(memory.rss_before));
    Ok(answer)
}

async fn one_task(page: &Page, origin: &str, order: &Value, paths: &[&str]) -> Result<Value> {
    page.goto(&format!("{origin}/index.html")).await?;
    page.type_paths("#files", paths).await?;
    page.run("start(arguments[0])", vec![order.clone()]).await?;
    wait(page, "return result !== null").await?;
    let result = page.run("return result", vec![]).await?;
    if let Some(error) = result["error"].as_str() {
        bail!("{order}: {error}");
    }
    Ok(result)
}

async fn wait(page: &Page, script: &str) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if page.run(script, vec![]).await? == json!(true) {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
    bail!("nothing came within {} s", PATIENCE.as_secs())
}
