//! Secrets from the operating system.

use api::Randomness;
use rand::Rng;

/// Unpredictable bytes.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // A generator seeded by the operating system, made for secrets.
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }
}
