//! Client logs as their upload leaves them: escaped for XML, line ends and all.
//!
//! Lines are counted as they were in the browser: that is what anybody sees who opens such a log in a
//! program for XML.

use super::layout::Laid;
use crate::record::Kind;

/// Escapes every client log.
pub(super) fn client_logs(laid: &mut Laid) {
    let files = laid.files.iter_mut().zip(&laid.truth);
    for (file, _) in files.filter(|(_, truth)| truth.kind == Kind::ClientLog) {
        file.bytes = escaped(&file.bytes);
    }
}

fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for byte in text {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(b"&apos;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'\n' => out.extend_from_slice(b"&#10;"),
            other => out.push(*other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_line_ends_and_five_marks_changes() {
        let text = b"a='b' \"c\"\n<d>&</d>";
        let expected = b"a=&apos;b&apos; &quot;c&quot;&#10;&lt;d&gt;&amp;&lt;/d&gt;";
        assert_eq!(escaped(text), expected);
    }
}
