//! Files that are encrypted with age, armored, to the recipients of the configuration and the instance's own key.
//!
//! What stands there is decrypted and compared. Among the stanzas of the header is one that no reader looks at: its mark
//! says that the file is a delivery of this instance, and to whom it was encrypted, so that a changed list of recipients
//! is found. A file whose mark is destroyed is taken for somebody else's; one that is spoilt further down is ours where it
//! begins with a mark and with the instance's own copy of the key.

use crate::{
    age::{self, Mark, OwnKey, Recipient, Unopened},
    file::{FileSink, Form, Judged},
    pairs,
};
use doorstep_core::{entropy::Entropy, secret::Secret};
use doorstep_onboard::{
    delivery::Rendered,
    sink::{Fingerprint, SinkError},
};
use std::{path::PathBuf, sync::Arc};

/// What encrypted files are made with.
#[derive(Clone)]
pub struct Sealing {
    /// The public keys of those who may read.
    pub recipients: Vec<Recipient>,
    /// The instance's own.
    pub own: Arc<OwnKey>,
    /// Random bytes.
    pub entropy: fn() -> Entropy,
}

impl Sealing {
    /// Everyone who can read, the instance itself first; in an order that the configuration does not change.
    pub(crate) fn all(&self) -> Vec<Recipient> {
        let mut others = self.recipients.clone();
        others.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        others.dedup();
        others.retain(|other| other != self.own.recipient());
        let mut all = vec![self.own.recipient().clone()];
        all.extend(others);
        all
    }

    /// Says for whom a file is.
    fn mark(&self) -> Mark {
        let all = self.all();
        let texts: Vec<&[u8]> = all.iter().map(|recipient| recipient.as_str().as_bytes()).collect();
        Mark::of(&texts)
    }
}

/// A sink of files that are encrypted with age. `own_folder` as for [`FileSink::new`].
pub fn age_sink(own_folder: PathBuf, sealing: Sealing) -> FileSink {
    FileSink::of(own_folder, Arc::new(AgeForm(sealing)))
}

struct AgeForm(Sealing);

impl AgeForm {
    fn open(&self, there: &[u8]) -> Result<(Secret<Vec<u8>>, Option<Mark>), Unopened> {
        age::decrypt(&age::dearmor(there).ok_or(Unopened::Broken)?, &self.0.own)
    }
}

impl Form for AgeForm {
    fn judge(&self, there: &[u8], wanted: &Rendered) -> Judged {
        match self.open(there) {
            Ok((text, mark)) if mark == Some(self.0.mark()) && wanted.text.matches(text.expose()) => Judged::Same,
            Ok((_, Some(_))) => Judged::Ours,
            Err(Unopened::Broken) if there.trim_ascii().is_empty() => Judged::Ours,
            Err(Unopened::Broken) if age::began_as_ours(there, &self.0.own) => Judged::Ours,
            Ok((_, None)) | Err(Unopened::ForOthers | Unopened::Broken) => Judged::Foreign,
        }
    }

    fn written(&self, wanted: &Rendered) -> Result<Secret<Vec<u8>>, SinkError> {
        let (text, mark) = (wanted.text.expose().as_bytes(), Some(self.0.mark()));
        let file = age::encrypt(text, &self.0.all(), mark, &mut (self.0.entropy)());
        let file = file.map_err(|_| SinkError::Blocked("it cannot be encrypted to these recipients".into()))?;
        Ok(Secret::new(age::enarmor(&file).into_bytes()))
    }

    fn pairs(&self, there: &[u8]) -> Vec<(String, Secret<String>)> {
        let Ok((text, _)) = self.open(there) else { return Vec::new() };
        std::str::from_utf8(text.expose()).map(pairs::of).unwrap_or_default()
    }

    fn is(&self, there: &[u8], last: Fingerprint) -> bool {
        self.open(there).is_ok_and(|(text, mark)| mark.is_some() && Fingerprint::of(text.expose()) == last)
    }
}
