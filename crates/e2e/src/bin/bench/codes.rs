//! Codes to redeem: a person signs in by passkey, then asks for as many as are wanted, then they are redeemed.

use crate::{
    instance::{CLIENT_SECRET, Instance, People, REDIRECT_URI, client_id},
    load::{Figures, Requests, SLOT, Span, each_once, load},
    process::Process,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_core::model::SigningAlg;
use doorstep_e2e::{
    given::Delivered,
    person::{Person, Request, Tokens, redeem},
};
use std::{cell::RefCell, rc::Rc};

const SCOPES: &str = "openid profile email groups";

/// A person who is signed in, and the instance in which.
pub(crate) struct SignedIn<'a> {
    pub(crate) instance: &'a Instance,
    person: Person,
    /// The cookies of those in whose name codes are asked for: one person has 200 at once.
    sessions: Vec<String>,
}

impl<'a> SignedIn<'a> {
    /// The administrator of a furnished instance, and the sessions of the others.
    pub(crate) fn new(instance: &'a Instance, people: People) -> Self {
        Self { instance, person: people.administrator, sessions: people.sessions }
    }

    /// An access token for `UserInfo`.
    pub(crate) async fn access_token(&mut self) -> String {
        let request = request(SigningAlg::Rs256);
        let code = self.person.code(&request).await;
        let answer = redeem(&self.person.visitor, &self.instance.issuer, &request, &code).await;
        Tokens::of(&answer).access
    }

    /// Asks for `count` codes, and then redeems them: the figures of both.
    pub(crate) async fn redeem(
        &self,
        server: &Process,
        alg: SigningAlg,
        (count, span): (usize, Span),
    ) -> (Figures, Figures) {
        let request = request(alg);
        let (asked, codes) = self.codes(server, &request, count).await;
        let requests = Requests::once(&self.redemption(&request, codes.first().expect("a code")), codes);
        let redeemed = load((server, self.instance.address), requests, span, |answer| answer.must_be("200")).await;
        (asked, redeemed)
    }

    async fn codes(&self, server: &Process, request: &Request, count: usize) -> (Figures, Vec<String>) {
        let url = request.clone().with("state", Some("state-00000001")).url(&self.instance.issuer);
        let path = url.trim_start_matches(&self.instance.issuer);
        let cookies = format!(
            "Cookie: {}={SLOT}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Site: none\r\n",
            self.session_cookie()
        );
        let people = self.sessions.iter().cycle().take(count).cloned().collect();
        let requests = Requests::once(&self.instance.get(path, &cookies), people);
        let codes = Rc::new(RefCell::new(Vec::with_capacity(count)));
        let kept = Rc::clone(&codes);
        let figures = each_once((server, self.instance.address), requests, move |answer| {
            answer.must_be("303");
            let location = answer.header("location:").expect("a way back");
            let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
            kept.borrow_mut().push(code.unwrap_or_else(|| panic!("no code: {location}")).to_owned());
        })
        .await;
        (figures, codes.take())
    }

    fn session_cookie(&self) -> String {
        let cookies = self.person.visitor.cookies();
        let names = cookies.iter().map(|((_, name), _)| name);
        names.filter(|name| name.ends_with("ds_session")).max().expect("the person is signed in").clone()
    }

    /// RFC 6749 §4.1.3, with HTTP Basic authentication.
    fn redemption(&self, request: &Request, code: &str) -> String {
        let form = request.redemption(code);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let basic = STANDARD.encode(format!("{}:{}", request.client_id, request.client_secret));
        let head = format!(
            "Authorization: Basic {basic}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        );
        let post = self.instance.get("/token", &head).replacen("GET", "POST", 1);
        post + &body.replace(code, &SLOT.to_string())
    }
}

fn request(alg: SigningAlg) -> Request {
    let id = client_id(alg);
    let delivered = Delivered::parse(&format!(
        "OIDC_CLIENT_ID={id}\nOIDC_CLIENT_SECRET={CLIENT_SECRET}\nOIDC_REDIRECT_URI={REDIRECT_URI}\n"
    ));
    Request::of(&delivered, SCOPES)
}
