//! People, their passwords, passkeys and groups: as [`super::nouns`].

use crate::instance::{NOW, ada, furnished, group_set, hash, id, later, session, user};
use doorstep_core::{
    id::{GroupName, PasskeyId, UserId},
    model::{FormerHolder, IdentifierKind, Language, Passkey, Place},
    page::After,
    secret::TokenKind,
};
use doorstep_store::{
    StoreError,
    former::{self, Identifier},
    groups::{self, MemberSource},
    passkeys, sessions, testing,
    users::{self, PersonLine},
};

#[tokio::test(flavor = "multi_thread")]
async fn users() {
    for instance in testing::both().await {
        let mut conn = instance.db.write().await.unwrap();
        let (mut ada, mut bob) = (user("ada"), user("bob"));
        bob.email = None;
        bob.disabled_at = Some(NOW);
        users::insert(&mut conn, &bob, "handle-of-bob").await.unwrap();
        users::insert(&mut conn, &ada, "handle-of-ada").await.unwrap();
        assert_eq!(users::names(&mut conn).await.unwrap(), [ada.name.clone(), bob.name.clone()]);
        assert_eq!(users::by_id(&mut conn, &ada.id).await.unwrap(), Some(ada.clone()));
        assert_eq!(users::by_name(&mut conn, &bob.name).await.unwrap(), Some(bob.clone()));
        assert_eq!(users::by_handle(&mut conn, "handle-of-bob").await.unwrap(), Some(bob.clone()));
        assert_eq!(users::by_handle(&mut conn, "HANDLE-OF-BOB").await.unwrap(), None);
        assert_eq!(users::handle_of(&mut conn, &ada.id).await.unwrap().as_deref(), Some("handle-of-ada"));

        assert_eq!(users::name_of(&mut conn, &ada.id).await.unwrap().as_deref(), Some("ada"));
        assert_eq!(users::name_of(&mut conn, &id("u-nobody")).await.unwrap(), None);

        ada.display_name = "Countess '; DROP TABLE users; --".into();
        (ada.given_name, ada.family_name) = (None, Some("of Lovelace".into()));
        (ada.email, ada.email_verified, ada.updated_at) = (Some("a@b.example".into()), false, later(5));
        assert!(users::update_profile(&mut conn, &ada).await.unwrap());
        assert!(users::set_disabled(&mut conn, &ada.id, Some(later(6)), later(6)).await.unwrap());
        (ada.disabled_at, ada.updated_at) = (Some(later(6)), later(6));
        assert_eq!(users::by_id(&mut conn, &ada.id).await.unwrap(), Some(ada.clone()));
        assert!(users::set_disabled(&mut conn, &ada.id, None, later(7)).await.unwrap());
        assert!(!users::set_disabled(&mut conn, &id("u-nobody"), None, NOW).await.unwrap());
        for language in [Some(Language::Japanese), Some(Language::Chinese), None] {
            assert!(users::set_language(&mut conn, &ada.id, language).await.unwrap());
            assert_eq!(users::by_id(&mut conn, &ada.id).await.unwrap().unwrap().language, language);
        }
        assert!(!users::set_language(&mut conn, &id("u-nobody"), None).await.unwrap());

        let taken = users::insert(&mut conn, &user("ada"), "another-handle").await;
        assert!(matches!(taken, Err(StoreError::Conflict { table: "users" })), "{taken:?}");

        // A mail address belongs to one account, however it is spelt, and whether or not that account is on.
        bob.email = Some("J\u{f6}rg@B\u{fc}cher.example".into());
        assert!(users::update_profile(&mut conn, &bob).await.unwrap());
        for spelt in ["J\u{f6}rg@B\u{fc}cher.example", " J\u{d6}RG@xn--bcher-kva.EXAMPLE"] {
            assert_eq!(users::by_email(&mut conn, spelt).await.unwrap().map(|user| user.name), Some(bob.name.clone()));
            (ada.email, ada.email_verified) = (Some(spelt.trim().into()), true);
            let taken = users::update_profile(&mut conn, &ada).await;
            assert!(matches!(taken, Err(StoreError::Conflict { table: "users" })), "{taken:?}");
        }
        ada.email = Some("a@b.example".into());
        assert!(users::update_profile(&mut conn, &ada).await.unwrap());
        assert_eq!(users::by_email(&mut conn, "A@b.example").await.unwrap().map(|user| user.id), Some(ada.id.clone()));
        // One that is not verified is nobody's: it takes none away, and leads to no account.
        ada.email_verified = false;
        for typed in ["a@b.example", "J\u{d6}RG@b\u{fc}cher.example"] {
            ada.email = Some(typed.into());
            assert!(users::update_profile(&mut conn, &ada).await.unwrap());
            let found = users::by_email(&mut conn, typed).await.unwrap().map(|user| user.name);
            assert_eq!(found, typed.starts_with('J').then(|| bob.name.clone()));
        }
        assert_eq!(users::by_email(&mut conn, "no address").await.unwrap(), None);
        ada.email = Some("no address".into());
        assert!(users::update_profile(&mut conn, &ada).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_account_leaves_nothing_but_who_had_its_name() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let name = Identifier { kind: IdentifierKind::UserName, text: "ada" };
        let email = Identifier { kind: IdentifierKind::Email, text: "ada" };
        assert_eq!(former::holder(&mut conn, name).await.unwrap(), None);
        let holder = FormerHolder { user: ada(), freed_at: NOW };
        former::put(&mut conn, name, &holder).await.unwrap();
        assert!(users::delete(&mut conn, &ada()).await.unwrap());
        assert!(!users::delete(&mut conn, &ada()).await.unwrap());
        assert_eq!(users::by_id(&mut conn, &ada()).await.unwrap(), None);
        assert_eq!(sessions::of_user(&mut conn, &ada()).await.unwrap(), []);
        assert_eq!(former::holder(&mut conn, name).await.unwrap(), Some(holder));
        assert_eq!(former::holder(&mut conn, email).await.unwrap(), None, "kinds are told apart");
        // Somebody else had it after that.
        let holder = FormerHolder { user: id("u-bob"), freed_at: later(5) };
        former::put(&mut conn, name, &holder).await.unwrap();
        assert_eq!(former::holder(&mut conn, name).await.unwrap(), Some(holder));
        assert!(former::forget(&mut conn, name).await.unwrap());
        assert!(!former::forget(&mut conn, name).await.unwrap());
        assert_eq!(former::holder(&mut conn, name).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap(), None);
        assert!(users::set_password(&mut conn, &ada(), Some("$argon2id$v=19$x"), NOW).await.unwrap());
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap().as_deref(), Some("$argon2id$v=19$x"));
        assert!(users::set_password(&mut conn, &ada(), None, NOW).await.unwrap());
        assert_eq!(users::password(&mut conn, &ada()).await.unwrap(), None);
        assert!(!users::set_password(&mut conn, &id("u-nobody"), None, NOW).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_principals() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        let bob: UserId = id("u-bob");
        let both = Some((user("ada"), group_set(&["admins", "family"]).into()));
        assert_eq!(users::principal(&mut conn, &ada()).await.unwrap(), both);
        assert_eq!(users::principal(&mut conn, &bob).await.unwrap(), Some((user("bob"), group_set(&[]).into())));
        assert_eq!(users::principal(&mut conn, &id("u-nobody")).await.unwrap(), None);

        let (admins, guests): (GroupName, GroupName) = (id("admins"), id("guests"));
        groups::ensure(&mut conn, &guests, NOW).await.unwrap();
        groups::ensure(&mut conn, &guests, NOW).await.unwrap();
        let listed = [(admins.clone(), 1), (id("family"), 1), (guests.clone(), 0)];
        assert_eq!(groups::list(&mut conn, NOW).await.unwrap(), listed);

        // By hand, then declared, then by hand again: the declaration owns it.
        for (source, changed) in
            [(MemberSource::Console, false), (MemberSource::Config, true), (MemberSource::Console, false)]
        {
            assert_eq!(groups::add_member(&mut conn, &ada(), &admins, source).await.unwrap(), changed, "{source:?}");
        }
        assert_eq!(groups::configured(&mut conn).await.unwrap(), [("ada".parse().unwrap(), admins.clone())]);

        assert!(groups::has_active_member(&mut conn, &admins, NOW).await.unwrap());
        let enrolled = users::enrolled(&mut conn, &"ada".parse().unwrap()).await.unwrap();
        let listed = groups::active_members(&mut conn, &admins).await.unwrap();
        assert_eq!(
            enrolled.map(|(enrolled, is_on)| (vec![("ada".parse().unwrap(), enrolled)], is_on)),
            Some((listed, true))
        );
        assert_eq!(users::enrolled(&mut conn, &"nobody".parse().unwrap()).await.unwrap(), None);
        assert!(!groups::has_active_member(&mut conn, &guests, NOW).await.unwrap());
        users::set_disabled(&mut conn, &ada(), Some(NOW), NOW).await.unwrap();
        assert!(!groups::has_active_member(&mut conn, &admins, NOW).await.unwrap());
        assert_eq!(groups::active_members(&mut conn, &admins).await.unwrap(), []);
        assert!(users::enrolled(&mut conn, &"ada".parse().unwrap()).await.unwrap().is_some_and(|(_, is_on)| !is_on));

        assert!(groups::remove_member(&mut conn, &ada(), &admins).await.unwrap());
        assert!(!groups::remove_member(&mut conn, &ada(), &admins).await.unwrap());
        let stranger = groups::add_member(&mut conn, &bob, &id("no-such-group"), MemberSource::Console).await;
        assert!(matches!(stranger, Err(StoreError::MissingParent { table: "memberships" })), "{stranger:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_counts_from_its_millisecond_on_wherever_somebody_is_looked_for() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        let (ada, guests): (UserId, GroupName) = (ada(), id("guests"));
        groups::ensure(&mut conn, &guests, NOW).await.unwrap();
        let (soon, end) = (later(59), later(60));
        let by_hand = MemberSource::Console;
        let pair = (&ada, &guests);
        for (until, changed) in [(Some(end), true), (Some(end), false), (None, true), (None, false), (Some(end), true)]
        {
            assert_eq!(groups::add_member_until(&mut conn, pair, by_hand, until).await.unwrap(), changed, "{until:?}");
        }
        let (_, kept) = users::principal(&mut conn, &ada).await.unwrap().unwrap();
        assert_eq!((kept.at(soon).len(), kept.at(end).len()), (3, 2));
        let found = [
            groups::has_active_member(&mut conn, &guests, soon).await.unwrap(),
            groups::has_active_member(&mut conn, &guests, end).await.unwrap(),
        ];
        assert_eq!(found, [true, false]);
        assert_eq!(groups::active_members(&mut conn, &guests).await.unwrap(), [], "nobody to count on");
        let many = |listed: Vec<(GroupName, i64)>| listed.into_iter().find(|(name, _)| *name == guests).unwrap().1;
        assert_eq!(many(groups::list(&mut conn, soon).await.unwrap()), 1);
        assert_eq!(many(groups::list(&mut conn, end).await.unwrap()), 0);
        assert_eq!(groups::over(&mut conn, soon, 9).await.unwrap(), []);
        assert_eq!(groups::over(&mut conn, end, 9).await.unwrap(), [(ada.clone(), guests.clone())]);
        assert!(!groups::remove_over(&mut conn, pair, soon).await.unwrap());
        // Somewhere else they are in it: that begins anew once it is over, and not before.
        let home = "home".parse().unwrap();
        assert!(!groups::add_by_upstream(&mut conn, pair, &home, soon).await.unwrap());
        assert!(groups::add_by_upstream(&mut conn, pair, &home, end).await.unwrap());
        assert!(!groups::remove_over(&mut conn, pair, later(9999)).await.unwrap());
        assert!(groups::add_member_until(&mut conn, pair, by_hand, Some(end)).await.unwrap());
        assert!(groups::add_member(&mut conn, &ada, &guests, MemberSource::Config).await.unwrap());
        assert!(!groups::add_member_until(&mut conn, pair, by_hand, Some(end)).await.unwrap(), "it is the file's");
        assert_eq!(groups::over(&mut conn, end, 9).await.unwrap(), []);

        assert!(users::set_end(&mut conn, &ada, Some(end), NOW).await.unwrap());
        assert!(!users::set_end(&mut conn, &id("u-nobody"), Some(end), NOW).await.unwrap());
        assert_eq!(users::by_id(&mut conn, &ada).await.unwrap().unwrap().ends_at, Some(end));
        assert!(users::lock_active(&mut conn, &ada, soon).await.unwrap());
        assert!(!users::lock_active(&mut conn, &ada, end).await.unwrap());
        assert!(!groups::has_active_member(&mut conn, &id("admins"), end).await.unwrap());
        assert!(users::enrolled(&mut conn, &"ada".parse().unwrap()).await.unwrap().is_some_and(|(_, on)| !on));
        assert_eq!(users::over(&mut conn, soon, 9).await.unwrap().len(), 0);
        assert_eq!(users::over(&mut conn, end, 9).await.unwrap().len(), 1);
        users::set_disabled(&mut conn, &ada, Some(end), end).await.unwrap();
        assert_eq!(users::over(&mut conn, end, 9).await.unwrap().len(), 0);
    }
}

fn passkey(name: &str, user: UserId) -> Passkey {
    Passkey {
        id: id(name),
        user,
        credential_id: format!("credential-of-{name}"),
        rp_id: String::new(),
        credential: "{\"cred\":1}".into(),
        name: "Ada's phone".into(),
        aaguid: "00000000-0000-0000-0000-000000000000".into(),
        backup_eligible: true,
        backed_up: false,
        sign_count: 7,
        created_at: NOW,
        last_used_at: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_of_an_account() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        let mut key = passkey("p-1", ada());
        assert!(passkeys::insert(&mut conn, &key).await.unwrap());
        let found = passkeys::by_credential_id(&mut conn, &key.credential_id).await.unwrap();
        assert_eq!(found, Some(key.clone()));

        (key.sign_count, key.backed_up, key.last_used_at) = (8, true, Some(later(9)));
        key.credential = "{\"cred\":2}".into();
        assert!(passkeys::record_use(&mut conn, &key, 7).await.unwrap());
        assert!(!passkeys::record_use(&mut conn, &key, 7).await.unwrap(), "the counter has moved on");
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap(), [key.clone()]);

        let (id, bob): (PasskeyId, UserId) = (key.id.clone(), id("u-bob"));
        assert!(!passkeys::rename(&mut conn, &id, &bob, "mine now").await.unwrap());
        assert!(passkeys::rename(&mut conn, &id, &ada(), "Blue").await.unwrap());
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap()[0].name, "Blue");
        assert!(!passkeys::delete(&mut conn, &id, &bob).await.unwrap());
        assert!(passkeys::delete(&mut conn, &id, &ada()).await.unwrap());
        assert_eq!(passkeys::of_user(&mut conn, &ada()).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_94_a_credential_id_that_is_anyones_is_refused() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        users::insert(&mut conn, &user("bob"), "handle-of-bob").await.unwrap();
        assert!(passkeys::insert(&mut conn, &passkey("p-1", ada())).await.unwrap());
        for owner in [ada(), id("u-bob")] {
            let mut again = passkey("p-2", owner);
            again.credential_id = "credential-of-p-1".into();
            assert!(!passkeys::insert(&mut conn, &again).await.unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_with_groups_passkeys_and_last_use_page_by_page() {
    for instance in testing::both().await {
        let mut conn = furnished(&instance.db).await;
        for name in ["bob", "carol"] {
            users::insert(&mut conn, &user(name), &format!("h-{name}")).await.unwrap();
        }
        for name in ["p-1", "p-2"] {
            passkeys::insert(&mut conn, &passkey(name, ada())).await.unwrap();
        }
        sessions::insert(&mut conn, &hash(TokenKind::Session, 2), &session("s-2", &ada()), &Place::default())
            .await
            .unwrap();
        sessions::touch_some(&mut conn, &[(id("s-2"), later(9))]).await.unwrap();
        let line =
            |name: &str| PersonLine { user: user(name), groups: group_set(&[]).into(), passkeys: 0, last_seen: None };
        let mut first = line("ada");
        (first.groups, first.passkeys) = (group_set(&["admins", "family"]).into(), 2);
        first.last_seen = Some(later(9));
        let page = users::people(&mut conn, &After::start().limit(2)).await.unwrap();
        assert_eq!(page.items, [first, line("bob")]);
        let page = users::people(&mut conn, &After::key(page.next.unwrap()).limit(2)).await.unwrap();
        assert_eq!((page.items, page.next), (vec![line("carol")], None));
    }
}
