//! Pages that are not there, and pages for whoever did something too often.

use super::{Sample, sample};
use doorstep_web::{
    headers::Surface,
    pages::{NotFound, TooMany, TooManyOf},
};

pub(super) fn samples() -> Vec<Sample> {
    vec![
        sample("not-found", Surface::Page, &NotFound),
        sample("too-many", Surface::Page, &TooMany { of: TooManyOf::SignIns, seconds: 10 }),
        sample("too-many-links", Surface::SecretPage, &TooMany { of: TooManyOf::Links, seconds: 170 }),
        sample("too-many-own", Surface::Page, &TooMany { of: TooManyOf::OneAccount, seconds: 10 }),
    ]
}
