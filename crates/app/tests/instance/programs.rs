//! Tokens for programs: they open what their owner may open, as of now, on every replica, and nothing of the instance's own.

use crate::fixture::{Home, may, myself, nobody, on_both, own, seconds, somewhere, userinfo};
use doorstep_app::{
    accounts::{AccountError, MadeToken, NewToken, TokenError},
    instance::Instance,
};
use doorstep_core::{
    access::ManageUsers,
    entropy::Entropy,
    gateway::{Dialect, Unproved, Verdict, judge_token, prepare},
    limit::Source,
    model::{Effect, ProgramToken, Rule, TokenLife},
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_onboard::provider::Provider;
use doorstep_store::audit;
use std::net::IpAddr;

fn wish(label: &str, apps: &[&str]) -> NewToken {
    NewToken {
        label: label.to_owned(),
        apps: apps.iter().map(|app| (*app).to_owned()).collect(),
        days: None,
        read_only: false,
    }
}

async fn made(home: &Home, owner: &str, apps: &[&str]) -> MadeToken {
    let act = may(&home.instance, ManageUsers);
    home.instance.accounts.make_token(&act, owner, &wish("backup", apps)).await.unwrap()
}

/// What becomes of a request with this token: the owner's name, or why not.
async fn asked(instance: &Instance, token: &Token, app: &str, method: &str) -> Result<String, String> {
    let (now, hash) = (instance.now(), token.hash());
    let found = match instance.gateway.warm_token(&hash, now) {
        Some(warm) => Some(warm),
        None => instance.gateway.load_token(&hash, &somewhere()).await.unwrap(),
    };
    let protected = instance.caches.believed().await.unwrap();
    let headers = [
        ("x-forwarded-method", method.to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
        ("x-forwarded-host", format!("{app}.example.org")),
        ("x-forwarded-uri", "/page".to_owned()),
        ("authorization", format!("Bearer {}", token.expose())),
    ];
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let prepared = prepare(Dialect::Forward, true, headers, (protected.hosts(), || None)).unwrap();
    match judge_token(&prepared, found.as_ref(), now) {
        Verdict::Allow(token) => {
            token.note_use(now);
            Ok(token.as_ref().owner().unwrap().identity().values().next().unwrap().to_owned())
        }
        Verdict::Deny(_) => Err("not allowed".to_owned()),
        Verdict::Unproved(why) => Err(why.reason().to_owned()),
        Verdict::Pass | Verdict::Challenge(_) | Verdict::Stop(_) => Err("something else".to_owned()),
    }
}

fn no(why: Unproved) -> Result<String, String> {
    Err(why.reason().to_owned())
}

fn is_warm(instance: &Instance, token: &Token) -> bool {
    instance.gateway.warm_token(&token.hash(), instance.now()).is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_69_a_token_that_is_warm_from_one_app_opens_no_other_and_reads_no_database() {
    on_both!(|home| {
        home.person("ada", &["family"]).await;
        home.guarded("wiki", Some(&["family"])).await;
        home.guarded("mail", None).await;
        let token = made(&home, "ada", &["wiki"]).await;
        assert_eq!(token.origins, ["https://wiki.example.org"]);
        assert_eq!((token.owner.as_str(), token.closed.len()), ("ada", 0));
        let instance = &home.instance;
        assert_eq!(asked(instance, &token.text, "wiki", "POST").await, Ok("ada".to_owned()));
        assert_eq!(asked(instance, &token.text, "mail", "GET").await, no(Unproved::OtherApp));
        instance.caches.catch_up().await.unwrap();
        let _held = home.out_of_reach().await;
        assert_eq!(asked(instance, &token.text, "wiki", "GET").await, Ok("ada".to_owned()));
        assert_eq!(asked(instance, &token.text, "mail", "GET").await, no(Unproved::OtherApp));
        assert!(instance.gateway.load_token(&token.text.hash(), &somewhere()).await.is_err(), "it was out of reach");
        home.wait(seconds(6));
        assert!(!is_warm(instance, &token.text), "what was not heard of for five seconds is not believed");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_and_38_what_ends_a_token_ends_it_on_every_replica() {
    on_both!(|home| {
        let engine = home.at.engine;
        drop(home);
        for case in ["revoke", "own revoke", "disable", "remove", "group", "app", "allow", "time", "nothing"] {
            let home = Home::new(engine).await;
            home.person("root", &["admins"]).await;
            let person = home.person("ada", &["family"]).await;
            home.guarded("wiki", Some(&["family"])).await;
            let token = made(&home, "ada", &["wiki"]).await;
            let replica = home.replica().await;
            for instance in [&home.instance, &replica] {
                assert_eq!(asked(instance, &token.text, "wiki", "GET").await, Ok("ada".to_owned()), "{case}");
                assert!(is_warm(instance, &token.text));
            }
            let (accounts, act) = (&home.instance.accounts, may(&home.instance, ManageUsers));
            let expected = match case {
                "revoke" => {
                    accounts.revoke_token(&act, &token.token.id).await.unwrap();
                    no(Unproved::Unknown)
                }
                "own revoke" => {
                    let who = home.who(&person.session).await;
                    accounts.revoke_own_token(&myself(&home.instance, &who), &token.token.id).await.unwrap();
                    no(Unproved::Unknown)
                }
                "disable" => {
                    home.switch("ada", false).await;
                    no(Unproved::Ended)
                }
                "remove" => {
                    accounts.remove_person(&act, "ada").await.unwrap();
                    no(Unproved::Unknown)
                }
                "group" => {
                    assert!(home.member("ada", "family", false).await);
                    Err("not allowed".to_owned())
                }
                "app" => {
                    own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap();
                    home.guarded("wiki", Some(&["family"])).await;
                    no(Unproved::OtherApp)
                }
                "allow" => {
                    home.guarded("wiki", Some(&["admins"])).await;
                    Err("not allowed".to_owned())
                }
                "time" => {
                    home.wait(ProgramToken::LIFE);
                    home.instance.caches.catch_up().await.unwrap();
                    no(Unproved::Ended)
                }
                _ => Ok("ada".to_owned()),
            };
            assert_eq!(asked(&home.instance, &token.text, "wiki", "GET").await, expected, "{case} here");
            replica.caches.catch_up().await.unwrap();
            assert_eq!(asked(&replica, &token.text, "wiki", "GET").await, expected, "{case} there");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_works_at_the_instance_and_gives_no_session() {
    on_both!(|home| {
        home.person("ada", &["family"]).await;
        home.guarded("wiki", None).await;
        let token = made(&home, "ada", &["wiki"]).await;
        assert!(userinfo(&home.instance, token.text.expose()).await.is_err());
        assert!(home.instance.sessions.signed_in(Some(&token.text)).await.unwrap().is_none());
        assert!(home.instance.gateway.load(&token.text.hash(), &somewhere()).await.unwrap().is_none());
        for kind in TokenKind::ALL.into_iter().filter(|kind| *kind != TokenKind::Program) {
            assert!(Token::parse(kind, token.text.expose()).is_none());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_may_wish_for_is_refused() {
    on_both!(|home| {
        let person = home.person("ada", &[]).await;
        home.guarded("wiki", Some(&["family"])).await;
        home.client("photos", |_| {}).await;
        let (accounts, act) = (&home.instance.accounts, may(&home.instance, ManageUsers));
        let refused = async |owner: &str, new: NewToken| {
            accounts.make_token(&act, owner, &new).await.err().map(|error| error.to_string()).unwrap_or_default()
        };
        for (new, says) in [
            (wish(" \t", &["wiki"]), "a token has a name"),
            (wish(&"x".repeat(81), &["wiki"]), "a token has a name"),
            (wish("backup", &[]), "for one app at least"),
            (wish("backup", &["wiki", "nowhere"]), "no app is called `nowhere`"),
            (wish("backup", &["../wiki"]), "no app is called `../wiki`"),
            (NewToken { days: Some(0), ..wish("backup", &["wiki"]) }, "from 1 to 366 days"),
            (NewToken { days: Some(367), ..wish("backup", &["wiki"]) }, "from 1 to 366 days"),
            (NewToken { days: Some(i64::MAX), ..wish("backup", &["wiki"]) }, "from 1 to 366 days"),
        ] {
            let reported = refused("ada", new.clone()).await;
            assert!(reported.contains(says), "{new:?}: {reported}");
        }
        assert!(refused("bob", wish("backup", &["wiki"])).await.contains("nobody here is called `bob`"));
        let made =
            accounts.make_token(&act, "Ada", &NewToken { days: Some(366), ..wish("a", &["WIKI "]) }).await.unwrap();
        assert_eq!(made.closed.into_iter().map(String::from).collect::<Vec<_>>(), ["wiki"], "she is not in the family");
        for n in 1..ProgramToken::MOST {
            accounts.make_token(&act, "ada", &wish(&format!("t{n}"), &["wiki"])).await.unwrap();
        }
        assert!(refused("ada", wish("one more", &["wiki"])).await.contains("100 tokens of ada already"));
        home.switch("ada", false).await;
        assert!(refused("ada", wish("backup", &["wiki"])).await.contains("the account of ada is disabled"));
        drop(person);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_person_makes_lists_and_ends_their_own_after_a_fresh_sign_in() {
    on_both!(|home| {
        let (person, other) = (home.person("ada", &["family"]).await, home.person("bob", &[]).await);
        home.guarded("wiki", None).await;
        let accounts = &home.instance.accounts;
        let (who, stranger) = (home.who(&person.session).await, home.who(&other.session).await);
        let hers = myself(&home.instance, &who);
        let token = accounts.make_own_token(&hers, &wish("backup", &["wiki"])).await.unwrap();
        assert_eq!(asked(&home.instance, &token.text, "wiki", "GET").await, Ok("ada".to_owned()));
        assert_eq!(accounts.own_tokens(&hers).await.unwrap(), [(token.token.clone(), TokenLife::Good)]);
        let his = myself(&home.instance, &stranger);
        assert!(accounts.own_tokens(&his).await.unwrap().is_empty());
        let refused = accounts.revoke_own_token(&his, &token.token.id).await;
        assert!(matches!(refused, Err(TokenError::NotFound)), "it is not his");
        assert_eq!(asked(&home.instance, &token.text, "wiki", "GET").await, Ok("ada".to_owned()));
        accounts.revoke_own_token(&hers, &token.token.id).await.unwrap();
        assert_eq!(asked(&home.instance, &token.text, "wiki", "GET").await, no(Unproved::Unknown));
        home.wait(Ttl::from_minutes(6));
        let late = myself(&home.instance, &who);
        let refused = accounts.make_own_token(&late, &wish("backup", &["wiki"])).await.err();
        assert!(matches!(refused, Some(TokenError::Account(AccountError::NotFresh(_)))), "found open on a table");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_written_down_with_that_of_sessions_and_listed() {
    on_both!(|home| {
        home.person("ada", &[]).await;
        home.guarded("wiki", None).await;
        let token = made(&home, "ada", &["wiki"]).await;
        let (accounts, act) = (&home.instance.accounts, may(&home.instance, ManageUsers));
        let used = async || accounts.tokens(&act, Some("ada")).await.unwrap()[0].token.last_used_at;
        // Loaded and refused is not used.
        home.guarded("mail", None).await;
        assert_eq!(asked(&home.instance, &token.text, "mail", "GET").await, no(Unproved::OtherApp));
        home.instance.gateway.flush_token_use().await.unwrap();
        assert_eq!(used().await, None);
        asked(&home.instance, &token.text, "wiki", "GET").await.unwrap();
        assert_eq!(used().await, None, "not in the path of the request");
        let at = home.instance.now();
        home.instance.gateway.flush_token_use().await.unwrap();
        assert_eq!(used().await, Some(at));
        home.wait(seconds(2));
        home.instance.gateway.flush_token_use().await.unwrap();
        assert_eq!(used().await, Some(at));
        asked(&home.instance, &token.text, "wiki", "GET").await.unwrap();
        home.instance.gateway.flush_token_use().await.unwrap();
        assert_eq!(used().await, Some(at + seconds(2)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_and_87_unknown_tokens_are_counted_by_address_and_shut_no_right_one_out() {
    on_both!(|home| {
        home.person("ada", &[]).await;
        home.guarded("wiki", None).await;
        let token = made(&home, "ada", &["wiki"]).await;
        let address = IpAddr::from([203, 0, 113, 9]);
        let crowd = Source::of(Some(address), address, false, false);
        for seed in 0..200 {
            let made_up = Token::random(TokenKind::Program, &mut Entropy::seeded(seed));
            assert!(home.instance.gateway.load_token(&made_up.hash(), &crowd).await.unwrap().is_none());
            assert!(!is_warm(&home.instance, &made_up), "what is not there is not kept");
        }
        let counted = home.instance.allowances.take(doorstep_app::cache::Limited::Token, &crowd);
        assert!(counted.is_err(), "they were counted");
        assert!(home.instance.gateway.load_token(&token.text.hash(), &crowd).await.unwrap().is_some());
        assert!(is_warm(&home.instance, &token.text));
        // One that is right is not counted.
        for _ in 0..200 {
            home.instance.gateway.load_token(&token.text.hash(), &somewhere()).await.unwrap().unwrap();
        }
        assert!(home.instance.allowances.take(doorstep_app::cache::Limited::Token, &somewhere()).is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_101_the_audit_log_tells_of_tokens_and_holds_none() {
    on_both!(|home| {
        home.person("ada", &[]).await;
        let closed = Rule { paths: vec![], methods: [].into(), networks: vec![], effect: Effect::Refuse };
        let wiki = home.guarded_by("wiki", Some(&["family"]), vec![closed]).await;
        let token = made(&home, "ada", &["wiki"]).await;
        let cached = home.instance.gateway.load_token(&token.text.hash(), &somewhere()).await.unwrap().unwrap();
        for _ in 0..3 {
            let what = (&wiki.app, "not_allowed");
            home.instance.gateway.note_refused(&cached, what, &nobody()).await.unwrap();
        }
        home.instance.accounts.revoke_token(&may(&home.instance, ManageUsers), &token.token.id).await.unwrap();
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
        for (kind, actor) in
            [("program_token_made", "cli"), ("program_token_revoked", "cli"), ("program_token_refused", "user")]
        {
            let of: Vec<_> = lines.iter().filter(|line| line.kind == kind).collect();
            let [line] = of.as_slice() else { panic!("{kind}: {of:#?}") };
            assert_eq!((line.actor_kind.as_str(), line.subject_kind.as_str()), (actor, "program_token"));
            assert_eq!(line.subject_id, token.token.id.as_str());
        }
        let written = format!("{lines:?}");
        for secret in [token.text.expose(), &token.text.hash().to_text(), "ds_pat_"] {
            assert!(!written.contains(secret));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_a_token_reports_are_those_of_now() {
    on_both!(|home| {
        home.person("ada", &["family"]).await;
        home.guarded("wiki", None).await;
        let token = made(&home, "ada", &["wiki"]).await;
        home.instance.gateway.load_token(&token.text.hash(), &somewhere()).await.unwrap().unwrap();
        home.member("ada", "editors", true).await;
        assert!(!is_warm(&home.instance, &token.text));
        let loaded = home.instance.gateway.load_token(&token.text.hash(), &somewhere()).await.unwrap().unwrap();
        let owner = loaded.as_ref().owner().unwrap().clone();
        let reported: Vec<_> = owner.identity().groups().collect();
        assert_eq!(reported, ["editors", "family"]);
    });
}

/// How often the audit log says of each token that it ends soon.
async fn warned(home: &Home) -> Vec<(String, String)> {
    let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
    let mut all: Vec<_> = lines.into_iter().filter(|line| line.kind == "program_token_ends_soon").collect();
    all.sort_by_key(|line| line.at);
    all.into_iter().map(|line| (line.subject_id, line.detail)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_within_a_week_is_told_of_once_a_day_by_one_of_all_replicas() {
    on_both!(|home| {
        home.person("ada", &[]).await;
        home.guarded("wiki", None).await;
        let replica = home.replica().await;
        let token = made(&home, "ada", &["wiki"]).await;
        let id = token.token.id.to_string();
        let told = async || {
            // Both at once, and each again an hour later, when the other one has been there.
            let (one, other) = (&home.instance.accounts, &replica.accounts);
            let (first, second) = tokio::join!(one.warn_of_ending_tokens(), other.warn_of_ending_tokens());
            first.and(second).unwrap();
            one.warn_of_ending_tokens().await.unwrap();
            warned(&home).await.len()
        };
        assert_eq!(told().await, 0, "ninety days are left");
        // All replicas have the clock of the test.
        let pass = |days| home.instance.context.ambient.advance(Ttl::from_days(days));
        pass(84);
        assert_eq!(told().await, 1);
        pass(1);
        assert_eq!(told().await, 2);
        assert_eq!(told().await, 2, "the same day");
        let all = warned(&home).await;
        assert!(all.iter().all(|(subject, _)| *subject == id), "{all:?}");
        let details: Vec<serde_json::Value> =
            all.iter().map(|(_, detail)| serde_json::from_str(detail).unwrap()).collect();
        assert_eq!(details[1], serde_json::json!({ "label": "backup", "owner": "ada", "ends": "5" }));
        pass(10);
        assert_eq!(told().await, 2, "it has ended");
    });
}
