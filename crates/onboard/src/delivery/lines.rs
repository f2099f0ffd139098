//! Lines with secrets in them: the whole is allocated once, so that no part of it is left behind in memory.

use doorstep_core::secret::Secret;

#[derive(Default)]
pub(super) struct Lines(Vec<Secret<String>>);

impl Lines {
    /// Adds a line, or several; the end of the last one is added.
    pub(super) fn push(&mut self, line: String) {
        self.0.extend([Secret::new(line), Secret::new("\n".to_owned())]);
    }

    /// Adds a text as it stands.
    pub(super) fn append(&mut self, text: Secret<String>) {
        self.0.push(text);
    }

    pub(super) fn join(self) -> Secret<String> {
        let length = self.0.iter().map(|line| line.expose().len()).sum();
        let mut out = String::with_capacity(length);
        for line in &self.0 {
            out.push_str(line.expose());
        }
        Secret::new(out)
    }
}
