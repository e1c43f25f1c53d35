//! Chunks of any size to lines of text: line ends, encodings, and what is no text at all.
//!
//! Line ends are LF and CRLF. UTF-16 is known by its byte order mark or by where its zero bytes
//! stand, and is turned into UTF-8. A client log that was uploaded as XML (`&#10;` for line ends,
//! `&quot;` and so on) is un-escaped; its lines are counted after that. Nothing but the line that
//! crosses a chunk border is copied, and of a line without end only [`LINE_LIMIT`] bytes are held.

use memchr::{memchr, memmem};
use std::borrow::Cow;

/// Longest line handed on, in bytes; the rest of it is dropped. 1 MiB: the longest real line is a
/// whole client log of 1.5 MB escaped to one line, and that one is split before it gets here.
pub const LINE_LIMIT: usize = 1 << 20;

/// Bytes looked at to decide what the content is. Enough for the header block of a client log.
const SNIFFED: usize = 4096;

/// Starts of files that are no text, each with its name.
const MAGIC: [(&[u8], &str); 11] = [
    (b"\xff\xd8\xff", "JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"GIF8", "GIF image"),
    (b"%PDF-", "PDF document"),
    (b"MZ\x90\0", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"\xd4\xc3\xb2\xa1", "network capture (pcap)"),
    (b"\xa1\xb2\xc3\xd4", "network capture (pcap)"),
    (b"\x0a\x0d\x0d\x0a", "network capture (pcapng)"),
    (b"SQLite format 3\0", "SQLite database"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "old Office document or Outlook mail",
    ),
];

/// One line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Without its line end. Not necessarily UTF-8.
    pub bytes: &'a [u8],
    /// Whether it was longer than [`LINE_LIMIT`].
    pub cut: bool,
}

/// Where lines go.
pub trait Sink {
    /// Takes the next line.
    fn line(&mut self, line: Line<'_>);

    /// Passes over whole lines at the start of `bytes`, which starts with a line, and returns their
    /// length in bytes, line ends included.
    fn skim(&mut self, _bytes: &[u8]) -> usize {
        0
    }
}

impl<F: FnMut(Line<'_>)> Sink for F {
    fn line(&mut self, line: Line<'_>) {
        self(line);
    }
}

/// What the bytes turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Not yet decided: the first bytes are being collected.
    Unknown,
    /// UTF-8, or some eight-bit code page: passed on as it is.
    Text,
    /// UTF-16 with this byte order.
    Utf16 { big_endian: bool },
    /// A client log escaped for XML.
    Escaped,
    /// No text: this, as far as its first bytes say.
    Binary(&'static str),
}

/// Takes chunks, gives lines.
#[derive(Debug)]
pub struct Lines {
    content: Content,
    /// Bytes not yet turned into text: the start of the file until it is known what it is, then a
    /// character or escape that is cut by a chunk border.
    pending: Vec<u8>,
    splitter: Splitter,
    undecodable: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            content: Content::Unknown,
            pending: Vec::new(),
            splitter: Splitter::default(),
            undecodable: 0,
        }
    }
}

impl Lines {
    /// For lines out of the middle of a text; `cut` says that the last one lost its end.
    pub(super) fn of_text(cut: bool) -> Self {
        Self {
            content: Content::Text,
            splitter: Splitter {
                cut_at_end: cut,
                ..Splitter::default()
            },
            ..Self::default()
        }
    }

    /// The start of the line that is open now, taken out, so that the rest of the text can be read
    /// elsewhere. `None` if the text must be decoded first, or the line is too long.
    pub(super) fn break_off(&mut self) -> Option<Vec<u8>> {
        let apart = self.content == Content::Text && !self.splitter.cut;
        apart.then(|| std::mem::take(&mut self.splitter).carry)
    }

    /// Takes the next bytes and hands every line they complete to `sink`.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        if self.content != Content::Unknown {
            return self.text(bytes, sink);
        }
        let wanted = SNIFFED.saturating_sub(self.pending.len()).min(bytes.len());
        let (start, rest) = bytes.split_at(wanted);
        self.pending.extend_from_slice(start);
        if self.pending.len() == SNIFFED {
            self.decide(sink);
            self.text(rest, sink);
        }
    }

    /// Hands the last line to `sink` if it has no line end.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        if self.content == Content::Unknown {
            self.decide(sink);
        }
        match self.content {
            Content::Escaped => {
                let rest = std::mem::take(&mut self.pending);
                self.splitter.push(&rest, sink);
            }
            Content::Utf16 { .. } if !self.pending.is_empty() => {
                self.undecodable += 1;
                self.splitter.push("\u{fffd}".as_bytes(), sink);
            }
            _ => {}
        }
        self.splitter.end(sink);
    }

    /// What the file is if it is no text.
    #[must_use]
    pub fn binary(&self) -> Option<&'static str> {
        match self.content {
            Content::Binary(what) => Some(what),
            _ => None,
        }
    }

    /// UTF-16 code units that are no character.
    #[must_use]
    pub fn undecodable(&self) -> u64 {
        self.undecodable
    }

    fn decide(&mut self, sink: &mut impl Sink) {
        let start = std::mem::take(&mut self.pending);
        let (content, skipped) = recognise(&start);
        self.content = content;
        self.text(start.get(skipped..).unwrap_or_default(), sink);
    }

    fn text(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        match self.content {
            Content::Text => self.splitter.push(bytes, sink),
            Content::Utf16 { big_endian } => {
                self.pending.extend_from_slice(bytes);
                let (text, used, lost) = utf16_to_utf8(&self.pending, big_endian);
                self.pending.drain(..used);
                self.undecodable += lost;
                self.splitter.push(text.as_bytes(), sink);
            }
            Content::Escaped => {
                self.pending.extend_from_slice(bytes);
                let (text, used) = unescape(&self.pending);
                self.pending.drain(..used);
                self.splitter.push(&text, sink);
            }
            Content::Unknown | Content::Binary(_) => {}
        }
    }
}

/// What a file is by its first bytes, and how many of them are a byte order mark.
fn recognise(start: &[u8]) -> (Content, usize) {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
        return (Content::Binary(what), 0);
    }
    if start.starts_with(b"\xef\xbb\xbf") {
        return (text_or_escaped(start), 3);
    }
    if start.starts_with(b"\xff\xfe") {
        return (Content::Utf16 { big_endian: false }, 2);
    }
    if start.starts_with(b"\xfe\xff") {
        return (Content::Utf16 { big_endian: true }, 2);
    }
    (by_zero_bytes(start), 0)
}

/// Text has no zero bytes, and UTF-16 of Latin script has one in nearly every unit, always in the
/// same half. One in twenty is more than the few a crashed writer leaves behind.
fn by_zero_bytes(start: &[u8]) -> Content {
    let zeros_at = |half: usize| {
        start
            .iter()
            .skip(half)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let units = start.len() / 2;
    if (even + odd) * 20 <= start.len() {
        return text_or_escaped(start);
    }
    if odd * 10 > units * 4 && even * 8 < odd {
        return Content::Utf16 { big_endian: false };
    }
    if even * 10 > units * 4 && odd * 8 < even {
        return Content::Utf16 { big_endian: true };
    }
    Content::Binary("binary data")
}

/// Escaped: more `&#10;` than line feeds in what is seen of the file.
fn text_or_escaped(start: &[u8]) -> Content {
    let escapes = memmem::find_iter(start, b"&#10;").count();
    if escapes > memchr::memchr_iter(b'\n', start).count() {
        Content::Escaped
    } else {
        Content::Text
    }
}

/// As much of `bytes` as is whole: the text, the bytes used, and the units that are no character.
fn utf16_to_utf8(bytes: &[u8], big_endian: bool) -> (String, usize, u64) {
    let mut units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| match *pair {
            [a, b] if big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0,
        })
        .collect();
    if units
        .last()
        .is_some_and(|unit| (0xd800..0xdc00).contains(unit))
    {
        units.pop(); // its other half is in the next chunk
    }
    let mut lost = 0;
    let text = char::decode_utf16(units.iter().copied())
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                lost += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (text, units.len() * 2, lost)
}

/// The escapes of an uploaded client log, longest first.
const ESCAPES: [(&[u8], u8); 7] = [
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&amp;", b'&'),
    (b"&#10;", b'\n'),
    (b"&#13;", b'\r'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
];

/// Longest of [`ESCAPES`].
const LONGEST_ESCAPE: usize = 6;

/// Un-escapes as much of `bytes` as is whole: the text, and the bytes used.
fn unescape(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(found) = memchr(b'&', &bytes[at..]) {
        text.extend_from_slice(&bytes[at..at + found]);
        at += found;
        let rest = &bytes[at..];
        if let Some((escape, byte)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            text.push(*byte);
            at += escape.len();
        } else if rest.len() < LONGEST_ESCAPE && !rest.contains(&b';') {
            return (text, at);
        } else {
            text.push(b'&');
            at += 1;
        }
    }
    text.extend_from_slice(&bytes[at..]);
    (text, bytes.len())
}

/// Text in chunks to lines.
#[derive(Debug, Default)]
struct Splitter {
    /// The start of the line that crosses the chunk border.
    carry: Vec<u8>,
    /// Whether `carry` has lost its end.
    cut: bool,
    /// Whether a line is open, even if it is empty so far.
    open: bool,
    /// Whether the last line had lost its end before it came here.
    cut_at_end: bool,
}

impl Splitter {
    fn push(&mut self, mut bytes: &[u8], sink: &mut impl Sink) {
        loop {
            if !self.open {
                bytes = &bytes[sink.skim(bytes)..];
            }
            let Some(end) = memchr(b'\n', bytes) else {
                break;
            };
            if self.open {
                self.keep(&bytes[..end]);
                self.finish(sink);
            } else {
                emit(&bytes[..end], false, sink);
            }
            bytes = &bytes[end + 1..];
        }
        if !bytes.is_empty() {
            self.keep(bytes);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.open = true;
        // One more than the limit, so that a line end after a line of exactly the limit is no loss.
        let room = (LINE_LIMIT + 1).saturating_sub(self.carry.len());
        let kept = bytes.get(..room).unwrap_or(bytes);
        self.cut |= kept.len() < bytes.len();
        self.carry.extend_from_slice(kept);
    }

    fn finish(&mut self, sink: &mut impl Sink) {
        if self.open {
            emit(&self.carry, self.cut, sink);
        }
        self.carry.clear();
        (self.cut, self.open) = (false, false);
    }

    /// The text is over.
    fn end(&mut self, sink: &mut impl Sink) {
        self.cut |= self.cut_at_end;
        self.finish(sink);
    }
}

fn emit(line: &[u8], cut: bool, sink: &mut impl Sink) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let kept = line.get(..LINE_LIMIT).unwrap_or(line);
    sink.line(Line {
        bytes: kept,
        cut: cut || kept.len() < line.len(),
    });
}

/// `bytes` as text; what is not UTF-8 becomes U+FFFD and is counted.
pub(super) fn decoded<'a>(bytes: &'a [u8], undecodable: &mut u64) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            *undecodable += 1;
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(bytes: &[u8], chunk: usize) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        let mut sink =
            |line: Line<'_>| found.push(String::from_utf8_lossy(line.bytes).into_owned());
        for piece in bytes.chunks(chunk) {
            lines.push(piece, &mut sink);
        }
        lines.finish(&mut sink);
        found
    }

    fn reads(bytes: &[u8], expected: &[&str]) {
        for chunk in [1, 2, 3, 7, 4096, bytes.len().max(1)] {
            assert_eq!(lines_of(bytes, chunk), expected, "in chunks of {chunk}");
        }
    }

    fn binary(bytes: &[u8]) -> Option<&'static str> {
        let mut lines = Lines::default();
        lines.push(bytes, &mut |_: Line<'_>| {});
        lines.finish(&mut |_: Line<'_>| {});
        lines.binary()
    }

    #[test]
    fn line_ends_are_lf_and_crlf_and_a_cr_at_the_end() {
        reads(b"a\nb\r\n\r\nc\r", &["a", "b", "", "c"]);
        reads(b"a\n", &["a"]);
        reads(b"\n", &[""]);
        reads(b"", &[]);
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        reads(b"\xef\xbb\xbf18:40:03: a", &["18:40:03: a"]);
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_mark() {
        let units: Vec<u16> = "18:40:03: \u{7cbe}\u{1f600}\r\nnext"
            .encode_utf16()
            .collect();
        let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        let expected = ["18:40:03: \u{7cbe}\u{1f600}", "next"];
        reads(&[b"\xff\xfe", le.as_slice()].concat(), &expected);
        reads(&[b"\xfe\xff", be.as_slice()].concat(), &expected);
        reads(&le, &expected);
        reads(&be, &expected);
    }

    #[test]
    fn half_a_character_of_utf_16_is_counted() {
        let mut lines = Lines::default();
        lines.push(b"\xff\xfea\0\x00\xd8b\0c", &mut |_: Line<'_>| {});
        lines.finish(&mut |_: Line<'_>| {});
        assert_eq!(lines.undecodable(), 2);
    }

    #[test]
    fn an_uploaded_log_is_unescaped() {
        reads(
            b"Mozilla/5.0&#10;18:40:03: Container : &lt;User&gt; a&amp;b &quot;c&quot; &x",
            &["Mozilla/5.0", "18:40:03: Container : <User> a&b \"c\" &x"],
        );
    }

    #[test]
    fn a_line_over_the_limit_is_cut_and_says_so() {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        let mut sink = |line: Line<'_>| found.push((line.bytes.len(), line.cut));
        for _ in 0..40 {
            lines.push(&[b'x'; 1 << 16], &mut sink);
        }
        lines.push(b"\nshort\n", &mut sink);
        lines.finish(&mut sink);
        assert_eq!(found, [(LINE_LIMIT, true), (5, false)]);
    }

    #[test]
    fn files_that_are_no_text_are_named() {
        assert_eq!(binary(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("JPEG image"));
        assert_eq!(binary(&[0, 1, 0, 0, 3, 0, 0, 0, 9, 9]), Some("binary data"));
        assert_eq!(binary(b"18:40:03: Container : x"), None);
        assert_eq!(lines_of(b"\x89PNG\r\n\x1a\nabc\n", 3), [""; 0]);
    }

    #[test]
    fn a_stray_zero_byte_leaves_text_text() {
        let text = [
            b"18:40:03: Container : some longer line of text".as_slice(),
            b"\0",
        ]
        .concat();
        assert_eq!(binary(&text), None);
    }
}
