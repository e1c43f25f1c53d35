//! zstd frames (RFC 8878), decompressed by `ruzstd` a block at a time.

use super::{Broken, DAMAGED, Progress, Unpacker};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, Write};

/// Bytes of history a frame may need, at most: 8 times what `zstd -19` uses. A few bytes of input can
/// ask for that much memory.
const WINDOW: u64 = 64 << 20;

/// Bytes before a block: last or not, kind, size (RFC 8878, 3.1.1.2).
const BLOCK_HEADER: usize = 3;

/// A frame, or one to be passed over.
pub(super) fn starts(front: &[u8]) -> bool {
    front.starts_with(b"\x28\xb5\x2f\xfd") || is_skippable(front)
}

/// Frames for other programs: `pzstd` writes one before each of its own (RFC 8878, 3.1.2).
fn is_skippable(front: &[u8]) -> bool {
    matches!(front, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// One zstd frame.
#[derive(Default)]
pub(super) struct Zstd {
    /// Bytes of the header or block that has not come whole.
    held: Vec<u8>,
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Header,
    /// A frame for other programs, so many bytes more.
    Skip(u64),
    Blocks(Box<FrameDecoder>, Checksum),
}

/// Whether four bytes of checksum follow the last block.
#[derive(Debug, Clone, Copy)]
struct Checksum(bool);

impl Unpacker for Zstd {
    fn run(
        &mut self,
        input: &mut &[u8],
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Progress, Broken> {
        loop {
            let need = self.need();
            if let State::Skip(left) = &mut self.state {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let (now, rest) = input.split_at(most.min(input.len()));
                *left -= now.len() as u64;
                *input = rest;
                let over = *left == 0;
                return Ok(if over {
                    Progress::Ended
                } else {
                    Progress::More
                });
            }
            let missing = need.saturating_sub(self.held.len());
            let (now, rest) = input.split_at(missing.min(input.len()));
            self.held.extend_from_slice(now);
            *input = rest;
            if self.held.len() < need {
                return Ok(Progress::More);
            }
            // What is needed may depend on what has come.
            if self.need() == need
                && let Some(progress) = self.part(take)?
            {
                return Ok(progress);
            }
        }
    }

    /// A frame gives out all but its window until it is over: an empty last block ends it.
    fn give_up(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) {
        const LAST: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];
        if let State::Blocks(raw, _) = &mut self.state {
            let one = BlockDecodingStrategy::UptoBlocks(1);
            if let Ok(true) = raw.decode_blocks(LAST.as_slice(), one) {
                give(raw, take);
            }
        }
    }
}

impl Zstd {
    /// Bytes that must be held to go on, as far as is known.
    fn need(&self) -> usize {
        match (&self.state, self.held.as_slice()) {
            (State::Header, held) if is_skippable(held) => 8,
            (State::Header, [_, _, _, _, descriptor, ..]) => 5 + header_rest(*descriptor),
            (State::Header, _) => 5,
            (State::Skip(_), _) => 0,
            (State::Blocks(_, checksum), &[a, b, c, ..]) => {
                let header = u32::from_le_bytes([a, b, c, 0]);
                let is_last = header & 1 == 1;
                // A block of kind 1 is one byte, repeated.
                let size = if header >> 1 & 3 == 1 { 1 } else { header >> 3 };
                let tail = if is_last && checksum.0 { 4 } else { 0 };
                BLOCK_HEADER + size as usize + tail
            }
            (State::Blocks(..), _) => BLOCK_HEADER,
        }
    }

    /// Takes in the header or block that is held.
    fn part(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) -> Result<Option<Progress>, Broken> {
        let held = std::mem::take(&mut self.held);
        match &mut self.state {
            State::Header if is_skippable(&held) => {
                let size = held.get(4..).and_then(|size| size.first_chunk::<4>());
                let size = size.map_or(0, |size| u32::from_le_bytes(*size));
                self.state = State::Skip(u64::from(size));
                return Ok((size == 0).then_some(Progress::Ended));
            }
            State::Header => {
                let mut raw = Box::new(FrameDecoder::new());
                raw.set_max_window_size(WINDOW);
                raw.reset(held.as_slice()).map_err(|why| broken(&why))?;
                let has_checksum = held.get(4).is_some_and(|descriptor| descriptor & 4 != 0);
                self.state = State::Blocks(raw, Checksum(has_checksum));
            }
            State::Blocks(raw, _) => {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                let decoded = raw.decode_blocks(held.as_slice(), one);
                let is_last = decoded.map_err(|why| broken(&why))?;
                let wants_more = give(raw, take);
                if is_last {
                    let written = raw.get_checksum_from_data();
                    let fits = written.is_none() || written == raw.get_calculated_checksum();
                    return if fits {
                        Ok(Some(Progress::Ended))
                    } else {
                        Err(Broken("data of another checksum"))
                    };
                }
                if !wants_more {
                    return Ok(Some(Progress::More));
                }
            }
            State::Skip(_) => {}
        }
        Ok(None)
    }
}

/// Gives out what can be given; whether more is wanted.
fn give(raw: &mut FrameDecoder, take: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    let mut taker = Taker {
        take,
        wants_more: true,
    };
    // Writing to a taker does not fail.
    let _given = raw.collect_to_writer(&mut taker);
    taker.wants_more
}

/// Bytes of a frame's header after its descriptor (RFC 8878, 3.1.1.1): window, dictionary, size.
fn header_rest(descriptor: u8) -> usize {
    let single = descriptor & 0x20 != 0;
    let window = usize::from(!single);
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let size = match descriptor >> 6 {
        0 => usize::from(single),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    window + dictionary + size
}

/// What is not read, and needs another word than what is damaged.
fn broken(why: &ruzstd::decoding::errors::FrameDecoderError) -> Broken {
    use ruzstd::decoding::errors::FrameDecoderError as Why;
    match why {
        Why::WindowSizeTooBig { .. } => Broken("a window of more than 64 MiB"),
        Why::DictNotProvided { .. } => Broken("data that needs a dictionary"),
        _ => DAMAGED,
    }
}

/// Hands on what is written.
struct Taker<'a> {
    take: &'a mut dyn FnMut(&[u8]) -> bool,
    wants_more: bool,
}

impl Write for Taker<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.wants_more {
            self.wants_more = (self.take)(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
