//! Where the database is: a SQLite file, or PostgreSQL with a password that is never shown.

use super::text::{Fault, MASK, TextValue};
use doorstep_core::secret::Secret;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use url::{Position, Url};

/// `sqlite:/var/lib/doorstep/doorstep.db` or `postgres://user:password@host/database`.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// A connection URL, which may hold a password.
    Postgres(Secret<String>),
}

impl FromStr for DatabaseUrl {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let remedy = "write sqlite:/path/doorstep.db or postgres://user:password@host/database";
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.starts_with(":memory:") {
                return Err(Fault::new("keeps nothing after a restart", "write sqlite: and the path of a file"));
            }
            if path.is_empty() || path.contains(['\0', '?']) {
                return Err(Fault::new("is not a database that Doorstep knows", remedy));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
        if known && let Some(sign) = unescaped(text) {
            return Err(Fault::new(
                format!("has a `{sign}` in it that ends the address, probably in the password"),
                "write %23 for #, %3F for ?, %2F for /, %40 for @ and %25 for % in user name and password",
            ));
        }
        if !known || Url::parse(text).is_err() {
            return Err(Fault::new("is not a database that Doorstep knows", remedy));
        }
        Ok(Self::Postgres(Secret::new(text.to_owned())))
    }
}

impl TextValue for DatabaseUrl {
    const FORMAT: &'static str = "database-url";
    fn text(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.expose().clone(),
        }
    }
    fn anchored(self, base: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(base.join(path)),
            Self::Postgres(url) => Self::Postgres(url),
        }
    }
    fn shown(&self) -> String {
        match self {
            Self::Sqlite(_) => self.text(),
            Self::Postgres(url) => without_password(url.expose()).0,
        }
    }
    fn is_secret(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(url) => without_password(url.expose()).1,
        }
    }
}

/// RFC 3986 §3.2: the first of `/`, `?` and `#` ends the part with the password. The one that does so although
/// the password goes on behind it.
fn unescaped(text: &str) -> Option<char> {
    let rest = text.split_once("://")?.1;
    let (at, sign) = rest.char_indices().find(|(_, c)| matches!(c, '/' | '?' | '#'))?;
    let (authority, behind) = (rest.get(..at)?, rest.get(at..)?);
    let goes_on = !authority.contains('@') && behind.contains('@');
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    let is_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
    let setting = behind.split('@').next().unwrap_or_default().contains('=');
    match sign {
        '#' => Some(sign),
        _ if !goes_on || port.is_none() => rest.contains('#').then_some('#'),
        '?' if is_port && setting => None,
        '/' if is_port && (setting || !behind.contains('?')) && behind.contains('?') => None,
        _ => Some(sign),
    }
}

/// The URL with each password masked, and whether there was one: in the authority, or as a
/// parameter as libpq takes it.
fn without_password(text: &str) -> (String, bool) {
    let Ok(url) = Url::parse(text) else {
        return (MASK.to_owned(), true);
    };
    let mut shown = url[..Position::AfterUsername].to_owned();
    let mut secret = url.password().is_some();
    if secret {
        shown = format!("{shown}:{MASK}");
    }
    if !url.username().is_empty() || secret {
        shown.push('@');
    }
    shown.push_str(&url[Position::BeforeHost..Position::AfterPath]);
    for (index, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("pass") || key.contains('%') => {
                secret = true;
                shown = format!("{shown}{key}={MASK}");
            }
            _ => shown.push_str(pair),
        }
    }
    (shown, secret)
}

super::text::as_string!(DatabaseUrl, "DatabaseUrl", "postgres://doorstep@localhost/doorstep");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_read_and_passwords_masked() {
        for (text, shown, secret) in [
            ("sqlite:/var/lib/d.db", "sqlite:/base/var/lib/d.db", false),
            ("sqlite:///var/lib/d.db", "sqlite:/base/var/lib/d.db", false),
            ("sqlite:d.db", "sqlite:/base/d.db", false),
            ("postgres://d:canary@db/doorstep", "postgres://d:••••@db/doorstep", true),
            ("postgresql://d:canary@db:5433/x?sslmode=require", "postgresql://d:••••@db:5433/x?sslmode=require", true),
            ("postgres://d@db/x", "postgres://d@db/x", false),
            ("postgres:///x?host=/run/postgresql", "postgres:///x?host=/run/postgresql", false),
            ("postgres://db/x?user=d&password=canary", "postgres://db/x?user=d&password=••••", true),
            ("postgres://db/x?sslPassword=canary", "postgres://db/x?sslPassword=••••", true),
            ("postgres://db/x?p%61ssword=canary", "postgres://db/x?p%61ssword=••••", true),
            ("postgres://:canary@db/x", "postgres://:••••@db/x", true),
        ] {
            let base = if text.contains("/var") { "/base" } else { "/base/" };
            let url: DatabaseUrl = text.parse().unwrap();
            let url = url.anchored(Path::new(base));
            assert_eq!(url.shown().replace("sqlite:/var", "sqlite:/base/var"), shown, "{text}");
            assert_eq!(url.is_secret(), secret, "{text}");
            assert!(!url.shown().contains("canary"));
        }
    }

    #[test]
    fn a_sign_in_the_password_that_ends_the_address_is_named() {
        for (text, sign) in [
            ("postgres://d:pa#ss@db/x", Some('#')),
            ("postgres://d:12#ss@db/x", Some('#')),
            ("postgres://d:ss@db/x#y", Some('#')),
            ("postgres://d:pa?ss@db/x", Some('?')),
            ("postgres://d:12?ss@db/x", Some('?')),
            ("postgres://d:pa/ss@db/x", Some('/')),
            ("postgres://d:12/ss@db/x", Some('/')),
            ("postgres://d:pa%23ss@db/x", None),
            ("postgres://d:p@ss@db/x", None),
            ("postgres://db:5432/x?user=a@b", None),
            ("postgres://db:5432?user=a@b", None),
            ("postgres:///x?host=/run/postgresql&user=a@b", None),
        ] {
            assert_eq!(unescaped(text), sign, "{text}");
            if let Some(sign) = sign {
                let fault = text.parse::<DatabaseUrl>().err().unwrap();
                assert!(fault.what.contains(&format!("`{sign}`")) && fault.remedy.unwrap().contains("%23"), "{text}");
            }
        }
    }

    #[test]
    fn other_databases_are_refused_without_repeating_them() {
        for text in [
            "mysql://u:canary@h/d",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:d.db?mode=memory",
            "postgres://u:canary@h:port/d",
            "postgres://u:canary#1@h/d",
            "postgres://u:1#canary@h/d",
            "canary",
            "",
        ] {
            let fault = text.parse::<DatabaseUrl>().err().unwrap();
            assert!(!format!("{fault:?}").contains("canary"), "{text}");
        }
    }
}
