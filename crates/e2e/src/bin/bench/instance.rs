//! The instance that is measured: a home with ten apps, two clients, and people with sessions by the thousand.
//!
//! What a real instance would have gathered over months is written into the database by the store's own functions
//! before the server starts.

use crate::{load::SLOT, process::Process};
use doorstep_core::{
    entropy::Entropy,
    id::{SessionId, UserId},
    model::{
        Amr, App, AppSession, Client, ClientAuthMethod, ClientSecret, Owner, PkcePolicy, Place, Session, SigningAlg,
        User,
    },
    secret::{SecretHash, Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_e2e::{
    http::Visitor,
    person::Person,
    process::{repository, run},
    proxy::Kind,
    wait,
};
use doorstep_store::{Conn, Db, app_sessions, apps, clients, groups, groups::MemberSource, sessions, users};
use std::{
    ffi::OsString,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The secret of both clients.
pub(crate) const CLIENT_SECRET: &str = "a-secret-that-the-bench-alone-knows";
/// Where both clients take codes.
pub(crate) const REDIRECT_URI: &str = "https://bench.example.org/callback";
/// Apps behind forward auth.
const SENSORS: usize = 500;
/// The host of one more, by plain HTTP behind real proxies.
pub(crate) const LAB: &str = "lab.test";
/// How many people are signed in to that one.
const IN_THE_LAB: usize = 1_000;
const SESSIONS_OF_ONE: usize = 10;
const ROWS_AT_ONCE: usize = 1_000;
/// Coprime to the number of cookies.
const STRIDE: usize = 7919;

/// An installation in a folder of its own.
pub(crate) struct Instance {
    /// The issuer.
    pub(crate) issuer: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where it answers Envoy by gRPC.
    pub(crate) grpc: SocketAddr,
    directory: PathBuf,
    program: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Instance {
    /// An installation of `program` with the ten apps, and hundreds behind forward auth. Nothing runs yet.
    pub(crate) fn install(program: &Path, directory: &Path) -> Self {
        // Not the example: that grows, and figures are compared with those of before.
        let home = repository().join("crates/onboard/tests/suite/home.toml");
        let example = fs::read_to_string(home).expect("the home is there");
        let apps: Vec<_> = example.lines().filter(|line| !line.starts_with("issuer")).collect();
        let guarded = |name: &str, url: &str| {
            format!("\n[apps.{name}]\nurl = \"{url}\"\nforward_auth = true\nallow = [\"users\"]\n")
        };
        let sensors = (0..SENSORS).map(|number| guarded(&sensor(number), &format!("https://{}", host(number))));
        let lab = guarded("lab", &format!("http://{LAB}"));
        let declared = format!("{}\n{}{lab}", apps.join("\n"), sensors.collect::<String>());
        Self::declaring(&declared, program, directory)
    }

    /// An installation with these apps and groups.
    pub(crate) fn declaring(declared: &str, program: &Path, directory: &Path) -> Self {
        fs::create_dir_all(directory).expect("a folder can be made");
        let (address, grpc) = (wait::free_address(), wait::free_address());
        let issuer = format!("http://localhost:{}", address.port());
        let config = format!(
            "issuer = {issuer:?}\nlisten = \"{address}\"\nlisten_grpc = \"{grpc}\"\ndata_dir = \"{}\"\ntrusted_proxies = [\"127.0.0.1\"]\n\n\
             {declared}",
            directory.join("data").display(),
        );
        fs::write(directory.join("doorstep.toml"), config).expect("the configuration can be written");
        Self {
            issuer,
            address,
            grpc,
            directory: directory.to_owned(),
            program: program.to_owned(),
            environment: Vec::new(),
        }
    }

    /// The same, with more in its environment.
    pub(crate) fn surrounded(self, environment: Vec<(&'static str, OsString)>) -> Self {
        Self { environment, ..self }
    }

    /// Starts it and waits until it is ready; says how long that took.
    pub(crate) fn start(&self) -> (Process, Duration) {
        let begin = Instant::now();
        let mut server = self.run("serve");
        let took = server.ready(self.address, "/readyz", begin);
        (server, took)
    }

    /// Starts a command of it.
    pub(crate) fn run(&self, command: &str) -> Process {
        let config = self.directory.join("doorstep.toml");
        let config = config.to_str().expect("a path of plain text");
        let log = self.directory.join(format!("{command}.log"));
        Process::start_in(&self.environment, &self.program, &[command, "--config", config], &log)
    }

    /// Throws away all that it wrote.
    pub(crate) fn forget(&self) {
        fs::remove_dir_all(self.directory.join("data")).expect("the data folder can be removed");
    }

    /// The link that makes the first administrator.
    pub(crate) fn set_up_link(&self, server: &Process) -> String {
        let beginning = format!("{}/setup/", self.issuer);
        let begin = Instant::now();
        // It is printed before the server is ready; its file may be a moment behind.
        loop {
            let printed = server.printed();
            if let Some(from) = printed.rfind(&beginning)
                && let Some(end) = printed[from..].find(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{1b}'))
            {
                return printed[from..from + end].to_owned();
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "no set-up link:\n{printed}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The one who opens the set-up link of a server that nobody has an account on, with a passkey in software.
    pub(crate) async fn administrator(&self, server: &Process) -> Person {
        let mut person = Person::new(Visitor::plain(), &self.issuer);
        person.set_up(&self.set_up_link(server)).await;
        person
    }

    /// Starts it once for its administrator, then fills the database with two clients, and people who are signed in to
    /// the app behind forward auth.
    pub(crate) async fn furnish(&self, how_many: usize) -> People {
        let (server, _) = self.start();
        let administrator = self.administrator(&server).await;
        server.stop();
        let (db, now) = (self.database().await, now());
        let mut tx = db.begin().await.expect("a transaction");
        for alg in [SigningAlg::Rs256, SigningAlg::Es256] {
            clients::put(&mut tx, &client(&client_id(alg), alg), now).await.expect("a client");
        }
        tx.commit().await.expect("a commit");
        let everyone: Vec<usize> = (0..how_many).collect();
        let mut people =
            People { administrator, apps: Vec::new(), late: Vec::new(), lab: Vec::new(), sessions: Vec::new() };
        for some in everyone.chunks(ROWS_AT_ONCE) {
            let mut tx = db.begin().await.expect("a transaction");
            for number in some {
                move_in(&mut tx, *number, now, &mut people).await;
            }
            tx.commit().await.expect("a commit");
        }
        db.close().await;
        // People come in any order, not in that of the database.
        let apps = &people.apps;
        people.apps = (0..apps.len()).map(|turn| apps[turn * STRIDE % apps.len()].clone()).collect();
        people
    }

    /// Writes clients that belong to no app into the database of a server that does not run, or clients with an app
    /// each.
    pub(crate) async fn register(&self, how_many: usize, apps: bool) {
        let (db, now) = (self.database().await, now());
        let mut tx = db.begin().await.expect("a transaction");
        for number in 0..how_many {
            let name = format!("{}-{number:05}", if apps { "app" } else { "registered" });
            let mut client = client(&name, SigningAlg::Rs256);
            client.redirect_uris = vec![format!("https://{name}.example.org/callback")];
            client.app = apps.then(|| named(&name));
            clients::put(&mut tx, &client, now).await.expect("a client");
            if let Some(name) = client.app {
                let app = App {
                    title: name.to_string(),
                    url: format!("https://{name}.example.org"),
                    name,
                    allow: Some([named("users")].into()),
                    require: None,
                    client: Some(client.id),
                    protected: false,
                    own_cookies: [].into(),
                    rules: Vec::new(),
                    authorization: doorstep_core::model::AuthorizationHeader::Pass,
                    posture: doorstep_core::model::Posture::Headers,
                    icon: None,
                    owner: Owner::Console,
                };
                apps::put(&mut tx, &app, now).await.expect("an app");
            }
        }
        tx.commit().await.expect("a commit");
        db.close().await;
    }

    async fn database(&self) -> Db {
        let file = self.directory.join("data/doorstep.db");
        Db::open(&format!("sqlite:{}", file.display())).await.expect("the server's database")
    }

    /// A request as Caddy's `forward_auth` sends it for a browser's, with a slot for what is said of host and cookie.
    pub(crate) fn forward_auth() -> String {
        format!(
            "GET /fa/forward HTTP/1.1\r\n{SLOT}\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
             Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
             Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.7\r\n\
             Referer: https://sensors-000.example.org/\r\n\
             Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\
             X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Method: GET\r\n\
             X-Forwarded-Proto: https\r\nX-Forwarded-Uri: /api/4/cpu?history=60\r\n\r\n"
        )
    }

    /// What `doorstep generate` prints for a proxy in front of the app in the lab, which answers at `upstream`.
    pub(crate) fn generate(&self, kind: Kind, upstream: &str) -> String {
        let sensors = (0..SENSORS).map(|number| format!("{}={upstream}", sensor(number)));
        let upstreams = sensors.chain([format!("lab={upstream}"), format!("glances={upstream}")]);
        let more = match kind {
            Kind::EnvoyGrpc => Some("--grpc".to_owned()),
            Kind::NginxThatKeeps => Some("--keep-answers".to_owned()),
            _ => None,
        };
        let words = upstreams.flat_map(|one| ["--upstream".to_owned(), one]).chain(more);
        self.printed(kind, words)
    }

    /// The script that HAProxy asks with.
    pub(crate) fn script(&self) -> String {
        self.printed(Kind::Haproxy, ["--lua".to_owned()])
    }

    fn printed(&self, kind: Kind, words: impl IntoIterator<Item = String>) -> String {
        let mut command = Command::new(&self.program);
        command.args(["generate", kind.name(), "--config"]).arg(self.directory.join("doorstep.toml")).args(words);
        run(command.envs(self.environment.iter().cloned()))
    }

    /// A GET of one of its own addresses, with more headers.
    pub(crate) fn get(&self, path: &str, headers: &str) -> String {
        let host = self.issuer.trim_start_matches("http://");
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{headers}\r\n")
    }
}

/// The client whose ID Tokens are signed with `alg`.
pub(crate) fn client_id(alg: SigningAlg) -> String {
    format!("bench-{}", alg.as_str().to_ascii_lowercase())
}

fn named<T: TryFrom<String>>(name: &str) -> T {
    T::try_from(name.to_owned()).ok().expect("a good name")
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp::from_seconds(since.as_secs().try_into().expect("before the end of time"))
}

fn client(id: &str, alg: SigningAlg) -> Client {
    let secret = SecretHash::labelled("client-secret", CLIENT_SECRET.as_bytes()).to_text();
    Client {
        id: named(id),
        name: "The bench".into(),
        app: None,
        extra: None,
        enabled: true,
        auth_method: ClientAuthMethod::Basic,
        secret: ClientSecret::Supplied { hash: secret },
        redirect_uris: vec![REDIRECT_URI.into()],
        post_logout_redirect_uris: vec![],
        native: false,
        device: false,
        scopes: ["openid", "profile", "email", "groups"].map(str::to_owned).into(),
        pkce: PkcePolicy::Required,
        first_party: true,
        id_token_alg: alg,
        claims_in_id_token: false,
        iss_parameter: true,
        allow: None,
        require: None,
        role_claim: None,
        access_ttl: Ttl::from_minutes(60),
        refresh_ttl: Ttl::from_days(30),
        owner: Owner::Console,
    }
}

/// Who has an account.
pub(crate) struct People {
    /// Who is signed in by a passkey.
    pub(crate) administrator: Person,
    /// Host and cookie for an app behind forward auth, of each browser, as a request says them.
    pub(crate) apps: Vec<String>,
    /// The same of one browser each that comes late.
    pub(crate) late: Vec<String>,
    /// Cookies for the app in the lab.
    pub(crate) lab: Vec<String>,
    /// Cookies for the instance, one of each person.
    pub(crate) sessions: Vec<String>,
}

async fn move_in(conn: &mut Conn, number: usize, now: Timestamp, people: &mut People) {
    let mut entropy = Entropy::seeded(u64::try_from(number).expect("a small number"));
    let id = UserId::random(&mut entropy);
    let user = User {
        display_name: format!("Person {number}"),
        email: Some(format!("person-{number}@example.org")),
        email_verified: true,
        ..User::new(id.clone(), format!("person-{number}").parse().expect("a good name"), now)
    };
    users::insert(conn, &user, &format!("handle-{number}")).await.expect("a person");
    groups::ensure(conn, &named("users"), now).await.expect("a group");
    groups::add_member(conn, &id, &named("users"), MemberSource::Console).await.expect("a member");
    for nth in 0..SESSIONS_OF_ONE + 2 {
        let session = Session {
            id: SessionId::random(&mut entropy),
            user: id.clone(),
            auth_time: now,
            amr: Amr::Passkey,
            created_at: now,
            last_seen_at: now,
            expires_at: now + Ttl::from_days(28),
        };
        let cookie = Token::random(TokenKind::Session, &mut entropy);
        sessions::insert(conn, &cookie.hash(), &session, &Place::default()).await.expect("a session");
        if nth == 0 {
            people.sessions.push(cookie.expose().to_owned());
        }
        let (app, host) = match nth {
            _ if nth <= SESSIONS_OF_ONE => {
                let app = (number * SESSIONS_OF_ONE + nth) % SENSORS;
                (named(&sensor(app)), host(app))
            }
            _ if number < IN_THE_LAB => (named("lab"), LAB.to_owned()),
            _ => return,
        };
        let app = AppSession { session: session.id, user: id.clone(), app, host, expires_at: session.expires_at };
        let cookie = Token::random(TokenKind::App, &mut entropy);
        app_sessions::insert(conn, &cookie.hash(), &app).await.expect("an app session");
        let cookie = cookie.expose();
        let said =
            format!("Host: {0}\r\nX-Forwarded-Host: {0}\r\nCookie: theme=dark; __Host-ds_app={cookie}; a=b", app.host);
        match nth {
            SESSIONS_OF_ONE => people.late.push(said),
            _ if nth < SESSIONS_OF_ONE => people.apps.push(said),
            _ => people.lab.push(cookie.to_owned()),
        }
    }
}

fn sensor(number: usize) -> String {
    format!("sensors-{number:03}")
}

fn host(number: usize) -> String {
    format!("{}.example.org", sensor(number))
}
