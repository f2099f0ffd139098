//! Variables: a `.env` file, and what Compose puts in place of `${NAME}` (compose-spec, interpolation).

use std::cell::Cell;
use std::collections::BTreeMap;

/// No text grows longer than this by what is put into it.
pub(crate) const LONGEST: usize = 64 << 10;
/// No more is put into all texts of a file together.
const MOST: usize = 16 << 20;
/// No defaults stand deeper in one another.
const NESTED: usize = 32;

/// Names and values, and how much may still be put into texts: a few lines that double one another fill no memory.
#[derive(Debug)]
pub(crate) struct Variables {
    values: BTreeMap<String, String>,
    left: Cell<usize>,
}

impl Default for Variables {
    fn default() -> Self {
        Self { values: BTreeMap::new(), left: Cell::new(MOST) }
    }
}

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether there is room for this much more.
    pub(crate) fn room(&self, size: usize) -> bool {
        let left = self.left.get().checked_sub(size);
        self.left.set(left.unwrap_or(self.left.get()));
        left.is_some()
    }

    /// Whether a value was put behind a text: there must be room for it.
    pub(crate) fn put(&self, out: &mut String, value: &str) -> bool {
        let fits = out.len() + value.len() <= LONGEST && self.room(value.len());
        if fits {
            out.push_str(value);
        }
        fits
    }
}

/// Reads a `.env` file.
pub(crate) fn parse(text: &str) -> Variables {
    let mut found = Variables::default();
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_name(name.trim())) else { continue };
        let value = value.trim();
        let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.split(quote).next());
        let value = match (quoted('\''), quoted('"')) {
            (Some(exact), _) => exact.to_owned(),
            (_, Some(inner)) => interpolate(inner, &found),
            _ => interpolate(value.split(" #").next().unwrap_or_default().trim(), &found),
        };
        found.values.insert(name.trim().to_owned(), value);
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Puts values in the place of variables. One without a value and a default stays as `${NAME}`; one for whose value
/// there is no room stays as it is.
pub(crate) fn interpolate(text: &str, variables: &Variables) -> String {
    filled(text, variables, 0)
}

fn filled(text: &str, variables: &Variables, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inside) = after.strip_prefix('{') {
            let length = closing(inside);
            let (inner, behind) = inside.split_at(length);
            let value = (depth < NESTED).then(|| braced(inner, variables, depth + 1));
            if !value.is_some_and(|value| variables.put(&mut out, &value)) {
                out.extend(["${", inner, "}"]);
            }
            rest = behind.strip_prefix('}').unwrap_or(behind);
        } else {
            let length = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let (name, behind) = after.split_at(length);
            let is_put = variables.get(name).is_some_and(|value| variables.put(&mut out, value));
            if name.is_empty() {
                out.push('$');
            } else if !is_put {
                out.extend(["${", name, "}"]);
            }
            rest = behind;
        }
    }
    out + rest
}

/// How far it is to the brace that ends what was begun.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// What stands between `${` and `}`.
fn braced(inner: &str, variables: &Variables, depth: usize) -> String {
    let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let (name, rest) = inner.split_at(length);
    let value = variables.get(name);
    let full = value.filter(|value| !value.is_empty());
    let text = |text: &str| filled(text, variables, depth);
    let owned = |value: Option<&str>| value.map(str::to_owned);
    if let Some(default) = rest.strip_prefix(":-") {
        owned(full).unwrap_or_else(|| text(default))
    } else if let Some(default) = rest.strip_prefix('-') {
        owned(value).unwrap_or_else(|| text(default))
    } else if let Some(other) = rest.strip_prefix(":+") {
        full.map(|_| text(other)).unwrap_or_default()
    } else if let Some(other) = rest.strip_prefix('+') {
        value.map(|_| text(other)).unwrap_or_default()
    } else {
        owned(value).unwrap_or_else(|| format!("${{{name}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_put_in_as_compose_does() {
        let known = parse(
            "# ours\nDOMAIN=example.org # public\nexport HOST=\"cloud.${DOMAIN}\"\nEXACT='a ${DOMAIN} b'\nEMPTY=\nbad line\n",
        );
        assert_eq!(known.get("HOST"), Some("cloud.example.org"));
        assert_eq!(known.get("EXACT"), Some("a ${DOMAIN} b"));
        for (text, expected) in [
            ("x.${DOMAIN}", "x.example.org"),
            ("x.$DOMAIN/", "x.example.org/"),
            ("${EMPTY:-y}.${EMPTY-y}", "y."),
            ("${NONE:-${HOST}}", "cloud.example.org"),
            ("${NONE-a}${DOMAIN:+b}${NONE:+c}", "ab"),
            ("${NONE}.$NONE", "${NONE}.${NONE}"),
            ("${NONE:?must be set}", "${NONE}"),
            ("$$HOME costs 5$", "$HOME costs 5$"),
            ("${DOMAIN", "example.org"),
        ] {
            assert_eq!(interpolate(text, &known), expected, "{text}");
        }
    }

    #[test]
    fn defaults_in_defaults_are_put_in_as_deep_as_people_write_them_and_stay_below() {
        let known = parse("A=a");
        let nested = |depth: usize| format!("{}${{A}}{}", "${X:-".repeat(depth), "}".repeat(depth));
        assert_eq!(interpolate(&nested(20), &known), "a");
        for depth in [40, 50_000] {
            let stays = interpolate(&nested(depth), &known);
            assert!(stays.starts_with("${X:-") && stays.len() <= nested(depth).len(), "{depth}");
        }
        for open in ["${X:-", "${A:-", "${X-", "${A:+", "${A+", "${"] {
            let text = open.repeat(50_000);
            assert!(interpolate(&text, &known).len() <= text.len() + 64, "{open}");
        }
    }

    #[test]
    fn values_that_double_one_another_stay_small() {
        let doubling = |with: &str| {
            let line = |number: usize| format!("A{}={}\n", number + 1, with.replace('A', &format!("A{number}")));
            (0..60).map(line).fold("A0=xxxxxxxxxx\n".to_owned(), |all, line| all + &line)
        };
        for with in ["$A$A", "\"${A}${A}\"", "${N:-$A}${A:-}", "${A:+$A$A}"] {
            let known = parse(&doubling(with));
            let largest = known.values.values().map(String::len).max().unwrap_or_default();
            assert!(largest > 10 && largest <= 2 * LONGEST, "{with}: {largest}");
            assert_eq!(known.get("A2").map(str::len), Some(40), "{with}");
        }
        let known = parse(&format!("A={}", "x".repeat(LONGEST)));
        assert!(interpolate(&"$A".repeat(10_000), &known).len() <= 2 * LONGEST + 20_000);
    }
}
