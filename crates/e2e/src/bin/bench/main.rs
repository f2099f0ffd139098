//! `./bench`: what Doorstep costs, beside the limits of the same machine in the same run.
//!
//! The server has one core, the load another; `./bench` builds both and puts this program on its core. Every
//! kind of work is measured in turn, several times over, so that what happens on the machine meanwhile happens
//! to all of them; the table shows medians. Nothing here passes or fails.
#![expect(clippy::print_stdout, reason = "this program's purpose is what it prints")]

mod bare;
mod codes;
mod declared;
mod durability;
mod guarded;
mod instance;
mod load;
mod machine;
mod process;
mod proxies;
mod report;
mod starts;
mod wire;

use codes::SignedIn;
use doorstep_core::model::SigningAlg;
use doorstep_e2e::{process::repository, wait};
use guarded::Guarded;
use instance::Instance;
use load::{Figures, Requests, SLOT, Span, load};
use machine::{Machine, Signing};
use process::Process;
use report::{Against, Fact, Reference, Report, Work};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How much is measured.
#[derive(Clone, Copy)]
struct Plan {
    rounds: usize,
    span: Span,
    /// Through a proxy.
    through: Span,
    people: usize,
    /// Codes for RS256 and for ES256.
    codes: [usize; 2],
    starts: usize,
    first_starts: usize,
    /// Codes on the disk, and without one.
    durable: usize,
}

const FULL: Plan = Plan {
    rounds: 5,
    span: Span { warm: Duration::from_millis(500), count: Duration::from_secs(3) },
    through: Span { warm: Duration::from_millis(500), count: Duration::from_secs(2) },
    people: 10_000,
    codes: [14_000, 36_000],
    starts: 20,
    first_starts: 9,
    durable: 8_000,
};
const QUICK: Plan = Plan {
    rounds: 1,
    span: Span { warm: Duration::from_millis(200), count: Duration::from_secs(1) },
    through: Span { warm: Duration::from_millis(200), count: Duration::from_secs(1) },
    people: 1_000,
    codes: [5_000, 12_000],
    starts: 5,
    first_starts: 3,
    durable: 4_000,
};

const BARE: &str = "a handler that says ok";

fn main() {
    keep_what_went_wrong();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["bare", address] => bare::serve(address.parse().expect("an address")),
        [program] => bench(FULL, Path::new(program)),
        ["--quick", program] | [program, "--quick"] => bench(QUICK, Path::new(program)),
        _ => panic!("see ./bench"),
    }
}

/// Whatever ends the bench stands in a file too: what was printed may have scrolled away.
fn keep_what_went_wrong() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let _ = std::fs::write(target().join("bench-failed.txt"), format!("{info}\n"));
        before(info);
    }));
}

/// The folder of what is built.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}

fn bench(plan: Plan, program: &Path) {
    let target = target();
    // On the disk of the project, where a database would be; memory file systems would flatter.
    let directory = tempfile::Builder::new().prefix("bench-").tempdir_in(&target).expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let apart = directory.path().join("starts");
    let facts = runtime.block_on(starts::facts(program, &apart, (plan.first_starts, plan.starts)));
    let declared = declared::facts(program, &directory.path().join("declared"), plan.starts);
    let apart = directory.path().join("durability");
    let durable = runtime.block_on(durability::facts(program, &apart, (plan.durable, plan.span)));
    let facts = facts.into_iter().chain(declared).chain(durable).collect();
    let mut report = Report { machine: Machine::here(program), signing: Vec::new(), work: Vec::new(), facts };
    runtime.block_on(rates(plan, program, &directory.path().join("instance"), &mut report));
    print!("{}", report.table());
    let out = target.join("bench.json");
    std::fs::write(&out, serde_json::to_vec_pretty(&report).expect("a report is JSON")).expect("a file");
    println!("\nall rounds: {}", out.display());
}

async fn rates(plan: Plan, program: &Path, directory: &Path, report: &mut Report) {
    let instance = Instance::install(program, directory);
    let mut people = instance.furnish(plan.people).await;
    let guarded = Guarded::of(&mut people);
    let bare_address = wait::free_address();
    let own = std::env::current_exe().expect("this program has a path");
    let mut bare = Process::start(&own, &["bare", &bare_address.to_string()], &directory.join("bare.log"));
    bare.ready(bare_address, "/ok", Instant::now());
    let (server, _) = instance.start();
    std::thread::sleep(Duration::from_secs(2));
    report.facts.extend(Fact::memory(("memory, idle", "  its own part"), server.resident(), Some(20.0)));
    ask_everything(plan, SignedIn::new(&instance, people), (&server, (&bare, bare_address)), report).await;
    let facts = &mut report.facts;
    facts.extend(Fact::memory(("memory, after this load", "  its own part"), server.resident(), Some(40.0)));

    guarded.measure(plan, (&server, instance.address), (&bare, bare_address), report).await;
    let facts = &mut report.facts;
    facts.extend(Fact::memory(("memory, all sessions warm", "  its own part"), server.resident(), None));
    let asked = (&server, (&bare, bare_address));
    let (work, facts) = proxies::rates(plan, (&instance, &guarded.lab), asked, &directory.join("proxies")).await;
    report.work.extend(work);
    report.facts.extend(facts);
    server.stop();
    bare.kill();
}

/// Rounds of everything but forward auth.
async fn ask_everything(
    plan: Plan,
    mut person: SignedIn<'_>,
    (server, (bare, bare_address)): (&Process, (&Process, SocketAddr)),
    report: &mut Report,
) {
    let instance = person.instance;
    let bearer = format!("Authorization: Bearer {}\r\n", person.access_token().await);
    let own = (server, instance.address);
    let documents = [
        ("/healthz", instance.get("/healthz", ""), None),
        ("discovery", instance.get("/.well-known/openid-configuration", ""), Some(0.8)),
        ("JWKS", instance.get("/jwks", ""), None),
        ("userinfo", instance.get("/userinfo", &bearer), None),
    ];
    let mut bares = Vec::new();
    let mut answered = documents.each_ref().map(|_| Vec::new());
    let (mut authorized, mut redeemed) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..plan.rounds {
        bares.push(ask((bare, bare_address), &get_ok(), plan.span).await);
        for ((_, request, _), rounds) in documents.iter().zip(&mut answered) {
            rounds.push(ask(own, request, plan.span).await);
        }
        let algs = [SigningAlg::Rs256, SigningAlg::Es256].into_iter().zip(plan.codes);
        for ((alg, count), rounds) in algs.zip(&mut redeemed) {
            let (asked, taken) = person.redeem(server, alg, (count, plan.span)).await;
            authorized.push(asked);
            rounds.push(taken);
            if alg == SigningAlg::Rs256 {
                report.signing.push(Signing::measure());
            }
        }
    }
    let work = &mut report.work;
    work.push(Work { name: BARE, against: None, rounds: bares });
    for ((name, _, target), rounds) in documents.into_iter().zip(answered) {
        work.push(Work { name, against: Some(Against { what: Reference::Bare(BARE), target }), rounds });
    }
    work.push(Work { name: "authorize, signed in", against: None, rounds: authorized });
    let [rs256, es256] = redeemed;
    let against = Against { what: Reference::Rsa2048, target: Some(0.7) };
    work.push(Work { name: "token by code, RS256", against: Some(against), rounds: rs256 });
    let against = Against { what: Reference::P256, target: None };
    work.push(Work { name: "token by code, ES256", against: Some(against), rounds: es256 });
}

fn get_ok() -> String {
    "GET /ok HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".to_owned()
}

async fn ask(server: (&Process, SocketAddr), request: &str, span: Span) -> Figures {
    assert!(!request.contains(SLOT), "a slot needs values");
    load(server, Requests::same(request), span, |answer| answer.must_be("200")).await
}
