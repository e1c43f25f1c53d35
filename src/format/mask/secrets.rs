//! Where secrets stand in a text: three shapes, each read by hand.
//!
//! ```text
//! header: authorization between* scheme between* token       scheme: basic, bearer, digest, negotiate, ntlm
//! scheme: basic|bearer between+ token                        at the start of a word
//! field:  password "value" | ='value' | >value | =value      also passwd, passcode, passphrase
//! ```
//!
//! Words count in any case, and all signs may be URL-encoded any number of times. Regular expressions say
//! the same in a few lines (the tests do), but cost a worker a tenth of a second before the first match.

use std::ops::Range;

/// A secret after the word *basic* or *bearer*, as byte ranges.
pub(super) struct Schemed {
    pub(super) scheme: Range<usize>,
    pub(super) secret: Range<usize>,
}

const SCHEMES: [&str; 5] = ["basic", "bearer", "digest", "negotiate", "ntlm"];

/// The secrets of `Authorization` headers with their scheme.
pub(super) fn of_headers(text: &str) -> Vec<Range<usize>> {
    const NAME: &str = "authorization";
    let bytes = text.as_bytes();
    each(bytes, NAME, 'z', |start| {
        let scheme = *betweens(bytes, start + NAME.len()).last()?;
        let token = after_word(bytes, scheme, &SCHEMES)?;
        let secret = token_behind(bytes, &betweens(bytes, token))?;
        Some((secret.end, secret))
    })
}

/// What follows the words *basic* and *bearer*, wherever the header's name is.
pub(super) fn of_schemes(text: &str) -> Vec<Schemed> {
    let bytes = text.as_bytes();
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    each(bytes, "b", 'b', |start| {
        let inside = start
            .checked_sub(1)
            .is_some_and(|at| is_of_word(&bytes[at]));
        let end = after_word(bytes, start, &SCHEMES[..2]).filter(|_| !inside)?;
        // At least one sign stands between.
        let secret = token_behind(bytes, &betweens(bytes, end)[1..])?;
        let scheme = start..end;
        Some((secret.end, Schemed { scheme, secret }))
    })
}

/// The values of fields called password.
pub(super) fn of_fields(text: &str) -> Vec<Range<usize>> {
    const KEYS: [&str; 4] = ["password", "passwd", "passcode", "passphrase"];
    let bytes = text.as_bytes();
    each(bytes, "pass", 'p', |start| {
        let end = after_word(bytes, start, &KEYS)?;
        let value = quoted(bytes, end)
            .or_else(|| single(bytes, end))
            .or_else(|| element(bytes, end))
            .or_else(|| plain(bytes, end))?;
        Some((value.end, value))
    })
}

/// Whether `word` (lower case) stands in `text` in any case. Only places are looked at where its
/// `letter` is, which should be a rare one and come once.
pub(super) fn has(text: &str, word: &str, letter: char) -> bool {
    starts(text.as_bytes(), word, letter).next().is_some()
}

/// Where `word` starts in `text`, in any case.
fn starts(text: &[u8], word: &str, letter: char) -> impl Iterator<Item = usize> {
    let before = word.find(letter).unwrap_or(0);
    let lower = word.as_bytes()[before];
    memchr::memchr2_iter(lower, lower.to_ascii_uppercase(), text)
        .filter_map(move |at| at.checked_sub(before))
        .filter(move |&start| is_word(text, start, word))
}

/// What `read` finds behind each `word`, with where it ends; none of them overlap.
fn each<T>(
    text: &[u8],
    word: &str,
    letter: char,
    read: impl Fn(usize) -> Option<(usize, T)>,
) -> Vec<T> {
    let (mut found, mut from) = (Vec::new(), 0);
    for start in starts(text, word, letter) {
        if start >= from
            && let Some((end, value)) = read(start)
        {
            found.push(value);
            from = end;
        }
    }
    found
}

fn is_word(text: &[u8], start: usize, word: &str) -> bool {
    let found = text.get(start..start + word.len());
    found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
}

/// Where the one of `words` ends that starts at `start`.
fn after_word(text: &[u8], start: usize, words: &[&str]) -> Option<usize> {
    let word = words.iter().find(|word| is_word(text, start, word))?;
    Some(start + word.len())
}

/// The ends of the signs that may stand between the parts of a header: `start` first.
fn betweens(text: &[u8], start: usize) -> Vec<usize> {
    const CODES: [&[u8; 2]; 6] = [b"20", b"3a", b"3d", b"22", b"27", b"2b"];
    let sign = |at: usize| match text.get(at)? {
        b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'\\' | b'+' | b'>' | b',' | b'[' => {
            Some(at + 1)
        }
        b'%' => encoded(text, at, |code| is_one_of(code, &CODES)),
        b'&' => after_word(text, at, &["&quot;", "&gt;"]),
        _ => None,
    };
    ends(start, sign)
}

/// Base64 and the alphabet of tokens, behind as many of the signs before it as there can be: some of
/// them may be part of it.
fn token_behind(text: &[u8], signs: &[usize]) -> Option<Range<usize>> {
    const CODES: [&[u8; 2]; 7] = [b"2b", b"2f", b"3d", b"2e", b"2d", b"5f", b"7e"];
    let letter = |at: usize| match text.get(at)? {
        b'+' | b'/' | b'=' | b'.' | b'_' | b'~' | b'-' => Some(at + 1),
        b'%' => encoded(text, at, |code| is_one_of(code, &CODES)),
        other => other.is_ascii_alphanumeric().then_some(at + 1),
    };
    value_behind(signs, letter)
}

/// `password":"value`, also with its quotes escaped.
fn quoted(text: &[u8], start: usize) -> Option<Range<usize>> {
    let at = skip(text, after(text, start, b"\\"), b"\"' \t");
    let at = one_of(text, at, b":=")?;
    let at = after(text, skip(text, at, b" \t"), b"\\");
    let start = one_of(text, at, b"\"")?;
    let letter = |at: usize| match (text.get(at)?, text.get(at + 1)) {
        (b'"', _) | (b'\\', Some(b'"') | None) => None,
        (b'\\', Some(_)) => Some(at + 2),
        _ => Some(at + 1),
    };
    value_behind(&[start], letter)
}

/// `password='value`.
fn single(text: &[u8], start: usize) -> Option<Range<usize>> {
    let at = one_of(text, skip(text, start, b" \t"), b"=")?;
    let start = one_of(text, skip(text, at, b" \t"), b"'")?;
    value_behind(&[start], |at| (*text.get(at)? != b'\'').then_some(at + 1))
}

/// `<password>value`.
fn element(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let sign = [&b">"[..], b"&gt;"]
        .into_iter()
        .find(|sign| rest.starts_with(sign))?;
    let letter = |at: usize| (!matches!(text.get(at)?, b'<' | b'&')).then_some(at + 1);
    value_behind(&[start + sign.len()], letter)
}

/// A value up to the next delimiter, URL-encoded or not.
fn plain(text: &[u8], start: usize) -> Option<Range<usize>> {
    let at = *quotes(text, start).last()?;
    let colon = |code: &[u8; 2]| code[0] == b'3' && matches!(code[1], b'a' | b'd' | b'e');
    let at = one_of(text, at, b":=").or_else(|| encoded(text, at, colon))?;
    let letter = |at: usize| match text.get(at)? {
        b' ' | b'\t' | b'&' | b'<' | b'>' | b'"' | b'\'' | b',' | b';' | b']' | b')' | b'}'
        | b'\\' => None,
        b'%' => encoded(text, at, is_of_value).or_else(|| {
            // A percent sign that is encoded itself, and nothing behind it.
            let signs = percents(text, at);
            (signs > 0).then_some(at + 1 + 2 * signs)
        }),
        _ => Some(at + 1),
    };
    value_behind(&quotes(text, at), letter)
}

/// The ends of the quotes and blanks around the sign between a name and its value: `start` first.
fn quotes(text: &[u8], start: usize) -> Vec<usize> {
    let quote = |at: usize| match text.get(at)? {
        b'\\' | b'"' | b'\'' | b' ' | b'\t' => Some(at + 1),
        b'&' => text[at..].starts_with(b"&quot;").then_some(at + 6),
        b'%' => encoded(text, at, |code| is_one_of(code, &[b"20", b"22", b"27"])),
        _ => None,
    };
    ends(start, quote)
}

/// Whether a URL-encoded character does not end a value: all but `" & ' , < >`.
fn is_of_value(code: &[u8; 2]) -> bool {
    let hex = code.iter().all(u8::is_ascii_hexdigit);
    hex && match code[0] {
        b'2' => !matches!(code[1], b'2' | b'6' | b'7' | b'c'),
        b'3' => !matches!(code[1], b'c' | b'e'),
        _ => true,
    }
}

/// Where the URL-encoded character at `at` ends whose code, in lower case, is `wanted`; its percent
/// sign may be encoded in turn.
fn encoded(text: &[u8], at: usize, wanted: impl Fn(&[u8; 2]) -> bool) -> Option<usize> {
    if text.get(at) != Some(&b'%') {
        return None;
    }
    let code = at + 1 + 2 * percents(text, at);
    let code: &[u8; 2] = text.get(code..)?.first_chunk()?;
    let lower = code.map(|byte| byte.to_ascii_lowercase());
    wanted(&lower).then_some(at + 3 + 2 * percents(text, at))
}

/// How often `25`, an encoded percent sign, stands behind the sign at `at`.
fn percents(text: &[u8], at: usize) -> usize {
    let codes = text.get(at + 1..).unwrap_or_default().chunks(2);
    codes.take_while(|code| code == b"25").count()
}

fn is_one_of(code: &[u8; 2], codes: &[&[u8; 2]]) -> bool {
    codes.contains(&code)
}

/// `start`, and the ends of all `sign`s behind it.
fn ends(start: usize, sign: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    std::iter::successors(Some(start), |&at| sign(at)).collect()
}

/// As many `letter`s as there are behind the last of `signs` that any stand behind.
fn value_behind(signs: &[usize], letter: impl Fn(usize) -> Option<usize>) -> Option<Range<usize>> {
    signs.iter().rev().find_map(|&start| {
        let end = std::iter::successors(Some(start), |&at| letter(at)).last()?;
        (end > start).then_some(start..end)
    })
}

fn one_of(text: &[u8], at: usize, wanted: &[u8]) -> Option<usize> {
    wanted.contains(text.get(at)?).then_some(at + 1)
}

/// Behind `mark`, if it stands there.
fn after(text: &[u8], at: usize, mark: &[u8]) -> usize {
    one_of(text, at, mark).unwrap_or(at)
}

/// Behind all bytes that are one of `bytes`.
fn skip(text: &[u8], at: usize, bytes: &[u8]) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| bytes.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::{Captures, Regex};
    use std::sync::LazyLock;

    // The same as regular expressions.
    const BETWEEN: &str = r#"(?i-u:[ \t:="'\\+>,\[]|%(?:25)*(?:20|3A|3D|22|27|2B)|&quot;|&gt;)"#;
    const TOKEN: &str = r"(?i-u:[A-Za-z0-9+/=._~-]|%(?:25)*(?:2B|2F|3D|2E|2D|5F|7E))+";
    const VALUE: &str = r#"(?:[^ \t&<>"',;%\])}\\]|%(?:25)*(?:[014-9A-Fa-f][0-9A-Fa-f]|2[0134589ABDEFabdef]|3[0-9ABDFabdf]))+"#;
    const KEY: &str = "(?i-u:pass(?:word|wd|code|phrase))";
    const QUOTES: &str = r#"(?:[\\"' \t]|&quot;|%(?:25)*2[027])*"#;

    static HEADER: LazyLock<Regex> = LazyLock::new(|| {
        compiled(&format!(
            "(?i-u:authorization){BETWEEN}*(?i-u:basic|bearer|digest|negotiate|ntlm){BETWEEN}*(?P<secret>{TOKEN})"
        ))
    });
    static SCHEME: LazyLock<Regex> = LazyLock::new(|| {
        compiled(&format!(
            r"(?-u:\b)(?P<scheme>(?i-u:basic|bearer)){BETWEEN}+(?P<secret>{TOKEN})"
        ))
    });
    static FIELD: LazyLock<Regex> = LazyLock::new(|| {
        let quoted = r#"\\?["' \t]*[:=][ \t]*\\?"(?P<quoted>(?:[^"\\]|\\[^"])+)"#;
        let single = "[ \\t]*=[ \\t]*'(?P<single>[^']+)";
        let element = "(?:>|&gt;)(?P<element>[^<&]+)";
        let plain = format!("{QUOTES}(?:[:=]|%(?:25)*3[ADEade]){QUOTES}(?P<plain>{VALUE})");
        compiled(&format!("{KEY}(?:{quoted}|{single}|{element}|{plain})"))
    });

    fn compiled(pattern: &str) -> Regex {
        Regex::new(pattern).unwrap()
    }

    fn expected(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
        const GROUPS: [&str; 5] = ["secret", "quoted", "single", "element", "plain"];
        let group = |captures: Captures<'_>| {
            let mut groups = GROUPS.iter().filter(|name| {
                pattern
                    .capture_names()
                    .flatten()
                    .any(|known| known == **name)
            });
            groups.find_map(|name| captures.name(name)).unwrap().range()
        };
        pattern.captures_iter(text).map(group).collect()
    }

    #[track_caller]
    fn agree(text: &str) {
        assert_eq!(of_headers(text), expected(&HEADER, text), "header: {text}");
        let secrets: Vec<Range<usize>> = of_schemes(text)
            .into_iter()
            .map(|found| found.secret)
            .collect();
        assert_eq!(secrets, expected(&SCHEME, text), "scheme: {text}");
        assert_eq!(of_fields(text), expected(&FIELD, text), "field: {text}");
    }

    #[test]
    fn signs_that_could_be_either_are_given_back_to_the_secret() {
        for text in [
            "Authorization: Basic ==",
            "Authorization: Basic %2B&",
            "basic =",
            "basic",
            "password=%20&x",
            "password=%22&x",
            "password=%2522&x",
            "password=%2526&x",
            "password=%25zz&x",
            "password\\\":\\\"a\\tb\\\"",
            "passpassword=passwd=x",
        ] {
            agree(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn reading_by_hand_finds_what_the_expressions_find(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "Authorization", "authorization", "BASIC", "basic", "Bearer", "ntlm", "password", "Passwd",
                "passphrase", "pass", "x", "_", "MjAwMToyMDAx", " ", "\t", ":", "=", "\"", "'", "\\", "+", ">",
                "<", ",", ";", "[", "]", "%", "%25", "25", "20", "3A", "3d", "22", "%20", "%2520", "%3D", "%253d",
                "%2B", "%26", "%2526", "%3e", "%27", "%41", "&quot;", "&QUOT;", "&gt;", "&", "\u{7cbe}", "\n", "/", ")",
            ]), 0..16)
        ) {
            agree(&parts.concat());
        }
    }
}
