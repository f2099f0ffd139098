//! `acr` as apps read it and ask for it: the values are [`Acr`]'s. OpenID Connect Core §2, §3.1.2.1.
//!
//! What is asked for by `acr_values` is a wish (§3.1.2.1: a voluntary claim): whoever is signed in by less, and could do better,
//! is asked to, once; whoever could not goes on, and the ID Token says the truth. No app can demand one by the parameter
//! `claims` (§5.5.1.1), which is not supported; whoever runs the instance can for it ([`crate::model::Client::require`]).

use crate::model::Acr;

/// The least of what `acr_values` names: whoever has proved as much is not asked for more, however much the app would
/// like it. None when nothing is named that is known here.
pub fn wished(acr_values: Option<&str>) -> Option<Acr> {
    let words = acr_values.unwrap_or_default().split(' ');
    words.filter_map(|word| Acr::ALL.into_iter().find(|acr| acr.as_str() == word)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_3_1_2_1_acr_values_are_a_wish_for_the_least_of_them() {
        use Acr::{OneFactor, PhishingResistant, TwoFactors};
        for (value, least) in [
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
            assert_eq!(wished(value), least, "{value:?}");
        }
    }
}
