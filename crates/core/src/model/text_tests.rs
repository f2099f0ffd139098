//! What TEXT columns hold: each word is written and read back exactly, and it never changes.

use super::{Amr, ChallengePurpose, LinkPurpose, Owner, Passkey, SigningAlg};
use crate::time::Timestamp;

#[test]
fn each_word_of_a_column_is_read_back_and_no_other() {
    macro_rules! words {
        ($type:ident: $($word:ident = $text:literal),*) => {
            $(
                assert_eq!($type::$word.as_str(), $text);
                assert_eq!($type::from_text($text), Some($type::$word));
                assert_eq!($type::from_text(concat!(" ", $text)), None);
            )*
            assert_eq!($type::from_text(""), None);
        };
    }
    words!(Amr: Passkey = "passkey", SyncedPasskey = "synced_passkey", Password = "password",
        PasswordTotp = "password_totp", Upstream = "upstream");
    words!(ChallengePurpose: SignIn = "sign_in", Enrol = "enrol", Add = "add",
        Code = "code", AddTotp = "add_totp");
    words!(LinkPurpose: Setup = "setup", Enrol = "enrol", Recover = "recover");
    words!(SigningAlg: Rs256 = "RS256", Es256 = "ES256", EdDsa = "EdDSA");
    words!(Owner: Config = "config", Console = "console");
}

#[test]
fn rfc8176_2_a_passkey_that_may_be_copied_claims_no_hardware() {
    let passkey = |backup_eligible| Passkey {
        id: "p".parse().unwrap(),
        user: "u".parse().unwrap(),
        credential_id: "c".into(),
        rp_id: String::new(),
        credential: "{}".into(),
        name: "Passkey".into(),
        aaguid: String::new(),
        backup_eligible,
        backed_up: false,
        sign_count: 0,
        created_at: Timestamp::from_seconds(0),
        last_used_at: None,
    };
    assert_eq!(Amr::of(&passkey(false)).values(), ["hwk", "user", "mfa"]);
    assert_eq!(Amr::of(&passkey(true)).values(), ["swk", "user", "mfa"]);
    assert_eq!(Amr::Password.values(), ["pwd"]);
    assert_eq!(Amr::PasswordTotp.values(), ["pwd", "otp", "mfa"]);
}
