//! Asking for access, and the page on which administrators answer.

use super::{NOW, Sample, Words, ago, href, sample};
use doorstep_core::time::Ttl;
use doorstep_web::{
    headers::Surface,
    pages::{AccessRequests, AskForAccess, AskProblem, AskingNow, RequestReported, RequestRow, When},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let ask = |state| AskForAccess {
        app: words.app.into(),
        url: Some(href("https://photos.example.org")),
        action: href("/access/photos"),
        person: words.person.into(),
        user_name: words.user_name.into(),
        state,
        longest: 300,
        problem: None,
        other_account: href("/login?other=1&next=%2Faccess%2Fphotos"),
    };
    let yesterday = ago(Ttl::from_days(1));
    let later = When { at: NOW + Ttl::from_days(29), now: NOW };
    let too_long = AskForAccess { problem: Some(AskProblem::Reason), ..ask(AskingNow::CanAsk) };
    let many = AskForAccess { problem: Some(AskProblem::TooMany), ..ask(AskingNow::CanAsk) };
    let row = |groups: Vec<&'static str>, administrators_only| RequestRow {
        who: words.person.into(),
        user_name: "ada",
        app: words.app.into(),
        app_name: "photos",
        reason: words.value.into(),
        asked: yesterday,
        groups,
        administrators_only,
    };
    let page = |rows, fresh, reported| AccessRequests { person: words.person.into(), rows, fresh, reported };
    let rows = vec![
        row(vec!["family", "friends"], false),
        RequestRow { reason: "".into(), ..row(vec!["family"], false) },
        row(vec![], true),
        row(vec![], false),
    ];
    let gone = Some(RequestReported::Gone);
    vec![
        sample("ask-for-access", Surface::Page, &ask(AskingNow::CanAsk)),
        sample("ask-for-access-too-long", Surface::Page, &too_long),
        sample("ask-for-access-many", Surface::Page, &many),
        sample("ask-for-access-asked", Surface::Page, &ask(AskingNow::Asked(yesterday))),
        sample("ask-for-access-refused", Surface::Page, &ask(AskingNow::Refused(yesterday, later))),
        sample("ask-for-access-inside", Surface::Page, &ask(AskingNow::Inside)),
        sample("ask-for-access-nobody", Surface::Page, &ask(AskingNow::ForNobody)),
        sample("access-requests", Surface::Page, &page(rows, true, None)),
        sample("access-requests-prove", Surface::Page, &page(vec![row(vec!["family"], false)], false, gone)),
        sample("access-requests-none", Surface::Page, &page(vec![], true, Some(RequestReported::Granted))),
    ]
}
