//! What people do to log lines when they copy them into a ticket, undone: lines wrapped at some
//! width, records glued to the end of others, code fences, prefixes of grep and of editors.
//!
//! Each repair is used only where it is needed, and counted. None is used inside lines that carry
//! the prefix of a real log.

use memchr::memmem::Finder;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Whether `line` opens or closes a fenced block of Markdown.
#[must_use]
pub fn is_fence(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"```")
}

/// Lines that VOS prints around a log, not log lines themselves.
const NOISE: [&str; 10] = [
    "admin:",
    "Searching path:",
    "Searching pattern:",
    "Search completed",
    "options: q=quit",
    "end of the file reached",
    "Please wait while the system",
    "Sub-directories were not traversed",
    "Number of files affected",
    "###",
];

/// Whether `line` is the echo of a command or of a pager.
#[must_use]
pub fn is_noise(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    // Most lines are not: their first byte tells.
    matches!(
        line.first(),
        Some(b'a' | b'S' | b'o' | b'e' | b'P' | b'N' | b'#')
    ) && NOISE.iter().any(|noise| line.starts_with(noise.as_bytes()))
}

/// `line` without the prefix of an editor's search (`Line 4103: `) or of grep (`/path/x.log:`,
/// `/path/x.log:17:`); `None` if it has none.
#[must_use]
pub fn without_prefix(line: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = line.trim_ascii_start().strip_prefix(b"Line ") {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = rest.get(digits..)?.strip_prefix(b":")?;
        return (digits > 0).then(|| rest.strip_prefix(b" ").unwrap_or(rest));
    }
    if !line.starts_with(b"/") && !line.starts_with(b"./") {
        return None;
    }
    let end = memchr::memchr(b':', line)?;
    let path = line.get(..end)?;
    if path.contains(&b' ')
        || !(path.ends_with(b".log") || path.ends_with(b".txt") || path.ends_with(b".out"))
    {
        return None;
    }
    let rest = line.get(end + 1..)?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let numbered = rest.get(digits..).and_then(|rest| rest.strip_prefix(b":"));
    // The number may be the hour of a time of day; with a blank or another colon behind it, it is the
    // sequence number of the line.
    let clock = |text: &[u8]| text.get(..8).is_some_and(is_clock);
    let of_grep = |after: &&[u8]| {
        let own = after.starts_with(b" ") || after.starts_with(b":");
        digits > 0 && !own && (!clock(rest) || clock(after))
    };
    Some(numbered.filter(of_grep).unwrap_or(rest))
}

/// `line` without the prefix of grep or an editor and with plain blanks for the no-break spaces of
/// a web page; `None` if it is plain already.
#[must_use]
pub fn plain(line: &[u8]) -> Option<Vec<u8>> {
    const NO_BREAK_SPACE: &[u8] = "\u{a0}".as_bytes();
    let bare = without_prefix(line);
    let mut rest = bare.unwrap_or(line);
    let mut plain = Vec::new();
    let next = |rest: &[u8]| {
        memchr::memchr_iter(NO_BREAK_SPACE[0], rest)
            .find(|at| rest[*at..].starts_with(NO_BREAK_SPACE))
    };
    while let Some(at) = next(rest) {
        plain.extend_from_slice(&rest[..at]);
        plain.push(b' ');
        rest = &rest[at + NO_BREAK_SPACE.len()..];
    }
    if bare.is_none() && plain.is_empty() {
        return None;
    }
    plain.extend_from_slice(rest);
    Some(plain)
}

/// Whether `line`, which could be a record that lost its start, is the wrapped rest of `entry`:
/// `requestId='undefined',` / `Returned with status=200`.
#[must_use]
pub fn is_rest_of(entry: &[u8], line: &[u8]) -> bool {
    line.starts_with(b"Returned with ") && entry.ends_with(b",\n")
}

/// Where in `line`, behind `from`, a record may start that lost its line break: 0-based, in bytes.
/// What starts there must still be recognised as the start of an entry.
#[must_use]
pub fn next_glue(line: &[u8], from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    [
        time_inside(rest),
        mnemonic_inside(rest),
        cti_inside(rest),
        request_inside(rest),
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|at| from + at)
}

/// `…163'18:40:03: Container : …`: a time of day that hangs on the end of the record before.
fn time_inside(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', line).find_map(|colon| {
        let start = colon.checked_sub(2)?;
        let before = *line.get(start.checked_sub(1)?)?;
        let inside = is_time(line.get(start..start + 9)?)
            && !before.is_ascii_digit()
            && before != b':'
            && !before.is_ascii_whitespace();
        inside.then_some(start)
    })
}

/// `…request type. %CCBU_http-8080-7-6-REQUEST_END: …`.
fn mnemonic_inside(line: &[u8]) -> Option<usize> {
    static MARK: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" %CCBU_"));
    MARK.find(line.get(1..)?).map(|at| at + 2)
}

/// `… )Trace: AGENT_EVENT: …`, `… )MsgType:…`.
fn cti_inside(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b')', line)
        .map(|at| at + 1)
        .find(|at| line[*at..].starts_with(b"Trace: ") || line[*at..].starts_with(b"MsgType:"))
}

/// A second request after the status, size and duration of the first in an access log.
fn request_inside(line: &[u8]) -> Option<usize> {
    static HTTP: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("HTTP/"));
    let http = HTTP.find(line)?;
    let mut at = http + line.get(http..)?.iter().position(|&b| b == b' ')?;
    for _ in 0..3 {
        let field = line.get(at..)?.strip_prefix(b" ")?;
        let length = field
            .iter()
            .take_while(|b| b.is_ascii_digit() || **b == b'-')
            .count();
        at += (length > 0).then_some(1 + length)?;
    }
    let next = line.get(at..)?.strip_prefix(b" ")?;
    // An address, not the rest of a broken line (`… 200 760 0 200 2205 1`).
    let address = next.iter().take_while(|b| **b != b' ');
    address
        .clone()
        .any(|b| matches!(b, b'.' | b':'))
        .then_some(at + 1)
}

/// Where a time of day stands at the very end of `line` (`…!18:40:05`, `… extn=2003 18:40:05:`):
/// 0-based, in bytes. It belongs to the next record, or, if none follows, to its own.
#[must_use]
pub fn trailing_time(line: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end();
    let end = line.strip_suffix(b":").unwrap_or(line).len();
    let start = end.checked_sub(8)?;
    let before = start.checked_sub(1).map(|at| line[at]);
    let alone = before.is_none_or(|b| !b.is_ascii_digit() && b != b':' && b != b'.');
    (alone && is_clock(line.get(start..end)?)).then_some(start)
}

/// `18:40:03:`
fn is_time(text: &[u8]) -> bool {
    text.get(8) == Some(&b':') && text.get(..8).is_some_and(is_clock)
}

/// `18:40:03`
fn is_clock(text: &[u8]) -> bool {
    text.len() == 8
        && text.iter().enumerate().all(|(i, b)| match i {
            2 | 5 => *b == b':',
            _ => b.is_ascii_digit(),
        })
}

/// Whether something `text` opened is not closed: a bracket or an XML element.
#[must_use]
pub fn is_open(text: &[u8]) -> bool {
    let mut brackets = [0i32; 3];
    for byte in text {
        match byte {
            b'(' => brackets[0] += 1,
            b')' => brackets[0] -= 1,
            b'[' => brackets[1] += 1,
            b']' => brackets[1] -= 1,
            b'{' => brackets[2] += 1,
            b'}' => brackets[2] -= 1,
            _ => {}
        }
    }
    brackets.iter().any(|depth| *depth > 0) || open_elements(text) > 0
}

/// Start tags minus end tags, XML elements only (`<0x38>` and `<A,B>` of a dumplog are none).
fn open_elements(text: &[u8]) -> i32 {
    let mut depth = 0;
    for at in memchr::memchr_iter(b'<', text) {
        let tag = &text[at + 1..];
        let (name, step) = match tag.strip_prefix(b"/") {
            Some(name) => (name, -1),
            None => (tag, 1),
        };
        let Some(end) = name.iter().position(|&b| b == b'>' || b == b'<') else {
            continue;
        };
        let inside = &name[..end];
        let named = inside
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let follows = inside.get(named).copied().unwrap_or(b'>');
        let element = inside.first().is_some_and(u8::is_ascii_alphabetic)
            && matches!(follows, b'>' | b' ' | b'\n' | b'\r' | b':' | b'/');
        if element && name[end] == b'>' && !inside.ends_with(b"/") {
            depth += step;
        }
    }
    depth
}

/// The lines of an entry as one line, tokens that were cut by wrapping put together again.
/// `original` are the same lines before masking, which changed how long they are; none where their
/// length says nothing. `width` is that of the terminal they were copied from, if that is known.
#[must_use]
pub fn flatten<'a>(raw: &'a str, original: Option<&str>, width: Option<usize>) -> Cow<'a, str> {
    if memchr::memchr(b'\n', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let Some(original) = original else {
        return Cow::Owned(on_one_line(raw, &Lengths::unmeasured(raw), None, None));
    };
    let lines = Lengths::of(original);
    let width = lines.terminal_width(width);
    Cow::Owned(on_one_line(raw, &lines, width, None))
}

/// The same for an entry whose head is on two lines: `tight` says that nothing stood between them.
#[must_use]
pub fn flatten_cut_head(raw: &str, original: &str, width: Option<usize>, tight: bool) -> String {
    let lines = Lengths::of(original);
    let row = |nth: usize| lines.0.get(nth).map_or("", |(line, _)| *line);
    let blank = row(0).ends_with(' ') || row(1).starts_with(' ');
    let width = lines.terminal_width(width);
    on_one_line(raw, &lines, width, Some(tight && !blank))
}

/// `first` says how the first two lines stand to each other, if that is known.
fn on_one_line(
    raw: &str,
    lines: &Lengths<'_>,
    width: Option<usize>,
    first: Option<bool>,
) -> String {
    let mut flat = String::with_capacity(raw.len());
    let mut blank = false;
    let mut known = first;
    for (line, (original, length)) in raw.lines().zip(&lines.0) {
        let after = line.trim();
        if after.is_empty() {
            continue;
        }
        if !flat.is_empty() {
            let tight = known.take().unwrap_or_else(|| match width {
                Some(_) => !blank && !line.starts_with(' '),
                None => is_tight(&flat, after),
            });
            if !tight {
                flat.push(' ');
            }
        }
        blank = original.ends_with(' ') || width.is_some_and(|width| *length < width);
        flat.push_str(after);
    }
    flat
}

/// Lines, each with its length in characters.
struct Lengths<'a>(Vec<(&'a str, usize)>);

impl<'a> Lengths<'a> {
    fn of(text: &'a str) -> Self {
        Self(
            text.lines()
                .map(|line| (line, line.chars().count()))
                .collect(),
        )
    }

    /// For lines whose length says nothing.
    fn unmeasured(text: &'a str) -> Self {
        Self(text.lines().map(|line| (line, 0)).collect())
    }

    /// The width of the terminal that wrapped these lines without regard to words, if one did: all but
    /// the last are of that width, or one less where the blank at its end was trimmed. `known` is the width
    /// that the rest of the member tells.
    fn terminal_width(&self, known: Option<usize>) -> Option<usize> {
        /// What terminals are set to when nobody sets them.
        const DEFAULTS: [usize; 2] = [80, 132];
        /// Narrower is no terminal.
        const NARROWEST: usize = 60;
        let ((_, last), wrapped) = self.0.split_last()?;
        let width = wrapped.iter().map(|(_, length)| *length).max()?;
        let is_known = known == Some(width);
        let usual = is_known || DEFAULTS.contains(&width);
        if width < NARROWEST || *last > width || wrapped.len() < 2 && !usual {
            return None;
        }
        // The log itself starts a line for every element of a payload; only a usual width tells a
        // wrapped line from one that happens to be the longest.
        let own = |after: &str| after.starts_with('<') && usual;
        let breaks = || self.0.iter().zip(&self.0[1..]);
        let wraps = || {
            breaks()
                .filter(|(_, (after, _))| !own(after))
                .map(|((_, length), _)| *length)
        };
        if wraps().any(|length| length + 1 < width) {
            return None;
        }
        let trimmed = wraps().filter(|length| *length < width).count();
        let cuts_word = breaks().any(|((before, _), (after, _))| {
            before.ends_with(|c: char| c.is_alphanumeric())
                && after.starts_with(|c: char| c.is_alphanumeric())
        });
        (is_known || trimmed * 3 < wraps().count() && cuts_word).then_some(width)
    }
}

/// Whether a line break of `raw` stands inside a sentence, where no log writes one: the entry was
/// wrapped. Between XML elements and before the frames of a stack trace logs do break lines.
#[must_use]
pub fn is_wrapped(raw: &str) -> bool {
    let after = raw.lines().skip(1);
    raw.lines().zip(after).any(|(before, after)| {
        let (before, after) = (before.trim_end(), after.trim_start());
        let written = before.ends_with('>')
            || after.starts_with('<')
            || after.starts_with("at ")
            || after.starts_with("Caused by")
            || after.is_empty()
            || before.is_empty();
        !written
    })
}

/// Whether nothing stood between `before` and `after`, which a line break separates now, rather
/// than a blank. Pieces are trimmed and not empty.
#[must_use]
pub fn is_tight(before: &str, after: &str) -> bool {
    if starts_sentence(after) || ends_sentence(before) {
        return false;
    }
    splits_identifier(before, after) || ends_tight(before, after) || starts_tight(before, after)
}

/// Beginnings that always have a blank before them.
fn starts_sentence(after: &str) -> bool {
    let marks = ["%[", "%CCBU_", "Trace: ", "MsgType:", "- ", "...", ": "];
    marks.iter().any(|mark| after.starts_with(mark))
}

/// Ends that always have a blank after them: the end of a tag list, `Performing login:`, and the colon after
/// a time.
fn ends_sentence(before: &str) -> bool {
    let bytes = before.as_bytes();
    let time = bytes.len().checked_sub(9).and_then(|at| bytes.get(at..));
    before.ends_with("]:")
        || before.ends_with("login:")
        || before.ends_with("...")
        || before.ends_with(" -")
        || time.is_some_and(is_time)
}

fn ends_tight(before: &str, after: &str) -> bool {
    let Some(last) = before.chars().next_back() else {
        return false;
    };
    match last {
        ':' | '=' | '/' | '_' | '.' | '-' | '&' | '?' | '%' | '(' | '[' | '{' | '<' | '@' | '•' => {
            true
        }
        ',' => in_address(before),
        ']' => after.starts_with('['),
        '>' => after.starts_with('<') || ends_with_start_tag(before),
        '"' => before.ends_with("=\""),
        _ => false,
    }
}

fn starts_tight(before: &str, after: &str) -> bool {
    let mut chars = after.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '));
    let word_before = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    match first {
        '=' | '\'' | ',' | ']' | ')' | '}' | '&' | '?' | ';' | '>' | '.' | ':' | '<' | '@' => true,
        '-' | '_' => word_before && second.is_ascii_alphanumeric(),
        '/' => in_address(before),
        '%' => second.is_ascii_hexdigit(),
        '"' => second == '>' || second == '/',
        _ => false,
    }
}

/// Whether the last word of `before` is a path, a URL or a query.
fn in_address(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    word.starts_with(['/', '?', '\'']) && word.contains(['/', '&']) || word.contains("://")
}

/// `…<lastName>`, but not the flag list of a dumplog (`<0x38> <Logout>`).
fn ends_with_start_tag(before: &str) -> bool {
    let Some(at) = before.rfind('<') else {
        return false;
    };
    let name = before[at + 1..].trim_end_matches('>');
    let glued = at > 0 && !before[..at].ends_with(' ');
    glued && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())
}

/// Whether the break cuts a UUID, or the epoch of a `nocache`.
fn splits_identifier(before: &str, after: &str) -> bool {
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let head_start = before.trim_end_matches(hex).len();
    let head = &before[head_start..];
    let tail = &after[..after.len() - after.trim_start_matches(hex).len()];
    if head.is_empty() || tail.is_empty() {
        return false;
    }
    if head.len() + tail.len() == 36 && is_uuid(&[head, tail].concat()) {
        return true;
    }
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let more = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let name = before[..before.len() - digits].trim_end_matches(['=', '[']);
    let name = name.trim_end_matches("%3D").trim_end_matches("%253D");
    digits > 0 && digits + more == 13 && name.ends_with("nocache")
}

/// Whether `text` is a UUID as Finesse prints them: `6e210ca9-5786-43bc-babf-64a397a6057f`.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(before: &str, after: &str) -> String {
        let raw = format!("{before}\n{after}");
        flatten(&raw, Some(&raw), None).into_owned()
    }

    #[test]
    fn tokens_of_the_base_document_are_put_together() {
        for (before, after, whole) in [
            (
                "[agent_id=][request_",
                "identifer=]",
                "[agent_id=][request_identifer=]",
            ),
            ("[request_method=", "user.PUT]", "[request_method=user.PUT]"),
            (
                "NodeId=/finesse/api/User/",
                "2001]",
                "NodeId=/finesse/api/User/2001]",
            ),
            (
                "43bc-babf-",
                "64a397a6057f </requestId>",
                "43bc-babf-64a397a6057f </requestId>",
            ),
            ("base.css", "HTTP/1.1 200", "base.css HTTP/1.1 200"),
            ("HTTP/1.1", "200 2390 0", "HTTP/1.1 200 2390 0"),
            ("jquery.tools.", "min.js", "jquery.tools.min.js"),
            (
                "StateDuration:0",
                "SkillGroupNumber:85881",
                "StateDuration:0 SkillGroupNumber:85881",
            ),
            ("AgentState:", "NOT_READY", "AgentState:NOT_READY"),
            (
                "%3Fnocache%",
                "3D1366756802163",
                "%3Fnocache%3D1366756802163",
            ),
            ("getSummaries", "=false", "getSummaries=false"),
            ("RECIEVED:", "%[FROM JID=x]", "RECIEVED: %[FROM JID=x]"),
            (
                "/desktop]",
                "[PRESENCE_TYPE=a]",
                "/desktop][PRESENCE_TYPE=a]",
            ),
            (
                "SetAgentStateReq]:",
                "Message going",
                "SetAgentStateReq]: Message going",
            ),
            (
                "Inst=2003 Sig=",
                "Trace: SkgState=LOGIN",
                "Inst=2003 Sig= Trace: SkgState=LOGIN",
            ),
            ("<A,B,C>", "RemaskCallMask:", "<A,B,C> RemaskCallMask:"),
            (
                "</firstName><lastName>",
                "Mouse</lastName>",
                "</firstName><lastName>Mouse</lastName>",
            ),
            ("<state>NOT_READY", "</state>", "<state>NOT_READY</state>"),
            (
                "_connInfoHandler()",
                "- Connection status: x",
                "_connInfoHandler() - Connection status: x",
            ),
            ("Request from", "client", "Request from client"),
            ("18:40:03:", "Container : x", "18:40:03: Container : x"),
            ("to=", "\"2001@host", "to=\"2001@host"),
            ("80 GET", "/desktop/", "80 GET /desktop/"),
            ("nocache=1366756805180", "'", "nocache=1366756805180'"),
        ] {
            assert_eq!(joined(before, after), whole);
        }
    }

    #[test]
    fn an_identifier_cut_between_letters_is_one_again() {
        let uuid = "6e210ca9-5786-43bc-babf-64a397a6057f";
        for at in 1..uuid.len() {
            let (before, after) = uuid.split_at(at);
            assert_eq!(
                joined(&format!("'{before}"), &format!("{after}',")),
                format!("'{uuid}',")
            );
        }
        assert_eq!(
            joined("nocache=13667", "56802163'"),
            "nocache=1366756802163'"
        );
        assert_eq!(
            joined("nocache%3D13667", "56802163&"),
            "nocache%3D1366756802163&"
        );
    }

    #[test]
    fn what_a_terminal_wrapped_is_put_together_at_its_width() {
        let line = "18:40:05: Container : [ClientServices] User: requestId='6e210ca9-5786-43bc-babf-64a397a6057f', Returned with status=202, content=''";
        for width in 60..line.len() / 2 {
            let pieces: Vec<&str> = (0..line.len())
                .step_by(width)
                .map(|at| &line[at..line.len().min(at + width)])
                .collect();
            let raw = pieces.join("\n");
            assert_eq!(flatten(&raw, Some(&raw), None), line, "at {width}");
        }
    }

    #[test]
    fn glued_records_are_found_where_they_start() {
        for (before, after) in [
            ("nocache=1366756802163'", "18:40:03: Container : x"),
            (
                "for new request type. ",
                "%CCBU_http-8080-7-6-REQUEST_END: %[x=1]: done",
            ),
            ("<Logout,Avail> )", "Trace: AGENT_EVENT: ID=2001"),
            (
                "HTTP/1.1 200 336 120 ",
                "10.0.0.1 10.0.0.1 2001 - 80 GET /gadgets/makeRequest",
            ),
        ] {
            assert_eq!(
                next_glue(format!("{before}{after}").as_bytes(), 0),
                Some(before.len())
            );
        }
        assert_eq!(next_glue(b"HTTP/1.1 200 760 0 200 2205 1", 0), None);
        assert_eq!(
            next_glue(b"at 2013-04-23T22:40:08Z and 10:11:12 x", 0),
            None
        );
    }

    #[test]
    fn a_time_at_the_end_of_a_line_is_found_with_or_without_colon() {
        assert_eq!(trailing_time(b"logged in!18:40:05"), Some(10));
        assert_eq!(trailing_time(b"extn=2003 18:40:05:"), Some(10));
        assert_eq!(trailing_time(b"2013-04-23 1118:40:05"), None);
        assert_eq!(trailing_time(b"05"), None);
    }

    #[test]
    fn open_brackets_and_elements_are_open() {
        assert!(is_open(b"%[cti_message=CTI [a=[],"));
        assert!(is_open(b"packet: <message to=\"x\"><event>"));
        assert!(!is_open(b"</data><event>PUT</event></Update>"));
        assert!(!is_open(b"<0x38> <Logout,Avail> )"));
        assert!(!is_open(b"<extension></extension><br/>"));
    }

    #[test]
    fn prefixes_of_grep_and_editors_come_off() {
        assert_eq!(
            without_prefix(b"Line 4103: 20417: Feb"),
            Some(b"20417: Feb".as_slice())
        );
        assert_eq!(
            without_prefix(b"/var/log//x/realm.log:18:40:03: a"),
            Some(b"18:40:03: a".as_slice())
        );
        assert_eq!(
            without_prefix(b"/var/log/x.log:117:a"),
            Some(b"a".as_slice())
        );
        assert_eq!(without_prefix(b"18:40:03: a"), None);
    }
}
