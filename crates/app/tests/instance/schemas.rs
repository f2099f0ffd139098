//! The databases that each schema left behind, one of each engine: whatever this release made of them, everyone signs in
//! and no secret is another.
//!
//! A schema is frozen with its fixtures. Before another one follows, it gets fixtures of its own, made by a program of its
//! time: raise [`NEWEST`], and `DOORSTEP_WRITE_FIXTURES=1 cargo test -p doorstep-app schemas` writes them, those of the
//! newest schema and no others.

use crate::fixture::{
    Home, ISSUER, NOW, browser, by_password, code_in, enrol, groups, interaction_in, link_token, may, nobody, redeem,
    refresh, request, resumed, root, settings, sign_in, somewhere, text, userinfo, with_settings,
};
use crate::furnished::{
    asked, delivered, in_force, invited, name_and_password, on_paper, program, rotating, second_factor,
};
use crate::invitations;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_app::{
    accounts::{NewPerson, PasswordForm, PeopleError, SignInError},
    ambient::Ambient,
    instance::Instance,
    refusals::RefusalReport,
};
use doorstep_core::{
    access::{ManageApps, ManageGroups, ManageUsers, ReadAudit},
    ceremony::soft::SoftAuthenticator,
    id::{AppName, ClientId, InteractionId},
    model::{Browser, ClientAuthMethod},
    secret::{Secret, Token, TokenKind},
    time::Ttl,
    totp::TotpSecret,
};
use doorstep_onboard::{delivery::Address, ledger::Ledger, sink::Fingerprint};
use doorstep_store::{
    Db, audit,
    migrate::migrate,
    testing::{Engine, TestDb, dumped, restored},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// The schema of this program, whose fixtures are written when somebody asks for it.
const NEWEST: i64 = 18;
/// Those that a program had. 4 came together with 5, 8 and 9 with 10, 11 and 12 with 13, and 15 to 17 with 18.
const KEPT: [i64; 10] = [1, 2, 3, 5, 6, 7, 10, 13, 14, NEWEST];

const PASSWORD: &str = "correct horse battery staple";

/// What people, their browsers, apps and whoever runs the instance held when the database was left.
#[derive(Serialize, Deserialize)]
struct Held {
    /// Keys of passkeys, with credential id, user handle and counter, by user name.
    passkeys: BTreeMap<String, (String, String, String, u32)>,
    /// `sub` by user name.
    subjects: BTreeMap<String, String>,
    /// Session cookies by user name.
    sessions: BTreeMap<String, String>,
    /// A cookie of the app behind forward auth.
    inside: String,
    access_token: String,
    refresh_token: String,
    /// One that was used; its successor is [`Held::refresh_token`].
    spent_refresh_token: String,
    /// A code that nobody has redeemed yet.
    code: String,
    /// A parked request, and the cookie of its browser.
    parked: (String, String),
    /// An enrolment link that nobody has opened.
    link: String,
    /// Secrets by client.
    client_secrets: BTreeMap<String, String>,
    /// The signing keys, as apps know them.
    jwks: Value,
    /// The reference of a refused request.
    reference: String,
    /// The audit log: what happened to whom.
    audit: Vec<(String, String)>,
    /// A client whose secret rotates, with the old secret and the new one. From schema 2 on.
    #[serde(default)]
    rotating: Option<(String, String, String)>,
    /// The server whose declaration is in force, and where that has an app. From schema 3 on.
    #[serde(default)]
    in_force: Option<(String, String)>,
    /// A token of bob's for a program, for the app behind forward auth. From schema 6 on.
    #[serde(default)]
    program: Option<String>,
    #[serde(default)] // Which app bob asks for. From schema 7 on.
    asked: Option<String>,
    #[serde(default)] // An invitation that nobody has used. From schema 10 on.
    invited: Option<String>,
    #[serde(default)] // A code of bob's recovery kit. From schema 10 on.
    on_paper: Option<String>,
    #[serde(default)] // The secret of bob's authenticator app, whose password is that of ada. From schema 13 on.
    totp: Option<Vec<u8>>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn names(schema: i64, engine: Engine) -> (String, String) {
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    (format!("schema-{schema}.{engine}.sql"), format!("schema-{schema}.{engine}.held.json"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether a person wants new fixtures is said to the test, not to Doorstep"
)]
fn is_to_be_written() -> bool {
    std::env::var_os("DOORSTEP_WRITE_FIXTURES").is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_each_schema_opens_with_everyone_signing_in_and_no_secret_changed() {
    for (schema, engine) in KEPT.into_iter().flat_map(|schema| Engine::ALL.map(|engine| (schema, engine))) {
        if is_to_be_written() && schema == NEWEST {
            write(engine).await;
        }
        let (text, held) = names(schema, engine);
        let text = std::fs::read_to_string(folder().join(text)).unwrap();
        let held: Held = serde_json::from_slice(&std::fs::read(folder().join(held)).unwrap()).unwrap();
        let at = restored(engine, &text).await;
        let db = Db::open(&at.url).await.unwrap();
        let migrated = migrate(&db, NOW).await.unwrap();
        assert_eq!((migrated.from, migrated.to), (schema, NEWEST), "{engine:?}");
        let came = [
            (2, held.rotating.is_some()),
            (3, held.in_force.is_some()),
            (6, held.program.is_some()),
            (7, held.asked.is_some()),
            (10, held.invited.is_some()),
            (10, held.on_paper.is_some()),
            (11, held.totp.is_some()),
        ];
        assert!(came.iter().all(|(since, came)| *came == (schema >= *since)), "{came:?}");
        let clock = Ambient::fixed(NOW + Ttl::from_seconds(30), 77);
        let instance = Instance::open(db.clone(), clock.clone(), &root(), with_settings(settings())).await.unwrap();
        let home = Home { instance: Arc::new(instance), at: TestDb { engine, db, at }, clock };
        secrets_are_the_same(&home, &held).await;
        what_came_later_goes_on(&home, &held).await;
        apps_go_on(&home, &held).await;
        people_come_in(&home, &held).await;
    }
}

async fn secrets_are_the_same(home: &Home, held: &Held) {
    let instance = &home.instance;
    assert_eq!(jwks(instance), held.jwks);
    for (client, secret) in &held.client_secrets {
        assert_eq!(secret_of(instance, client), *secret, "{client}");
    }
    let ledger = crate::fixture::ledger(instance, "other");
    let wiki: AppName = "wiki".parse().unwrap();
    assert_eq!(ledger.secret(&wiki).await.unwrap().unwrap().expose(), "shown-once");
    let delivered = ledger.recall().await.unwrap().delivered;
    assert_eq!(delivered[&Address::File("/srv/wiki/oidc.env".into())], (wiki, Fingerprint::of(b"text")));
    let report = instance.refusals.read(&may(instance, ReadAudit), &held.reference).await.unwrap().unwrap();
    assert_eq!((report.rule.as_str(), report.facts.len()), ("redirect_uri", 1));
    assert_eq!(audit_log(home).await, held.audit);
    assert_eq!(instance.queue.backlog(&may(instance, ReadAudit)).await.unwrap().len(), 1);
}

/// What schemas after the first have tables for.
async fn what_came_later_goes_on(home: &Home, held: &Held) {
    let instance = &home.instance;
    if let Some((client, old, new)) = &held.rotating {
        for secret in [old, new] {
            let body = format!("token=ds_acc_garbage&client_id={client}&client_secret={secret}");
            let proved = instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await;
            assert!(proved.is_ok(), "{client}: both secrets are good while one rotates");
        }
        let last = instance.onboarding.last_rotation(&client.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((last.ended_at, last.rotation.old, last.rotation.new), (None, 1, 2));
    }
    let open = instance.accounts.access_requests(&may(instance, ManageGroups)).await.unwrap();
    let open: Vec<_> = open.iter().map(|listed| (listed.user.name.as_str(), listed.request.app.as_str())).collect();
    assert_eq!(open, held.asked.iter().map(|app| ("bob", app.as_str())).collect::<Vec<_>>());
    if let Some(program) = &held.program {
        let token = Token::parse(TokenKind::Program, program).unwrap();
        let found = instance.gateway.load_token(&token.hash(), &somewhere()).await.unwrap().unwrap();
        assert_eq!(found.as_ref().owner().unwrap().user().as_str(), held.subjects["bob"]);
        assert!(found.as_ref().apps().contains("wiki"));
    }
    if let Some(invited) = &held.invited {
        let joined = invitations::join(instance, invited, "frank").await;
        assert!(home.who(&joined.session.token).await.principal.groups.contains("family"));
    }
    let act = may(instance, ManageUsers);
    let places: Vec<_> = instance.accounts.person(&act, "bob").await.unwrap().sessions;
    let known = places.iter().map(|(_, place)| place.ip.as_str());
    assert_eq!(known.collect::<Vec<_>>(), [if held.on_paper.is_some() { "192.0.2.7" } else { "" }]);
    if let Some(code) = &held.on_paper {
        assert!(instance.accounts.recover_by_code(code, "a", &nobody()).await.unwrap().path.starts_with("/enrol/"));
        assert!(instance.accounts.recover_by_code(code, "a", &nobody()).await.is_err(), "once");
    }
    let content = instance.onboarding.in_force(&may(instance, ManageApps)).await.unwrap();
    let at = held.in_force.as_ref().map(|(server, app)| (app.clone(), format!("{server}:1")));
    assert_eq!(content.places, at.into_iter().collect());
    if let Some(totp) = &held.totp {
        let (browser, code) = (browser(), TotpSecret::from_bytes(totp).unwrap().code_at(instance.now()));
        let challenge = crate::totp::asked(instance, &browser, "bob").await;
        let came = instance.accounts.finish_with_code(&browser, (&challenge, &code), None, &nobody()).await.unwrap();
        assert_eq!(came.session.user.to_string(), held.subjects["bob"]);
    }
}

async fn apps_go_on(home: &Home, held: &Held) {
    let instance = &home.instance;
    let (chat, phone): (ClientId, ClientId) = ("chat".parse().unwrap(), "phone".parse().unwrap());
    let proof = |client: &str| format!("client_id={client}&client_secret={}", held.client_secrets[client]);
    let claims = userinfo(instance, &held.access_token).await.unwrap();
    assert_eq!(text(&claims, "sub"), held.subjects["ada"]);
    assert_eq!(text(&claims, "given_name"), "Ada");
    let tokens = redeem(instance, &held.code, &chat, &proof("chat")).await.unwrap();
    assert_eq!(text(&userinfo(instance, text(&tokens, "access_token")).await.unwrap(), "sub"), held.subjects["bob"]);
    let tokens = refresh(instance, &held.refresh_token, &format!("client_id={phone}")).await.unwrap();
    assert_eq!(text(&userinfo(instance, text(&tokens, "access_token")).await.unwrap(), "sub"), held.subjects["ada"]);
    // Its successor is used: whoever comes with it now is a thief.
    assert!(refresh(instance, &held.spent_refresh_token, &format!("client_id={phone}")).await.is_err());
    let inside = Token::parse(TokenKind::App, &held.inside).unwrap();
    assert!(instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_some());
}

async fn people_come_in(home: &Home, held: &Held) {
    let instance = &home.instance;
    for (name, cookie) in &held.sessions {
        let who = home.who(&Token::parse(TokenKind::Session, cookie).unwrap()).await;
        assert_eq!(who.principal.user.id.to_string(), held.subjects[name]);
    }
    for (name, (key, credential, handle, counter)) in &held.passkeys {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let mut passkey = SoftAuthenticator::from_key(ISSUER, &bytes(credential), &bytes(key)).unwrap();
        (passkey.user_handle, passkey.counter) = (Some(bytes(handle)), *counter);
        let came = sign_in(instance, &browser(), &mut passkey, None).await;
        match name.as_str() {
            "carol" => assert!(matches!(came.err(), Some(SignInError::NotActive))),
            _ => assert_eq!(came.unwrap().session.user.to_string(), held.subjects[name]),
        }
    }
    let password = Secret::new(PASSWORD.to_owned());
    let form = PasswordForm { name: "ADA@example.org".into(), password, address_key: "a".into() };
    let came = by_password(instance, form).await.unwrap();
    assert_eq!(came.session.user.to_string(), held.subjects["ada"]);
    assert!(home.who(&came.token).await.principal.groups.contains("admins"));

    let act = may(instance, ManageUsers);
    for (name, email) in [("eve", "other@example.org"), ("other", "Eve@example.org")] {
        let new = NewPerson { name: name.into(), email: email.into(), ..NewPerson::default() };
        let refused = instance.accounts.add_person(&act, new, groups(&[])).await.err();
        assert!(matches!(refused, Some(PeopleError::Former(_))), "{name} belonged to somebody");
    }
    let link = Token::parse(TokenKind::Link, &held.link).unwrap();
    let mut passkey = crate::fixture::authenticator();
    let enrolled = enrol(instance, &browser(), &link, None, &mut passkey).await.unwrap();
    assert_eq!(enrolled.session.user.to_string(), held.subjects["dora"]);

    let (id, cookie) = (&held.parked.0, Token::parse(TokenKind::Login, &held.parked.1).unwrap());
    let browser = Browser::of(vec![cookie], || panic!("it brought one"));
    let ada = home.who(&Token::parse(TokenKind::Session, &held.sessions["ada"]).unwrap()).await;
    let id: InteractionId = id.parse().unwrap();
    assert!(!code_in(&resumed(instance, &id, Some(&ada), &browser).await.unwrap()).is_empty());
}

async fn audit_log(home: &Home) -> Vec<(String, String)> {
    let lines = audit::recent(&mut home.db().read().await.unwrap(), 100).await.unwrap();
    lines.into_iter().map(|line| (line.kind, line.subject_id)).collect()
}

fn jwks(instance: &Instance) -> Value {
    serde_json::to_value(instance.context.keyring.keys().jwks()).unwrap()
}

fn secret_of(instance: &Instance, client: &str) -> String {
    instance.context.keyring.client_secret(&client.parse().unwrap(), 1).unwrap().expose().to_owned()
}

async fn write(engine: Engine) {
    let home = Home::new(engine).await;
    let held = furnished(&home).await;
    let (text, name) = names(NEWEST, engine);
    std::fs::create_dir_all(folder()).unwrap();
    if engine == Engine::Sqlite {
        home.db().close().await;
    }
    std::fs::write(folder().join(text), dumped(&home.at.at)).unwrap();
    std::fs::write(folder().join(name), serde_json::to_string_pretty(&held).unwrap() + "\n").unwrap();
}

async fn furnished(home: &Home) -> Held {
    let instance = &home.instance;
    let (ada, bob) = (home.person("ada", &["admins", "family"]).await, home.person("bob", &["family"]).await);
    let carol = home.person("carol", &[]).await;
    let new = NewPerson { name: "dora".into(), email: "dora@example.org".into(), ..NewPerson::default() };
    let act = may(instance, ManageUsers);
    let (dora, link) = instance.accounts.add_person(&act, new, groups(&["family"])).await.unwrap();
    name_and_password(home, &ada, PASSWORD).await;
    let chat = home.client("chat", |client| client.first_party = false).await;
    let phone = home.client("phone", |client| client.auth_method = ClientAuthMethod::None).await;
    let wiki = home.guarded("wiki", Some(&["family"])).await;
    let inside = home.enter(&bob, &wiki).await;
    let tokens = home.tokens(&ada, &phone, "openid profile offline_access").await;
    let spent = text(&tokens, "refresh_token").to_owned();
    let tokens = home.refresh(&spent, &phone).await.unwrap();
    let code = home.code(&bob, &chat, "openid profile").await;
    let browser = browser();
    let parked = instance
        .authorization
        .authorize(request(&phone, "openid", "").as_bytes(), None, &browser, &nobody())
        .await
        .unwrap();
    let parked = (interaction_in(&parked).to_string(), browser.cookie().expose().to_owned());
    delivered(home).await;
    let facts = vec![("client", "chat".to_owned())];
    let report = RefusalReport { rule: "redirect_uri", what: "It differs.".into(), remedy: "Mend it.".into(), facts };
    let reference = instance.refusals.keep(report).await.unwrap();
    let (rotating, in_force, program) = (rotating(home).await, in_force(home).await, program(home).await);
    let (asked, invited, on_paper) = (asked(home, &bob).await, invited(home).await, on_paper(home, &bob).await);
    let totp = second_factor(home, &bob, PASSWORD).await;
    home.switch("carol", false).await;
    home.person("eve", &[]).await;
    instance.accounts.remove_person(&act, "eve").await.unwrap();
    assert!(instance.queue.order("test", "wiki", "kept").await.unwrap());
    let people = [("ada", &ada), ("bob", &bob), ("carol", &carol)];
    let subjects = people.iter().map(|(name, person)| (*name, &person.user)).chain([("dora", &dora)]);
    Held {
        passkeys: people.iter().map(|(name, person)| ((*name).to_owned(), passkey(&person.passkey))).collect(),
        subjects: subjects.map(|(name, user)| (name.to_owned(), user.id.to_string())).collect(),
        sessions: people[..2].iter().map(|(name, who)| ((*name).to_owned(), who.session.expose().to_owned())).collect(),
        inside: inside.expose().to_owned(),
        access_token: text(&tokens, "access_token").to_owned(),
        refresh_token: text(&tokens, "refresh_token").to_owned(),
        spent_refresh_token: spent,
        code,
        parked,
        link: link_token(&link.url).expose().to_owned(),
        client_secrets: [("chat".to_owned(), secret_of(instance, "chat"))].into(),
        jwks: jwks(instance),
        reference,
        audit: audit_log(home).await,
        rotating: Some(rotating),
        in_force: Some(in_force),
        program: Some(program),
        asked: Some(asked),
        invited: Some(invited),
        on_paper: Some(on_paper),
        totp: Some(totp),
    }
}

fn passkey(passkey: &SoftAuthenticator) -> (String, String, String, u32) {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let handle = passkey.user_handle.as_ref().unwrap();
    (text(&passkey.key().unwrap()), text(&passkey.credential_id), text(handle), passkey.counter)
}

/// What is released is never rewritten: databases out there have it. A change is another migration.
#[test]
fn each_schema_is_frozen_with_its_fixtures() {
    let bare = |text: &str| text.lines().filter(|line| !line.trim().starts_with("--")).collect::<Vec<_>>().join("\n");
    let kept = |schema| bare(&std::fs::read_to_string(folder().join(names(schema, Engine::Sqlite).0)).unwrap());
    let migrations: [(&str, usize); 18] = [
        (include_str!("../../../store/migrations/0001_instance.sql"), 60),
        (include_str!("../../../store/migrations/0002_rotations.sql"), 1),
        (include_str!("../../../store/migrations/0003_sources.sql"), 5),
        (include_str!("../../../store/migrations/0004_root_keys.sql"), 3),
        (include_str!("../../../store/migrations/0005_icons.sql"), 1),
        (include_str!("../../../store/migrations/0006_program_tokens.sql"), 4),
        (include_str!("../../../store/migrations/0007_access_requests.sql"), 3),
        (include_str!("../../../store/migrations/0008_invitations.sql"), 2),
        (include_str!("../../../store/migrations/0009_recovery_codes.sql"), 1),
        (include_str!("../../../store/migrations/0010_places.sql"), 3),
        (include_str!("../../../store/migrations/0011_device_requests.sql"), 1),
        (include_str!("../../../store/migrations/0012_upstreams.sql"), 3),
        (include_str!("../../../store/migrations/0013_totp_keys.sql"), 1),
        (include_str!("../../../store/migrations/0014_asked_by_mail.sql"), 6),
        (include_str!("../../../store/migrations/0015_ends.sql"), 4),
        (include_str!("../../../store/migrations/0016_browsers.sql"), 2),
        (include_str!("../../../store/migrations/0017_moves.sql"), 4),
        (include_str!("../../../store/migrations/0018_language.sql"), 0),
    ];
    assert_eq!(i64::try_from(migrations.len()).unwrap(), NEWEST);
    for (schema, (text, least)) in (1..).zip(migrations) {
        let first = KEPT.into_iter().find(|kept| *kept >= schema).unwrap();
        let statements: Vec<_> = bare(text).split(";\n").map(|one| one.trim().to_owned()).collect();
        assert!(statements.len() > least, "{}", statements.len());
        for statement in statements {
            let statement = statement.trim_end_matches(';');
            // A column that a table is given stands after its others.
            let column = statement.split_once(" ADD COLUMN ").map(|(_, column)| format!(", {column}"));
            let statement = column.as_deref().unwrap_or(statement);
            assert!(kept(first).contains(statement), "{schema}: {statement}");
            let before = KEPT.into_iter().rfind(|kept| *kept < schema);
            assert!(before.is_none_or(|before| !kept(before).contains(statement)), "{schema}: {statement} is older");
        }
    }
}
