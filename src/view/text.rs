//! A record's text, cut where its keys stand.

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is a key.
    pub key: bool,
}

/// Cuts `text` at `keys` (byte ranges, half-open). Ranges that are out of bounds, out of order or
/// inside a character are ignored: they never cost a reader the text.
#[must_use]
pub fn pieces<'a>(text: &'a str, keys: &[(u32, u32)]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for &(start, end) in keys {
        let (start, end) = (start as usize, end as usize);
        let (Some(before), Some(key)) = (text.get(done..start), text.get(start..end)) else {
            continue;
        };
        push(&mut pieces, before, false);
        push(&mut pieces, key, true);
        done = end;
    }
    push(&mut pieces, text.get(done..).unwrap_or_default(), false);
    pieces
}

fn push<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str, key: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text, key });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, keys: &[(u32, u32)]) -> String {
        pieces(text, keys)
            .iter()
            .map(|piece| {
                if piece.key {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.to_owned()
                }
            })
            .collect()
    }

    #[test]
    fn keys_are_cut_out() {
        assert_eq!(
            marked("agent 2001 ext 2003", &[(6, 10), (15, 19)]),
            "agent [2001] ext [2003]"
        );
    }

    #[test]
    fn broken_ranges_cost_no_text() {
        for keys in [
            [(5, 99), (0, 0)],
            [(3, 1), (2, 2)],
            [(1, 2), (u32::MAX, u32::MAX)],
        ] {
            let whole: String = pieces("é2001", &keys)
                .iter()
                .map(|piece| piece.text)
                .collect();
            assert_eq!(whole, "é2001");
        }
    }
}
