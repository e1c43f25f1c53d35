//! What is noted of records: nothing of most, which are pictures of desktops and polls; and of many that
//! follow each other the same.

/// Values of some records, by position.
///
/// Besides the values themselves it takes a bit and a half for each record, and no search: a word has the bits
/// of 64 records, and how many values there are of those before.
#[derive(Debug)]
pub(super) struct Noted<T> {
    words: Vec<Word>,
    /// In order of position.
    values: Vec<T>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    /// Which of 64 records have a value, in two halves: 12 bytes, where a whole one would make it 16.
    low: u32,
    high: u32,
    /// Values of the records before these.
    before: u32,
}

impl Word {
    fn bits(self) -> u64 {
        u64::from(self.high) << 32 | u64::from(self.low)
    }

    /// How many of the bits that a mask has are set.
    fn count(self, mask: u64) -> usize {
        (self.bits() & mask).count_ones() as usize
    }
}

impl<T> Default for Noted<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> Noted<T> {
    /// Notes values of some of so many records, in order of position.
    pub(super) fn new(records: usize, values: impl Iterator<Item = (usize, T)>) -> Self {
        let mut noted = Self::with_room(records);
        for (at, value) in values {
            noted.push(at, value);
        }
        noted.values.shrink_to_fit();
        noted
    }

    fn with_room(records: usize) -> Self {
        Self {
            words: Vec::with_capacity(records.div_ceil(64)),
            values: Vec::new(),
        }
    }

    /// Notes the value of a record behind all that have one.
    fn push(&mut self, at: usize, value: T) {
        let before = u32::try_from(self.values.len()).expect("fewer than 2^32 records");
        let (low, high) = (0, 0);
        self.words.resize(at / 64 + 1, Word { low, high, before });
        if let Some(word) = self.words.last_mut() {
            match at % 64 {
                bit @ 0..32 => word.low |= 1 << bit,
                bit => word.high |= 1 << (bit - 32),
            }
        }
        self.values.push(value);
    }

    /// Where the value of a record stands.
    #[inline]
    fn place(&self, at: usize) -> Option<usize> {
        let word = self.words.get(at / 64)?;
        let bit = 1u64 << (at % 64);
        (word.bits() & bit != 0).then(|| word.before as usize + word.count(bit - 1))
    }

    /// The value of a record.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.values.get(self.place(at)?)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        let place = self.place(at)?;
        self.values.get_mut(place)
    }

    /// The value of the last record that has one, up to and with this one.
    #[inline]
    fn latest(&self, at: usize) -> Option<&T> {
        let end = match self.words.get(at / 64) {
            Some(word) => word.before as usize + word.count(u64::MAX >> (63 - at % 64)),
            None => self.values.len(),
        };
        self.values.get(end.checked_sub(1)?)
    }

    /// All values, each with the position of its record.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let all = (0..).step_by(64).zip(&self.words);
        let positions = all.flat_map(|(first, word)| {
            let word = *word;
            let own = (0..64).filter(move |bit| word.bits() >> bit & 1 == 1);
            own.map(move |bit| first + bit)
        });
        positions.zip(&self.values)
    }
}

/// Values that are the same for many records in a row.
#[derive(Debug)]
pub(super) struct Stretches<T>(Noted<T>);

impl<T> Default for Stretches<T> {
    fn default() -> Self {
        Self(Noted::default())
    }
}

impl<T: PartialEq> Stretches<T> {
    /// Notes values of some of so many records, in order of position. Those in between have any.
    pub(super) fn new(records: usize, values: impl Iterator<Item = (usize, T)>) -> Self {
        let mut noted = Noted::with_room(records);
        for (at, value) in values {
            if noted.values.last() != Some(&value) {
                noted.push(at, value);
            }
        }
        noted.values.shrink_to_fit();
        Self(noted)
    }

    /// The value of a record; `None` before the first one that has any.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.0.latest(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some of 300 records, at the ends of words and with gaps of more than a word.
    const SOME: [usize; 9] = [0, 1, 31, 32, 63, 64, 127, 200, 299];

    #[test]
    fn values_come_back_by_position() {
        let mut noted = Noted::new(300, SOME.iter().map(|&at| (at, at * 10)));
        for at in 0..400 {
            let value = SOME.contains(&at).then_some(at * 10);
            assert_eq!(noted.get(at).copied(), value, "{at}");
            let last = SOME.iter().rfind(|&&some| some <= at);
            assert_eq!(noted.latest(at).copied(), last.map(|at| at * 10), "{at}");
        }
        *noted.get_mut(64).unwrap() = 5;
        let all: Vec<_> = noted.iter().map(|(at, &value)| (at, value)).collect();
        assert_eq!(all.len(), SOME.len());
        assert_eq!(all[4..6], [(63, 630), (64, 5)]);
        assert_eq!(all.last(), Some(&(299, 2_990)));
    }

    #[test]
    fn what_stays_the_same_is_noted_once() {
        let values = (10..300).map(|at| (at, at / 100));
        let stretches = Stretches::new(300, values);
        assert_eq!(stretches.0.values.len(), 3);
        assert_eq!(stretches.get(9), None);
        let read = [10, 99, 100, 250, 299].map(|at| stretches.get(at).copied());
        assert_eq!(read, [Some(0), Some(0), Some(1), Some(2), Some(2)]);
    }

    #[test]
    fn nothing_noted_is_nothing_told() {
        let noted: Noted<u32> = Noted::default();
        assert_eq!((noted.get(0), noted.latest(70)), (None, None));
    }
}
