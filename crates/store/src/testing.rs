//! Throw-away databases for tests: a SQLite file in a temporary directory, and a private PostgreSQL cluster that
//! is started once per test process and removed when that process ends, however it ends.
//!
//! A missing PostgreSQL fails the test. Nothing here is part of the product.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot get its database has to fail"
)]

mod scratch;

use self::scratch::scratch;
use crate::{Db, keys, migrate::migrate};
use doorstep_core::{
    id::AuditId,
    model::{AuditActor, AuditEvent, AuditSubject, EventKind, SealedSigningKey},
    time::Timestamp,
};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::unix::{
        fs::OpenOptionsExt,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The engines that Doorstep runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A fresh, empty database; gone when this is dropped (PostgreSQL: when the process ends).
#[derive(Debug)]
pub struct TestUrl {
    /// Which engine it is.
    pub engine: Engine,
    /// What [`Db::open`] takes.
    pub url: String,
    _dir: Option<TempDir>,
}

/// A fresh database with the schema in it.
#[derive(Debug)]
pub struct TestDb {
    /// Which engine it is.
    pub engine: Engine,
    /// The database.
    pub db: Db,
    /// Where it is.
    pub at: TestUrl,
}

/// A fresh, empty database.
pub async fn empty(engine: Engine) -> TestUrl {
    match engine {
        Engine::Sqlite => {
            let dir = tempfile::tempdir_in(scratch()).expect("a temporary directory");
            TestUrl { engine, url: format!("sqlite:{}", dir.path().join("doorstep.db").display()), _dir: Some(dir) }
        }
        Engine::Postgres => TestUrl { engine, url: new_postgres("").await, _dir: None },
    }
}

impl TestUrl {
    /// The file of a SQLite database.
    fn file(&self) -> &str {
        self.url.trim_start_matches("sqlite:")
    }

    /// The name of a PostgreSQL database.
    fn database(&self) -> &str {
        let before = self.url.split_once('?').map_or(self.url.as_str(), |(before, _)| before);
        before.rsplit_once('/').map_or("", |(_, name)| name)
    }
}

/// A fresh database with the schema in it: a copy of one that is migrated once per process.
pub async fn migrated(engine: Engine) -> TestDb {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    static DATABASE: OnceCell<TestUrl> = OnceCell::const_new();
    let at = match engine {
        Engine::Sqlite => {
            let file = FILE.get_or_init(async || std::fs::read(template(engine).await.file()).expect("its file")).await;
            let at = empty(engine).await;
            let mut own = OpenOptions::new().write(true).create_new(true).mode(0o600).open(at.file()).expect("a file");
            own.write_all(file).expect("a copy");
            at
        }
        Engine::Postgres => {
            let from = DATABASE.get_or_init(|| template(engine)).await;
            TestUrl { engine, url: new_postgres(&format!("TEMPLATE {}", from.database())).await, _dir: None }
        }
    };
    let db = Db::open(&at.url).await.expect("a database");
    TestDb { engine, db, at }
}

/// The same with the signing keys that `make` puts into the first one: an RSA key takes a processor longer than most tests
/// do. All databases of the process have the same.
pub async fn with_signing_keys(engine: Engine, make: impl AsyncFnOnce(&Db)) -> TestDb {
    static KEYS: OnceCell<Vec<SealedSigningKey>> = OnceCell::const_new();
    let first_ones = async || {
        let first = migrated(Engine::Sqlite).await;
        make(&first.db).await;
        keys::all(&mut first.db.read().await.expect("a connection")).await.expect("its keys")
    };
    let keys = KEYS.get_or_init(first_ones).await;
    let at = migrated(engine).await;
    let mut tx = at.db.begin().await.expect("a transaction");
    for key in keys {
        keys::insert(&mut tx, key).await.expect("a key that is not there");
    }
    tx.commit().await.expect("its end");
    at
}

/// A database with the schema in it, to which nobody is connected.
async fn template(engine: Engine) -> TestUrl {
    let at = empty(engine).await;
    let db = Db::open(&at.url).await.expect("a database");
    migrate(&db, Timestamp::from_seconds(1_800_000_000)).await.expect("a schema");
    db.close().await;
    at
}

/// A database as another release left it, from its text: what `sqlite3 .dump` or `pg_dump --inserts` wrote.
pub async fn restored(engine: Engine, text: &str) -> TestUrl {
    let at = empty(engine).await;
    match engine {
        Engine::Sqlite => Intruder::open(Path::new(at.file())).run(text),
        Engine::Postgres => {
            let mut conn = at.url.parse::<PgConnectOptions>().expect("an address").connect().await.expect("a database");
            let text = sqlx::AssertSqlSafe(text.to_owned());
            sqlx::raw_sql(text).execute(&mut conn).await.expect("statements that PostgreSQL takes");
            conn.close().await.expect("a polite end");
        }
    }
    at
}

/// Puts a PostgreSQL database back to a text from [`dumped`] while others are connected to it, as a restored backup or
/// a standby that lagged behind is met.
pub async fn put_back(at: &TestUrl, text: &str) {
    let mut conn = at.url.parse::<PgConnectOptions>().expect("an address").connect().await.expect("a database");
    let whole = format!("BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public; {text} COMMIT;");
    sqlx::raw_sql(sqlx::AssertSqlSafe(whole)).execute(&mut conn).await.expect("statements that PostgreSQL takes");
    conn.close().await.expect("a polite end");
}

/// The text of a database, for [`restored`]. Needs `sqlite3`, or the client of PostgreSQL.
pub fn dumped(at: &TestUrl) -> String {
    let mut command = match at.engine {
        Engine::Sqlite => Command::new("sqlite3"),
        Engine::Postgres => Command::new(binaries().join("pg_dump")),
    };
    match at.engine {
        Engine::Sqlite => command.args([at.file(), ".dump"]),
        Engine::Postgres => {
            command.args(["--inserts", "--no-owner", "--no-privileges", "--no-comments", "--dbname", &at.url])
        }
    };
    let output = command.output().expect("a program that dumps");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    // Settings of a session, and words to psql, differ from version to version of the client.
    let said = |line: &&str| !["SET ", "\\", "SELECT pg_catalog.set_config"].iter().any(|word| line.starts_with(word));
    text.lines().filter(said).flat_map(|line| [line, "\n"]).collect()
}

/// Runs SQL on a SQLite file behind the store's back, as another program would. What it locks stays
/// locked until it goes.
pub struct Intruder(rusqlite::Connection);

impl Intruder {
    /// Opens the file, or makes it.
    pub fn open(path: &Path) -> Self {
        Self(rusqlite::Connection::open(path).expect("a SQLite file"))
    }

    /// Runs statements.
    pub fn run(&self, text: &str) {
        self.0.execute_batch(text).expect("statements that SQLite takes");
    }
}

/// One fresh database with the schema in it on each engine.
pub async fn both() -> [TestDb; 2] {
    [migrated(Engine::Sqlite).await, migrated(Engine::Postgres).await]
}

/// Makes a database, by what `CREATE DATABASE` is told of it.
async fn new_postgres(terms: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = Cluster::of_this_process();
    let name = format!("instance_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut conn = cluster.options().connect().await.expect("the test cluster answers");
    let create = format!("CREATE DATABASE {name} {terms}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut conn).await.expect("a new database");
    conn.close().await.expect("a polite end");
    format!("postgres://postgres@localhost/{name}?host={}", cluster.socket_dir)
}

/// A private cluster. Listens on a Unix socket in its own directory only.
struct Cluster {
    socket_dir: String,
    /// The watchdog; it stops and removes the cluster when its standard input ends, with this process.
    _watchdog: Child,
}

/// Ends when its standard input does. Runs as the owner of the cluster.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
bin=$1
dir=$(mktemp -d -p "$2") || exit 1
{
  "$bin/initdb" --auth=trust --username=postgres --encoding=UTF8 --locale=C --no-sync --pgdata="$dir/data" &&
  "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/log" --wait --timeout=120 start --options="\
    -c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off -c full_page_writes=off \
    -c max_connections=300 -c shared_buffers=32MB -c autovacuum=off -c jit=off"
} >&2 || { cat "$dir/log" >&2; rm -rf "$dir"; exit 1; }
echo "$dir"
read -r _
"$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate stop >/dev/null 2>&1
rm -rf "$dir"
"#;

impl Cluster {
    fn of_this_process() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let mut command = as_owner("sh");
        command.arg("-c").arg(WATCHDOG).arg("watchdog").arg(binaries()).arg(scratch()).current_dir("/");
        let mut watchdog = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell for the test cluster");
        let mut socket_dir = String::new();
        let output = watchdog.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut socket_dir).expect("its first line");
        if socket_dir.is_empty() {
            let said = watchdog.stderr.take().map(|pipe| std::io::read_to_string(pipe).unwrap_or_default());
            panic!("the PostgreSQL test cluster did not start: {}", said.unwrap_or_default());
        }
        Self { socket_dir: socket_dir.trim_end().to_owned(), _watchdog: watchdog }
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new().socket(&self.socket_dir).username("postgres").database("postgres")
    }
}

/// PostgreSQL refuses to run as root, so a test that does hands the cluster to the user `postgres`.
fn as_owner(program: &str) -> Command {
    let id = Command::new("id").arg("-u").output().expect("`id`");
    if id.stdout.trim_ascii() != b"0" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program]);
    command
}

/// The newest installed PostgreSQL, where Debian keeps them.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .max();
    match newest {
        Some((_, bin)) => bin,
        None => panic!("these tests need PostgreSQL: `apt-get install postgresql`"),
    }
}

/// How many transactions of a PostgreSQL database were aborted because they waited for each other. Connections report
/// what they counted when they are closed.
pub async fn deadlocks(at: &TestUrl) -> i64 {
    let mut conn = sqlx::PgConnection::connect(&at.url).await.expect("the test cluster answers");
    let query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    sqlx::query_scalar(query).fetch_one(&mut conn).await.expect("its statistics")
}

/// How many transactions of a PostgreSQL database wait for what another one holds.
pub async fn waiting(at: &TestUrl) -> i64 {
    let mut conn = sqlx::PgConnection::connect(&at.url).await.expect("the test cluster answers");
    let query = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sqlx::query_scalar(query).fetch_one(&mut conn).await.expect("its activity")
}

/// A way to a PostgreSQL database that can be held up: connections stay open, and what is said waits.
#[derive(Debug)]
pub struct Detour {
    /// What [`Db::open`] takes.
    pub url: String,
    held: Arc<AtomicBool>,
    _dir: TempDir,
}

impl Detour {
    /// A way to the database of `at`, for as long as this is kept.
    pub fn to(at: &TestUrl) -> Self {
        let (before, cluster) = at.url.split_once("host=").expect("a PostgreSQL on a Unix socket");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (own, theirs) = (dir.path().join(SOCKET), Path::new(cluster).join(SOCKET));
        let listener = UnixListener::bind(own).expect("a socket");
        let held = Arc::new(AtomicBool::new(false));
        let holds = Arc::clone(&held);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = UnixStream::connect(&theirs).expect("the test cluster listens");
                let back = (far.try_clone().expect("a socket"), near.try_clone().expect("a socket"));
                for (from, to) in [(near, far), back] {
                    let holds = Arc::clone(&holds);
                    std::thread::spawn(move || carry(from, to, &holds));
                }
            }
        });
        Self { url: format!("{before}host={}", dir.path().display()), held, _dir: dir }
    }

    /// From now on nothing comes through, and nothing is refused.
    pub fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// What was held comes through.
    pub fn let_go(&self) {
        self.held.store(false, Ordering::SeqCst);
    }
}

/// What PostgreSQL calls its socket.
const SOCKET: &str = ".s.PGSQL.5432";

fn carry(mut from: UnixStream, mut to: UnixStream, held: &AtomicBool) {
    let mut said = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut said) {
        while held.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let Some(part) = said.get(..length) else { break };
        if to.write_all(part).is_err() {
            break;
        }
    }
    // Whoever is at the other end learns that this one has gone; it may be gone already.
    let _ = to.shutdown(Shutdown::Both);
}

/// An event of the audit log: ada signed in.
pub fn signed_in(id: AuditId, at: Timestamp) -> AuditEvent {
    let ada = || "u-1".parse().expect("an id");
    AuditEvent {
        id,
        at,
        kind: EventKind::SignedIn,
        actor: AuditActor::User(ada()),
        actor_name: "ada".into(),
        subject: AuditSubject::User(ada()),
        subject_name: "ada".into(),
        client: String::new(),
        ip: String::new(),
        request_id: String::new(),
        detail: "{}".into(),
    }
}
