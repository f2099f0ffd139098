//! Variables: a `.env` file, and what Compose puts in place of `${NAME}` (compose-spec, interpolation).

use std::collections::BTreeMap;

/// Names and values.
pub(crate) type Variables = BTreeMap<String, String>;

/// Reads a `.env` file.
pub(crate) fn parse(text: &str) -> Variables {
    let mut found = Variables::new();
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
        found.insert(name.trim().to_owned(), value);
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Puts values in the place of variables. One without a value and a default stays as `${NAME}`.
pub(crate) fn interpolate(text: &str, variables: &Variables) -> String {
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
            out.push_str(&braced(inner, variables));
            rest = behind.strip_prefix('}').unwrap_or(behind);
        } else {
            let length = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let (name, behind) = after.split_at(length);
            match variables.get(name) {
                Some(value) => out.push_str(value),
                None if name.is_empty() => out.push('$'),
                None => out.extend(["${", name, "}"]),
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
fn braced(inner: &str, variables: &Variables) -> String {
    let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let (name, rest) = inner.split_at(length);
    let value = variables.get(name);
    let full = value.filter(|value| !value.is_empty());
    let text = |text: &str| interpolate(text, variables);
    let unknown = || format!("${{{name}}}");
    if let Some(default) = rest.strip_prefix(":-") {
        full.cloned().unwrap_or_else(|| text(default))
    } else if let Some(default) = rest.strip_prefix('-') {
        value.cloned().unwrap_or_else(|| text(default))
    } else if let Some(other) = rest.strip_prefix(":+") {
        full.map(|_| text(other)).unwrap_or_default()
    } else if let Some(other) = rest.strip_prefix('+') {
        value.map(|_| text(other)).unwrap_or_default()
    } else {
        value.cloned().unwrap_or_else(unknown)
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
        assert_eq!(known["HOST"], "cloud.example.org");
        assert_eq!(known["EXACT"], "a ${DOMAIN} b");
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
}
