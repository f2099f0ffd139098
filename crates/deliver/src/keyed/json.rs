//! JSON (RFC 8259): the value of one member is replaced, one is put behind the last, or one is taken out. White space
//! between the others stays.

use super::{Refused, Value};
use doorstep_onboard::delivery::KeyPath;
use std::ops::Range;

/// A member of an object, by where it stands.
struct Member {
    name: String,
    /// Where its name begins.
    start: usize,
    value: Range<usize>,
}

/// An object, by where it stands.
struct Object {
    /// Behind `{`.
    inside: Range<usize>,
    members: Vec<Member>,
}

pub(super) fn set(text: &str, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    let object = find(text, key)?;
    let new = value.tree().to_string();
    if let Some(member) = object.one(&key.name)? {
        return splice(text, member.value.clone(), &new);
    }
    let member = format!("{}: {new}", serde_json::Value::from(key.name.as_str()));
    match object.members.last() {
        Some(last) => {
            let above = text.get(..last.start).unwrap_or_default();
            let gap = above.get(above.trim_end().len()..).unwrap_or_default();
            splice(text, last.value.end..last.value.end, &format!(",{gap}{member}"))
        }
        None => splice(text, object.inside, &member),
    }
}

pub(super) fn unset(text: &str, key: &KeyPath) -> Result<String, Refused> {
    let object = find(text, key)?;
    let Some(at) = object.members.iter().position(|member| member.name == key.name) else { return Ok(text.to_owned()) };
    let before = at.checked_sub(1).and_then(|before| object.members.get(before));
    let range = match (before, object.members.get(at), object.members.get(at + 1)) {
        (Some(before), Some(member), _) => before.value.end..member.value.end,
        (None, Some(member), Some(next)) => member.start..next.start,
        _ => object.inside,
    };
    splice(text, range, "")
}

fn splice(text: &str, range: Range<usize>, new: &str) -> Result<String, Refused> {
    match (text.get(..range.start), text.get(range.end..)) {
        (Some(before), Some(after)) => Ok([before, new, after].concat()),
        _ => Err(unreadable()),
    }
}

fn unreadable() -> Refused {
    Refused("the file is no JSON".into())
}

impl Object {
    fn one(&self, name: &str) -> Result<Option<&Member>, Refused> {
        let mut found = self.members.iter().filter(|member| member.name == name);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(Refused(format!("`{name}` stands there twice; take one out"))),
            (found, _) => Ok(found),
        }
    }
}

/// The object that the key stands in.
fn find(text: &str, key: &KeyPath) -> Result<Object, Refused> {
    let mut object = object(text, space(text, 0)).ok_or_else(unreadable)?;
    for table in &key.tables {
        let member = object.one(table)?.ok_or_else(unreadable)?;
        object = self::object(text, member.value.start)
            .ok_or_else(|| Refused(format!("`{table}` is no table in which a key can stand; write it as {{}}")))?;
    }
    Ok(object)
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The first place from `at` on that is no white space.
fn space(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().iter().skip(at);
    at + rest.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

fn object(text: &str, at: usize) -> Option<Object> {
    if byte(text, at)? != b'{' {
        return None;
    }
    let (mut members, mut here) = (Vec::new(), space(text, at + 1));
    while byte(text, here)? != b'}' {
        let name_end = end(text, here)?;
        let name = serde_json::from_str(text.get(here..name_end)?).ok()?;
        let colon = space(text, name_end);
        if byte(text, colon)? != b':' {
            return None;
        }
        let value = space(text, colon + 1);
        let value = value..end(text, value)?;
        let next = space(text, value.end);
        members.push(Member { name, start: here, value });
        here = match byte(text, next)? {
            b',' => space(text, next + 1),
            _ => next,
        };
    }
    Some(Object { inside: at + 1..here, members })
}

/// Where the value that begins at `at` ends.
fn end(text: &str, at: usize) -> Option<usize> {
    let (mut depth, mut here) = (0_usize, at);
    loop {
        match byte(text, here)? {
            b'"' => {
                here = string_end(text, here)?;
                if depth == 0 {
                    return Some(here);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(here + 1);
                }
            }
            _ if depth == 0 => {
                let rest = text.get(here..)?;
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
                return Some(here + length.unwrap_or(rest.len())).filter(|end| *end > at);
            }
            _ => {}
        }
        here += 1;
    }
}

fn string_end(text: &str, at: usize) -> Option<usize> {
    let mut here = at + 1;
    loop {
        match byte(text, here)? {
            b'"' => return Some(here + 1),
            b'\\' => here += 2,
            _ => here += 1,
        }
    }
}
