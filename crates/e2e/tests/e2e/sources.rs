//! Several servers on one PostgreSQL whose files differ: the file that changed last is in force, the others say so, and
//! nothing goes to and fro, whatever is started anew and whatever the clocks say.

use doorstep_e2e::{clock, doorstep::Doorstep, instance::ISSUER, postgres::Postgres, wait};
use tempfile::TempDir;

const ASIDE: &str = "are not in force";

struct Two {
    a: Doorstep,
    b: Doorstep,
    _postgres: Postgres,
    _folders: [TempDir; 2],
}

fn titled(title: &str) -> String {
    format!(
        "[groups]\nusers = []\n\n[apps.wiki]\nurl = \"https://wiki.test\"\ncallbacks = [\"/cb\"]\ntitle = \"{title}\"\n"
    )
}

impl Two {
    /// Both with this title; the clock of the second is off by so many seconds.
    async fn with(title: &str, off: i64) -> Self {
        let postgres = Postgres::start().await;
        let folders =
            [(); 2].map(|()| tempfile::Builder::new().prefix("doorstep-source-").tempdir().expect("a folder"));
        let mut a = Doorstep::install(folders[0].path(), ISSUER, Some(&postgres.url()));
        let mut b = Doorstep::install(folders[1].path(), ISSUER, Some(&postgres.url()));
        a.declare(&titled(title));
        a.start().await;
        std::fs::create_dir(b.data()).expect("a data folder can be made");
        std::fs::copy(a.data().join("root.key"), b.data().join("root.key")).expect("a root key");
        b.declare(&titled(title));
        if off != 0 {
            b.surround(clock::off_by(off, folders[1].path()));
        }
        b.start().await;
        Self { a, b, _postgres: postgres, _folders: folders }
    }

    fn pair(&mut self, first: bool) -> (&mut Doorstep, &mut Doorstep) {
        if first { (&mut self.a, &mut self.b) } else { (&mut self.b, &mut self.a) }
    }
}

/// Whether what this one declares is how it is.
fn is_in_force(server: &Doorstep) -> bool {
    match server.command(&["plan"]) {
        said if said.status == 0 => true,
        said if said.out.contains("title") || said.out.contains("wiki") => false,
        said => panic!("{said:?}"),
    }
}

async fn comes_into_force(server: &Doorstep) {
    wait::until("the changed file to be in force", wait::PATIENCE, || async { is_in_force(server).then_some(()) })
        .await;
}

fn told(server: &Doorstep) -> usize {
    server.printed().matches(ASIDE).count()
}

async fn says_that_it_stands_aside(server: &Doorstep, times: usize) {
    wait::until("the server to say whose file is in force", wait::PATIENCE, || async {
        (told(server) > times).then_some(())
    })
    .await;
}

async fn again(server: &mut Doorstep, kill: bool) {
    if kill {
        server.kill();
    } else {
        server.stop();
    }
    server.start().await;
}

#[tokio::test]
async fn files_that_differ_are_told_and_nothing_goes_to_and_fro() {
    let Two { mut a, mut b, _postgres, _folders } = Two::with("One", 0).await;
    b.stop();
    b.declare(&titled("Two"));
    b.start().await;
    comes_into_force(&b).await;
    says_that_it_stands_aside(&a, 0).await;
    let said = a.command(&["plan"]);
    assert!(
        said.status == 2 && said.err.contains(ASIDE) && said.err.contains(&b.config().display().to_string()),
        "{said:?}"
    );
    for kill in [false, true] {
        let times = told(&a);
        again(&mut a, kill).await;
        says_that_it_stands_aside(&a, times).await;
        again(&mut b, kill).await;
        assert!(is_in_force(&b) && !is_in_force(&a), "after a restart");
    }
    // What a person does on the side of the other file is meant.
    a.reported(&["apply"]);
    assert!(is_in_force(&a) && !is_in_force(&b));
    says_that_it_stands_aside(&b, 0).await;
    again(&mut b, false).await;
    assert!(is_in_force(&a) && !is_in_force(&b));
    // A comment is no change, and one file is no difference.
    b.declare(&(titled("Two") + "# as it was\n"));
    b.reload();
    wait::until("the comment to be read", wait::PATIENCE, || async {
        b.printed().contains("Serving the configuration").then_some(())
    })
    .await;
    assert!(is_in_force(&a));
    b.declare(&titled("One"));
    comes_into_force(&b).await;
    assert!(is_in_force(&a));
    let times = (told(&a), told(&b));
    again(&mut a, true).await;
    again(&mut b, true).await;
    assert!(is_in_force(&a) && is_in_force(&b));
    assert_eq!((told(&a), told(&b)), times);
}

/// One after the other gets the new file: by a look at it or at a start, with kills between, and restarts of the one that
/// still has the old file.
async fn rolled_out(first: bool, off: i64) {
    let mut two = Two::with("One", off).await;
    for (title, while_running) in [("Two", true), ("Three", false), ("Two", true)] {
        let (early, late) = two.pair(first);
        let times = told(late);
        if while_running {
            early.declare(&titled(title));
            comes_into_force(early).await;
            again(early, true).await;
        } else {
            early.kill();
            early.declare(&titled(title));
            early.start().await;
        }
        assert!(is_in_force(early), "{title} at the first");
        says_that_it_stands_aside(late, times).await;
        again(late, true).await;
        assert!(is_in_force(early) && !is_in_force(late), "{title}: the second was started with the old file");
        late.kill();
        late.declare(&titled(title));
        late.start().await;
        assert!(is_in_force(early) && is_in_force(late), "{title} at both");
    }
}

#[tokio::test]
async fn a_changed_file_is_rolled_out_in_either_order() {
    tokio::join!(rolled_out(true, 0), rolled_out(false, 0));
}

#[tokio::test]
async fn a_clock_that_is_off_by_an_hour_makes_no_difference() {
    tokio::join!(rolled_out(true, 3600), rolled_out(false, -3600));
}
