//! bzip2 streams, decompressed by `bzip2` on `libbz2-rs-sys`.

use super::{Broken, DAMAGED, Progress, Unpacker};
use bzip2::{Decompress, Status};

/// Bytes given out at once.
const OUT: usize = 64 * 1024;

/// `BZh`, block size, then the magic of a block or of the end: "BZh" alone could start a text.
pub(super) fn starts(front: &[u8]) -> bool {
    let Some([b'1'..=b'9', rest @ ..]) = front.strip_prefix(b"BZh") else {
        return false;
    };
    rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90")
}

/// One bzip2 stream.
pub(super) struct Bzip2 {
    raw: Decompress,
    out: Vec<u8>,
}

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self {
            raw: Decompress::new(false),
            out: vec![0; OUT],
        }
    }
}

impl Unpacker for Bzip2 {
    fn run(
        &mut self,
        input: &mut &[u8],
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Broken> {
        loop {
            let (used, made) = (self.raw.total_in(), self.raw.total_out());
            let status = self.raw.decompress(input, &mut self.out);
            let used = count(self.raw.total_in() - used);
            let made = count(self.raw.total_out() - made);
            *input = input.get(used..).unwrap_or_default();
            let bytes = self.out.get(..made).unwrap_or_default();
            let wants_more = bytes.is_empty() || take(bytes);
            match status {
                Err(_damaged) => return Err(DAMAGED),
                Ok(Status::StreamEnd) => return Ok(Progress::Ended),
                Ok(_) if !wants_more => return Ok(Progress::More),
                Ok(_) if made == self.out.len() => {}
                Ok(_) if input.is_empty() => return Ok(Progress::More),
                Ok(_) if used == 0 && made == 0 => return Err(DAMAGED),
                Ok(_) => {}
            }
        }
    }
}

/// A difference of stream positions within one call: never more than a slice is long.
fn count(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
