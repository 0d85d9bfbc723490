//! Random changes of a corpus.

use crate::DICTIONARY;

/// Longer inputs are cut.
const MAX_BYTES: usize = 4_096;

/// Makes inputs: one of the corpus, changed in a few places. The same seed makes the same.
#[derive(Debug)]
pub struct Mutator {
    corpus: &'static [&'static str],
    state: u64,
}

impl Mutator {
    /// Of this corpus, which must not be empty.
    #[must_use]
    pub fn new(corpus: &'static [&'static str], seed: u64) -> Self {
        Self {
            corpus,
            state: seed,
        }
    }

    /// The next input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        // Most often a single change: many leave nothing that any reader gets far with.
        let more = if self.below(3) == 0 { self.below(6) } else { 0 };
        for _ in 0..=more {
            self.change(&mut input);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn seed(&mut self) -> &'static [u8] {
        let at = self.below(self.corpus.len());
        self.corpus.get(at).map_or(&[], |text| text.as_bytes())
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (from, to) = self.range(input.len());
        match self.below(7) {
            0 => {
                let byte = u8::try_from(self.below(256)).unwrap_or(b'0');
                input.splice(from..to.min(from + 1), [byte]);
            }
            1 => drop(input.drain(from..to)),
            2 => {
                let part = input[from..to].to_vec();
                let at = self.below(input.len() + 1);
                input.splice(at..at, part);
            }
            3 => {
                let other = self.seed();
                let (start, end) = self.range(other.len());
                input.splice(from..to, other[start..end].iter().copied());
            }
            _ => {
                let at = self.below(DICTIONARY.len());
                let word = DICTIONARY.get(at).copied().unwrap_or_default();
                let to = if self.below(2) == 0 { from } else { to };
                input.splice(from..to, word.bytes());
            }
        }
    }

    /// A short part, most often.
    fn range(&mut self, len: usize) -> (usize, usize) {
        let from = self.below(len + 1);
        let longest = if self.below(8) == 0 { len } else { 12 };
        let to = from + self.below(longest + 1);
        (from, to.min(len))
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// `SplitMix64` (Steele, Lea and Flood, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
