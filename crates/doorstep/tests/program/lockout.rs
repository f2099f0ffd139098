//! `check recovery` and `user recovery-kit`: who would be locked out by the loss of a device, asked on the host.

use crate::installation::Installation;
use doorstep_core::id::UserId;
use doorstep_core::model::{Passkey, TotpKey};
use doorstep_core::secret::SecretHash;
use doorstep_core::time::Timestamp;
use doorstep_core::totp::TimeStep;
use doorstep_store::{Conn, Db, passkeys, recovery_codes, totp_keys, users};

async fn holds(conn: &mut Conn, name: &str, keys: &[(&str, bool)]) -> UserId {
    let user = users::by_name(conn, &name.parse().unwrap()).await.unwrap().unwrap().id;
    for (key, backed_up) in keys {
        let passkey = Passkey {
            id: (*key).parse().unwrap(),
            user: user.clone(),
            credential_id: (*key).to_owned(),
            rp_id: String::new(),
            credential: "{}".to_owned(),
            name: (*key).to_owned(),
            aaguid: String::new(),
            backup_eligible: *backed_up,
            backed_up: *backed_up,
            sign_count: 0,
            created_at: Timestamp::from_seconds(1_800_000_000),
            last_used_at: None,
        };
        assert!(passkeys::insert(conn, &passkey).await.unwrap());
    }
    user
}

#[tokio::test]
async fn who_would_be_locked_out_is_told_before_it_happens_and_a_kit_is_ended_on_the_host() {
    let instance = Installation::new("[groups]\nadmins = [\"ada\"]\n");
    assert_eq!(instance.serve().stop(), 0);
    assert_eq!(instance.reported(&["check", "recovery"]), "Nobody has an account yet.\n");
    for name in ["ada", "grace", "linus"] {
        instance.reported(&["user", "add", name]);
    }
    let db = Db::open(&format!("sqlite:{}", instance.path("data/doorstep.db").display())).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let ada = holds(&mut tx, "ada", &[("key-1", false)]).await;
    holds(&mut tx, "grace", &[("key-2", false), ("key-3", true)]).await;
    let hash = |seed: &[u8]| SecretHash::labelled("recovery code", seed);
    let now = Timestamp::from_seconds(1_800_000_000);
    recovery_codes::replace(&mut tx, &ada, &[hash(b"1"), hash(b"2")], now).await.unwrap();
    tx.commit().await.unwrap();
    drop(db);

    let said = instance.reported(&["check", "recovery"]);
    let lines = [
        "  ok    ada    1 passkey, on one device only, 2 codes on paper; administrator",
        "  ok    grace  2 passkeys, 1 backed up, no recovery kit",
        "  new   linus  no passkey, no recovery kit",
        "Nobody loses the account with a device.",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), lines);
    assert!(instance.reported(&["user", "show", "ada"]).contains(", 2 codes left\n"));

    let ended = instance.reported(&["user", "recovery-kit", "remove", "ada"]);
    assert_eq!(ended, "The recovery kit of ada is removed. None of its codes opens anything.\n");
    assert_eq!(instance.reported(&["user", "recovery-kit", "remove", "ada"]), "ada has no recovery kit.\n");
    let weak = instance.command(&["check", "recovery"]);
    assert_eq!(weak.code, 2, "{weak:?}");
    for line in [
        "  WEAK  ada    1 passkey, on one device only, no recovery kit; administrator\n",
        "1 person loses the account with a device, and would need a link: doorstep recover NAME\n",
        "No administrator is among those who do not: then only this host can help.\n",
    ] {
        assert!(weak.out.contains(line), "{line}{weak:?}");
    }
    assert_eq!(instance.command(&["check", "recovery", "grace"]).code, 0, "she alone");
    let unknown = instance.command(&["check", "recovery", "nobody"]);
    assert!(unknown.code == 1 && unknown.err.contains("nobody"), "{unknown:?}");
    let json: serde_json::Value =
        serde_json::from_str(&instance.command(&["check", "recovery", "--json"]).out).unwrap();
    assert_eq!((&json[0]["after_a_loss"], &json[1]["after_a_loss"]), (&"by_another".into(), &"by_themselves".into()));
}

#[tokio::test]
async fn an_authenticator_app_is_shown_and_removed_on_the_host() {
    let instance = Installation::new("[groups]\nadmins = [\"ada\"]\n");
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "ada"]);
    let db = Db::open(&format!("sqlite:{}", instance.path("data/doorstep.db").display())).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let now = Timestamp::from_seconds(1_800_000_000);
    let key = TotpKey {
        id: "t1".parse().unwrap(),
        user: holds(&mut tx, "ada", &[]).await,
        name: "Telephone".to_owned(),
        created_at: now,
        last_used_at: None,
    };
    totp_keys::insert(&mut tx, &key, ("sealed", TimeStep::at(now))).await.unwrap();
    tx.commit().await.unwrap();
    drop(db);
    let shown = |line: &str| {
        assert!(instance.reported(&["user", "show", "ada"]).contains(&format!("second factor {line}\n")), "{line}");
    };
    shown("1 authenticator app");
    let ended = instance.reported(&["user", "authenticator", "remove", "ada"]);
    let told = ["The password of ada asks for no code any more.", "Every session and token of ada has ended."];
    assert_eq!(ended.lines().collect::<Vec<_>>(), told);
    shown("none");
    let ended = instance.reported(&["user", "authenticator", "remove", "ada"]);
    assert_eq!(ended, "ada has no authenticator app.\n");
}
