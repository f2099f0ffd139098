//! What is remembered of a delivery is a hash: it must tell nobody whether a guess at a secret in it is right (ADR 39).

use super::Content;
use crate::catalog::{Filled, Template, Value};

/// The comment that makes a delivery one that nobody could guess, and its label.
const SEAL: &str = "So that nobody can guess what else stands here: {random.seal}";
const SEAL_LABEL: &str = "seal";

impl Content {
    /// Whether a person supplies a secret, and nothing goes in that nobody could guess: what is remembered of such a
    /// delivery would tell whether a guess is right.
    pub(crate) fn could_be_guessed(&self) -> bool {
        let texts = self.texts();
        let is_strong = |text: &&Filled| text.wants(&Value::ClientSecret) || !text.labels().is_empty();
        texts.iter().any(|text| !text.references().is_empty()) && !texts.iter().any(is_strong)
    }

    /// Makes it one that nobody could guess, where it has comments.
    pub(crate) fn seal(&mut self) {
        let (Self::Env { comments, .. } | Self::Text { comments, .. } | Self::Document { comments, .. }) = self else {
            return;
        };
        comments.extend(Template::try_from(SEAL.to_owned()).ok().map(|text| text.fill(|_| String::new())));
    }

    /// Whether that was done.
    pub(crate) fn is_sealed(&self) -> bool {
        self.texts().iter().any(|text| text.labels().contains(SEAL_LABEL))
    }
}
