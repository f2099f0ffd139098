//! Transactions that take the same rows, against each other on two replicas on PostgreSQL, again and again. Each pair
//! met in a deadlock once, or might; the order in which rows are taken is that of ADR 26, and the database counts none.

use crate::fixture::{
    Home, Person, authenticator, begin, browser, by_password, change, enrol, may, myself, nobody, own, redeem, refresh,
    seconds, somewhere, text,
};
use doorstep_app::{
    accounts::{EnrolmentAnswer, PasswordForm, TRIES_WINDOW},
    instance::Instance,
};
use doorstep_core::{
    access::{ADMINS, ManageApps, ManageUsers},
    model::{LinkPurpose, RotationTerms},
    secret::{Secret, Token},
};
use doorstep_onboard::{
    provider::{Provider, RemoteId},
    spec::ClientSpec,
};
use doorstep_store::testing::{Engine, deadlocks};
use std::{future::Future, pin::Pin, sync::Arc};

const ROUNDS: usize = 12;

type Did = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

fn reported<T, E: std::fmt::Display>(done: Result<T, E>) -> Result<(), String> {
    done.map(|_| ()).map_err(|error| error.to_string())
}

/// Two replicas on one PostgreSQL.
struct Pair {
    home: Home,
    other: Arc<Instance>,
}

impl Pair {
    async fn new() -> Self {
        let home = Home::new(Engine::Postgres).await;
        let other = home.replica().await;
        Self { home, other }
    }

    /// Runs both at once. What either answers is its business; that it was aborted or waited in vain is not.
    async fn meet(&self, what: &str, one: Did, another: Did) {
        let (one, another) = tokio::join!(tokio::spawn(one), tokio::spawn(another));
        for done in [one.unwrap(), another.unwrap()] {
            let error = done.err().unwrap_or_default();
            assert!(!error.contains("the database"), "{what}: {error}");
        }
    }

    /// No transaction was ever aborted for the sake of another.
    async fn never_in_a_deadlock(self, what: &str) {
        self.other.context.db.close().await;
        self.home.db().close().await;
        assert_eq!(deadlocks(&self.home.at.at).await, 0, "{what}");
    }
}

/// The second step of a recovery, ready to be sent from the browser of the session.
async fn recovery(home: &Home, instance: &Arc<Instance>, ada: &Person, previous: Option<Token>) -> Did {
    let link = home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
    let (browser, mut key) = (browser(), authenticator());
    let begun = home.instance.accounts.begin_enrolment(&browser, &link, None).await.unwrap();
    let answer = key.register(&begun.public_key).unwrap();
    let instance = Arc::clone(instance);
    Box::pin(async move {
        let answer = EnrolmentAnswer { drop_earlier: true, ..EnrolmentAnswer::new(&begun.challenge, &answer) };
        reported(instance.accounts.finish_enrolment((&browser, previous.as_ref()), &link, answer, &nobody()).await)
    })
}

/// A sign-in with a passkey in the browser of `previous`, ready to be sent.
async fn passkey(home: &Home, ada: &mut Person, previous: Option<Token>) -> Did {
    let (browser, instance) = (browser(), Arc::clone(&home.instance));
    let begun = begin(&home.instance, &browser).await;
    let answer = ada.passkey.sign_in(&begun.public_key).unwrap();
    Box::pin(async move {
        let answer = (&begun.challenge, &answer);
        reported(instance.accounts.finish_passkey_sign_in(&browser, answer, previous.as_ref(), &nobody()).await)
    })
}

/// The password of somebody, from one address.
fn password(instance: &Arc<Instance>, name: &'static str, password: &'static str) -> Did {
    let instance = Arc::clone(instance);
    Box::pin(async move {
        let form =
            PasswordForm { name: name.into(), password: Secret::new(password.into()), address_key: "one".into() };
        reported(by_password(&instance, form).await)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_meets_a_sign_out_here_and_everywhere() {
    let pair = Pair::new().await;
    let ada = pair.home.person("ada", &[]).await;
    for everywhere in [false, true].into_iter().cycle().take(ROUNDS) {
        // Recovery drops earlier passkeys, so each round makes its own way in.
        let link = pair.home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        let enrolled = enrol(&pair.home.instance, &browser(), &link, None, &mut authenticator()).await;
        let session = enrolled.unwrap();
        let who = pair.home.who(&session.token).await;
        let finishing = recovery(&pair.home, &pair.home.instance, &ada, Some(session.token)).await;
        let other = Arc::clone(&pair.other);
        let leaving: Did = Box::pin(async move {
            if everywhere {
                reported(other.sessions.sign_out_everywhere(&myself(&other, &who)).await)
            } else {
                reported(other.sessions.sign_out(&who, &nobody()).await)
            }
        });
        pair.meet("enrolment and sign-out", finishing, leaving).await;
    }
    pair.never_in_a_deadlock("enrolment and sign-out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_meets_an_enrolment_and_a_new_link() {
    let pair = Pair::new().await;
    pair.home.person("root", &[ADMINS]).await;
    let ada = pair.home.person("ada", &[]).await;
    for with_link in [false, true].into_iter().cycle().take(ROUNDS) {
        let meets: Did = if with_link {
            let other = Arc::clone(&pair.other);
            Box::pin(async move { reported(other.accounts.recovery_link(&may(&other, ManageUsers), "ada").await) })
        } else {
            recovery(&pair.home, &pair.other, &ada, None).await
        };
        let here = Arc::clone(&pair.home.instance);
        let off: Did =
            Box::pin(async move { reported(here.accounts.set_active(&may(&here, ManageUsers), "ada", false).await) });
        pair.meet("set_active and enrolment", off, meets).await;
        let accounts = &pair.home.instance.accounts;
        accounts.set_active(&may(&pair.home.instance, ManageUsers), "ada", true).await.unwrap();
    }
    pair.never_in_a_deadlock("set_active and enrolment").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_removed_meets_a_refresh_and_a_code() {
    let pair = Pair::new().await;
    let ada = pair.home.person("ada", &[]).await;
    for round in 0..ROUNDS {
        let name: &'static str = Box::leak(format!("app-{round}").into_boxed_str());
        let app = pair.home.client(name, |_| {}).await;
        let (mut tokens, proof) = (Vec::new(), pair.home.proof(&app).await);
        for _ in 0..3 {
            tokens.push(text(&pair.home.tokens(&ada, &app, "openid offline_access").await, "refresh_token").to_owned());
        }
        let code = pair.home.code(&ada, &app, "openid offline_access").await;
        let (other, of) = (Arc::clone(&pair.other), app.clone());
        let using: Did = Box::pin(async move {
            for token in tokens {
                reported(refresh(&other, &token, &proof).await).ok();
            }
            reported(redeem(&other, &code, &of, &proof).await)
        });
        let here = Arc::clone(&pair.home.instance);
        let removing: Did = Box::pin(async move {
            let id: RemoteId = app.as_str().parse().unwrap();
            reported(own(&here).delete_client(&id).await)
        });
        pair.meet("remove_client and refresh", removing, using).await;
        // Whoever proves itself as a client that is gone is counted.
        pair.home.wait(TRIES_WINDOW);
    }
    pair.never_in_a_deadlock("remove_client and refresh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_removed_meets_a_refresh_and_a_new_link() {
    let pair = Pair::new().await;
    pair.home.person("root", &[ADMINS]).await;
    let app = pair.home.client("app", |_| {}).await;
    let proof = pair.home.proof(&app).await;
    for round in 0..ROUNDS {
        let name = format!("person-{round}");
        let person = pair.home.person(&name, &[]).await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            let made = pair.home.tokens(&person, &app, "openid offline_access").await;
            tokens.push(text(&made, "refresh_token").to_owned());
        }
        let (other, proof, of) = (Arc::clone(&pair.other), proof.clone(), name.clone());
        let using: Did = Box::pin(async move {
            for token in tokens {
                reported(refresh(&other, &token, &proof).await).ok();
            }
            reported(other.accounts.recovery_link(&may(&other, ManageUsers), &of).await)
        });
        let here = Arc::clone(&pair.home.instance);
        let removing: Did =
            Box::pin(async move { reported(here.accounts.remove_person(&may(&here, ManageUsers), &name).await) });
        pair.meet("remove_person and refresh", removing, using).await;
    }
    pair.never_in_a_deadlock("remove_person and refresh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_meets_a_wrong_one_from_the_same_address() {
    let pair = Pair::new().await;
    let ada = pair.home.person("ada", &[]).await;
    let who = pair.home.who(&ada.session).await;
    let set = change(Some(Secret::new("correct horse battery".into())));
    pair.home.instance.accounts.set_password(&myself(&pair.home.instance, &who), set).await.unwrap();
    for _ in 0..ROUNDS {
        let right = password(&pair.home.instance, "ada", "correct horse battery");
        let wrong = password(&pair.other, "ada", "wrong horse battery");
        pair.meet("two passwords", right, wrong).await;
        pair.home.wait(TRIES_WINDOW);
    }
    pair.never_in_a_deadlock("two passwords").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_meets_the_recovery_that_drops_it() {
    let pair = Pair::new().await;
    let mut ada = pair.home.person("ada", &[]).await;
    for _ in 0..ROUNDS {
        let link = pair.home.link(LinkPurpose::Recover, Some(&ada.user.id)).await;
        ada.passkey = authenticator();
        let session = enrol(&pair.home.instance, &browser(), &link, None, &mut ada.passkey).await.unwrap();
        let recovering = recovery(&pair.home, &pair.other, &ada, None).await;
        let entering = passkey(&pair.home, &mut ada, Some(session.token)).await;
        pair.meet("passkey and recovery", entering, recovering).await;
    }
    pair.never_in_a_deadlock("passkey and recovery").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_a_rotation_meet_one_another_the_first_use_and_a_change_of_the_client() {
    let pair = Pair::new().await;
    let app = pair.home.client("app", |_| {}).await;
    let terms = RotationTerms::default();
    for _ in 0..ROUNDS {
        let here = Arc::clone(&pair.home.instance);
        let act = may(&here, ManageApps);
        let rotation = here.onboarding.rotate(&act, &"app".parse().unwrap(), (&terms, false)).await.unwrap();
        pair.home.wait(seconds(7));
        pair.other.caches.catch_up().await.unwrap();
        let secret = here.context.keyring.client_secret(&app, rotation.new).unwrap();
        let (client, step) = (app.clone(), rotation.clone());
        let ending: Did = Box::pin(async move {
            let act = may(&here, ManageApps);
            reported(here.onboarding.rotation_delivered(&act, (&client, &step)).await)?;
            reported(here.onboarding.end_due_rotations(&act).await)?;
            reported(here.onboarding.rotate(&act, &"app".parse().unwrap(), (&terms, false)).await)
        });
        let there = Arc::clone(&pair.other);
        let using: Did = Box::pin(async move {
            let body = format!("token=ds_acc_garbage&client_id=app&client_secret={}", secret.expose());
            reported(there.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await)?;
            reported(there.onboarding.end_due_rotations(&may(&there, ManageApps)).await)?;
            let spec = ClientSpec::new("app".parse().unwrap(), "App", vec!["https://app.example.org/cb".into()]);
            reported(own(&there).update_client(&"app".parse().unwrap(), &spec, &[]).await)
        });
        pair.meet("the steps of a rotation", ending, using).await;
    }
    pair.never_in_a_deadlock("the steps of a rotation").await;
}
