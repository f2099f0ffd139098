//! Which permission each verb of a service demands, read from the signatures: a table to review. A permission that
//! no verb demands, and a verb of the administration that takes no proof, fail.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources fails")]

use doorstep_core::access::Permission;
use std::{collections::BTreeMap, fs, path::Path};

/// Files in which each public verb of the administration stands, and those verbs of theirs that need no proof.
const ADMINISTRATION: [(&str, &[&str]); 27] = [
    // The server tidies up in the name of nobody.
    ("accounts/ends.rs", &["end_what_is_over"]),
    ("accounts/people.rs", &[]),
    // The server takes settled questions away in the name of nobody.
    ("accounts/access_requests.rs", &["settle_access_requests"]),
    ("accounts/invite.rs", &[]),
    // Whoever holds an invitation opens it.
    ("accounts/invitations.rs", &["open_invite"]),
    ("accounts/looked_after.rs", &[]),
    ("accounts/removal.rs", &[]),
    ("accounts/about_oneself.rs", &[]),
    // Whoever holds a link opens it.
    ("accounts/link.rs", &["open_link"]),
    // Reading, for pages of whoever is signed in: how fresh that is, how many passkeys, which apps.
    ("accounts/own.rs", &["require_fresh", "methods_of", "wants_another_way_back", "usable_apps"]),
    ("accounts/linked.rs", &[]),
    ("accounts/own_data.rs", &[]),
    ("accounts/own_passkeys.rs", &[]),
    ("accounts/own_totp.rs", &[]),
    // Whoever holds a code uses it.
    ("accounts/recovery_kit.rs", &["recover_by_code"]),
    ("sessions/elsewhere.rs", &[]),
    // The server warns in the name of nobody.
    ("accounts/program_tokens.rs", &["warn_of_ending_tokens"]),
    ("onboarding/groups.rs", &[]),
    // What is shown to everybody.
    ("onboarding/icons.rs", &["icon"]),
    ("onboarding/ledger.rs", &[]),
    ("onboarding/others.rs", &[]),
    ("onboarding/provider.rs", &[]),
    ("onboarding/source.rs", &[]),
    ("onboarding/withdraw.rs", &[]),
    // The server orders work in the name of nobody.
    ("queue.rs", &["order", "order_now"]),
    // A server says what it holds in the name of nobody; what is read is no secret.
    ("root_keys.rs", &["tell", "records", "heard"]),
    // Refused requests are kept in the name of nobody.
    ("refusals.rs", &["keep"]),
];

/// `file verb` and the permission that its signature demands, if any.
fn verbs() -> BTreeMap<(String, String), Option<String>> {
    let mut found = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for folder in [
        "",
        "accounts",
        "authorization",
        "gateway",
        "jobs",
        "onboarding",
        "root_keys",
        "sessions",
        "tokens",
        "upstreams",
    ] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let file = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            // Functions beside types count as those of types.
            let text = fs::read_to_string(&path).unwrap().replace("\npub async fn", "\n    pub async fn");
            for part in text.split("\n    pub ").skip(1) {
                let Some((_, signature)) = part.split_once("fn ").filter(|(before, _)| before.len() < 12) else {
                    continue;
                };
                let signature = signature.split_once(" {\n").map_or(signature, |(signature, _)| signature);
                if part.starts_with("async fn") || signature.contains("Act<") {
                    let name = signature.split(['(', '<']).next().unwrap().to_owned();
                    found.insert((file.clone(), name), demanded(signature));
                }
            }
        }
    }
    found
}

fn demanded(signature: &str) -> Option<String> {
    if signature.contains("own: &Own<'_>") {
        return Some("UseOwnAccount".to_owned());
    }
    let all: Vec<_> = signature.split("Act<'").skip(1).filter_map(|rest| rest.split([' ', '>']).nth(1)).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

#[test]
fn each_verb_demands_what_the_table_says() {
    let lines = verbs().into_iter().map(|((file, verb), demands)| {
        format!("{:56} {}", format!("{file} {verb}"), demands.as_deref().unwrap_or("-"))
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn each_permission_is_demanded_somewhere() {
    let verbs = verbs();
    for permission in Permission::ALL {
        let name = format!("{permission:?}");
        let is_demanded = verbs.values().flatten().any(|demands| demands.split(' ').any(|one| one == name));
        assert!(is_demanded, "{name} is demanded by no verb");
    }
}

#[test]
fn a_verb_of_the_administration_takes_proof() {
    let verbs = verbs();
    for (file, open) in ADMINISTRATION {
        let mut here = verbs.iter().filter(|((at, _), _)| at == file).peekable();
        assert!(here.peek().is_some(), "{file} has no verb");
        for ((_, verb), demands) in here {
            assert_eq!(demands.is_none(), open.contains(&verb.as_str()), "{file} {verb}");
        }
    }
}
