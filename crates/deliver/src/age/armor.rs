//! Armor: base64 in lines of 64 between two marks (RFC 7468, strict).

use base64::{Engine, engine::general_purpose::STANDARD};

/// How an armored file begins.
pub(crate) const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";
const LINE: usize = 64;

pub(crate) fn enarmor(file: &[u8]) -> String {
    let body = STANDARD.encode(file);
    let mut out = format!("{BEGIN}\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + END + "\n"
}

/// The file in the armor; `None` when there is anything else, or it stands there in another way than it is written.
pub(crate) fn dearmor(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let body = text.strip_prefix(BEGIN)?.strip_suffix(&format!("{END}\n"))?;
    let file = STANDARD.decode(body.replace('\n', "")).ok()?;
    (enarmor(&file) == text).then_some(file)
}

/// As much of the beginning of the file as can be read, however it goes on.
pub(crate) fn beginning(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(BEGIN.as_bytes()).unwrap_or_default();
    let letters: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_body = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = letters.iter().take_while(is_body).count();
    let whole = letters.get(..length - length % 4).unwrap_or_default();
    STANDARD.decode(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_is_read() {
        let file: Vec<u8> = (0..100).collect();
        let text = enarmor(&file);
        assert_eq!(dearmor(text.as_bytes()), Some(file));
        let body = text.lines().nth(1).unwrap();
        for (what, changed) in [
            ("line ends", text.replace('\n', "\r\n")),
            ("an empty line", text.replacen('\n', "\n\n", 1)),
            ("no end of line", text.trim_end().to_owned()),
            ("a line more", format!("{text}\n")),
            ("one long line", text.replace(&format!("{body}\n"), body)),
            ("a short line", text.replace(body, &body.replacen('A', "A\n", 1))),
            ("no line after the mark", text.replacen('\n', "", 1)),
            ("no padding", text.replace('=', "")),
        ] {
            assert_ne!(changed, text, "{what}");
            assert_eq!(dearmor(changed.as_bytes()), None, "{what}");
        }
    }
}
