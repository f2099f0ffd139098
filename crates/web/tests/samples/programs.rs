//! The pages about tokens for programs.

use super::{Sample, Words, ago, sample};
use doorstep_core::{model::TokenLife, time::Ttl};
use doorstep_web::{
    headers::Surface,
    pages::{TokenApp, TokenMade, TokenReported, TokenRow, Tokens},
};

pub(super) fn programs(words: Words<'_>) -> Vec<Sample> {
    vec![
        sample("tokens", Surface::Page, &tokens(words, true)),
        sample("tokens-old-sign-in", Surface::Page, &Tokens { fresh: false, ..tokens(words, true) }),
        sample("tokens-none", Surface::Page, &Tokens { choice: vec![], ..tokens(words, false) }),
        sample(
            "tokens-refused",
            Surface::Page,
            &Tokens { reported: Some(TokenReported::NoApp), ..tokens(words, false) },
        ),
        sample(
            "token-made",
            Surface::Page,
            &TokenMade {
                person: words.person.into(),
                text: "ds_pat_TmV2ZXIgZ29ubmEgZ2l2ZSB5b3UgdXAsIG5ldmVyIGdvbm5ZBcDeF",
                label: words.value.into(),
                apps: vec![words.app.into(), "Sonarr".into()],
                read_only: true,
                ends: ago(Ttl::from_days(-90)),
            },
        ),
    ]
}

fn tokens(words: Words<'_>, rich: bool) -> Tokens<'_> {
    let row = |id, life, days: i64| TokenRow {
        id,
        label: if days == 90 { words.value.into() } else { "nightly backup".into() },
        apps: if days < 0 { vec![] } else { vec![words.app.into(), "Sonarr".into()] },
        read_only: days == 90,
        last_used: (days != 5).then(|| ago(Ttl::from_minutes(4))),
        ends: ago(Ttl::from_days(-days)),
        life,
    };
    let rows = vec![row("t1", TokenLife::Good, 90), row("t2", TokenLife::EndsSoon, 5), row("t3", TokenLife::Ended, -3)];
    Tokens {
        person: words.person.into(),
        rows: if rich { rows } else { vec![] },
        choice: vec![
            TokenApp { name: "immich", title: words.app.into() },
            TokenApp { name: "sonarr", title: "Sonarr".into() },
        ],
        fresh: true,
        longest: 80,
        reported: None,
    }
}
