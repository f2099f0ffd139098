//! The `st` of a forward-auth sign-in: what travels from the app's host to Doorstep's and is sealed there.
//!
//! Text in, text out; sealing and opening (AEAD) is the keyring's work. Tied to one app, one host and the browser
//! that holds the relay cookie (security.md §2.13). After ten minutes it no longer completes a sign-in; it still says
//! where the person was going, and nobody can forge that.

use super::ReturnPath;
use crate::{
    id::AppName,
    model::{Level, Proof, Proved, Session},
    secret::SecretHash,
    time::{Timestamp, Ttl},
};

/// For how long a state brings its browser in, and the cookie that it is tied to lives.
pub const RELAY_TTL: Ttl = Ttl::from_minutes(10);

const VERSION: &str = "2";
/// With what the sign-in has to be, in a line of its own. A replica of a release that does not know it leads to a page.
const WITH_PROOF: &str = "3";
/// In place of nothing: the path was too long, and this is the way to the front door.
const TOO_LONG: &str = "too long";

/// What Doorstep must know when the person arrives at `/fa/start`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayState {
    /// The app.
    pub app: AppName,
    /// The canonical host that the person came from.
    pub host: String,
    /// Where on it to go.
    pub return_path: ReturnPath,
    /// The hash of the browser's `__Host-ds_relay` value.
    pub browser_hash: SecretHash,
    /// When the person was sent away.
    pub issued_at: Timestamp,
    /// What the sign-in has to be.
    pub proof: Proof,
}

/// The text is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a relay state")]
pub struct InvalidRelayState;

impl RelayState {
    /// One line a field; the path comes last, after whether it stands in for a longer one.
    pub fn to_text(&self) -> String {
        let Self { app, host, return_path, browser_hash, issued_at, proof } = self;
        let (hash, at) = (browser_hash.to_text(), issued_at.millis());
        let note = if return_path.was_too_long() { TOO_LONG } else { "" };
        let (version, proof) = match proof {
            proof if proof.is_nothing() => (VERSION, String::new()),
            Proof { max_age, least } => {
                let age = max_age.map(|most| most.millis().to_string()).unwrap_or_default();
                (WITH_PROOF, format!("{age} {}\n", word_of(*least)))
            }
        };
        format!("{version}\n{app}\n{host}\n{hash}\n{at}\n{proof}{note}\n{return_path}")
    }

    /// Reads [`Self::to_text`] back. The path is checked again.
    pub fn from_text(text: &str) -> Result<Self, InvalidRelayState> {
        let mut lines = text.split('\n');
        let mut next = || lines.next().ok_or(InvalidRelayState);
        let (version, app, host, hash, at) = (next()?, next()?, next()?, next()?, next()?);
        let proof = if version == WITH_PROOF { proof(next()?)? } else { Proof::default() };
        let (note, path) = (next()?, next()?);
        if !matches!(version, VERSION | WITH_PROOF) || host.is_empty() || lines.next().is_some() {
            return Err(InvalidRelayState);
        }
        Ok(Self {
            app: app.parse().map_err(|_| InvalidRelayState)?,
            host: host.to_owned(),
            return_path: if note == TOO_LONG { ReturnPath::too_long() } else { ReturnPath::from_text(path) },
            browser_hash: SecretHash::from_text(hash).ok_or(InvalidRelayState)?,
            issued_at: Timestamp::from_millis(at.parse().map_err(|_| InvalidRelayState)?),
            proof,
        })
    }

    /// Whether whoever is signed in with this session has proved enough, by the clock that asked: by another one that is
    /// ahead, nobody would ever come through.
    pub fn is_met_by(&self, session: &Session) -> bool {
        self.proof.is_met_by(Proved::new(session.auth_time, session.amr), self.issued_at)
    }

    /// What tells one way back from another, in a few digits.
    pub fn tag(&self) -> String {
        let way = format!("{}{}", self.host, self.return_path);
        SecretHash::labelled("way back", way.as_bytes()).short()
    }

    /// Whether the browser's cookie can still be there. What another replica's clock dates a little later than ours is
    /// fresh; nothing is fresh for longer because it is dated ahead.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.issued_at) < RELAY_TTL && !self.issued_at.is_ahead_of(now)
    }
}

fn proof(line: &str) -> Result<Proof, InvalidRelayState> {
    let (age, least) = line.split_once(' ').ok_or(InvalidRelayState)?;
    let read = |age: &str| age.parse().map(Ttl::from_millis).map_err(|_| InvalidRelayState);
    let max_age = (!age.is_empty()).then(|| read(age)).transpose()?;
    let known = [None, Some(Level::TwoFactors), Some(Level::Passkey)];
    let least = known.into_iter().find(|level| word_of(*level) == least).ok_or(InvalidRelayState)?;
    Ok(Proof { max_age, least })
}

/// Whether it has to be a passkey, as releases said it that knew nothing between.
const fn word_of(least: Option<Level>) -> &'static str {
    match least {
        None => "false",
        Some(Level::TwoFactors) => "two_factors",
        Some(Level::Passkey) => "true",
    }
}

/// Within a window of time, whoever comes in by one relay cookie and one sign-in is given one session, so that tabs which
/// come back at one moment share it. A session lasts to the end of the window that it began in: one that is over is
/// never given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryWindow {
    /// When it begins.
    pub begin: Timestamp,
    /// How long it is.
    pub length: Ttl,
}

impl EntryWindow {
    const LONGEST: Ttl = Ttl::from_minutes(1);

    /// The window that `now` lies in, where sessions last as long as `session`.
    pub fn at(now: Timestamp, session: Ttl) -> Self {
        let length = session.millis().clamp(1, Self::LONGEST.millis());
        let begin = now.millis().div_euclid(length) * length;
        Self { begin: Timestamp::from_millis(begin), length: Ttl::from_millis(length) }
    }

    /// The one before.
    #[must_use]
    pub fn before(self) -> Self {
        Self { begin: self.begin - self.length, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entropy::Entropy,
        secret::{Token, TokenKind},
    };

    fn state(path: &str) -> RelayState {
        RelayState {
            app: "wiki".parse().unwrap(),
            host: String::from("wiki.example.com:8443"),
            return_path: ReturnPath::from_text(path),
            browser_hash: Token::random(TokenKind::Relay, &mut Entropy::seeded(1)).hash(),
            issued_at: Timestamp::from_seconds(1000),
            proof: Proof::default(),
        }
    }

    #[test]
    fn a_state_survives_its_text_form() {
        for path in ["/", "/page?x=1", "/ä", &format!("/{}", "x".repeat(5000))] {
            assert_eq!(RelayState::from_text(&state(path).to_text()), Ok(state(path)));
        }
        for max_age in [None, Some(Ttl::from_minutes(5))] {
            for least in [None, Some(Level::TwoFactors), Some(Level::Passkey)] {
                let asked = RelayState { proof: Proof { max_age, least }, ..state("/page") };
                assert_eq!(RelayState::from_text(&asked.to_text()), Ok(asked));
            }
        }
        assert!(state(&format!("/{}", "x".repeat(5000))).return_path.was_too_long());
    }

    #[test]
    fn another_text_is_no_state_and_another_path_is_checked_again() {
        let text = state("/page").to_text();
        for edited in [
            String::new(),
            text.replacen('2', "1", 1),
            text.replace("wiki\n", "wi ki\n"),
            text.replace("wiki.example.com:8443", ""),
            text.replace("1000000", "soon"),
            text.replace("\n\n/page", ""),
            format!("{text}\nmore"),
        ] {
            assert_eq!(RelayState::from_text(&edited), Err(InvalidRelayState), "{edited:?}");
        }
        let hostile = RelayState::from_text(&text.replace("/page", "//evil.test")).unwrap();
        assert_eq!(hostile.return_path, ReturnPath::root());
    }

    #[test]
    fn a_way_back_is_told_from_another_by_host_and_path() {
        let other_host = RelayState { host: "other.example.com".into(), ..state("/a") };
        let later = RelayState { issued_at: Timestamp::from_seconds(2000), ..state("/a") };
        assert_eq!(state("/a").tag(), later.tag());
        assert!(state("/a").tag() != state("/b").tag() && state("/a").tag() != other_host.tag());
    }

    #[test]
    fn a_session_lasts_to_the_end_of_its_window() {
        for life in [1, 999, 1000, 20_000, 59_999, 60_000, 61_000, 86_400_000] {
            for now in [1_800_000_000_000, 1_800_000_059_999, 1_800_000_060_000, 1_800_000_000_001] {
                let window = EntryWindow::at(Timestamp::from_millis(now), Ttl::from_millis(life));
                let (begin, length) = (window.begin.millis(), window.length.millis());
                assert!(begin <= now && now < begin + length, "{window:?} at {now}");
                assert!(begin + length <= now + life, "{window:?} at {now}");
                assert_eq!(window.before(), EntryWindow::at(Timestamp::from_millis(begin - 1), window.length));
            }
        }
        let minute = EntryWindow::at(Timestamp::from_millis(1_800_000_059_999), Ttl::from_days(7));
        assert_eq!((minute.begin.millis(), minute.length), (1_800_000_000_000, Ttl::from_minutes(1)));
    }

    #[test]
    fn a_state_brings_in_for_ten_minutes_and_is_dated_a_minute_ahead_at_most() {
        for (seconds, fresh) in
            [(1000, true), (1599, true), (1600, false), (980, true), (940, true), (939, false), (0, false)]
        {
            assert_eq!(state("/").is_fresh(Timestamp::from_seconds(seconds)), fresh, "{seconds}");
        }
    }
}
