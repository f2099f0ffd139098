//! Files as SOPS encrypts them: keys in plain, each value by itself, with a code over all of them.
//!
//! The format is that of sops 3 (<https://github.com/getsops/sops>, `aes/cipher.go`, `sops.go`, `stores`): AES-256-GCM
//! with nonces of 32 bytes, the path of a value as associated data, SHA-512 over all values in their order as the code.
//! The key of a file is encrypted with age to each recipient, the instance itself among them ([`crate::age`]). The name
//! of the file says its form, as it does to `sops`: variables, JSON, YAML, and one text for everything else.
//!
//! What was delivered is known by a mark in the age header of the instance's own copy of the key: a hash over the
//! fingerprint of the delivery, over the code, and over what SOPS says of the file beside it. Who edits the file with
//! `sops` changes the code, and so it is found. A file without such a mark is somebody else's, whoever can read it.

mod cipher;
mod form;

use crate::{
    age::{self, Mark, OwnKey, Recipient},
    age_file::Sealing,
    file::{FileSink, Form, Judged},
    pairs,
};
use cipher::{Cipher, Closing, PLAIN_SUFFIX};
use doorstep_core::{
    secret::{Secret, SecretHash},
    time::Timestamp,
};
use doorstep_onboard::{
    delivery::Rendered,
    sink::{Fingerprint, SinkError},
};
use form::{Metadata, Parts, Shape};
use serde_json::Map;
use std::{path::PathBuf, sync::Arc};

/// Whose rules the file follows.
const VERSION: &str = "3.13.3";

/// A sink of files that `sops` decrypts. `own_folder` as for [`FileSink::new`].
pub fn sops_sink(own_folder: PathBuf, sealing: Sealing, now: fn() -> Timestamp) -> FileSink {
    FileSink::of(own_folder, Arc::new(SopsForm { sealing, now }))
}

struct SopsForm {
    sealing: Sealing,
    now: fn() -> Timestamp,
}

/// A file of which the instance can read its own copy of the key.
struct Opened {
    mark: Option<Mark>,
    /// Over the values; `None` where it is not what the file says.
    code: Option<String>,
    metadata: Metadata,
    /// For which of its own keys that copy is.
    own: String,
}

impl Opened {
    /// Whether it is this delivery, untouched, whoever it is for.
    fn is(&self, last: Fingerprint) -> bool {
        let Some(code) = self.code.as_deref().filter(|_| self.metadata.rest.is_empty()) else { return false };
        self.mark.is_some_and(|mark| mark == marked(last, code, &self.metadata, &self.own))
    }
}

impl SopsForm {
    fn open(&self, there: &[u8]) -> Option<Opened> {
        let Parts { tree, metadata } = Parts::read(std::str::from_utf8(there).ok()?)?;
        let is_own = |recipient: &str| self.sealing.own.each().any(|own| own.recipient().as_str() == recipient);
        let own = metadata.age.iter().find(|key| is_own(&key.recipient))?;
        let (key, mark) = age::decrypt(&age::dearmor(own.enc.as_bytes())?, &self.sealing.own).ok()?;
        let cipher = Cipher::new(&key)?;
        let said = cipher.open(&metadata.mac, &metadata.lastmodified);
        let code = cipher.code_of(&tree).filter(|code| said.is_some_and(|said| said.matches(code.as_bytes())));
        let own = own.recipient.clone();
        Some(Opened { mark, code, metadata, own })
    }

    /// Whether it is for everyone it should be for.
    fn is_for_all(&self, metadata: &Metadata) -> bool {
        let all = self.sealing.all();
        metadata.age.iter().map(|key| key.recipient.as_str()).eq(all.iter().map(age::Recipient::as_str))
    }

    /// Whether a text that cannot be read is the rest of a file of ours: it begins as one does, up to the mark.
    fn began(&self, there: &[u8], shape: Shape) -> bool {
        let began = |own: &OwnKey| {
            let begin = shape.beginning(own.recipient().as_str())?;
            let rest = std::str::from_utf8(there).ok()?.strip_prefix(&begin)?.replace("\\n", "\n");
            age::mark_of(format!("{}{rest}", age::BEGIN).as_bytes())
        };
        self.sealing.own.each().any(|own| began(own).is_some())
    }

    fn write(&self, wanted: &Rendered) -> Option<String> {
        let mut entropy = (self.sealing.entropy)();
        let key: Secret<Vec<u8>> = Secret::new(entropy.bytes::<32>().to_vec());
        let cipher = Cipher::new(&key)?;
        let shape = Shape::of(wanted.to.path()?);
        let mut closing = Closing::new(&cipher, &mut entropy);
        let tree = shape.tree(wanted)?.closed(&mut closing)?;
        let code = closing.code();
        let lastmodified = jiff::Timestamp::from_second((self.now)().seconds()).ok()?.to_string();
        let mac = cipher.close(code.as_bytes(), "str", &lastmodified, &mut entropy)?;
        let mut closed = |recipient: &Recipient, mark| {
            let enc = age::encrypt(key.expose(), std::slice::from_ref(recipient), mark, &mut entropy).ok()?;
            Some(form::Key { recipient: recipient.as_str().to_owned(), enc: age::enarmor(&enc) })
        };
        let own = self.sealing.own.recipient();
        let others = self.sealing.all().into_iter().filter(|recipient| recipient != own);
        let age = others.map(|recipient| closed(&recipient, None)).collect::<Option<_>>()?;
        let (unencrypted_suffix, version) = (PLAIN_SUFFIX.to_owned(), VERSION.to_owned());
        let mut metadata = Metadata { age, lastmodified, mac, unencrypted_suffix, version, rest: Map::new() };
        // It stands over all others, and first.
        let mark = marked(wanted.fingerprint(), &code, &metadata, own.as_str());
        metadata.age.insert(0, closed(own, Some(mark))?);
        shape.write(&Parts { tree, metadata })
    }
}

/// Over everything but the copy of the key that carries it, and what the code is bound to.
fn marked(content: Fingerprint, code: &str, metadata: &Metadata, own: &str) -> Mark {
    let content = SecretHash::from(content);
    let mut parts = vec![content.bytes().as_slice(), code.as_bytes()];
    parts.extend([metadata.unencrypted_suffix.as_bytes(), metadata.version.as_bytes()]);
    for key in metadata.age.iter().filter(|key| key.recipient != own) {
        parts.extend([key.recipient.as_bytes(), key.enc.as_bytes()]);
    }
    Mark::of(&parts)
}

impl Form for SopsForm {
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged {
        let opened = self.open(there);
        let same = |opened: &Opened| opened.is(wanted.fingerprint()) && self.is_for_all(&opened.metadata);
        match opened {
            Some(opened) if same(&opened) => Judged::Same,
            Some(Opened { mark: Some(_), .. }) => Judged::Ours,
            _ if there.trim_ascii().is_empty() => Judged::Ours,
            _ if wanted.to.path().is_some_and(|path| self.began(there, Shape::of(path))) => Judged::Ours,
            _ => Judged::Foreign,
        }
    }

    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError> {
        let shape = wanted.to.path().map_or(Shape::Binary, Shape::of);
        if let Some(key) = shape.tree(wanted).as_ref().and_then(|open| open.reserved(shape)) {
            let why =
                format!("it has a key `{key}`, which SOPS keeps for itself; deliver it to an `age:` file instead");
            return Err(SinkError::Blocked(why));
        }
        let text = self.write(wanted);
        let text = text.ok_or_else(|| SinkError::Blocked("it cannot be written as a file of SOPS".into()))?;
        Ok(Secret::new(text.into_bytes()))
    }

    /// Its keys are in plain. Values are not read: a file of somebody else's is closed to the instance.
    fn pairs(&self, there: &[u8]) -> Vec<(String, Secret<String>)> {
        let parts = std::str::from_utf8(there).ok().and_then(Parts::read);
        let leaves = parts.map(|parts| pairs::leaves(&parts.tree)).unwrap_or_default();
        leaves.into_iter().map(|(key, _)| (key, Secret::new(String::new()))).collect()
    }

    fn is(&self, there: &[u8], last: Fingerprint) -> bool {
        self.open(there).is_some_and(|opened| opened.is(last))
    }
}
