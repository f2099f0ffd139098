//! Both ceremonies against the software authenticator, honest first, then with each single deviation.

use super::{soft::SoftAuthenticator, *};
use crate::{entropy::Entropy, id::UserId, model::Passkey, time::Timestamp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

const ISSUER: &str = "https://auth.example.com";
const NOW: Timestamp = Timestamp::from_seconds(1_000);

struct Instance {
    rp: RelyingParty,
    handle: String,
    user: UserId,
    entropy: Entropy,
}

fn instance() -> Instance {
    let mut entropy = Entropy::seeded(4);
    Instance {
        rp: RelyingParty::new("Home", ISSUER).unwrap(),
        handle: URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()),
        user: UserId::random(&mut entropy),
        entropy,
    }
}

impl Instance {
    fn register(&mut self, soft: &mut SoftAuthenticator, existing: &[Passkey]) -> Result<Passkey, CeremonyError> {
        let enrolling = Enrolling { handle: &self.handle, name: "ada", display_name: "Ada", existing };
        let begun = begin_registration(&self.rp, &enrolling).unwrap();
        let answer = soft.register(&begun.public_key).unwrap();
        finish_registration(&self.rp, &begun.state, &answer, &self.user, (NOW, &mut self.entropy))
    }

    fn sign_in(&self, soft: &mut SoftAuthenticator, passkey: &Passkey) -> Result<Assertion, CeremonyError> {
        let begun = begin_sign_in(&self.rp, None).unwrap();
        let answer = soft.sign_in(&begun.public_key).unwrap();
        finish_sign_in(&self.rp, &begun.state, &identify(&answer)?, (passkey, &self.handle), NOW)
    }
}

fn soft() -> SoftAuthenticator {
    SoftAuthenticator::new(ISSUER, [7; 16]).unwrap()
}

#[test]
fn options_ask_for_a_discoverable_verified_passkey_and_name_nobody_at_sign_in() {
    let instance = instance();
    let enrolling = Enrolling { handle: &instance.handle, name: "ada", display_name: "Ada", existing: &[] };
    let create = begin_registration(&instance.rp, &enrolling).unwrap().public_key;
    assert_eq!(create["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(create["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(create["attestation"], "none");
    assert_eq!(create["user"]["id"], instance.handle);
    let offered: Vec<_> = create["pubKeyCredParams"].as_array().unwrap().iter().map(|one| &one["alg"]).collect();
    assert_eq!(offered, [-7, -257], "ES256 and RS256: both can be verified");
    let get = begin_sign_in(&instance.rp, None).unwrap().public_key;
    assert_eq!(get["userVerification"], "required");
    assert_eq!(get["allowCredentials"].as_array().map(Vec::len), Some(0));
    assert_eq!(get["rpId"], "auth.example.com");
}

#[test]
fn an_honest_passkey_registers_signs_in_and_counts() {
    let (mut instance, mut soft) = (instance(), soft());
    let passkey = instance.register(&mut soft, &[]).unwrap();
    assert_eq!((passkey.name.as_str(), passkey.sign_count, passkey.backed_up), ("Test authenticator", 1, false));
    let first = instance.sign_in(&mut soft, &passkey).unwrap();
    assert_eq!((first.previous_count, first.passkey.sign_count, first.maybe_cloned), (1, 2, false));
    assert_eq!(first.passkey.last_used_at, Some(NOW));
    let second = instance.sign_in(&mut soft, &first.passkey).unwrap();
    assert_eq!(second.passkey.sign_count, 3);
}

#[test]
fn a_passkey_without_a_counter_is_fine() {
    let (mut instance, mut soft) = (instance(), soft());
    soft.counter = 0;
    let passkey = instance.register(&mut soft, &[]).unwrap();
    let again = instance.sign_in(&mut soft, &passkey).unwrap();
    assert_eq!((again.passkey.sign_count, again.maybe_cloned), (0, false));
}

type Deviation = (&'static str, fn(&mut SoftAuthenticator));

const EITHER_CEREMONY: &[Deviation] = &[
    ("security_90 UV=0", |s| s.user_verified = false),
    ("UP=0", |s| s.user_present = false),
    ("security_94 BS without BE", |s| s.backed_up = true),
    ("security_94 wrong RP ID", |s| s.rp_id = Some("example.com".into())),
    ("security_92 suffix origin", |s| s.origin = "https://badauth.example.com".into()),
    ("security_92 sub-domain origin", |s| s.origin = "https://x.auth.example.com".into()),
    ("security_92 http origin", |s| s.origin = "http://auth.example.com".into()),
    ("security_92 other port", |s| s.origin = "https://auth.example.com:8443".into()),
    ("security_92 trailing dot", |s| s.origin = "https://auth.example.com.".into()),
    ("security_92 letter case", |s| s.origin = "https://AUTH.example.com".into()),
    ("foreign frame", |s| s.cross_origin = Some(true)),
];

#[test]
fn security_90_92_94_each_deviation_is_refused_at_registration() {
    let more: &[Deviation] = &[
        ("security_94 algorithm that was not offered", |s| s.alg = -35),
        ("security_94 EdDSA, which the library cannot verify", |s| s.alg = -8),
        ("security_94 credential id over 1023 bytes", |s| s.credential_id = vec![1; 1024]),
    ];
    for (what, deviate) in EITHER_CEREMONY.iter().chain(more) {
        let (mut instance, mut soft) = (instance(), soft());
        deviate(&mut soft);
        assert!(instance.register(&mut soft, &[]).is_err(), "{what}");
    }
}

#[test]
fn security_90_92_94_each_deviation_is_refused_at_sign_in() {
    let more: &[Deviation] = &[
        ("BE changed", |s| s.backup_eligible = true),
        ("counter stands still", |s| s.counter -= 1),
        ("no user handle", |s| s.user_handle = None),
        ("security_93 another person's handle", |s| s.user_handle = Some(vec![9; 32])),
        ("another credential", |s| s.credential_id = vec![9; 16]),
    ];
    for (what, deviate) in EITHER_CEREMONY.iter().chain(more) {
        let (mut instance, mut soft) = (instance(), soft());
        let passkey = instance.register(&mut soft, &[]).unwrap();
        deviate(&mut soft);
        assert!(instance.sign_in(&mut soft, &passkey).is_err(), "{what}");
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let (mut instance, mut honest) = (instance(), soft());
    let passkey = instance.register(&mut honest, &[]).unwrap();
    let mut forger = soft();
    forger.user_handle.clone_from(&honest.user_handle);
    forger.counter = 40;
    assert!(matches!(instance.sign_in(&mut forger, &passkey), Err(CeremonyError::Verification(_))));
}

#[test]
fn an_answer_to_another_challenge_is_refused() {
    let (mut instance, mut soft) = (instance(), soft());
    let passkey = instance.register(&mut soft, &[]).unwrap();
    let (one, other) = (begin_sign_in(&instance.rp, None).unwrap(), begin_sign_in(&instance.rp, None).unwrap());
    let answer = identify(&soft.sign_in(&one.public_key).unwrap()).unwrap();
    assert!(finish_sign_in(&instance.rp, &other.state, &answer, (&passkey, &instance.handle), NOW).is_err());
    assert!(finish_sign_in(&instance.rp, &one.state, &answer, (&passkey, &instance.handle), NOW).is_ok());
}

#[test]
fn a_synced_passkey_whose_counter_falls_is_reported_and_a_device_bound_one_refused() {
    // The authenticator counts one more in each sign-in, but stays at 0 when it does not count at all.
    for (registered, set_to, seen, cloned) in [
        (10, 4, 5, true),
        (10, 9, 10, true),
        (10, 0, 0, true),
        (1, 0, 0, true),
        (10, 10, 11, false),
        (0, 0, 0, false),
        (0, 1, 2, false),
    ] {
        for synced in [true, false] {
            let (mut instance, mut soft) = (instance(), soft());
            (soft.backup_eligible, soft.counter) = (synced, registered);
            let passkey = instance.register(&mut soft, &[]).unwrap();
            soft.counter = set_to;
            let answer = instance.sign_in(&mut soft, &passkey);
            let reported = answer.as_ref().map(|a| (a.maybe_cloned, a.passkey.sign_count, a.previous_count)).ok();
            let accepted = (synced || !cloned).then_some((cloned, seen, i64::from(registered)));
            assert_eq!(reported, accepted, "{registered} {set_to} {synced}");
        }
    }
}

#[test]
fn an_authenticator_that_has_a_passkey_already_is_excluded() {
    let (mut instance, mut soft) = (instance(), soft());
    let passkey = instance.register(&mut soft, &[]).unwrap();
    assert!(instance.register(&mut soft, &[passkey]).is_err());
}

#[test]
fn answers_of_the_wrong_shape_are_refused_without_a_panic() {
    let mut instance = instance();
    let enrolling = Enrolling { handle: &instance.handle, name: "ada", display_name: "Ada", existing: &[] };
    let begun = begin_registration(&instance.rp, &enrolling).unwrap();
    let good = soft().register(&begun.public_key).unwrap();
    for (pointer, junk) in [
        ("/response/attestationObject", "AAAA"),
        ("/response/attestationObject", "oWNmbXRkbm9uZQ"),
        ("/response/clientDataJSON", "e30"),
        ("/response/clientDataJSON", "!"),
        ("/rawId", "AA"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = junk.into();
        let refused =
            finish_registration(&instance.rp, &begun.state, &bad, &instance.user, (NOW, &mut instance.entropy));
        assert!(refused.is_err(), "{pointer} {junk}");
    }
    for bad in ["null", "[]", "{}", "\"x\""] {
        assert!(identify(&serde_json::from_str(bad).unwrap()).is_err());
    }
}

#[test]
fn an_issuer_without_a_host_name_is_no_relying_party() {
    for bad in ["", "auth", "https://127.0.0.1", "https://[::1]:8480", "mailto:a@b"] {
        assert!(RelyingParty::new("Home", bad).is_err(), "{bad}");
    }
    assert_eq!(RelyingParty::new("Home", "http://localhost:8480").unwrap().origin(), "http://localhost:8480");
}

const MOVED_TO: &str = "https://id.example.org";

/// The same instance after a move, where its former address still counts or not.
fn moved(instance: Instance, former: &[&str]) -> Instance {
    let former: Vec<String> = former.iter().map(|&issuer| issuer.to_owned()).collect();
    let rp = RelyingParty::new("Home", MOVED_TO).unwrap().formerly("Home", &former).unwrap();
    Instance { rp, ..instance }
}

impl Instance {
    /// By what is offered to passkeys of this RP ID.
    fn sign_in_by(
        &self,
        soft: &mut SoftAuthenticator,
        passkey: &Passkey,
        offered: Option<&str>,
    ) -> Result<Assertion, CeremonyError> {
        let begun = begin_sign_in(&self.rp, offered)?;
        let answer = soft.sign_in(&begun.public_key).unwrap();
        finish_sign_in(&self.rp, &begun.state, &identify(&answer)?, (passkey, &self.handle), NOW)
    }
}

#[test]
fn a_passkey_of_the_former_host_signs_in_at_the_new_one_while_that_is_known() {
    let (mut instance, mut soft) = (instance(), soft());
    let old = instance.register(&mut soft, &[]).unwrap();
    assert_eq!(old.rp_id, "auth.example.com");
    let home = moved(instance, &[ISSUER]);
    assert_eq!(home.rp.former_ids().collect::<Vec<_>>(), ["auth.example.com"]);
    soft.origin = MOVED_TO.to_owned();
    let options = begin_sign_in(&home.rp, Some("auth.example.com")).unwrap().public_key;
    assert_eq!(options["rpId"], "auth.example.com");
    let entered = home.sign_in_by(&mut soft, &old, Some("auth.example.com")).unwrap().passkey;
    assert_eq!(entered.rp_id, "auth.example.com", "and stays what it is");
    assert_eq!(begin_sign_in(&home.rp, None).unwrap().public_key["rpId"], "id.example.org");
    let refused = begin_sign_in(&home.rp, Some("evil.example")).map(|_| ());
    assert_eq!(refused, Err(CeremonyError::OtherHost), "no host is offered that was never ours");
    assert!(home.rp.knows(&entered));
    // The address is given up.
    let home = moved(home, &[]);
    assert!(!home.rp.knows(&entered));
    let begun = begin_sign_in(&home.rp, None).unwrap();
    let answer = identify(&soft.sign_in(&begun.public_key).unwrap()).unwrap();
    let refused = finish_sign_in(&home.rp, &begun.state, &answer, (&entered, &home.handle), NOW);
    assert_eq!(refused, Err(CeremonyError::OtherHost));
}

#[test]
fn security_92_94_after_a_move_each_passkey_is_held_to_its_own_rp_id_and_to_the_present_origin() {
    let old_host = Some("auth.example.com");
    // What the browser says, what was offered, which host the passkey is noted for, and whether that lets it in.
    for (what, origin, hashed, noted, fine) in [
        ("as it should be", MOVED_TO, "auth.example.com", "auth.example.com", true),
        ("a page of the former origin", ISSUER, "auth.example.com", "auth.example.com", false),
        ("a page of another origin", "https://evil.example", "auth.example.com", "auth.example.com", false),
        ("the hash of the present host", MOVED_TO, "id.example.org", "auth.example.com", false),
        ("the hash of another host", MOVED_TO, "example.com", "auth.example.com", false),
        ("noted for the present host", MOVED_TO, "auth.example.com", "id.example.org", false),
        ("noted for no host", MOVED_TO, "auth.example.com", "", false),
        ("noted for a host that was never ours", MOVED_TO, "evil.example", "evil.example", false),
    ] {
        for offered in [old_host, None] {
            let (mut instance, mut soft) = (instance(), soft());
            let old = instance.register(&mut soft, &[]).unwrap();
            let home = moved(instance, &[ISSUER]);
            soft.origin = origin.to_owned();
            soft.rp_id = Some(hashed.to_owned());
            let passkey = Passkey { rp_id: noted.to_owned(), ..old };
            assert_eq!(home.sign_in_by(&mut soft, &passkey, offered).is_ok(), fine, "{what}");
        }
    }
}

#[test]
fn after_a_move_new_passkeys_are_of_the_new_host_and_are_made_beside_those_of_the_former_one() {
    let (mut instance, mut soft) = (instance(), soft());
    let old = instance.register(&mut soft, &[]).unwrap();
    let mut home = moved(instance, &[ISSUER, "https://auth.example.com:8443", MOVED_TO]);
    assert_eq!(home.rp.former_ids().count(), 1, "a host is there once, and the present one is not former");
    let mut second = SoftAuthenticator::new(MOVED_TO, [8; 16]).unwrap();
    let enrolling =
        Enrolling { handle: &home.handle, name: "ada", display_name: "Ada", existing: std::slice::from_ref(&old) };
    let options = begin_registration(&home.rp, &enrolling).unwrap().public_key;
    assert_eq!(options["rp"]["id"], "id.example.org");
    assert_eq!(options["excludeCredentials"].as_array().map_or(0, Vec::len), 0, "{options}");
    let new = home.register(&mut second, std::slice::from_ref(&old)).unwrap();
    assert_eq!(new.rp_id, "id.example.org");
    assert!(home.rp.is_present(&new) && !home.rp.is_present(&old));
    assert!(home.sign_in(&mut second, &new).is_ok());
    // Made at the former host by a page that was left open.
    let mut stale = SoftAuthenticator::new(ISSUER, [9; 16]).unwrap();
    assert!(home.register(&mut stale, &[]).is_err());
}
