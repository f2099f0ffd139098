//! What a duty that looks each second has said already: the same obstacle is told once, and again when it came back.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// What was in the way at the last look, by whom it concerns.
#[derive(Default)]
pub(super) struct InTheWay(Mutex<BTreeMap<String, String>>);

impl InTheWay {
    /// Takes in what is in the way now, and gives what of it is new.
    pub(super) fn news(&self, now: BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |(whom, why): &(&String, &String)| before.get(*whom) != Some(*why);
        let news = now.iter().filter(is_new).map(|(whom, why)| (whom.clone(), why.clone())).collect();
        *before = now;
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Said<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn the_same_obstacle_is_told_once_and_again_when_it_comes_back() {
        let said = InTheWay::default();
        let looks: [(Said<'_>, Said<'_>); 6] = [
            (&[("a", "busy")], &[("a", "busy")]),
            (&[("a", "busy")], &[]),
            (&[("a", "busy"), ("b", "busy")], &[("b", "busy")]),
            (&[("a", "broken"), ("b", "busy")], &[("a", "broken")]),
            (&[], &[]),
            (&[("a", "broken")], &[("a", "broken")]),
        ];
        let of = |all: Said<'_>| all.iter().map(|(whom, why)| ((*whom).to_owned(), (*why).to_owned())).collect();
        for (number, (now, news)) in looks.into_iter().enumerate() {
            assert_eq!(said.news(of(now)), of(news), "look {number}");
        }
    }
}
