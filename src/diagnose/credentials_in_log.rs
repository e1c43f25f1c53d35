//! Passwords stand in the logs: `credentials_in_log`.
//!
//! *Detects* files in which credentials were masked while reading. The product shows none of them;
//! the bundle itself still has them.
//!
//! *Evidence*: the first such line of each file.
//!
//! *Cause*: the product prints them: access log always, wire log when debugging is switched on.
//!
//! *Check next*: who gets the bundle; switch debug logging off afterwards; change the passwords if it
//! went outside.
//!
//! *Source*: the access log prints the headers of `makeRequest`, the Notification Service's wire log
//! the `Authorization` header (Cisco technote 116255 shows both).
//!
//! *Confidence*: seen: the places themselves.
//!
//! *Versions*: access log with `makeRequest`: 9.x to 12.x; wire log: all.
//!
//! *Must not fire* on a user name alone, nor on an empty `Authorization` header.

use super::{BundleRule, Finding};
use crate::correlate::Flows;
use crate::flow::{Confidence, Severity};
use crate::record::{FileId, Place, Records};
use crate::words::Said;

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["credentials_in_log"],
    check,
};

fn check(records: &Records, _flows: &Flows) -> Vec<Finding> {
    let leaky = (0u32..).map(FileId).zip(&records.files);
    let leaky: Vec<_> = leaky.filter(|(_, file)| file.counts.masked > 0).collect();
    if leaky.is_empty() {
        return Vec::new();
    }
    let line = |line: u64| u32::try_from(line).unwrap_or(u32::MAX).max(1);
    vec![Finding {
        rule: "credentials_in_log",
        severity: Severity::Warning,
        confidence: Confidence::Seen,
        said: Said::Credentials {
            files: leaky.len(),
            places: leaky.iter().map(|(_, file)| file.counts.masked).sum(),
        },
        evidence: leaky
            .iter()
            .map(|(id, file)| Place {
                file: *id,
                line: line(file.counts.first_masked_line),
                lines: 1,
            })
            .collect(),
    }]
}
