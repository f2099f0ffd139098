//! Randomness as an argument: the one type through which core receives unpredictable bytes.
//!
//! The application hands in the operating system's source; tests hand in a seeded one, so that a
//! failing case can be repeated. Nothing in core draws randomness in any other way.

use aws_lc_rs::digest::{SHA256, digest};

/// A source of random bytes.
pub struct Entropy(Source);

enum Source {
    Os(fn(&mut [u8])),
    Seeded { seed: u64, counter: u64 },
}

impl Entropy {
    /// Wraps the operating system's generator. `fill` must fill the whole slice or not return.
    pub const fn from_os(fill: fn(&mut [u8])) -> Self {
        Self(Source::Os(fill))
    }

    /// A repeatable sequence, for tests and previews only.
    pub const fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, counter: 0 })
    }

    /// Fills `out` with random bytes.
    pub fn fill(&mut self, out: &mut [u8]) {
        match &mut self.0 {
            Source::Os(fill) => fill(out),
            Source::Seeded { seed, counter } => {
                for chunk in out.chunks_mut(32) {
                    let mut block = [0_u8; 16];
                    block[..8].copy_from_slice(&seed.to_be_bytes());
                    block[8..].copy_from_slice(&counter.to_be_bytes());
                    *counter += 1;
                    let hash = digest(&SHA256, &block);
                    for (to, from) in chunk.iter_mut().zip(hash.as_ref()) {
                        *to = *from;
                    }
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_two_draws_differ() {
        let (mut a, mut b) = (Entropy::seeded(7), Entropy::seeded(7));
        let first: [u8; 40] = a.bytes();
        assert_eq!(first, b.bytes::<40>());
        assert_ne!(first, a.bytes::<40>());
        assert_ne!(first, Entropy::seeded(8).bytes::<40>());
    }
}
