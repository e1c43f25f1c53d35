//! Zip archives (PKWARE APPNOTE 6.3) in the three forms that tools write.

use super::deflate::{crc, deflate};

/// How a zip is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Sizes in front of the data.
    Plain,
    /// Sizes and offsets in zip64 fields (4.5.3), needed or not.
    Zip64,
    /// Written to a stream: sizes in a descriptor behind the data (4.3.9).
    Streamed,
}

/// What the headers of one member say.
struct Member<'a> {
    name: &'a str,
    crc: u32,
    packed: u64,
    size: u64,
    offset: u64,
}

/// The members as one archive.
pub(super) fn zip<'a>(form: Form, members: impl Iterator<Item = (&'a str, Vec<u8>)>) -> Vec<u8> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0u16);
    for (name, bytes) in members {
        let data = deflate(&bytes);
        let member = Member {
            name,
            crc: crc(&bytes),
            packed: data.len() as u64,
            size: bytes.len() as u64,
            offset: out.len() as u64,
        };
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&member.local(form));
        out.extend_from_slice(&data);
        if form == Form::Streamed {
            out.extend_from_slice(b"PK\x07\x08");
            for field in [member.crc, size32(member.packed), size32(member.size)] {
                out.extend_from_slice(&field.to_le_bytes());
            }
        }
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&member.central(form));
        count += 1;
    }
    end(form, &mut out, &directory, count);
    out
}

impl Member<'_> {
    /// Of the local header, version to the end.
    fn local(&self, form: Form) -> Vec<u8> {
        let known = form != Form::Streamed;
        let extra = match form {
            Form::Zip64 => extra64(&[self.size, self.packed]),
            Form::Plain | Form::Streamed => Vec::new(),
        };
        let mut out = self.fields(form, known, extra.len());
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&extra);
        out
    }

    /// Of the central header, version needed to the end.
    fn central(&self, form: Form) -> Vec<u8> {
        let (extra, offset) = match form {
            Form::Zip64 => (extra64(&[self.size, self.packed, self.offset]), u32::MAX),
            Form::Plain | Form::Streamed => (Vec::new(), size32(self.offset)),
        };
        let mut out = self.fields(form, true, extra.len());
        out.extend_from_slice(&[0; 10]); // comment, disk, attributes
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&extra);
        out
    }

    /// The fields that both headers have in common: version to extra length.
    fn fields(&self, form: Form, known: bool, extra: usize) -> Vec<u8> {
        let (version, flags): (u16, u16) = match form {
            Form::Plain => (20, 0),
            Form::Zip64 => (45, 0),
            Form::Streamed => (20, 8),
        };
        let mut out = Vec::new();
        // Method 8 (deflate), 00:00, 2017-03-14 as MS-DOS date.
        for field in [version, flags, 8, 0, (37 << 9) | (3 << 5) | 14] {
            out.extend_from_slice(&field.to_le_bytes());
        }
        let sizes = match form {
            _ if !known => [0; 3],
            Form::Zip64 => [self.crc, u32::MAX, u32::MAX],
            Form::Plain | Form::Streamed => [self.crc, size32(self.packed), size32(self.size)],
        };
        for field in sizes {
            out.extend_from_slice(&field.to_le_bytes());
        }
        for length in [self.name.len(), extra] {
            let length = u16::try_from(length).expect("member names are short");
            out.extend_from_slice(&length.to_le_bytes());
        }
        out
    }
}

/// Extra field 1: zip64 sizes.
fn extra64(values: &[u64]) -> Vec<u8> {
    let mut out = vec![1, 0, (values.len() * 8) as u8, 0];
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out
}

/// Central directory and end records.
fn end(form: Form, out: &mut Vec<u8>, directory: &[u8], count: u16) {
    let start = out.len() as u64;
    out.extend_from_slice(directory);
    let length = directory.len() as u64;
    let mut at = start;
    if form == Form::Zip64 {
        let record = out.len() as u64;
        out.extend_from_slice(b"PK\x06\x06");
        out.extend_from_slice(&44u64.to_le_bytes());
        out.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for value in [u64::from(count), u64::from(count), length, start] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
        out.extend_from_slice(&record.to_le_bytes());
        out.extend_from_slice(&1u32.to_le_bytes());
        at = u64::from(u32::MAX);
    }
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size32(length).to_le_bytes());
    out.extend_from_slice(&size32(at).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
}

fn size32(size: u64) -> u32 {
    u32::try_from(size).expect("a simulated archive is smaller than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn another_program_reads_each_form() {
        for form in [Form::Plain, Form::Zip64, Form::Streamed] {
            let members = [("a.log", b"one\n".to_vec()), ("b/c.log", b"two\n".to_vec())];
            let bytes = zip(form, members.into_iter());
            let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut text = String::new();
            let mut member = archive.by_name("b/c.log").unwrap();
            member.read_to_string(&mut text).unwrap();
            assert_eq!(text, "two\n", "{form:?}");
        }
    }
}
