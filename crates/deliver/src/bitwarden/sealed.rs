//! Texts as Bitwarden encrypts them, of its type 2: AES-256-CBC, and HMAC-SHA-256 over vector and ciphertext, checked
//! before anything is decrypted.
//!
//! Written as `2.VECTOR|CIPHERTEXT|CODE`, each in base64
//! (<https://github.com/bitwarden/sdk-internal>, `crates/bitwarden-crypto/src/enc_string/symmetric.rs`, `aes.rs`). A key is
//! 64 bytes: 32 for the cipher, 32 for the code. Every other type is refused, those without a code above all.

use aws_lc_rs::{
    cipher::{
        AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
        UnboundCipherKey,
    },
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    hmac,
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use doorstep_core::{entropy::Entropy, secret::Secret};

/// Clients write base64 with and without padding, and with bits at the end that stand for nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What texts are encrypted with.
#[derive(Clone)]
pub(super) struct Key {
    cipher: Secret<[u8; 32]>,
    code: Secret<[u8; 32]>,
}

/// It is not encrypted with this key, not as it was written, or in another way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unopened;

impl From<Unspecified> for Unopened {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

pub(super) fn decode(text: &str) -> Option<Secret<Vec<u8>>> {
    LENIENT.decode(text).ok().map(Secret::new)
}

struct Len64;

impl KeyType for Len64 {
    fn len(&self) -> usize {
        64
    }
}

impl Key {
    /// From its 64 bytes.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let (cipher, code) = bytes.split_at_checked(32)?;
        Some(Self { cipher: Secret::new(cipher.try_into().ok()?), code: Secret::new(code.try_into().ok()?) })
    }

    /// The key that the 16 bytes of a machine account's token stand for: HKDF-SHA-256, RFC 5869, as `shareable_key.rs`
    /// beside the above and `bitwarden-core/src/auth/access_token.rs` say it.
    pub(super) fn of_token(secret: &[u8]) -> Result<Self, Unspecified> {
        Self::derived(secret, b"bitwarden-accesstoken", b"sm-access-token")
    }

    fn derived(secret: &[u8], salt: &[u8], info: &[u8]) -> Result<Self, Unspecified> {
        let mut out = [0; 64];
        Salt::new(HKDF_SHA256, salt).extract(secret).expand(&[info], Len64)?.fill(&mut out)?;
        let out = Secret::new(out);
        Self::new(out.expose()).ok_or(Unspecified)
    }

    pub(super) fn seal(&self, text: &str, entropy: &mut Entropy) -> Result<String, Unopened> {
        let vector: [u8; 16] = entropy.bytes();
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, self.cipher.expose())?)?;
        // It is padded by up to 16 bytes: with room for them nothing is copied, and what is in it becomes ciphertext.
        let mut data = Vec::with_capacity(text.len() + 16);
        data.extend_from_slice(text.as_bytes());
        key.less_safe_encrypt(&mut data, EncryptionContext::Iv128(vector.into()))?;
        let code = hmac::sign(&self.code(), &[&vector[..], &data].concat());
        let base64 = |bytes: &[u8]| general_purpose::STANDARD.encode(bytes);
        Ok(format!("2.{}|{}|{}", base64(&vector), base64(&data), base64(code.as_ref())))
    }

    pub(super) fn open(&self, sealed: &str) -> Result<Secret<Vec<u8>>, Unopened> {
        let mut parts = sealed.strip_prefix("2.").ok_or(Unopened)?.split('|');
        let mut part = || LENIENT.decode(parts.next().ok_or(Unopened)?).map_err(|_| Unopened);
        let (vector, mut data, code) = (part()?, part()?, part()?);
        let vector: [u8; 16] = vector.try_into().map_err(|_| Unopened)?;
        if parts.next().is_some() {
            return Err(Unopened);
        }
        // In constant time, and before the cipher sees anything.
        hmac::verify(&self.code(), &[&vector[..], &data].concat(), &code)?;
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, self.cipher.expose())?)?;
        let opened = key.decrypt(&mut data, DecryptionContext::Iv128(vector.into()))?.len();
        let whole = Secret::new(data);
        Ok(Secret::new(whole.expose().get(..opened).ok_or(Unopened)?.to_vec()))
    }

    /// What [`Self::open`] opens, where it is a text.
    pub(super) fn open_text(&self, sealed: &str) -> Result<Secret<String>, Unopened> {
        let opened = self.open(sealed)?;
        std::str::from_utf8(opened.expose()).map(|text| Secret::new(text.to_owned())).map_err(|_| Unopened)
    }

    fn code(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.code.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(key: &Key) -> String {
        general_purpose::STANDARD.encode([key.cipher.expose().as_slice(), key.code.expose()].concat())
    }

    /// The values stand in the tests of `access_token.rs` and `shareable_key.rs` of the public SDK.
    #[test]
    fn keys_are_derived_as_bitwardens_own_clients_derive_them() {
        let secret = decode("X8vbvA0bduihIDe/qrzIQQ==").unwrap();
        let key = Key::of_token(secret.expose()).unwrap();
        let published = "H9/oIRLtL9nGCQOVDjSMoEbJsjWXSOCb3qeyDt6ckzS3FhyboEDWyTP/CQfbIszNmAVg2ExFganG1FVFGXO/Jg==";
        assert_eq!(bytes(&key), published);
        let key = Key::derived(b"67t9b5g67$%Dh89n", b"bitwarden-test_key", b"test").unwrap();
        let published = "F9jVQmrACGx9VUPjuzfMYDjr726JtL300Y3Yg+VYUnVQtQ1s8oImJ5xtp1KALC9h2nav04++1LDW4iFD+infng==";
        assert_eq!(bytes(&key), published);
    }

    /// Made with OpenSSL: `openssl enc -aes-256-cbc -K … -iv …` and `openssl dgst -sha256 -mac HMAC`, for a key of the bytes
    /// 0 to 63, the vector 100 to 115 and the text `s3cret`.
    #[test]
    fn what_another_program_encrypted_is_read_and_written_alike() {
        let key = Key::new(&(0..64).collect::<Vec<u8>>()).unwrap();
        let sealed = "2.ZGVmZ2hpamtsbW5vcHFycw==|X4oPUdbpQyfIYYnY5stgoA==|D0O7PUU+vZo/xroiFjs93Hv7LwW2+eCyykvhSJFzVgQ=";
        assert_eq!(key.open_text(sealed).unwrap().expose(), "s3cret");
    }

    #[test]
    fn what_is_sealed_is_opened_and_no_two_look_alike() {
        let (key, mut entropy) = (Key::new(&[7; 64]).unwrap(), Entropy::seeded(1));
        for text in ["", "s3cret", "exactly 16 bytes", "ä text\nwith lines"] {
            let (one, two) = (key.seal(text, &mut entropy).unwrap(), key.seal(text, &mut entropy).unwrap());
            assert_eq!(key.open_text(&one).unwrap().expose(), text);
            assert!(one != two && one.starts_with("2.") && !one.contains("s3cret"));
        }
    }

    #[test]
    fn what_was_changed_anywhere_or_carries_no_code_is_not_opened() {
        let (key, mut entropy) = (Key::new(&[7; 64]).unwrap(), Entropy::seeded(1));
        let sealed = key.seal("s3cret", &mut entropy).unwrap();
        let parts: Vec<&str> = sealed.split_once('.').unwrap().1.split('|').collect();
        for at in 0..3 {
            let mut decoded = general_purpose::STANDARD.decode(parts[at]).unwrap();
            for bit in [0, 7] {
                for byte in [0, decoded.len() - 1] {
                    decoded[byte] ^= 1 << bit;
                    let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                    changed[at] = general_purpose::STANDARD.encode(&decoded);
                    assert_eq!(key.open(&format!("2.{}", changed.join("|"))).err(), Some(Unopened));
                    decoded[byte] ^= 1 << bit;
                }
            }
        }
        let [vector, data, code] = parts.try_into().unwrap();
        for other in [
            format!("0.{vector}|{data}"),
            format!("2.{vector}|{data}"),
            format!("2.{vector}|{data}|"),
            format!("2.{vector}|{data}|{code}|{code}"),
            format!("1.{vector}|{data}|{code}"),
            format!("7.{data}"),
            format!("2.{vector}||{code}"),
            String::new(),
        ] {
            assert_eq!(key.open(&other).err(), Some(Unopened), "{other}");
        }
        assert_eq!(Key::new(&[8; 64]).unwrap().open(&sealed).err(), Some(Unopened));
        assert!(Key::new(&[7; 63]).is_none() && Key::new(&[7; 65]).is_none() && Key::new(&[7; 32]).is_none());
    }
}
