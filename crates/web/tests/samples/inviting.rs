//! Invitations: what somebody new sees of one, whoever is signed in, and administrators.

use super::{INSTANCE, Sample, Words, ago, href, sample};
use doorstep_core::time::Ttl;
use doorstep_web::{
    headers::Surface,
    pages::{
        ErrorPage, InvitationMade, InvitationReported, InvitationRow, Invitations, InviteProblem, InviteWords, Invited,
        InvitedAlready, InvitedPassword, InvitedUpstream, NewcomerFields, Offered,
    },
    qr::QrCode,
};

pub(super) fn samples(words: Words<'_>) -> Vec<Sample> {
    let to_an_app = InviteWords {
        instance: INSTANCE.into(),
        app: Some(words.app.into()),
        label: words.person.into(),
        invite: "ds_inv_kq7v3m2px9dt",
    };
    let anywhere = InviteWords { app: None, label: "".into(), ..to_an_app };
    let empty = NewcomerFields { name: "".into(), user_name: "".into(), email: "".into(), given: None };
    let given = NewcomerFields { given: Some(words.email.into()), ..empty };
    let typed = NewcomerFields {
        name: words.person.into(),
        user_name: words.user_name.into(),
        email: words.email.into(),
        given: None,
    };
    let with_password = |problem| InvitedPassword { words: to_an_app, fields: typed, shortest: 12, problem };
    let already = |app| InvitedAlready { app, person: words.person.into(), user_name: words.user_name.into() };
    let photos = Some((words.app.into(), href("https://photos.example.org")));
    let google = Offered { name: "google", label: "Google".into() };
    let elsewhere = |problem| InvitedUpstream { words: to_an_app, fields: typed, upstream: google, problem };
    let invited = Invited { words: to_an_app, fields: empty, passwords: true, upstreams: vec![google] };
    let bare = Invited { words: anywhere, fields: given, passwords: false, upstreams: vec![] };
    let used = Some(InviteProblem::UserName);
    let gone = Some(InvitationReported::Gone);
    let none = Invitations { rows: vec![], groups: vec![], apps: vec![], ..list(words, true) };
    let url = "https://home.example.org/invite/ds_inv_kq7v3m2px9dt";
    let code = QrCode::of(url).map(|code| (code.extent(), code.path()));
    let made = InvitationMade { person: words.person.into(), url, code, row: row(words, true) };
    vec![
        sample("invite", Surface::SecretPage, &invited),
        sample("invite-with-address", Surface::SecretPage, &bare),
        sample("invite-password", Surface::SecretForm, &with_password(None)),
        sample("invite-password-refused", Surface::SecretForm, &with_password(used)),
        sample("invite-upstream", Surface::SecretForm, &elsewhere(None)),
        sample("invite-upstream-refused", Surface::SecretForm, &elsewhere(used)),
        sample("invite-signed-in", Surface::SecretPage, &already(photos)),
        sample("invite-signed-in-elsewhere", Surface::SecretPage, &already(None)),
        sample("invitations", Surface::Page, &list(words, true)),
        sample("invitations-prove", Surface::Page, &Invitations { reported: gone, ..list(words, false) }),
        sample("invitations-none", Surface::Page, &none),
        sample("invitation-made", Surface::Page, &made),
        sample("error-invitation", Surface::SecretPage, &ErrorPage::invitation_ended()),
    ]
}

fn row(words: Words<'_>, rich: bool) -> InvitationRow<'_> {
    InvitationRow {
        id: "i1",
        label: if rich { words.person.into() } else { "".into() },
        groups: if rich { vec![words.group.into(), "family".into()] } else { vec![words.group.into()] },
        app: rich.then(|| words.app.into()),
        email: rich.then(|| words.email.into()),
        account_days: (!rich).then_some(30),
        left: if rich { (1, 1) } else { (3, 20) },
        ends: ago(Ttl::from_days(-6)),
        maker: (!rich).then(|| words.user_name.into()),
        stands: rich,
    }
}

fn list(words: Words<'_>, fresh: bool) -> Invitations<'_> {
    Invitations {
        person: words.person.into(),
        rows: vec![row(words, true), row(words, false)],
        groups: vec![words.group.into(), "family".into()],
        apps: vec![("immich", words.app.into()), ("sonarr", "Sonarr".into())],
        fresh,
        reported: None,
    }
}
