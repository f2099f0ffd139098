//! Forward auth: decisions a second, of warm sessions, of some that are new, and at half of the load.

use crate::{
    Plan, ask, get_ok,
    instance::{Instance, People},
    load::{Figures, Requests, Span, each_once, load},
    process::Process,
    report::{Against, Fact, Reference, Report, Work},
};
use std::net::SocketAddr;

const BARE: &str = "a handler that says ok, again";
const BARE_ASKED: &str = "the same, asked what a proxy asks";
/// One request in so many is of a session that was never seen.
const NEW_AMONG: usize = 100;

/// Who is signed in to apps behind forward auth.
pub(crate) struct Guarded {
    /// Many browsers, as a question says them.
    warm: Vec<String>,
    /// Some that have not been seen.
    late: Vec<String>,
    /// Cookies for the app in the lab.
    pub(crate) lab: Vec<String>,
}

impl Guarded {
    /// Theirs.
    pub(crate) fn of(people: &mut People) -> Self {
        let take = std::mem::take::<Vec<String>>;
        Self { warm: take(&mut people.apps), late: take(&mut people.late), lab: take(&mut people.lab) }
    }

    /// Measures `server` beside the bare handler.
    pub(crate) async fn measure(
        &self,
        plan: Plan,
        server: (&Process, SocketAddr),
        bare: (&Process, SocketAddr),
        report: &mut Report,
    ) {
        let question = Instance::forward_auth();
        let answered = async |requests: Requests, span: Span| -> Figures {
            load(server, requests, span, |answer| answer.must_be("200")).await
        };
        let first = Requests::once(&question, self.warm.clone());
        let first = each_once(server, first, |answer| answer.must_be("200")).await;
        let (mut bares, mut asked, mut warm, mut some_new) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for round in 0..plan.rounds {
            bares.push(ask(bare, &get_ok(), plan.span).await);
            let to_bare = question.replace("/fa/forward", "/ok");
            let requests = Requests::cycle(&to_bare, self.warm.clone());
            asked.push(load(bare, requests, plan.span, |answer| answer.must_be("200")).await);
            warm.push(answered(Requests::cycle(&question, self.warm.clone()), plan.span).await);
            some_new.push(answered(Requests::cycle(&question, self.with_new((round, plan.rounds))), plan.span).await);
        }
        let warm = Work { name: "forward auth, warm", against: None, rounds: warm };
        let half = warm.median(|figures| figures.per_second) / 2.0;
        let mut at_half = Vec::new();
        for _ in 0..plan.rounds {
            at_half.push(answered(Requests::cycle(&question, self.warm.clone()).at(half), plan.span).await);
        }
        let at_half = Work { name: "forward auth, warm, half of the load", against: None, rounds: at_half };
        let p99 =
            Fact::ms("forward auth, p99 at half of the load", at_half.median(|figures| figures.p99_ms), Some(2.0));
        report.facts.push(p99);
        let of_bare = |target| Some(Against { what: Reference::Bare(BARE), target });
        report.work.extend([
            Work { name: "forward auth, first sight", against: None, rounds: vec![first] },
            Work { name: BARE, against: None, rounds: bares },
            Work { name: BARE_ASKED, against: of_bare(None), rounds: asked },
            Work { against: of_bare(Some(0.85)), ..warm },
            Work { name: "forward auth, 1 in 100 is new", against: of_bare(None), rounds: some_new },
            at_half,
        ]);
    }

    /// A share of the late ones for each round, each among warm ones.
    fn with_new(&self, (round, rounds): (usize, usize)) -> Vec<String> {
        let share = self.late.len() / rounds;
        let late = &self.late[round * share..(round + 1) * share];
        let warm = self.warm.iter().cycle();
        let mixed = late.iter().flat_map(|late| std::iter::repeat_n(None, NEW_AMONG - 1).chain([Some(late)]));
        mixed.zip(warm).map(|(late, warm)| late.unwrap_or(warm).clone()).collect()
    }
}
