//! The hosts and the paths of a router of Traefik: ``Host(`a.example.org`) && PathPrefix(`/b`)``.

/// A host and the path below it; no path where none alone says which requests are meant.
pub(crate) type Asked = (String, Option<String>);

/// More paths than these are told as requests that no path alone says.
pub(crate) const MOST_PATHS: usize = 32;

/// What no path says.
const MORE: [&str; 8] =
    ["Header", "HeaderRegexp", "Headers", "HeadersRegexp", "Method", "PathRegexp", "Query", "QueryRegexp"];

/// What a rule asks for, by each of its alternatives.
pub(crate) fn asked(rule: &str) -> Vec<Asked> {
    let mut found = Vec::new();
    for one in alternatives(rule) {
        let mut paths = arguments(one, "PathPrefix");
        paths.extend(arguments(one, "Path"));
        let is_more = paths.len() > MOST_PATHS || MORE.iter().any(|matcher| !arguments(one, matcher).is_empty());
        if paths.is_empty() {
            paths.push(String::new());
        }
        for host in arguments(one, "Host") {
            let below = paths.iter().take(if is_more { 1 } else { paths.len() });
            found.extend(below.map(|path| (host.clone(), (!is_more).then(|| path.clone()))));
        }
    }
    found
}

/// The parts between `||` that stand in no parentheses.
fn alternatives(rule: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in rule.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                found.extend(rule.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(rule.get(start..));
    found
}

/// The arguments of each call of a matcher that is not denied.
fn arguments(rule: &str, matcher: &str) -> Vec<String> {
    let call = format!("{matcher}(");
    let mut found = Vec::new();
    for (at, _) in rule.match_indices(&call) {
        let before = rule.get(..at).and_then(|before| before.chars().last());
        if before.is_some_and(|one| one.is_alphanumeric() || one == '!') {
            continue;
        }
        let inside = rule.get(at + call.len()..).and_then(|rest| rest.split(')').next()).unwrap_or_default();
        let plain = |argument: &str| argument.trim().trim_matches(['`', '"', '\'']).to_owned();
        found.extend(inside.split(',').map(plain).filter(|argument| !argument.is_empty()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_paths_of_a_rule_are_found() {
        for (rule, found) in [
            ("Host(`a.b`)", &[("a.b", Some(""))][..]),
            ("Host(`a.b`) || Host(`c.d`)", &[("a.b", Some("")), ("c.d", Some(""))]),
            ("Host(`a.b`, `c.d`)", &[("a.b", Some("")), ("c.d", Some(""))]),
            ("Host(`a.b`) && PathPrefix(`/grafana`)", &[("a.b", Some("/grafana"))]),
            ("Host(`a.b`) && Path(`/x`)", &[("a.b", Some("/x"))]),
            ("Host(`a.b`) && PathPrefix(`/x`) || Host(`c.d`)", &[("a.b", Some("/x")), ("c.d", Some(""))]),
            ("(Host(`a.b`) || Host(`c.d`)) && PathPrefix(`/x`)", &[("a.b", Some("/x")), ("c.d", Some("/x"))]),
            ("Host(`a.b`) && (PathPrefix(`/x`) || PathPrefix(`/y`))", &[("a.b", Some("/x")), ("a.b", Some("/y"))]),
            ("Host(`a.b`) && (PathPrefix(`/x`, `/y`) && Method(`GET`))", &[("a.b", None)]),
            ("Host(`a.b`) && Headers(`X-A`, `b`)", &[("a.b", None)]),
            ("Host(`a.b`) && PathRegexp(`^/(x|y)`)", &[("a.b", None)]),
            ("Host(`a.b`) && !PathPrefix(`/x`) && !Headers(`X-A`, `b`)", &[("a.b", Some(""))]),
            ("Host(`a.b`) && ClientIP(`10.0.0.0/8`)", &[("a.b", Some(""))]),
            ("Host(\"a.b\") && !Host(`e.f`)", &[("a.b", Some(""))]),
            ("HostRegexp(`.+`) || HostSNI(`*`)", &[]),
            (")))||((", &[]),
        ] {
            let found: Vec<Asked> =
                found.iter().map(|(host, path)| ((*host).to_owned(), path.map(str::to_owned))).collect();
            assert_eq!(asked(rule), found, "{rule}");
        }
    }
}
