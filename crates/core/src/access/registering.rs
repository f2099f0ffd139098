//! Who may ask for an account, by the mail address that they show to be theirs.

use crate::{
    id::GroupName,
    model::{mail_host, mail_key},
    time::Ttl,
};
use std::collections::BTreeSet;

/// Whether people who are new may ask for an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// No: they are invited.
    #[default]
    Off,
    /// Yes, and an administrator answers.
    Approval,
    /// Yes, and they make it.
    Open,
}

/// The terms of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registering {
    /// Whether they may.
    pub open: Registration,
    /// The hosts of mail addresses with which they may, as the name system has them; any when there are none.
    pub domains: Vec<String>,
    /// The groups that somebody new joins.
    pub groups: BTreeSet<GroupName>,
}

impl Registering {
    /// Whether this address may ask. A host counts by itself: neither those below it nor those that end like it do (security
    /// row 73).
    pub fn takes(&self, email: &str) -> bool {
        let key = mail_key(email).ok();
        let host = key.as_deref().and_then(|key| key.split_once('@')).map(|(_, host)| host);
        host.is_some_and(|host| {
            let is_it = |domain: &String| mail_host(domain).is_ok_and(|domain| domain == host);
            self.domains.is_empty() || self.domains.iter().any(is_it)
        })
    }
}

/// The terms of a recovery by mail, where it is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryByMail {
    /// For how long it waits, and can be stopped.
    pub delay: Ttl,
    /// Whether the accounts of administrators can be recovered so.
    pub admins: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_73_a_domain_counts_by_itself_and_an_address_has_one() {
        let only = |domain: &str| Registering { domains: vec![domain.to_owned()], ..Registering::default() };
        for (domain, email, takes) in [
            ("example.org", "ada@example.org", true),
            ("example.org", "ADA@EXAMPLE.ORG", true),
            ("Example.org", "ada@example.org", true),
            ("bücher.example", "ada@xn--bcher-kva.example", true),
            ("example.org", "ada@mail.example.org", false),
            ("example.org", "ada@evilexample.org", false),
            ("example.org", "ada@example.org.evil.test", false),
            ("example.org", "a@evil.test@example.org", false),
            ("example.org", "\"x@evil\"@example.org", false),
            ("example.org", "a@example.org.", false),
            ("example.org", "ada", false),
            ("example.org", "", false),
        ] {
            assert_eq!(only(domain).takes(email), takes, "{domain} {email}");
        }
        assert!(Registering::default().takes("ada@anywhere.example"));
        assert!(!Registering::default().takes("a@evil.test@example.com"));
    }
}
