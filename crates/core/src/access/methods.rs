//! Which authentication methods an account has, and which may go: never the last one. And how well an instance is
//! administered, by those of its administrators.

use crate::model::Acr;

/// What is kept of an account to sign it in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// How many passkeys it has.
    pub passkeys: usize,
    /// Whether it has a password.
    pub password: bool,
    /// Whether a password of it wants a code of an authenticator app.
    pub totp: bool,
}

impl Enrolled {
    /// What of it counts now: a password, while signing in by password is switched on. Identities at upstreams are
    /// counted apart, and never for administrators: an instance must not depend on somebody else's.
    pub const fn methods(self, passwords: bool) -> Methods {
        let password = self.password && passwords;
        Methods { passkeys: self.passkeys, password, totp: self.totp && password, linked: 0 }
    }
}

/// The authentication methods of an account that could sign it in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods {
    /// How many passkeys it has.
    pub passkeys: usize,
    /// It has a password, and signing in by password is switched on.
    pub password: bool,
    /// The password wants a code of an authenticator app.
    pub totp: bool,
    /// How many identities it has at upstreams that are set up.
    pub linked: usize,
}

impl Methods {
    /// With so many identities at upstreams that are set up. Those of an administrator count for nothing: whoever
    /// administers keeps a way in that is their own, and the instance does not depend on somebody else's.
    #[must_use]
    pub const fn with_identities(self, linked: usize, administers: bool) -> Self {
        Self { linked: if administers { 0 } else { linked }, ..self }
    }

    /// Whether the account could sign in at all. Who was invited and has not come yet cannot.
    pub const fn can_sign_in(self) -> bool {
        self.has_a_passkey() || self.password || self.linked > 0
    }

    /// Whether a passkey may be removed.
    pub const fn may_lose_a_passkey(self) -> bool {
        self.passkeys > 1 || (self.passkeys == 1 && (self.password || self.linked > 0))
    }

    /// Whether the password may be removed.
    pub const fn may_lose_the_password(self) -> bool {
        self.has_a_passkey() || self.linked > 0
    }

    /// Whether an identity at an upstream may be removed, which is among those that count or not.
    pub const fn may_lose_an_identity(self, counts: bool) -> bool {
        !counts || self.has_a_passkey() || self.password || self.linked > 1
    }

    /// Whether a proof by passkey can be asked for.
    pub const fn has_a_passkey(self) -> bool {
        self.passkeys > 0
    }

    /// The best proof that could be asked for here; none where only other providers vouch.
    pub const fn best(self) -> Option<Acr> {
        if self.has_a_passkey() {
            Some(Acr::PhishingResistant)
        } else if self.totp {
            Some(Acr::TwoFactors)
        } else if self.password {
            Some(Acr::OneFactor)
        } else {
            None
        }
    }

    /// Whether a second passkey is missing, for the day on which the device with the first is lost.
    pub const fn wants_a_second_passkey(self) -> bool {
        self.passkeys == 1
    }
}

/// How well an instance is administered. What changes who administers it never makes it worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Administered {
    /// No account that is on is an administrator's.
    Nobody,
    /// Administrators are there; none of them can sign in before a link was made for one.
    NobodyWhoCanSignIn,
    /// An administrator can sign in.
    Somebody,
}

impl Administered {
    /// By these administrators whose accounts are on: whether each of them can sign in.
    pub fn by(can_sign_in: impl IntoIterator<Item = bool>) -> Self {
        let each = can_sign_in.into_iter().map(|can| if can { Self::Somebody } else { Self::NobodyWhoCanSignIn });
        each.max().unwrap_or(Self::Nobody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_authentication_method_stays() {
        for (passkeys, password, a_passkey, the_password) in [
            (0, false, false, false),
            (0, true, false, false),
            (1, false, false, true),
            (1, true, true, true),
            (2, false, true, true),
            (2, true, true, true),
        ] {
            let methods = Methods { passkeys, password, totp: false, linked: 0 };
            assert_eq!(methods.can_sign_in(), passkeys > 0 || password);
            assert_eq!((methods.may_lose_a_passkey(), methods.may_lose_the_password()), (a_passkey, the_password));
            assert_eq!((methods.has_a_passkey(), methods.wants_a_second_passkey()), (passkeys > 0, passkeys == 1));
        }
    }

    #[test]
    fn the_best_proof_is_a_passkey_then_a_code_and_somebody_else_s_word_is_none() {
        for (passkeys, password, totp, best) in [
            (0, true, false, Some(Acr::OneFactor)),
            (0, true, true, Some(Acr::TwoFactors)),
            (1, false, false, Some(Acr::PhishingResistant)),
            (2, true, true, Some(Acr::PhishingResistant)),
            (0, false, false, None),
        ] {
            assert_eq!(Methods { passkeys, password, totp, linked: 1 }.best(), best);
        }
    }

    #[test]
    fn an_identity_at_an_upstream_is_a_way_in_while_the_upstream_is_set_up() {
        for (passkeys, password, linked, a_passkey, the_password, identity) in [
            (0, false, 1, false, true, false),
            (0, false, 2, false, true, true),
            (1, false, 1, true, true, true),
            (0, true, 1, false, true, true),
        ] {
            let methods = Methods { passkeys, password, totp: false, linked };
            assert!(methods.can_sign_in() && methods.may_lose_an_identity(false));
            let may = (methods.may_lose_a_passkey(), methods.may_lose_the_password());
            assert_eq!((may, methods.may_lose_an_identity(true)), ((a_passkey, the_password), identity), "{methods:?}");
        }
    }

    #[test]
    fn an_identity_elsewhere_is_a_way_in_for_everybody_but_administrators() {
        let passkey = Enrolled { passkeys: 1, ..Enrolled::default() }.methods(true);
        for (linked, administers, may) in [(0, false, false), (1, false, true), (0, true, false), (1, true, false)] {
            assert_eq!(
                passkey.with_identities(linked, administers).may_lose_a_passkey(),
                may,
                "{linked} {administers}"
            );
        }
    }

    #[test]
    fn a_password_signs_in_while_passwords_are_switched_on() {
        for (passkeys, password, on, off) in
            [(0, false, false, false), (0, true, true, false), (1, false, true, true), (2, true, true, true)]
        {
            let can = |passwords| Enrolled { passkeys, password, totp: true }.methods(passwords).can_sign_in();
            assert_eq!((can(true), can(false)), (on, off), "{passkeys} {password}");
        }
    }

    #[test]
    fn an_instance_is_administered_as_well_as_by_the_best_of_its_administrators() {
        use Administered::{Nobody, NobodyWhoCanSignIn, Somebody};
        for (administrators, how) in [
            ([].as_slice(), Nobody),
            (&[false], NobodyWhoCanSignIn),
            (&[false, false], NobodyWhoCanSignIn),
            (&[false, true], Somebody),
            (&[true], Somebody),
        ] {
            assert_eq!(Administered::by(administrators.iter().copied()), how, "{administrators:?}");
        }
        assert!(Nobody < NobodyWhoCanSignIn && NobodyWhoCanSignIn < Somebody);
    }
}
