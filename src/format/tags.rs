//! The tag list of Cisco's server logs: `%[key=value][key=value]: text`.
//!
//! Keys may repeat and hold blanks (`FROM JID`); values may hold anything, brackets, JSON and XML
//! included. A tag ends where its brackets balance, the list ends where no `[` follows. When they
//! never balance (a truncated entry, an odd payload) the list ends at the last `]:` and is marked
//! uncertain.

use super::rest::trimmed;
use std::iter;

/// A tag list and the text after it, borrowed from the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tags<'a> {
    /// The tags, brackets included; empty if there are none.
    list: &'a str,
    /// What follows `]: `.
    pub text: &'a str,
    /// Whether the brackets do not balance, so that values may be cut or hold their neighbours.
    pub uncertain: bool,
}

impl<'a> Tags<'a> {
    /// Splits `body`, what follows the mnemonic of an entry. A body without tags is all text.
    #[must_use]
    pub fn split(body: &'a str) -> Self {
        let body = body.trim_start();
        let Some(tags) = body.strip_prefix('%').map(str::trim_start) else {
            return Self::of(&body[..0], body, false);
        };
        if !tags.starts_with('[') {
            return Self::of(&body[..0], body, false);
        }
        match balanced(tags) {
            Some(end) => Self::of(&tags[..end], &tags[end..], false),
            None => {
                let end = tags.rfind("]:").map_or(tags.len(), |at| at + 1);
                Self::of(&tags[..end], &tags[end..], true)
            }
        }
    }

    fn of(list: &'a str, rest: &'a str, uncertain: bool) -> Self {
        let text = rest.strip_prefix(':').unwrap_or(rest).trim();
        Self {
            list,
            text,
            uncertain,
        }
    }

    /// The value of the first tag `key`, trimmed; empty values are none. Blanks in keys do not
    /// count: wrapping adds some.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let value = trimmed(self.iter().find(|(k, _)| same_key(k, key))?.1);
        (!value.is_empty()).then_some(value)
    }

    /// All tags as (key, value), in order, as they stand. A tag without `=` is a key.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.list;
        iter::from_fn(move || {
            let start = memchr::memchr(b'[', rest.as_bytes())?;
            let end = tag_end(rest, start).unwrap_or(rest.len());
            let tag = rest.get(start + 1..end)?;
            rest = rest.get(end + 1..).unwrap_or("");
            let equals = memchr::memchr(b'=', tag.as_bytes());
            Some(equals.map_or((tag, ""), |at| (&tag[..at], &tag[at + 1..])))
        })
    }
}

/// Whether brackets in `body` are open at its end: the tag list goes on in the next line.
#[must_use]
pub fn are_open(body: &[u8]) -> bool {
    let depth = body.iter().fold(0i64, |depth, byte| match byte {
        b'[' => depth + 1,
        b']' => depth - 1,
        _ => depth,
    });
    depth > 0
}

/// Where the tag list at the start of `tags` ends: after its last `]`.
fn balanced(tags: &str) -> Option<usize> {
    let mut end = 0;
    loop {
        let gap = tags[end..].len() - tags[end..].trim_start().len();
        let next = end + gap;
        if !tags[next..].starts_with('[') {
            return Some(end);
        }
        end = tag_end(tags, next)? + 1;
    }
}

/// Where the tag that starts at `start` ends: at its `]`.
fn tag_end(tags: &str, start: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in memchr::memchr2_iter(b'[', b']', &tags.as_bytes()[start..]) {
        if tags.as_bytes()[start + at] == b'[' {
            depth += 1;
        } else if depth == 1 {
            return Some(start + at);
        } else {
            depth -= 1;
        }
    }
    None
}

fn same_key(found: &str, wanted: &str) -> bool {
    let letters = |key: &'_ str| key.len() - key.bytes().filter(u8::is_ascii_whitespace).count();
    letters(found) == letters(wanted)
        && found
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .eq(wanted.bytes().filter(|b| !b.is_ascii_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(body: &str) -> (Vec<(&str, &str)>, &str, bool) {
        let tags = Tags::split(body);
        (tags.iter().collect(), tags.text, tags.uncertain)
    }

    #[test]
    fn tags_and_text_come_apart() {
        assert_eq!(
            all(" %[method_name=GET][usr=]: Request start"),
            (
                vec![("method_name", "GET"), ("usr", "")],
                "Request start",
                false
            )
        );
    }

    #[test]
    fn values_hold_nested_brackets_and_equal_signs() {
        assert_eq!(
            all("%[parameter_name={ nocache=[1], }][cti_message=A [x=1, l=[]]B [y={\"k\":2}]]: t")
                .0,
            [
                ("parameter_name", "{ nocache=[1], }"),
                ("cti_message", "A [x=1, l=[]]B [y={\"k\":2}]"),
            ]
        );
    }

    #[test]
    fn a_list_wrapped_between_its_tags_is_one_list() {
        let tags = Tags::split("%[FROM JID=2001@h/desktop] [PRESENCE_TYPE=available]: seen");
        assert_eq!(tags.get("PRESENCE_TYPE"), Some("available"));
        assert_eq!(tags.get("FROM JID"), Some("2001@h/desktop"));
        assert_eq!(tags.text, "seen");
    }

    #[test]
    fn blanks_in_keys_do_not_count() {
        let tags = Tags::split("%[request_ identifier=a][FROMJID=b]: t");
        assert_eq!(tags.get("request_identifier"), Some("a"));
        assert_eq!(tags.get("FROM JID"), Some("b"));
    }

    #[test]
    fn repeated_keys_keep_their_order_and_the_first_one_counts() {
        let body = "%[a=1][a=2]:";
        assert_eq!(all(body).0, [("a", "1"), ("a", "2")]);
        assert_eq!(Tags::split(body).get("a"), Some("1"));
    }

    #[test]
    fn unbalanced_brackets_end_at_the_last_closing_one_and_are_uncertain() {
        assert_eq!(
            all("%[a=1][Payload=<x>[</x>]: Publishing"),
            (
                vec![("a", "1"), ("Payload", "<x>[</x>]")],
                "Publishing",
                true
            )
        );
        assert_eq!(all("%[a=1][b=2"), (vec![("a", "1"), ("b", "2")], "", true));
    }

    #[test]
    fn a_body_without_tags_is_text() {
        assert_eq!(
            all(" {Thrd=x} params : k=v"),
            (vec![], "{Thrd=x} params : k=v", false)
        );
        assert_eq!(all("%50 [a]"), (vec![], "%50 [a]", false));
        assert_eq!(all(""), (vec![], "", false));
    }

    #[test]
    fn odd_lists_do_not_panic() {
        for body in [
            "%[", "%[]", "%[[", "%[ä=ö", "%]", "%[a]x[b", "%[]]]]:", "%[=]:",
        ] {
            let (tags, text, _) = all(body);
            assert!(tags.len() + text.len() <= body.len(), "{body}");
        }
        assert!(are_open(b"%[a=[1]"));
        assert!(!are_open(b"%[a=[1]]: ]"));
    }
}
