//! `/admin/invitations`: an administrator makes an invitation, sees what is open, and ends one.

use crate::{
    browser::Browser,
    person::{self, make},
    running::{self, Running},
};
use doorstep_core::{ceremony::soft::SoftAuthenticator, time::Ttl};
use doorstep_store::groups;
use serde_json::json;

const PAGE: &str = "/admin/invitations";

/// Ada, who administers, with her passkey; grace; and two groups.
async fn furnished() -> (Running, (Browser, SoftAuthenticator), Browser) {
    let running = running::empty().await;
    running.guard().await;
    running.declare(|client| client.allow = Some(["family".parse().unwrap()].into())).await;
    let (ada, grace) = (person::ada(&running).await, person::grace(&running).await.0);
    let mut conn = running.instance.context.db.write().await.unwrap();
    for group in ["family", "guests"] {
        groups::ensure(&mut conn, &group.parse().unwrap(), running.instance.now()).await.unwrap();
    }
    drop(conn);
    (running, ada, grace)
}

fn form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("label", "Alan <i>"), ("people", "1"), ("days", "7")], more].concat()
}

/// An invitation made by an administrator, and one ended: for the audit log.
pub(crate) async fn one_is_made_and_ended(running: &Running) {
    let (mut ada, mut soft) = (running.browser(), person::passkey(78));
    let link = running.instance.accounts.recovery_link(&running.act(), "ada").await.unwrap().1.url;
    let fields = json!({ "link": person::secret_of(&link) });
    assert_eq!(make(&mut ada, &mut soft, "/enrol", &fields).await.next(), "/");
    let mut conn = running.instance.context.db.write().await.unwrap();
    groups::ensure(&mut conn, &"guests".parse().unwrap(), running.instance.now()).await.unwrap();
    drop(conn);
    let made = ada.post(PAGE, &form(&[("group", "guests")])).await;
    assert_eq!(made.heading(), "Your invitation", "{made:?}");
    let end = end_of(&ada.get(PAGE).await.body);
    let ended = ada.post(&end, &[]).await;
    assert_eq!(ended.location(), "/admin/invitations?told=ended");
}

/// Where the first form goes that ends one.
fn end_of(page: &str) -> String {
    let id = page.split("action=\"/admin/invitations/").nth(1).unwrap().split('"').next().unwrap();
    format!("{PAGE}/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_shown_once_with_its_code_and_the_list_shows_what_is_open() {
    let (running, (mut ada, _), _) = furnished().await;
    let list = ada.get(PAGE).await;
    assert!(list.body.contains("value=\"guests\"") && !list.body.contains("value=\"admins\""), "{list:?}");
    assert!(list.body.contains("<option value=\"wiki\">Wiki</option>"), "{list:?}");
    assert!(ada.get("/").await.body.contains("href=\"/admin/invitations\""));
    let wish = form(&[("group", "guests"), ("group", "family"), ("app", "photos"), ("email", "alan@example.org")]);
    let made = ada.post(PAGE, &wish).await;
    assert_eq!((made.status.as_u16(), made.heading().as_str()), (200, "Your invitation"));
    assert!(
        made.body.contains("For <bdi>Alan &#60;i&#62;</bdi>")
            && made.body.contains("aria-label=\"The address as a QR code\"")
    );
    let address = made.body.split("value=\"https://auth.example.org").nth(1).unwrap().split('"').next().unwrap();
    let list = ada.get(PAGE).await.body;
    assert!(
        list.contains("Alan &#60;i&#62;")
            && list.contains("alan@example.org")
            && list.contains("made by <bdi>ada</bdi>")
    );
    assert!(!list.contains("ds_inv_"), "it is shown once");

    let (mut alan, mut soft) = (running.browser(), person::passkey(5));
    let secret = person::secret_of(address);
    let fields = json!({ "invite": secret, "display_name": "Alan", "user_name": "alan" });
    assert_eq!(make(&mut alan, &mut soft, "/invite", &fields).await.next(), "/invite/to/photos");
    assert_eq!(alan.get("/invite/to/photos").await.location(), "https://photos.example.org");
    assert!(!ada.get(PAGE).await.body.contains("Alan"), "it is used up");
    // Whoever came is nobody who invites.
    let nowhere = alan.get("/nowhere").await.body;
    assert_eq!(alan.get(PAGE).await.body, nowhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_administrators_who_have_just_signed_in() {
    let (running, (mut ada, mut soft), mut grace) = furnished().await;
    let nowhere = grace.get("/nowhere").await.body;
    let wish = form(&[("group", "guests")]);
    for hidden in
        [grace.get(PAGE).await, grace.post(PAGE, &wish).await, grace.post(&format!("{PAGE}/x/end"), &[]).await]
    {
        assert_eq!((hidden.status.as_u16(), hidden.body == nowhere), (404, true), "{hidden:?}");
    }
    let mut nobody = running.browser();
    for answer in [nobody.get(PAGE).await, nobody.post(PAGE, &wish).await] {
        assert!(answer.location().starts_with("/login?next="), "{answer:?}");
    }
    ada.post(PAGE, &wish).await;
    let end = end_of(&ada.get(PAGE).await.body);
    running.pass(Ttl::from_minutes(6));
    for (path, form) in [(PAGE, &wish[..]), (&end, &[])] {
        assert_eq!(ada.post(path, form).await.location(), "/login?next=/admin/invitations&again=1", "{path}");
    }
    let list = ada.get(PAGE).await.body;
    assert!(!list.contains("action=\"/admin") && list.contains("Confirm that it is you"), "{list}");
    person::sign_in(&mut ada, &mut soft, &json!({})).await;
    assert_eq!(ada.post(&end, &[]).await.location(), "/admin/invitations?told=ended");
    assert_eq!(ada.post(&end, &[]).await.location(), "/admin/invitations?told=gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_50_what_cannot_be_is_told_and_nothing_more_is_read_of_a_form() {
    let (_running, (mut ada, _), _) = furnished().await;
    for (more, code) in [
        (&[][..], "group"),
        (&[("group", "nowhere")], "group"),
        (&[("group", "a b")], "group"),
        (&[("group", "admins")], "group"),
        (&[("group", "guests"), ("app", "photos")], "app"),
        (&[("group", "guests"), ("app", "nowhere")], "app"),
        (&[("group", "guests"), ("email", "ada@example.org")], "address"),
        (&[("group", "guests"), ("email", "alan@")], "address"),
    ] {
        let told = ada.post(PAGE, &form(more)).await.location().to_owned();
        assert_eq!(told, format!("/admin/invitations?told={code}"), "{more:?}");
        assert!(ada.get(&told).await.body.contains("class=\"note bad\""), "{told}");
    }
    for (people, days, email, code) in [
        ("0", "7", "", "people"),
        ("x", "7", "", "people"),
        ("1", "31", "", "days"),
        ("2", "7", "a@b.org", "one_address"),
    ] {
        let sent = [("group", "guests"), ("label", ""), ("people", people), ("days", days), ("email", email)];
        assert_eq!(ada.post(PAGE, &sent).await.location(), format!("/admin/invitations?told={code}"));
    }
    for more in [("id", "x"), ("days", "9"), ("groups", "admins")] {
        assert_eq!(ada.post(PAGE, &form(&[("group", "guests"), more])).await.status, 400, "{more:?}");
    }
    assert_eq!(ada.post(&format!("{PAGE}/x/end"), &[("x", "y")]).await.status, 400);
    assert!(!ada.get(PAGE).await.body.contains("/end\""), "nothing was made");
}
