//! Which cookies of the app's own go when a session with it ends: those of its entry, or those that the declaration
//! names in their place.

use super::draft::Draft;
use crate::{catalog::Entry, language::Proposed, mistake::Mistake, remedy::Remedy};
use doorstep_core::model::OwnCookie;
use std::collections::BTreeSet;
use url::Url;

/// Each is a line in the head of an answer, which proxies read into a few kilobytes.
const MOST: usize = 16;

/// The cookies, or the mistakes.
pub(super) fn own_cookies(
    draft: &mut Draft<'_>,
    entry: Option<&Entry>,
    protected: bool,
    url: &str,
) -> BTreeSet<OwnCookie> {
    if !protected {
        if draft.written.own_cookies.is_some() {
            let what = "Doorstep does not stand in front of this app";
            let remedy = Remedy::from("leave `own_cookies` out, or say `");
            let remedy = remedy.line(["forward_auth"], Proposed::Truth(true)).words("`");
            draft.wrong("own_cookies", what, remedy);
        }
        return BTreeSet::new();
    }
    let Some(written) = &draft.written.own_cookies else {
        return entry.iter().flat_map(|entry| &entry.own_cookies).filter_map(|cookie| cookie.read().ok()).collect();
    };
    if written.len() > MOST {
        draft.wrong("own_cookies", format!("more than {MOST} cookies"), "name those that hold the app's session");
    }
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let mut cookies = BTreeSet::new();
    for (index, cookie) in written.iter().enumerate() {
        let wrong = match cookie.read() {
            Ok(cookie) => match cookie.domain().filter(|domain| !is_at_or_below(&host, domain)) {
                None if cookies.insert(cookie.clone()) => continue,
                None => "stands here twice".to_owned(),
                Some(domain) => format!("has the domain {domain}, to which {host} does not belong"),
            },
            Err(why) => why.to_string(),
        };
        let what = format!("`{}` {wrong}", cookie.name());
        let at = draft.at.then("own_cookies").then(index);
        draft.mistakes.push(Mistake::new(at, what).remedy("name a cookie as the app sets it on its own host"));
    }
    cookies
}

/// RFC 6265 §5.1.3.
fn is_at_or_below(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
