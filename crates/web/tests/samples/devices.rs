//! A link to another device of a person's.

use super::{INSTANCE, Sample, Words, sample};
use doorstep_web::{headers::Surface, pages::OtherDevice, qr::QrCode};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let url = format!("https://{INSTANCE}/enrol/ds_lnk_{}", "A".repeat(49));
    let code = QrCode::of(&url).map(|code| (code.extent(), code.path()));
    let page = OtherDevice { person: words.person.into(), url: &url, code, minutes: 10 };
    vec![sample("other-device", Surface::Page, &page)]
}
