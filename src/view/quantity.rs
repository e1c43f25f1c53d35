//! Sizes, counts and rates as a person reads them.

/// `1.2 GB`, `312 kB`, `0 B`: decimal units, at most three significant digits.
#[must_use]
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    match (unit, value < 9.95) {
        (0, _) | (_, false) => format!("{value:.0} {}", UNITS[unit]),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

/// `12,345`: digits in groups of three.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `85 MB/s`; `None` while there is nothing to measure yet (the first tenth of a second).
#[must_use]
pub fn rate(read: u64, elapsed_ms: f64) -> Option<String> {
    (elapsed_ms >= 100.0 && read > 0)
        .then(|| format!("{}/s", bytes((read as f64 / elapsed_ms * 1000.0) as u64)))
}

/// Time until everything is read, in ms, if it goes on as so far.
#[must_use]
pub fn time_left_ms(read: u64, size: u64, elapsed_ms: f64) -> Option<i64> {
    (elapsed_ms >= 500.0 && read > 0 && size > read)
        .then(|| ((size - read) as f64 / read as f64 * elapsed_ms) as i64)
}

/// `part` of `whole` in percent, 0 to 100; an empty whole is done.
#[must_use]
pub fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 100;
    }
    (part.min(whole) as f64 / whole as f64 * 100.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_keep_at_most_three_digits() {
        let shown: Vec<String> = [0, 999, 1000, 9_949, 9_960, 312_400, 999_600, 1_200_000_000]
            .into_iter()
            .map(bytes)
            .collect();
        assert_eq!(
            shown,
            [
                "0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "312 kB", "1.0 MB", "1.2 GB"
            ]
        );
    }

    #[test]
    fn the_largest_size_has_a_unit() {
        assert_eq!(bytes(u64::MAX), "18446744 TB");
    }

    #[test]
    fn counts_are_grouped_in_threes() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn a_rate_needs_a_tenth_of_a_second() {
        assert_eq!(rate(10_000_000, 50.0), None);
        assert_eq!(rate(10_000_000, 500.0).as_deref(), Some("20 MB/s"));
    }

    #[test]
    fn time_left_goes_on_as_so_far() {
        assert_eq!(time_left_ms(25, 100, 1000.0), Some(3000));
        assert_eq!(time_left_ms(100, 100, 1000.0), None);
    }

    #[test]
    fn percent_stays_within_its_bounds() {
        assert_eq!(percent(0, 0), 100);
        assert_eq!(percent(5, 4), 100);
        assert_eq!(percent(1, 3), 33);
    }
}
