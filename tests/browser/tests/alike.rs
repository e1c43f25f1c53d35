//! Page and command line say the same of every kind of bundle, to the byte.

use anyhow::{Result, ensure};
use browser_tests::bundles::Folder;
use browser_tests::command_line::reported;
use browser_tests::page::{Page, in_chromium};
use browser_tests::single_file;
use logintrace::simulate::{self, Config, Deployment, Forms, Packing};

/// Drops a simulated bundle and compares the exports.
async fn alike(page: &Page, name: &str, config: &Config) -> Result<()> {
    let folder = Folder::new(name)?;
    let bundle = folder.file("bundle", &simulate::run(config).pack())?;
    page.open(&single_file()).await?;
    page.drop_files(&[&bundle]).await?;
    page.until_read().await?;
    for (button, format) in [("export-json", "json"), ("export-text", "text")] {
        let downloads = Folder::new(&format!("{name}-{format}"))?;
        let exported = page.download(button, downloads.path()).await?;
        let reported = reported(&bundle, format)?;
        ensure!(
            !reported.is_empty() && exported == reported,
            "{name}: {format} differs"
        );
    }
    Ok(())
}

#[test]
fn however_it_is_packed() {
    in_chromium("alike-packings", async |page| {
        for (seed, packing) in (1..).zip(Packing::ALL) {
            let config = Config {
                packing,
                forms: Forms::drawn(seed),
                ..Config::new(8, seed)
            };
            alike(page, &format!("packed-{seed}"), &config).await?;
        }
        Ok(())
    });
}

#[test]
fn whatever_stands_behind_finesse_and_whatever_is_missing() {
    let config = |seed| Config::new(20, seed);
    let old = Config {
        forms: Forms::OLD,
        both_hear: true,
        restart: true,
        ..config(21)
    };
    let uccx = Config {
        deployment: Deployment::Ccx,
        ..config(22)
    };
    let lossy = Config {
        drop: 25,
        rotate_ms: 25_000,
        ..config(23)
    };
    let cut = Config {
        window: Some((5_000, 40_000)),
        ..config(24)
    };
    let bundles = [("old", old), ("uccx", uccx), ("lossy", lossy), ("cut", cut)];
    in_chromium("alike-kinds", async |page| {
        for (name, config) in &bundles {
            alike(page, name, config).await?;
        }
        Ok(())
    });
}
