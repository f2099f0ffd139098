//! The choice of a language.

use super::{Sample, href, sample};
use doorstep_web::{headers::Surface, pages::Languages};

pub(super) fn samples() -> Vec<Sample> {
    let page = |chosen, account| Languages { next: href("/login?i=8JqW2xPz0kV7rT5nYb3mQA&other=1"), chosen, account };
    vec![
        sample("language", Surface::SecretForm, &page(false, false)),
        sample("language-chosen", Surface::SecretForm, &page(true, true)),
    ]
}
