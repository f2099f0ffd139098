//! Sessions and activity.

use super::{Sample, Words, ago, sample};
use doorstep_core::{model::Device, time::Ttl};
use doorstep_web::{
    headers::Surface,
    pages::{Activity, ActivityRow, By, Happened, SessionRow},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let session = |id, device, is_this, hours| SessionRow {
        id,
        device,
        ip: "2001:db8:1:2:3:4:5:6".into(),
        is_this,
        since: ago(Ttl::from_hours(hours)),
        seen: ago(Ttl::from_minutes(4 * hours)),
    };
    let fox = Device { browser: Some("Firefox"), system: Some("Linux") };
    let phone = Device { browser: Some("Samsung Internet"), system: Some("Android") };
    let line = |what, about: &'static str, by, hours| ActivityRow {
        what,
        about: about.into(),
        by,
        at: ago(Ttl::from_hours(hours)),
        ip: if by == By::TheServer { "".into() } else { "203.0.113.7".into() },
    };
    let lines = vec![
        ActivityRow { about: words.passkey.into(), ..line(Happened::SignedIn, "", By::Oneself, 1) },
        line(Happened::SignInFailed, "", By::Oneself, 2),
        line(Happened::UserChanged, "", By::Somebody(words.person.into()), 30),
        line(Happened::LinkMade, "", By::TheServer, 50),
        line(Happened::TokenMade, "nightly backup", By::Oneself, 700),
    ];
    let page = |sessions, lines, ended| Activity { person: words.person.into(), sessions, lines, ended };
    let sessions =
        vec![session("s1", fox, true, 3), session("s2", phone, false, 50), session("s3", Device::default(), false, 99)];
    vec![
        sample("activity", Surface::Page, &page(sessions, lines, false)),
        sample("activity-ended", Surface::Page, &page(vec![session("s1", fox, true, 3)], vec![], true)),
    ]
}
