//! The line prefix that Cisco's contact centre servers share: syslog, dumplog with `/ciscoLog`, CVP,
//! CUIC, Portico, and Finesse itself.
//!
//! ```text
//! [<pri>][<sequence>: [<host>]: ]<Mon D YYYY HH:MM:SS.mmm ±HHMM>: %<application>: [<key>=<value>]…: <text>
//! ```
//!
//! dumplog writes it with one prefix per line of a message, in UTC.

use super::stamps;
use super::webservices::after_sequence;
use crate::record::time::Stamp;

/// A line with that prefix, taken apart. What is not there is empty.
#[derive(Debug)]
pub struct Line<'a> {
    /// Who wrote it.
    pub host: &'a [u8],
    /// When.
    pub stamp: Stamp,
    /// From after `%` to before the next colon: `ICM_Router_CallRouter-6-10500FF`.
    pub application: &'a [u8],
    /// What follows that colon, tags included.
    body: &'a [u8],
}

impl<'a> Line<'a> {
    /// `None` unless the line starts with the prefix as far as the colon after the application.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        // XML has many lines that start with `<` too.
        if line.starts_with(b"<") && !line.get(1).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (host, dated) = after_sequence(after_priority(line));
        let (stamp, rest) = stamps::month_first(dated)?;
        let marked = rest.strip_prefix(b":")?.trim_ascii_start();
        let marked = marked.strip_prefix(b"%")?;
        let colon = memchr::memchr(b':', marked)?;
        Some(Self {
            host,
            stamp,
            application: &marked[..colon],
            body: marked[colon + 1..].trim_ascii_start(),
        })
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag(&self, key: &[u8]) -> Option<&'a [u8]> {
        self.tags().find_map(|tag| {
            let value = tag.strip_prefix(key)?;
            value.strip_prefix(b"=")
        })
    }

    /// What follows the tags.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        let tags: usize = self.tags().map(|tag| tag.len() + 2).sum();
        let rest = &self.body[tags..];
        rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start()
    }

    /// The tags without their brackets. ICM's values hold no brackets.
    fn tags(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let tag = rest.strip_prefix(b"[")?;
            let end = memchr::memchr(b']', tag)?;
            rest = &tag[end + 1..];
            Some(&tag[..end])
        })
    }
}

/// What follows syslog's `<134>`, if that is what the line starts with.
fn after_priority(line: &[u8]) -> &[u8] {
    let number = || {
        let rest = line.strip_prefix(b"<")?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        rest.get(digits..)?.strip_prefix(b">")
    };
    number().unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_tags_and_text_come_apart() {
        let line = b"<134>25: host-w3k: Mar 9 2009 18:02:55.307 +0000: %ICM_Router_CallRouter-6-10500FF: [comp=Router-A][pname=rtr][sev=info]: Side A [x] is OK.";
        let line = Line::parse(line).unwrap();
        assert_eq!(line.host, b"host-w3k");
        assert_eq!(line.application, b"ICM_Router_CallRouter-6-10500FF");
        assert_eq!(line.tag(b"pname"), Some(b"rtr".as_slice()));
        assert_eq!(line.tag(b"part"), None);
        assert_eq!(line.text(), b"Side A [x] is OK.");
    }

    #[test]
    fn lines_without_the_prefix_are_none() {
        for line in [
            "",
            "<",
            "<134>",
            "<134>25: h: Mar 9 2009 18:02:55.307 +0000: no mark",
            "25: Mar 9 18:02:55.307 EST %MIVR-SS_RM-7-UNK:x",
            "%CVP_10_0_RPT-3-X: y",
        ] {
            assert!(Line::parse(line.as_bytes()).is_none(), "{line}");
        }
    }
}
