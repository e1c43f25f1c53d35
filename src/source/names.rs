//! Names of members, for display only: nothing is ever written to a path made of them.

/// `name` as shown: `/` between folders, no leading `./`, no control or direction characters. `..` stays text.
pub(super) fn shown(name: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| !c.is_control() && !turns_text(*c))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    let short = clean.trim_start_matches("./");
    if short.is_empty() {
        return "(no name)".to_owned();
    }
    short.to_owned()
}

/// Why a member of this name is left out on purpose, if it is.
pub(super) fn left_out(name: &str) -> Option<&'static str> {
    let last = base(name.trim_end_matches('/'));
    if name.split('/').any(|part| part == "__MACOSX") || last.starts_with("._") {
        Some("a macOS resource fork")
    } else if name.ends_with('/') {
        Some("a folder")
    } else if last == ".DS_Store" {
        Some("macOS folder settings")
    } else {
        None
    }
}

/// Endings of compressed files, and what their contents end in.
const PACKED: [(&str, &str); 9] = [
    (".gz", ""),
    (".tgz", ".tar"),
    (".taz", ".tar"),
    (".zst", ""),
    (".tzst", ".tar"),
    (".bz2", ""),
    (".tbz2", ".tar"),
    (".tbz", ".tar"),
    (".tb2", ".tar"),
];

/// What the content of the compressed file `name` is called when nothing else says.
pub(super) fn unpacked(name: &str) -> String {
    let base = base(name);
    let lower = base.to_ascii_lowercase();
    for (end, instead) in PACKED {
        if lower.len() > end.len()
            && lower.ends_with(end)
            && let Some(stem) = base.get(..base.len() - end.len())
        {
            return format!("{stem}{instead}");
        }
    }
    base.to_owned()
}

/// Text of a name that does not say its encoding: UTF-8 if it is, else code page 437, which is
/// what zip means by a name without a flag (APPNOTE 6.3.10, appendix D).
pub(super) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_not_utf8) => bytes.iter().map(|byte| code_page_437(*byte)).collect(),
    }
}

fn base(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, last)| last)
}

/// Bidirectional controls: they make a name look like another one.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

fn code_page_437(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => UPPER.chars().nth(usize::from(upper)).unwrap_or('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_without_surprises() {
        assert_eq!(shown(r".\logs\x.log"), "logs/x.log");
        assert_eq!(shown("../../etc/passwd"), "../../etc/passwd");
        assert_eq!(shown("a\u{202e}gol.\x1b[31mx\n"), "agol.[31mx");
        assert_eq!(shown("./"), "(no name)");
    }

    #[test]
    fn folders_and_macos_members_are_left_out() {
        assert_eq!(left_out("logs/"), Some("a folder"));
        assert_eq!(
            left_out("__MACOSX/x/._a.log"),
            Some("a macOS resource fork")
        );
        assert_eq!(left_out("x/._a.log"), Some("a macOS resource fork"));
        assert_eq!(left_out("x/.DS_Store"), Some("macOS folder settings"));
        assert_eq!(left_out("x/a.log"), None);
    }

    #[test]
    fn contents_are_named_after_their_files() {
        assert_eq!(unpacked("logs/x.log.gz"), "x.log");
        assert_eq!(unpacked("active_1.TGZ"), "active_1.tar");
        assert_eq!(unpacked("x.tar.bz2"), "x.tar");
        assert_eq!(unpacked("a/x.tbz2"), "x.tar");
        assert_eq!(unpacked("x.log.zst"), "x.log");
        assert_eq!(unpacked("x"), "x");
        assert_eq!(unpacked(".gz"), ".gz");
    }

    #[test]
    fn old_names_are_code_page_437() {
        assert_eq!(text(b"caf\x82"), "café");
        assert_eq!(text("座席".as_bytes()), "座席");
        assert_eq!(code_page_437(0xff), '\u{a0}');
    }
}
