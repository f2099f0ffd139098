//! One value: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, and the code over all of them.

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Payload, consts::U32},
    aes::Aes256,
};
use aws_lc_rs::digest::{Context, SHA512};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_core::{entropy::Entropy, secret::Secret};
use serde_json::Value;
use std::fmt::Write;
use zeroize::Zeroize;

/// Values under such keys stay in plain, says `sops` where nothing else is said.
pub(super) const PLAIN_SUFFIX: &str = "_unencrypted";
const NONCE: usize = 32;
const TAG: usize = 16;

/// Under the key of one file.
pub(super) struct Cipher(AesGcm<Aes256, U32>);

impl Cipher {
    pub(super) fn new(key: &Secret<Vec<u8>>) -> Option<Self> {
        AesGcm::new_from_slice(key.expose()).ok().map(Self)
    }

    pub(super) fn close(&self, plain: &[u8], kind: &str, path: &str, entropy: &mut Entropy) -> Option<String> {
        if plain.is_empty() {
            return Some(String::new());
        }
        let nonce: [u8; NONCE] = entropy.bytes();
        let sealed = self.0.encrypt(&nonce.into(), Payload { msg: plain, aad: path.as_bytes() }).ok()?;
        let (data, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        let text = |bytes: &[u8]| STANDARD.encode(bytes);
        Some(format!("ENC[AES256_GCM,data:{},iv:{},tag:{},type:{kind}]", text(data), text(&nonce), text(tag)))
    }

    pub(super) fn open(&self, closed: &str, path: &str) -> Option<Secret<Vec<u8>>> {
        if closed.is_empty() {
            return Some(Secret::new(Vec::new()));
        }
        let mut parts = closed.strip_prefix("ENC[AES256_GCM,")?.strip_suffix(']')?.split(',');
        let mut part = |name: &str| STANDARD.decode(parts.next()?.strip_prefix(name)?).ok();
        let (mut data, nonce, tag) = (part("data:")?, part("iv:")?, part("tag:")?);
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        data.extend_from_slice(&tag);
        self.0.decrypt(&nonce.into(), Payload { msg: &data, aad: path.as_bytes() }).ok().map(Secret::new)
    }

    /// The code over a closed tree; `None` where a value does not open in its place.
    pub(super) fn code_of(&self, tree: &Value) -> Option<String> {
        let mut hash = Context::new(&SHA512);
        self.add(tree, &mut Vec::new(), &mut hash)?;
        Some(hexadecimal(hash))
    }

    fn add(&self, node: &Value, path: &mut Vec<String>, hash: &mut Context) -> Option<()> {
        match node {
            Value::Null => {}
            Value::String(closed) => hash.update(self.open(closed, &joined(path))?.expose()),
            Value::Array(items) => {
                for item in items {
                    self.add(item, path, hash)?;
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    path.push(key.clone());
                    self.add(member, path, hash)?;
                    path.pop();
                }
            }
            // Somebody wrote it in plain.
            Value::Bool(_) | Value::Number(_) => return None,
        }
        Some(())
    }
}

/// Closes a tree, value by value.
pub(super) struct Closing<'c> {
    cipher: &'c Cipher,
    entropy: &'c mut Entropy,
    hash: Context,
}

impl<'c> Closing<'c> {
    pub(super) fn new(cipher: &'c Cipher, entropy: &'c mut Entropy) -> Self {
        Self { cipher, entropy, hash: Context::new(&SHA512) }
    }

    pub(super) fn close(&mut self, node: &mut Value, path: &mut Vec<String>) -> Option<()> {
        let (mut plain, kind) = match node {
            Value::Null => return Some(()),
            Value::String(text) => (std::mem::take(text), "str"),
            // As sops writes them.
            Value::Bool(yes) => (if *yes { "True" } else { "False" }.to_owned(), "bool"),
            Value::Number(number) if number.is_f64() => (number.as_f64()?.to_string(), "float"),
            Value::Number(number) => (number.to_string(), "int"),
            Value::Array(items) => return items.iter_mut().try_for_each(|item| self.close(item, path)),
            Value::Object(members) => {
                for (key, member) in members.iter_mut() {
                    if key.ends_with(PLAIN_SUFFIX) {
                        return None;
                    }
                    path.push(key.clone());
                    self.close(member, path)?;
                    path.pop();
                }
                return Some(());
            }
        };
        self.hash.update(plain.as_bytes());
        let closed = self.cipher.close(plain.as_bytes(), kind, &joined(path), self.entropy);
        plain.zeroize();
        *node = Value::String(closed?);
        Some(())
    }

    /// The code over what was closed.
    pub(super) fn code(self) -> String {
        hexadecimal(self.hash)
    }
}

fn joined(path: &[String]) -> String {
    path.join(":") + ":"
}

fn hexadecimal(hash: Context) -> String {
    hash.finish().as_ref().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02X}");
        out
    })
}
