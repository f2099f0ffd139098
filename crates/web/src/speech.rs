//! In which language an answer is: found out when it is written, from what its request said.
//!
//! It is known to the whole task that answers a request, not handed from function to function: it decides nothing, and
//! every page, every refusal and every sentence for a script needs it.

use crate::{cookies, headers::Surface, way_back::WayBack};
use askama::Values;
use doorstep_words::{Language, Wishes};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT_LANGUAGE, COOKIE},
};
use std::{any::Any, sync::OnceLock};

/// In which language a page is written, and what it needs for offering others.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// The language.
    pub language: Language,
    /// How the choice of another language finds back to the page, if the page can be asked for again.
    pub(crate) way_back: Option<WayBack>,
}

/// Under this name templates find it.
const NAME: &str = "speech";

/// What `passkey.js` says of the page that it is on, so that a refusal is in the language of the page.
const OF_THE_PAGE: HeaderName = HeaderName::from_static("doorstep-language");

impl Values for Speech {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn Any> {
        (key == NAME).then_some(self as &dyn Any)
    }
}

impl From<Language> for Speech {
    fn from(language: Language) -> Self {
        Self { language, way_back: None }
    }
}

impl Speech {
    /// What a template is rendered with; English where nothing is said.
    pub(crate) fn of(values: &dyn Values) -> Self {
        askama::get_value::<Self>(values, NAME).cloned().unwrap_or_default()
    }

    /// That of the request that is being answered.
    pub(crate) fn now() -> Self {
        ASKED.try_with(Asked::speech).unwrap_or_default()
    }

    /// The same for a page. One that is no refusal, and that can be asked for again, offers other languages.
    pub(crate) fn of_page(surface: &Surface, status: StatusCode) -> Self {
        let way_back = || ASKED.try_with(|asked| asked.way_back(surface)).ok().flatten();
        Self { way_back: (status == StatusCode::OK).then(way_back).flatten(), ..Self::now() }
    }
}

tokio::task_local! {
    static ASKED: Asked;
}

/// What a request says about languages, unread.
pub(crate) struct Asked {
    accept: Option<HeaderValue>,
    cookies: (Option<HeaderValue>, Vec<HeaderValue>),
    of_the_page: Option<HeaderValue>,
    path: Option<Uri>,
    ui_locales: OnceLock<String>,
    of_account: OnceLock<Language>,
}

impl Asked {
    /// Of a request. The values are shared with it, not copied.
    pub(crate) fn of<B>(request: &http::Request<B>) -> Self {
        let path = (*request.method() == Method::GET).then(|| request.uri().clone());
        Self { path, ..Self::in_headers(request.headers()) }
    }

    /// Of the headers of a request that somebody else describes. Every question of a proxy comes by here: with one line of
    /// cookies, nothing is put on the heap for it.
    pub(crate) fn in_headers(headers: &HeaderMap) -> Self {
        let mut cookies = headers.get_all(COOKIE).iter().cloned();
        Self {
            accept: headers.get(ACCEPT_LANGUAGE).cloned(),
            cookies: (cookies.next(), cookies.collect()),
            of_the_page: headers.get(OF_THE_PAGE).cloned(),
            path: None,
            ui_locales: OnceLock::new(),
            of_account: OnceLock::new(),
        }
    }

    /// Runs what answers the request.
    pub(crate) async fn answered<F: Future>(self, answer: F) -> F::Output {
        ASKED.scope(self, answer).await
    }

    fn speech(&self) -> Speech {
        let text = |value: &'_ Option<HeaderValue>| -> String {
            value.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let of_the_page = text(&self.of_the_page);
        let (first, others) = &self.cookies;
        let wishes = Wishes {
            ui_locales: self.ui_locales.get().map_or(&of_the_page, |asked| asked),
            account: self.of_account.get().copied(),
            chosen: cookies::language(first.iter().chain(others)).unwrap_or_default(),
            accept: &text(&self.accept),
        };
        Speech { language: wishes.language(), way_back: None }
    }

    /// Where an app chose, a person's choice would change nothing, and none is offered.
    fn way_back(&self, surface: &Surface) -> Option<WayBack> {
        let path = self.path.as_ref()?;
        let asked = self.ui_locales.get().is_some_and(|asked| Wishes::is_met(asked));
        (!asked).then(|| surface.way_back(path.path())).flatten()
    }
}

/// Notes what the app asked for whose request this page is about: OpenID Connect Core §3.1.2.1, `ui_locales`.
pub(crate) fn wished_by_app(ui_locales: Option<&str>) {
    if let Some(wished) = ui_locales {
        // Outside of a request there is nobody to speak to, and the first wish of a request counts.
        let _ = ASKED.try_with(|asked| asked.ui_locales.set(wished.to_owned()));
    }
}

/// Notes what the account keeps of whoever this page is for, where it was read anyway.
pub(crate) fn wished_by_account(language: Option<Language>) {
    if let Some(language) = language {
        let _ = ASKED.try_with(|asked| asked.of_account.set(language));
    }
}
