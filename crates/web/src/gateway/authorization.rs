//! `Authorization` on the way to the app. A proxy copies it from an answer that lets a request through, as it does the
//! identity headers: what was the app's comes back as it came, and what was Doorstep's comes back empty.
//!
//! An empty value is there so that proxies that only *set* what an answer has (HAProxy) take the client's away as well.
//! Where the client sent none, none is there.

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

/// Says in an answer that lets a request through what the app gets.
pub(super) fn hand_on(answer: &mut HeaderMap, request: &HeaderMap, is_ours: bool) {
    if is_ours {
        answer.insert(AUTHORIZATION, HeaderValue::from_static(""));
        return;
    }
    for line in request.get_all(AUTHORIZATION) {
        answer.append(AUTHORIZATION, line.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apps_comes_back_ours_comes_back_empty_and_nothing_stays_nothing() {
        for (lines, is_ours, expected) in [
            (&[][..], false, &[][..]),
            (&["Bearer x"], false, &["Bearer x"]),
            (&["Bearer x", "Basic eDp5"], false, &["Bearer x", "Basic eDp5"]),
            (&["Bearer ds_pat_x"], true, &[""]),
            (&["Bearer ds_pat_x", "Bearer x"], true, &[""]),
        ] {
            let mut request = HeaderMap::new();
            for line in lines {
                request.append(AUTHORIZATION, HeaderValue::from_static(line));
            }
            let mut answer = HeaderMap::new();
            hand_on(&mut answer, &request, is_ours);
            let said: Vec<_> = answer.get_all(AUTHORIZATION).iter().map(|value| value.to_str().unwrap()).collect();
            assert_eq!(said, expected, "{lines:?}");
        }
    }
}
