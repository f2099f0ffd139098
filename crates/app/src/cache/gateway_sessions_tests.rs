//! What the cache keeps, lets go, and weighs.

use super::*;
use doorstep_core::{
    entropy::Entropy,
    id::GroupName,
    model::{Amr, AppSession, Principal, Session, User},
    secret::{Token, TokenKind},
};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const IDLE: Ttl = Ttl::from_hours(1);

fn view(user: &str, session: &SessionId, app: &str) -> SessionView {
    let person = User {
        display_name: String::from("Bob Stone"),
        email: Some(String::from("bob@example.org")),
        email_verified: true,
        ..User::new(user.parse().unwrap(), "bob".parse().unwrap(), NOW)
    };
    let groups: BTreeSet<GroupName> = ["family", "users"].map(|g| g.parse().unwrap()).into();
    let principal = Principal::active(person, groups, NOW).unwrap();
    let parent = Session {
        id: session.clone(),
        user: principal.user.id.clone(),
        auth_time: NOW,
        amr: Amr::Passkey,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW + Ttl::from_days(1),
    };
    let child = AppSession {
        session: session.clone(),
        user: principal.user.id.clone(),
        app: app.parse().unwrap(),
        host: format!("{app}.example.org"),
        expires_at: parent.expires_at,
    };
    SessionView::of(&child, &parent, &principal).unwrap()
}

fn received(at: Timestamp) -> GatewaySessions {
    let sessions = GatewaySessions::default();
    sessions.received_at.store(at.millis(), Ordering::Release);
    sessions
}

fn line(seq: i64, kind: RevocationKind, subject: &str) -> Line {
    Line { seq, kind, subject: subject.to_owned(), at: NOW }
}

fn hash(n: u64) -> SecretHash {
    Token::random(TokenKind::App, &mut Entropy::seeded(n)).hash()
}

#[test]
fn each_kind_of_line_ends_what_it_names_and_nothing_else() {
    let [s1, s2] = [1, 2].map(|seed| SessionId::random(&mut Entropy::seeded(seed)));
    let fill = || {
        let sessions = received(NOW);
        sessions.keep(hash(1), (view("u1", &s1, "wiki"), &s1), sessions.moves(), NOW);
        sessions.keep(hash(2), (view("u1", &s2, "mail"), &s2), sessions.moves(), NOW);
        sessions.keep(hash(3), (view("u2", &s2, "wiki"), &s2), sessions.moves(), NOW);
        sessions
    };
    let own = hash(2).to_text();
    for (kind, subject, left) in [
        (RevocationKind::Session, s1.as_str(), [false, true, true]),
        (RevocationKind::Session, s2.as_str(), [true, false, false]),
        (RevocationKind::User, "u1", [false, false, true]),
        (RevocationKind::App, "wiki", [false, true, false]),
        (RevocationKind::AppSession, own.as_str(), [true, false, true]),
        (RevocationKind::AppSession, "garbage", [false, false, false]),
        (RevocationKind::All, "", [false, false, false]),
        (RevocationKind::User, "u3", [true, true, true]),
    ] {
        let sessions = fill();
        assert_ne!(sessions.apply(None, &[line(1, kind, subject)]), Received::WentBack);
        let kept = [1, 2, 3].map(|n| sessions.warm(&hash(n), IDLE, NOW).is_some());
        assert_eq!(kept, left, "{kind:?} {subject}");
    }
}

#[test]
fn a_gap_in_the_log_ends_everything() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    for (next, kept) in [(8, true), (9, false), (700, false)] {
        let (sessions, seven) = (received(NOW), line(7, RevocationKind::User, "u3"));
        sessions.start(Some(seven.clone()), NOW);
        sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
        assert_ne!(
            sessions.apply(Some(&seven), &[seven.clone(), line(next, RevocationKind::User, "u2")]),
            Received::WentBack
        );
        assert_eq!(sessions.warm(&hash(1), IDLE, NOW).is_some(), kept, "{next}");
    }
}

#[test]
fn a_log_that_went_back_ends_everything_and_is_followed_from_where_it_stands() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    let sessions = received(NOW);
    let (known, other) = (line(7, RevocationKind::User, "u3"), line(7, RevocationKind::User, "u1"));
    sessions.start(Some(known.clone()), NOW);
    let before = sessions.moves();
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), before, NOW);
    assert_eq!(sessions.apply(Some(&known), std::slice::from_ref(&other)), Received::WentBack);
    assert!(sessions.warm(&hash(1), IDLE, NOW).is_none());
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), before, NOW);
    assert!(sessions.warm(&hash(1), IDLE, NOW).is_none(), "what was being loaded meanwhile is not kept");
    sessions.restart(Some(other.clone()));
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
    assert_ne!(sessions.apply(Some(&other), std::slice::from_ref(&other)), Received::WentBack);
    assert!(sessions.warm(&hash(1), IDLE, NOW).is_some());
    assert_ne!(sessions.apply(Some(&other), &[other.clone(), line(8, RevocationKind::User, "u1")]), Received::WentBack);
    assert!(sessions.warm(&hash(1), IDLE, NOW).is_none());
}

#[test]
fn a_batch_of_uses_that_could_not_be_written_comes_again_with_what_was_used_since() {
    let mut entropy = Entropy::seeded(1);
    let (a, b) = (SessionId::random(&mut entropy), SessionId::random(&mut entropy));
    let at = |seconds| NOW + Ttl::from_seconds(seconds);
    let sessions = received(NOW);
    sessions.note_use(&a, at(1));
    sessions.note_use(&b, at(2));
    let unwritten = sessions.take_noted();
    sessions.note_use(&a, at(4));
    sessions.give_back(unwritten);
    assert_eq!(sessions.take_noted(), HashMap::from([(a, at(4)), (b, at(2))]));
    assert_eq!(sessions.take_noted(), HashMap::new());
}

#[test]
fn a_cache_is_believed_for_five_seconds_whichever_way_the_clock_runs() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    for (millis, believed) in
        [(0, true), (5000, true), (5001, false), (-5000, true), (-5001, false), (-9_999_999, false)]
    {
        let sessions = received(NOW);
        sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
        assert_eq!(sessions.warm(&hash(1), IDLE, NOW + Ttl::from_millis(millis)).is_some(), believed, "{millis}");
    }
}

/// A flush that goes through, and what it wrote.
fn flush(sessions: &GatewaySessions) -> Vec<(SessionId, Timestamp)> {
    write(sessions, usize::MAX)
}

/// A flush that writes so many and is cut off then, and what it wrote.
fn write(sessions: &GatewaySessions, many: usize) -> Vec<(SessionId, Timestamp)> {
    let wrote = |used: Use| {
        used.written();
        (used.id, used.at)
    };
    sessions.unwritten().take(many).map(wrote).collect()
}

#[test]
fn a_use_is_written_once_and_also_after_the_clock_was_set_back() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    let sessions = received(NOW);
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
    let at = |seconds| NOW + Ttl::from_seconds(seconds);
    assert!(sessions.warm(&hash(1), IDLE, at(2)).is_some());
    assert_eq!(flush(&sessions), [(session.clone(), at(2))]);
    assert_eq!(flush(&sessions), []);
    sessions.cache.clear();
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), at(-600));
    assert_eq!(flush(&sessions), [(session.clone(), at(-600))]);
    sessions.received_at.store(at(-599).millis(), Ordering::Release);
    assert!(sessions.warm(&hash(1), IDLE, at(-599)).is_some());
    assert_eq!(flush(&sessions), [(session, at(-599))]);
}

#[test]
fn a_flush_that_is_cut_off_each_time_comes_to_all_of_them_all_the_same() {
    let mut entropy = Entropy::seeded(1);
    let ids: Vec<_> = (0..3).map(|_| SessionId::random(&mut entropy)).collect();
    let at = |seconds| NOW + Ttl::from_seconds(seconds);
    let sessions = received(NOW);
    for (n, id) in (0..).zip(&ids) {
        sessions.keep(hash(n), (view("u1", id, "wiki"), id), sessions.moves(), at(1));
    }
    // Read and not written: it comes again.
    assert_eq!(sessions.unwritten().take(2).count(), 2);
    let mut written: Vec<_> = (0..3).flat_map(|_| write(&sessions, 1)).collect();
    written.sort_unstable();
    let mut all: Vec<_> = ids.iter().map(|id| (id.clone(), at(1))).collect();
    all.sort_unstable();
    assert_eq!((written, flush(&sessions)), (all, vec![]));
}

#[test]
fn what_was_used_while_it_was_written_comes_the_next_time() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    let sessions = received(NOW);
    sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
    let being_written: Vec<_> = sessions.unwritten().collect();
    let later = NOW + Ttl::from_millis(1);
    assert!(sessions.warm(&hash(1), IDLE, later).is_some());
    being_written.iter().for_each(Use::written);
    assert_eq!(flush(&sessions), [(session, later)]);
    assert_eq!(flush(&sessions), []);
}

#[test]
fn a_session_whose_id_is_not_of_ours_is_not_kept_but_its_use_is_written() {
    let session: SessionId = "s1".parse().unwrap();
    let sessions = received(NOW);
    let entry = sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), sessions.moves(), NOW);
    assert_eq!(entry.as_ref().person().user().as_str(), "u1");
    assert!(sessions.warm(&hash(1), IDLE, NOW).is_none());
    assert_eq!(sessions.take_noted(), HashMap::from([(session, NOW)]));
}

#[test]
fn people_and_places_are_held_once_and_let_go_with_their_last_session() {
    let sessions = received(NOW);
    let mut entropy = Entropy::seeded(1);
    for n in 0..100 {
        let session = SessionId::random(&mut entropy);
        let user = if n < 50 { "u1" } else { "u2" };
        sessions.keep(hash(n), (view(user, &session, "wiki"), &session), sessions.moves(), NOW);
    }
    let first = sessions.cache.get(&hash(0)).unwrap();
    let (second, other) = (sessions.cache.get(&hash(49)).unwrap(), sessions.cache.get(&hash(50)).unwrap());
    assert!(Arc::ptr_eq(first.as_ref().person(), second.as_ref().person()));
    assert!(!Arc::ptr_eq(first.as_ref().person(), other.as_ref().person()));
    assert!(Arc::ptr_eq(first.as_ref().place(), other.as_ref().place()));
    drop((first, second, other));
    sessions.apply(None, &[line(1, RevocationKind::User, "u1")]);
    sessions.tidy();
    let shared = lock(&sessions.shared);
    assert_eq!((shared.people.len(), shared.places.len()), (1, 1));
}

#[test]
fn an_entry_weighs_less_than_a_cache_line_and_a_half() {
    // The counter of its handles comes on top, and the allocator gives blocks of 64; the cache's own share is about 70.
    assert!(size_of::<Entry>() <= 48, "{}", size_of::<Entry>());
}

#[test]
fn what_was_read_before_the_log_moved_is_not_kept() {
    let session = SessionId::random(&mut Entropy::seeded(1));
    for (moved, kept) in [(false, true), (true, false)] {
        let sessions = received(NOW);
        let as_of = sessions.moves();
        if moved {
            sessions.apply(None, &[line(1, RevocationKind::User, "u1")]);
        }
        sessions.keep(hash(1), (view("u1", &session, "wiki"), &session), as_of, NOW);
        assert_eq!(sessions.warm(&hash(1), IDLE, NOW).is_some(), kept);
    }
}
