//! The hosts and the path of a router of Traefik: ``Host(`a.example.org`) && PathPrefix(`/b`)``.

/// Host names and the path that a rule asks for.
pub(crate) fn hosts(rule: &str) -> (Vec<String>, String) {
    let hosts = arguments(rule, "Host");
    let path = arguments(rule, "PathPrefix").into_iter().next().unwrap_or_default();
    (hosts, path)
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
    fn hosts_and_path_of_a_rule_are_found() {
        for (rule, found, path) in [
            ("Host(`a.example.org`)", &["a.example.org"][..], ""),
            ("Host(`a.example.org`) || Host(`b.example.org`)", &["a.example.org", "b.example.org"], ""),
            ("Host(`a.example.org`, `b.example.org`)", &["a.example.org", "b.example.org"], ""),
            ("Host(`a.example.org`) && PathPrefix(`/grafana`)", &["a.example.org"], "/grafana"),
            ("Host(\"a.example.org\") && !Host(`c.example.org`)", &["a.example.org"], ""),
            ("HostRegexp(`.+`) || HostSNI(`*`)", &[], ""),
        ] {
            assert_eq!(hosts(rule), (found.iter().map(|&host| host.to_owned()).collect(), path.to_owned()), "{rule}");
        }
    }
}
