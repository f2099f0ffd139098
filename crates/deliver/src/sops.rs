//! Files as SOPS encrypts them: keys in plain, each value by itself, with a code over all of them.
//!
//! The format is that of sops 3 (<https://github.com/getsops/sops>, `aes/cipher.go`, `sops.go`, `stores`): AES-256-GCM
//! with nonces of 32 bytes, the path of a value as associated data, SHA-512 over all values in their order as the code.
//! The key of a file is encrypted with age to each recipient, the instance itself among them ([`crate::age`]). The name
//! of the file says its form, as it does to `sops`: variables, JSON, YAML, and one text for everything else.
//!
//! What was delivered is known by a mark in the age header of the instance's own copy of the key: a hash over the
//! fingerprint of the delivery and over the code. Who edits the file with `sops` changes the code, and so it is found.

mod cipher;
mod form;

use crate::{
    age::{self, Mark},
    age_file::Sealing,
    file::{FileSink, Form, Judged},
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
use form::{Parts, Shape};
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

impl SopsForm {
    /// Whether the file is whole, for everyone it should be for, and this delivery.
    fn holds(&self, there: &[u8], last: Fingerprint) -> bool {
        self.read(there, last).unwrap_or(false)
    }

    fn read(&self, there: &[u8], last: Fingerprint) -> Option<bool> {
        let Parts { tree, metadata } = Parts::read(std::str::from_utf8(there).ok()?)?;
        let all = self.sealing.all();
        let for_all = metadata.age.iter().map(|key| key.recipient.as_str()).eq(all.iter().map(age::Recipient::as_str));
        let (key, mark) = age::decrypt(&age::dearmor(metadata.age.first()?.enc.as_bytes())?, &self.sealing.own).ok()?;
        let cipher = Cipher::new(&key)?;
        let code = cipher.code_of(&tree)?;
        let said = cipher.open(&metadata.mac, &metadata.lastmodified)?;
        Some(for_all && said.matches(code.as_bytes()) && mark == Some(marked(last, &code)))
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
        let mark = marked(wanted.fingerprint(), &code);
        let mut age = Vec::new();
        for (at, recipient) in self.sealing.all().into_iter().enumerate() {
            let mark = (at == 0).then_some(mark);
            let enc = age::encrypt(key.expose(), std::slice::from_ref(&recipient), mark, &mut entropy).ok()?;
            age.push(form::Key { recipient: recipient.as_str().to_owned(), enc: age::enarmor(&enc) });
        }
        let (unencrypted_suffix, version) = (PLAIN_SUFFIX.to_owned(), VERSION.to_owned());
        shape.write(&Parts { tree, metadata: form::Metadata { age, lastmodified, mac, unencrypted_suffix, version } })
    }
}

fn marked(content: Fingerprint, code: &str) -> Mark {
    Mark::of(&[SecretHash::from(content).bytes(), code.as_bytes()])
}

impl Form for SopsForm {
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged {
        let own = self.sealing.own.recipient().as_str();
        // Even the rest of a file that was cut off begins with it.
        let ours = || std::str::from_utf8(there).is_ok_and(|text| text.trim().is_empty() || text.contains(own));
        match self.holds(there, wanted.fingerprint()) {
            true => Judged::Same,
            false if ours() => Judged::Ours,
            false => Judged::Foreign,
        }
    }

    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError> {
        let text = self.write(wanted);
        let text = text.ok_or_else(|| SinkError::Blocked("it cannot be written as a file of SOPS".into()))?;
        Ok(Secret::new(text.into_bytes()))
    }

    fn is(&self, there: &[u8], last: Fingerprint) -> bool {
        self.holds(there, last)
    }
}
