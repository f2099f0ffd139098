//! Time-based one-time passwords as authenticator apps make them, RFC 6238: HMAC-SHA-1, six digits, steps of thirty
//! seconds. Which step a code is of, and the text by which an app takes the secret in. That a step counts once is for
//! whoever keeps the secret to see (§5.2).

use crate::{
    entropy::Entropy,
    secret::Secret,
    time::{Timestamp, Ttl},
};
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::{ConditionallySelectable, ConstantTimeEq};

/// RFC 4226 §4 R6: 160 bits.
const SECRET_LEN: usize = 20;
const DIGITS: usize = 6;
/// RFC 6238 §5.2: thirty seconds, and codes of one step before and after.
const STEP_SECONDS: i64 = 30;
const LEEWAY: i64 = 1;
/// How many steps away a code is looked for, to say that a clock is wrong: ten minutes.
const FAR: i64 = 20;

/// How wrong a clock is at most for it to be said.
pub const CLOCK_WRONG_BY: Ttl = Ttl::from_seconds(FAR * STEP_SECONDS);

/// The secret that an authenticator app and the instance share.
#[derive(Clone)]
pub struct TotpSecret(Secret<[u8; SECRET_LEN]>);

/// Six digits, as typed.
#[derive(Clone, Copy)]
pub struct TotpCode(u32);

/// A time step: how many whole steps have passed since 1970 (RFC 6238 §4.2, `T`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeStep(i64);

/// What a code is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Of now, or of the step before or after.
    Now(TimeStep),
    /// Of some minutes away: the clock of one of the two is wrong.
    Away(TimeStep),
    /// Of no step in the neighbourhood.
    Nowhere,
}

impl TimeStep {
    /// The step at a moment.
    pub const fn at(now: Timestamp) -> Self {
        Self(now.seconds().div_euclid(STEP_SECONDS))
    }

    /// As the database keeps it.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl TotpCode {
    /// Reads six digits, without regard to blanks; none when it cannot be a code.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let is_one = digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_one.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl TotpSecret {
    /// Draws a new one.
    pub fn random(entropy: &mut Entropy) -> Self {
        Self(Secret::new(entropy.bytes()))
    }

    /// Reads [`Self::bytes`] back.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Secret::new(bytes)))
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// What people type where no camera is: base32 (RFC 4648 §6), in groups of four.
    pub fn typed(&self) -> Secret<String> {
        let text = self.base32();
        let mut groups = String::new();
        for (at, letter) in text.expose().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                groups.push(' ');
            }
            groups.push(letter);
        }
        Secret::new(groups)
    }

    /// What an app reads from a QR code: `otpauth://totp/…`, as Google Authenticator defined it. Some apps refuse a colon in
    /// either name, so that each goes without.
    pub fn address(&self, instance: &str, account: &str) -> Secret<String> {
        let [instance, account] = [instance, account].map(|name| {
            let plain = name.replace(':', " ");
            utf8_percent_encode(plain.trim(), NON_ALPHANUMERIC).to_string()
        });
        let secret = self.base32();
        Secret::new(format!(
            "otpauth://totp/{instance}:{account}?secret={}&issuer={instance}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            secret.expose()
        ))
    }

    /// Which step a code is of. Each step in the neighbourhood is looked at, so that none is told by the time it takes; where
    /// a code is of several, of now before away.
    pub fn find(&self, code: TotpCode, now: Timestamp) -> Found {
        let current = TimeStep::at(now).0;
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.bytes());
        let [mut near, mut far] = [i64::MIN; 2];
        for offset in -FAR..=FAR {
            let step = current.saturating_add(offset);
            let equal = code_of(&key, step).ct_eq(&code.0);
            let found = if offset.abs() <= LEEWAY { &mut near } else { &mut far };
            found.conditional_assign(&step, equal);
        }
        match (near, far) {
            (i64::MIN, i64::MIN) => Found::Nowhere,
            (i64::MIN, far) => Found::Away(TimeStep(far)),
            (near, _) => Found::Now(TimeStep(near)),
        }
    }

    /// What an app shows at a moment.
    pub fn code_at(&self, now: Timestamp) -> String {
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.bytes());
        format!("{:0DIGITS$}", code_of(&key, TimeStep::at(now).0))
    }

    fn base32(&self) -> Secret<String> {
        const ALPHABET: [char; 32] = [
            'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U',
            'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
        ];
        // Twenty bytes are thirty-two letters of five bits, without a rest.
        let mut text = String::new();
        for five in self.bytes().chunks(5) {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            let letters = (0..8).rev().map(|place| usize::try_from(bits >> (place * 5) & 31).unwrap_or_default());
            text.extend(letters.filter_map(|letter| ALPHABET.get(letter)));
        }
        Secret::new(text)
    }
}

/// HOTP of a step, RFC 4226 §5.3: four bytes of the HMAC, from where its last four bits say.
fn code_of(key: &Key, step: i64) -> u32 {
    let tag = sign(key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let from = usize::from(bytes.last().copied().unwrap_or_default() & 15);
    let four: [u8; 4] = bytes.get(from..from + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    (u32::from_be_bytes(four) & 0x7FFF_FFFF) % 10_u32.pow(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn rfc() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn of(code: &str) -> TotpCode {
        TotpCode::parse(code).unwrap()
    }

    /// The last six of the eight digits that the table shows for SHA-1.
    #[test]
    fn rfc6238_b_the_codes_of_the_table() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(rfc().code_at(at), code);
            assert_eq!(rfc().find(of(code), at), Found::Now(TimeStep(seconds / 30)), "{seconds}");
        }
    }

    #[test]
    fn rfc4226_d_the_codes_of_the_table() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(rfc().code_at(Timestamp::from_seconds(counter * 30)), code);
        }
    }

    #[test]
    fn rfc6238_5_2_a_code_is_good_a_step_before_and_after_and_told_of_ten_minutes_away() {
        for (away, found) in [
            (0, Found::Now(TimeStep::at(NOW))),
            (30, Found::Now(TimeStep(TimeStep::at(NOW).0 + 1))),
            (-30, Found::Now(TimeStep(TimeStep::at(NOW).0 - 1))),
            (60, Found::Away(TimeStep(TimeStep::at(NOW).0 + 2))),
            (-60, Found::Away(TimeStep(TimeStep::at(NOW).0 - 2))),
            (600, Found::Away(TimeStep(TimeStep::at(NOW).0 + 20))),
            (-600, Found::Away(TimeStep(TimeStep::at(NOW).0 - 20))),
            (630, Found::Nowhere),
            (-630, Found::Nowhere),
        ] {
            let code = rfc().code_at(NOW + Ttl::from_seconds(away));
            assert_eq!(rfc().find(of(&code), NOW), found, "{away}");
        }
        assert_eq!(TimeStep::at(Timestamp::from_seconds(-1)), TimeStep(-1));
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_else_is() {
        for (typed, code) in [("287082", Some(287_082)), (" 005 924\n", Some(5924)), ("000000", Some(0))] {
            assert_eq!(TotpCode::parse(typed).map(|code| code.0), code, "{typed:?}");
        }
        for odd in ["", "12345", "1234567", "12345a", "+12345", "-12345", "１２３４５６", "12345\u{661}"] {
            assert!(TotpCode::parse(odd).is_none(), "{odd:?}");
        }
    }

    #[test]
    fn rfc4648_6_the_secret_is_typed_in_base32() {
        assert_eq!(rfc().typed().expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let all_ones = TotpSecret::from_bytes(&[0xFF; 20]).unwrap();
        assert_eq!(all_ones.base32().expose(), &"7".repeat(32));
        assert!(TotpSecret::from_bytes(&[0; 19]).is_none() && TotpSecret::from_bytes(&[0; 21]).is_none());
    }

    #[test]
    fn the_address_holds_the_names_without_what_would_end_them() {
        for (instance, account, begin) in [
            ("Home", "ada", "otpauth://totp/Home:ada?secret=GEZD"),
            ("Our: house?&#", "ada.l", "otpauth://totp/Our%20%20house%3F%26%23:ada%2El?secret=GEZD"),
            ("Zuhäuse", "a", "otpauth://totp/Zuh%C3%A4use:a?secret=GEZD"),
        ] {
            let address = rfc().address(instance, account);
            assert!(address.expose().starts_with(begin), "{}", address.expose());
            let rest = address.expose().split_once("&issuer=").unwrap().1;
            assert!(rest.ends_with("&algorithm=SHA1&digits=6&period=30"), "{rest}");
        }
    }

    #[test]
    fn security_42_each_secret_is_drawn_anew() {
        let mut entropy = Entropy::seeded(1);
        let [one, other] = [0; 2].map(|_| TotpSecret::random(&mut entropy));
        assert_ne!(one.bytes(), other.bytes());
        assert!(one.bytes().len() * 8 >= 128);
    }
}
