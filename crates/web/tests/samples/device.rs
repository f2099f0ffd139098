//! Approving what waits on another device.

use super::{Sample, Words, ago, sample};
use doorstep_core::{model::Device, time::Ttl};
use doorstep_web::{
    headers::Surface,
    pages::{DeviceCode, DeviceDone, DeviceProblem, DeviceQuestion, Seen},
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let code = |typed, problem| DeviceCode { person: words.person.into(), typed, problem };
    let question = |seen, offline| DeviceQuestion {
        app: words.app.into(),
        person: words.person.into(),
        code: "7K2M-9QXF",
        device: Device { browser: Some("Chrome"), system: Some("Android") },
        ip: "2001:db8:85a3::8a2e:370:7334".into(),
        asked: ago(Ttl::from_seconds(40)),
        seen,
        offline,
    };
    let done = |approved| DeviceDone { app: words.app.into(), approved };
    let too_many = DeviceProblem::TooMany { minutes: 10 };
    vec![
        sample("device-code", Surface::Page, &code("".into(), None)),
        sample("device-code-refused", Surface::Page, &code(words.value.into(), Some(DeviceProblem::NotACode))),
        sample("device-code-too-many", Surface::Page, &code("7K2M-9QXF".into(), Some(too_many))),
        sample("device-asked", Surface::Page, &question(Vec::new(), false)),
        sample(
            "device-asked-of-others",
            Surface::Page,
            &question(vec![Seen::Email(Some(words.person.into())), Seen::SamePerson], true),
        ),
        sample("device-approved", Surface::Page, &done(true)),
        sample("device-refused", Surface::Page, &done(false)),
    ]
}
