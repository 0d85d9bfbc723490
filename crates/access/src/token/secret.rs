//! The secret of a token.

use super::{ALPHABET, CHECKSUM_CHARS, LEAD, PREFIX_CHARS, RANDOM_CHARS, TokenError, is_base62};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A whole token. Shown once, when it is made; `Debug` shows its public part only.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Makes a token from 32 bytes of a cryptographic random source.
    #[must_use]
    pub fn mint(random: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(LEAD.len() + RANDOM_CHARS + CHECKSUM_CHARS);
        text.push_str(LEAD);
        // The bytes as one number, written in base 62. Of its 256 bits the last 30 digits keep
        // 178, so the bias of the remainder is below 2^-77.
        let mut number = *random;
        for _ in 0..RANDOM_CHARS {
            text.push(digit(divide(&mut number)));
        }
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self(text)
    }

    /// Reads a token as a client sent it. Shape and checksum are checked here, so that garbage
    /// never reaches a store.
    ///
    /// # Errors
    /// [`TokenError::Shape`] or [`TokenError::Checksum`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let body = text.strip_prefix(LEAD).ok_or(TokenError::Shape)?;
        if body.len() != RANDOM_CHARS + CHECKSUM_CHARS || !is_base62(body) {
            return Err(TokenError::Shape);
        }
        let (signed, sum) = text.split_at(LEAD.len() + RANDOM_CHARS);
        if checksum(signed) != sum {
            return Err(TokenError::Checksum);
        }
        Ok(Self(text.to_owned()))
    }

    /// The whole text. To be shown once, and never logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The public part: the first 16 characters.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.get(..PREFIX_CHARS).unwrap_or_default()
    }

    /// SHA-256 of the whole text, in hexadecimal. A plain hash is enough: 131 secret random bits
    /// cannot be searched, so there is nothing that salt or stretching would slow down.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&self.digest())
    }

    /// Whether `hash` is this token's, in a time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, hash: &str) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}…)", self.prefix())
    }
}

/// CRC-32 (IEEE) of a text as six digits in base 62, most significant first.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [0; CHECKSUM_CHARS];
    for place in digits.iter_mut().rev() {
        *place = rest % 62;
        rest /= 62;
    }
    digits.into_iter().map(digit).collect()
}

/// Divides a big-endian number by 62 in place and returns the remainder.
fn divide(number: &mut [u8; 32]) -> u32 {
    let mut rest = 0;
    for byte in number.iter_mut() {
        let value = rest * 256 + u32::from(*byte);
        // The quotient is below 256, since `rest` is below 62.
        *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
        rest = value % 62;
    }
    rest
}

fn digit(value: u32) -> char {
    char::from(ALPHABET[value as usize % ALPHABET.len()])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}
