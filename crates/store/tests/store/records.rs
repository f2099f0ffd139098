//! Clients and apps: they come back as they went in, outlive a release that knows less of them, and come in pages.

use crate::{
    instance::{NOW, app, client, furnished, group_set, id, later, scopes, wiki, wiki_client},
    intruder::Intruder,
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::{
        App, AuthorizationHeader, Client, ClientAuthMethod, ClientSecret, Effect, Level, Owner, PkcePolicy, Posture,
        Proof, SigningAlg,
    },
    page::After,
    time::Ttl,
};
use doorstep_store::{
    Conn, Db, StoreError, apps, clients,
    records::Unreadable,
    revocations::{self, Line, RevocationKind},
    testing,
};
use std::collections::BTreeSet;

async fn put(db: &Db, clients: &[Client]) {
    let mut tx = db.begin().await.unwrap();
    for client in clients {
        clients::put(&mut tx, client, NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn ids(conn: &mut Conn, after: After<ClientId>) -> (Vec<String>, Option<ClientId>) {
    let page = clients::page(conn, &after).await.unwrap();
    (page.items.into_iter().map(|client| client.unwrap().id.into()).collect(), page.next)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_come_back_as_they_went_in() {
    for instance in testing::both().await {
        let mut changed = client("wiki-client");
        put(&instance.db, &[changed.clone()]).await;
        changed.auth_method = ClientAuthMethod::None;
        changed.redirect_uris = ["https://b.example.org/cb", "https://a.example.org/cb"].map(str::to_owned).into();
        changed.post_logout_redirect_uris = vec!["https://a.example.org/cb".into(), "https://a.example.org/".into()];
        (changed.app, changed.allow, changed.role_claim) = (None, None, None);
        for secret in [ClientSecret::None, ClientSecret::Supplied { hash: "h".into() }, client("a").secret] {
            changed.secret = secret;
            put(&instance.db, &[changed.clone(), client("another")]).await;
            let mut conn = instance.db.read().await.unwrap();
            assert_eq!(clients::by_id(&mut conn, &wiki_client()).await.unwrap(), Some(changed.clone()));
        }
        let mut tx = instance.db.begin().await.unwrap();
        let page = clients::page(&mut tx, &After::start()).await.unwrap();
        assert_eq!((page.items, page.next), (vec![Ok(client("another")), Ok(changed)], None));
        assert_eq!(clients::by_id(&mut tx, &id("WIKI-client")).await.unwrap(), None);
        assert_eq!(clients::of_app(&mut tx, &wiki()).await.unwrap(), Some(client("another")));
        assert_eq!(clients::of_app(&mut tx, &id("wik")).await.unwrap(), None);
        assert_eq!(clients::declared(&mut tx).await.unwrap(), [Ok(client("another"))]);
        assert!(clients::delete(&mut tx, &wiki_client(), NOW).await.unwrap());
        assert!(!clients::delete(&mut tx, &wiki_client(), NOW).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_come_back_as_they_went_in() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        let mut changed = app("wiki");
        apps::put(&mut tx, &changed, NOW).await.unwrap();
        (changed.allow, changed.client) = (Some(group_set(&["family"])), Some(wiki_client()));
        (changed.protected, changed.owner) = (false, Owner::Console);
        apps::put(&mut tx, &changed, later(1)).await.unwrap();
        assert_eq!(apps::all(&mut tx).await.unwrap(), [Ok(changed)]);
        assert!(apps::delete(&mut tx, &wiki()).await.unwrap());
        assert!(!apps::delete(&mut tx, &wiki()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_written_and_removed_whole_or_not_at_all() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        let refused = [
            clients::put(&mut conn, &client("a"), NOW).await,
            clients::delete(&mut conn, &id("a"), NOW).await.map(|_| ()),
            apps::put(&mut conn, &app("a"), NOW).await,
            apps::delete(&mut conn, &id("a")).await.map(|_| ()),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(StoreError::OutsideTransaction { .. })), "{refused:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_is_known_while_pages_of_a_client_without_a_secret_live_there() {
    for instance in testing::both().await {
        let mut spa = client("spa");
        let public = ClientAuthMethod::None;
        spa.redirect_uris = vec!["https://SPA.example.org:443/a".into(), "https://spa.example.org/b".into()];
        for (method, enabled, known) in [(public, true, true), (public, false, false), (spa.auth_method, true, false)] {
            (spa.auth_method, spa.enabled) = (method, enabled);
            put(&instance.db, &[client("wiki-client"), spa.clone()]).await;
            let mut conn = instance.db.read().await.unwrap();
            assert_eq!(clients::by_id(&mut conn, &spa.id).await.unwrap().as_ref(), Some(&spa));
            for (origin, expected) in [
                ("https://spa.example.org", known),
                ("https://SPA.example.org", false),
                ("https://spa.example.org/b", false),
                ("https://wiki.example.org", false),
            ] {
                assert_eq!(clients::is_origin(&mut conn, origin).await.unwrap(), expected, "{origin} {method:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_or_removes_a_client_tells_the_log_of_it() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        clients::put(&mut tx, &client("files"), NOW).await.unwrap();
        clients::delete(&mut tx, &id("files"), later(1)).await.unwrap();
        clients::delete(&mut tx, &id("files"), later(2)).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = instance.db.read().await.unwrap();
        let line = |seq, at| Line { seq, kind: RevocationKind::Client, subject: "files".into(), at };
        assert_eq!(revocations::from(&mut conn, 0).await.unwrap(), [line(1, NOW), line(2, later(1))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_behind_forward_auth_are_found_with_those_on_the_same_host_and_no_others() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        for (name, url, protected) in [
            ("tv", "https://tv.example.org", true),
            ("radio", "https://TV.example.org:8443/radio", false),
            ("broken", "no address", true),
            ("adrift", "no address either", false),
            ("wiki", "https://wiki.example.org", false),
            ("all", "https://*.apps.example.org", true),
            ("below", "http://One.apps.example.org:8080", false),
            ("itself", "https://apps.example.org", false),
        ] {
            let app = App { url: url.into(), protected, ..app(name) };
            apps::put(&mut tx, &app, NOW).await.unwrap();
            assert_eq!(apps::by_name(&mut tx, &app.name).await.unwrap(), Some(app));
        }
        assert_eq!(apps::by_name(&mut tx, &id("radi")).await.unwrap(), None);
        let found = apps::protected_and_beside(&mut tx).await.unwrap();
        let names: Vec<_> = found.iter().map(|app| app.as_ref().unwrap().name.as_str()).collect();
        assert_eq!(names, ["all", "below", "broken", "radio", "tv"], "{:?}", instance.engine);
        let moved = App { url: "https://radio.example.org".into(), protected: false, ..app("radio") };
        apps::put(&mut tx, &moved, NOW).await.unwrap();
        assert_eq!(apps::protected_and_beside(&mut tx).await.unwrap().len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_27_iss_is_promised_only_when_every_client_that_is_on_gets_it() {
    for instance in testing::both().await {
        assert!(clients::all_take_iss(&mut instance.db.read().await.unwrap()).await.unwrap());
        let mut without = client("old");
        for (iss_parameter, enabled, promised) in
            [(true, true, true), (false, true, false), (false, false, true), (true, false, true)]
        {
            (without.iss_parameter, without.enabled) = (iss_parameter, enabled);
            put(&instance.db, &[client("new"), without.clone()]).await;
            let all = clients::all_take_iss(&mut instance.db.read().await.unwrap()).await.unwrap();
            assert_eq!(all, promised, "{iss_parameter} {enabled}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_version_that_was_in_use_never_comes_back() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        assert_eq!(clients::next_secret_version(&mut tx, &wiki_client()).await.unwrap(), 1);
        let mut made = client("wiki-client");
        for version in [3, 2] {
            made.secret = ClientSecret::derived(version);
            clients::put(&mut tx, &made, NOW).await.unwrap();
        }
        clients::delete(&mut tx, &wiki_client(), NOW).await.unwrap();
        assert_eq!(clients::next_secret_version(&mut tx, &wiki_client()).await.unwrap(), 4);
        assert_eq!(clients::next_secret_version(&mut tx, &id("files")).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_this_release_does_not_know_outlives_an_update() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut intruder = Intruder::new(&instance.at).await;
        intruder
            .run("UPDATE clients SET document = '{\"par\": true, \"role_claim\": {\"claim\": \"r\", \"many\": 1}}'")
            .await;
        intruder.run("UPDATE apps SET document = '{\"allow\": null, \"badge\": {\"name\": \"book\"}}'").await;
        let mut tx = instance.db.begin().await.unwrap();
        let mut changed = clients::by_id(&mut tx, &wiki_client()).await.unwrap().unwrap();
        changed.pkce = PkcePolicy::Optional;
        clients::put(&mut tx, &changed, NOW).await.unwrap();
        apps::put(&mut tx, &app("wiki"), NOW).await.unwrap();
        assert_eq!(clients::by_id(&mut tx, &wiki_client()).await.unwrap(), Some(changed));
        assert_eq!(apps::all(&mut tx).await.unwrap(), [Ok(app("wiki"))]);
        tx.commit().await.unwrap();
        let client = intruder.text("SELECT document FROM clients").await;
        let app = intruder.text("SELECT document FROM apps").await;
        for (kept, document) in [("\"par\":true", &client), ("\"many\":1", &client), ("{\"name\":\"book\"}", &app)] {
            assert!(document.contains(kept), "{document}");
        }
        assert!(client.contains("\"pkce\":\"optional\""), "{client}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_absent_has_the_value_that_allows_least() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("UPDATE clients SET document = '{}'; UPDATE apps SET document = '{}'").await;
        let mut conn = instance.db.read().await.unwrap();
        let mut least = client("wiki-client");
        (least.auth_method, least.native, least.pkce) = (ClientAuthMethod::Either, false, PkcePolicy::Required);
        (least.scopes, least.allow, least.role_claim) = (scopes("openid"), Some(BTreeSet::new()), None);
        (least.first_party, least.claims_in_id_token) = (false, false);
        (least.id_token_alg, least.access_ttl) = (SigningAlg::Rs256, Ttl::from_minutes(10));
        least.refresh_ttl = Ttl::from_days(30);
        assert_eq!(clients::by_id(&mut conn, &wiki_client()).await.unwrap(), Some(least));
        let mut nobodys = app("wiki");
        (nobodys.allow, nobodys.own_cookies, nobodys.icon) = (Some(BTreeSet::new()), BTreeSet::new(), None);
        (nobodys.rules, nobodys.authorization) = (Vec::new(), AuthorizationHeader::Pass);
        assert_eq!(apps::all(&mut conn).await.unwrap(), [Ok(nobodys)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_a_newer_release_is_refused_kept_and_in_nobodys_way() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        put(&instance.db, &[client("files")]).await;
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("UPDATE clients SET readable_from = 9, document = '[7]' WHERE id = 'wiki-client'").await;
        intruder.run("UPDATE apps SET readable_from = 9").await;
        let mut tx = instance.db.begin().await.unwrap();
        for refused in [
            clients::by_id(&mut tx, &wiki_client()).await.map(|_| ()),
            clients::put(&mut tx, &client("wiki-client"), NOW).await,
            clients::delete(&mut tx, &wiki_client(), NOW).await.map(|_| ()),
        ] {
            let Err(StoreError::Unreadable(why @ Unreadable::Newer { .. })) = refused else { panic!("{refused:?}") };
            for part in ["`wiki-client`", "record version 9", "up to 7"] {
                assert!(why.to_string().contains(part), "{why}");
            }
        }
        for refused in [apps::put(&mut tx, &app("wiki"), NOW).await, apps::delete(&mut tx, &wiki()).await.map(|_| ())] {
            let newer = Unreadable::Newer { table: "apps", record: "wiki".into(), needs: 9 };
            assert!(matches!(&refused, Err(StoreError::Unreadable(why)) if *why == newer), "{refused:?}");
        }
        let page = clients::page(&mut tx, &After::start()).await.unwrap();
        assert_eq!(page.items[0], Ok(client("files")));
        assert!(matches!(page.items[1], Err(Unreadable::Newer { needs: 9, .. })));
        assert!(apps::all(&mut tx).await.unwrap()[0].is_err());
        tx.commit().await.unwrap();
        let kept = intruder.text("SELECT document FROM clients WHERE id = 'wiki-client'").await;
        assert_eq!(kept, "[7]");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_served_by_releases_that_know_what_keeps_people_out_of_it() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut intruder = Intruder::new(&instance.at).await;
        let rules = app("wiki").rules;
        let by = |least| {
            let proof = Proof { max_age: Some(Ttl::from_minutes(15)), least: Some(least) };
            let mut rules = rules.clone();
            rules[0].effect = Effect::SignIn { allow: None, proof };
            rules
        };
        let (proved, two_factors) = (by(Level::Passkey), by(Level::TwoFactors));
        for (rules, authorization, from) in [
            (rules.clone(), AuthorizationHeader::Pass, "2"),
            (rules.clone(), AuthorizationHeader::Ignore, "2"),
            (rules.clone(), AuthorizationHeader::Consume, "3"),
            (two_factors, AuthorizationHeader::Pass, "7"),
            (proved.clone(), AuthorizationHeader::Pass, "4"),
            (proved, AuthorizationHeader::Consume, "4"),
            (Vec::new(), AuthorizationHeader::Consume, "3"),
            (Vec::new(), AuthorizationHeader::Ignore, "1"),
            (Vec::new(), AuthorizationHeader::Pass, "1"),
        ] {
            let mut tx = instance.db.begin().await.unwrap();
            let wiki = App { rules, authorization, ..app("wiki") };
            apps::put(&mut tx, &wiki, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(intruder.text("SELECT CAST(readable_from AS TEXT) FROM apps").await, from);
            assert_eq!(apps::all(&mut instance.db.read().await.unwrap()).await.unwrap(), [Ok(wiki.clone())]);
            // An earlier release would tell the app who people are, or tell it without a signature.
            let least = |from: &'static str, needs| if from == "7" { from } else { needs };
            for (posture, require, from) in [
                (Posture::Portal, None, least(from, "5")),
                (Posture::Assertion, None, least(from, "6")),
                (Posture::Headers, Some(Level::TwoFactors), "7"),
                (Posture::Assertion, Some(Level::Passkey), "7"),
            ] {
                let mut tx = instance.db.begin().await.unwrap();
                let told = App { posture, require, ..wiki.clone() };
                apps::put(&mut tx, &told, NOW).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(intruder.text("SELECT CAST(readable_from AS TEXT) FROM apps").await, from);
                assert_eq!(apps::all(&mut instance.db.read().await.unwrap()).await.unwrap(), [Ok(told)]);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_requires_a_level_is_served_by_releases_that_ask_for_it() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        let mut intruder = Intruder::new(&instance.at).await;
        for (require, from) in [(Some(Level::Passkey), "7"), (None, "1"), (Some(Level::TwoFactors), "7")] {
            let wanted = Client { require, ..client("wiki-client") };
            put(&instance.db, std::slice::from_ref(&wanted)).await;
            let sql = "SELECT CAST(readable_from AS TEXT) FROM clients WHERE id = 'wiki-client'";
            assert_eq!(intruder.text(sql).await, from);
            let found = clients::by_id(&mut instance.db.read().await.unwrap(), &wiki_client()).await.unwrap();
            assert_eq!(found, Some(wanted));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_nobody_ever_wrote_is_in_nobodys_way_and_can_be_written_over() {
    for instance in testing::both().await {
        drop(furnished(&instance.db).await);
        put(&instance.db, &[client("files")]).await;
        let mut intruder = Intruder::new(&instance.at).await;
        intruder.run("UPDATE clients SET document = '[7]' WHERE id = 'wiki-client'").await;
        let mut tx = instance.db.begin().await.unwrap();
        let page = clients::page(&mut tx, &After::start()).await.unwrap();
        assert_eq!(page.items[0], Ok(client("files")));
        assert!(matches!(&page.items[1], Err(Unreadable::Corrupt { record, .. }) if record == "wiki-client"));
        clients::put(&mut tx, &client("wiki-client"), NOW).await.unwrap();
        assert_eq!(clients::by_id(&mut tx, &wiki_client()).await.unwrap(), Some(client("wiki-client")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_clients_and_apps_go_page_by_page() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        for n in 0..1001 {
            let mut one = client(&format!("c-{n:04}"));
            one.redirect_uris.push("https://b.example.org/cb".into());
            if n % 2 == 0 {
                one.app = None;
            }
            clients::put(&mut tx, &one, NOW).await.unwrap();
            apps::put(&mut tx, &app(&format!("a-{n:04}")), NOW).await.unwrap();
        }
        let (names, next) = ids(&mut tx, After::start().limit(2)).await;
        assert_eq!((names, next), (vec!["c-0000".into(), "c-0001".into()], Some(id("c-0001"))));
        let (names, next) = ids(&mut tx, After::key(id("c-0998")).limit(2)).await;
        assert_eq!((names, next), (vec!["c-0999".into(), "c-1000".into()], None));
        assert_eq!(ids(&mut tx, After::start()).await.0.len(), 500);
        assert_eq!(clients::declared(&mut tx).await.unwrap().len(), 500);
        let all = apps::all(&mut tx).await.unwrap();
        let names: BTreeSet<AppName> = all.iter().map(|app| app.as_ref().unwrap().name.clone()).collect();
        assert_eq!((all.len(), names.len()), (1001, 1001));
    }
}
