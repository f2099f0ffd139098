//! The header: who can open the file, and what authenticates it.

use super::{
    armor,
    key::Stanza,
    primitive::{FileKey, derive},
};
use aws_lc_rs::{
    digest::{Context, SHA256},
    error::Unspecified,
    hmac::{HMAC_SHA256, Key, sign, verify},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use doorstep_core::secret::Secret;
use std::fmt::Write;

const VERSION: &str = "age-encryption.org/v1\n";
const END: &str = "---";
/// The type of a stanza that tells nothing to anybody but us; readers pass over types that they do not know.
const MARK: &str = "doorstep-delivery";

/// Says that a file is a delivery, and of what; 32 bytes that are no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark([u8; 32]);

impl Mark {
    /// Of these parts.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Context::new(&SHA256);
        for part in parts {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut out = [0; 32];
        out.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
        Self(out)
    }
}

pub(super) struct Header {
    pub(super) mark: Option<Mark>,
    pub(super) stanzas: Vec<Stanza>,
}

/// What the authentication of a header covers, and what it is.
pub(super) struct Authenticated<'f> {
    covered: &'f [u8],
    code: Vec<u8>,
}

impl Authenticated<'_> {
    pub(super) fn verify(&self, file_key: &FileKey) -> Result<(), Unspecified> {
        verify(&hmac(file_key)?, self.covered, &self.code)
    }
}

fn hmac(file_key: &FileKey) -> Result<Key, Unspecified> {
    let key: Secret<[u8; 32]> = derive(&[], file_key.expose(), b"header")?;
    Ok(Key::new(HMAC_SHA256, key.expose()))
}

impl Header {
    pub(super) fn write(&self, file_key: &FileKey) -> Result<Vec<u8>, Unspecified> {
        let mut out = VERSION.to_owned();
        if let Some(Mark(mark)) = self.mark {
            let _ = write!(out, "-> {MARK} {}\n\n", STANDARD_NO_PAD.encode(mark));
        }
        for Stanza { share, body } in &self.stanzas {
            // A body of 32 bytes is one line, shorter than the longest.
            let (share, body) = (STANDARD_NO_PAD.encode(share), STANDARD_NO_PAD.encode(body));
            let _ = write!(out, "-> X25519 {share}\n{body}\n");
        }
        out.push_str(END);
        let code = sign(&hmac(file_key)?, out.as_bytes());
        let _ = writeln!(out, " {}", STANDARD_NO_PAD.encode(code.as_ref()));
        Ok(out.into_bytes())
    }

    /// The header, what authenticates it, and what follows it. Only what [`Self::write`] writes is read.
    pub(super) fn read(file: &[u8]) -> Option<(Self, Authenticated<'_>, &[u8])> {
        let mut rest = file.strip_prefix(VERSION.as_bytes())?;
        let mut header = Self { mark: None, stanzas: Vec::new() };
        loop {
            let (line, after) = line(rest)?;
            if let Some(code) = line.strip_prefix("--- ") {
                let covered = file.get(..file.len() - rest.len() + END.len())?;
                return Some((header, Authenticated { covered, code: STANDARD_NO_PAD.decode(code).ok()? }, after));
            }
            let (kind, argument) = line.strip_prefix("-> ")?.split_once(' ')?;
            let (body, after) = self::line(after)?;
            let argument = <[u8; 32]>::try_from(STANDARD_NO_PAD.decode(argument).ok()?).ok()?;
            match kind {
                MARK => header.mark = Some(Mark(argument)),
                "X25519" => {
                    let body = STANDARD_NO_PAD.decode(body).ok()?.try_into().ok()?;
                    header.stanzas.push(Stanza { share: argument, body });
                }
                _ => return None,
            }
            rest = after;
        }
    }

    /// The mark at the beginning of an armored file, however the rest of it goes on.
    pub(super) fn mark(file: &[u8]) -> Option<Mark> {
        Some(marked(&armor::beginning(file))?.0)
    }

    /// The same, and the stanza that follows it, which is the instance's own.
    pub(super) fn began(file: &[u8]) -> Option<(Mark, Stanza)> {
        let file = armor::beginning(file);
        let (mark, rest) = marked(&file)?;
        let (_, rest) = line(rest)?;
        let (share, rest) = line(rest)?;
        let (body, _) = line(rest)?;
        let share = STANDARD_NO_PAD.decode(share.strip_prefix("-> X25519 ")?).ok()?.try_into().ok()?;
        let body = STANDARD_NO_PAD.decode(body).ok()?.try_into().ok()?;
        Some((mark, Stanza { share, body }))
    }
}

fn marked(file: &[u8]) -> Option<(Mark, &[u8])> {
    let (first, rest) = line(file.strip_prefix(VERSION.as_bytes())?)?;
    let mark = first.strip_prefix("-> ")?.strip_prefix(MARK)?.trim();
    Some((Mark(STANDARD_NO_PAD.decode(mark).ok()?.try_into().ok()?), rest))
}

fn line(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = text.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}
