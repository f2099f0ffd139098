//! The nearest valid word to one that was probably mistyped.

/// The nearest of `words`, when it is near enough that a person would recognise it.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(word);
    let limit = (wanted.chars().count() / 3).max(1);
    let measured = words.into_iter().map(|other| (strsim::damerau_levenshtein(&wanted, &plain(other)), other));
    measured.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, other)| other)
}

/// Case and the kind of dash are no difference.
fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_finds_none() {
        let words = ["allow", "url", "callbacks", "forward_auth", "title"];
        for (word, found) in [
            ("alow", Some("allow")),
            ("allwo", Some("allow")),
            ("Allow", Some("allow")),
            ("forward-auth", Some("forward_auth")),
            ("forwardauth", Some("forward_auth")),
            ("callback", Some("callbacks")),
            ("uri", Some("url")),
            ("secret", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words), found, "{word}");
        }
    }
}
