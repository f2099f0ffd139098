//! Recovery kits: the page on which a code is used, the kit, and the page that shows a new one.

use super::{INSTANCE, Sample, Words, ago, sample};
use doorstep_core::time::Ttl;
use doorstep_web::{
    headers::Surface,
    pages::{KitReported, KitShown, Recover, RecoverProblem, RecoveryKitMade, RecoveryKitPage},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let recover = |problem| Recover { instance: INSTANCE.into(), by_mail: false, problem };
    let kit = |left, fresh, reported| RecoveryKitPage {
        person: words.person.into(),
        kit: Some(KitShown { left, ..kit_shown() }),
        fresh,
        reported,
    };
    let made = RecoveryKitMade {
        person: words.person.into(),
        instance: INSTANCE.into(),
        user_name: words.user_name.into(),
        codes: vec!["7K2M-9QXF-0A3C-VT8B"; 10],
        at: format!("https://{INSTANCE}/recover"),
        made: ago(Ttl::from_seconds(0)),
    };
    vec![
        sample("recovery-code", Surface::Page, &recover(None)),
        sample("recovery-code-or-mail", Surface::Page, &Recover { by_mail: true, ..recover(None) }),
        sample("recovery-code-refused", Surface::Page, &recover(Some(RecoverProblem::NotACode))),
        sample("recovery-code-too-many", Surface::Page, &recover(Some(RecoverProblem::TooMany { minutes: 5 }))),
        sample("recovery-kit", Surface::Page, &kit(7, true, Some(KitReported::Opens))),
        sample("recovery-kit-old-sign-in", Surface::Page, &kit(0, false, Some(KitReported::NotOfThisKit))),
        sample("recovery-kit-none", Surface::Page, &RecoveryKitPage { kit: None, ..kit(0, true, None) }),
        sample("recovery-kit-made", Surface::Page, &made),
    ]
}

/// A kit as the account page shows it.
pub(super) fn kit_shown() -> KitShown {
    KitShown { made: ago(Ttl::from_days(40)), left: 7, of: 10 }
}
