//! Takes what was delivered out of a text that somebody else wrote: a command, a server of Kubernetes.

use super::Rendered;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use doorstep_core::secret::Secret;

/// Stands where something was taken out.
pub const HIDDEN: &str = "••••";

/// So many letters in a row that are in a secret are a piece of it.
const PIECE: usize = 10;

impl Rendered {
    /// `text` without the secret values of this delivery, and without any piece of the secrets in them: as they are, as
    /// JSON escapes them, and in base64. It has to be called before the text is cut, so that no half of a secret is left.
    pub fn masked(&self, text: &str) -> String {
        let values: Vec<&str> =
            self.values.iter().filter(|pair| pair.secret).map(|pair| pair.value.expose().as_str()).collect();
        let secrets: Vec<&str> = self.secrets.iter().map(|secret| secret.expose().as_str()).collect();
        masked(text, &values, &secrets)
    }
}

fn masked(text: &str, values: &[&str], secrets: &[&str]) -> String {
    let mut hidden = vec![false; text.len()];
    for form in values.iter().flat_map(|value| forms(value)) {
        hide_whole(&mut hidden, text, form.expose());
    }
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        hide_pieces(&mut hidden, text, form.expose());
    }
    let mut shown = String::new();
    let mut before = false;
    for (at, letter) in text.char_indices() {
        let hide = hidden.get(at) == Some(&true);
        match hide {
            false => shown.push(letter),
            true if before => {}
            true => shown.push_str(HIDDEN),
        }
        before = hide;
    }
    shown
}

fn hide_whole(hidden: &mut [bool], text: &str, secret: &str) {
    for (at, found) in text.match_indices(secret) {
        hidden.iter_mut().skip(at).take(found.len()).for_each(|letter| *letter = true);
    }
}

/// Of a secret that is shorter than a piece, only the whole.
fn hide_pieces(hidden: &mut [bool], text: &str, secret: &str) {
    let Some(last) = secret.chars().take(PIECE).count().checked_sub(1) else { return };
    for (start, _) in text.char_indices() {
        let rest = text.get(start..).unwrap_or_default();
        let Some((at, letter)) = rest.char_indices().nth(last) else { return };
        let length = at + letter.len_utf8();
        if rest.get(..length).is_some_and(|piece| secret.contains(piece)) {
            hidden.iter_mut().skip(start).take(length).for_each(|letter| *letter = true);
        }
    }
}

fn forms(secret: &str) -> Vec<Secret<String>> {
    let mut forms = base64(secret);
    forms.push(Secret::new(secret.to_owned()));
    forms.push(escaped(secret));
    forms
}

fn escaped(secret: &str) -> Secret<String> {
    let quoted = Secret::new(serde_json::to_string(secret).unwrap_or_default());
    let inside = quoted.expose().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Secret::new(inside.unwrap_or_default().to_owned())
}

/// In both alphabets; beginning at each third byte, as it looks inside of something longer.
fn base64(secret: &str) -> Vec<Secret<String>> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        let bytes = Secret::new(bytes);
        // The letters at its ends hold bits of what stands beside it.
        let (from, rest) = (if before == 0 { 0 } else { before + 1 }, bytes.expose().len() % 3);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let whole = Secret::new(engine.encode(bytes.expose()));
            let inner = whole.expose().len().checked_sub(usize::from(rest != 0));
            let inner = inner.and_then(|end| whole.expose().get(from..end)).unwrap_or_default();
            forms.push(Secret::new(inner.to_owned()));
            if before == 0 {
                forms.push(whole);
            }
        }
    }
    // A few letters are in any text.
    forms.retain(|form| form.expose().len() > 4);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    const SECRET: &str = "canary-5f0d2a-\"quoted\"-~~??>>";

    #[test]
    fn a_secret_is_hidden_in_each_form_and_so_is_a_piece_of_it() {
        let document = format!("{{\"oauth\": {SECRET}}}");
        let quoted = serde_json::to_string(SECRET).unwrap();
        for (said, shown) in [
            (format!("not {SECRET}."), "not ••••."),
            (format!("{SECRET}{SECRET}"), "••••"),
            (format!("not {}, please", &SECRET[..12]), "not ••••, please"),
            (format!("not {}, please", &SECRET[8..20]), "not ••••, please"),
            (format!("not {quoted}"), "not \"••••\""),
            (format!("not {document}, please"), "not ••••, please"),
            (format!("é{SECRET}é"), "é••••é"),
            ("nothing of it".to_owned(), "nothing of it"),
            (String::new(), ""),
        ] {
            assert_eq!(masked(&said, &[&document], &[SECRET]), shown, "{said}");
        }
    }

    #[test]
    fn base64_of_a_secret_is_hidden_wherever_it_begins_in_something_longer() {
        for before in ["", "a", "ab", "abc", "pass=", "password="] {
            for (engine, name) in [(STANDARD, "standard"), (URL_SAFE, "url-safe")] {
                let said = engine.encode(format!("{before}{SECRET}"));
                let shown = masked(&said, &[], &[SECRET]);
                let left = shown.replace(HIDDEN, "");
                // Two letters at each end hold bits of what stands beside it, and padding is none of it.
                let around = before.len().div_ceil(3) * 4 + 4;
                assert!(shown.contains(HIDDEN) && left.len() <= around, "{name} {before}: {shown}");
                let half = &said[..said.len() * 3 / 4];
                assert!(masked(half, &[], &[SECRET]).replace(HIDDEN, "").len() <= around, "{name} {before}");
            }
        }
    }

    #[test]
    fn a_short_secret_is_hidden_whole_and_none_hides_nothing() {
        assert_eq!(masked("one of ones", &[], &["one"]), "•••• of ••••s");
        assert_eq!(masked("one of ones", &[""], &[""]), "one of ones");
    }
}
