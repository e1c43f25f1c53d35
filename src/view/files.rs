//! The table of files.

use crate::protocol::FileRow;
use crate::record::Counts;

/// Positions in `files`, those with a problem first, otherwise in the order of the report.
#[must_use]
pub fn problems_first(files: &[FileRow]) -> Vec<u32> {
    let mut positions: Vec<u32> = (0u32..).zip(files).map(|(position, _)| position).collect();
    positions.sort_by_key(|&position| files[position as usize].problem.is_none());
    positions
}

/// What all files held together, and how many of their records no sign-in claimed.
#[must_use]
pub fn totals(files: &[FileRow]) -> (Counts, u64) {
    let mut sum = Counts::default();
    let mut orphans = 0;
    for file in files {
        sum.bytes += file.counts.bytes;
        sum.records += file.counts.records;
        sum.unknown_lines += file.counts.unknown_lines;
        sum.truncated += file.counts.truncated;
        sum.damaged += file.counts.damaged;
        sum.rewrapped += file.counts.rewrapped;
        sum.masked += file.counts.masked;
        sum.duplicates += file.counts.duplicates;
        orphans += file.orphans;
    }
    (sum, orphans)
}

/// The innermost name of a chain, without the folders it stands in.
#[must_use]
pub fn base_name(chain: &[String]) -> &str {
    let inner = chain.last().map_or("", String::as_str);
    inner
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;

    fn file(name: &str, records: u64, problem: Option<&str>) -> FileRow {
        FileRow {
            chain: vec![name.to_owned()],
            kind: Kind::Unknown,
            node: None,
            counts: Counts {
                records,
                ..Counts::default()
            },
            orphans: 1,
            first_time: None,
            last_time: None,
            as_printed: false,
            problem: problem.map(str::to_owned),
            duplicate_of: None,
        }
    }

    #[test]
    fn problems_come_first_and_the_rest_keeps_its_order() {
        let files = [
            file("a", 1, None),
            file("b", 2, None),
            file("c", 0, Some("truncated")),
        ];
        assert_eq!(problems_first(&files), [2, 0, 1]);
    }

    #[test]
    fn the_base_name_is_the_innermost() {
        let chain = ["a.tgz".to_owned(), "desktop/logs/x.log".to_owned()];
        assert_eq!(base_name(&chain), "x.log");
        assert_eq!(base_name(&["folder/".to_owned()]), "folder");
        assert_eq!(base_name(&[]), "");
    }

    #[test]
    fn totals_add_up() {
        let (sum, orphans) = totals(&[file("a", 1, None), file("b", 2, None)]);
        assert_eq!((sum.records, orphans), (3, 2));
    }
}
