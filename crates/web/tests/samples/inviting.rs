//! Invitations: what somebody new sees of one, and whoever is signed in.

use super::{INSTANCE, Sample, Words, href, sample};
use doorstep_web::{
    headers::Surface,
    pages::{ErrorPage, InviteProblem, InviteWords, Invited, InvitedAlready, InvitedPassword, NewcomerFields},
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
    let invited = Invited { words: to_an_app, fields: empty, passwords: true };
    let bare = Invited { words: anywhere, fields: given, passwords: false };
    let used = Some(InviteProblem::UserName);
    vec![
        sample("invite", Surface::SecretPage, &invited),
        sample("invite-with-address", Surface::SecretPage, &bare),
        sample("invite-password", Surface::SecretForm, &with_password(None)),
        sample("invite-password-refused", Surface::SecretForm, &with_password(used)),
        sample("invite-signed-in", Surface::SecretPage, &already(photos)),
        sample("invite-signed-in-elsewhere", Surface::SecretPage, &already(None)),
        sample("error-invitation", Surface::SecretPage, &ErrorPage::invitation_ended()),
    ]
}
