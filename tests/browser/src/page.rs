//! What a person does with the page, as verbs, and what can be watched from outside.

use crate::driver::{self, Driver};
use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::{Duration, Instant};

/// Nothing the page does on the bundles of these tests takes a tenth of this, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page in a browser.
pub struct Page {
    client: Client,
    name: String,
    is_chromium: bool,
    driver: u32,
}

/// Runs a test in Chromium. Whatever happens in it, the browser ends; a failure leaves a screenshot.
pub fn in_chromium(name: &str, test: impl AsyncFnMut(&Page) -> Result<()>) {
    in_browser(name, true, driver::chromium, test);
}

/// Runs a test in Firefox, likewise.
pub fn in_firefox(name: &str, test: impl AsyncFnMut(&Page) -> Result<()>) {
    in_browser(name, false, driver::firefox, test);
}

/// A browser that hangs on a busy machine is no failure of the page: a test that fails has one more
/// try in a fresh one. Both failures are printed, and that the first try failed is, too.
fn in_browser(
    name: &str,
    is_chromium: bool,
    browser: impl AsyncFn() -> Result<(Driver, Client)>,
    mut test: impl AsyncFnMut(&Page) -> Result<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs nothing that could be missing");
    runtime.block_on(async {
        let Err(first) = attempt(name, is_chromium, &browser, &mut test).await else {
            return;
        };
        eprintln!("{name}: failed, now once more in a fresh browser: {first}");
        if let Err(second) = attempt(name, is_chromium, &browser, &mut test).await {
            panic!("{name}: failed twice: {first}; then: {second}");
        }
        eprintln!("{name}: passed at the second try only");
    });
}

async fn attempt(
    name: &str,
    is_chromium: bool,
    browser: &impl AsyncFn() -> Result<(Driver, Client)>,
    test: &mut impl AsyncFnMut(&Page) -> Result<()>,
) -> Result<(), String> {
    let (driver, client) = browser().await.map_err(|error| format!("{error:#}"))?;
    let page = Page {
        client,
        name: name.to_owned(),
        is_chromium,
        driver: driver.process(),
    };
    let outcome = AssertUnwindSafe(test(&page)).catch_unwind().await;
    let outcome = match outcome {
        Ok(result) => result.map_err(|error| format!("{error:#}")),
        Err(panic) => Err(words_of(&*panic)),
    };
    if outcome.is_err() {
        page.explain().await;
    }
    let _ = page.client.close().await;
    drop(driver);
    outcome
}

/// What a panic said.
fn words_of(panic: &(dyn Any + Send)) -> String {
    let fixed = panic.downcast_ref::<&str>().map(ToString::to_string);
    let built = panic.downcast_ref::<String>().cloned();
    built
        .or(fixed)
        .unwrap_or_else(|| "a panic without words".to_owned())
}

/// Where something with this `data-testid` is.
#[must_use]
pub fn test_id(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

impl Page {
    /// Opens an address and waits until there is something to drop on.
    ///
    /// # Errors
    /// The page does not start.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.open_within(address, PATIENCE.as_secs()).await
    }

    /// Likewise, with this many seconds of patience.
    ///
    /// # Errors
    /// The page does not start.
    pub async fn open_within(&self, address: &str, seconds: u64) -> Result<()> {
        if self.is_chromium {
            // The browser's own first page is done with, and what it asked for.
            self.client.goto("about:blank").await?;
            self.requests().await?;
        }
        self.client.goto(address).await?;
        let wait = self.client.wait().at_most(Duration::from_secs(seconds));
        let started = wait.for_element(Locator::Css(&test_id("drop-zone"))).await;
        started.with_context(|| format!("starting {address}"))?;
        Ok(())
    }

    /// Opens any other page.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn goto(&self, address: &str) -> Result<()> {
        Ok(self.client.goto(address).await?)
    }

    /// The process of the browser's driver.
    #[must_use]
    pub fn driver_process(&self) -> u32 {
        self.driver
    }

    /// Drops files and folders on the middle of the page, as the operating system would.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn drop_files(&self, paths: &[&Path]) -> Result<()> {
        let files: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({ "type": kind, "x": 600, "y": 400, "data": data });
            self.devtools("Input.dispatchDragEvent", event).await?;
        }
        Ok(())
    }

    /// Gives files to the file picker.
    ///
    /// # Errors
    /// There is none.
    pub async fn pick_files(&self, paths: &[&Path]) -> Result<()> {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let input = self.one("pick-files").await?;
        input.send_keys(&paths.join("\n")).await?;
        Ok(())
    }

    /// Gives files to the file input that a css selector finds.
    ///
    /// # Errors
    /// There is none.
    pub async fn type_paths(&self, css: &str, paths: &[&str]) -> Result<()> {
        let input = self.some(css).await?;
        Ok(input.send_keys(&paths.join("\n")).await?)
    }

    /// Waits until the bundle has been read and analysed.
    ///
    /// # Errors
    /// It is not in time.
    pub async fn until_read(&self) -> Result<()> {
        self.until("document.querySelector('[data-testid=export-json]:not([disabled])')")
            .await
    }

    /// Waits until nothing is left to be drawn of what the page knows.
    ///
    /// # Errors
    /// It is not in time.
    pub async fn until_drawn(&self) -> Result<()> {
        self.until("!document.documentElement.hasAttribute('data-drawing')")
            .await
    }

    /// Presses keys, whatever has the focus.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn press(&self, keys: &str) -> Result<()> {
        self.client.active_element().await?.send_keys(keys).await?;
        Ok(())
    }

    /// Pastes text.
    ///
    /// # Errors
    /// The page does not take it.
    pub async fn paste(&self, text: &str) -> Result<()> {
        // A real clipboard belongs to the whole machine; the event is what the page sees of it.
        let script = "const data = new DataTransfer(); data.setData('text/plain', arguments[0]); \
            document.body.dispatchEvent(new ClipboardEvent('paste', \
            { clipboardData: data, bubbles: true, cancelable: true }));";
        self.run(script, vec![json!(text)]).await?;
        Ok(())
    }

    /// Clicks on the first with this test id.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.one(id).await?.click().await?;
        Ok(())
    }

    /// The first with this test id, once there is one.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn one(&self, id: &str) -> Result<Element> {
        self.some(&test_id(id)).await
    }

    /// The first that a css selector finds, once there is one.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn some(&self, css: &str) -> Result<Element> {
        let wait = self.client.wait().at_most(PATIENCE);
        let found = wait.for_element(Locator::Css(css)).await;
        found.with_context(|| format!("waiting for {css}"))
    }

    /// All that a css selector finds now.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn all(&self, css: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::Css(css)).await?)
    }

    /// Waits until `script`, an expression, is true.
    ///
    /// # Errors
    /// It is not in time.
    pub async fn until(&self, script: &str) -> Result<()> {
        let start = Instant::now();
        let script = format!("return Boolean({script})");
        while start.elapsed() < PATIENCE {
            if self.run(&script, vec![]).await? == json!(true) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("waited in vain for: {script}")
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Errors
    /// The script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The text of the whole page as a person sees it.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The tops of the sign-ins listed: agent and extension as shown, outcome by its slug.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn sign_ins(&self) -> Result<Vec<(String, String)>> {
        self.until_drawn().await?;
        let script = "return [...document.querySelectorAll('[data-testid=sign-in-row]')]\
            .map(row => [row.innerText, row.dataset.outcome])";
        let rows = self.run(script, vec![]).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// Has every page opened from now on keep its workers in `workers`, and what each was started from in
    /// `started`.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn watch_workers(&self) -> Result<()> {
        let spy = "const Real = Worker; window.workers = []; window.started = []; \
            window.Worker = class extends Real { constructor(from) { \
            super(from); window.workers.push(this); window.started.push(String(from)); } };";
        let script = json!({ "source": spy });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(())
    }

    /// Starts to note tasks of the page's thread that take over 50 ms.
    ///
    /// # Errors
    /// The browser has no such measure.
    pub async fn watch_long_tasks(&self) -> Result<()> {
        let script = "window.longest = 0; new PerformanceObserver(list => { \
            for (const task of list.getEntries()) \
            window.longest = Math.max(window.longest, task.duration); \
            }).observe({ type: 'longtask' });";
        self.run(script, vec![]).await?;
        Ok(())
    }

    /// The longest of them, ms; 0 if there was none.
    ///
    /// # Errors
    /// They are not watched.
    pub async fn longest_task(&self) -> Result<f64> {
        let longest = self.run("return window.longest", vec![]).await?;
        longest.as_f64().context("long tasks are not watched")
    }

    /// Writes `target/screenshots/<name>.png`.
    ///
    /// # Errors
    /// The browser or the disk refuses.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let folder = crate::target().join("screenshots");
        std::fs::create_dir_all(&folder)?;
        let png = self.client.screenshot().await?;
        Ok(std::fs::write(folder.join(format!("{name}.png")), png)?)
    }

    /// Addresses the page asked for since it was last asked. Chromium only.
    ///
    /// # Errors
    /// The driver does not say.
    pub async fn requests(&self) -> Result<Vec<String>> {
        let mut addresses = Vec::new();
        for line in self.log("performance").await? {
            let event: Value = serde_json::from_str(line["message"].as_str().unwrap_or_default())?;
            let event = &event["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let address = event["params"]["request"]["url"].as_str();
                addresses.push(address.unwrap_or_default().to_owned());
            }
        }
        Ok(addresses)
    }

    /// Errors and warnings of the console since it was last asked. Chromium only.
    ///
    /// # Errors
    /// The driver does not say.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let lines = self.log("browser").await?;
        let bad = lines
            .iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING");
        Ok(bad.map(|line| line["message"].to_string()).collect())
    }

    /// Clicks on something that starts a download, and waits for the file. Chromium only.
    ///
    /// # Errors
    /// None comes in time.
    pub async fn download(&self, id: &str, into: &Path) -> Result<Vec<u8>> {
        let allow = json!({ "behavior": "allow", "downloadPath": into.display().to_string() });
        self.devtools("Browser.setDownloadBehavior", allow).await?;
        self.click(id).await?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
            for file in std::fs::read_dir(into)? {
                let path = file?.path();
                // Chromium writes to `*.crdownload` or a hidden file, and renames it when it is whole.
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let is_unfinished = name.ends_with(".crdownload") || name.starts_with('.');
                // Renamed between the list and here: seen under its own name the next time.
                if let (false, Ok(bytes)) = (is_unfinished, std::fs::read(&path))
                    && !bytes.is_empty()
                {
                    return Ok(bytes);
                }
            }
        }
        let names: Vec<_> = std::fs::read_dir(into)?.flatten().collect();
        bail!("no file was downloaded by {id}; in the folder: {names:?}")
    }

    /// Runs a command of Chromium's DevTools protocol.
    ///
    /// # Errors
    /// Chromium refuses.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.ask("goog/cdp/execute", body).await
    }

    async fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let lines = self.ask("se/log", json!({ "type": kind })).await?;
        Ok(serde_json::from_value(lines)?)
    }

    async fn ask(&self, path: &'static str, body: Value) -> Result<Value> {
        let answer = self.client.issue_cmd(Raw { path, body }).await;
        answer.with_context(|| format!("asking the driver for {path}"))
    }

    async fn explain(&self) {
        let _ = self.screenshot(&format!("failed-{}", self.name)).await;
        for complaint in self.complaints().await.unwrap_or_default() {
            eprintln!("console: {complaint}");
        }
        eprintln!("page: {}", self.text().await.unwrap_or_default());
    }
}

/// A command of a driver that WebDriver does not have.
#[derive(Debug)]
struct Raw {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
