//! Recipients, and how a file's key is wrapped for one: X25519, HKDF-SHA-256 and ChaCha20-Poly1305.

use super::primitive::{FileKey, aead, derive};
use aws_lc_rs::{
    aead::{Aad, Nonce},
    agreement::{PrivateKey, UnparsedPublicKey, X25519, agree},
    error::Unspecified,
};
use bech32::{Bech32, Hrp};
use doorstep_core::{entropy::Entropy, secret::Secret};

const INFO: &[u8] = b"age-encryption.org/v1/X25519";
const HRP: &str = "age";

/// The public key of somebody who may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    text: String,
    key: [u8; 32],
}

/// Why a text is no recipient. The text is not repeated: it may be a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRecipient {
    /// `AGE-SECRET-KEY-1…`
    #[error("is a private key; name the public key that belongs to it, as `age-keygen -y` prints it")]
    Private,
    /// Of ssh, a plugin, or post-quantum.
    #[error(
        "is a recipient of a kind that Doorstep does not encrypt to; name one that begins with `age1`, as `age-keygen` makes it"
    )]
    Kind,
    /// A letter is wrong or missing.
    #[error("is not whole: its checksum does not fit; copy it again, as `age-keygen -y` prints it")]
    Checksum,
}

impl std::str::FromStr for Recipient {
    type Err = BadRecipient;

    fn from_str(text: &str) -> Result<Self, BadRecipient> {
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(BadRecipient::Private);
        }
        // Those of plugins are longer and have a name: age1yubikey1…
        if !text.starts_with("age1") || text.get(4..).is_none_or(|rest| rest.contains('1')) {
            return Err(BadRecipient::Kind);
        }
        let (hrp, key) = bech32::decode(text).map_err(|_| BadRecipient::Checksum)?;
        let key = key.try_into().map_err(|_| BadRecipient::Checksum)?;
        let again = encode(&key).map_err(|_| BadRecipient::Checksum)?;
        if hrp.as_str() != HRP || again != text {
            return Err(BadRecipient::Checksum);
        }
        Ok(Self { text: again, key })
    }
}

impl Recipient {
    /// As it is written: `age1…`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The instance's own key, with which it reads back what it delivered; and those that it had before.
pub struct OwnKey {
    secret: PrivateKey,
    recipient: Recipient,
    before: Vec<OwnKey>,
}

impl OwnKey {
    /// From 32 bytes that are derived from the root key.
    pub fn new(bytes: &Secret<[u8; 32]>) -> Result<Self, Unspecified> {
        let secret = PrivateKey::from_private_key(&X25519, bytes.expose())?;
        let key = <[u8; 32]>::try_from(secret.compute_public_key()?.as_ref()).map_err(|_| Unspecified)?;
        Ok(Self { secret, recipient: Recipient { text: encode(&key)?, key }, before: Vec::new() })
    }

    /// From those that are derived from several root keys. To the first is encrypted; what was encrypted to another is
    /// read, and written anew.
    pub fn of(each: &[Secret<[u8; 32]>]) -> Result<Self, Unspecified> {
        let (first, before) = each.split_first().ok_or(Unspecified)?;
        let before = before.iter().map(Self::new).collect::<Result<_, _>>()?;
        Ok(Self { before, ..Self::new(first)? })
    }

    /// The one that is encrypted to, and then those before it.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.before)
    }

    /// Its public part.
    pub const fn recipient(&self) -> &Recipient {
        &self.recipient
    }
}

fn encode(key: &[u8; 32]) -> Result<String, Unspecified> {
    let hrp = Hrp::parse(HRP).map_err(|_| Unspecified)?;
    bech32::encode::<Bech32>(hrp, key).map_err(|_| Unspecified)
}

/// A file's key, wrapped for one recipient.
pub(super) struct Stanza {
    pub(super) share: [u8; 32],
    pub(super) body: [u8; 32],
}

pub(super) fn wrap(file_key: &FileKey, to: &Recipient, entropy: &mut Entropy) -> Result<Stanza, Unspecified> {
    let drawn: Secret<[u8; 32]> = Secret::new(entropy.bytes());
    let ephemeral = PrivateKey::from_private_key(&X25519, drawn.expose())?;
    let share = <[u8; 32]>::try_from(ephemeral.compute_public_key()?.as_ref()).map_err(|_| Unspecified)?;
    let key = wrapping(&ephemeral, &to.key, &share, &to.key)?;
    let mut body = file_key.expose().to_vec();
    aead(&key)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut body)?;
    Ok(Stanza { share, body: body.try_into().map_err(|_| Unspecified)? })
}

/// The file's key, by whichever of the own keys it was wrapped for.
pub(super) fn unwrap(stanza: &Stanza, own: &OwnKey) -> Option<FileKey> {
    own.each().find_map(|own| unwrap_with(stanza, own))
}

fn unwrap_with(stanza: &Stanza, own: &OwnKey) -> Option<FileKey> {
    let key = wrapping(&own.secret, &stanza.share, &stanza.share, &own.recipient.key).ok()?;
    let mut body = stanza.body;
    let opened = aead(&key).ok()?.open_in_place(nonce(), Aad::empty(), &mut body).ok()?;
    let key = <[u8; 16]>::try_from(&*opened).ok().map(Secret::new);
    zeroize::Zeroize::zeroize(&mut body);
    key
}

fn wrapping(
    mine: &PrivateKey,
    theirs: &[u8; 32],
    share: &[u8; 32],
    to: &[u8; 32],
) -> Result<Secret<[u8; 32]>, Unspecified> {
    let salt = [share.as_slice(), to].concat();
    agree(mine, UnparsedPublicKey::new(&X25519, theirs), Unspecified, |shared| derive(&salt, shared, INFO))
}

/// A wrapping key is used once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_taken_letter_by_letter_and_a_private_key_is_not_repeated() {
        let own = OwnKey::new(&Secret::new([7; 32])).unwrap();
        let text = own.recipient().as_str();
        assert_eq!(text.parse::<Recipient>().as_ref(), Ok(own.recipient()));
        let wrong = if text.ends_with('q') { "p" } else { "q" };
        for (bad, why) in [
            (format!("{}{wrong}", &text[..text.len() - 1]), BadRecipient::Checksum),
            (text[..40].to_owned(), BadRecipient::Checksum),
            (text.to_uppercase(), BadRecipient::Kind),
            (format!(" {text}"), BadRecipient::Kind),
            ("ssh-ed25519 AAAA".to_owned(), BadRecipient::Kind),
            ("age1yubikey1qf".to_owned(), BadRecipient::Kind),
            ("AGE-SECRET-KEY-1CANARY".to_owned(), BadRecipient::Private),
        ] {
            let said = bad.parse::<Recipient>().unwrap_err();
            assert_eq!(said, why, "{bad}");
            assert!(!said.to_string().contains("CANARY"));
        }
    }
}
