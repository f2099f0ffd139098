//! A browser, known by the login cookies that it brings: what is parked or begun for it is tied to one of them.
//!
//! A request that comes without such a cookie is given one of its own, under a name of its own. Tabs that wake together
//! are given several, and none of them takes another's place (security rows 39, 45 and 91).

use crate::secret::{Token, TokenKind};

/// The login cookies of one browser; never none.
#[derive(Clone)]
pub struct Browser {
    first: Token,
    more: Vec<Token>,
    is_new: bool,
}

impl Browser {
    /// The browser that brought these login cookies, or one that brought none and is given `new`.
    pub fn of(brought: Vec<Token>, new: impl FnOnce() -> Token) -> Self {
        let mut tokens: Vec<_> = brought.into_iter().filter(|token| token.kind() == TokenKind::Login).collect();
        // Whichever order they come in, what begins next is tied to the same one.
        tokens.sort_by_key(|token| *token.hash().bytes());
        let is_new = tokens.is_empty();
        let mut tokens = tokens.into_iter();
        let first = tokens.next().unwrap_or_else(new);
        Self { first, more: tokens.collect(), is_new }
    }

    /// The cookie that the next thing is tied to.
    pub const fn cookie(&self) -> &Token {
        &self.first
    }

    /// The hash under which the next thing's row remembers the browser.
    pub fn hash(&self) -> String {
        self.first.hash().to_text()
    }

    /// Whether it came without a login cookie.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether this browser began what remembers `hash`.
    pub fn began(&self, hash: &str) -> bool {
        std::iter::once(&self.first).chain(&self.more).any(|token| token.hash().to_text() == hash)
    }

    /// The cookie behind `hash`, if it is one that nothing new is tied to.
    pub fn spare(&self, hash: &str) -> Option<&Token> {
        self.more.iter().find(|token| token.hash().to_text() == hash)
    }
}

/// What the name of a login cookie ends in, so that each has a name of its own.
pub fn login_cookie_tag(token: &Token) -> String {
    token.hash().short()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn token(seed: u64) -> Token {
        Token::random(TokenKind::Login, &mut Entropy::seeded(seed))
    }

    fn browser(seeds: &[u64]) -> Browser {
        Browser::of(seeds.iter().copied().map(token).collect(), || token(99))
    }

    #[test]
    fn security_45_a_browser_began_what_one_of_its_cookies_says_and_nothing_else() {
        let hash = |seed| token(seed).hash().to_text();
        for (seeds, began, not) in [(&[1, 2, 3][..], &[1, 2, 3][..], &[4, 99][..]), (&[], &[99], &[1])] {
            let browser = browser(seeds);
            assert!(began.iter().all(|seed| browser.began(&hash(*seed))), "{seeds:?}");
            assert!(!not.iter().any(|seed| browser.began(&hash(*seed))), "{seeds:?}");
            assert_eq!(browser.is_new(), seeds.is_empty());
        }
        let session = Token::random(TokenKind::Session, &mut Entropy::seeded(1));
        let browser = Browser::of(vec![session], || token(99));
        assert_eq!((browser.hash(), browser.is_new()), (hash(99), true), "another kind of cookie is none");
    }

    #[test]
    fn the_next_thing_is_tied_to_the_same_cookie_whatever_the_order() {
        let (one, other) = (browser(&[1, 2, 3]), browser(&[3, 1, 2]));
        assert_eq!(one.hash(), other.hash());
        assert_eq!(one.cookie().expose(), other.cookie().expose());
        let spare: Vec<_> = [1, 2, 3].map(|seed| token(seed).hash().to_text()).into_iter().collect();
        let spare: Vec<_> = spare.iter().filter(|hash| one.spare(hash).is_some()).collect();
        assert_eq!(spare.len(), 2);
        assert!(!spare.contains(&&one.hash()));
    }

    #[test]
    fn two_cookies_have_two_names() {
        assert_eq!(login_cookie_tag(&token(1)).len(), 8);
        assert_ne!(login_cookie_tag(&token(1)), login_cookie_tag(&token(2)));
    }
}
