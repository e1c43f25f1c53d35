//! Clocks that are put forward or back in the middle of a run: those of New York and Chicago, 2017.

use super::Quirk;

/// When New York puts its clocks forward, and back, epoch ms; Chicago is an hour later.
pub(super) const PUT_FORWARD: i64 = 1_489_302_000_000; // 2017-03-12 07:00 UTC
pub(super) const PUT_BACK: i64 = 1_509_861_600_000; // 2017-11-05 06:00 UTC

/// New York, minutes east of UTC, in winter and in summer.
const EASTERN: i64 = -300;
const EASTERN_SUMMER: i64 = -240;

/// Chicago in winter.
const CENTRAL: i64 = -360;

const HOUR_MS: i64 = 3_600_000;

/// The zone of the nodes before their clocks are changed, if they are.
pub(super) fn zone(quirks: &[Quirk]) -> Option<i64> {
    if quirks.contains(&Quirk::SummerTime) {
        Some(EASTERN)
    } else {
        quirks
            .contains(&Quirk::WinterTime)
            .then_some(EASTERN_SUMMER)
    }
}

/// When a clock of `zone` is put forward or back (true time), and its zone from then on.
pub(super) fn change(quirks: &[Quirk], zone: i64) -> Option<(i64, i64)> {
    let has = |quirk| quirks.contains(&quirk);
    match zone {
        EASTERN if has(Quirk::SummerTime) => Some((PUT_FORWARD, EASTERN_SUMMER)),
        CENTRAL if has(Quirk::SummerTime) => Some((PUT_FORWARD + HOUR_MS, EASTERN)),
        EASTERN_SUMMER if has(Quirk::WinterTime) => Some((PUT_BACK, EASTERN)),
        _ => None,
    }
}
