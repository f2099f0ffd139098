//! Signing in with a passkey: security rows 90 to 95 through the whole instance.

use crate::fixture::{authenticator, begin, browser, may, myself, nobody, on_both, seconds, sign_in};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_app::accounts::SignInError;
use doorstep_core::ceremony::{ChallengeError, soft::SoftAuthenticator};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn security_90_and_92_and_94_each_deviation_is_refused() {
    type Deviation = (&'static str, fn(&mut SoftAuthenticator));
    let deviations: [Deviation; 9] = [
        ("no user verification", |key| key.user_verified = false),
        ("no user presence", |key| key.user_present = false),
        ("another origin", |key| key.origin = "https://badexample.org".into()),
        ("an origin below ours", |key| key.origin = "https://x.auth.example.org".into()),
        ("plain http", |key| key.origin = "http://auth.example.org".into()),
        ("another port", |key| key.origin = "https://auth.example.org:8443".into()),
        ("a frame of another site", |key| key.cross_origin = Some(true)),
        ("another RP ID", |key| key.rp_id = Some("example.org".into())),
        ("backed up but not eligible", |key| key.backed_up = true),
    ];
    on_both!(|home| {
        for (n, (what, deviate)) in deviations.iter().enumerate() {
            let mut ada = home.person(&format!("ada{n}"), &[]).await;
            deviate(&mut ada.passkey);
            let refused = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await;
            assert!(matches!(refused.err(), Some(SignInError::Ceremony(_))), "{what} at sign-in");
            let link = home.link(doorstep_core::model::LinkPurpose::Recover, Some(&ada.user.id)).await;
            let mut key = authenticator();
            deviate(&mut key);
            let refused = crate::fixture::enrol(&home.instance, &browser(), &link, None, &mut key).await;
            assert!(
                matches!(refused.err(), Some(doorstep_app::accounts::EnrolError::Ceremony(_))),
                "{what} at enrolment"
            );
            assert!(home.instance.accounts.open_link(&link).await.is_ok(), "the link still opens");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_94_an_unrequested_algorithm_and_a_long_id_are_refused() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let changes: [fn(&mut SoftAuthenticator); 2] =
            [|key| key.alg = -65535, |key| key.credential_id = vec![1; 1024]];
        for change in changes {
            let link = home.link(doorstep_core::model::LinkPurpose::Recover, Some(&ada.user.id)).await;
            let mut key = authenticator();
            change(&mut key);
            assert!(crate::fixture::enrol(&home.instance, &browser(), &link, None, &mut key).await.is_err());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_91_an_answer_serves_once_in_its_browser_within_five_minutes() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let (own, replica) = (browser(), home.replica().await);
        let begun = begin(&home.instance, &own).await;
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        let both = (&begun.challenge, &answer);
        let elsewhere = home.instance.accounts.finish_passkey_sign_in(&browser(), both, None, &nobody()).await;
        assert!(matches!(elsewhere.err(), Some(SignInError::Challenge(ChallengeError::OtherBrowser))));
        let again = home.instance.accounts.finish_passkey_sign_in(&own, both, None, &nobody()).await;
        assert!(matches!(again.err(), Some(SignInError::Challenge(ChallengeError::Unknown))), "it is gone");

        let begun = begin(&home.instance, &own).await;
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        let both = (&begun.challenge, &answer);
        assert!(home.instance.accounts.finish_passkey_sign_in(&own, both, None, &nobody()).await.is_ok());
        let again = replica.accounts.finish_passkey_sign_in(&own, both, None, &nobody()).await;
        assert!(matches!(again.err(), Some(SignInError::Challenge(ChallengeError::Unknown))));

        let begun = begin(&home.instance, &own).await;
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        home.wait(seconds(300));
        let late =
            home.instance.accounts.finish_passkey_sign_in(&own, (&begun.challenge, &answer), None, &nobody()).await;
        assert!(matches!(late.err(), Some(SignInError::Challenge(ChallengeError::Expired))));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_91_a_challenge_serves_the_purpose_it_was_drawn_for() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        let adding =
            home.instance.accounts.begin_add_passkey(&myself(&home.instance, &who), &ada.browser).await.unwrap();
        let begun = begin(&home.instance, &ada.browser).await;
        let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
        let crossed = (&adding.challenge, &answer);
        let refused = home.instance.accounts.finish_passkey_sign_in(&ada.browser, crossed, None, &nobody()).await;
        assert!(matches!(refused.err(), Some(SignInError::Challenge(ChallengeError::OtherPurpose))));
        let made = authenticator().register(&adding.public_key).unwrap();
        let refused = home
            .instance
            .accounts
            .finish_add_passkey(&myself(&home.instance, &who), &ada.browser, (&begun.challenge, &made))
            .await;
        assert!(refused.is_err());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_93_a_passkey_speaks_for_its_owner_only() {
    on_both!(|home| {
        let (ada, mut mallory) = (home.person("ada", &[]).await, home.person("mallory", &[]).await);
        let handle = ada.passkey.user_handle.clone();
        for claimed in [handle, None, Some(Vec::new()), Some(vec![0; 32])] {
            let own = mallory.passkey.user_handle.clone();
            mallory.passkey.user_handle = claimed;
            let refused = sign_in(&home.instance, &browser(), &mut mallory.passkey, None).await;
            assert!(matches!(refused.err(), Some(SignInError::Ceremony(_))));
            mallory.passkey.user_handle = own;
        }
        // In Ada's browser Mallory becomes Mallory, never a fresher Ada.
        let session = sign_in(&home.instance, &ada.browser, &mut mallory.passkey, Some(&ada.session)).await.unwrap();
        assert_eq!(home.who(&session.token).await.principal.user.id, mallory.user.id);
        let begun = begin(&home.instance, &ada.browser).await;
        let mut answer = mallory.passkey.sign_in(&begun.public_key).unwrap();
        let id = URL_SAFE_NO_PAD.encode(&ada.passkey.credential_id);
        answer["id"] = json!(id);
        answer["rawId"] = json!(id);
        let refused = home
            .instance
            .accounts
            .finish_passkey_sign_in(&ada.browser, (&begun.challenge, &answer), None, &nobody())
            .await;
        assert!(refused.is_err(), "Ada's id over Mallory's signature");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_does_not_rise_is_refused_on_one_device_and_told_of_on_several() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        sign_in(&home.instance, &browser(), &mut ada.passkey, None).await.unwrap();
        ada.passkey.counter -= 1;
        assert!(sign_in(&home.instance, &browser(), &mut ada.passkey, None).await.is_err(), "a copy of the key");

        let may = may(&home.instance, doorstep_core::access::ManageUsers);
        let added =
            home.instance.accounts.add_person(&may, crate::fixture::typed("bob"), crate::fixture::groups(&[])).await;
        let (_, link) = added.unwrap();
        let mut synced = authenticator();
        (synced.backup_eligible, synced.backed_up) = (true, true);
        let link = crate::fixture::link_token(&link.url);
        crate::fixture::enrol(&home.instance, &browser(), &link, None, &mut synced).await.unwrap();
        sign_in(&home.instance, &browser(), &mut synced, None).await.unwrap();
        synced.counter -= 1;
        sign_in(&home.instance, &browser(), &mut synced, None).await.unwrap();
        let lines = doorstep_store::audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.kind == "passkey_cloned").count(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_was_removed_is_unknown() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        let begun =
            home.instance.accounts.begin_add_passkey(&myself(&home.instance, &who), &ada.browser).await.unwrap();
        let mut second = authenticator();
        let answer = second.register(&begun.public_key).unwrap();
        let both = (&begun.challenge, &answer);
        home.instance.accounts.finish_add_passkey(&myself(&home.instance, &who), &ada.browser, both).await.unwrap();
        let first = home.instance.accounts.account_overview(&myself(&home.instance, &who)).await.unwrap().passkeys;
        let first = first.iter().find(|key| key.credential_id == URL_SAFE_NO_PAD.encode(&ada.passkey.credential_id));
        home.instance.accounts.remove_passkey(&myself(&home.instance, &who), &first.unwrap().id).await.unwrap();
        let refused = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await;
        assert!(matches!(refused.err(), Some(SignInError::UnknownPasskey)));
        assert!(sign_in(&home.instance, &browser(), &mut second, None).await.is_ok());
    });
}
