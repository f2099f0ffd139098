//! The file format of age, version 1 (C2SP, age-encryption.org/v1), as far as it is needed here: X25519 recipients, armor,
//! and files of a delivery's size. What it writes is read by `age` itself; it reads what it wrote.
//!
//! Among the recipients is always one of the instance's own, derived from the root key, so that what was delivered can be
//! read back and compared. It gives nobody anything that the root key does not give already.

mod armor;
mod header;
mod key;
mod primitive;

pub(crate) use armor::{BEGIN, dearmor, enarmor};
pub(crate) use header::Mark;
pub use key::{BadRecipient, OwnKey, Recipient};

use aws_lc_rs::{
    aead::{Aad, LessSafeKey, Nonce},
    error::Unspecified,
};
use doorstep_core::{entropy::Entropy, secret::Secret};
use header::Header;
use primitive::{FileKey, aead, derive};

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const PAYLOAD_NONCE: usize = 16;

/// Encrypts to everyone of `recipients`. The mark is no secret, and is covered by the header's authentication.
pub(crate) fn encrypt(
    plain: &[u8],
    recipients: &[Recipient],
    mark: Option<Mark>,
    entropy: &mut Entropy,
) -> Result<Vec<u8>, Unspecified> {
    let file_key: FileKey = Secret::new(entropy.bytes());
    let stanzas = recipients.iter().map(|to| key::wrap(&file_key, to, entropy)).collect::<Result<_, _>>()?;
    let mut out = Header { mark, stanzas }.write(&file_key)?;
    let nonce: [u8; PAYLOAD_NONCE] = entropy.bytes();
    out.extend_from_slice(&nonce);
    let payload = payload_key(&file_key, &nonce)?;
    let mut chunks = plain.chunks(CHUNK).peekable();
    if chunks.peek().is_none() {
        out.extend_from_slice(&seal(&payload, 0, true, &[])?);
    }
    let mut counter = 0;
    while let Some(chunk) = chunks.next() {
        out.extend_from_slice(&seal(&payload, counter, chunks.peek().is_none(), chunk)?);
        counter += 1;
    }
    Ok(out)
}

/// Why a file was not decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It says who can open it, and we cannot.
    ForOthers,
    /// It is no such file, or was changed.
    Broken,
}

impl From<Unspecified> for Unopened {
    fn from(Unspecified: Unspecified) -> Self {
        Self::Broken
    }
}

/// Decrypts what was encrypted to the own key: the text, and its mark.
pub(crate) fn decrypt(file: &[u8], own: &OwnKey) -> Result<(Secret<Vec<u8>>, Option<Mark>), Unopened> {
    let (header, authenticated, payload) = Header::read(file).ok_or(Unspecified)?;
    let file_key = header.stanzas.iter().find_map(|stanza| key::unwrap(stanza, own)).ok_or(Unopened::ForOthers)?;
    authenticated.verify(&file_key)?;
    let (nonce, mut rest) = payload.split_at_checked(PAYLOAD_NONCE).ok_or(Unspecified)?;
    let key = payload_key(&file_key, nonce)?;
    let mut plain = Secret::new(Vec::with_capacity(rest.len()));
    for counter in 0.. {
        let (chunk, after) = rest.split_at_checked(CHUNK + TAG).unwrap_or((rest, &[]));
        let mut chunk = chunk.to_vec();
        let opened = key.open_in_place(nonce_of(counter, after.is_empty()), Aad::empty(), &mut chunk)?;
        let mut longer = Vec::with_capacity(plain.expose().len() + opened.len());
        longer.extend_from_slice(plain.expose());
        longer.extend_from_slice(opened);
        plain = Secret::new(longer);
        zeroize::Zeroize::zeroize(&mut chunk);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    Ok((plain, header.mark))
}

/// Whether an armored file that is broken was a delivery of ours: it begins with a mark and with our copy of the key.
pub(crate) fn began_as_ours(file: &[u8], own: &OwnKey) -> bool {
    Header::began(file).is_some_and(|(_, first)| key::unwrap(&first, own).is_some())
}

/// The mark of an armored file, believed without being able to read it.
pub(crate) fn mark_of(file: &[u8]) -> Option<Mark> {
    Header::mark(file)
}

fn payload_key(file_key: &FileKey, nonce: &[u8]) -> Result<LessSafeKey, Unspecified> {
    aead(&derive(nonce, file_key.expose(), b"payload")?)
}

fn seal(key: &LessSafeKey, counter: u64, last: bool, chunk: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut out = Vec::with_capacity(chunk.len() + TAG);
    out.extend_from_slice(chunk);
    key.seal_in_place_append_tag(nonce_of(counter, last), Aad::empty(), &mut out)?;
    Ok(out)
}

/// STREAM: eleven bytes of a counter, and whether it is the last.
fn nonce_of(counter: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&counter.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_at_every_length_and_a_changed_byte_is_noticed() {
        let own = OwnKey::new(&Secret::new([7; 32])).unwrap();
        let entropy = &mut Entropy::seeded(1);
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let plain = vec![b'x'; length];
            let mark = Some(Mark::of(&[b"one"]));
            let file = encrypt(&plain, &[own.recipient().clone()], mark, entropy).unwrap();
            let (read, found) = decrypt(&file, &own).unwrap();
            assert!(read.expose() == &plain && found == mark, "{length}");
            for at in [30, file.len() / 2, file.len() - 1] {
                let mut changed = file.clone();
                changed[at] ^= 1;
                assert!(decrypt(&changed, &own).is_err(), "{length} {at}");
            }
            assert!(decrypt(&file[..file.len() - 1], &own).is_err(), "{length}");
            assert!(dearmor(enarmor(&file).as_bytes()).as_ref() == Some(&file), "{length}");
        }
        let other = OwnKey::new(&Secret::new([8; 32])).unwrap();
        let file = encrypt(b"x", &[other.recipient().clone()], None, entropy).unwrap();
        assert_eq!(decrypt(&file, &own).err(), Some(Unopened::ForOthers));
        assert_eq!(decrypt(&file[1..], &own).err(), Some(Unopened::Broken));
        assert_eq!(mark_of(enarmor(&file).as_bytes()), None);
    }
}
