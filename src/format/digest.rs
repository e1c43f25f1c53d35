//! A hash of a member's bytes.

/// Tells files apart, no more. Works like FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), but on
/// eight bytes at once: with one at a time, this would take longer than all the rest.
#[derive(Debug)]
pub(super) struct Digest {
    state: u64,
    /// Bytes of a word that is not whole yet; zeros behind them.
    word: [u8; 8],
    /// How many they are.
    filled: usize,
}

impl Default for Digest {
    fn default() -> Self {
        Self {
            state: 0xcbf2_9ce4_8422_2325,
            word: [0; 8],
            filled: 0,
        }
    }
}

impl Digest {
    /// Takes the next bytes, in pieces of any size.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let missing = (8 - self.filled) % 8;
        let (start, rest) = bytes.split_at(missing.min(bytes.len()));
        self.fill(start);
        let (words, rest) = rest.as_chunks();
        for word in words {
            self.mix(*word);
        }
        self.fill(rest);
    }

    /// The hash of all bytes taken.
    pub(super) fn finish(mut self) -> u64 {
        self.mix(self.word);
        self.state
    }

    /// `bytes` do not reach beyond the end of the word.
    fn fill(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.word[self.filled] = *byte;
            self.filled += 1;
        }
        if self.filled == self.word.len() {
            self.mix(self.word);
            (self.word, self.filled) = ([0; 8], 0);
        }
    }

    fn mix(&mut self, word: [u8; 8]) {
        let mixed = (self.state ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
        // A product carries upwards only; this brings what is above down again.
        self.state = mixed ^ mixed >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of `bytes` up to `first`, up to `second`, and the rest.
    fn digest(bytes: &[u8], first: usize, second: usize) -> u64 {
        let mut digest = Digest::default();
        digest.take(&bytes[..first]);
        digest.take(&bytes[first..second]);
        digest.take(&bytes[second..]);
        digest.finish()
    }

    #[test]
    fn the_digest_depends_on_all_bytes_and_on_no_chunk() {
        let bytes: Vec<u8> = (0..40).collect();
        let whole = digest(&bytes, 0, 0);
        for second in 0..=bytes.len() {
            for first in 0..=second {
                assert_eq!(digest(&bytes, first, second), whole);
            }
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x80;
            assert_ne!(digest(&changed, 0, 0), whole, "byte {at}");
        }
    }
}
