//! Memory of the page's process while something happens, as Linux accounts for it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the processes are looked at: the kernel goes over all their pages for it, and whoever watches closely
/// takes a third of a core from those who are watched.
const EVERY: Duration = Duration::from_millis(500);

/// The most that one renderer process used, in bytes. A headless browser has one for the page and
/// perhaps a spare one, which is smaller.
#[derive(Debug, Clone, Copy, Default)]
pub struct Peak {
    /// Resident set, shared pages of the browser's program included; from `VmHWM`, which misses no
    /// peak between two looks.
    pub rss: u64,
    /// Proportional set: shared pages divided among those who share them. Sampled.
    pub pss: u64,
    /// Resident set when the watch began.
    pub rss_before: u64,
}

/// Looks at the renderers below a driver until it is told to stop.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Peak>,
}

impl Watch {
    /// Watches the browser that the process `driver` started.
    #[must_use]
    pub fn start(driver: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let renderers = renderers(driver);
            let mut peak = Peak {
                rss_before: renderers
                    .iter()
                    .map(|pid| bytes(*pid, "status", "VmRSS:"))
                    .max()
                    .unwrap_or(0),
                ..Peak::default()
            };
            loop {
                for &renderer in &renderers {
                    peak.rss = peak.rss.max(bytes(renderer, "status", "VmHWM:"));
                    peak.pss = peak.pss.max(bytes(renderer, "smaps_rollup", "Pss:"));
                }
                if stopped.load(Ordering::Relaxed) {
                    return peak;
                }
                std::thread::park_timeout(EVERY);
            }
        });
        Self { stop, thread }
    }

    /// What was seen. All zero where there is no `/proc`.
    #[must_use]
    pub fn finish(self) -> Peak {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_default()
    }
}

/// Bytes that the page's process has resident now; 0 where there is no `/proc`.
#[must_use]
pub fn resident(driver: u32) -> u64 {
    let all = renderers(driver);
    let each = all.iter().map(|pid| bytes(*pid, "status", "VmRSS:"));
    each.max().unwrap_or(0)
}

/// Processes below `driver` that draw pages.
fn renderers(driver: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse::<u32>().ok());
    let parents: BTreeMap<u32, u32> = pids.filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let below = |pid: u32| {
        let mut above = std::iter::successors(Some(pid), |pid| parents.get(pid).copied());
        above.any(|pid| pid == driver)
    };
    let draws = |pid: &u32| {
        let line = std::fs::read(proc(*pid, "cmdline")).unwrap_or_default();
        holds(&line, b"--type=renderer")
    };
    parents
        .keys()
        .copied()
        .filter(|pid| below(*pid))
        .filter(draws)
        .collect()
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

fn parent(pid: u32) -> Option<u32> {
    u32::try_from(number(pid, "status", "PPid:")?).ok()
}

/// A number of KiB in a file of `/proc/<pid>`, in bytes; 0 if it is not there.
fn bytes(pid: u32, file: &str, name: &str) -> u64 {
    number(pid, file, name).unwrap_or(0) * 1024
}

fn number(pid: u32, file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(proc(pid, file)).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

fn proc(pid: u32, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{file}"))
}
