//! What forward auth shows on an app's host where somebody may not, nobody may, or a frame is asked for.

use super::{ISSUER, REFERENCE, Sample, Words, href, sample};
use doorstep_web::{
    headers::Surface,
    pages::{NotForYou, OneOf, OpenInWindow, RefusedByRule, Text},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let not_for_you = |needed: Vec<Vec<&'static str>>, is_part, reference: Option<&'static str>| NotForYou {
        app: words.app.into(),
        is_part,
        person: words.user_name.into(),
        needed: needed.into_iter().map(|one| OneOf::of(one.into_iter().chain([words.group]))).collect(),
        reference: reference.map(Text::from),
        ask: Some(href("https://home.example.org/access/glances")),
        apps: Some(href(ISSUER)),
        other_account: Some(href("https://home.example.org/login?other=1")),
    };
    let by_rule = |reference: Option<&'static str>| RefusedByRule {
        app: words.app.into(),
        reference: reference.map(Text::from),
        apps: Some(href(ISSUER)),
    };
    let nobody = NotForYou { needed: vec![OneOf::default()], ask: None, ..not_for_you(vec![], false, None) };
    let in_a_frame = OpenInWindow { app: words.app.into(), here: Some(href("https://stats.example.org/page?a=b")) };
    let many = vec![vec!["admins", "family", "friends", "neighbours", "guests"], vec![]];
    vec![
        sample("error-not-for-you", Surface::AppHost, &not_for_you(vec![vec![]], false, Some(REFERENCE))),
        sample("error-not-for-you-part", Surface::AppHost, &not_for_you(vec![vec!["admins"]], true, Some(REFERENCE))),
        sample("error-not-for-you-many", Surface::AppHost, &not_for_you(many, true, None)),
        sample("error-not-for-you-nobody", Surface::AppHost, &nobody),
        sample("error-open-in-window", Surface::Framed, &in_a_frame),
        sample("error-refused-by-rule", Surface::AppHost, &by_rule(Some(REFERENCE))),
        sample("error-refused-by-rule-bare", Surface::AppHost, &by_rule(None)),
    ]
}
