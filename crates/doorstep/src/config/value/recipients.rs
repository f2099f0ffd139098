//! The public keys that files are encrypted to.

use super::text::{Fault, TextValue};
use doorstep_deliver::{BadRecipient, Recipient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::str::FromStr;

/// One public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgeRecipient(Recipient);

impl FromStr for AgeRecipient {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        text.parse().map(Self).map_err(|error: BadRecipient| {
            let said = error.to_string();
            let (what, remedy) = said.split_once("; ").unwrap_or((&said, "name it as `age-keygen -y` prints it"));
            Fault::new(what, remedy)
        })
    }
}

impl TextValue for AgeRecipient {
    const FORMAT: &'static str = "age-recipient";
    fn text(&self) -> String {
        self.0.as_str().to_owned()
    }
}

super::text::as_string!(AgeRecipient, "AgeRecipient");

impl Serialize for AgeRecipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// Those who may read what is encrypted. Nobody is none: the file would be for the instance itself only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AgeRecipients(Vec<AgeRecipient>);

impl AgeRecipients {
    /// Their keys.
    pub(crate) fn keys(&self) -> Vec<Recipient> {
        self.0.iter().map(|one| one.0.clone()).collect()
    }
}
