//! The programs between a test and a browser: started on a free port, ended with the test.

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running driver and its browser's folder. Ended when dropped; the browsers end with their driver.
pub struct Driver {
    process: Child,
    port: u16,
    profile: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// Starts headless Chromium with an empty profile.
///
/// # Errors
/// Driver or browser do not start.
pub async fn chromium() -> Result<(Driver, Client)> {
    let driver = Driver::start("chromedriver", |port, _| vec![format!("--port={port}")]).await?;
    let profile = driver.profile.display();
    let options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--lang=en-GB", "--window-size=1440,900",
            format!("--user-data-dir={profile}"),
        ],
        "binary": first_on_path(&["chromium", "chromium-browser"])?,
    });
    let client = driver
        .connect(json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }))
        .await?;
    Ok((driver, client))
}

/// Starts headless Firefox with an empty profile and its normal rules for pages from disk:
/// geckodriver alone would relax them, and prove nothing.
///
/// # Errors
/// Driver or browser do not start.
pub async fn firefox() -> Result<(Driver, Client)> {
    let arguments = |port, other| {
        vec![
            format!("--port={port}"),
            format!("--websocket-port={other}"),
        ]
    };
    let driver = Driver::start("geckodriver", arguments).await?;
    let options = json!({
        "args": ["-headless", "--width=1440", "--height=900"],
        "binary": first_on_path(&["firefox-esr", "firefox"])?,
        "prefs": {
            "security.fileuri.strict_origin_policy": true,
            "intl.accept_languages": "en-GB",
        },
    });
    let client = driver
        .connect(json!({ "browserName": "firefox", "moz:firefoxOptions": options }))
        .await?;
    Ok((driver, client))
}

impl Driver {
    /// The driver's process; the browser's are below it.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    async fn start(program: &str, arguments: fn(u16, u16) -> Vec<String>) -> Result<Self> {
        let (port, other) = (free_port()?, free_port()?);
        let profile = std::env::temp_dir().join(format!("logintrace-{program}-{port}"));
        std::fs::create_dir_all(&profile)?;
        let process = Command::new(program)
            .args(arguments(port, other))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        let driver = Self {
            process,
            port,
            profile,
        };
        driver.wait_until_it_listens().await?;
        Ok(driver)
    }

    async fn wait_until_it_listens(&self) -> Result<()> {
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the driver does not listen on port {}", self.port)
    }

    async fn connect(&self, capabilities: Value) -> Result<Client> {
        let Value::Object(capabilities) = capabilities else {
            bail!("capabilities are an object");
        };
        let address = format!("http://127.0.0.1:{}", self.port);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await?;
        Ok(client)
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

fn first_on_path(names: &[&str]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut found = all.filter(|file: &PathBuf| Path::is_file(file));
    found
        .next()
        .with_context(|| format!("none of {names:?} is installed"))
}
