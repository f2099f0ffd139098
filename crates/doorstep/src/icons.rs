//! Where the icons of apps come from: how a picture is looked at, and how one is fetched from an address. Whoever writes
//! the file names the address, so that it may lead to a server at home (ADR 23).

use crate::places::{Configured, outbound_client};
use doorstep_app::onboarding::{Fetch, Fetching};
use doorstep_core::model::Icon;
use doorstep_outbound::{Answer, OperatorUrl, Outbound, Request};
use doorstep_picture::{AT_MOST, Unfit};
use std::sync::Arc;
use std::time::Duration;

/// From the first look-up to the last byte.
const WITHIN: Duration = Duration::from_secs(20);

/// The icon that a file holds, or why it holds none.
pub(crate) fn look(bytes: &[u8]) -> Result<Icon, String> {
    doorstep_picture::icon(bytes).map_err(|unfit| format!("the file of its icon is not used: {unfit}"))
}

/// Fetches icons, by what the configuration says of other servers at that time.
pub(crate) struct IconsOverHttp(pub(crate) Configured);

impl Fetch for IconsOverHttp {
    fn fetch(&self, address: String) -> Fetching {
        let configured = Arc::clone(&self.0);
        Box::pin(async move {
            // It reads files.
            let config = tokio::task::spawn_blocking(move || configured()).await.map_err(|error| error.to_string())?;
            fetched(&outbound_client(config.outbound.ca_file.as_deref())?, &address).await
        })
    }
}

async fn fetched(client: &Outbound, address: &str) -> Result<Icon, String> {
    let url = OperatorUrl::parse(address).map_err(|error| format!("the address of its icon: {error}"))?;
    let request = Request::get(url)
        .accept("image/svg+xml, image/png, image/webp, image/jpeg, image/x-icon;q=0.8")
        .within(WITHIN)
        .at_most(AT_MOST)
        .following_same_origin();
    let answer = client.send(request).await.and_then(Answer::success);
    let body = answer.map_err(|error| error.to_string())?.body().clone();
    // Decoding takes a while.
    let looked = tokio::task::spawn_blocking(move || doorstep_picture::icon(&body)).await;
    let unfit = |unfit: Unfit| format!("what stands at the address of its icon is not used: {unfit}");
    looked.map_err(|error| error.to_string())?.map_err(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::model::IconKind;
    use doorstep_outbound::Settings;
    use doorstep_outbound::testing::Names;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Mutex;
    use std::thread;

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

    /// A server on loopback that answers each path, and what it was asked.
    fn server(answer: impl Fn(&str) -> (String, Vec<u8>) + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut piece, mut head) = ([0; 4096], String::new());
                while !head.contains("\r\n\r\n") {
                    let Ok(read @ 1..) = stream.read(&mut piece) else { break };
                    head.push_str(&String::from_utf8_lossy(&piece[..read]));
                }
                noted.lock().unwrap().push(head.clone());
                let (headers, body) = answer(head.split(' ').nth(1).unwrap_or_default());
                let _ =
                    write!(stream, "HTTP/1.1 {headers}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(&body);
            }
        });
        (format!("http://{at}"), asked)
    }

    async fn get(address: &str) -> Result<Icon, String> {
        fetched(&Outbound::new(Settings::default()).unwrap(), address).await
    }

    #[tokio::test]
    async fn what_is_a_picture_is_told_by_what_it_holds_and_not_by_its_name_or_type() {
        let (at, asked) = server(|path| match path {
            "/logo.png" => ("200 OK\r\nContent-Type: text/html".to_owned(), SVG.into()),
            "/page.svg" => ("200 OK\r\nContent-Type: image/svg+xml".to_owned(), b"<!doctype html><svg></svg>".to_vec()),
            "/acts.svg" => ("200 OK".to_owned(), SVG.replace("/>", " onload=\"x\"/>").into()),
            "/large.svg" => ("200 OK".to_owned(), vec![b' '; AT_MOST + 1]),
            _ => ("404 Not Found".to_owned(), SVG.into()),
        });
        let icon = get(&format!("{at}/logo.png#x")).await.unwrap();
        assert_eq!((icon.kind, icon.bytes), (IconKind::Svg, SVG.as_bytes().to_vec()));
        for (path, says) in [
            ("/page.svg", "no picture of a known form"),
            ("/acts.svg", "the handler `onload`"),
            ("/large.svg", "larger than 262144 bytes"),
            ("/missing.svg", "404"),
        ] {
            let why = get(&format!("{at}{path}")).await.unwrap_err();
            assert!(why.contains(says), "{path}: {why}");
        }
        let asked = asked.lock().unwrap().join("").to_ascii_lowercase();
        assert!(!asked.contains("cookie") && !asked.contains("authorization"), "{asked}");
    }

    #[tokio::test]
    async fn security_54_no_redirect_leads_an_icon_elsewhere() {
        let (inside, reached) = server(|_| ("200 OK".to_owned(), SVG.into()));
        let (at, _) = server(move |path| match path {
            "/here" => ("302 Found\r\nLocation: /there".to_owned(), Vec::new()),
            "/there" => ("200 OK".to_owned(), SVG.into()),
            _ => (format!("302 Found\r\nLocation: {inside}/secret"), Vec::new()),
        });
        assert!(get(&format!("{at}/here")).await.is_ok());
        let why = get(&format!("{at}/away")).await.unwrap_err();
        assert!(why.contains("is a redirect (302)") && !why.contains("secret"), "{why}");
        assert_eq!(*reached.lock().unwrap(), [""; 0]);
    }

    #[tokio::test]
    async fn security_55_where_clouds_keep_credentials_no_icon_is_looked_for_by_name() {
        let names = Names::by(|host| match host {
            "metadata.example.org" => vec!["169.254.169.254".parse().unwrap()],
            _ => vec!["93.184.215.14".parse().unwrap()],
        });
        let client = Outbound::with_names(Settings::default(), names).unwrap();
        for (address, says) in [
            ("https://metadata.example.org/logo.svg", "Doorstep never calls it by name"),
            ("http://wiki.example.org/logo.svg", "use https://"),
            ("https://ada:pw@wiki.example.org/x", "a name or password"),
            ("file:///etc/passwd", "begin with https://"),
        ] {
            let why = fetched(&client, address).await.unwrap_err();
            assert!(why.contains(says), "{address}: {why}");
        }
    }
}
