//! An entry as a page: what `doorstep catalog show` prints, and what stands in `docs/apps`.

use super::{
    document::{Document, Format, Node},
    doors::{Anonymous, Door, FirstAdministrator, Linking},
    entry::{Entry, Evidence, Kind, KnownBy},
    form::Form,
    opening::Opening,
    template::Template,
};
use doorstep_core::model::{ClientAuthMethod, PkcePolicy, SigningAlg};
use std::fmt::{Display, Write};

/// The whole entry in Markdown, which reads well as it stands.
pub fn page(name: &str, entry: &Entry) -> String {
    let mut out = format!("# {}\n\n<{}> · {}\n", entry.name, entry.homepage, entry.category);
    let url = entry.below.as_deref().unwrap_or_default();
    let url = entry.address.clone().unwrap_or_else(|| format!("https://{name}.example.org{url}"));
    let _ = write!(out, "\n```toml\n[apps.{name}]\nurl = \"{url}\"\n```\n");
    let _ = writeln!(out, "\n{}\n", start(entry));
    list(&mut out, entry.doubts.iter().map(|doubt| format!("Not certain: {doubt}")));
    list(&mut out, entry.notes.iter().cloned());
    match entry.kind {
        Kind::Oidc => registered(&mut out, name, entry),
        Kind::ForwardAuth => list(&mut out, person(entry).into_iter().chain([posture(entry)])),
    }
    delivered(&mut out, name, entry);
    openings(&mut out, name, entry);
    by_hand(&mut out, entry);
    out
}

/// One line for a list: what it is called, how it signs people in, what it is delivered.
pub fn summary(entry: &Entry) -> String {
    let how = match entry.kind {
        Kind::Oidc => format!("{} by OpenID Connect", what(entry)),
        Kind::ForwardAuth => delivered_as(entry),
    };
    format!("{}: {how}", entry.name)
}

/// How it signs people in, and the form of what it is delivered: `env`, `behind forward auth`, `yaml behind forward auth`.
pub fn delivered_as(entry: &Entry) -> String {
    match entry.kind {
        Kind::Oidc => what(entry),
        Kind::ForwardAuth if entry.delivers() => format!("{} behind forward auth", what(entry)),
        Kind::ForwardAuth => "behind forward auth".to_owned(),
    }
}

/// What it is delivered, in a word for each form.
pub fn what(entry: &Entry) -> String {
    let forms = [entry.form(), entry.beside()];
    forms
        .iter()
        .enumerate()
        .filter(|(at, form)| *at == 0 || form.is_there())
        .map(|(_, form)| form.word())
        .collect::<Vec<_>>()
        .join(" and ")
}

fn start(entry: &Entry) -> String {
    let mut said = match entry.kind {
        Kind::Oidc => "It signs people in itself, by OpenID Connect.".to_owned(),
        Kind::ForwardAuth => "It has no sign-in of this kind: Doorstep stands in front.".to_owned(),
    };
    let _ = write!(
        said,
        " {}",
        match entry.evidence {
            Evidence::Tried => format!("Tried with {}.", entry.tried_with.as_deref().unwrap_or("the app itself")),
            Evidence::Source => "Known from its source code or its makers' documentation.".to_owned(),
            Evidence::Guides => "Known from the guides of others.".to_owned(),
            Evidence::Weak => "Little is known for certain.".to_owned(),
        }
    );
    if let Some(version) = &entry.minimum_version {
        let _ = write!(said, " Version {version} or newer.");
    }
    said
}

fn list(out: &mut String, items: impl IntoIterator<Item = impl Display>) {
    let mut any = false;
    for item in items {
        let _ = writeln!(out, "- {item}");
        any = true;
    }
    if any {
        out.push('\n');
    }
}

fn codes<'a>(texts: impl IntoIterator<Item = &'a Template>) -> String {
    texts.into_iter().map(|text| format!("`{}`", text.as_written())).collect::<Vec<_>>().join(", ")
}

fn registered(out: &mut String, name: &str, entry: &Entry) {
    out.push_str("## What is registered\n\n");
    list(out, client(entry).into_iter().chain(person(entry)).chain(extra(name, entry)));
}

fn client(entry: &Entry) -> Vec<String> {
    let mut lines = vec![format!("Callbacks: {}", codes(&entry.callbacks))];
    if !entry.post_logout.is_empty() {
        lines.push(format!("After sign-out: {}", codes(&entry.post_logout)));
    }
    lines.extend(entry.backchannel_logout.iter().map(|uri| format!("Takes logout tokens at `{}`", uri.as_written())));
    let authenticates = match entry.auth_method {
        ClientAuthMethod::Either => "with its secret, by header or form",
        ClientAuthMethod::Basic => "with its secret, by header",
        ClientAuthMethod::Post => "with its secret, by form",
        ClientAuthMethod::None => "without a secret: it is a public client",
    };
    let pkce = match entry.pkce {
        _ if entry.auth_method == ClientAuthMethod::None => "PKCE is required",
        PkcePolicy::Required => "PKCE is required",
        PkcePolicy::Optional => "PKCE may be left out",
    };
    lines.push(format!("Authenticates {authenticates}; {pkce}"));
    lines.push(format!("Scopes: `{}`", entry.scopes.join(" ")));
    if entry.webfinger {
        lines.push(
            "Asks the domain of a mail address who signs its people in (`doorstep generate webfinger`)".to_owned(),
        );
    }
    if entry.claims_in_id_token {
        lines.push("Claims stand in the ID Token too".to_owned());
    }
    if entry.id_token_alg != SigningAlg::default() {
        lines.push(format!("ID Tokens are signed with {}", entry.id_token_alg.as_str()));
    }
    if !entry.iss_parameter {
        lines.push("Answers carry no `iss`, which it does not bear".to_owned());
    }
    if let Some(roles) = &entry.roles {
        let values = roles.values.iter().map(|role| format!("`{role}`")).collect::<Vec<_>>().join(", ");
        lines.push(format!("Roles: {values}, in the claim `{}`", roles.claim));
    }
    lines
}

/// Whether it makes anything of being told who people are.
fn posture(entry: &Entry) -> String {
    if entry.person.as_ref().is_some_and(|person| person.header.is_some()) {
        "Is told who people are, in headers".to_owned()
    } else {
        "Reads no header that says who people are: with `forward_auth = \"portal\"` it is told nothing of them"
            .to_owned()
    }
}

fn person(entry: &Entry) -> Vec<String> {
    let Some(person) = &entry.person else { return Vec::new() };
    let read = person.header.as_ref().map(|header| format!(", which `{header}` says")).unwrap_or_default();
    let by = |what: &str, other: &str| {
        format!("Knows a person who comes again by the {what}{read}: another {other} is another account")
    };
    let mut lines = vec![match person.known_by {
        KnownBy::Sub => "Knows a person who comes again by `sub`".to_owned(),
        KnownBy::Mail => by("mail address", "address"),
        KnownBy::Name => by("user name", "name"),
        KnownBy::Nothing => "Keeps no accounts".to_owned(),
    }];
    if !person.needs.is_empty() {
        let claims = person.needs.iter().map(|claim| format!("`{claim}`")).collect::<Vec<_>>().join(", ");
        lines.push(format!("Lets nobody in without {claims}"));
    }
    if person.verified_mail {
        lines.push("Wants the mail address to be verified".to_owned());
    }
    lines
}

fn extra(name: &str, entry: &Entry) -> impl Iterator<Item = String> {
    entry.extra_clients.iter().map(move |client| {
        let id = client.client_id.clone().unwrap_or_else(|| format!("{name}-{}", client.name));
        let callbacks = client.callbacks.iter().map(|uri| format!("`{uri}`")).collect::<Vec<_>>().join(", ");
        // RFC 8252 §7.3
        let literal = client.callbacks.iter().any(|uri| uri.starts_with("http://127.0.0.1"));
        let any_port = if literal { "; the port of 127.0.0.1 may be any" } else { "" };
        format!(
            "A further client, `{}`, with the id `{id}`: {}. It has no secret and sends PKCE. Callbacks: \
             {callbacks}{any_port}",
            client.name, client.purpose
        )
    })
}

fn delivered(out: &mut String, name: &str, entry: &Entry) {
    if !entry.delivers() {
        return;
    }
    out.push_str("## What is delivered\n\n");
    artefact(out, name, entry, entry.form());
    artefact(out, name, entry, entry.beside());
    if entry.secret_in_arguments {
        out.push_str(
            "While the commands run, whoever lists the processes of that machine can read the secret: the app takes it in \
             no other way.\n\n",
        );
    }
    if !entry.lists.is_empty() {
        out.push_str("`set` adds to these lists, in the place of the value that is delivered:\n\n");
        list(out, entry.lists.keys().map(|name| format!("`{name}`")));
    }
}

fn artefact(out: &mut String, name: &str, entry: &Entry, form: Form<'_>) {
    let Some(extension) = form.extension() else { return };
    let once = if entry.beside().is_there() && matches!(form, Form::Commands(_) | Form::Sheet(_)) {
        ", which is used once"
    } else {
        ""
    };
    let _ = write!(out, "`{name}.{extension}`{once}:\n\n");
    match form {
        Form::None => {}
        Form::Env => {
            fenced(out, "", entry.env.iter().map(|(key, value)| format!("{key}={}", value.as_written())));
            if !entry.env_with_roles.is_empty() {
                out.push_str("With `roles`, also:\n\n");
                let rows = entry.env_with_roles.iter().map(|(key, value)| format!("{key}={}", value.as_written()));
                fenced(out, "", rows);
            }
        }
        Form::Document(format, document) => fenced(out, extension, [shown(format, document).trim_end().to_owned()]),
        Form::Text(text) => fenced(out, extension, [text.body.as_written().trim().to_owned()]),
        Form::Commands(commands) => fenced(out, "sh", commands.iter().map(|line| line.as_written().to_owned())),
        Form::Sheet(sheet) => {
            out.push_str("| field | value |\n|---|---|\n");
            for (field, value) in sheet {
                let cell = |text: &str| text.replace('|', "\\|");
                let _ = writeln!(out, "| {} | `{}` |", cell(field), cell(value.as_written()));
            }
            out.push('\n');
        }
    }
}

/// What a rule may open, with the lines that do.
fn openings(out: &mut String, name: &str, entry: &Entry) {
    let Some(first) = entry.open.keys().next() else { return };
    out.push_str("## What a rule may open\n\n");
    out.push_str(match entry.kind {
        Kind::ForwardAuth => "Without a sign-in, and where nothing is said, nothing is open:\n\n",
        Kind::Oidc => "Where Doorstep stands in front of it (`forward_auth = true`), without a sign-in:\n\n",
    });
    let line = |(open, opening): (&String, &Opening)| {
        let (by, requests) = (&opening.needed_by, opening.requests());
        format!("`{open}`, for {by}: {requests}; {}", Opening::keeps_out(opening.lock.as_deref()))
    };
    list(out, entry.open.iter().map(line));
    let rule = [
        format!("[[apps.{name}.rules]]"),
        format!("open = \"{first}\""),
        "networks = [\"192.168.0.0/16\"]   # where it is needed from; everywhere when left out".to_owned(),
    ];
    fenced(out, "toml", rule);
}

fn fenced(out: &mut String, language: &str, lines: impl IntoIterator<Item = String>) {
    let _ = writeln!(out, "```{language}");
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    out.push_str("```\n\n");
}

/// A document with its templates, in its own format. INI is shown as TOML shows it, which differs in quotes only.
fn shown(format: Format, document: &Document) -> String {
    let plain: Result<Document<String>, std::convert::Infallible> =
        super::try_map(document, &|text: &Template| Ok(text.as_written().to_owned()));
    let Ok(plain) = plain;
    match format {
        Format::Json => serde_json::to_string_pretty(&plain).unwrap_or_default(),
        Format::Yaml => serde_saphyr::to_string(&plain).unwrap_or_default(),
        Format::Toml => toml::to_string(&plain).unwrap_or_default(),
        Format::Ini => {
            let mut lines = String::new();
            for (key, node) in &plain {
                match node {
                    Node::Table(members) => {
                        let _ = writeln!(lines, "[{key}]");
                        members.iter().for_each(|(key, node)| line(&mut lines, key, node));
                    }
                    other => line(&mut lines, key, other),
                }
            }
            lines
        }
    }
}

fn line(out: &mut String, key: &str, node: &Node<String>) {
    let value = match node {
        Node::Text(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    let _ = writeln!(out, "{key} = {value}");
}

fn by_hand(out: &mut String, entry: &Entry) {
    let setup = entry.setup.iter().map(Template::as_written);
    if !entry.setup.is_empty() {
        out.push_str("## Left to do by hand\n\n");
        list(out, setup.map(step));
    }
    let Some(doors) = &entry.doors else { return };
    out.push_str("## Beside the sign-in\n\n");
    let state = |door: Door| match door {
        Door::Absent => "it has none",
        Door::Closed => "closed by what is delivered",
        Door::ByHand => "open until you close it",
        Door::Open => "goes on",
    };
    let linking = match doors.linking {
        Linking::Never => "by nothing that somebody else could choose",
        Linking::Mail => "by the mail address",
        Linking::Name => "by the user name",
    };
    let first = match doors.first_administrator {
        FirstAdministrator::Nobody => "nobody, by arriving",
        FirstAdministrator::Delivered => "a local account with a delivered password",
        FirstAdministrator::FirstSignIn => "the first person to sign in",
        FirstAdministrator::FirstVisitor => "the first visitor",
    };
    let anonymous = match doors.anonymous {
        Anonymous::Nothing => "nothing",
        Anonymous::Closed => "nothing, by what is delivered",
        Anonymous::Links => "what its people share by a link",
        Anonymous::ByHand => "something, until you close it",
        Anonymous::Open => "what it is made to show",
    };
    list(
        out,
        [
            format!("Sign-up of its own: {}", state(doors.sign_up)),
            format!("Passwords of its own: {}", state(doors.passwords)),
            format!("An account that it has is entered at the first sign-in: {linking}"),
            format!("Administrator of an empty one: {first}"),
            format!("Without an account people see: {anonymous}"),
        ],
    );
    list(out, doors.by_hand.iter().map(Template::as_written).map(step));
    while out.ends_with("\n\n") {
        out.pop();
    }
}

/// A command stands in a line of its own.
fn step(text: &str) -> String {
    text.strip_prefix("$ ").map_or_else(|| text.to_owned(), |command| format!("`{command}`"))
}
