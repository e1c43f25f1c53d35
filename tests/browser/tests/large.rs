//! A bundle of 200 MB: the page stays alive while it is read.

use anyhow::{Result, ensure};
use browser_tests::bundles::Folder;
use browser_tests::page::in_chromium;
use browser_tests::single_file;
use logintrace::simulate::{Config, run};
use std::time::Instant;

/// Agents who sign in: their logs have about 200 MB, uncompressed.
const AGENTS: u32 = 5_800;

/// No task of the page takes more than this part of the whole time. A ratio, because a machine that
/// compiles beside the test stretches both; the aim, on a quiet one, is 50 ms.
const LONGEST_PART: f64 = 1.0 / 50.0;

#[test]
fn the_page_answers_while_200_mb_are_read() {
    let folder = Folder::new("large").expect("the disk has room");
    let size = write_bundle(&folder).expect("the disk has room");
    in_chromium("large", async |page| {
        page.open(&single_file()).await?;
        page.watch_long_tasks().await?;
        let start = Instant::now();
        page.drop_files(&[&folder.path().join("bundle")]).await?;
        page.one("progress").await?;
        page.until_read().await?;
        let seconds = start.elapsed().as_secs_f64();
        let longest = page.longest_task().await?;
        println!(
            "{} MB read in {seconds:.1} s, longest task {longest} ms",
            size / 1_000_000
        );
        page.screenshot("large").await?;
        ensure!(
            longest < seconds * 1000.0 * LONGEST_PART,
            "a task of the page took {longest} ms of {seconds:.1} s"
        );
        Ok(())
    });
}

/// The logs of one simulated cluster, a file each.
fn write_bundle(folder: &Folder) -> Result<usize> {
    let mut size = 0;
    for log in run(&Config::new(AGENTS, 0)).files {
        size += log.bytes.len();
        folder.file(&format!("bundle/{}", log.path), &log.bytes)?;
    }
    Ok(size)
}
