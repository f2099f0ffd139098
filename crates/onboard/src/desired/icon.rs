//! The icon of an app: a file of the person's, or an address. What stands in the file is given; whether it is a picture is
//! found out where it is kept, and does not keep an app from being declared.

use super::draft::Draft;
use doorstep_core::model::IconSource;
use std::{collections::BTreeMap, fmt, sync::Arc};
use url::Url;

/// No address is longer.
const LONGEST: usize = 2048;

/// What stands in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct IconFile(pub Arc<[u8]>);

/// Without what stands there.
impl fmt::Debug for IconFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// The files that are named as icons, by their names as written; or why one cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IconFiles(pub BTreeMap<String, Result<IconFile, String>>);

/// What an app is to show.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) source: Option<IconSource>,
    pub(super) file: Option<IconFile>,
    /// Why it is not shown.
    pub(super) letter: Option<String>,
}

/// Whether what is written is a file and no address.
pub fn names_a_file(written: &str) -> bool {
    !written.contains("://") && !written.starts_with("data:") && !written.is_empty()
}

impl Draft<'_> {
    /// The icon that the declaration names.
    pub(super) fn icon(&mut self) -> Wanted {
        let Some(written) = self.written.icon.as_deref() else { return Wanted::default() };
        if written.is_empty() || written.len() > LONGEST || written.contains(char::is_control) {
            self.wrong("icon", "an icon is a file or an address of 1 to 2048 characters", "leave it out for a letter");
            return Wanted::default();
        }
        if names_a_file(written) { self.icon_file(written) } else { self.icon_address(written) }
    }

    fn icon_file(&mut self, written: &str) -> Wanted {
        let basis = self.ground.basis;
        if !basis.reach.references {
            let what =
                "a file is read on the machine of whoever wrote the declaration, and this does not come from there";
            self.wrong("icon", what, "name an address, or declare the app in a file of the server");
            return Wanted::default();
        }
        match basis.icons.0.get(written) {
            Some(Ok(file)) => {
                Wanted { source: Some(IconSource::file(&file.0)), file: Some(file.clone()), letter: None }
            }
            Some(Err(why)) => Wanted { letter: Some(why.clone()), ..Wanted::default() },
            None => Wanted { letter: Some(format!("{written} was not read")), ..Wanted::default() },
        }
    }

    fn icon_address(&mut self, written: &str) -> Wanted {
        let url = Url::parse(written).ok();
        let Some(url) = url.filter(|url| matches!(url.scheme(), "https" | "http") && url.host().is_some()) else {
            let what = "an icon is a file, or an address that begins with https://";
            self.wrong("icon", what, "write it like ./wiki.svg or https://wiki.example.org/logo.svg");
            return Wanted::default();
        };
        if !url.username().is_empty() || url.password().is_some() {
            let remedy = "save the picture as a file, and name that";
            self.wrong("icon", "the address of an icon holds no user name or password", remedy);
            return Wanted::default();
        }
        Wanted { source: Some(IconSource::address(written)), ..Wanted::default() }
    }
}
