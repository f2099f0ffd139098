//! How well a person proved who they are ([`Acr`]), and how well they have to ([`Level`]).

use super::Amr;
use serde::{Deserialize, Serialize};

/// How well, the weakest first. The values of `acr`, OpenID Connect Core §2.
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
}

/// What a sign-in has to be at least, the weaker first. Where nothing is asked for, any sign-in is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// By a password and a code of an authenticator app, or by a passkey.
    TwoFactors,
    /// By a passkey.
    Passkey,
}

impl Level {
    /// All, the weaker first.
    pub const ALL: [Self; 2] = [Self::TwoFactors, Self::Passkey];

    /// As it is written in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TwoFactors => "two_factors",
            Self::Passkey => "passkey",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }

    /// Whether a sign-in by this is enough. What is not known is not.
    pub fn is_met_by(self, acr: Option<Acr>) -> bool {
        let least = match self {
            Self::TwoFactors => Acr::TwoFactors,
            Self::Passkey => Acr::PhishingResistant,
        };
        acr >= Some(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_proved() {
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
        assert!(None < Some(OneFactor), "what is not known is less than anything that is");
        assert!(OneFactor < TwoFactors && TwoFactors < PhishingResistant);
    }

    #[test]
    fn a_level_is_met_by_it_and_by_what_is_better_and_never_by_what_is_not_known() {
        for (acr, two_factors, passkey) in [
            (None, false, false),
            (Some(Acr::OneFactor), false, false),
            (Some(Acr::TwoFactors), true, false),
            (Some(Acr::PhishingResistant), true, true),
        ] {
            let met = (Level::TwoFactors.is_met_by(acr), Level::Passkey.is_met_by(acr));
            assert_eq!(met, (two_factors, passkey), "{acr:?}");
        }
        for level in Level::ALL {
            assert_eq!(Level::from_text(level.as_str()), Some(level));
        }
        assert_eq!(Level::from_text("one_factor"), None);
    }
}
