//! Masks credentials before anything of an entry is kept or shown.
//!
//! Browsers send `Authorization: Basic <user:password in base64>`; Tomcat writes it, URL-encoded
//! twice, into the access log, and the Notification Service into its wire log. A secret is looked
//! for on the text with its line breaks removed, so that it is found wherever the entry was wrapped,
//! and its place shows only [`MARK`], whatever its length.

mod secrets;

use secrets::{Schemed, has};
use std::borrow::Cow;
use std::ops::Range;

/// What is shown in place of a secret.
pub const MARK: &str = "••••";

/// The text of an entry after masking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked<'a> {
    /// With the line breaks it had.
    pub text: Cow<'a, str>,
    /// Secrets found.
    pub count: u64,
    /// Line of the first one in `text`, 0-based; `None` if there is none.
    pub first_line: Option<u32>,
}

/// Masks every credential in the lines of an entry.
#[must_use]
pub fn mask(raw: &str) -> Masked<'_> {
    let none = Masked {
        text: Cow::Borrowed(raw),
        count: 0,
        first_line: None,
    };
    // Most entries are without secrets: no need to put their lines together to know that.
    if !may_hold(raw) {
        return none;
    }
    let whole = Unbroken::of(raw);
    let secrets = secrets_in(&whole.text);
    if secrets.is_empty() {
        return none;
    }
    let mut text = String::with_capacity(raw.len());
    let (mut kept, mut first_line) = (0, None);
    for secret in &secrets {
        for (nth, piece) in whole.pieces(raw, secret).enumerate() {
            text.push_str(&raw[kept..piece.start]);
            if nth == 0 {
                first_line.get_or_insert_with(|| text.matches('\n').count());
                text.push_str(MARK);
            }
            kept = piece.end;
        }
    }
    text.push_str(&raw[kept..]);
    Masked {
        text: Cow::Owned(text),
        count: secrets.len() as u64,
        first_line: first_line.and_then(|line| u32::try_from(line).ok()),
    }
}

/// An entry without line breaks and without the blanks around them.
struct Unbroken {
    text: String,
    /// For every line: where it starts in `text`, and where that is in the original.
    lines: Vec<(usize, usize)>,
}

impl Unbroken {
    fn of(raw: &str) -> Self {
        let mut whole = Self {
            text: String::with_capacity(raw.len()),
            lines: Vec::new(),
        };
        let mut start = 0;
        for line in raw.split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            if !line.trim().is_empty() {
                whole.lines.push((whole.text.len(), start + indent));
                whole.text.push_str(line.trim());
            }
            start += line.len();
        }
        whole
    }

    /// Where `range` of `text` stands in the original: one piece per line, in order. Ends early
    /// where the next line starts with a header name, which is no part of a secret.
    fn pieces<'a>(
        &'a self,
        raw: &'a str,
        range: &'a Range<usize>,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let ends = self.lines.iter().skip(1).map(|line| line.0);
        self.lines
            .iter()
            .zip(ends.chain([self.text.len()]))
            .map(move |(&(start, original), end)| {
                let (from, to) = (range.start.max(start), range.end.min(end));
                (from, to, original + from.saturating_sub(start))
            })
            .filter(|(from, to, _)| from < to)
            .take_while(move |(from, _, original)| {
                *from == range.start || !starts_with_header(&raw[*original..])
            })
            .map(|(from, to, original)| original..original + (to - from))
    }
}

/// `Host: …`
fn starts_with_header(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    name.len() < text.len() && name.starts_with(": ")
}

/// Which shapes of secrets there may be: whether the word that each begins with is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Signs {
    header: bool,
    scheme: bool,
    field: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        Self {
            header: has(text, "authorization", 'z'),
            scheme: has(text, "basic", 'b') || has(text, "bearer", 'b'),
            field: has(text, "pass", 'p'),
        }
    }
}

/// Whether a word that a secret stands behind may be in `raw`, whatever its line breaks cut.
fn may_hold(raw: &str) -> bool {
    let text = raw.as_bytes();
    let follows = |at: usize, word: &str| {
        let mut letters = word.bytes();
        let mut rest = text[at..].iter().filter(|byte| !may_be_trimmed(**byte));
        letters.all(|letter| {
            rest.next()
                .is_some_and(|byte| byte.eq_ignore_ascii_case(&letter))
        })
    };
    let bearers = || memchr::memchr2_iter(b'b', b'B', text);
    let fields = || memchr::memchr2_iter(b'p', b'P', text);
    bearers().any(|at| follows(at, "basic") || follows(at, "bearer"))
        || fields().any(|at| follows(at, "pass"))
        // The rest of `authorization`, from its rarest letter on.
        || memchr::memchr2_iter(b'z', b'Z', text).any(|at| follows(at, "zation"))
}

/// Whether the byte may be part of what is cut off where lines are put together: white space of any kind.
fn may_be_trimmed(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b' || !byte.is_ascii()
}

/// Byte ranges of the secrets in `text`: sorted, not overlapping, not empty.
fn secrets_in(text: &str) -> Vec<Range<usize>> {
    let signs = Signs::of(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    if signs.header {
        found.extend(secrets::of_headers(text));
    }
    if signs.scheme {
        let schemes = secrets::of_schemes(text).into_iter();
        let secret = |it: &Schemed| is_secret(&text[it.scheme.clone()], &text[it.secret.clone()]);
        found.extend(schemes.filter(secret).map(|it| it.secret));
    }
    if signs.field {
        found.extend(secrets::of_fields(text));
    }
    found.retain(|range| !text[range.clone()].starts_with(MARK));
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Whether what follows the word *basic* or *bearer* is a secret rather than a word of a sentence:
/// base64 with a colon inside, or something too long for a word.
fn is_secret(scheme: &str, token: &str) -> bool {
    /// Longer than any English word that could follow.
    const NO_WORD: usize = 20;
    let plain: String = token
        .chars()
        .take_while(|c| *c != '%' && *c != '=')
        .collect();
    token.len() > NO_WORD || scheme.eq_ignore_ascii_case("basic") && decodes_to_colon(&plain)
}

fn decodes_to_colon(base64: &str) -> bool {
    let mut bits = 0u32;
    let mut decoded = Vec::new();
    for (i, c) in base64.bytes().enumerate() {
        let Some(six) = ALPHABET.iter().position(|a| *a == c) else {
            return false;
        };
        bits = bits << 6 | u32::try_from(six).expect("the alphabet has 64 letters");
        if i % 4 > 0 {
            decoded.push((bits >> (6 - 2 * (i % 4))) as u8);
        }
    }
    decoded.contains(&b':') && decoded.iter().all(|b| (0x20..0x7f).contains(b))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    fn masks(raw: &str, expected: &str) {
        let masked = mask(raw);
        assert_eq!(masked.text, expected);
        assert_eq!(masked.count > 0, raw != expected);
        assert_eq!(mask(&masked.text).text, expected, "masking twice");
    }

    #[test]
    fn headers_are_masked_in_every_encoding() {
        masks(
            "Authorization: Basic MjAwMToyMDAx[\\r][\\n]",
            "Authorization: Basic ••••[\\r][\\n]",
        );
        masks(
            "headers=Authorization%3DBasic%2520MjAwMToyMDAx%26locale%3Den_US&postData=",
            "headers=Authorization%3DBasic%2520••••%26locale%3Den_US&postData=",
        );
        masks(
            "headers=Authorization%253DBasic%252520MjAwMToyMDA%25253D%2526locale",
            "headers=Authorization%253DBasic%252520••••%2526locale",
        );
        masks(
            "authorization=Bearer eyJhbGciOi.J9-x_y, a=b",
            "authorization=Bearer ••••, a=b",
        );
    }

    #[test]
    fn a_scheme_without_its_header_is_masked_only_before_a_secret() {
        masks("Basic MjAwMToyMDAx sent", "Basic •••• sent");
        masks("Basic authentication failed", "Basic authentication failed");
    }

    #[test]
    fn passwords_are_masked_in_every_form() {
        masks(
            "{\"password\":\"a b,c\",\"x\":1}",
            "{\"password\":\"••••\",\"x\":1}",
        );
        masks(
            "{\\\"password\\\":\\\"abc\\\",",
            "{\\\"password\\\":\\\"••••\\\",",
        );
        masks("j_password=s3cret&x=1", "j_password=••••&x=1");
        masks("<password>s3 cret</password>", "<password>••••</password>");
        masks(
            "%3Cpassword%3Es3cret%3C%2Fpassword%3E",
            "%3Cpassword%3E••••%3C%2Fpassword%3E",
        );
        masks(
            "POST_DATA='user=1&password=abc'",
            "POST_DATA='user=1&password=••••'",
        );
        masks("wrong password for 2001", "wrong password for 2001");
    }

    #[test]
    fn a_wrapped_secret_is_masked_and_the_line_break_kept() {
        masks(
            "Authorization: Basic MjAwMT\noyMDAx[\\r]",
            "Authorization: Basic ••••\n[\\r]",
        );
        masks(
            "Authorization: Ba\nsic\nMjAwMToyMDAx",
            "Authorization: Ba\nsic\n••••",
        );
        masks(
            "Authorization: Basic MjAwMToyMDAx\nHost: localhost",
            "Authorization: Basic ••••\nHost: localhost",
        );
    }

    #[test]
    fn the_line_of_the_first_secret_is_told() {
        let masked = mask("a\nb\nAuthorization: Basic MjAwMToyMDAx");
        assert_eq!((masked.count, masked.first_line), (1, Some(2)));
    }
}
