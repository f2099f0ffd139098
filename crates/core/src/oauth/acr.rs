//! `acr`: how well a person proved who they are, as apps read it and ask for it. OpenID Connect Core §2, §3.1.2.1.
//!
//! What is asked for by `acr_values` is a wish (§3.1.2.1: a voluntary claim): whoever is signed in by less, and could do better,
//! is asked to, once; whoever could not goes on, and the ID Token says the truth. No app can demand one by the parameter
//! `claims` (§5.5.1.1), which is not supported.

use crate::{access::Methods, model::Amr};

/// How well, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acr {
    /// By a password alone.
    OneFactor,
    /// By a password and a code of an authenticator app.
    TwoFactors,
    /// By a passkey, which is two factors and cannot be phished. The name is that of OpenID Connect EAP ACR Values 1.0 §2.
    PhishingResistant,
}

impl Acr {
    /// All, the strongest first: the order of discovery.
    pub const ALL: [Self; 3] = [Self::PhishingResistant, Self::TwoFactors, Self::OneFactor];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "pwd",
            Self::TwoFactors => "mfa",
            Self::PhishingResistant => "phr",
        }
    }

    /// What a sign-in was; none where another provider vouches for it: how it asked is not known.
    pub const fn of(amr: Amr) -> Option<Self> {
        match amr {
            Amr::Passkey | Amr::SyncedPasskey => Some(Self::PhishingResistant),
            Amr::PasswordTotp => Some(Self::TwoFactors),
            Amr::Password => Some(Self::OneFactor),
            Amr::Upstream => None,
        }
    }

    /// The best that a person could do here.
    pub const fn within_reach(methods: Methods) -> Option<Self> {
        if methods.has_a_passkey() {
            Some(Self::PhishingResistant)
        } else if methods.totp {
            Some(Self::TwoFactors)
        } else if methods.password {
            Some(Self::OneFactor)
        } else {
            None
        }
    }

    /// The least of what `acr_values` names: whoever has proved as much is not asked for more, however much the app would
    /// like it. None when nothing is named that is known here.
    pub fn wished(acr_values: Option<&str>) -> Option<Self> {
        let words = acr_values.unwrap_or_default().split(' ');
        words.filter_map(|word| Self::ALL.into_iter().find(|acr| acr.as_str() == word)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_3_1_2_1_acr_values_are_a_wish_for_the_least_of_them() {
        use Acr::{OneFactor, PhishingResistant, TwoFactors};
        for (value, wished) in [
            (None, None),
            (Some(""), None),
            (Some("1 2"), None),
            (Some("phr"), Some(PhishingResistant)),
            (Some("phr mfa"), Some(TwoFactors)),
            (Some("mfa  phr"), Some(TwoFactors)),
            (Some("gold phr"), Some(PhishingResistant)),
            (Some("phr mfa pwd"), Some(OneFactor)),
            (Some("PHR"), None),
        ] {
            assert_eq!(Acr::wished(value), wished, "{value:?}");
        }
    }

    #[test]
    fn what_was_proved_and_what_could_be() {
        use Acr::{OneFactor, PhishingResistant, TwoFactors};
        for (amr, acr) in [
            (Amr::Passkey, Some(PhishingResistant)),
            (Amr::SyncedPasskey, Some(PhishingResistant)),
            (Amr::PasswordTotp, Some(TwoFactors)),
            (Amr::Password, Some(OneFactor)),
            (Amr::Upstream, None),
        ] {
            assert_eq!(Acr::of(amr), acr);
        }
        for (passkeys, password, totp, reach) in [
            (0, true, false, Some(OneFactor)),
            (0, true, true, Some(TwoFactors)),
            (1, true, false, Some(PhishingResistant)),
            (2, true, true, Some(PhishingResistant)),
            (0, false, false, None),
        ] {
            assert_eq!(Acr::within_reach(Methods { passkeys, password, totp, linked: 1 }), reach);
        }
        assert!(None < Some(OneFactor), "what is not known is less than anything that is");
        assert!(OneFactor < TwoFactors && TwoFactors < PhishingResistant);
    }
}
