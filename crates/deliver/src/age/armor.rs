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

/// The file in the armor; `None` when there is anything else.
pub(crate) fn dearmor(text: &[u8]) -> Option<Vec<u8>> {
    let body = std::str::from_utf8(text).ok()?.strip_prefix(BEGIN)?.strip_suffix(&format!("{END}\n"))?;
    STANDARD.decode(body.replace('\n', "")).ok()
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
