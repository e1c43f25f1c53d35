//! What a person can open, apply and take back on the page, by mouse and by keyboard.

use anyhow::{Result, ensure};
use browser_tests::page::{Page, in_chromium, test_id};
use browser_tests::{single_file, stories};
use fantoccini::key::Key;

async fn open_sample(page: &Page) -> Result<()> {
    page.open(&single_file()).await?;
    page.click("try-sample").await?;
    page.until_read().await?;
    page.one("ladder").await?;
    Ok(())
}

/// The times of the ladder as shown, all of it.
async fn times(page: &Page) -> Result<Vec<String>> {
    page.until_drawn().await?;
    let script = "return [...document.querySelectorAll('.row .time')].map(it => it.innerText)";
    Ok(serde_json::from_value(page.run(script, vec![]).await?)?)
}

async fn address(page: &Page) -> Result<String> {
    let hash = page.run("return location.hash", vec![]).await?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

#[test]
fn clock_offsets_are_applied_with_one_key_and_taken_back_with_the_same() {
    in_chromium("views-offsets", async |page| {
        open_sample(page).await?;
        let printed = times(page).await?;
        let odd = page.all(&test_id("disorder")).await?.len();
        ensure!(odd > 0, "no clock of the sample is off");
        page.press("o").await?;
        page.until("document.querySelector('[data-testid=offsets].applied')")
            .await?;
        page.until("!document.querySelector('[data-testid=disorder]')")
            .await?;
        ensure!(times(page).await? != printed, "no time moved");
        ensure!(
            address(page).await?.contains("c=reference"),
            "not in the address"
        );
        page.screenshot("offsets").await?;
        page.click("tab-files").await?;
        page.one("apply-offsets").await?.click().await?;
        page.until("!document.querySelector('[data-testid=offsets].applied')")
            .await?;
        page.click("tab-flow").await?;
        page.until("document.querySelector('[data-testid=disorder]')")
            .await?;
        ensure!(times(page).await? == printed, "the times are not back");
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn a_code_explains_itself_to_the_keyboard() {
    in_chromium("views-codes", async |page| {
        open_sample(page).await?;
        let refused = "[data-testid=sign-in-row][data-sign-in^=\"2002-\"]";
        page.some(refused).await?.click().await?;
        page.one("code").await?;
        page.run(
            "document.querySelector('[data-testid=code]').focus()",
            vec![],
        )
        .await?;
        let hint = page.one("hint").await?.text().await?;
        ensure!(
            hint.contains("CF_SPECIFIED_EXTENSION_ALREADY_IN_USE"),
            "{hint}"
        );
        page.screenshot("code").await?;
        page.press(&Key::Escape.to_string()).await?;
        page.until("!document.querySelector('[data-testid=hint]')")
            .await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn a_message_that_never_came_names_the_log_that_would_have_it() {
    in_chromium("views-ghost", async |page| {
        open_sample(page).await?;
        let stalled = "[data-testid=sign-in-row][data-sign-in^=\"2011-\"]";
        page.some(stalled).await?.click().await?;
        let ghost = "[data-testid=ladder-row][data-kind=ghost]";
        page.some(ghost).await?.click().await?;
        let said = page.one("covered-by").await?.text().await?;
        ensure!(
            said.contains("Desktop client log 2011") && said.contains("2017-03-14"),
            "{said}"
        );
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_strip_is_walked_and_narrows_the_list() {
    in_chromium("views-strip", async |page| {
        open_sample(page).await?;
        page.one("strip-column").await?;
        let all = page.sign_ins().await?.len();
        page.run(
            "document.querySelector('[data-testid=strip-column]').focus()",
            vec![],
        )
        .await?;
        page.press(&format!("{}{}", Key::Shift, Key::Right)).await?;
        page.until("location.hash.includes('w=')").await?;
        let narrowed = page.sign_ins().await?.len();
        ensure!(narrowed > 0 && narrowed < all, "{narrowed} of {all}");
        page.screenshot("strip").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn what_the_logs_cover_is_drawn_and_told() {
    in_chromium("views-coverage", async |page| {
        open_sample(page).await?;
        page.click("tab-files").await?;
        page.one("coverage-row").await?;
        let rows = page.all(&test_id("coverage-row")).await?.len();
        ensure!(rows >= 5, "only {rows} sources");
        page.run(
            "document.querySelector('[data-testid=coverage-twin]').open = true; \
             document.querySelector('.coverage-track').focus()",
            vec![],
        )
        .await?;
        let hint = page.one("hint").await?.text().await?;
        ensure!(hint.contains("2017-03-14"), "no exact times: {hint}");
        let twin = page.one("coverage-twin").await?.text().await?;
        ensure!(twin.contains("Webservices log 192.0.2.10"), "{twin}");
        page.screenshot("coverage").await?;
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn a_bundles_finding_opens_its_evidence() {
    in_chromium("views-bundle-evidence", async |page| {
        open_sample(page).await?;
        page.click("tab-files").await?;
        page.some(".about .finding summary").await?.click().await?;
        page.one("bundle-evidence").await?.click().await?;
        page.one("evidence-record").await?;
        ensure!(address(page).await?.contains("b="), "not in the address");
        stories::nothing_to_complain(page).await
    });
}

#[test]
fn the_longest_of_a_leg_is_a_click_away() {
    in_chromium("views-latency", async |page| {
        open_sample(page).await?;
        page.click("tab-latency").await?;
        let legs = {
            page.one("leg").await?;
            page.all(&test_id("leg")).await?.len()
        };
        ensure!(legs >= 5, "only {legs} legs");
        page.screenshot("latency").await?;
        page.one("worst").await?.click().await?;
        page.one("ladder").await?;
        ensure!(address(page).await?.contains("s="), "no sign-in chosen");
        stories::nothing_to_complain(page).await
    });
}
