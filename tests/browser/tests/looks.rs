//! The page as a person meets it: both themes, both languages, every view. Each test leaves a
//! screenshot in `target/screenshots` to be looked at; what can be checked without eyes, it checks.

use anyhow::{Result, ensure};
use browser_tests::page::{Page, in_chromium, test_id};
use browser_tests::{single_file, stories};

/// Opens the sample and the sign-in of one of its agents at one step.
async fn open_sample_at(page: &Page, agent: &str, step: &str) -> Result<()> {
    page.open(&single_file()).await?;
    page.click("try-sample").await?;
    page.until_read().await?;
    let row = format!("[data-testid=sign-in-row][data-sign-in^=\"{agent}-\"]");
    page.some(&row).await?.click().await?;
    let arrow = format!("[data-testid=ladder-row][data-step=\"{step}\"]");
    page.some(&arrow).await?.click().await?;
    page.some(&test_id("evidence")).await?;
    Ok(())
}

/// The lightness of the page's ground, 0 to 255.
async fn ground(page: &Page) -> Result<f64> {
    let script = "const [r, g, b] = getComputedStyle(document.body).backgroundColor\
        .match(/[0-9.]+/g).map(Number); return (r + g + b) / 3";
    Ok(page.run(script, vec![]).await?.as_f64().unwrap_or_default())
}

#[test]
fn a_refused_sign_in_shows_what_and_where() {
    in_chromium("looks-refused", async |page| {
        open_sample_at(page, "2002", "cti_reply").await?;
        page.screenshot("refused").await?;
        let text = page.text().await?;
        for expected in [
            "CF_SPECIFIED_EXTENSION_ALREADY_IN_USE",
            "71002",
            "ctisvr.txt",
        ] {
            ensure!(text.contains(expected), "{expected} is not on the page");
        }
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_theme_switch_darkens_the_page() {
    in_chromium("looks-dark", async |page| {
        open_sample_at(page, "2011", "publish").await?;
        let light = ground(page).await?;
        // Automatic, light, dark: whatever the browser prefers, three presses pass by all.
        let mut darkest = light;
        for _ in 0..3 {
            page.click("theme").await?;
            let now = ground(page).await?;
            if now < darkest {
                darkest = now;
                page.screenshot("dark").await?;
            }
        }
        ensure!(
            light > 200.0 && darkest < 60.0,
            "light {light}, dark {darkest}"
        );
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_language_switch_translates_page_and_verdict() {
    in_chromium("looks-chinese", async |page| {
        open_sample_at(page, "2002", "cti_reply").await?;
        page.click("lang").await?;
        page.until(
            "document.querySelector('[data-testid=verdict]')?.innerText.includes('被 CTI 拒绝')",
        )
        .await?;
        page.screenshot("chinese").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_files_view_says_what_each_file_is() {
    in_chromium("looks-files", async |page| {
        open_sample_at(page, "2002", "cti_reply").await?;
        page.click("tab-files").await?;
        page.some(&test_id("file-row")).await?;
        page.until_drawn().await?;
        page.screenshot("files").await?;
        let text = page.text().await?;
        for expected in ["Webservices log", "active_1489496400000.tgz", "client:2002"] {
            ensure!(text.contains(expected), "{expected} is not on the page");
        }
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn a_newcomer_is_told_what_to_collect() {
    in_chromium("looks-welcome", async |page| {
        page.open(&single_file()).await?;
        page.screenshot("welcome").await?;
        let text = page.text().await?;
        for expected in [
            "file get activelog desktop recurs compress",
            "dumplog ctisvr",
            "Nothing leaves this computer",
        ] {
            ensure!(text.contains(expected), "{expected} is not on the page");
        }
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_address_brings_a_sign_in_back() {
    in_chromium("looks-address", async |page| {
        open_sample_at(page, "2002", "cti_reply").await?;
        let address = page.run("return location.href", vec![]).await?;
        let address = address.as_str().unwrap_or_default().to_owned();
        ensure!(address.contains("2002-"), "{address}");
        page.open(&address).await?;
        page.run("location.reload()", vec![]).await?;
        page.click("try-sample").await?;
        page.until_read().await?;
        page.until("document.querySelector('[data-testid=verdict]')?.innerText.includes('71002')")
            .await?;
        Ok(())
    });
}
