//! How far a process has read the revocation log, and whether it is still the same log.
//!
//! Numbers follow one another without a hole, and the line that was read last stays where it is: the sweep leaves
//! the newest one. Where that line is missing or another one has its number, the database was restored, or a
//! replica that lagged took over: lines may have been written under numbers that were passed by.

use doorstep_store::revocations::Line;

/// What lines of the log mean for a process that has read up to some line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'l> {
    /// These are new.
    New(&'l [Line]),
    /// They are new, and others are missing.
    Hole(&'l [Line]),
    /// Another reader has read further since these were asked for.
    Behind,
    /// The log went back, or is another one.
    WentBack,
}

/// What a look at the log brought, for whatever is kept in memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received<'l> {
    /// What these lines name has ended; they may be none.
    New(&'l [Line]),
    /// Lines are missing: everything may have ended.
    Everything,
    /// It is another log than before: the same, and it is to be followed from where it stands.
    WentBack,
}

/// Finds what is new in `lines`, which were asked for from the line `asked` on, when `known` was read last.
pub(super) fn step<'l>(known: Option<&Line>, asked: Option<&Line>, lines: &'l [Line]) -> Step<'l> {
    let new = match known {
        None => lines,
        Some(known) => match lines.iter().position(|line| line == known) {
            Some(at) => lines.split_at(at + 1).1,
            None if asked == Some(known) => return Step::WentBack,
            None => return Step::Behind,
        },
    };
    let next = known.map_or(1, |known| known.seq + 1);
    if (next..).zip(new).all(|(seq, line)| line.seq == seq) { Step::New(new) } else { Step::Hole(new) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::time::Timestamp;
    use doorstep_store::revocations::RevocationKind;

    fn line(seq: i64, subject: &str) -> Line {
        Line { seq, kind: RevocationKind::User, subject: subject.into(), at: Timestamp::from_seconds(seq) }
    }

    #[test]
    fn what_is_new_follows_the_line_that_was_read_last() {
        let lines = [line(7, "a"), line(8, "b"), line(9, "c")];
        let [a, b, _] = &lines;
        assert_eq!(step(Some(a), Some(a), &lines), Step::New(&lines[1..]));
        assert_eq!(step(Some(b), Some(a), &lines), Step::New(&lines[2..]), "another reader was faster");
        assert_eq!(step(Some(a), Some(a), &lines[..1]), Step::New(&[]));
        assert_eq!(step(None, None, &[]), Step::New(&[]));
        assert_eq!(step(None, None, &[line(1, "a")]), Step::New(&[line(1, "a")]));
    }

    #[test]
    fn a_line_that_is_missing_between_others_is_noticed() {
        let lines = [line(7, "a"), line(8, "b"), line(10, "d")];
        assert_eq!(step(Some(&lines[0]), Some(&lines[0]), &lines), Step::Hole(&lines[1..]));
        assert_eq!(step(None, None, &[line(2, "b")]), Step::Hole(&[line(2, "b")]));
    }

    #[test]
    fn a_log_that_went_back_is_noticed_also_when_its_numbers_were_given_out_again() {
        let known = line(7, "a");
        for lines in [vec![], vec![line(7, "x")], vec![line(7, "x"), line(8, "y")], vec![line(9, "y")]] {
            assert_eq!(step(Some(&known), Some(&known), &lines), Step::WentBack, "{lines:?}");
        }
        let mut later = known.clone();
        later.at = Timestamp::from_seconds(99);
        assert_eq!(step(Some(&known), Some(&known), &[later]), Step::WentBack);
    }

    #[test]
    fn who_asked_before_another_reader_went_on_changes_nothing() {
        let (asked, known) = (line(7, "a"), line(9, "c"));
        assert_eq!(step(Some(&known), Some(&asked), &[asked.clone(), line(8, "b")]), Step::Behind);
        assert_eq!(step(Some(&known), None, &[]), Step::Behind);
    }
}
